"""A graph too large to read, made small enough: what belongs together becomes one box.

Vocabulary:

- *shown*: a node that keeps a box of its own. These are the nodes nearest to the outputs that
  belong to no layer or neuron.
- *place*: all nodes of one neuron, or of one layer where there are too many neurons, as one box.
- *stretch*: nodes without a place that are farther from the outputs, as one box: a node joins the
  stretch of a result that uses it, and those used only outside of stretches join one with the
  other nodes used there.
- *summary*: the box of a place or of a stretch. It says how many nodes it stands for, and which.

Every step looks at each node and each operand once, without recursion.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.given import one_line
from autograd_mini.numbers import Format
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.expanded import Boxes
from autograd_mini.show.draw.gradients import Gradients
from autograd_mini.show.draw.options import Options
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.picture import Arrow, Box, Picture, Place
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

GROUP = "g"
"""The names of the grey boxes begin with it."""

MOST_SHOWN = 12
MOST_PLACES = 12
MOST_STRETCHES = 6
MOST_CONSTANTS = 3
"""Nodes with more operands are shown without their constants."""
MOST_USES = 12
"""So many uses of one shown node by another have an arrow each."""
MOST_NAMES = 3
"""How many operations a summary counts by name."""


def picture(
    nodes: Sequence[Node], outputs: Sequence[Node], short: Format, most: int = MOST_SHOWN
) -> Picture:
    """The picture of a graph, collapsed.

    Args:
        nodes: what the outputs depend on, without constants, operands before results.
        outputs: the nodes that the picture is of.
        short: how numbers are shown.
        most: how many nodes are shown one by one, apart from constants.
    """
    places = places_of(nodes, outputs)
    shown = _nearest(nodes, outputs, places, most)
    boxed = _with_constants(shown)
    options = Options(short=short)
    view = Boxes(outputs, Gradients(nodes, outputs), options, leaf_kinds(boxed))
    view.show(boxed)
    groups = Groups(nodes, view.ids, places)
    boxes = (*groups.boxes(), *map(view.box, view.ids))
    into = [arrow for node in shown for arrow in _arrows_into(node, view, groups.box_of)]
    arrows = (*groups.arrows(), *into)
    note = (
        f"Collapsed: {plural(len(nodes), 'node')} and their arrows are too many to read. The "
        f"nearest to the output are shown one by one ({len(shown)}), the others as grey boxes "
        f"({len(nodes) - len(shown):,})."
    )
    return Picture(
        boxes,
        arrows,
        (note, *view.notes(shown, arrows), *view.gradients.notes()),
        nodes={name: node for node, name in view.ids.items()},
        box_of=view.ids,
    )


def places_of(nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, Place]:
    """The place of every node that has one: its neuron, or its layer if there are many neurons."""
    found = scopes.places(nodes, outputs)
    for depth in range(max(map(len, found.values()), default=0), 0, -1):
        places = {node: scope[:depth] for node, scope in found.items() if node not in outputs}
        if len(set(places.values())) <= MOST_PLACES:
            return places
    return {}


def _nearest(
    nodes: Sequence[Node], outputs: Sequence[Node], places: dict[Node, Place], most: int
) -> list[Node]:
    """The first nodes without a place on the way back from the outputs, breadth first."""
    found: set[Node] = set()
    met = set(outputs)
    queue = deque(outputs)
    while queue and len(found) < most:
        node = queue.popleft()
        if node not in places:
            found.add(node)
        for operand in graph.operand_nodes(node):
            if operand not in met and not graph.is_constant(operand):
                met.add(operand)
                queue.append(operand)
    return [node for node in nodes if node in found]


def _with_constants(nodes: Iterable[Node]) -> list[Node]:
    """The nodes, and the constants of those that have few operands."""
    found: dict[Node, None] = {}
    for node in nodes:
        if len(node.operands) <= MOST_CONSTANTS:
            found.update((x, None) for x in node.operands if graph.is_constant(x))
        found[node] = None
    return list(found)


def _arrows_into(node: Node, view: Boxes, box_of: dict[Node, str]) -> list[Arrow]:
    """The arrows into a shown node; several from one grey box become one, as do very many."""
    boxes = [box_of.get(x) or view.ids.get(x) for x in node.operands]
    tails = {i: box for i, box in enumerate(boxes) if box is not None}
    uses = Counter(tails.values())
    alone = {tail: 1 if tail.startswith(GROUP) else MOST_USES for tail in uses}
    several = {tail: n for tail, n in uses.items() if n > alone[tail]}
    own = {i: tail for i, tail in tails.items() if tail not in several}
    return [
        *view.arrows(node, own),
        *(Arrow(tail, view.ids[node], f"{n:,} uses") for tail, n in several.items()),
    ]


class Groups:
    """The hidden nodes, each in the group that stands for it.

    Args:
        nodes: all nodes, operands before results.
        shown: those that have a box of their own, and what it is called.
        places: the place of each node that has one.

    Attributes:
        box_of: for every node the name of the box that it is in.
    """

    def __init__(
        self, nodes: Sequence[Node], shown: dict[Node, str], places: dict[Node, Place]
    ) -> None:
        self.box_of: dict[Node, str] = {}
        self._groups: dict[object, str] = {}
        self._places = places
        self._stretches = 0
        self._members: dict[str, Counter[str]] = {}
        self._titles: dict[str, str] = {}
        self._uses: Counter[tuple[str, str]] = Counter()
        users: dict[Node, list[str]] = {}
        for node in reversed(nodes):  # results before operands
            met = users.pop(node, [])
            here = shown.get(node) or self._join(node, met)
            self.box_of[node] = here
            for head in met:
                if head != here:
                    self._uses[here, head] += 1
            stretch = self._titles.get(here) == ""
            for operand in graph.operand_nodes(node):
                if graph.is_constant(operand):
                    continue
                draws_in = stretch and operand not in shown and operand not in places
                if not draws_in or self.box_of.setdefault(operand, here) != here:
                    users.setdefault(operand, []).append(here)

    def _join(self, node: Node, users: list[str]) -> str:
        """Put a hidden node into its group and count it there."""
        place = self._places.get(node, ())
        group = self.box_of.get(node) or self._group(place or frozenset(users), place)
        self._members[group][node.op or graph.role(node) or "leaf"] += 1
        return group

    def _group(self, key: object, place: Place) -> str:
        """The group of that key, a new one if need be; stretches are at most MOST_STRETCHES."""
        if not place and key not in self._groups:
            self._stretches += 1
            key = key if self._stretches < MOST_STRETCHES else "the rest"
        if key not in self._groups:
            group = self._groups[key] = f"{GROUP}{len(self._groups)}"
            self._members[group] = Counter()
            self._titles[group] = ", ".join(place)
        return self._groups[key]

    def boxes(self) -> list[Box]:
        """The boxes of the groups, the farthest from the output first."""
        return [self._box(group) for group in reversed(self._members)]

    def _box(self, group: str) -> Box:
        members, title = self._members[group], self._titles[group]
        counts = [f"{count:,} × {name}" for name, count in members.most_common()]
        lines = [one_line(title)] if title else []
        lines += [f"{plural(members.total(), 'node')} not shown", *counts[:MOST_NAMES]]
        lines += ["…"] if len(counts) > MOST_NAMES else []
        return Box(group, "summary", tuple(lines), "\n".join([title, *counts]).strip())

    def arrows(self) -> list[Arrow]:
        """The arrows into the grey boxes, one for each box that they come from."""
        return [
            Arrow(tail, head, f"{n:,} uses" if n > 1 else "")
            for (tail, head), n in self._uses.items()
            if head in self._members
        ]
