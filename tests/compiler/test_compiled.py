"""The compiled function as its user sees it: batches, reductions, structures, tiers."""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib.util
import itertools
import linecache
import math
import random
import subprocess
import sys
import time
from typing import Any

import mpmath
import numpy as np
import pytest

from autograd_mini import Value, grad, losses, nn, ops, optim
from autograd_mini.compiler import choice, compile, engines, formula, kinds, pipeline, trace
from autograd_mini.compiler.program import formula as elementwise
from tests.compiler.agreement import EVERY_TIER as TIERS
from tests.compiler.agreement import assert_agrees

w, b = Value(2.0, "w"), Value(0.5, "b")


def squared(x: Any, y: Any) -> Any:
    return (w * x + b - y) ** 2


@pytest.mark.parametrize("tier", TIERS)
def test_reductions(tier: str) -> None:
    batch = [1.0, 2.0], [3.0, 4.0]
    assert compile(squared, [w, b], tier)(*batch) == (0.25, [0.5, 0.0])
    assert compile(squared, [w, b], tier, reduce="sum")(*batch) == (0.5, [1.0, 0.0])
    each = [0.25, 0.25], [[-1.0, -1.0], [2.0, 1.0]]
    assert compile(squared, [w, b], tier, reduce="none")(*batch) == each


