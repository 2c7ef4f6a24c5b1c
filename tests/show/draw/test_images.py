"""Images are only tried: that they come out, and that text has room in its box."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given

from autograd_mini import Value
from autograd_mini.show import draw, layout_program, text
from autograd_mini.show.shapes import SIZE
from tests.graphs import build, recipes
from tests.show.reading import SVG, boxes, parsed

LINES = ["grad −0.123456789", "w = 0.5", "WWWWWWWW", "iiiiiiiiii", "Layer 12, neuron 3", "(pass B)"]


@given(recipes(most=40))
@hypothesis.settings(
    max_examples=15,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@pytest.mark.fuzz
def test_any_graph_can_be_laid_out(program: str, recipe: object) -> None:
    _, root = build(recipe)  # type: ignore[arg-type]
    drawing = draw(root, program=program)
    shown = {name for name in boxes(drawing.svg) if name.startswith("n")}
    assert shown == set(re.findall(r"^\t(n\d+) \[", drawing.dot, re.MULTILINE))


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_images_come_out(suffix: str, program: str, tmp_path: Path) -> None:
    _, root = build(([1.0, 2.0], [("mul", (0, 1), 1.0), ("tanh", (2,), 1.0)]))
    saved = draw(root, program=program).save(tmp_path / f"p{suffix}")
    assert saved.stat().st_size > 1000


def test_boxes_are_as_wide_as_their_text() -> None:
    """Our measure against Graphviz's own, which knows Helvetica's widths of plain letters."""
    own = layout_program.bundled()
    if own is None:
        pytest.skip("graphviz-pure is not installed (it has no wheel for this platform)")
    for line in LINES:
        plain = line.replace("−", "-")
        dot = f'digraph {{ n [shape=plain fontname=Helvetica fontsize={SIZE} label="{plain}"] }}'
        done = subprocess.run(
            [own, "-Tplain"], input=dot, capture_output=True, encoding="utf-8", check=True
        )
        inches = float(done.stdout.split("\nnode n ")[1].split()[2])
        ours = text.width(line) * SIZE / 72
        assert inches <= ours <= 1.3 * inches, line


def test_no_text_is_cut_off_at_the_edge(program: str) -> None:
    """Every text, by our measure, ends within the picture: notes are wider than small graphs."""
    x = Value(1.0, "x")
    y = x * 2.0
    y.backward()
    y.backward()
    x.data = 3.0
    svg = draw(y, program=program).svg
    _, _, wide, _ = map(float, svg.split('viewBox="')[1].split('"')[0].split())
    shift = float(svg.split("translate(")[1].split()[0])
    for found in parsed(svg).iter(f"{SVG}text"):
        line = "".join(found.itertext()).rstrip()
        size = text.width(line) * float(found.get("font-size", "nan"))
        size *= {"middle": 0.5, "start": 1.0}[found.get("text-anchor", "")]
        assert shift + float(found.get("x", "nan")) + size <= wide, line
