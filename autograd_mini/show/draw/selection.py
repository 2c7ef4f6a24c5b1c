"""Which nodes of a graph are shown: those near the output or near a chosen node, less the hidden.

Vocabulary: a *step* is one arrow. What is left out near a shown node leaves a *stub*: a small grey
box that says how many operands, or uses, are not shown there. What is hidden by kind leaves none.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.show.picture import Arrow, Box
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from autograd_mini.show.draw.options import Options
    from autograd_mini.value import Value as Node

    Neighbours = Callable[[Node], Collection[Node]]

NEAR = 2
"""How many steps around a focus are shown unless depth= says otherwise."""


class Selection(NamedTuple):
    """The shown nodes, in order, and how many are left out near each of them.

    Attributes:
        nodes: the shown nodes, operands before results.
        below, above: for shown nodes, how many operands and how many uses are not shown.
        notes: sentences about what is not shown.
    """

    nodes: list[Node]
    below: Mapping[Node, int] = {}
    above: Mapping[Node, int] = {}
    notes: tuple[str, ...] = ()

    def stubs(self, ids: Mapping[Node, str]) -> tuple[list[Box], list[Arrow]]:
        """The grey boxes for what is left out near nodes with these boxes, and their arrows."""
        boxes: list[Box] = []
        arrows: list[Arrow] = []
        for node in self.nodes:
            for count, noun in (
                (self.below.get(node), "operand"),
                (self.above.get(node), "more use"),
            ):
                if count:
                    name, said = f"s{len(boxes)}", plural(count, noun)
                    boxes.append(Box(name, "summary", ("…", said), f"{said}, not shown here"))
                    ends = (name, ids[node]) if noun == "operand" else (ids[node], name)
                    arrows.append(Arrow(*ends))
        return boxes, arrows


def selected(
    nodes: Sequence[Node],
    operands: Neighbours,
    outputs: Collection[Node],
    focus: Collection[Node],
    options: Options,
    kinds: Mapping[Node, str],
) -> Selection:
    """The nodes within so many steps of the outputs, or around the focus, less what is hidden.

    Args:
        nodes: all nodes, operands before results.
        operands: the nodes from which arrows lead into a node.
        outputs: the nodes that the picture is of.
        focus: the nodes to look at.
        options: how many steps, and what is hidden.
        kinds: the kinds of the leaves.
    """
    near = _near(nodes, operands, outputs, focus, options.depth)
    gone = [node for node in near.nodes if options.hides(node, kinds.get(node, ""))]
    if not gone:
        return near
    counts = Counter(kinds.get(node, "interior node") for node in gone)
    said = f"Hidden: {', '.join(plural(n, kind) for kind, n in counts.items())}."
    hidden = set(gone)
    shown = [node for node in near.nodes if node not in hidden]
    return near._replace(nodes=shown, notes=(*near.notes, said))


def _near(
    nodes: Sequence[Node],
    operands: Neighbours,
    outputs: Collection[Node],
    focus: Collection[Node],
    depth: int | None,
) -> Selection:
    if not focus and depth is None:
        return Selection(list(nodes))
    users: dict[Node, list[Node]] = {}
    for node in nodes:
        for x in operands(node):
            users.setdefault(x, []).append(node)
    steps = NEAR if depth is None else depth
    near = _reached(focus or outputs, operands, steps)
    if focus:
        near |= _reached(focus, lambda node: users.get(node, ()), steps)
    shown = [node for node in nodes if node in near]
    below = {node: sum(x not in near for x in operands(node)) for node in shown}
    above = {node: sum(x not in near for x in users.get(node, ())) for node in shown}
    centre = "the node in focus" if focus else "the output"
    note = (
        f"Shown: {plural(len(shown), 'node')} within {plural(steps, 'step')} of {centre}; "
        f"{plural(len(nodes) - len(shown), 'node')} left out, at the grey boxes."
    )
    return Selection(shown, below, above, (note,) if len(shown) < len(nodes) else ())


def _reached(starts: Collection[Node], neighbours: Neighbours, steps: int) -> set[Node]:
    """What is at most so many steps away, breadth first."""
    met = dict.fromkeys(starts, 0)
    queue = deque(met)
    while queue:
        node = queue.popleft()
        if met[node] < steps:
            for other in neighbours(node):
                if other not in met:
                    met[other] = met[node] + 1
                    queue.append(other)
    return set(met)
