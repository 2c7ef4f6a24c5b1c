"""What stands out in a picture: a path, and the sizes of values or gradients as colours.

Vocabulary: a *path* leads from the output back to an input; each step is a node and the place of
one of its operands. A path may be given by some of the nodes on it. A *mark* is a set of DOT's
attributes for one box or arrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.choices import chosen
from autograd_mini.numbers import Format
from autograd_mini.real import shown
from autograd_mini.show import text
from autograd_mini.show.palette import Theme, ink, largest, mixed, share
from autograd_mini.show.picture import Box, Picture

if TYPE_CHECKING:
    from autograd_mini.choices import States
    from autograd_mini.show.dot import Marks
    from autograd_mini.value import Value as Node

    PathStep = tuple[Node, int]
    Marked = tuple[dict[str, dict[str, str]], dict[int, dict[str, str]]]

SHARES = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""What a legend of colours shows."""
DIM = 0.7
"""How far what is on no highlighted path is on its way to the background."""
MOST_NAMED = 8
"""A note names at most so many nodes of a path."""


# --- paths ---


def steps_of(path: object, nodes: Sequence[Node]) -> list[PathStep]:
    """The steps of a path, from the output back.

    Args:
        path: nodes_on_it in either direction, or a path of an explanation.
        nodes: the nodes of the picture's graph.

    Raises:
        TypeError: it is neither.
        ValueError: no path, or more than one, leads from one station to the next.
    """
    if hasattr(path, "edges"):
        steps = [(edge.node, edge.place) for edge in path.edges]
        _refuse_strangers([node for node, _ in steps], set(nodes))
        return steps
    nodes_on_it = list(path) if isinstance(path, list | tuple) else []
    if len(nodes_on_it) < 2 or not all(hasattr(x, "operands") for x in nodes_on_it):
        raise TypeError(
            "draw: path= takes a list of two or more Values, such as [x, z, J], or one of the "
            f"paths of an explanation, not {shown(path)}"
        )
    _refuse_strangers(nodes_on_it, set(nodes))
    places = {node: i for i, node in enumerate(nodes)}
    if places[nodes_on_it[0]] < places[nodes_on_it[-1]]:  # operands come before results
        nodes_on_it.reverse()
    steps = []
    for result, operand in pairwise(nodes_on_it):
        steps += _between(result, operand)
    return steps


def _between(result: Node, operand: Node) -> list[PathStep]:
    """The one way from a result to something it depends on; one arrow goes before longer ways."""
    direct = [i for i, x in enumerate(result.operands) if x is operand]
    if direct:
        return [(result, direct[0])]
    counts: dict[Node, int] = {operand: 1}
    for node in graph.order(result):
        if node is not operand and not graph.is_leaf(node):
            counts[node] = sum(counts.get(x, 0) for x in graph.operand_nodes(node))
    ways = counts.get(result, 0)
    if ways != 1:
        how = "no path leads" if ways == 0 else f"{ways:,} paths lead"
        more = "" if ways == 0 else "; name a node between them in path=, as [x, z, J]"
        raise ValueError(f"draw: {how} from {graph.name(operand)} to {graph.name(result)}{more}")
    steps = []
    node = result
    while node is not operand:
        place = next(i for i, x in enumerate(node.operands) if counts.get(x, 0))
        steps.append((node, place))
        node = node.operands[place]
    return steps


def _refuse_strangers(nodes_on_it: Iterable[Node], nodes: set[Node]) -> None:
    for node in nodes_on_it:
        if node not in nodes:
            raise ValueError(f"draw: path= names {graph.name(node)}, which the output does not use")


def highlighted(picture: Picture, marks: Marks, steps: Sequence[PathStep], theme: Theme) -> Marks:
    """The marks of a path on top of others: a thick line in a colour of its own, the rest dim."""
    boxes, arrows = _on_path(picture, steps, theme)
    others = [box for box in picture.boxes if box.id not in boxes]
    dim = {box.id: _dimmed_box(box, marks.boxes.get(box.id, {}), theme) for box in others}
    lines = {
        i: _dimmed(
            {"color": theme.arrow, "fontcolor": theme.text, **marks.arrows.get(i, {})}, theme
        )
        for i in range(len(picture.arrows))
        if i not in arrows
    }
    return marks.over(dim, lines).over(boxes, arrows)


def _dimmed_box(box: Box, mark: Mapping[str, str], theme: Theme) -> dict[str, str]:
    fill, line = theme.boxes[box.kind]
    return _dimmed({"fillcolor": fill, "color": line, "fontcolor": theme.text, **mark}, theme)


