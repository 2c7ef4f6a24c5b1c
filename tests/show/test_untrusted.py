"""Labels that nobody vetted, in every view, every format, and every place that shows them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import Value, graph, losses, nn, ops
from autograd_mini.show import draw, text
from tests.show.reading import SVG, arrows, boxes, parsed, spaced, texts
from tests.show.test_labels import FORBIDDEN, NASTY

WORST = [
    '"><script>alert(1)</script>',
    "]]><!--",
    "\\end{document} \\N \\l",
    "{a|<b>}",
    "\u202eevil\u202c עברית",
    "漢字 &amp; &#x41;",
    "".join(FORBIDDEN),
    "x\n" * 10,
    "10 kB <b> " * 1000,
]
OPTIONS: list[dict[str, Any]] = [
    {"view": "expanded"},
    {"view": "expanded", "open_affine": True, "clusters": True, "colour": "value"},
    {"view": "expanded", "max_nodes": 2},
    {"view": "expanded", "depth": 1},
    {"view": "compact", "clusters": True},
    {"view": "compact", "max_nodes": 12},
    {"view": "network"},
    {"view": "network", "edges": "gradient", "theme": "dark"},
]


def hostile(label: str) -> Value:
    """Two layers in which everything that has a name has this one; a loss after them."""
    place = (label, label + "2")
    x = [Value(0.5, graph.Tag(label, role="input")), Value(-1.0, label)]

    def neuron(inputs: list[Value]) -> Value:
        w = [Value(0.25, graph.Tag(label, place, "weight")) for _ in inputs]
        z: Value = ops.affine(w, inputs, Value(0.125, graph.Tag(label, place, "bias")))
        z.label = graph.Tag(label, place, "sum")
        a = z.tanh()
        a.label = graph.Tag(label, place, "activation")
        return a

    y = neuron([neuron(x), neuron(x)])
    loss: Value = losses.squared_error(y, Value(1.0, label))
    loss.label = label
    loss.backward()
    return loss


@pytest.mark.parametrize("label", WORST, ids=range(len(WORST)))
def test_it_is_text_and_nothing_else_in_every_view(
    label: str, program: str, tmp_path: Path
) -> None:
    root = hostile(label)
    for options in OPTIONS:
        drawing = draw(root, program=program, **options)
        drawing.save(tmp_path / "p.dot")
        svg = drawing.svg
        tags = {element.tag for element in parsed(svg).iter()}
        known = {
            "svg",
            "g",
            "title",
            "text",
            "a",
            "path",
            "polygon",
            "ellipse",
            "polyline",
            "style",
        }
        assert {tag.removeprefix(SVG) for tag in tags} <= known
        first = text.lines(label)[0]
        shown = {spaced(text.cut(first, longest)) for longest in (text.LONGEST_LINE, 16)}
        assert any(part in said for part in shown for said in texts(svg)), options
        tips = [read.tooltip for read in boxes(svg).values()]
        tips += [read.tooltip for _, read in arrows(svg)]
        assert any(tip.startswith(spaced(text.visible(label))) for tip in tips), options


@pytest.mark.parametrize("view", ["expanded", "compact", "network"])
def test_every_format_can_be_written(view: str, program: str, tmp_path: Path) -> None:
    for label in WORST[::2]:
        saved = draw(hostile(label), view=view, program=program).save(tmp_path / "p.png")
        assert saved.read_bytes().startswith(b"\x89PNG")
    if shutil.which("dot") is None:
        pytest.skip("Graphviz's dot, which PDF needs, is not installed")
    for label in WORST[::2]:
        saved = draw(hostile(label), view=view).save(tmp_path / "p.pdf")
        assert saved.read_bytes().startswith(b"%PDF")


def test_notes_and_messages_name_them_literally(program: str) -> None:
    for label in NASTY:
        if not label.strip() or "  " in label:  # a note is broken at its spaces
            continue
        w, x = Value(0.5, label), Value(2.0, "x")
        y = (w * x + 1.0).tanh()
        svg = draw(y, path=[w, y], program=program).svg
        said = " ".join(texts(svg))
        cut = text.one_line(label, 16)
        assert text.turns(cut) or f"Highlighted: the path {spaced(cut)}" in spaced(said)
        stranger = Value(1.0, label)
        with pytest.raises(ValueError, match="which the output does not use"):
            draw(y, focus=stranger)


def test_a_model_of_nn_with_renamed_parameters() -> None:
    model = nn.MLP(2, [2, 1])
    for parameter in model.parameters():
        parameter.label = WORST[0]
    y = model([1.0, 2.0])
    for view in ("expanded", "compact", "network"):
        assert spaced(WORST[0][:15]) in " ".join(texts(draw(y, view=view).svg))
