"""Rows that differ in length, conditions that somebody wrote, and selections: in every tier.

Each function's first example has a gradient of 0, or hides what goes wrong, so that only a check at
other numbers can see it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, ops
from tests.compiler.agreement import EVERY_TIER, assert_every_call

Case = tuple[Callable[..., Any], list[Value], list[Any]]


def values(count: int, seed: int = 0) -> list[Value]:
    rng = random.Random(seed)
    return [Value(rng.gauss(0.0, 0.5), f"w{i}") for i in range(count)]


def gaussians(*shape: int, seed: int = 1) -> Any:
    rng = random.Random(seed)

    def build(sizes: tuple[int, ...]) -> Any:
        return [build(sizes[1:]) for _ in range(sizes[0])] if sizes else rng.gauss(0.0, 1.0)

    return build(shape)


def dot(x: Any, y: Any) -> Any:
    return ops.sum([a * b for a, b in zip(x, y, strict=True)])


def gated(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function times relu of one more argument, which is negative in the first example."""
    return lambda x, gate: fn(x) * ops.relu(gate)


GATE = [-1.0, 2.0, 0.5]


def ragged_right() -> Case:
    w = values(4)

    def fn(xs: Any) -> Any:  # soft ranking: later items above earlier ones
        k = [ops.exp(v) for v in w]
        rows = [ops.sum([ops.relu(xs[i] - xs[j]) * k[j] for j in range(i)]) for i in range(1, 4)]
        return ops.sum([ops.tanh(0.1 * row) for row in rows])

    return fn, w, [[[3.0, 2.0, 1.0, 0.5], [1.0, 2.0, 3.0, 4.0], [0.0, 1.0, -1.0, 2.0]]]


def a_floor_that_is_an_argument() -> Case:
    w, n = values(3), 6

    def fn(xs: Any, floor: Any) -> Any:
        total: Any = 0.0
        for i in range(n):
            own = [a * b for a, b in zip(xs[i], w, strict=True)]
            scores = [dot(own, xs[j]) for j in range(i + 1)]
            kept = [ops.relu(ops.maximum(ops.exp(s), floor[i]) - 1.0) for s in scores]
            total = total + ops.tanh(0.1 * ops.sum(kept))
        return total

    return fn, w, [gaussians(3, n, 3), [[-1.0] * n, [2.0 + 0.1 * k for k in range(n)], [1.5] * n]]


def weight_standardisation() -> Case:
    n = 4
    w = values(n * n)
    rows = [w[i * n : (i + 1) * n] for i in range(n)]

    def fn(x: Any) -> Any:
        centred = []
        for row in rows:
            mean = ops.sum(row) / n
            spread = ops.sum([(a - mean) ** 2 for a in row]) / n
            centred.append([(a - mean) / ops.sqrt(spread + 0.1) for a in row])
        parts = [
            ops.tanh(ops.sum([centred[i][p] * rows[p][j] for p in range(i + 1)]))
            for i in range(n)
            for j in range(n)
        ]
        return ops.relu(x) * sum(parts) + 0.1 * sum(p * p for p in w)

    return fn, w, [[-1.0, 2.0, 0.5]]


def window_attention() -> Case:
    w = values(8)

    def fn(xs: Any) -> Any:
        queries = [[dot(x, w[:2]), dot(x, w[2:4])] for x in xs]
        keys = [[dot(x, w[4:6]), dot(x, w[6:])] for x in xs]
        total: Any = 0.0
        for i, q in enumerate(queries):
            near = range(max(0, i - 2), min(len(xs), i + 3))
            scores = [dot(q, keys[j]) for j in near]
            top = ops.max(scores)
            e = [ops.exp(s - top) for s in scores]
            z = ops.sum(e)
            total = total + ops.sum([v / z * xs[j][0] for v, j in zip(e, near, strict=True)]) ** 2
        return total

    return gated(fn), w, [gaussians(3, 8, 2), GATE]


