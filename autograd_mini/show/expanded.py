"""The expanded view: every scalar operation with its number and gradient, and every factor between.

Vocabulary: a *node* of the graph becomes a box, each use of it as an operand an arrow, which
carries the *local derivative* ∂result/∂operand. ``a + a`` has two arrows from ``a``. Boxes are
numbered n0, n1, … in the order in which the expression creates its nodes, operands before results
and left before right, so the same graph is the same picture in every process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.rows import CALL
from autograd_mini.show import text
from autograd_mini.show.gradients import Gradients
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.numbers import Format, full
from autograd_mini.show.picture import Arrow, Box, Picture

if TYPE_CHECKING:
    from autograd_mini.graph import Node

EDGE_NOTE = "Number on an arrow: the local derivative ∂(result)/∂(operand)."
BESIDE = 16
"""A label longer than this gets a line to itself; a shorter one shares the number's."""


def picture(outputs: Sequence[Node], short: Format) -> Picture:
    """The picture of everything that the outputs depend on."""
    nodes = in_order(outputs)
    view = Expanded(nodes, outputs, Gradients(nodes, outputs), short)
    arrows = tuple(arrow for node in nodes for arrow in view.arrows(node))
    return Picture(tuple(map(view.box, nodes)), arrows, notes(arrows, view.gradients))


def in_order(outputs: Sequence[Node]) -> list[Node]:
    """All nodes in the order of their making, with every plain number made a node first."""
    for node in graph.order(*outputs):
        _ = node.operands  # where plain numbers become constants
    return graph.order(*outputs)


def notes(arrows: Sequence[Arrow], gradients: Gradients) -> tuple[str, ...]:
    """The sentences below the picture."""
    return (*([EDGE_NOTE] if any(arrow.text for arrow in arrows) else []), *gradients.notes())


class Expanded:
    """Boxes and arrows for those nodes of a graph that are shown one by one.

    Args:
        nodes: the shown nodes, operands before results; their constants are among them.
        outputs: the nodes that the picture is of.
        gradients: what is known about the gradients.
        short: how numbers are shown.
        kinds: the kinds of the leaves, where the shown nodes alone would not tell them.

    Attributes:
        ids: what the nodes' boxes are called.
        gradients: as given.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        outputs: Sequence[Node],
        gradients: Gradients,
        short: Format,
        kinds: Mapping[Node, str] | None = None,
    ) -> None:
        self.ids = {node: f"n{i}" for i, node in enumerate(nodes)}
        self.gradients = gradients
        self._outputs = set(outputs)
        self._short = short
        self._leaf_kinds = leaf_kinds(nodes) if kinds is None else kinds

    def kind(self, node: Node) -> str:
        """Which look the node's box has."""
        if graph.is_leaf(node):
            return self._leaf_kinds[node]
        return "output" if node in self._outputs else "interior"

    def box(self, node: Node) -> Box:
        """The box of a node: its operation, its label and number, its gradient."""
        row = [] if graph.is_leaf(node) else [ops.row_named(node.op).label]
        lines = (
            *row,
            *named(graph.label(node), self._short(node.data)),
            *self.gradients.lines(node, self._short),
        )
        return Box(
            self.ids[node],
            self.kind(node),
            lines,
            self.tooltip(node),
            scope=graph.scope(node),
            flagged=self.gradients.warns(node),
        )

    def arrows(self, node: Node, tails: Mapping[int, str] | None = None) -> list[Arrow]:
        """The arrows into a node, in the order of its operands.

        Args:
            node: a shown node.
            tails: from which box the arrow of which operand comes; left out, each operand has a
                box of its own.
        """
        operands = node.operands
        if tails is None:
            tails = {i: self.ids[operand] for i, operand in enumerate(operands)}
        numbers = [operand.data for operand in operands]
        stale = node in self.gradients.stale
        found = []
        for i, tail in sorted(tails.items()):
            operand = operands[i]
            symbol = f"∂({self.name(node)})/∂({self.name(operand)})"
            if graph.is_constant(operand):
                shown, tooltip = "", f"{self.name(operand)} is a constant"
            elif stale:
                shown, tooltip = "?", f"{symbol} is not known: the graph is stale"
            else:
                local = ops.row_named(node.op).local(i, node.data, numbers)
                shown, tooltip = self._short(local), f"{symbol} = {full(local)}"
            found.append(Arrow(tail, self.ids[node], shown, tooltip))
        return found

    def name(self, node: Node, levels: int = 2) -> str:
        """A name in one line: the label; without one the formula, and the number of a leaf."""
        if label := graph.label(node):
            return text.one_line(label)
        if graph.is_leaf(node):
            return self._short(node.data)
        return self._formula(node, levels) if levels else text.ELLIPSIS

    def _formula(self, node: Node, levels: int = 2) -> str:
        """The operation with the names of its operands, in brackets where they need them."""
        row = ops.row_named(node.op)
        if row.arity is None:
            return f"{row.label} of {len(node.operands)} operands"
        names = []
        for operand in node.operands:
            name = self.name(operand, levels - 1)
            loose = not (graph.is_leaf(operand) or graph.label(operand) or levels == 1)
            if loose and ops.row_named(operand.op).precedence <= row.precedence < CALL:
                name = f"({name})"
            names.append(name)
        return row.text.format(*names)

    def tooltip(self, node: Node) -> str:
        """Everything about the node, with nothing cut short."""
        parts = [str(graph.label(node)) or self.name(node)]
        if graph.label(node) and not graph.is_leaf(node):
            parts.append(f"= {self._formula(node)}")
        parts.append(f"data {full(node.data)}")
        if not graph.is_constant(node):
            parts.append(f"gradient {full(node.grad) if node.has_grad else 'not computed'}")
        parts += [", ".join(graph.scope(node))] if graph.scope(node) else []
        return "\n".join(parts)


def named(label: str, number: str) -> list[str]:
    """A label and a number, in one line where they fit and cannot disturb each other.

    >>> named("w₁", "0.5"), named("", "2")
    (['w₁ = 0.5'], ['2'])
    >>> named("hours of sleep last night", "7.5")
    ['hours of sleep last night', '= 7.5']
    """
    if not label:
        return [number]
    shown = text.lines(label)
    if len(shown) == 1 and len(shown[0]) <= BESIDE and not text.turns(shown[0]):
        return [f"{shown[0]} = {number}"]
    return [*shown, f"= {number}"]
