"""Batches of any kind: lists, arrays, tensors, tables and dicts mean the same numbers."""

from __future__ import annotations

import copy
import functools
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, ops, optim
from autograd_mini.compiler import compile
from tests.compiler.agreement import EVERY_TIER

w, b = Value(2.0, "w"), Value(0.5, "b")

X = [[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]]
Y = [1, 0, 1]


def fn(x: Any, y: Any) -> Any:
    return (w * x[0] + b * x[1]) * ops.take([w, b], y)


class Table(np.ndarray[Any, Any]):
    """A kind of array of one's own."""


def pandas() -> Any:
    return pytest.importorskip("pandas")


def torch_tensor(x: Any) -> Any:
    torch = pytest.importorskip("torch")
    return torch.tensor(x)


def jax_array(x: Any) -> Any:
    return pytest.importorskip("jax.numpy").asarray(x)


BATCHES: dict[str, Callable[[Any], Any]] = {
    "tuples": lambda x: tuple(map(tuple, x)) if isinstance(x[0], list) else tuple(x),
    "an array": np.array,
    "a list of arrays": lambda x: list(map(np.array, x)),
    "arrays without axes": lambda x: (
        [[np.array(c) for c in row] for row in x]
        if isinstance(x[0], list)
        else list(map(np.array, x))
    ),
    "an array of objects": lambda x: np.array(x, dtype=object),
    "a kind of array": lambda x: np.array(x).view(Table),
    "NumPy scalars": lambda x: list(np.array(x)),
    "a frame": lambda x: (
        pandas().DataFrame(x, columns=["p", "q"], index=[2, 0, 1])
        if isinstance(x[0], list)
        else pandas().Series(x, index=[2, 0, 1])
    ),
    "a list of series": lambda x: (
        [pandas().Series(row, index=[1, 0]) for row in x] if isinstance(x[0], list) else x
    ),
    "an index": lambda x: pandas().Index(x) if not isinstance(x[0], list) else x,
    "a tensor": torch_tensor,
    "a list of tensors": lambda x: list(map(torch_tensor, x)),
    "an array of jax": jax_array,
    "a list of arrays of jax": lambda x: list(map(jax_array, x)),
    "the values of a dict": lambda x: dict(enumerate(x)).values(),
}


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("tier", EVERY_TIER)
def test_batches_of_every_kind_are_the_same(name: str, tier: str) -> None:
    make = BATCHES[name]
    compiled = compile(fn, [w, b], tier, reduce="sum")
    value, gradient = compiled(make(X), make(Y))
    expected = compile(fn, [w, b], "python", reduce="sum")(X, Y)
    assert value == pytest.approx(expected[0], rel=1e-7)  # a tensor may hold floats of 32 bits
    assert list(gradient) == pytest.approx(expected[1], rel=1e-7)
    assert len(compiled.forward(make(X), make(Y))) == 3


def test_rows_of_a_frame_are_taken_by_place_beside_ragged_lists() -> None:
    ragged = [[1.0, 2.0], [3.0], [4.0, 5.0, 6.0]]

    def mean(xs: list[Any], y: Any) -> Any:
        return w * sum(xs) / len(xs) - y

    compiled = compile(mean, [w], "python")
    column = pandas().Series([1.0, 2.0, 4.0], index=[2, 1, 0])
    assert compiled.forward(ragged, column) == [2.0, 4.0, 6.0]


def requiring() -> Any:
    torch = pytest.importorskip("torch")
    return torch.tensor([1.0], requires_grad=True)


def half() -> Any:
    torch = pytest.importorskip("torch")
    return torch.tensor([1.0]).to(torch.bfloat16)