def causal(rows: int) -> Case:
    w = values(8)

    def fn(xs: Any) -> Any:
        queries = [[dot(x, w[:2]), dot(x, w[2:4])] for x in xs]
        keys = [[dot(x, w[4:6]), dot(x, w[6:])] for x in xs]
        total: Any = 0.0
        for i, q in enumerate(queries):
            scores = [dot(q, keys[j]) for j in range(i + 1)]
            top = ops.max(scores)
            e = [ops.exp(s - top) for s in scores]
            z = ops.sum(e)
            total = total + ops.sum([v / z * x[0] for v, x in zip(e, xs, strict=False)]) ** 2
        return total

    return gated(fn), w, [gaussians(3, rows, 2), GATE]


def an_additive_mask_of_minus_infinity() -> Case:
    w = values(4)

    def fn(xs: Any) -> Any:
        total: Any = 0.0
        for i in range(4):
            mask = [0.0 if j <= i else -math.inf for j in range(4)]
            scores = [w[i] * xs[j] + m for j, m in enumerate(mask)]
            top = ops.max(scores)
            e = [ops.exp(s - top) for s in scores]
            total = total + ops.sum([v * x for v, x in zip(e, xs, strict=True)]) / ops.sum(e)
        return total

    return gated(fn), w, [gaussians(3, 4), GATE]


def pairs_apart() -> Case:
    """1/(xᵢ − xⱼ) over j < i: what a hole would compute is 1/0."""
    w = values(3)

    def fn(xs: Any) -> Any:
        places = [dot(x, w) for x in xs]
        rows = [
            ops.sum([1.0 / (places[i] - places[j]) for j in range(i)])
            for i in range(1, len(places))
        ]
        return ops.sum([ops.tanh(row) for row in rows])

    return gated(fn), w, [gaussians(3, 5, 3), GATE]


def sums_of_logarithms() -> Case:
    a, b = values(2)

    def fn(x: Any) -> Any:
        p, q = ops.exp(a * x), ops.exp(b)
        first = sum(ops.log(q + float(k)) for k in range(3))
        second = sum(ops.log(p + q + float(k)) for k in range(2))
        return first + second + sum(ops.log(p + 1.0 + q + float(k)) for k in range(3))

    return gated(fn), [a, b], [[0.5, 1.0, 2.0], GATE]


def rows_of_nothing_but_minus_infinity() -> Case:
    """The largest of a row that is −∞ throughout: its holes are no part of the tie."""
    w = values(3)

    def fn(xs: Any) -> Any:
        places = [v * x for v, x in zip(w, xs, strict=True)]
        tops = [
            ops.max([places[i] * xs[j] + (-math.inf if i == 1 else 0.0) for j in range(i + 1)])
            for i in range(3)
        ]
        return ops.sum([ops.sigmoid(top) for top in tops])

    return gated(fn), w, [gaussians(3, 3), GATE]


def a_condition_of_constants() -> Case:
    w = values(4)
    chosen = [5.0, 0.0, 0.0, 7.0]

    def fn(x: Any) -> Any:
        return sum(ops.where(c, a * a, a) for c, a in zip(chosen, w, strict=True)) * ops.relu(x)

    return fn, w, [[-1.0, 2.0, 3.0]]


def features_that_choose_a_weight() -> Case:
    w = values(12)
    mask = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]

    def fn(x: Any) -> Any:
        chosen = [ops.where(m, p, q) for m, p, q in zip(mask, w[:6], w[6:], strict=True)]
        return dot(chosen, x) ** 2

    return fn, w, [[[0.0] * 6, *gaussians(2, 6)]]


def second_moments() -> Case:
    w = values(4)

    def fn(x: Any) -> Any:
        scaled = [[a * b for a, b in zip(row, w, strict=True)] for row in x]
        return sum(
            ops.tanh(sum(row[i] * row[j] for row in scaled)) for i in range(4) for j in range(4)
        )

    return gated(fn), w, [gaussians(3, 5, 4), GATE]


