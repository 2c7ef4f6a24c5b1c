"""``draw``: a picture of a graph, in one of several views.

Vocabulary: a *view* is a way of looking at a graph. *Expanded* shows every scalar operation,
*compact* one box for each neuron, *network* the layers as columns of circles with the weights on
the lines between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import given, graph
from autograd_mini.show.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.layout_program import Program
    from autograd_mini.value import Value


def draw(
    root: Value | Sequence[Value],
    view: str = "expanded",
    *,
    open_affine: bool | Value | Sequence[Value] = False,
    open_loss: bool | Value | Sequence[Value] = False,
    all_neurons: bool = False,
    loops: str = "all",
    depth: int | None = None,
    focus: Value | Sequence[Value] | None = None,
    hide: object = (),
    path: object = None,
    colour: str = "kind",
    color: str | None = None,
    clusters: bool | None = None,
    edges: str = "weight",
    digits: int = 4,
    format: str | None = None,
    theme: str = "light",
    legend: bool | None = None,
    direction: str | None = None,
    aspect: str | None = None,
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
        view: "expanded", "compact" or "network"; "auto" takes the one that shows most of what can
            still be read, and a note says which and why.
        open_affine: affine nodes to show as their products and their sum, each with its own
            number and gradient: True for all, or some of them (expanded).
        open_loss: losses to show as their operations: True for all, or some of them (not
            network). A loss of :mod:`autograd_mini.losses` is one box otherwise, with its formula
            and its derivative with respect to the prediction.
        all_neurons: whether all neurons of a layer wider than 6 are shown, not only the first and
            the last (expanded).
        loops: which steps of a recurrence are shown, "all" or "collapsed": the first and the last,
            and a box that says how many are between (not network).
        depth: how many arrows back from the output are shown, or around the focus (not network).
        focus: a Value or several to look at, with what is near them: two arrows in each direction
            unless ``depth`` says otherwise (not network).
        hide: what is left out: Values, or "constants", "weights", "biases", "inputs", "targets",
            "leaves". Where weights stand on arrows and lines, their texts are left out.
        path: a path to highlight: a list of Values in either direction, such as [x, z, J], between
            which only one path leads, or one of the ``paths`` of an explanation.
        colour: what fills the boxes: "kind", "value" or "gradient". The fills differ in lightness
            for the size and in hue for the sign, which the number in the box shows too.
        color: the same.
        clusters: whether frames show what belongs to a neuron and to a layer; None does in the
            expanded view where there is more than one neuron. In the compact view, where a neuron
            is one box, they frame layers.
        edges: what the lines of the network view show: "weight" or "gradient".
        digits: how many significant digits numbers get; tooltips have all of them.
        format: how numbers are written instead, as in ``format(number, ".2f")``.
        theme: "light" or "dark".
        legend: whether to explain the shapes; None does where there is more than one.
        direction: where the arrows point, "right" or "down" (not network); left out, to the right,
            or as it fits ``aspect`` better.
        aspect: how wide and high the whole picture is, such as "16:9" for a slide; where its text
            would be smaller than 12 pixels on a slide 1280 pixels wide, a note says so.
        max_nodes: a larger graph, or one with more than three times as many arrows or with very
            long ones, is collapsed: its layers and neurons, and what is far from the output,
            become grey boxes that say what they stand for. Constants do not count.
        program: the layout program to use (a path, a command on PATH, or a callable) instead of
            the bundled one; the environment variable ``AUTOGRAD_MINI_DOT`` does the same.
        timeout: how many seconds the layout may take.

    Raises:
        TypeError: ``root`` is no Value and no list of Values, or an option is of a wrong type.
        ValueError: there is no such view, theme, format or kind, a number is out of range, a Value
            is not in the graph, the view does not have the option, no single path leads along
            ``path``, or the network view finds no neuron.

    Example:
        >>> from autograd_mini import Value, draw
        >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
        >>> y = (w * x + b).tanh()
        >>> y.backward()
        >>> drawing = draw(y)
        >>> 'label="w = 0.5\\ngrad 1.269"' in drawing.dot
        True
        >>> draw(y, view="compact")
        <Drawing: 2 boxes, 1 arrows>

        ``drawing.save("neuron.svg")`` writes it to a file; a notebook shows it by itself.
    """
    asked = {name: value for name, value in locals().items() if name != "root"}
    asked["digits"] = given.digits(digits, "draw")
    max_nodes = given.above_0(max_nodes, "draw", "max_nodes")
    timeout = given.above_0(timeout, "draw", "timeout")
    for name in ("all_neurons", "clusters", "legend"):
        if asked[name] is not None:
            given.flag(asked[name], "draw", name)
    from autograd_mini.show.dot import to_dot
    from autograd_mini.show.draw import highlighting
    from autograd_mini.show.draw.making import made
    from autograd_mini.show.draw.options import outputs_of, read

    options = read(asked)
    outputs = outputs_of(root)
    with graph.lock:  # another thread's backward() waits: a picture shows one state of the graph
        picture = made(view, outputs, options, max_nodes)
        picture, samples = highlighting.with_emphasis(picture, outputs, options)
        legend = False if picture.layout else options.legend  # the network view has its own
        dot = to_dot(picture, legend, options.theme, samples, options.direction, options.aspect)
    return Drawing(dot, (len(picture.boxes), len(picture.arrows)), program, timeout)