def _dimmed(mark: Mapping[str, str], theme: Theme) -> dict[str, str]:
    """The colours of a mark, most of the way to the background."""
    colours = {key: mark[key] for key in ("fillcolor", "color", "fontcolor") if key in mark}
    return {
        key: mixed(colour, theme.background, DIM)
        for key, colour in colours.items()
        if colour != "transparent"
    }


def _on_path(picture: Picture, steps: Sequence[PathStep], theme: Theme) -> Marked:
    """The marks of what is on the path."""
    look = {"color": theme.path, "penwidth": "3.5"}
    box_of = picture.box_of
    boxes: dict[str, dict[str, str]] = {}
    arrows: dict[int, dict[str, str]] = {}
    by_ends: dict[tuple[str, str], list[int]] = {}
    by_weight: dict[tuple[int, str], int] = {}
    for i, arrow in enumerate(picture.arrows):
        by_ends.setdefault((arrow.tail, arrow.head), []).append(i)
        by_weight[id(arrow.weight), arrow.head] = i
    for node, place in steps:
        operand = node.operands[place]
        head, tail = box_of.get(node), box_of.get(operand)
        boxes |= {name: look for name in (head, tail) if name is not None}
        if head is None or head == tail:
            continue
        if tail is None:
            chosen = [by_weight[id(operand), head]] if (id(operand), head) in by_weight else []
        elif (tail, head) in by_ends:
            between = by_ends[tail, head]
            chosen = [i for i in between if picture.arrows[i].place == place] or between[:1]
        elif middle := _middle(picture, tail, head):
            boxes[middle] = look
            chosen = [by_ends[tail, middle][0], by_ends[middle, head][0]]
        else:
            chosen = []
        arrows |= dict.fromkeys(chosen, look)
    return boxes, arrows


def _middle(picture: Picture, tail: str, head: str) -> str:
    """The box of a product between two boxes, where a sum is opened; "" where there is none."""
    users = {arrow.head for arrow in picture.arrows if arrow.tail == tail}
    return next((a.tail for a in picture.arrows if a.head == head and a.tail in users), "")


def path_note(steps: Sequence[PathStep], short: Format) -> str:
    """The sentence about a path: its nodes, and the product of its derivatives."""
    nodes = [steps[-1][0].operands[steps[-1][1]], *[node for node, _ in reversed(steps)]]
    names = [_name(node, short) for node in nodes]
    if len(names) > MOST_NAMED:
        names = [*names[:3], text.ELLIPSIS, *names[-3:]]
    told = f"Highlighted: the path {' → '.join(names)}."
    states: States = {}
    if any(next(islice(chosen(node, states), place, None)) is False for node, place in steps):
        return f"{told} An operand on it is not chosen, so that it contributes nothing."
    locals_ = [
        ops.row_named(node.op).local(place, node.data, [x.data for x in node.operands])
        for node, place in steps
    ]
    return f"{told} The product of its local derivatives is {short(math.prod(locals_))}."


def _name(node: Node, short: Format) -> str:
    label = text.one_line(graph.label(node), 16)
    if label and not text.turns(label):
        return label
    return short(node.data) if graph.is_leaf(node) else ops.row_named(node.op).label


# --- colours ---


def coloured(
    boxes: Mapping[str, Node], what: str, theme: Theme, short: Format
) -> tuple[dict[str, dict[str, str]], list[tuple[str, str]], str]:
    """Marks that fill boxes by their numbers, the samples of a legend, and the sentence about them.

    Args:
        boxes: the node that each box shows.
        what: "value" or "gradient".
        theme: the colours.
        short: how numbers are shown.
    """
    numbers = {
        name: number for name, node in boxes.items() if (number := _number(node, what)) is not None
    }
    most = largest(numbers.values())
    marks = {}
    for name, number in numbers.items():
        fill = theme.fills.colour(share(number, most))
        marks[name] = {"fillcolor": fill, "fontcolor": ink(fill)}
        if math.isnan(number):
            marks[name] = {"color": theme.flag, "penwidth": "3"}
    samples = [(short(most * part), theme.fills.colour(part)) for part in SHARES] if most else []
    note = (
        f"Fill: the {what}. Orange is negative, blue positive; the larger its size, the stronger "
        f"the fill, up to {short(most)}."
    )
    if what == "gradient":
        note += " Without a gradient a box keeps its usual fill."
    return marks, samples, note


def _number(node: Node, what: str) -> float | None:
    if what == "value":
        return float(node.data)
    if graph.is_constant(node) or not node.has_grad:
        return None
    return float(node.grad)
