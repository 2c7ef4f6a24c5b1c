"""Charts as SVG and PNG: deterministic, within the frame, and the same marks in both."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from matplotlib.colors import to_hex

from autograd_mini.lessons import chart
from autograd_mini.lessons.chart import COLOURS, Cells, Chart, Curve, Dots, clipped, nice_ticks

CHART = Chart(
    "A line.",
    "x₁",
    'y "quoted"',
    curves=(Curve(((0.0, -5.0), (1.0, 5.0)), "line"),),
    dots=(Dots(((0.5, 0.0),), "dots", ("a\\b <i>",)),),
    cells=Cells((0.0, -1.0), (1.0, 1.0), [[0.0, 0.5], [1.0, 2.0]]),
    y_range=(-1.0, 1.0),
)


def test_equal_charts_have_equal_texts() -> None:
    assert CHART.svg == CHART._replace().svg
    assert CHART.svg != CHART._replace(x_name="x₂").svg
    assert CHART.png == CHART._replace().png


def test_a_curve_stays_within_the_frame() -> None:
    ((first, last),) = clipped([(0.0, -5.0), (1.0, 5.0)], -1.0, 1.0)
    assert first == pytest.approx((0.4, -1.0))
    assert last == pytest.approx((0.6, 1.0))
    assert clipped([(0.0, 3.0), (1.0, 4.0)], -1.0, 1.0) == []
    flat = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]
    assert clipped(flat, -1.0, 1.0) == [flat]


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (-0.3, 3.3), (0.02, 0.98), (-1e-3, 2e-3), (0.0, 21.0), (5.0, 5.1)]
)
def test_ticks_are_round_and_few_and_inside(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)


def test_a_chart_of_one_point_can_be_drawn() -> None:
    assert Chart("", "x", "y", dots=(Dots(((2.0, 3.0),)),)).svg.startswith("<svg")


def test_an_svg_holds_every_mark_and_every_text_literally() -> None:
    root = ET.fromstring(CHART.svg)  # noqa: S314  (our own text)
    elements = [element.tag.partition("}")[2] for element in root]
    texts = {element.text for element in root if element.tag.endswith("text")}
    assert {"x₁", "line", "dots", "0.5", "a\\b <i>", 'y "quoted"'} <= texts
    assert elements.count("circle") == 2  # the dot, and the one in the legend
    assert elements.count("rect") == 5  # the paper and the cells
    (curve,) = [e for e in root if e.get("stroke") == COLOURS[0] and e.get("points", "")[0] != "3"]
    ends = [tuple(map(float, pair.split(","))) for pair in curve.get("points", "").split()]
    assert ends == [(226.0, 298.0), (306.0, 38.0)]  # cut at the frame


def test_a_png_shows_the_colours_of_the_marks() -> None:
    from matplotlib.image import imread

    pixels = imread(io.BytesIO(CHART.png), format="png")
    assert pixels.shape == (2 * 348, 2 * 492, 4)

    def at(x: float, y: float) -> str:
        return to_hex(pixels[round(2 * y), round(2 * x)])

    assert at(266.0, 168.0) == COLOURS[1]  # the dot in the middle
    assert at(2.0, 2.0) == "#ffffff"
    assert at(100.0, 250.0) == "#f5af6e"  # the lower left cell
    assert at(400.0, 70.0) == "#6eafe6"  # the upper right one


def test_without_matplotlib_a_chart_is_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(CHART._repr_mimebundle_()) == {"text/plain", "image/svg+xml", "image/png"}
    monkeypatch.setattr(chart, "find_spec", lambda name: None)
    assert set(CHART._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}
    assert CHART.forms == ("svg",)
