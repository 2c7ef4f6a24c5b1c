"""How the picture behind a walk changes from step to step.

Vocabulary: a *scene* is one picture, laid out once, in which steps change only texts and marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show import text
from autograd_mini.show.draw.gradients import NOT_COMPUTED
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.walk.film import Film, Lines, Lit
from autograd_mini.show.walk.sheet import GradientLine, sheet

if TYPE_CHECKING:
    from autograd_mini.show.picture import Arrow
    from autograd_mini.show.walk.sentences import Describer
    from autograd_mini.show.walk.steps import Step
    from autograd_mini.value import Value


class Scene:
    """The picture of a recorded pass.

    Attributes:
        picture: the picture with room for every step's texts.
        film: what changes, step by step.
        local: the texts on the arrows; those without a weight appear when a step has used them.
        goes: for each box the steps to which a click on it leads, forward and backward.
        home: by nodes, the box that shows them; a weight of the compact view has none.
        told: for each box the nodes whose gradients it tells, by the places of the lines.
        noted: for each arrow with a weight on it, the weight.
    """

    def __init__(self, describer: Describer, view: str = "expanded", theme: Theme = LIGHT) -> None:
        recorder = describer.recorder
        self._describer, self._nodes = describer, recorder.nodes
        changes = [*map(self._gradient_changes, recorder.steps)]
        longest: dict[Value, str] = {}
        for change in changes:
            for node, line in change.items():
                longest[node] = max(longest.get(node, NOT_COMPUTED), line, key=text.width)
        self.picture = sheet(view, describer, longest, theme)
        self._place_nodes()
        self._numbers: set[Value] = set()
        self._gradients: dict[Value, str] = {}
        first = [self._lines(place) for place in range(len(self.picture.boxes))]
        first_notes = {place: self._note(place) for place in self.noted if self.local[place]}
        gone_on = [self._go_on(*x) for x in zip(recorder.steps, changes, strict=True)]
        lines, notes, born = zip(*gone_on, strict=True)
        lit = [self._lit(step) for step in recorder.steps]
        self.film = Film(first, first_notes, lines, notes, born, lit)
        self.goes = self._led_to()

    def _place_nodes(self) -> None:
        """Find out where in the picture each node shows."""
        boxes, arrows = self.picture.boxes, self.picture.arrows
        self.local = [arrow.text for arrow in arrows]
        places = {box.id: i for i, box in enumerate(boxes)}
        found = self.picture.box_of.items()
        self.home = {node: places[name] for node, name in found if name in places}
        self.told = [
            {i: line.node for i, line in enumerate(box.lines) if isinstance(line, GradientLine)}
            for box in boxes
        ]
        self.noted = {i: x.weight for i, x in enumerate(arrows) if x.weight is not None}
        self._tellers: dict[Value, set[int]] = {node: {i} for node, i in self.home.items()}
        for place, told in enumerate(self.told):
            for node in told.values():
                self._tellers.setdefault(node, set()).add(place)
        self._noters: dict[Value, list[int]] = {}
        for place, weight in self.noted.items():
            if self.local[place]:
                self._noters.setdefault(weight, []).append(place)
        self._into: dict[str, list[tuple[int, Arrow]]] = {}
        for i, arrow in enumerate(arrows):
            self._into.setdefault(arrow.head, []).append((i, arrow))

    # --- texts ---

    def _lines(self, place: int) -> Lines:
        """A box's lines at this moment."""
        lines: list[str] = list(map(str, self.picture.boxes[place].lines))
        for i, node in self.told[place].items():
            lines[i] = self._gradients.get(node, NOT_COMPUTED)
            if i and node not in self._numbers:
                lines[i - 1] = without_number(lines[i - 1])
        return tuple(lines)

    def _note(self, place: int) -> Lines:
        """The lines of an arrow with a weight at this moment."""
        lines = self.local[place].split("\n")
        weight = self.noted[place]
        gradient = [] if graph.is_constant(weight) else [self._gradients.get(weight, NOT_COMPUTED)]
        return (*lines[: len(lines) - len(gradient)], *gradient)

    def _gradient_changes(self, step: Step) -> dict[Value, str]:
        """The nodes whose gradients change in a step, and how they read then."""
        if step.phase in {"seed", "zero"}:  # a pass begins; leaves keep theirs until zero_grad()
            forgotten = {
                node: NOT_COMPUTED
                for node in self._nodes
                if step.phase == "zero" or not graph.is_leaf(node)
            }
            return {**forgotten, **({step.node: "grad 1"} if step.node is not None else {})}
        if step.total is None or step.receiver is None:
            return {}
        more = " + …" if step.awaited else ""
        return {step.receiver: f"grad {self._describer.number(step.total)}{more}"}

    def _known(self, step: Step) -> list[Value]:
        """The nodes that get their numbers in a step."""
        if step.phase == "inputs":
            return [node for node in self._nodes if graph.is_leaf(node)]
        return [step.node] if step.phase == "forward" and step.node is not None else []

    def _go_on(
        self, step: Step, changes: Mapping[Value, str]
    ) -> tuple[dict[int, Lines], dict[int, Lines], list[int]]:
        """What a step changes: lines of boxes, lines of arrows, and the boxes with new numbers."""
        known = self._known(step)
        self._numbers.update(known)
        new = {node: x for node, x in changes.items() if self._gradients.get(node) != x}
        self._gradients |= new
        born = sorted({self.home[node] for node in known if node in self.home})
        if step.phase == "inputs":  # titles and the like are there from the beginning
            owned = set(self.home.values())
            born += [i for i in range(len(self.picture.boxes)) if i not in owned]
        changed = {place for node in (*known, *new) for place in self._tellers.get(node, ())}
        noted = [place for node in new for place in self._noters.get(node, ())]
        lines = {place: self._lines(place) for place in sorted(changed)}
        return lines, {place: self._note(place) for place in sorted(noted)}, born

    # --- marks ---

    def _lit(self, step: Step) -> Lit:
        if step.phase in {"inputs", "forward"}:
            boxes = self._homes(x for x in self._known(step) if not graph.is_constant(x))
            uses = () if step.node is None else range(len(step.node.operands))
            return Lit(boxes, arrows=self._arrows(step.node, uses))
        leaves = [leaf for leaf, _ in step.gradients]
        boxes = self._homes(leaves if step.receiver is None else [step.receiver])
        if step.node is None or step.operand is None:
            return Lit(boxes, forward=False)
        arrows = self._arrows(step.node, [step.place])
        return Lit(boxes, self.home.get(step.node), arrows, forward=False)

    def _homes(self, nodes: Iterable[Value]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.home[node] for node in nodes if node in self.home))

    def _arrows(self, node: Value | None, places: Iterable[int]) -> tuple[int, ...]:
        """The arrows along which these operands of a node go into it."""
        found = [] if node is None else [self._arrow(node, place) for place in places]
        return tuple(dict.fromkeys(arrow for arrow in found if arrow is not None))

    def _arrow(self, node: Value, place: int) -> int | None:
        """The arrow along which an operand goes into a node; None inside of a box."""
        operand = node.operands[place]
        head, tail = self.home.get(node), self.home.get(operand)
        if head is None or head == tail:
            return None
        into = self._into.get(self.picture.boxes[head].id, [])
        if tail is None:
            return next((i for i, arrow in into if arrow.weight is operand), None)
        name, factors = self.picture.boxes[tail].id, set(node.operands)
        between = [(i, arrow) for i, arrow in into if arrow.tail == name]
        exact = [i for i, x in between if x.place == place or x.weight in factors]
        return next(iter([*exact, *[i for i, _ in between]]), None)

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