def a_gain_times_a_vector() -> Case:
    w = values(5)

    def fn(x: Any, y: Any) -> Any:
        return (sum(w[4] * a * b for a, b in zip(w, x, strict=False)) - y) ** 2

    return fn, w, [[[1.0, 2.0, 3.0, 4.0], [0.5] * 4, [-1.0, 0.0, 1.0, 0.0]], [0.0, 2.0, 3.0]]


def the_same_row_twice() -> Case:
    """Read forwards and backwards: the entries differ, the row is one."""
    w = values(4)

    def fn(xs: Any) -> Any:
        places = [v * x for v, x in zip(w, xs, strict=True)]
        return ops.max(places) * ops.sum(places) + ops.max(places[::-1]) * ops.sum(places[::-1])

    return gated(fn), w, [gaussians(3, 4), GATE]


CASES = [
    the_same_row_twice,
    ragged_right,
    a_floor_that_is_an_argument,
    weight_standardisation,
    window_attention,
    an_additive_mask_of_minus_infinity,
    pairs_apart,
    sums_of_logarithms,
    rows_of_nothing_but_minus_infinity,
    a_condition_of_constants,
    features_that_choose_a_weight,
    second_moments,
    a_gain_times_a_vector,
]


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize("case", CASES)
def test_every_call(case: Callable[[], Case], tier: str) -> None:
    fn, params, examples = case()
    assert_every_call(fn, params, *examples, tiers=[tier])


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["numpy", "llvm"])
def test_more_rows_than_a_byte_counts(tier: str) -> None:
    fn, params, examples = causal(257)
    assert_every_call(fn, params, *[x[:2] for x in examples], tiers=[tier], spans=[(0, 2)])


# --- selections -----------------------------------------------------------------------------------

SELECTED: dict[str, Callable[[list[Value], Any, Any], Any]] = {
    "constants": lambda w, i, x: ops.take([1.0, 2.0, 3.0], i) * x * w[0],
    "reversed": lambda w, i, x: ops.take(w[::-1], i) * x + ops.take(w, i),
    "a parameter twice": lambda w, i, x: ops.take([w[0], w[1], w[0]], i) * x,
    "two lists": lambda w, i, x: ops.take(w, i) * ops.take([w[4], w[5], w[0]], i) * x,
    "an argument among parameters": lambda w, i, x: ops.take([x, w[0], w[1]], i) * w[2],
    "computed differently": lambda w, i, x: (
        ops.take([ops.tanh(w[0] * w[1]), ops.tanh(ops.tanh(w[2]) * w[3]), w[4] * 2.0], i) * x
    ),
    "rows of two": lambda w, i, x: dot(ops.take([w[:2], w[2:4], w[4:]], i), [x, 1.0]),
    "rows reversed": lambda w, i, x: dot(ops.take([w[4:], w[2:4], w[:2]], i), [x, x * x]),
    "rows of four": lambda w, i, x: dot(
        ops.take([w[:4], [w[5], *w[:3]], w[2:]], i), [x, 1.0, x, x]
    ),
    "columns": lambda w, i, x: dot(ops.take([w[::3], w[1::3], w[2::3]], i), [x, 1.0]),
    "one thing thrice": lambda w, i, x: ops.take([ops.tanh(ops.tanh(x * w[0]))] * 3, i) * x,
}


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize("name", SELECTED)
def test_a_selection(name: str, tier: str) -> None:
    w = values(6)
    assert_every_call(
        lambda i, x: SELECTED[name](w, i, x), w, [0, 1, 2], [0.0, 1.5, -2.0], tiers=[tier]
    )


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_a_selection_from_a_list_of_one(tier: str) -> None:
    w = values(2)
    fn = lambda i, x: ops.take([ops.tanh(ops.tanh(x))], i) * w[0] + w[1]  # noqa: E731
    assert_every_call(fn, w, [0, 0, 0], [0.0, 1.5, -2.0], tiers=[tier])
