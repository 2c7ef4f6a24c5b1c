"""Exported files run where this package is not, and compute what it computes eagerly."""

from __future__ import annotations

import json
import math
import random
import runpy
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograd_mini import AutogradError, Value, compile, losses, nn, ops
from autograd_mini.compiler.engines import RefusedError
from tests.compiler.chains import rnn

np = pytest.importorskip("numpy")

from autograd_mini.compiler.numpy_tier import Grouped  # noqa: E402


class Case(NamedTuple):
    """A function, its parameters, and how a column of each argument is drawn."""

    fn: Callable[..., Any]
    params: list[Value]
    draw: Callable[[random.Random, int], list[Any]]


def drawn(rng: random.Random, count: int, *shape: int) -> Any:
    """A batch of nested lists of numbers."""
    return [drawn(rng, *shape) if shape else rng.uniform(-2, 2) for _ in range(count)]


def network(nouts: list[int], activation: str, output: str | None = None) -> nn.MLP:
    """A network whose parameters are all different, so that each can be told by its number."""
    rng = random.Random(7)
    model = nn.MLP(3, nouts, activation, output, rng=rng)
    for p in model.parameters():
        p.data = rng.uniform(-1, 1)
    return model


def perceptron() -> Case:
    model = network([4, 2], "gelu", "sigmoid")

    def loss(x: Any, y: Any) -> Any:
        return losses.mse(model(x), y)

    return Case(loss, model.parameters(), lambda rng, n: [drawn(rng, n, 3), drawn(rng, n, 2)])


def picked() -> Case:
    model = network([5, 4], "tanh")

    def loss(x: Any, i: Any) -> Any:
        return losses.cross_entropy(model(x), i)

    return Case(
        loss,
        model.parameters(),
        lambda rng, n: [drawn(rng, n, 3), [rng.randrange(4) for _ in range(n)]],
    )


def results() -> Case:
    """Lists of lists; one of the numbers does not depend on the example."""
    model = network([2], "softplus")

    def table(x: Any) -> Any:
        a, b = model(x)
        return [[a, b], [a * b, ops.exp(model.layers[0].b[0])]]

    return Case(table, model.parameters(), lambda rng, n: [drawn(rng, n, 3)])


def many_rows() -> Case:
    w = [Value(random.Random(i).uniform(0.2, 0.9)) for i in range(6)]

    def loss(x: Any, y: Any) -> Any:
        total = ops.atan2(w[0] * x, w[1]) + ops.erf(w[2] * y) + ops.lgamma(w[3] + ops.abs(x))
        return total * (w[4] + ops.abs(y)) ** w[5] + ops.hypot(w[0], x)

    return Case(loss, w, lambda rng, n: [drawn(rng, n), drawn(rng, n)])


def chain() -> Case:
    """A loop in the source."""
    made = rnn(12, 4, 2, 3)

    def draw(rng: random.Random, count: int) -> list[Any]:
        return [rng.choices(column, k=count) for column in made.examples]

    return Case(made.fn, list(made.params), draw)


MAKERS = (perceptron, picked, results, many_rows, chain)

PROGRAM = """
import json, runpy, sys
sys.modules["autograd_mini"] = None  # to import it is an error
found = {}
for name, batches in json.load(open(sys.argv[1])).items():
    model = runpy.run_path(name)
    known = {k: x.ravel().tolist() for k, x in model["PARAMETERS"].items()}
    found[name] = []
    for batch in batches:
        made = [model["forward"](*batch).tolist(), None]
        if "step" in model:
            cost, gradient = model["step"](*batch)
            made[1] = cost, [
                pair for k, g in gradient.items() for pair in zip(known[k], g.ravel().tolist())
            ]
        found[name].append(made)
assert not any(name.startswith("autograd_mini.") for name in sys.modules)
print(json.dumps(found))
"""


def eager(case: Case, batch: Sequence[Any]) -> tuple[list[Any], float, list[float]]:
    """The results of a batch, and, of single Values, the mean and its gradient."""
    outputs = [case.fn(*example) for example in zip(*batch, strict=True)]
    if isinstance(outputs[0], list):
        return [[[x.data for x in row] for row in table] for table in outputs], 0.0, []
    cost = sum(outputs[1:], outputs[0]) / len(outputs)
    for p in case.params:
        p.zero_grad()
    cost.backward()
    return [x.data for x in outputs], cost.data, [p.grad for p in case.params]


