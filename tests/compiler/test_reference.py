"""What programs are compared with is the eager engine's answer, and what is wrong is found."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Value, losses, nn, ops, optim
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import compile, kinds, lower_numpy
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import lower, prepare
from autograd_mini.compiler.numpy_text import Text
from autograd_mini.compiler.program import formula
from autograd_mini.compiler.reference import Reference
from autograd_mini.compiler.trace import points, trace
from tests.compiler.agreement import assert_agrees, eager
from tests.compiler.test_fuzz import graph, vector_code


def referred(fn: Any, params: list[Value], example: list[Any]) -> tuple[Reference, Any]:
    forms = [args.form_of(x, "x") for x in example]
    traced = trace(fn, params, example, forms, ["x"] * len(forms))
    return Reference(traced.recording, points(traced), gradient=True), traced


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_the_numbers_at_every_point_are_the_eager_engines(seed: int) -> None:
    rng = random.Random(seed)
    if seed % 2:
        fn, params = graph(rng, rng.randint(1, 20))
        width = 2
    else:
        fn, params, width = vector_code(rng)
    found, traced = referred(fn, params, [[rng.uniform(-1, 1) for _ in range(width)]])
    gradients, bounds = found.gradient(len(params))
    (root,) = traced.recording.roots
    for p, (theta, cells) in enumerate(found.points):
        for value, number in zip(params, theta, strict=True):
            value.data = number
        (loss,), (gradient,) = eager(fn, params, cells)
        assert abs(found.values[p, root] - loss) <= found.value_bounds[p, root] + 1e-300
        assert (np.abs(gradients[p] - gradient) <= bounds[p] + 1e-300).all()
        sizes = np.abs(gradients[p]) + 1.0
        assert (bounds[p] <= 1e-6 * sizes).all() or not np.isfinite(bounds[p]).all()


def test_the_moved_points_are_near_and_beyond_0_and_fit_what_is_asked() -> None:
    def fn(x: Any, i: Any, label: Any) -> Any:
        return losses.hinge(ops.take([w * x, w, x * x], i), label)

    w = Value(0.5)
    found, traced = referred(fn, [w], [1.5, 2, -1.0])
    assert found.points[0].cells == [[1.5], [2.0], [-1.0]]
    near, beyond = found.points[1:]
    assert near.theta == beyond.theta != [0.5]
    assert 1.3 < near.cells[0][0] < 2.0
    assert -2.0 < beyond.cells[0][0] < -1.3
    for point in (near, beyond):
        assert point.cells[1][0] in (0, 1, 2)
        assert point.cells[2] == [-1.0]  # a label stays one
    assert points(traced) == found.points  # the seed is fixed


@pytest.mark.parametrize("tier", ["numpy", "llvm"])
def test_a_regression_at_its_solution_is_not_accused(tier: str) -> None:
    """The residual is 0 up to rounding, so no digit of the gradient is sure."""
    for seed in range(5):
        rng = random.Random(seed)
        w = [Value(rng.gauss(0, 1)) for _ in range(7)]
        x = [[rng.gauss(0, 1) for _ in range(6)] for _ in range(3)]
        y = [sum(a.data * b for a, b in zip(w, row, strict=False)) + w[6].data for row in x]

        def loss(x: Any, y: Any, w: Any = w) -> Any:
            error = sum(a * b for a, b in zip(w, x, strict=False)) + w[6] - y
            return ops.sqrt(error * error + 1e-30) + error**2

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = compile(loss, w, tier)
            compiled(x, y)
        assert compiled.tier == tier


def dead(x: Any, w: list[Value]) -> Any:
    """Of which the gradient is 0 at x = −1, and near it."""
    return ops.relu(x) * ops.sum([ops.tanh(v * x) ** 2 for v in w])


@pytest.mark.parametrize("tier", ["numpy", "llvm"])
@pytest.mark.parametrize("kind", ["formula", "sum"])
def test_a_wrong_derivative_is_found_where_the_example_hides_it(
    kind: str, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = [Value(0.5), Value(-0.25), Value(1.0)]
    right: Any = kinds.KINDS[kind].adjoint

    def wrong(work: Any, array: Any, adjoint: Any) -> None:
        right(work, array, work.add(formula(f.Name(adjoint) * 1.0001)))

    monkeypatch.setitem(kinds.KINDS, kind, kinds.KINDS[kind]._replace(adjoint=wrong))
    compiled = compile(lambda x: dead(x, w), w, tier)
    with pytest.warns(RuntimeWarning, match="the derivative is wrong at <"):
        compiled([-1.0])
    assert compiled.tier == "python"
    monkeypatch.undo()
    assert_agrees(lambda x: dead(x, w), w, [-1.0, 2.0])


def spoil(monkeypatch: pytest.MonkeyPatch, kind: str, used: list[Any]) -> None:
    """Make a kind's text a little wrong; the arrays that it is asked of are noted."""
    right: Any = kinds.KINDS[kind].text

    def wrong(into: Any, array: Any) -> Text:
        used.append(array)
        return Text(f"1.0001 * ({right(into, array).text})", 0)

    monkeypatch.setitem(kinds.KINDS, kind, kinds.KINDS[kind]._replace(text=wrong))


