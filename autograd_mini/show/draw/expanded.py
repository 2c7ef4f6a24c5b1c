"""The expanded view: every scalar operation with its number and gradient, and every factor between.

Vocabulary: a *node* of the graph becomes a box, each use of it as an operand an arrow, which
carries the *local derivative* ∂result/∂operand. ``a + a`` has two arrows from ``a``. Boxes are
numbered n0, n1, … in the order in which the expression creates its nodes, operands before results
and left before right, so the same graph is the same picture in every process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from autograd_mini import graph, ops
from autograd_mini.numbers import full
from autograd_mini.rows import CALL
from autograd_mini.show import text
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.gradients import Gradients
from autograd_mini.show.draw.loss_boxes import Loss, losses_in
from autograd_mini.show.draw.options import DEFAULTS, Options
from autograd_mini.show.draw.selection import selected
from autograd_mini.show.expansion import opened
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.picture import Arrow, Box, Picture, Place
from autograd_mini.sweeps import slopes

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

OPENED_NOTE = (
    "Opened: products and their sums stand for affine nodes, which compute all of it in one step."
)
SPELLED_OUT = frozenset({"xlogy", "xlog1py"})
"""Operations that a box shows as a formula of its operands."""
EDGE_NOTE = "Number on an arrow: the local derivative ∂(result)/∂(operand)."


class Whole(Protocol):
    """What has one box for several nodes, by the node that holds its number: a loss, a neuron."""

    @property
    def operands(self) -> Sequence[Node]:
        """The nodes from whose boxes arrows lead into it."""

    @property
    def hidden(self) -> Collection[Node]:
        """The other nodes that it stands for."""


def picture(outputs: Sequence[Node], options: Options = DEFAULTS) -> Picture:
    """The picture of everything that the outputs depend on, or of the part that was chosen."""
    recorded = in_order(outputs)
    only = options.open_affine
    twins = opened(*outputs, only=None if only is True else only) if only else {}
    ends = [twins.get(node, node) for node in outputs]
    nodes = graph.order(*ends)
    kinds = leaf_kinds(recorded)
    open_loss = options.open_loss
    if not isinstance(open_loss, bool):
        open_loss = frozenset(twins.get(node, node) for node in open_loss)
    found = losses_in(nodes, kinds, ends, open_loss)
    places = {} if options.clusters is False else _places(recorded, outputs, twins)
    view = Boxes(ends, Gradients(nodes, ends), options, kinds, places, found)
    focus = [twins.get(node, node) for node in options.focus]
    made = view.picture(nodes, focus, [OPENED_NOTE] if twins else [])
    box_of = {node: made.box_of[twin] for node, twin in twins.items() if twin in made.box_of}
    return made._replace(
        clustered=options.clusters or len(set(places.values())) > 1,
        box_of={**made.box_of, **box_of},
    )


def _places(
    nodes: Sequence[Node], outputs: Sequence[Node], twins: Mapping[Node, Node]
) -> dict[Node, Place]:
    """The places of the shown nodes: products have that of their sum."""
    places = scopes.places(nodes, outputs)
    known = set(twins.values())
    for node, twin in twins.items():
        if node in places:
            products = [] if node.op == twin.op else twin.operands
            places |= dict.fromkeys((twin, *(x for x in products if x not in known)), places[node])
    return places


def in_order(outputs: Sequence[Node]) -> list[Node]:
    """All nodes in the order of their making, with every plain number made a node first."""
    for node in graph.order(*outputs):
        _ = node.operands  # where plain numbers become constants
    return graph.order(*outputs)


class Boxes:
    """Boxes and arrows for those nodes of a graph that are shown one by one.

    Args:
        outputs: the nodes that the picture is of.
        gradients: what is known about the gradients.
        options: what is shown, and how.
        kinds: the kinds of the leaves.
        places: the layer and neuron of each node that has one.
        wholes: what has one box for several nodes, by the node that holds its number.

    Attributes:
        ids: what the boxes of the shown nodes are called.
    """

    def __init__(
        self,
        outputs: Sequence[Node],
        gradients: Gradients,
        options: Options,
        kinds: Mapping[Node, str],
        places: Mapping[Node, Place] = MappingProxyType({}),
        wholes: Mapping[Node, Whole] = MappingProxyType({}),
    ) -> None:
        self.ids: dict[Node, str] = {}
        self.gradients = gradients
        self.places = places
        self.wholes = wholes
        self.outputs = outputs
        self.options = options
        self.short = options.short
        self._kinds = kinds
        self._names: dict[tuple[Node, int], str] = {}

    def show(self, nodes: Iterable[Node]) -> None:
        """Give these nodes boxes, operands before results."""
        self.ids = {node: f"n{i}" for i, node in enumerate(nodes)}

    def picture(
        self, nodes: Sequence[Node], focus: Iterable[Node], said: Iterable[str] = ()
    ) -> Picture:
        """The picture of the nodes that the options choose, with more notes about it."""
        hidden = {x for whole in self.wholes.values() for x in whole.hidden}
        needed = set(self.outputs)
        for node in nodes:
            if node not in hidden:
                needed.update(self.operands(node))
        shown = [node for node in nodes if node in needed]
        centre = [x for node in focus for x in self.shown_by(node, needed)]
        kept = selected(shown, self.operands, self.outputs, centre, self.options, self._kinds)
        self.show(kept.nodes)
        boxes = [self.box(node) for node in kept.nodes]
        arrows = [x for node in kept.nodes for x in self.arrows(node, self.tails(node))]
        stubs, more = kept.stubs(self.ids)
        notes = (*kept.notes, *said, *self.notes(kept.nodes, arrows), *self.gradients.notes())
        box_of = {
            x: self.ids[node]
            for node, whole in self.wholes.items()
            if node in self.ids
            for x in whole.hidden
        }
        names = {name: node for node, name in self.ids.items()}
        box_of |= self.ids
        return Picture((*boxes, *stubs), (*arrows, *more), notes, nodes=names, box_of=box_of)

    def shown_by(self, node: Node, shown: Collection[Node]) -> list[Node]:
        """The node itself, or those whose boxes show it."""
        if node in shown:
            return [node]
        return [x for x, whole in self.wholes.items() if node in whole.hidden]

    def notes(self, nodes: Sequence[Node], arrows: Sequence[Arrow]) -> list[str]:
        """What to know about the arrows."""
        return [EDGE_NOTE] if any(arrow.text for arrow in arrows) else []

    def kind(self, node: Node) -> str:
        """Which look the node's box has."""
        if graph.is_leaf(node):
            return self._kinds[node]
        return "output" if node in self.outputs else "interior"

    def box(self, node: Node) -> Box:
        """The box of a node: its operation, its label and number, its gradient."""
        whole = self.wholes.get(node)
        row: Sequence[str] = [] if graph.is_leaf(node) else [self._operation(node)]
        lines = (
            *(whole.lines if isinstance(whole, Loss) else row),
            *text.named(graph.label(node), self.short(node.data)),
            *self.gradients.lines(node, self.short),
        )
        scope, flagged = self.places.get(node, ()), self.gradients.warns(node)
        return Box(self.ids[node], self.kind(node), lines, self.tooltip(node), scope, flagged)

    def _operation(self, node: Node) -> str:
        """The operation of a node: its sign, and its formula where that has a name alone."""
        if node.op not in SPELLED_OUT:
            return str(ops.row_named(node.op).label)
        return self._formula(node)

    def operands(self, node: Node) -> Sequence[Node]:
        """The nodes from whose boxes arrows lead into a node's box."""
        whole = self.wholes.get(node)
        operands: Sequence[Node] = node.operands if whole is None else whole.operands
        return operands

    def tails(self, node: Node) -> dict[int, str]:
        """From which box the arrow of each operand comes, where the operand is shown."""
        operands = enumerate(self.operands(node))
        return {i: self.ids[operand] for i, operand in operands if operand in self.ids}

    def arrows(self, node: Node, tails: Mapping[int, str]) -> list[Arrow]:
        """The arrows into a node, from which box that of which operand comes."""
        operands = self.operands(node)
        whole = self.wholes.get(node)
        slope = whole.slopes(node).__getitem__ if isinstance(whole, Loss) else slopes(node)
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
                shown, tooltip = self.short(local), f"{symbol} = {full(local)}"
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
            return self.short(node.data)
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
