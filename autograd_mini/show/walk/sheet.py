"""The picture behind a walk, in one of the views of ``draw``, with room for the texts of all steps.

Vocabulary: a line of a box or an arrow that tells a gradient belongs to one node; the line before
it tells that node's number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.numbers import full
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.gradients import NOT_COMPUTED, Gradients
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.labels import spelled
from autograd_mini.show.names import derivative
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.text import named
from autograd_mini.sweeps import slopes

if TYPE_CHECKING:
    from autograd_mini.numbers import Format
    from autograd_mini.show.walk.film import Lines
    from autograd_mini.show.walk.sentences import Describer
    from autograd_mini.value import Value


class GradientLine(str):
    """A line that tells the gradient of a node."""

    __slots__ = ("node",)
    node: Value


class Roomy(Gradients):
    """Gradients as long as any step writes them, so that a box has room for all of these."""

    def __init__(self, longest: Mapping[Value, str]) -> None:
        self._longest = longest
        self.stale = set()

    def lines(self, node: Value, short: Format) -> tuple[str, ...]:
        """The one line, which remembers whose gradient it is."""
        return () if graph.is_constant(node) else (gradient_line(node, self._longest),)

    def warns(self, node: Value) -> bool:
        """Whether a reader should beware: never, since the numbers are the walk's own."""
        return False

    def notes(self, said: object = None) -> list[str]:
        """What to know before believing the numbers: nothing."""
        return []


def gradient_line(node: Value, longest: Mapping[Value, str]) -> GradientLine:
    """The line in a node's box for its gradient."""
    line = GradientLine(longest.get(node, NOT_COMPUTED))
    line.node = node
    return line


def sheet(
    view: str, describer: Describer, longest: Mapping[Value, str], theme: Theme = LIGHT
) -> Picture:
    """The picture of a recorded graph in a view of ``draw``."""
    nodes, root = describer.recorder.nodes, describer.recorder.root
    if view == "expanded":
        return _expanded(describer, longest)
    from autograd_mini.show.draw import compact, network
    from autograd_mini.show.draw.captions import Captions
    from autograd_mini.show.draw.options import Options
    from autograd_mini.show.draw.units import network as units_of

    gradients = Roomy(longest)
    options = Options(short=describer.number, theme=theme, legend=False)
    if view == "compact":
        picture = compact.picture([root], options, gradients)
    else:
        units = units_of(nodes, [root])
        if not units.applications:
            raise ValueError("walk: view='network' found no neuron here; take view='expanded'")
        picture = network.picture(units, Captions(gradients, options.short), options)
    return picture._replace(notes=())


def _expanded(describer: Describer, longest: Mapping[Value, str]) -> Picture:
    nodes, root, names = describer.recorder.nodes, describer.recorder.root, describer.names
    kinds = leaf_kinds(nodes)
    places = _places(nodes, root)
    home = {node: f"n{i}" for i, node in enumerate(nodes)}
    boxes = tuple(
        Box(
            home[node],
            kinds.get(node) or ("output" if node is root else "interior"),
            box_lines(describer, node, describer.number(node.data), gradient_line(node, longest)),
            _tooltip(node, names[node]),
            scope=places.get(node, ()),
        )
        for node in nodes
    )
    arrows = tuple(arrow for node in nodes for arrow in _arrows(node, home, describer))
    return Picture(boxes, arrows, clustered=len(set(places.values())) > 1, box_of=home)


def _places(nodes: Sequence[Value], root: Value) -> dict[Value, tuple[str, ...]]:
    """The places of nodes; the products of an opened sum have that of the sum."""
    places = dict(scopes.places(nodes, [root]))
    users: dict[Value, set[tuple[str, ...]]] = {}
    for node in reversed(nodes):
        own = users.get(node, set())
        if node not in places and not graph.is_leaf(node) and len(own) == 1:
            places[node] = next(iter(own))
        for operand in graph.operand_nodes(node):
            users.setdefault(operand, set()).add(places.get(node, ()))
    return places


def _tooltip(node: Value, name: str) -> str:
    scope = [", ".join(graph.scope(node))] if graph.scope(node) else []
    return "\n".join([str(graph.label(node)) or name, f"data {full(node.data)}", *scope])


def _arrows(node: Value, home: Mapping[Value, str], describer: Describer) -> Iterator[Arrow]:
    """The arrows into a node, with the local derivatives."""
    local_at, names = slopes(node), describer.names
    for i, operand in enumerate(node.operands):
        shown, tooltip = "", f"{names[operand]} is a constant"
        if not graph.is_constant(operand):
            local = local_at(i)
            shown = describer.number(local)
            tooltip = f"{derivative(names[node], names[operand])} = {full(local)}"
        yield Arrow(home[operand], home[node], shown, tooltip, place=i)


def box_lines(describer: Describer, node: Value, number: str, gradient: str) -> Lines:
    """What stands in a node's box: its operation, name and number, its gradient."""
    if graph.is_constant(node):
        return tuple(named(spelled(graph.label(node)), number))
    row = [] if graph.is_leaf(node) else [ops.row_named(node.op).label]
    return (*row, *named(spelled(graph.label(node)) or describer.names[node], number), gradient)
