"""The picture behind a walk, and how it changes from step to step.

Vocabulary: a *scene* is one picture, laid out once, in which steps change only texts and marks.
Each box has room for the longest text that any step writes into it. *Lit* is what a step is about:
the box whose number or gradient changes, the box that hands on, the arrows between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph, ops
from autograd_mini.numbers import full, short
from autograd_mini.show import text
from autograd_mini.show.draw.gradients import NOT_COMPUTED
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.labels import spelled
from autograd_mini.show.names import derivative
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.slopes import slopes
from autograd_mini.show.text import named

if TYPE_CHECKING:
    from autograd_mini.show.walk.steps import Recorder, Step
    from autograd_mini.value import Value

Lines = tuple[str, ...]


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


class Scene:
    """The picture of a recorded pass.

    Args:
        recorder: the pass.
        names: what the nodes are called.
        digits: how many significant digits numbers get.

    Attributes:
        first: the boxes' lines before the first step.
        changes: for each step the boxes that it changes, and their lines from then on.
        lit: for each step what it is about.
        born: for each step the boxes that get their numbers in it.
        picture: the picture with room for every step's texts.
        local: the texts on the arrows, which appear when a step has used them.
    """

    def __init__(self, recorder: Recorder, names: Mapping[Value, str], digits: int) -> None:
        self._nodes = recorder.nodes
        self._names = names
        self._digits = digits
        self._places = {node: i for i, node in enumerate(self._nodes)}
        self._numbers: set[Value] = set()
        self._gradients: dict[Value, str] = {}
        self._arrows: dict[tuple[Value, int], int] = {}
        arrows = self._made_arrows()
        self.local = [arrow.text for arrow in arrows]
        self.first = [self._lines(node) for node in self._nodes]
        self.changes = [self._changes(step) for step in recorder.steps]
        self.lit = [self._lit(step) for step in recorder.steps]
        self.born = [
            sorted(changes) if lit.forward else []
            for lit, changes in zip(self.lit, self.changes, strict=True)
        ]
        self.picture = Picture(self._boxes(recorder.root), tuple(arrows))

    def lines_at(self, step: int) -> list[Lines]:
        """Every box's lines after so many steps, counted from 0."""
        lines = list(self.first)
        for changes in self.changes[: step + 1]:
            for place, changed in changes.items():
                lines[place] = changed
        return lines

    def born_at(self, step: int) -> set[int]:
        """The boxes that have their numbers after so many steps, counted from 0."""
        return {place for born in self.born[: step + 1] for place in born}

    def seen_at(self, step: int) -> set[int]:
        """The arrows along which a gradient has flowed by then."""
        lit = [lit for lit in self.lit[: step + 1] if not lit.forward]
        return {place for one in lit for place in one.arrows}

    def _lines(self, node: Value) -> Lines:
        number = ""
        if node in self._numbers or graph.is_constant(node):
            number = short(node.data, self._digits)
        return box_lines(node, self._names[node], number, self._gradients.get(node, NOT_COMPUTED))

    def _changes(self, step: Step) -> dict[int, Lines]:
        changed: list[Value] = []
        if step.phase == "inputs":
            changed = [node for node in self._nodes if graph.is_leaf(node)]
            self._numbers.update(changed)
        elif step.phase == "forward" and step.node is not None:
            changed = [step.node]
            self._numbers.add(step.node)
        elif step.phase in {"seed", "zero"}:
            changed = list(self._nodes)
            self._forget(step)
        elif step.phase in {"backward", "carry"} and step.total is not None:
            receiver = step.operand if step.operand is not None else step.node
            assert receiver is not None
            changed = [receiver]
            more = " + …" if step.awaited else ""
            self._gradients[receiver] = f"grad {short(step.total, self._digits)}{more}"
        return {self._places[node]: self._lines(node) for node in changed}

    def _forget(self, step: Step) -> None:
        """Before a pass nothing inside has a gradient; leaves keep theirs until zero_grad()."""
        keep = step.phase == "seed"
        self._gradients = {
            node: line for node, line in self._gradients.items() if keep and graph.is_leaf(node)
        }
        if step.node is not None:
            self._gradients[step.node] = "grad 1"

    def _lit(self, step: Step) -> Lit:
        places = self._places
        if step.phase == "inputs":
            given = [node for node in self._nodes if graph.is_leaf(node)]
            return Lit(tuple(places[x] for x in given if not graph.is_constant(x)))
        if step.phase == "end":
            return Lit(tuple(places[leaf] for leaf, _ in step.gradients), forward=False)
        if step.node is None:
            return Lit(forward=False)
        if step.phase == "forward":
            uses = range(len(step.node.operands))
            return Lit((places[step.node],), arrows=tuple(self._arrows[step.node, i] for i in uses))
        if step.operand is None:
            return Lit((places[step.node],), forward=False)
        arrow = self._arrows[step.node, step.place]
        return Lit((places[step.operand],), places[step.node], (arrow,), forward=False)

    def _boxes(self, root: Value) -> tuple[Box, ...]:
        roomy = [list(lines) for lines in self.first]
        for changes in self.changes:
            for place, lines in changes.items():
                roomy[place] = [
                    max(pair, key=text.width) for pair in zip(roomy[place], lines, strict=True)
                ]
        kinds = leaf_kinds(self._nodes)
        return tuple(
            Box(
                f"n{i}",
                kinds.get(node) or ("output" if node is root else "interior"),
                tuple(roomy[i]),
                self._tooltip(node),
            )
            for i, node in enumerate(self._nodes)
        )

    def _tooltip(self, node: Value) -> str:
        label = str(graph.label(node)) or self._names[node]
        scope = [", ".join(graph.scope(node))] if graph.scope(node) else []
        return "\n".join([label, f"data {full(node.data)}", *scope])

    def _made_arrows(self) -> list[Arrow]:
        arrows: list[Arrow] = []
        for head, node in enumerate(self._nodes):
            local_at = slopes(node)
            for i, operand in enumerate(node.operands):
                self._arrows[node, i] = len(arrows)
                shown, tooltip = "", f"{self._names[operand]} is a constant"
                if not graph.is_constant(operand):
                    local = local_at(i)
                    shown = short(local, self._digits)
                    symbol = derivative(self._names[node], self._names[operand])
                    tooltip = f"{symbol} = {full(local)}"
                arrows.append(Arrow(f"n{self._places[operand]}", f"n{head}", shown, tooltip))
        return arrows


def box_lines(node: Value, name: str, number: str, gradient: str) -> Lines:
    """What stands in a node's box: its operation, name and number ("" for none), its gradient."""
    if graph.is_constant(node):
        return tuple(named(spelled(graph.label(node)), number))
    shown = named(spelled(graph.label(node)) or name, number)
    if not number:
        shown = [*shown[:-1], ""] if len(shown) > 1 else [name]
    row = [] if graph.is_leaf(node) else [ops.row_named(node.op).label]
    return (*row, *shown, gradient)
