"""``draw``: a picture of a graph, in one of several views.

Vocabulary: a *view* is a way of looking at a graph. *Expanded* shows every scalar operation,
*compact* one box for each neuron, *network* the layers as columns of circles with the weights on
the lines between them.
"""

from __future__ import annotations

from autograd_mini import graph
from autograd_mini.show.drawing import Drawing

TYPE_CHECKING = False  # the import of typing would be paid by everyone
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.graph import Node
    from autograd_mini.show.dot import Marks
    from autograd_mini.show.engine import Program
    from autograd_mini.show.looks import Theme
    from autograd_mini.show.numbers import Format
    from autograd_mini.show.picture import Picture
    from autograd_mini.value import Value

VIEWS = ("expanded", "compact", "network")
EDGES = ("weight", "gradient")

ARROWS_PER_NODE = 3
"""A graph with more arrows than so many times ``max_nodes`` is too large too: the time that a
layout takes grows with them, and with their square where many cross."""


def draw(
    root: Value | Sequence[Value],
    view: str = "expanded",
    *,
    edges: str = "weight",
    digits: int = 4,
    format: str | None = None,
    theme: str = "light",
    legend: bool | None = None,
    max_nodes: int = 1000,
    program: Program = None,
    timeout: float = 30.0,
) -> Drawing:
    r"""A picture of the computation that led to ``root``, from left to right.

    Three views of one graph:

    - ``"expanded"``: every number has a box: what it is for (by shape and colour), the operation
      that made it, its label, its data and its gradient. On each arrow stands the local derivative
      of the result with respect to the operand; a box's gradient times the number on an arrow is
      what flows back along it.
    - ``"compact"``: a box for each neuron, with Σ and the activation; the weights and their
      gradients stand on the arrows (slide 11).
    - ``"network"``: the layers as columns of circles. The weights are the lines between them:
      their colour, dash and width show the sign and the size of the weight or of its gradient.

    A neuron is recognised by its structure, in hand-written graphs as in those of ``nn``: a
    weighted sum, then at most one unary operation. What is no neuron, such as a loss, is shown
    beside them. The network view draws a neuron once, however many examples it serves.

    Nothing is computed but the local derivatives: run ``backward()`` first to see gradients.

    A gradient that was not computed is shown as "grad –". Gradients that a reader could mistake
    are marked in red and explained below the picture: those that another output's ``backward()``
    left behind, and those of leaves that add up several passes. A *stale* graph, a leaf of which
    was given new data, is drawn and marked rather than refused: the nodes show their old numbers,
    and the derivatives next to the changed leaf, which would mix old and new, are shown as "?".

    Args:
        root: the output, or several outputs for one picture.
        view: "expanded", "compact" or "network".
        edges: what the lines of the network view show: "weight" or "gradient".
        digits: how many significant digits numbers get; tooltips have all of them.
        format: how numbers are written instead, as in ``format(number, ".2f")``.
        theme: "light" or "dark".
        legend: whether to explain the shapes; None does where there is more than one.
        max_nodes: a larger graph, or one with more than three times as many arrows, is collapsed:
            its layers and neurons, and what is far from the output, become grey boxes that say
            what they stand for. Constants do not count.
        program: the layout program to use (a path, or a command on PATH) instead of the bundled
            one; the environment variable ``AUTOGRAD_MINI_DOT`` does the same.
        timeout: how many seconds the layout may take.

    Raises:
        TypeError: ``root`` is no Value and no list of Values.
        ValueError: there is no such view, theme or format, a number is out of range, or the
            network view finds no neuron.

    Example:
        >>> from autograd_mini import Value
        >>> from autograd_mini.show import draw
        >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
        >>> y = (w * x + b).tanh()
        >>> y.backward()
        >>> drawing = draw(y)
        >>> 'label="w = 0.5\\ngrad 1.269"' in drawing.dot
        True
        >>> draw(y, view="compact")
        <Drawing: 3 boxes, 2 arrows>

        ``drawing.save("neuron.svg")`` writes it to a file; a notebook shows it by itself.
    """
    _refuse_unknown("view", view, VIEWS)
    _refuse_unknown("edges", edges, EDGES)
    for name, number in (("digits", digits), ("max_nodes", max_nodes), ("timeout", timeout)):
        if not number > 0:
            raise ValueError(f"draw: {name}={number!r}; it must be above 0")
    from autograd_mini.show.dot import to_dot
    from autograd_mini.show.looks import THEMES

    _refuse_unknown("theme", theme, tuple(THEMES))
    short = _format(digits, format)
    outputs = _outputs(root)
    if view == "expanded":
        picture, marks = _expanded(outputs, short, max_nodes)
    elif view == "compact":
        picture, marks = _compact(outputs, short, max_nodes)
    else:
        picture, marks = _network(outputs, short, THEMES[theme], edges, legend)
        legend = False  # the view has a legend of its own
    size = (len(picture.boxes), len(picture.arrows))
    return Drawing(to_dot(picture, legend, marks, THEMES[theme]), size, program, timeout)


