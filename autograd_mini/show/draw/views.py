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

    from autograd_mini.show.dot import Marks
    from autograd_mini.show.draw.options import Options
    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.picture import Picture
    from autograd_mini.value import Value
    from autograd_mini.value import Value as Node

    Made = tuple[Picture, Marks]

ARROWS_PER_NODE = 3
"""A graph with more arrows than so many times ``max_nodes`` is too large too: the time that a
layout takes grows with them, and with their square where many cross."""


def draw(
    root: Value | Sequence[Value],
    view: str = "expanded",
    *,
    open_affine: bool | Value | Sequence[Value] = False,
    depth: int | None = None,
    focus: Value | Sequence[Value] | None = None,
    hide: object = (),
    path: object = None,
    colour: str = "kind",
    clusters: bool | None = None,
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
    - ``"network"``: the layers as columns of network. The weights are the lines between them:
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
        open_affine: affine nodes to show as their products and their sum, each with its own
            number and gradient: True for all, or some of them (expanded).
        depth: how many arrows back from the output are shown, or around the focus (not network).
        focus: a Value or several to look at, with what is near them: two arrows in each direction
            unless ``depth`` says otherwise (not network).
        hide: what is left out: Values, or "constants", "weights", "biases", "inputs", "targets",
            "leaves". Where weights stand on arrows and lines, their texts are left out.
        path: a path to highlight: a list of Values in either direction, such as [x, z, J], between
            which only one path leads, or one of the ``paths`` of an explanation.
        colour: what fills the boxes: "kind", "value" or "gradient". The fills differ in lightness
            for the size and in hue for the sign, which the number in the box shows too.
        clusters: whether frames show what belongs to a neuron and to a layer; None does in the
            expanded view where there is more than one neuron. In the compact view, where a neuron
            is one box, they frame layers.
        edges: what the lines of the network view show: "weight" or "gradient".
        digits: how many significant digits numbers get; tooltips have all of them.
        format: how numbers are written instead, as in ``format(number, ".2f")``.
        theme: "light" or "dark".
        legend: whether to explain the shapes; None does where there is more than one.
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
        >>> from autograd_mini import Value
        >>> from autograd_mini.show import draw
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
    digits = given.digits(digits, "draw")
    max_nodes = given.above_0(max_nodes, "draw", "max_nodes")
    timeout = given.above_0(timeout, "draw", "timeout")
    for name, asked in (("clusters", clusters), ("legend", legend)):
        if asked is not None:
            given.flag(asked, "draw", name)
    from autograd_mini.show.draw import options as read

    read.refuse_unknown("view", view, read.VIEWS)
    read.refuse_unknown("edges", edges, read.EDGES)
    read.refuse_unknown("colour", colour, read.COLOURS)
    read.refuse_elsewhere(
        view,
        [
            ("open_affine", open_affine is not False, ["expanded"]),
            ("depth", depth is not None, ["expanded", "compact"]),
            ("focus", focus is not None, ["expanded", "compact"]),
            ("edges", edges != "weight", ["network"]),
        ],
    )
    outputs = read.outputs_of(root)
    options = read.Options(
        short=read.format_of(digits, format),
        theme=read.theme_of(theme),
        edges=edges,
        open_affine=read.expansion_of(open_affine),
        depth=read.depth_of(depth),
        focus=read.focus_of(focus),
        hide=read.hiding_of(hide),
        path=path,
        colour=colour,
        clusters=clusters,
        legend=legend,
    )
    made = {"expanded": _expanded, "compact": _compact, "network": _network}[view]
    with graph.lock:  # another thread's backward() waits: a picture shows one state of the graph
        picture, marks = made(outputs, options, max_nodes)
        legend = legend if view != "network" else False
        dot = _with_emphasis(picture, marks, outputs, options, legend)
    size = (len(picture.boxes), len(picture.arrows))
    return Drawing(dot, size, program, timeout)


def _with_emphasis(
    picture: Picture, marks: Marks, outputs: list[Node], options: Options, legend: bool | None
) -> str:
    """The DOT text, with the path and the colours that were asked for."""
    from autograd_mini.show.dot import to_dot
    from autograd_mini.show.draw import highlighting

    theme, short = options.theme, options.short
    notes = list(picture.notes)
    samples: list[tuple[str, str]] = []
    if options.colour != "kind":
        fills, samples, note = highlighting.coloured(picture.nodes, options.colour, theme, short)
        marks = marks.over(fills, {})
        notes.insert(0, note)
    if options.path is not None:
        steps = highlighting.steps_of(options.path, graph.order(*outputs))
        marks = marks.over(*highlighting.highlighted(picture, steps, theme))
        notes.insert(0, highlighting.path_note(steps, short))
    return to_dot(picture._replace(notes=tuple(notes)), legend, marks, theme, samples)


def _expanded(outputs: list[Node], options: Options, max_nodes: int) -> Made:
    from autograd_mini.show.dot import NO_MARKS
    from autograd_mini.show.draw import collapsed, expanded, large

    nodes = _without_constants(outputs)
    _refuse_strangers(options, nodes)
    if _is_part(options) or not _too_large(nodes, max_nodes):
        picture = expanded.picture(outputs, options)
        _refuse_large_part(picture, options, max_nodes)
        if _is_part(options) or large.work(picture) <= large.MOST:
            return picture, NO_MARKS
    most = min(max_nodes, collapsed.MOST_SHOWN)
    return collapsed.picture(nodes, outputs, options.short, most), NO_MARKS


def _compact(outputs: list[Node], options: Options, max_nodes: int) -> Made:
    from autograd_mini.show.dot import NO_MARKS
    from autograd_mini.show.draw import collapsed, compact, large, merged
    from autograd_mini.show.draw.captions import Captions
    from autograd_mini.show.draw.expanded import in_order
    from autograd_mini.show.draw.gradients import Gradients
    from autograd_mini.show.draw.neurons import neurons
    from autograd_mini.show.draw.units import network

    nodes = _without_constants(outputs)
    _refuse_strangers(options, nodes)
    if not _too_large(nodes, max_nodes) or _is_part(options):
        nodes = in_order(outputs)
        captions = Captions(Gradients(nodes, outputs), options.short)
        found = neurons(nodes, outputs)
        picture, marks = compact.picture(nodes, outputs, found, captions, options)
        _refuse_large_part(picture, options, max_nodes)
        if _is_part(options) or large.work(picture) <= large.MOST:
            return picture, marks
    nodes = _without_constants(outputs)
    units = network(nodes, outputs)
    size = len(units.parts) + len(units.links) / ARROWS_PER_NODE
    if not units.applications or size > max_nodes:
        most = min(max_nodes, collapsed.MOST_SHOWN)
        return collapsed.picture(nodes, outputs, options.short, most), NO_MARKS
    captions = Captions(Gradients(nodes, outputs), options.short)
    return merged.picture(units, captions, len(nodes), options)


def _network(outputs: list[Node], options: Options, max_nodes: int) -> Made:
    from autograd_mini.show.draw.captions import Captions
    from autograd_mini.show.draw.gradients import Gradients
    from autograd_mini.show.draw.network import picture
    from autograd_mini.show.draw.units import network

    nodes = graph.order(*outputs)
    found = network(nodes, outputs)
    if not found.applications:
        raise ValueError(
            "draw: view='network' found no neuron here. A neuron is a weighted sum of inputs, "
            "w₁x₁ + … + b with leaves as weights, then at most one unary operation; "
            "view='expanded' shows every operation of any graph"
        )
    return picture(found, Captions(Gradients(nodes, outputs), options.short), options)


def _is_part(options: Options) -> bool:
    """Whether a part of the graph was asked for."""
    return options.depth is not None or bool(options.focus)


def _refuse_strangers(options: Options, nodes: list[Node]) -> None:
    """Raise where the focus is not in the graph."""
    known = set(nodes) if options.focus else set()
    for node in options.focus:
        if node not in known and not graph.is_constant(node):
            raise ValueError(
                f"draw: focus= names {graph.name(node)}, which the output does not use"
            )


def _refuse_large_part(picture: Picture, options: Options, max_nodes: int) -> None:
    """Raise where a part was asked for that is itself too large to read."""
    if _is_part(options) and len(picture.boxes) > max(max_nodes, 2):
        raise ValueError(
            f"draw: the part asked for has {len(picture.boxes):,} boxes, more than "
            f"max_nodes={max_nodes}; give a smaller depth=, or a larger max_nodes="
        )


def _without_constants(outputs: list[Node]) -> list[Node]:
    return [node for node in graph.order(*outputs) if not graph.is_constant(node)]


def _too_large(nodes: list[Node], max_nodes: int) -> bool:
    uses = sum(len(graph.raw_operands(node)) for node in nodes)
    return len(nodes) > max_nodes or uses > ARROWS_PER_NODE * max_nodes
