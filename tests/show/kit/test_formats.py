"""TikZ and Mermaid of a picture; a browser draws the latter in test_mermaid_browser.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograd_mini import Value, draw, nn
from autograd_mini.show import Drawing
from autograd_mini.show.kit import figure
from tests.show.kit.reading import pdf_text, typeset_latex
from tests.show.reading import arrows, boxes
from tests.show.test_labels import NASTY

VIEWS = ("expanded", "compact", "network")


def network() -> Value:
    model = nn.MLP(2, [2, 1], activation="tanh")
    out = model([Value(1.0, "x₁"), Value(-2.0, "x₂")])
    out.label = "ŷ"
    cost: Value = (out - Value.constant(1.0, "θ")) ** 2
    cost.backward()
    return cost


def named(label: str) -> Value:
    w, x = Value(0.5, label), Value(2.0, "x")
    return (w * x + 1.0).tanh()


@pytest.mark.parametrize("view", VIEWS)
def test_a_figure_has_every_box_and_arrow_of_the_svg(view: str) -> None:
    svg = draw(network(), view).svg
    read = figure.read(svg)
    nodes = [x.name for x in read.groups if x.kind == "node"]
    shown = {name for name, box in boxes(svg).items() if box.lines}
    assert set(nodes) >= shown
    assert sum(x.kind == "edge" for x in read.groups) >= len(arrows(svg)) > 0
    for group in read.groups:
        left, top, right, bottom = group.bounds
        assert -1 <= left <= right <= read.wide + 1
        assert -1 <= top <= bottom <= read.tall + 1


@pytest.mark.parametrize("view", VIEWS)
def test_the_ending_says_the_format(view: str, tmp_path: Path) -> None:
    drawing: Drawing = draw(network(), view)
    tex = drawing.save(tmp_path / "a.tex").read_text(encoding="utf-8")
    chart = drawing.save(tmp_path / "a.mmd").read_text(encoding="utf-8")
    assert tex == drawing.to_tikz()
    assert chart == drawing.to_mermaid()
    assert "legend" not in chart
    assert '""' not in chart
    assert tex.count("{") == tex.count("}")
    assert tex.isascii()


@pytest.mark.parametrize("label", [x for x in NASTY if x.strip()])
def test_labels_are_text_in_every_format(label: str) -> None:
    drawing = draw(named(label))
    assert drawing.to_tikz().isascii()
    chart = drawing.to_mermaid()
    labels = re.findall(r'[\[(|]"(.*?)"[\])|]', chart)
    assert len(labels) == chart.count('"') / 2
    assert all("<" not in x.replace("<br>", "") for x in labels)


@pytest.mark.latex
@pytest.mark.parametrize("view", VIEWS)
def test_latex_compiles_a_picture(view: str, tmp_path: Path) -> None:
    drawings = [draw(network(), view), draw(network(), view, theme="dark")]
    pdf = typeset_latex(tmp_path, "\n\n".join(x.to_tikz() for x in drawings))
    said = pdf_text(pdf)
    assert "tanh" in said
    assert "0." in said


@pytest.mark.latex
def test_latex_compiles_labels_of_any_content(tmp_path: Path) -> None:
    texts = [draw(named(label)).to_tikz() for label in NASTY]
    assert typeset_latex(tmp_path, "\n\n".join(texts)).exists()
