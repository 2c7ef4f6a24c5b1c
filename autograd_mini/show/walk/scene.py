"""How the picture behind a walk changes from step to step.

Vocabulary: a *scene* is one picture, laid out once, in which steps change only texts and marks.
*Lit* is what a step is about: the box whose number or gradient changes, the box that hands on, the
arrows between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph
from autograd_mini.numbers import short
from autograd_mini.show import text
from autograd_mini.show.draw.gradients import NOT_COMPUTED
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.walk.sheet import Lines, sheet

if TYPE_CHECKING:
    from autograd_mini.show.walk.steps import Recorder, Step
    from autograd_mini.value import Value


class Lit(NamedTuple):
    """What a step is about, as places in the picture's boxes and arrows.

    Attributes:
        boxes: those whose number or gradient changes.
        source: the box that hands on; None in the forward pass.
        arrows: along which numbers flow.
        forward: whether they flow with the arrows.
    """

    boxes: tuple[int, ...] = ()
    source: int | None = None
    arrows: tuple[int, ...] = ()
    forward: bool = True

    @property
    def side(self) -> str:
        """The colour's name, of a theme's page."""
        return "forward" if self.forward else "backward"


class Film(NamedTuple):
    """What changes from step to step, a step being whatever it is cut into.

    Attributes:
        first: the boxes' lines before the first step.
        first_notes: those of the arrows with a weight, by their places.
        changes: for each step the boxes that it changes, and their lines from then on.
        notes: the same for the arrows with a weight.
        born: for each step the boxes that get their numbers in it.
        lit: for each step what it is about.
    """

    first: Sequence[Lines]
    first_notes: Mapping[int, Lines]
    changes: Sequence[Mapping[int, Lines]]
    notes: Sequence[Mapping[int, Lines]]
    born: Sequence[Sequence[int]]
    lit: Sequence[Lit]

    def cut(self, runs: Sequence[tuple[int, int]]) -> Film:
        """The same with a step for each run of steps, given by its first and last."""
        spans = [range(first, last + 1) for first, last in runs]
        changes: list[Mapping[int, Lines]] = []
        notes: list[Mapping[int, Lines]] = []
        for span in spans:
            changes.append({k: x for i in span for k, x in self.changes[i].items()})
            notes.append({k: x for i in span for k, x in self.notes[i].items()})
        return self._replace(
            changes=changes,
            notes=notes,
            born=[[place for i in span for place in self.born[i]] for span in spans],
            lit=[united([self.lit[i] for i in span]) for span in spans],
        )

    def lines_at(self, step: int) -> list[Lines]:
        """Every box's lines after so many steps, counted from 0."""
        lines = list(self.first)
        for changes in self.changes[: step + 1]:
            for place, changed in changes.items():
                lines[place] = changed
        return lines

    def notes_at(self, step: int) -> dict[int, Lines]:
        """The lines of the arrows with weights after so many steps, counted from 0."""
        lines = dict(self.first_notes)
        for changes in self.notes[: step + 1]:
            lines |= changes
        return lines

    def born_at(self, step: int) -> set[int]:
        """The boxes that have their numbers after so many steps, counted from 0."""
        return {place for born in self.born[: step + 1] for place in born}

    def seen_at(self, step: int) -> set[int]:
        """The arrows along which a gradient has flowed by then."""
        lit = [lit for lit in self.lit[: step + 1] if not lit.forward]
        return {place for one in lit for place in one.arrows}


