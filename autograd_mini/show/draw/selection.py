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

    Operands = Callable[[Node], Sequence[Node]]

NEAR = 2
"""How many steps around a focus are shown unless depth= says otherwise."""


class Selection(NamedTuple):
    """The shown nodes, in order, and how many are left out near each of them.

    Attributes:
        nodes: the shown nodes, operands before results.
        below, above: for shown nodes, how many operands and how many uses are not shown.
        note: a sentence about what is shown; "" where all is.
    """

    nodes: list[Node]
    below: dict[Node, int]
    above: dict[Node, int]
    note: str


def selected(
    nodes: Sequence[Node],
    operands: Operands,
    outputs: Sequence[Node],
    focus: Collection[Node] = (),
    depth: int | None = None,
) -> Selection:
    """The nodes within so many steps of the outputs, or around the focus.

    Args:
        nodes: all nodes, operands before results.
        operands: the nodes from which arrows lead into a node.
        outputs: the nodes that the picture is of.
        focus: the nodes to look at; left out, the outputs, and back from there.
        depth: how many steps; None is all of them, and NEAR around a focus.
    """
    if not focus and depth is None:
        return Selection(list(nodes), {}, {}, "")
    users: dict[Node, list[Node]] = {}
    for node in nodes:
        for x in operands(node):
            users.setdefault(x, []).append(node)
    steps = NEAR if depth is None else depth
    near = _reached(focus or outputs, operands, steps)
    if focus:
        near |= _reached(focus, lambda node: users.get(node, ()), steps)
    shown = [node for node in nodes if node in near]
    below = {node: n for node in shown if (n := sum(x not in near for x in operands(node)))}
    above = {node: n for node in shown if (n := sum(x not in near for x in users.get(node, ())))}
    centre = "the node in focus" if focus else "the output"
    note = (
        f"Shown: {plural(len(shown), 'node')} within {plural(steps, 'step')} of {centre}; "
        f"{plural(len(nodes) - len(shown), 'node')} left out, at the grey boxes."
    )
    return Selection(shown, below, above, note if len(shown) < len(nodes) else "")


def without(
    near: Selection, options: Options, kinds: Mapping[Node, str]
) -> tuple[Selection, tuple[str, ...]]:
    """The selection less what is hidden, and the sentences about what is not shown.

    Args:
        near: what was chosen.
        options: which say what is hidden.
        kinds: the kinds of the leaves.
    """
    hidden = [node for node in near.nodes if options.hides(node, kinds.get(node, ""))]
    said = [near.note] if near.note else []
    if hidden:
        gone = set(hidden)
        near = near._replace(nodes=[node for node in near.nodes if node not in gone])
        counts = Counter(kinds.get(node, "interior node") for node in hidden)
        said.append(f"Hidden: {', '.join(plural(n, kind) for kind, n in counts.items())}.")
    return near, tuple(said)


def _reached(
    starts: Collection[Node], neighbours: Callable[[Node], Collection[Node]], steps: int
) -> set[Node]:
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


def stubs(chosen: Selection, ids: Mapping[Node, str]) -> tuple[list[Box], list[Arrow]]:
    """The grey boxes for what is left out, and their arrows."""
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in chosen.nodes:
        if count := chosen.below.get(node):
            name = f"s{len(boxes)}"
            boxes.append(_stub(name, plural(count, "operand")))
            arrows.append(Arrow(name, ids[node]))
        if count := chosen.above.get(node):
            name = f"s{len(boxes)}"
            boxes.append(_stub(name, plural(count, "more use")))
            arrows.append(Arrow(ids[node], name))
    return boxes, arrows


def _stub(name: str, text: str) -> Box:
    return Box(name, "summary", ("…", text), f"{text}, not shown here")
