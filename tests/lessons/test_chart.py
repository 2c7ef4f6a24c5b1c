"""Charts as DOT: deterministic, within the frame, and drawn by the layout program."""

from __future__ import annotations

import re

import pytest

from autograd_mini.lessons.chart import Cells, Chart, Curve, Dots, clipped, nice_ticks
from autograd_mini.show import Drawing

CHART = Chart(
    "A line.",
    "x₁",
    'y "quoted"',
    curves=(Curve(((0.0, -5.0), (1.0, 5.0)), "line"),),
    dots=(Dots(((0.5, 0.0),), "dots", ("a\\b",)),),
    cells=Cells((0.0, -1.0), (1.0, 1.0), [[0.0, 0.5], [1.0, 2.0]]),
    y_range=(-1.0, 1.0),
)


def test_equal_charts_have_equal_texts() -> None:
    assert CHART.dot == CHART._replace().dot
    assert CHART.dot != CHART._replace(x_name="x₂").dot


def test_no_string_is_longer_than_an_old_dot_reads() -> None:
    cells = Cells((0.0, 0.0), (1.0, 1.0), [[0.3] * 60] * 60)
    pieces = re.findall(r'"(?:[^"\\]|\\.)*"', CHART._replace(cells=cells).dot)
    assert max(map(len, pieces)) < 16_384


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
    assert Chart("", "x", "y", dots=(Dots(((2.0, 3.0),)),)).dot.startswith("digraph")


def test_the_layout_program_draws_strokes_and_texts() -> None:
    svg = Drawing(CHART.dot, (1, 0)).svg
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"x₁", "line", "dots", "0.5", "a\\b"} <= set(texts)
    assert any("quoted" in text for text in texts)
    assert "<ellipse" in svg
    assert "<polygon" in svg
    assert "<polyline" in svg