class Scene:
    """The picture of a recorded pass.

    Args:
        recorder: the pass.
        names: what the nodes are called.
        digits: how many significant digits numbers get.
        view: which of the views of ``draw`` it is.
        theme: the colours.

    Attributes:
        picture, marks: the picture with room for every step's texts.
        film: what changes, step by step.
        sheet: whose numbers stand where in the picture.
        local: the texts on the arrows; those without a weight appear when a step has used them.
        goes: for each box the steps to which a click on it leads, forward and backward.
    """

    def __init__(
        self,
        recorder: Recorder,
        names: Mapping[Value, str],
        digits: int,
        view: str = "expanded",
        theme: Theme = LIGHT,
    ) -> None:
        self._digits = digits
        self._nodes = recorder.nodes
        told = [*map(self._gradient_changes, recorder.steps)]
        longest: dict[Value, str] = {}
        for changes in told:
            for node, line in changes.items():
                longest[node] = max(longest.get(node, NOT_COMPUTED), line, key=text.width)
        self.sheet = sheet(view, recorder.nodes, recorder.root, names, digits, longest, theme)
        self.picture, self.marks = self.sheet.picture, self.sheet.marks
        self._numbers: set[Value] = set()
        self._gradients: dict[Value, str] = {}
        self.local = [arrow.text for arrow in self.picture.arrows]
        first = [self._lines(place) for place in range(len(self.picture.boxes))]
        first_notes = {place: self._note(place) for place in self._noted()}
        gone_on = [self._go_on(*x) for x in zip(recorder.steps, told, strict=True)]
        lines, notes, born = zip(*gone_on, strict=True)
        lit = [self._lit(step) for step in recorder.steps]
        self.film = Film(first, first_notes, lines, notes, born, lit)
        self.goes = self._led_to()

    # --- texts ---

    def _lines(self, place: int) -> Lines:
        """A box's lines at this moment."""
        lines: list[str] = list(map(str, self.picture.boxes[place].lines))
        for i, node in self.sheet.told[place].items():
            lines[i] = self._gradients.get(node, NOT_COMPUTED)
            if i and node not in self._numbers:
                lines[i - 1] = without_number(lines[i - 1])
        return tuple(lines)

    def _note(self, place: int) -> Lines:
        """The lines of an arrow with a weight at this moment."""
        lines = self.local[place].split("\n")
        weight = self.sheet.noted[place]
        gradient = [] if graph.is_constant(weight) else [self._gradients.get(weight, NOT_COMPUTED)]
        return (*lines[: len(lines) - len(gradient)], *gradient)

    def _noted(self) -> list[int]:
        return [place for place in self.sheet.noted if self.local[place]]

    def _gradient_changes(self, step: Step) -> dict[Value, str]:
        """The nodes whose gradients change in a step, and how they read then."""
        if step.phase in {"seed", "zero"}:  # a pass begins; leaves keep theirs until zero_grad()
            forgotten = {
                node: NOT_COMPUTED
                for node in self._nodes
                if step.phase == "zero" or not graph.is_leaf(node)
            }
            return {**forgotten, **({step.node: "grad 1"} if step.node is not None else {})}
        if step.phase in {"backward", "carry"} and step.total is not None:
            receiver = step.operand if step.operand is not None else step.node
            assert receiver is not None
            more = " + …" if step.awaited else ""
            return {receiver: f"grad {short(step.total, self._digits)}{more}"}
        return {}

    def _go_on(
        self, step: Step, changes: Mapping[Value, str]
    ) -> tuple[dict[int, Lines], dict[int, Lines], list[int]]:
        """What a step changes: lines of boxes, lines of arrows, and the boxes with new numbers."""
        known: list[Value] = []
        if step.phase == "inputs":
            known = [node for node in self._nodes if graph.is_leaf(node)]
        elif step.phase == "forward" and step.node is not None:
            known = [step.node]
        self._numbers.update(known)
        new = {node: x for node, x in changes.items() if self._gradients.get(node) != x}
        self._gradients |= new
        home = self.sheet.home
        born = sorted({home[node] for node in known if node in home})
        if step.phase == "inputs":  # titles and the like are there from the beginning
            owned = set(home.values())
            born += [i for i in range(len(self.picture.boxes)) if i not in owned]
        changed = {home[node] for node in (*known, *new) if node in home}
        changed |= {place for node in (*known, *new) for place in self.sheet.tellers.get(node, ())}
        lines = {place: self._lines(place) for place in sorted(changed)}
        arrows = [place for node in new for place in self.sheet.noters.get(node, ())]
        notes = {place: self._note(place) for place in sorted(arrows) if self.local[place]}
        return lines, notes, born

    # --- marks ---

    def _lit(self, step: Step) -> Lit:
        if step.phase == "inputs":
            given = [node for node in self._nodes if graph.is_leaf(node)]
            return Lit(self._homes(x for x in given if not graph.is_constant(x)))
        if step.phase == "end":
            return Lit(self._homes(leaf for leaf, _ in step.gradients), forward=False)
        if step.node is None:
            return Lit(forward=False)
        if step.phase == "forward":
            uses = range(len(step.node.operands))
            return Lit(self._homes([step.node]), arrows=self._arrows(step.node, uses))
        if step.operand is None:
            return Lit(self._homes([step.node]), forward=False)
        arrows = self._arrows(step.node, [step.place])
        (source, *_) = (*self._homes([step.node]), None)
        return Lit(self._homes([step.operand]), source, arrows, forward=False)

    def _homes(self, nodes: Iterable[Value]) -> tuple[int, ...]:
        home = self.sheet.home
        return tuple(dict.fromkeys(home[node] for node in nodes if node in home))

    def _arrows(self, node: Value, places: Iterable[int]) -> tuple[int, ...]:
        found = [self.sheet.arrow(node, place) for place in places]
        return tuple(dict.fromkeys(arrow for arrow in found if arrow is not None))

    def _led_to(self) -> list[tuple[int, int]]:
        """For each box the step that computes it, and the last one that brings it something."""
        goes = [(0, 0)] * len(self.picture.boxes)
        for i, lit in enumerate(self.film.lit):
            for place in lit.boxes if len(lit.boxes) == 1 else ():
                goes[place] = (i, goes[place][1]) if lit.forward else (goes[place][0], i)
        return goes


def without_number(line: str) -> str:
    """A line of a box without its number: the name alone.

    >>> without_number("z = 3"), without_number("= 3"), without_number("3")
    ('z', '', '')
    """
    for sign in (" = ", " ≈ "):
        if sign in line:
            return line.rpartition(sign)[0]
    return ""


def united(lits: Sequence[Lit]) -> Lit:
    """What several steps are about, as one."""
    boxes = dict.fromkeys(place for lit in lits for place in lit.boxes)
    arrows = dict.fromkeys(place for lit in lits for place in lit.arrows)
    return Lit(tuple(boxes), lits[0].source, tuple(arrows), lits[0].forward)
