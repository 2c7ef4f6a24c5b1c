"""The picture behind a walk, in one of the views of ``draw``, and whose numbers stand where in it.

Vocabulary: the *home* of a node is the box that shows it; a weight of the compact view has none,
it stands on an arrow. A *line* of a box or an arrow that tells a gradient belongs to one node; the
line before it tells that node's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.numbers import full, short, significant
from autograd_mini.show.dot import NO_MARKS, Marks
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
    from autograd_mini.value import Value

VIEWS = ("expanded", "compact", "network")

Lines = tuple[str, ...]


class Sheet:
    """A picture with room for the texts of every step.

    Args:
        picture, marks: what is drawn.
        home: by nodes, the name of the box that shows them.

    Attributes:
        picture, marks: as given.
        home: by nodes, the place of the box that shows them.
        told: for each box the nodes whose gradients it tells, by the places of the lines.
        noted: for each arrow with a weight on it, the weight.
        tellers, noters: by nodes, the boxes and the arrows that tell their gradients.
    """

    def __init__(self, picture: Picture, marks: Marks, home: Mapping[Value, str]) -> None:
        self.picture, self.marks = picture, marks
        places = {box.id: i for i, box in enumerate(picture.boxes)}
        self.home = {node: places[name] for node, name in home.items() if name in places}
        self.told = [
            {i: line.node for i, line in enumerate(box.lines) if isinstance(line, GradientLine)}
            for box in picture.boxes
        ]
        self.noted = {
            i: arrow.weight for i, arrow in enumerate(picture.arrows) if arrow.weight is not None
        }
        self.tellers = _inverse(
            (i, node) for i, told in enumerate(self.told) for node in told.values()
        )
        self.noters = _inverse(self.noted.items())
        self._into: dict[str, list[tuple[int, Arrow]]] = {}
        for i, arrow in enumerate(picture.arrows):
            self._into.setdefault(arrow.head, []).append((i, arrow))

    def arrow(self, node: Value, place: int) -> int | None:
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


def _inverse(pairs: Iterable[tuple[int, Value]]) -> dict[Value, list[int]]:
    """The places of each node."""
    places: dict[Value, list[int]] = {}
    for place, node in pairs:
        places.setdefault(node, []).append(place)
    return places


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

    def notes(self) -> list[str]:
        """What to know before believing the numbers: nothing."""
        return []


def gradient_line(node: Value, longest: Mapping[Value, str]) -> GradientLine:
    """The line in a node's box for its gradient."""
    line = GradientLine(longest.get(node, NOT_COMPUTED))
    line.node = node
    return line


def sheet(
    view: str,
    nodes: Sequence[Value],
    root: Value,
    names: Mapping[Value, str],
    digits: int,
    longest: Mapping[Value, str],
    theme: Theme = LIGHT,
) -> Sheet:
    """The picture of a graph in a view.

    Args:
        view: one of :data:`VIEWS`.
        nodes: all of the graph, operands before results.
        root: the output.
        names: what the nodes are called.
        digits: how many significant digits numbers get.
        longest: the longest text for the gradient of each node.
        theme: the colours.
    """
    if view == "expanded":
        return _expanded(nodes, root, names, digits, longest)
    from autograd_mini.show.draw import compact, network
    from autograd_mini.show.draw.captions import Captions
    from autograd_mini.show.draw.neurons import neurons
    from autograd_mini.show.draw.options import Options
    from autograd_mini.show.draw.units import network as units_of

    captions = Captions(Roomy(longest), significant(digits))
    options = Options(short=significant(digits), theme=theme, legend=False)
    if view == "compact":
        found = neurons(nodes, [root])
        picture, marks = compact.picture(nodes, [root], found, captions, options)
    else:
        units = units_of(nodes, [root])
        if not units.applications:
            raise ValueError("walk: view='network' found no neuron here; take view='expanded'")
        picture, marks = network.picture(units, captions, options)
    return Sheet(picture._replace(notes=()), marks, picture.box_of)


def _expanded(
    nodes: Sequence[Value],
    root: Value,
    names: Mapping[Value, str],
    digits: int,
    longest: Mapping[Value, str],
) -> Sheet:
    kinds = leaf_kinds(nodes)
    places = _places(nodes, root)
    home = {node: f"n{i}" for i, node in enumerate(nodes)}
    boxes = tuple(
        Box(
            home[node],
            kinds.get(node) or ("output" if node is root else "interior"),
            box_lines(node, names[node], short(node.data, digits), gradient_line(node, longest)),
            _tooltip(node, names[node]),
            scope=places.get(node, ()),
        )
        for node in nodes
    )
    arrows = tuple(arrow for node in nodes for arrow in _arrows(node, home, names, digits))
    clustered = len(set(places.values())) > 1
    return Sheet(Picture(boxes, arrows, (), clustered), NO_MARKS, home)


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


def _arrows(
    node: Value, home: Mapping[Value, str], names: Mapping[Value, str], digits: int
) -> list[Arrow]:
    """The arrows into a node, with the local derivatives."""
    local_at = slopes(node)
    arrows = []
    for i, operand in enumerate(node.operands):
        shown, tooltip = "", f"{names[operand]} is a constant"
        if not graph.is_constant(operand):
            local = local_at(i)
            shown = short(local, digits)
            tooltip = f"{derivative(names[node], names[operand])} = {full(local)}"
        arrows.append(Arrow(home[operand], home[node], shown, tooltip, place=i))
    return arrows


def box_lines(node: Value, name: str, number: str, gradient: str) -> Lines:
    """What stands in a node's box: its operation, name and number, its gradient."""
    if graph.is_constant(node):
        return tuple(named(spelled(graph.label(node)), number))
    row = [] if graph.is_leaf(node) else [ops.row_named(node.op).label]
    return (*row, *named(spelled(graph.label(node)) or name, number), gradient)