@pytest.mark.parametrize("backend", ["python", "numpy"])
def test_the_files_compute_what_eager_does_without_the_package(
    backend: str, tmp_path: Path
) -> None:
    rng = random.Random(3)
    cases = {str(tmp_path / f"{make.__name__}.py"): make() for make in MAKERS}
    given: dict[str, Any] = {}
    for path, case in cases.items():
        compiled = compile(case.fn, case.params, backend=backend)
        compiled.forward(*case.draw(rng, 2))
        compiled.export(path)
        given[path] = [case.draw(rng, count) for count in (1, 4, 1)]
    (tmp_path / "given.json").write_text(json.dumps(given))
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", PROGRAM, str(tmp_path / "given.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for path, answers in json.loads(run.stdout).items():
        case = cases[path]
        for batch, (forward, step) in zip(given[path], answers, strict=True):
            outputs, cost, slopes = eager(case, batch)
            assert np.allclose(forward, outputs, rtol=1e-11, atol=1e-13), path
            assert (step is None) == isinstance(outputs[0], list)
            if step is not None:
                assert step[0] == pytest.approx(cost, rel=1e-11)
                numbers = dict(step[1])
                assert len(numbers) == len(case.params)
                made = [numbers[p.data] for p in case.params]
                assert np.allclose(made, slopes, rtol=1e-9, atol=1e-12), path


# --- the calls of a file look at what they are given ----------------------------------------------


def exported(case: Case, path: Path, **options: Any) -> dict[str, Any]:
    compiled = compile(case.fn, case.params, backend="numpy", **options)
    compiled.forward(*case.draw(random.Random(0), 2))
    compiled.export(path)
    return runpy.run_path(str(path))


def test_unfit_arguments_are_refused_in_the_file(tmp_path: Path) -> None:
    model = exported(picked(), tmp_path / "model.py")
    x = [[1.0, 2.0, 3.0]]
    for call in (model["forward"], model["step"]):
        for index in (-1, 4):
            with pytest.raises(IndexError, match=r"^i: an index is outside 0 to 3$"):
                call(x, [index])
        with pytest.raises(
            ValueError, match=r"^x: expected the shape \(examples, 3\), not \(1, 2\)"
        ):
            call([[1.0, 2.0]], [0])
        with pytest.raises(ValueError, match=r"^x: expected the shape .*, not \(0,\)"):
            call([], [])
        with pytest.raises(ValueError, match=r"^i: expected whole numbers, not float64"):
            call(x, [1.0])
        with pytest.raises(ValueError, match=r"^x: expected real numbers, not complex128"):
            call([[1j, 0, 0]], [1])
        with pytest.raises(ValueError, match=r"differ in their number of examples: .*'i': 2"):
            call(x, [1, 2])
        with pytest.raises(ValueError, match=r"^parameters: expected \['W2', 'W1'"):
            call(x, [1], parameters={})
        with pytest.raises(ValueError, match=r"^b2: expected the shape \(4,\), not \(1,\)"):
            call(x, [1], parameters=model["PARAMETERS"] | {"b2": np.zeros(1)})


def test_parameters_have_the_names_of_the_source_and_may_be_others(tmp_path: Path) -> None:
    mlp = network([4, 2], "tanh")
    case = Case(mlp, mlp.parameters(), lambda rng, n: [drawn(rng, n, 3)])
    model = exported(case, tmp_path / "model.py")
    for number, layer in enumerate(mlp.layers, 1):
        assert model["PARAMETERS"][f"W{number}"].tolist() == [[w.data for w in r] for r in layer.W]
        assert model["PARAMETERS"][f"b{number}"].tolist() == [b.data for b in layer.b]
    x = [[0.1, 0.2, 0.3]]
    doubled = {name: 2.0 * array for name, array in model["PARAMETERS"].items()}
    for p in mlp.parameters():
        p.data *= 2.0
    expected = [y.data for y in mlp(x[0])]
    assert model["forward"](x, parameters=doubled)[0].tolist() == pytest.approx(expected, rel=1e-13)