def _expanded(outputs: list[Node], short: Format, max_nodes: int) -> tuple[Picture, Marks]:
    from autograd_mini.show import collapse, expanded
    from autograd_mini.show.dot import NO_MARKS

    nodes = _without_constants(outputs)
    if _too_large(nodes, max_nodes):
        most = min(max_nodes, collapse.MOST_SHOWN)
        return collapse.picture(nodes, outputs, short, most), NO_MARKS
    return expanded.picture(outputs, short), NO_MARKS


def _compact(outputs: list[Node], short: Format, max_nodes: int) -> tuple[Picture, Marks]:
    from autograd_mini.show import collapse, compact
    from autograd_mini.show.captions import Captions
    from autograd_mini.show.dot import NO_MARKS
    from autograd_mini.show.expanded import in_order
    from autograd_mini.show.gradients import Gradients
    from autograd_mini.show.neurons import neurons
    from autograd_mini.show.units import network

    nodes = _without_constants(outputs)
    large = _too_large(nodes, max_nodes)
    if not large:
        nodes = in_order(outputs)
    captions = Captions(Gradients(nodes, outputs), short)
    if not large:
        return compact.picture(nodes, outputs, neurons(nodes, outputs), captions)
    found = network(nodes, outputs)
    size = len(found.parts) + len(found.links) / ARROWS_PER_NODE
    if not found.applications or size > max_nodes:
        most = min(max_nodes, collapse.MOST_SHOWN)
        return collapse.picture(nodes, outputs, short, most), NO_MARKS
    return compact.collapsed(found, captions, len(nodes))


def _network(
    outputs: list[Node], short: Format, theme: Theme, edges: str, legend: bool | None
) -> tuple[Picture, Marks]:
    from autograd_mini.show import circles
    from autograd_mini.show.captions import Captions
    from autograd_mini.show.gradients import Gradients
    from autograd_mini.show.units import network

    nodes = graph.order(*outputs)
    found = network(nodes, outputs)
    if not found.applications:
        raise ValueError(
            "draw: view='network' found no neuron here. A neuron is a weighted sum of inputs, "
            "w₁x₁ + … + b with leaves as weights, then at most one unary operation; "
            "view='expanded' shows every operation of any graph"
        )
    captions = Captions(Gradients(nodes, outputs), short)
    return circles.picture(found, captions, theme, edges, legend)


def _format(digits: int, spec: str | None) -> Format:
    """How numbers are written."""
    from autograd_mini.show.numbers import significant, written

    if spec is None:
        return significant(digits)
    try:
        format(0.5, spec)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"draw: format={spec!r} is no format of a number ({error}); try '.3f' or '.2e'"
        ) from None
    return written(spec)


def _refuse_unknown(name: str, given: object, known: Sequence[str]) -> None:
    if given not in known:
        choices = ", ".join(map(repr, known))
        raise ValueError(f"draw: there is no {name} {given!r}; there is {choices}")


def _without_constants(outputs: list[Node]) -> list[Node]:
    return [node for node in graph.order(*outputs) if not graph.is_constant(node)]


def _too_large(nodes: list[Node], max_nodes: int) -> bool:
    return len(nodes) > max_nodes or _uses(nodes) > ARROWS_PER_NODE * max_nodes


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
