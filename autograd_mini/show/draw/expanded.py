"""The expanded view: every scalar operation with its number and gradient, and every factor between.

Vocabulary: a *node* of the graph becomes a box, each use of it as an operand an arrow, which
carries the *local derivative* ∂result/∂operand. ``a + a`` has two arrows from ``a``. Boxes are
numbered n0, n1, … in the order in which the expression creates its nodes, operands before results
and left before right, so the same graph is the same picture in every process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.numbers import Format, full
from autograd_mini.rows import CALL
from autograd_mini.show import text
from autograd_mini.show.draw import loss_boxes, scopes, selection
from autograd_mini.show.draw.gradients import Gradients
from autograd_mini.show.draw.options import DEFAULTS, Options
from autograd_mini.show.expansion import opened
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.sweeps import slopes

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

OPENED_NOTE = (
    "Opened: products and their sums stand for affine nodes, which compute all of it in one step."
)
SPELLED_OUT = frozenset({"xlogy", "xlog1py"})
"""Operations that a box shows as a formula of its operands."""
EDGE_NOTE = "Number on an arrow: the local derivative ∂(result)/∂(operand)."


def picture(outputs: Sequence[Node], options: Options = DEFAULTS) -> Picture:
    """The picture of everything that the outputs depend on, or of the part that was chosen."""
    recorded = in_order(outputs)
    twins = _twins(outputs, options)
    ends = [twins.get(node, node) for node in outputs]
    nodes = graph.order(*ends)
    focus = [twins.get(node, node) for node in options.focus]
    kinds = leaf_kinds(recorded)
    found = loss_boxes.losses(nodes, kinds, ends, _opened_losses(options, twins))
    inside = {x for loss in found.values() for x in loss.inside}
    shown = [node for node in nodes if node not in inside]
    near = selection.selected(
        shown,
        lambda node: found[node].operands if node in found else node.operands,
        ends,
        focus,
        options.depth,
    )
    kept, said = selection.without(near, options, kinds)
    places = {} if options.clusters is False else _places(recorded, outputs, twins)
    framed = options.clusters or len(set(places.values())) > 1
    gradients = Gradients(nodes, ends)
    view = Expanded(kept.nodes, ends, gradients, options.short, kinds, places, found)
    stubs, more = selection.stubs(kept, view.ids)
    arrows = (*[a for node in kept.nodes for a in view.arrows(node, view.tails(node))], *more)
    if twins:
        said = (*said, OPENED_NOTE)
    box_of = dict(view.ids)
    for node, loss in found.items():
        if node in view.ids:
            box_of |= dict.fromkeys(loss.inside, view.ids[node])
    box_of |= {node: view.ids[twin] for node, twin in twins.items() if twin in view.ids}
    return Picture(
        (*map(view.box, kept.nodes), *stubs),
        arrows,
        (*said, *notes(arrows, gradients)),
        framed,
        {name: node for node, name in view.ids.items()},
        box_of,
    )


def _twins(outputs: Sequence[Node], options: Options) -> dict[Node, Node]:
    """What stands for each node where affine nodes are opened."""
    if not options.open_affine:
        return {}
    only = None if options.open_affine is True else options.open_affine
    return opened(*outputs, only=only)


def _opened_losses(options: Options, twins: Mapping[Node, Node]) -> bool | set[Node]:
    """The losses to be shown as operations: those asked for, and those the focus is in."""
    if options.open_loss is True:
        return True
    wanted = options.open_loss or frozenset()
    return {twins.get(node, node) for node in wanted}


def _places(
    nodes: Sequence[Node], outputs: Sequence[Node], twins: Mapping[Node, Node]
) -> dict[Node, tuple[str, ...]]:
    """The places of the shown nodes: products have that of their sum."""
    places = scopes.places(nodes, outputs)
    known = set(twins.values())
    for node, twin in twins.items():
        if node in places:
            places[twin] = places[node]
            products = [] if node.op == twin.op else twin.operands
            places |= {x: places[node] for x in products if x not in known}
    return places


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
        places: the layer and neuron of each node that has one.
        losses: the losses that have one box each.

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
        places: Mapping[Node, tuple[str, ...]] = MappingProxyType({}),
        losses: Mapping[Node, loss_boxes.Loss] = MappingProxyType({}),
    ) -> None:
        self.ids = {node: f"n{i}" for i, node in enumerate(nodes)}
        self.gradients = gradients
        self._places = places
        self._losses = losses
        self._names: dict[tuple[Node, int], str] = {}
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
        loss = self._losses.get(node)
        row = [] if graph.is_leaf(node) else [self._operation(node)]
        if loss is not None:
            symbol = loss_boxes.SYMBOL.get(loss.name, "ŷ")
            row = [loss.name, *loss.formula.split("\n"), f"∂/∂{symbol} = {loss.gradient}"]
        lines = (
            *row,
            *text.named(graph.label(node), self._short(node.data)),
            *self.gradients.lines(node, self._short),
        )
        return Box(
            self.ids[node],
            self.kind(node),
            lines,
            self.tooltip(node),
            scope=self._places.get(node, ()),
            flagged=self.gradients.warns(node),
        )

    def _operation(self, node: Node) -> str:
        """The operation of a node: its sign, and its formula where that has a name alone."""
        if node.op not in SPELLED_OUT:
            return str(ops.row_named(node.op).label)
        return self._formula(node)

    def tails(self, node: Node) -> dict[int, str]:
        """From which box the arrow of each operand comes, where the operand is shown."""
        operands = enumerate(self._operands(node))
        return {i: self.ids[operand] for i, operand in operands if operand in self.ids}

    def _operands(self, node: Node) -> Sequence[Node]:
        loss = self._losses.get(node)
        operands: Sequence[Node] = node.operands if loss is None else loss.operands
        return operands

    def arrows(self, node: Node, tails: Mapping[int, str] | None = None) -> list[Arrow]:
        """The arrows into a node, in the order of its operands.

        Args:
            node: a shown node.
            tails: from which box the arrow of which operand comes; left out, each operand has a
                box of its own.
        """
        operands = self._operands(node)
        if tails is None:
            tails = {i: self.ids[operand] for i, operand in enumerate(operands)}
        loss = self._losses.get(node)
        slope = slopes(node) if loss is None else loss_boxes.derivatives(node, loss).__getitem__
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
                local = slope(i)
                shown, tooltip = self._short(local), f"{symbol} = {full(local)}"
            found.append(Arrow(tail, self.ids[node], shown, tooltip, place=i))
        return found

    def name(self, node: Node, levels: int = 2) -> str:
        """A name in one line: the label; without one the formula, and the number of a leaf."""
        if (node, levels) not in self._names:
            self._names[node, levels] = self._made_name(node, levels)
        return self._names[node, levels]

    def _made_name(self, node: Node, levels: int) -> str:
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