@pytest.mark.parametrize("tier", TIERS)
def test_lists_give_lists_and_arrays_give_arrays(tier: str) -> None:
    compiled = compile(squared, [w, b], tier)
    value, grads = compiled([1.0, 2.0], [3.0, 4.0])
    assert type(value) is float
    assert type(grads) is list
    assert {type(g) for g in grads} == {float}
    value, grads = compiled(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert type(value) is float
    assert type(grads) is np.ndarray
    assert grads.tolist() == [0.5, 0.0]
    assert type(compiled.forward([1.0], [3.0])) is list
    assert compiled.forward(np.array([1.0]), np.array([3.0])).tolist() == [0.25]


@pytest.mark.parametrize("tier", TIERS)
def test_the_kinds_of_numbers_do_not_matter(tier: str) -> None:
    compiled = compile(squared, [w, b], tier)
    for x, y in (([1, 2], [3, 4]), ([True, 2], [3, 4.0]), ((1.0, 2), (3, 4))):
        assert compiled(x, y) == (0.25, [0.5, 0.0])
    for kind in (np.float32, np.int64, np.uint8):
        assert compiled(np.array([1, 2], dtype=kind), np.array([3, 4], dtype=kind))[0] == 0.25
    assert compiled(np.array([[1.0, 2.0], [2.0, 3.0]])[:, 0], np.array([3, 4]))[0] == 0.25


@pytest.mark.parametrize("tier", TIERS)
def test_forward_of_many_results(tier: str) -> None:
    model = nn.MLP(2, [3, 2], "tanh")
    X = [[0.5, -1.0], [0.25, 2.0]]
    compiled = compile(model, model.parameters(), tier)
    expected = [[a.data for a in model(x)] for x in X]
    assert compiled.forward(X) == [pytest.approx(row) for row in expected]
    assert compiled.forward(np.array(X)).shape == (2, 2)


@pytest.mark.parametrize("tier", TIERS)
def test_forward_of_mixed_and_nested_results(tier: str) -> None:
    def fn(x: Any) -> Any:
        return [[w * x, w * b], [x, Value.constant(3.0)]]

    assert compile(fn, [w, b], tier).forward([1.0, 2.0]) == [
        [[2.0, 1.0], [1.0, 3.0]],
        [[4.0, 1.0], [2.0, 3.0]],
    ]


@pytest.mark.parametrize("tier", TIERS)
def test_a_parameter_changed_by_hand_is_seen(tier: str) -> None:
    theta = Value(1.0)
    compiled = compile(lambda x: theta * x, [theta], tier)
    assert compiled([2.0]) == (2.0, [2.0])
    theta.data = 3.0
    assert compiled([2.0]) == (6.0, [2.0])
    assert compiled.forward([2.0]) == [6.0]


@pytest.mark.parametrize("tier", TIERS)
def test_gradients_in_the_values_are_left_alone(tier: str) -> None:
    theta = Value(1.0)
    theta.grad = 7.0
    compile(lambda x: theta * x, [theta], tier)([2.0])
    assert theta.grad == 7.0


@pytest.mark.parametrize("tier", TIERS)
def test_each_structure_is_traced_once(tier: str) -> None:
    runs = []

    def fn(x: list[Any]) -> Any:
        runs.append(len(x))
        return w * sum(x)

    compiled = compile(fn, [w], tier)
    for n in (1, 2, 1, 3):  # examples
        assert compiled([[1.0, 2.0]] * n) == (6.0, [3.0])
    compiled.forward([[1.0, 2.0]])
    assert compiled([[1.0, 2.0, 3.0]]) == (12.0, [6.0])
    compiled([[5.0, 2.0]])
    assert runs == [2, 3]


@pytest.mark.parametrize("tier", TIERS)
def test_ragged_arguments(tier: str) -> None:
    def fn(x: list[list[Any]]) -> Any:
        return ops.sum([w * sum(row) for row in x])

    assert_agrees(fn, [w], [[[1.0], [2.0, 3.0]], [[0.5], [0.25, 4.0]]], tiers=[tier])


@pytest.mark.parametrize("tier", TIERS)
def test_an_integer_is_an_index_and_a_number(tier: str) -> None:
    params = [Value(1.0), Value(-2.0), Value(4.0)]
    assert_agrees(lambda t: ops.take(params, t) ** 2 * t, params, [0, 2, 1, 2], tiers=[tier])


@pytest.mark.parametrize("tier", TIERS)
def test_rows_of_a_table(tier: str) -> None:
    table = [[Value(0.1 * (i + 3 * j)) for i in range(3)] for j in range(4)]
    params = [p for row in table for p in row]

    def fn(tokens: list[Any]) -> Any:
        rows = [ops.take(table, t) for t in tokens]
        return ops.sum([p * q for p, q in zip(*rows, strict=True)])

    assert_agrees(fn, params, [[0, 1], [3, 3], [2, 0]], tiers=[tier])


@pytest.mark.parametrize("tier", TIERS)
def test_results_that_need_no_parameter_or_no_argument(tier: str) -> None:
    assert compile(lambda x: x * x, [w], tier)([2.0, 4.0]) == (10.0, [0.0])
    assert compile(lambda x: w * b, [w, b], tier, reduce="sum")([2.0, 4.0]) == (2.0, [1.0, 4.0])
    assert compile(lambda x: w, [w], tier)([2.0, 4.0]) == (2.0, [1.0])
    assert compile(lambda x: x, [w], tier)([2.0, 4.0]) == (3.0, [0.0])
    assert compile(lambda x: Value.constant(2.0), [], tier)([2.0, 4.0]) == (2.0, [])


def test_auto_says_what_it_took() -> None:
    model = nn.MLP(4, [8, 8, 1], "tanh")
    compiled = compile(lambda x, y: losses.squared_error(model(x), y), model.parameters())
    assert "not traced yet" in repr(compiled)
    compiled([[0.1] * 4], [1.0])
    assert compiled.tier == "numpy"
    assert "tier 'numpy'" in repr(compiled)
    model = nn.MLP(4, [16, 16, 1], "tanh")
    compiled = compile(lambda x, y: losses.squared_error(model(x), y), model.parameters())
    compiled([[0.1] * 4], [1.0])
    assert compiled.tier == "llvm"
    assert "tier 'llvm'" in repr(compiled)
    irregular = compile(squared, [w, b])
    irregular([1.0], [2.0])
    assert irregular.tier == "python"


class Clocked:
    """An engine that takes as long as it says for an example."""

    def __init__(self, tier: str, seconds: dict[int, float], clock: list[float]) -> None:
        self.tier, self.seconds, self.clock = tier, seconds, clock
        self.steps = 0

    def prepare(self, arguments: Any) -> Any:
        return arguments

    def theta(self, numbers: Any) -> Any:
        return numbers

    def quiet(self) -> Any:
        return contextlib.nullcontext()

    def step(self, theta: Any, data: Any, count: int, weight: float) -> None:
        assert [len(column) for column in data] == [count]
        self.clock[0] += self.seconds[count] * count
        self.steps += 1


def test_of_two_programs_the_faster_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """For small batches straight code, for large ones arrays; each size is measured once."""
    clock = [0.0]
    arrays = Clocked("numpy", {1: 3.0, 40: 0.5, 64: 0.25}, clock)
    straight = Clocked("python", {1: 1.0, 40: 1.0, 64: 1.0}, clock)
    w = Value(1.0)
    traced = trace.trace(lambda x: w * x, [w], [1.0], (float,), ["x"])
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    rivals = choice.Rivals([arrays, straight], traced, gradient=True)  # type: ignore[list-item]
    found = [rivals.faster(size).tier for size in (1, 40, 1, 5000, 41, 4096)]
    assert found == ["python", "numpy", "python", "numpy", "numpy", "numpy"]
    assert arrays.steps == straight.steps == 3 * 3


def test_auto_keeps_what_it_has_built(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.MLP(4, [8, 8, 1], "tanh", rng=random.Random(0))

    def fn(x: Any, y: Any) -> Any:
        return losses.squared_error(model(x), y)

    ordinary = choice._with_form

    def in_doubt(traced: trace.Trace) -> trace.Trace:
        """Enough operands for each colour, too few for each statement that comes of them."""
        made = ordinary(traced)
        assert made.form is not None
        work = sum(map(len, traced.recording.operands))
        monkeypatch.setattr(choice, "SPARSE", 0.99 * work / len(made.form.known))
        return made

    monkeypatch.setattr(choice, "_with_form", in_doubt)
    compiled = compile(fn, model.parameters())
    X, y = [[0.1 * i, 0.2, 0.3, 0.4] for i in range(64)], [1.0] * 64
    value, gradient = compiled(X, y)
    (known,) = compiled._surroundings.here.engines.values()
    assert isinstance(known, choice.Rivals)
    assert [engine.tier for engine in known.engines] == ["numpy", "python"]
    assert compiled.tier == "numpy"  # 64 examples at once against one after the other
    straight = compile(fn, model.parameters(), "python")(X, y)
    assert (value, gradient) == (pytest.approx(straight[0]), pytest.approx(straight[1]))


def test_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    find, load = importlib.util.find_spec, builtins.__import__

    def absent(name: str, *more: Any) -> Any:
        if name.split(".", maxsplit=1)[0] == "numpy":
            raise ImportError("no numpy here")
        return load(name, *more)

    monkeypatch.setattr(builtins, "__import__", absent)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "numpy" else find(name)
    )
    model = nn.MLP(4, [8, 8, 1], "tanh")

    def fn(x: Any, y: Any) -> Any:
        return losses.squared_error(model(x), y)

    compiled = compile(fn, model.parameters())
    compiled([[0.1] * 4], [1.0])
    assert compiled.tier == "python"
    with pytest.raises(ImportError, match=r"autograd-mini\[fast\]"):
        compile(fn, model.parameters(), "numpy")([[0.1] * 4], [1.0])


@pytest.mark.parametrize("tier", TIERS)
def test_cross_entropy_of_a_label_that_is_an_argument_keeps_its_digits(tier: str) -> None:
    z = [Value(50.0), Value(0.0), Value(-20.0), Value(-math.inf)]
    compiled = compile(lambda t: losses.cross_entropy(z, t), z, tier, reduce="none")
    with mpmath.workdps(50):
        powers = [mpmath.exp(p.data) for p in z]
        soft = [p / mpmath.fsum(powers) for p in powers]
        for labels in ([0], [2, 1, 0], [1, 0]):
            found, gradients = compiled(labels)
            for t, loss, gradient in zip(labels, found, gradients, strict=True):
                rest = mpmath.fsum(p for k, p in enumerate(powers) if k != t)
                exact = [p if k != t else -rest / mpmath.fsum(powers) for k, p in enumerate(soft)]
                assert loss == pytest.approx(float(mpmath.log1p(rest / powers[t])), rel=1e-14)
                assert gradient == pytest.approx(list(map(float, exact)), rel=1e-14, abs=0.0)
    with pytest.raises(ValueError, match=r"1 logit\(s\)"):
        compile(lambda t: losses.cross_entropy(z[:1], t), z, tier)([0])


# --- the check at compile time --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dot", "formula", "sum"])
def test_a_wrong_rule_is_noticed_and_straight_line_code_taken(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = nn.MLP(3, [4, 4, 1], "tanh", rng=random.Random(0))
    right: Any = kinds.KINDS[kind].adjoint

    def wrong(work: Any, array: Any, adjoint: Any) -> None:
        right(work, array, work.add(elementwise(formula.Name(adjoint) * 1.0001)))

    monkeypatch.setitem(kinds.KINDS, kind, kinds.KINDS[kind]._replace(adjoint=wrong))

    def fn(x: Any, y: Any) -> Any:
        return losses.squared_error(model(x), y) + ops.sum([a * a for a in model.layers[0](x)])

    compiled = compile(fn, model.parameters(), "numpy")
    with pytest.warns(RuntimeWarning, match="straight-line code is used"):
        compiled([[0.1, 0.2, 0.3]], [1.0])
    assert compiled.tier == "python"
    monkeypatch.undo()
    assert_agrees(fn, model.parameters(), [[0.1, 0.2, 0.3]], [1.0])


@pytest.mark.parametrize("tier", ["numpy", "llvm"])
@pytest.mark.parametrize("gradient", [True, False])
def test_a_program_that_cannot_be_made_is_named_and_straight_line_code_taken(
    tier: str, gradient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> Any:
        raise AssertionError("no such place")

    monkeypatch.setattr(pipeline, "build", broken)
    theta = Value(3.0)
    compiled = compile(lambda x: theta * x, [theta], tier)
    with pytest.warns(RuntimeWarning, match=r"\(AssertionError: 'no such place'\)") as caught:
        found = compiled([2.0]) if gradient else compiled.forward([2.0])
    assert found == ((6.0, [2.0]) if gradient else [6.0])
    assert compiled.tier == "python"
    assert [each.filename for each in caught] == [__file__]


def test_a_row_of_ones_own() -> None:
    row = ops.op("bent", lambda x: x * x, lambda z, x: 2.0 * x, domain=((-1, 1),))
    try:
        assert_agrees(lambda x: row(w * x), [w], [1.5])
    finally:
        del ops.TABLE["bent"]


@pytest.mark.parametrize("tier", ["python", "numpy"])
def test_the_lines_of_a_program_are_forgotten_with_it(tier: str) -> None:
    def lines() -> int:
        gc.collect()
        engines.load("def nothing(): pass", "nothing", {})  # the next program takes the lines away
        return sum(file.startswith("<compiled ") for file in linecache.cache)

    before = lines()
    for k in range(5):
        theta = Value(float(k))
        compiled = compile(lambda x, theta=theta: theta * x, [theta], tier)
        optimizer = optim.SGD([theta], 0.5)
        compiled.train(optimizer, [1.0], steps=1)
    assert lines() > before
    del compiled, optimizer
    assert lines() == before


def test_a_program_that_dies_while_linecache_goes_through_its_files_does_no_harm() -> None:
    class Lines(dict[str, Any]):
        """Each look at the files ends another program."""

        def __getitem__(self, file: str) -> Any:
            programs.clear()
            gc.collect()
            return super().__getitem__(file)

    few = dict(itertools.islice(linecache.cache.items(), 3))
    before, linecache.cache = linecache.cache, Lines(few)
    try:
        programs = [engines.load("def f(): pass", "f", {"k": k}) for k in range(3)]
        linecache.checkcache()
    finally:
        linecache.cache = before


# --- size -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", TIERS)
def test_long_sums_and_many_arguments(tier: str) -> None:
    params = [Value(0.001 * i) for i in range(1200)]
    assert_agrees(
        lambda x: ops.sum([p * x_i for p, x_i in zip(params, x, strict=True)]),
        params,
        [[1.0] * 1200],
        tiers=[tier],
    )


@pytest.mark.parametrize("tier", TIERS)
def test_a_long_chain_through_one_parameter(tier: str) -> None:
    theta = Value(0.9)
    links = 200 if tier == "llvm" else 1500  # native code of so many shapes takes long to make

    def chain(x: Any) -> Any:
        for _ in range(links):
            x = ops.sin(x * theta) + 1.0
        return x

    assert_agrees(chain, [theta], [1.0], tiers=[tier])


def test_importing_the_compiler_loads_the_standard_library_alone() -> None:
    code = "import sys, autograd_mini.compiler; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numpy" not in done.stdout.split()


@pytest.mark.parametrize("tier", TIERS)
def test_derivatives_inside_of_the_function_are_recorded(tier: str) -> None:
    """A penalty on the slope of a network by its input: the gradient goes through a gradient."""
    model = nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))

    def fn(x: list[Any], y: Any) -> Any:
        z = model(x)
        slopes = grad(z, x)
        return (z - y) ** 2 + 0.1 * sum(slope * slope for slope in slopes)

    def eager(x: list[float], y: float) -> Any:
        return fn([Value(v) for v in x], y)

    batch = [[[0.5, -1.0], [0.25, 2.0]], [1.0, 0.5]]
    compiled = compile(fn, model.parameters(), tier, reduce="sum")
    value, gradient = compiled(*batch)
    total = sum(eager(x, y) for x, y in zip(*batch, strict=True))
    total.backward()
    assert value == pytest.approx(total.data, rel=1e-13)
    assert gradient == pytest.approx([p.grad for p in model.parameters()], rel=1e-10, abs=1e-14)
