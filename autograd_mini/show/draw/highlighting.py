"""What stands out in a picture: a path, and the sizes of values or gradients as colours.

Vocabulary: a *path* leads from the output back to an input; each step is a node and the place of
one of its operands. A path may be given by some of the nodes on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.choices import chosen
from autograd_mini.numbers import Format
from autograd_mini.real import shown
from autograd_mini.show import text
from autograd_mini.show.draw.options import Options, refuse_strangers
from autograd_mini.show.palette import Theme, ink, largest, mixed, share
from autograd_mini.show.picture import Box, Look, Picture

if TYPE_CHECKING:
    from autograd_mini.choices import States
    from autograd_mini.value import Value as Node

    PathStep = tuple[Node, int]

SHARES = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""What a legend of colours shows."""
DIM = 0.7
"""How far what is on no highlighted path is on its way to the background."""
MOST_NAMED = 8
"""A note names at most so many nodes of a path."""


def with_emphasis(
    picture: Picture, outputs: Sequence[Node], options: Options
) -> tuple[Picture, list[tuple[str, str]]]:
    """The picture with the path and the colours that were asked for, and the colours' legend."""
    samples: list[tuple[str, str]] = []
    if options.colour != "kind":
        picture, samples = _coloured(picture, options.colour, options.theme, options.short)
    if options.path is not None:
        steps = _steps_of(options.path, graph.order(*outputs))
        picture = _highlighted(picture, steps, options.theme)
        notes = (_path_note(steps, options.short), *picture.notes)
        picture = picture._replace(notes=notes)
    return picture, samples


# --- paths ---


def _steps_of(path: object, nodes: Sequence[Node]) -> list[PathStep]:
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
        refuse_strangers("path", [node for node, _ in steps], nodes)
        return steps
    nodes_on_it = list(path) if isinstance(path, list | tuple) else []
    if len(nodes_on_it) < 2 or not all(hasattr(x, "operands") for x in nodes_on_it):
        raise TypeError(
            "draw: path= takes a list of two or more Values, such as [x, z, J], or one of the "
            f"paths of an explanation, not {shown(path)}"
        )
    refuse_strangers("path", nodes_on_it, nodes)
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


def _highlighted(picture: Picture, steps: Sequence[PathStep], theme: Theme) -> Picture:
    """The picture with a path on top: a thick line in a colour of its own, the rest dim."""
    boxes, arrows = _on_path(picture, steps)
    look = {"color": theme.path, "penwidth": "3.5"}
    arrow_look = {"color": theme.arrow, "fontcolor": theme.text}
    return picture.looking(
        {
            box.id: look if box.id in boxes else _dimmed({**_usual(box, theme), **box.look}, theme)
            for box in picture.boxes
        },
        {
            i: look if i in arrows else _dimmed({**arrow_look, **arrow.look}, theme)
            for i, arrow in enumerate(picture.arrows)
        },
    )


def _usual(box: Box, theme: Theme) -> Look:
    fill, line = theme.boxes[box.kind]
    return {"fillcolor": fill, "color": line, "fontcolor": theme.text}


def _dimmed(look: Look, theme: Theme) -> Look:
    """The colours of a look, most of the way to the background."""
    colours = {key: look[key] for key in ("fillcolor", "color", "fontcolor") if key in look}
    return {
        key: mixed(colour, theme.background, DIM)
        for key, colour in colours.items()
        if colour != "transparent"
    }


def _on_path(picture: Picture, steps: Sequence[PathStep]) -> tuple[set[str], set[int]]:
    """The boxes and the arrows on the path."""
    box_of = picture.box_of
    boxes: set[str] = set()
    arrows: set[int] = set()
    by_ends: dict[tuple[str, str], list[int]] = {}
    by_weight: dict[tuple[int, str], int] = {}
    for i, arrow in enumerate(picture.arrows):
        by_ends.setdefault((arrow.tail, arrow.head), []).append(i)
        by_weight[id(arrow.weight), arrow.head] = i
    for node, place in steps:
        operand = node.operands[place]
        head, tail = box_of.get(node), box_of.get(operand)
        boxes |= {name for name in (head, tail) if name is not None}
        if head is None or head == tail:
            continue
        if tail is None:
            arrows |= {by_weight[key] for key in [(id(operand), head)] if key in by_weight}
        elif (tail, head) in by_ends:
            between = by_ends[tail, head]
            exact = [i for i in between if picture.arrows[i].place == place]
            arrows |= set(exact or between[:1])
        elif middle := _middle(picture, tail, head):
            boxes.add(middle)
            arrows |= {by_ends[tail, middle][0], by_ends[middle, head][0]}
    return boxes, arrows


def _middle(picture: Picture, tail: str, head: str) -> str:
    """The box of a product between two boxes, where a sum is opened; "" where there is none."""
    users = {arrow.head for arrow in picture.arrows if arrow.tail == tail}
    return next((a.tail for a in picture.arrows if a.head == head and a.tail in users), "")


def _path_note(steps: Sequence[PathStep], short: Format) -> str:
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


def _coloured(
    picture: Picture, what: str, theme: Theme, short: Format
) -> tuple[Picture, list[tuple[str, str]]]:
    """The picture with its boxes filled by "value" or "gradient", and the samples of a legend."""
    numbers = {
        name: number
        for name, node in picture.nodes.items()
        if (number := _number(node, what)) is not None
    }
    most = largest(numbers.values())
    looks = {}
    for name, number in numbers.items():
        fill = theme.fills.colour(share(number, most))
        looks[name] = {"fillcolor": fill, "fontcolor": ink(fill)}
        if math.isnan(number):
            looks[name] = {"color": theme.flag, "penwidth": "3"}
    samples = [(short(most * part), theme.fills.colour(part)) for part in SHARES] if most else []
    note = (
        f"Fill: the {what}. Orange is negative, blue positive; the larger its size, the stronger "
        f"the fill, up to {short(most)}."
    )
    if what == "gradient":
        note += " Without a gradient a box keeps its usual fill."
    return picture.looking(looks, {})._replace(notes=(note, *picture.notes)), samples


def _number(node: Node, what: str) -> float | None:
    if what == "value":
        return float(node.data)
    if graph.is_constant(node) or not node.has_grad:
        return None
    return float(node.grad)
