"""The DOT text of a few pictures, whole; `golden/` has one file for each.

A file that differs from what is drawn was either broken by the change at hand or is out of date;
look at both pictures (`dot -Tpng`) before putting the new text in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_mini import Value
from autograd_mini.show import Drawing, draw

GOLDEN = Path(__file__).parent / "golden"


def neuron() -> Drawing:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b")
    a = (w * x + b).tanh()
    a.label = "a"
    a.backward()
    return draw(a)


def twice() -> Drawing:
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    return draw(b, legend=False)


def mixture() -> Drawing:
    a = Value(3.0, "a")
    b = a * 2.0
    c = b * b
    c.backward()
    b.backward()
    return draw(c, legend=False)


def literal() -> Drawing:
    return draw(Value(1.5, '<b>\n"\\N" &amp; {x|\x07}') ** 2, legend=False)


def collapsed() -> Drawing:
    x = Value(1.0, "x")
    y = x
    for _ in range(20):
        y = y * 2.0 + x
    return draw(y, max_nodes=15)


@pytest.mark.parametrize("made", [neuron, twice, mixture, literal, collapsed])
def test_golden(made: Callable[[], Drawing]) -> None:
    golden = GOLDEN / f"{made.__name__}.dot"
    assert made().dot == golden.read_text(encoding="utf-8")