def sparse() -> Any:
    return pytest.importorskip("scipy.sparse").csr_matrix([[1.0]])


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a tensor that asks for gradients": (requiring, r"torch\.Tensor .*\.detach\(\)"),
    "a kind of float that NumPy has not": (half, r"torch\.Tensor .*\.double\(\)"),
    "a sparse matrix": (sparse, r"sparse .*toarray\(\)"),
    "masked entries": (lambda: np.ma.array([1.0, 2.0], mask=[False, True]), r"masked .*filled\(\)"),
    "a set": (lambda: {1.0}, "list or an array"),
    "an array without axes": (lambda: np.array(1.0), "list or an array"),
    "a generator": (lambda: (x for x in [1.0]), "list or an array"),
    "dicts with other keys": (lambda: [{"a": 1.0}, {"b": 1.0}], r"x\[1\] is .*same keys"),
    "dicts among numbers": (lambda: [{"a": 1.0}, 1.0], r"x\[1\] is 1.0"),
    "dicts inside": (lambda: [[{"a": 1.0}]], "holds dict"),
    "a Value": (lambda: [Value(1.0)], "holds Value"),
    "complex numbers": (lambda: np.array([1j]), "holds complex"),
    "words": (lambda: pandas().Series(["a"]), "holds str"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_batch_is_refused_with_what_to_write(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(TypeError, match=message):
        compile(lambda x: w * x, [w], "python")(make())


# --- dicts ----------------------------------------------------------------------------------------


def of_dict(point: dict[str, Any], y: Any) -> Any:
    (p, q), r = point["place"]["pq"], point["r"]
    return (w * p - q * r - y) ** 2


COLUMNS: Any = {"place": {"pq": [[1.0, 2.0], [3.0, 4.0]]}, "r": [0.5, 0.25]}
EXAMPLES = [
    {"place": {"pq": [1.0, 2.0]}, "r": 0.5},
    {"r": 0.25, "place": {"pq": [3.0, 4.0]}},
]


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize("kind", [list, np.array])
def test_a_dict_of_batches_and_a_list_of_dicts(tier: str, kind: Any) -> None:
    y = [1.0, -1.0]
    expected = [of_dict(x, t).data for x, t in zip(EXAMPLES, y, strict=True)]
    compiled = compile(of_dict, [w], tier)
    columns = {"r": kind(COLUMNS["r"]), "place": {"pq": kind(COLUMNS["place"]["pq"])}}
    for batch in (columns, EXAMPLES):
        assert list(compiled.forward(batch, y)) == pytest.approx(expected)
        assert compiled(batch, y)[0] == pytest.approx(sum(expected) / 2)
    theta = Value(2.0)
    other = compile(lambda d: (theta * d["x"]) ** 2, [theta], tier)
    costs = other.train(optim.SGD([theta], 0.0), [{"x": 1.0}, {"x": 2.0}], steps=2, batch_size=1)
    assert costs == [4.0, 16.0]


def test_another_dict_is_another_structure() -> None:
    compiled = compile(lambda d: w * sum(d.values()) * len(d), [w], "python")
    assert compiled({"a": [1.0]})[0] == 2.0
    assert compiled({"a": [1.0], "b": [2.0]})[0] == 12.0
    assert compiled([{"a": 1.0}])[0] == 2.0


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_parameters_in_dicts_give_gradients_in_dicts(tier: str) -> None:
    params: Any = {"w": [Value(1.0), Value(2.0)], "bias": {"b": Value(3.0)}}

    def fn(x: list[Any]) -> Any:
        return params["w"][0] * x[0] + params["w"][1] * x[1] + params["bias"]["b"] * 2.0

    compiled = compile(fn, params, tier)
    assert compiled([[3.0, 4.0]])[1] == {"w": [3.0, 4.0], "bias": {"b": 2.0}}
    gradient = compiled(np.array([[3.0, 4.0]]))[1]
    assert type(gradient["w"]) is np.ndarray
    assert gradient["w"].tolist() == [3.0, 4.0]
    each = compile(fn, params, tier, reduce="none")([[3.0, 4.0], [1.0, 0.0]])[1]
    assert each[1] == {"w": [1.0, 0.0], "bias": {"b": 2.0}}
    assert [p.data for p in compiled.params] == [1.0, 2.0, 3.0]
    compiled.train(optim.SGD(compiled.params, 0.5), [[3.0, 4.0]], steps=1)
    assert [p.data for p in compiled.params] == [-0.5, 0.0, 2.0]
    rows = [[Value(1.0), Value(2.0)], [Value(3.0)]]
    nested = compile(lambda x: sum(p * p * x for row in rows for p in row), rows, tier)
    assert nested([1.0])[1] == [[2.0, 4.0], [6.0]]


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_functions_without_arguments(tier: str) -> None:
    theta = Value(1.0)
    compiled = compile(lambda: (theta - 3.0) ** 2, [theta], tier)
    assert compiled() == (4.0, [-4.0])
    assert compiled.forward() == [4.0]
    assert compile(lambda: [theta, theta * 2.0], [theta], tier).forward() == [[1.0, 2.0]]
    assert compile(lambda: theta * 1.0, [theta], tier, reduce="none")() == ([1.0], [[1.0]])
    assert compiled.train(optim.SGD([theta], 0.5), steps=2) == [4.0, 0.0]
    assert theta.data == 3.0
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        compile(lambda x: theta * x, [theta], tier)()


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_reduce_none_is_the_gradient_of_each_example(tier: str) -> None:
    theta = [Value(0.5 + 0.25 * i) for i in range(5)]

    def fn(x: list[Any], y: Any, t: Any) -> Any:
        return ops.tanh(sum(p * q for p, q in zip(theta, x, strict=True)) - y) * ops.take(theta, t)

    X = [[math.sin(i * 3.0 + j) for j in range(5)] for i in range(21)]
    Y, T = [0.1 * i for i in range(21)], [i % 5 for i in range(21)]
    one = compile(fn, theta, tier)
    values, gradients = compile(fn, theta, tier, reduce="none")(X, Y, T)
    for i in range(21):
        value, gradient = one(X[i : i + 1], Y[i : i + 1], T[i : i + 1])
        assert values[i] == pytest.approx(value, rel=1e-13)
        assert gradients[i] == pytest.approx(gradient, rel=1e-13)


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_reduce_none_where_a_choice_is_not_taken(tier: str) -> None:
    theta = Value(2.0)
    compiled = compile(
        lambda x, t: ops.take([ops.sqrt(theta * x), theta * x], t), [theta], tier, reduce="none"
    )
    values, gradients = compiled([2.0, 0.0, -1.0], [0, 1, 1])
    assert values == pytest.approx([2.0, 0.0, -2.0])
    assert gradients == [pytest.approx([0.5]), [0.0], [-1.0]]


# --- optimisers, copies ---------------------------------------------------------------------------


@pytest.mark.parametrize("params", [[b], [w, b]])
def test_an_optimiser_of_other_parameters_is_refused(params: list[Value]) -> None:
    compiled = compile(lambda x: w * x, [w], "python")
    with pytest.raises(ValueError, match="the optimiser changes 'b', which is not among"):
        compiled.train(optim.SGD(params, 0.5), [1.0], steps=1)
    assert (w.data, b.data) == (2.0, 0.5)


class Line:
    def __init__(self) -> None:
        self.slope = Value(2.0, "slope")

    def loss(self, x: Any) -> Any:
        return self.slope * x


def line(slope: Value, x: Any) -> Any:
    return slope * x


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_a_compiled_method_is_copied_and_pickled_with_its_object(tier: str) -> None:
    model = Line()
    slope = Value(2.0)
    for compiled in (
        compile(model.loss, [model.slope], tier),
        compile(functools.partial(line, slope), [slope], tier),
    ):
        assert compiled([3.0]) == (6.0, [3.0])
        for other in (copy.deepcopy(compiled), pickle.loads(pickle.dumps(compiled))):
            assert other([3.0]) == (6.0, [3.0])
            other.params[0].data = 5.0
            assert other([3.0]) == (15.0, [3.0])
            assert compiled([3.0]) == (6.0, [3.0])
        same = copy.copy(compiled)
        assert same.params[0] is compiled.params[0]
        assert same([3.0]) == (6.0, [3.0])


def test_a_function_that_names_its_parameters_says_why_it_is_not_copied() -> None:
    def loss(x: Any) -> Any:
        return w * x

    compiled = compile(loss, [w], "python")
    assert copy.copy(compiled)([1.0]) == (2.0, [1.0])
    for copied in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="loss finds its parameters by their names"):
            copied(compiled)


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_results_of_several_lengths_make_no_array(tier: str) -> None:
    compiled = compile(lambda x: [w * x[0], [w * x[0], b * x[1]]], [w, b], tier)
    rows = [[1.0, 2.0], [3.0, -1.0]]
    assert compiled.forward(rows) == [[2.0, [2.0, 1.0]], [6.0, [6.0, -0.5]]]
    with pytest.raises(ValueError, match="give lists instead of arrays"):
        compiled.forward(np.array(rows))
