"""The promised numbers at kinks, ties and edges."""

from __future__ import annotations

import math

import pytest

from autograd_mini import StrictError, Value, grad, strict
from tests.accuracy.edges import EDGES, Edge
from tests.graphs import applied


def computed(edge: Edge) -> tuple[float, list[float], list[float]]:
    """The value, the gradients by backward and the derivatives by grad."""
    operands = [Value(x) for x in edge.at]
    z = applied(edge.row, operands)
    z.backward()
    slopes = [slope.data for slope in grad(z, operands)]
    return z.data, [x.grad for x in operands], slopes


def agree(x: float, promised: float) -> bool:
    """Equal, sign of zero and nan included; a promise of six digits is kept to six digits."""
    if math.isnan(promised):
        return math.isnan(x)
    if promised == 0.0 or math.isinf(promised):
        return x == promised
    return math.isclose(x, promised, rel_tol=2e-3 if abs(promised) < 1e-290 else 4e-16)


@pytest.mark.parametrize("edge", EDGES, ids=[edge.call() for edge in EDGES])
def test_the_promised_numbers(edge: Edge) -> None:
    value, gradients, slopes = computed(edge)
    assert agree(value, edge.value)
    if edge.value == 0.0:
        assert math.copysign(1.0, value) == math.copysign(1.0, edge.value)
    for found in (gradients, slopes):
        assert all(map(agree, found, edge.partials)), found


def forward(edge: Edge) -> None:
    applied(edge.row, [Value(x) for x in edge.at])


def backward(edge: Edge) -> None:
    z = applied(edge.row, [Value(x) for x in edge.at])
    with strict():
        z.backward()


@pytest.mark.parametrize("edge", EDGES, ids=[edge.call() for edge in EDGES])
def test_strict_raises_where_finite_operands_give_something_else(edge: Edge) -> None:
    came_in_finite = all(map(math.isfinite, edge.at))
    if came_in_finite and not math.isfinite(edge.value):
        with strict(), pytest.raises(StrictError, match=rf"^{edge.row}\(.*graphs\.py, line"):
            forward(edge)
    else:
        with strict():
            forward(edge)
    if all(map(math.isfinite, edge.partials)):
        backward(edge)
    else:
        with pytest.raises(StrictError, match=rf"derivative of {edge.row}\("):
            backward(edge)