def test_a_sum_and_each_by_itself(tmp_path: Path) -> None:
    case = perceptron()
    batch = case.draw(random.Random(1), 3)
    mean = exported(case, tmp_path / "mean.py")["step"](*batch)
    total = exported(case, tmp_path / "sum.py", reduce="sum")["step"](*batch)
    assert total[0] == pytest.approx(3 * mean[0], rel=1e-13)
    assert np.allclose(total[1]["W1"], 3 * mean[1]["W1"], rtol=1e-13)
    assert "step" not in exported(case, tmp_path / "none.py", reduce="none")


def test_numbers_that_are_not_finite_are_kept(tmp_path: Path) -> None:
    w = [Value(math.inf), Value(-math.inf), Value(-0.0)]
    case = Case(
        lambda x: [p * x for p in w], w, lambda rng, n: [[rng.uniform(1, 2) for _ in range(n)]]
    )
    model = exported(case, tmp_path / "model.py")
    assert repr(model["forward"]([1.0])[0].tolist()) == "[inf, -inf, -0.0]"


@pytest.mark.parametrize(
    ("make", "batch", "names"),
    [
        (lambda w: lambda: w * w, (), ""),
        (lambda w: lambda d: w * d["a"] + d["b"][0], ({"a": [1.0], "b": [[2.0]]},), "d_a d_b"),
        (lambda w: lambda d: w * d["a b"] + d["c"], ({"a b": [1.0], "c": [2.0]},), "x0 x1"),
        (lambda w: lambda parameters, y: w * parameters + y, ([1.0], [3.0]), "x0 x1"),
        (lambda w: lambda given, x1: w * given + x1, ([1.0, 2.0], [3.0, 4.0]), "given x1"),
    ],
    ids=["no argument", "a dict", "no names", "names that the file uses", "names"],
)
def test_what_arguments_are_called(make: Any, batch: Any, names: str, tmp_path: Path) -> None:
    w, unused = Value(3.0), Value(5.0)
    compiled = compile(make(w), [unused, w], backend="numpy")
    cost, (_, slope) = compiled(*batch)
    compiled.export(tmp_path / "model.py")
    model = runpy.run_path(str(tmp_path / "model.py"))
    columns = list(batch[0].values()) if batch and isinstance(batch[0], dict) else batch
    given = dict(zip(names.split(), columns, strict=True))
    assert model["forward"](**given).tolist() == compiled.forward(*batch)
    made, gradient = model["step"](**given)
    assert (made, [x.tolist() for x in gradient.values()]) == (cost, [[slope]])


# --- what cannot be exported ----------------------------------------------------------------------


def test_what_cannot_be_exported_leaves_no_file(tmp_path: Path) -> None:
    w = Value(2.0)
    compiled = compile(lambda x: w * sum(x), [w], backend="numpy")
    with pytest.raises(AutogradError, match="there is no program yet"):
        compiled.export(tmp_path / "model.py")
    compiled([[1.0], [2.0]])
    for name in ("model.onnx", "model", "model.PY", "model.pt"):
        with pytest.raises(ValueError, match=r"must end in one of \.py"):
            compiled.export(tmp_path / name)
    compiled([[1.0], [2.0, 3.0]])
    with pytest.raises(AutogradError, match="examples of several structures"):
        compiled.export(tmp_path / "model.py")
    ragged = compile(lambda x: w * sum(map(sum, x)), [w], backend="numpy")
    ragged([[[1.0], [2.0, 3.0]]])
    with pytest.raises(RefusedError, match="differ in their lengths"):
        ragged.export(tmp_path / "model.py")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_program_is_not_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd_mini.compiler import numpy_file

    case = perceptron()
    compiled = compile(case.fn, case.params, backend="python")
    compiled(*case.draw(random.Random(0), 2))

    class Wrong(Grouped):
        def once(self, *given: Any) -> Any:
            losses, gradient = super().once(*given)
            return losses, gradient * 1.001

    monkeypatch.setattr(numpy_file, "Grouped", Wrong)
    with pytest.raises(RefusedError, match="differs from the eager engine"):
        compiled.export(tmp_path / "model.py")
    assert list(tmp_path.iterdir()) == []
