"""``draw``: a picture of a graph, in one of several views.

Vocabulary: a *view* is a way of looking at a graph. *Expanded* shows every scalar operation.
"""

from __future__ import annotations

from autograd_mini import graph
from autograd_mini.show.drawing import Drawing

TYPE_CHECKING = False  # the import of typing would be paid by everyone
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.graph import Node
    from autograd_mini.show.engine import Program
    from autograd_mini.show.picture import Picture
    from autograd_mini.value import Value

VIEWS = ("expanded",)

ARROWS_PER_NODE = 3
"""A graph with more arrows than so many times ``max_nodes`` is too large too: the time that a
layout takes grows with them, and with their square where many cross."""


def draw(
    root: Value | Sequence[Value],
    view: str = "expanded",
    *,
    digits: int = 4,
    legend: bool | None = None,
    max_nodes: int = 1000,
    program: Program = None,
    timeout: float = 30.0,
) -> Drawing:
    r"""A picture of the computation that led to ``root``, from left to right.

    Every number has a box: what it is for (by shape and colour), the operation that made it, its
    label, its data and its gradient. On each arrow stands the local derivative of the result with
    respect to the operand; a box's gradient times the number on an arrow is what flows back along
    it. Nothing is computed but these local derivatives: run ``backward()`` first to see gradients.

    A gradient that was not computed is shown as "grad –". Gradients that a reader could mistake
    are marked in red and explained below the picture: those that another output's ``backward()``
    left behind, and those of leaves that add up several passes. A *stale* graph, a leaf of which
    was given new data, is drawn and marked rather than refused: the nodes show their old numbers,
    and the derivatives next to the changed leaf, which would mix old and new, are shown as "?".

    Args:
        root: the output, or several outputs for one picture.
        view: "expanded" is the only one so far.
        digits: how many significant digits numbers get; tooltips have all of them.
        legend: whether to explain the shapes; None does where there is more than one.
        max_nodes: a larger graph, or one with more than three times as many arrows, is collapsed:
            its layers and neurons, and what is far from the output, become grey boxes that say
            what they stand for. Constants do not count.
        program: the layout program to use (a path, or a command on PATH) instead of the bundled
            one; the environment variable ``AUTOGRAD_MINI_DOT`` does the same.
        timeout: how many seconds the layout may take.

    Raises:
        TypeError: ``root`` is no Value and no list of Values.
        ValueError: there is no such view, or a number is out of range.

    Example:
        >>> from autograd_mini import Value
        >>> from autograd_mini.show import draw
        >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
        >>> y = (w * x + b).tanh()
        >>> y.backward()
        >>> drawing = draw(y)
        >>> 'label="w = 0.5\\ngrad 1.269"' in drawing.dot
        True

        ``drawing.save("neuron.svg")`` writes it to a file; a notebook shows it by itself.
    """
    if view not in VIEWS:
        raise ValueError(f"draw: there is no view {view!r}; there is {', '.join(map(repr, VIEWS))}")
    for name, number in (("digits", digits), ("max_nodes", max_nodes), ("timeout", timeout)):
        if not number > 0:
            raise ValueError(f"draw: {name}={number!r}; it must be above 0")
    from autograd_mini.show.dot import to_dot

    picture = _picture(_outputs(root), digits, max_nodes)
    size = (len(picture.boxes), len(picture.arrows))
    return Drawing(to_dot(picture, legend), size, program, timeout)


def _picture(outputs: list[Node], digits: int, max_nodes: int) -> Picture:
    from autograd_mini.show import collapse, expanded

    nodes = [node for node in graph.order(*outputs) if not graph.is_constant(node)]
    if len(nodes) > max_nodes or _uses(nodes) > ARROWS_PER_NODE * max_nodes:
        return collapse.picture(nodes, outputs, digits, min(max_nodes, collapse.MOST_SHOWN))
    return expanded.picture(outputs, digits)


def _uses(nodes: list[Node]) -> int:
    return sum(len(graph.raw_operands(node)) for node in nodes)


def _outputs(root: Value | Sequence[Value]) -> list[Node]:
    outputs = list(root) if isinstance(root, list | tuple) else [root]
    for output in outputs:
        if not hasattr(output, "operands"):
            raise TypeError(
                f"draw: expected a Value or a list of Values, not {type(output).__name__} "
                f"{output!r:.60}"
            )
    if not outputs:
        raise TypeError("draw: expected a Value or a list of Values, not an empty list")
    return list(dict.fromkeys(outputs))