def test_a_wrong_text_is_told_from_a_wrong_program(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.MLP(3, [4, 1], "tanh", rng=random.Random(0))

    def fn(x: Any, y: Any) -> Any:
        return losses.squared_error(model(x), y)

    spoil(monkeypatch, "gram", [])
    with pytest.warns(RuntimeWarning, match="generated code is wrong on the first example"):
        compile(fn, model.parameters(), "numpy")([[0.5, 1.0, -1.0]], [0.0])


def test_code_that_is_wrong_on_the_other_side_of_0_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = lower_numpy.lower

    def wrong(*given: Any) -> Any:
        made = right(*given)
        assert "np.abs(" in made.text
        return made._replace(text=made.text.replace("np.abs(", "np.positive("))

    monkeypatch.setattr(lower_numpy, "lower", wrong)
    w = Value(0.5)
    with pytest.warns(RuntimeWarning, match="near the first example: the results"):
        made = compile(lambda x: (w * abs(x) - 1.0) ** 2, [w], "numpy").forward([0.5, -2.0])
    assert made == pytest.approx([0.5625, 0.0])


@pytest.mark.parametrize("call", ["a batch", "each", "training"])
def test_code_that_is_wrong_for_one_size_of_batch_is_not_used(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = [Value(0.5), Value(-0.25)]

    def fn(x: Any) -> Any:
        return ops.tanh(w[0] * x[0] + w[1] * x[1]) ** 2

    right = lower.lower

    def wrong(plan: Any, batch: int, host: Any) -> Any:
        made = right(plan, batch, host)
        return made._replace(text=made.text.replace("fadd", "fsub")) if batch == 1 else made

    monkeypatch.setattr(lower, "lower", wrong)
    X = [[1.0, 2.0], [0.5, -1.0], [2.0, 0.0]]
    compiled = compile(fn, w, "llvm", reduce="none" if call == "each" else "mean")
    expected = [eager(fn, w, [x]) for x in X]
    if call == "each":
        with pytest.warns(RuntimeWarning, match="the array program failed"):
            values, _ = compiled(X)
        assert values == pytest.approx([loss for (loss,), _ in expected])
        return
    compiled(X)
    assert compiled.tier == "llvm"
    with pytest.warns(RuntimeWarning, match="differs for a batch of 1"):
        made = train(compiled, w, X) if call == "training" else compiled(X[:1])[0]
    assert compiled.tier == "python"
    if call == "a batch":
        assert made == pytest.approx(expected[0][0][0])


def train(compiled: Any, w: list[Value], X: Any) -> Any:
    return compiled.train(optim.SGD(w, 0.1), X, steps=4, batch_size=2)


# --- faults planted in every kind -----------------------------------------------------------------


def attending(w: list[Value], xs: Any, i: Any) -> Any:
    """Causal attention, a table, a norm, an L2 term: nearly every kind of statement."""
    keys = [[x * v for v in w[:2]] for x in xs]
    total: Any = 0.0
    for k, key in enumerate(keys):
        scores = [ops.sum([a * b for a, b in zip(key, keys[j], strict=True)]) for j in range(k + 1)]
        top = ops.max(scores)
        e = [ops.exp(s - top) for s in scores]
        z = ops.sum(e)
        total = total + ops.sum([p / z * key[0] for p, key in zip(e, keys, strict=False)]) ** 2
    rows = ops.take([w[2:4], w[4:6], w[6:8]], i)
    hidden = [
        ops.tanh(sum(a * b for a, b in zip(row, rows, strict=True))) for row in (w[:2], w[4:6])
    ]
    picked = ops.take([ops.tanh(hidden[0] * xs[0]), ops.tanh(ops.sin(w[1])), xs[1]], i)
    mixed = sum(a * x for a, x in zip(w, xs, strict=False)) + sum(
        ops.relu(sum(w[2 * r + c] * xs[c] for c in range(2)) + w[r]) for r in range(4)
    )
    mixed = mixed * ops.max([ops.tanh(v * x) for v, x in zip(w, xs, strict=False)])
    spread = ops.sum([ops.exp(c * v) for c, v in zip([1.0, 2.0, 0.5], w, strict=False)])
    return (
        total + picked + hidden[1] * mixed + 0.1 * sum(p * p for p in w) + spread * ops.sum(w[2:7])
    )


def is_noticed(tier: str) -> bool:
    """Whether compiling warns, or, where the fault cannot be compiled, says so."""
    rng = random.Random(5)
    w = [Value(rng.gauss(0.0, 0.7)) for _ in range(8)]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        compiled = compile(lambda xs, i: attending(w, xs, i), w, tier)
        compiled([[0.5, -1.0, 0.25, 2.0]] * 2, [1, 2])
    return any("straight-line code is used" in str(one.message) for one in said)


def test_nothing_is_noticed_where_nothing_is_wrong() -> None:
    assert not is_noticed("numpy")
    assert not is_noticed("llvm")


LEFT_ALONE = ("loop", "result", "item")  # tests of their own


@pytest.mark.parametrize("kind", [k for k, row in kinds.KINDS.items() if row.adjoint])
def test_a_wrong_rule_for_a_kind(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right: Any = kinds.KINDS[kind].adjoint
    used = []

    def wrong(work: Any, array: Any, adjoint: Any) -> None:
        used.append(array)
        right(work, array, work.add(formula(f.Name(adjoint) * 1.0001)))

    monkeypatch.setitem(kinds.KINDS, kind, kinds.KINDS[kind]._replace(adjoint=wrong))
    noticed = is_noticed("numpy")
    assert noticed == bool(used)
    assert used or kind in (*LEFT_ALONE, "concat", "reshape", "gather", "view")


@pytest.mark.parametrize("kind", [k for k, row in kinds.KINDS.items() if row.text])
def test_a_wrong_text_for_a_kind(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Any] = []
    spoil(monkeypatch, kind, used)
    noticed = is_noticed("numpy")
    assert noticed == bool(used)
    assert used or kind in LEFT_ALONE or kind == "expand"


@pytest.mark.parametrize("kind", prepare.SIDES)
def test_wrong_sides_of_a_native_product(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first cell read in the place of the last one."""
    right, used = prepare.SIDES[kind], []

    def wrong(*given: Any) -> Any:
        (left, other), out, summed = right(*given)
        used.append(given)
        moved = np.array(np.broadcast_to(left, left.shape))
        moved.flat[-1] = moved.flat[0] if moved.size > 1 else 0
        return (moved, other), out, summed

    monkeypatch.setitem(prepare.SIDES, kind, wrong)
    noticed = is_noticed("llvm")
    assert noticed == bool(used)
    assert used
