"""The function handed to JAX, precisions, and what is refused or found wrong."""

from __future__ import annotations

import math
import random
from typing import Any
from unittest import mock

import pytest

from autograd_mini import Value, compile, losses, nn, ops, optim
from autograd_mini.compiler import choice
from autograd_mini.compiler.engines import RefusedError
from autograd_mini.errors import AutogradError
from autograd_mini.rows import TABLE, op
from tests.compiler.jax.networks import classifier, ragged

jax = pytest.importorskip("jax")


def engine(compiled: Any) -> Any:
    return compiled._surroundings.last


def test_jax_takes_the_function_further() -> None:
    import jax.numpy as jnp

    network = classifier()
    compiled = compile(network.loss, network.params, "jax")
    cost, gradient = compiled(*network.examples)
    function, tree = compiled.jax_function(*network.examples)
    assert sorted(tree) == ["W1", "W2", "b1", "b2"]
    with jax.enable_x64(True):
        X, y = map(jnp.array, network.examples)

        def mean(tree: Any) -> Any:
            return function(tree, X, y).mean()

        value, slopes = jax.jit(jax.value_and_grad(mean))(tree)
        turned = jax.jvp(jax.grad(mean), (tree,), (slopes,))[1]
        other = jax.grad(lambda t: sum((a * slopes[k]).sum() for k, a in jax.grad(mean)(t).items()))
        products = other(tree)
        each = jax.vmap(jax.grad(lambda t, x, k: function(t, x[None], k[None])[0]), (None, 0, 0))
        rows = each(tree, X, y)
        means = {name: x.mean(axis=0) for name, x in rows.items()}
    assert float(value) == pytest.approx(cost, rel=1e-14)
    vector = engine(compiled).vector
    assert engine(compiled).numbers(vector(slopes)) == pytest.approx(gradient, rel=1e-12, abs=1e-16)
    assert vector(turned) == pytest.approx(vector(products), rel=1e-9, abs=1e-14)
    assert vector(means) == pytest.approx(vector(slopes), rel=1e-9, abs=1e-15)


def test_far_out_the_derivative_is_the_table_s() -> None:
    w = Value(20.0, "w")
    compiled = compile(lambda x: ops.tanh(w * x), [w], "jax")
    function, tree = compiled.jax_function([1.0])
    with jax.enable_x64(True):
        slope = jax.grad(lambda t: function(t, jax.numpy.ones(1))[0])(tree)
    assert next(iter(slope.values())).item() == ops.tanh.local(0, math.tanh(20.0), [20.0])


def test_results_keep_their_structure() -> None:
    w = [Value(2.0), Value(3.0)]
    compiled = compile(lambda x: [[w[0] * x, w[1] * x], [x, x * x]], w, "jax")
    function, tree = compiled.jax_function([1.0, 2.0])
    with jax.enable_x64(True):
        found = function(tree, jax.numpy.array([1.0, 2.0]))
    assert found.tolist() == compiled.forward([1.0, 2.0])


def test_the_tree_is_written_back() -> None:
    network = classifier()
    compiled = compile(network.loss, network.params, "jax")
    _, tree = compiled.jax_function(*network.examples)
    before = [p.data for p in network.params]
    compiled.write_back({name: 2.0 * x for name, x in jax.device_get(tree).items()})
    assert [p.data for p in network.params] == [2.0 * x for x in before]
    with pytest.raises(ValueError, match=r"W1 \[3, 1\].*W1 \[6, 4\]"):
        compiled.write_back({**tree, "W1": [[1.0]] * 3})


def test_misuse_is_refused() -> None:
    network = classifier()
    compiled = compile(network.loss, network.params, "jax")
    function, tree = compiled.jax_function(*network.examples)
    with pytest.raises(AutogradError, match=r"jax_enable_x64.*dtype='float32'"):
        function(tree, *network.examples)
    with pytest.raises(TypeError, match=r"2 array\(s\) \(x, t\), and was given 1"):
        function(tree, network.examples[0])
    with pytest.raises(AutogradError, match="compile it with backend='jax'"):
        compile(network.loss, network.params, "numpy").jax_function(*network.examples)
    several = ragged()
    with pytest.raises(AutogradError, match="examples of one structure"):
        compile(several.loss, several.params, "jax").jax_function(*several.examples)


@pytest.mark.parametrize(("dtype", "error"), [("float32", 2e-6), ("bfloat16", 0.2)])
def test_a_precision(dtype: str, error: float) -> None:
    network = classifier(widths=(16, 12, 4))
    cost, gradient = compile(network.loss, network.params, "numpy")(*network.examples)
    compiled = compile(network.loss, network.params, "jax", dtype=dtype)
    value, found = compiled(*network.examples)
    worst = max(abs(a - b) for a, b in zip(gradient, found, strict=True))
    assert 1e-9 < worst / max(map(abs, gradient)) < error
    assert value == pytest.approx(cost, rel=error)
    function, tree = compiled.jax_function(*network.examples)
    assert {x.dtype.name for x in tree.values()} == {"float32"}
    assert function(tree, *map(jax.numpy.array, network.examples)).mean() == pytest.approx(
        cost, rel=error
    )
    costs = compiled.train(optim.Adam(network.params, 0.02), *network.examples, steps=60)
    assert costs[-1] < 0.7 * costs[0]


def test_an_operation_without_a_form_says_what_to_write() -> None:
    w = Value(2.0, "w")
    row = op("cube", lambda x: x * x * x, lambda z, x: 3.0 * x * x, domain=((-2, 2),))
    try:
        with pytest.raises(RefusedError, match=r"'cube' has no form for JAX.*array="):
            compile(lambda x: row(w * x), [w], "jax")([1.0])
    finally:
        del TABLE["cube"]
    row = op(
        "cube", lambda x: x * x * x, lambda z, x: 3.0 * x * x, domain=((-2, 2),),
        array="{0} * {0} * {0}",
    )  # fmt: skip
    try:
        assert compile(lambda x: row(w * x), [w], "jax")([1.0]) == (8.0, [12.0])
    finally:
        del TABLE["cube"]


def test_a_program_that_is_too_long_is_refused() -> None:
    from autograd_mini.compiler.jax import tier

    network = classifier()
    with mock.patch.object(tier, "MOST", 3), pytest.raises(RefusedError, match="XLA takes"):
        compile(network.loss, network.params, "jax")(*network.examples)


def test_a_missing_jax_names_the_extra() -> None:
    with (
        mock.patch.object(choice, "_installed", lambda module: module != "jax"),
        pytest.raises(ImportError, match=r"needs JAX.*autograd-mini\[jax\]"),
    ):
        compile(lambda x: x, [Value(1.0)], "jax")([1.0])


@pytest.mark.parametrize("trains", [False, True])
def test_a_wrong_derivative_is_found_before_it_is_used(trains: bool) -> None:
    from autograd_mini.compiler.jax import text
    from autograd_mini.compiler.numpy_text import Text

    model = nn.MLP(3, [4, 2], "relu", rng=random.Random(0))

    def loss(x: Any, t: Any) -> Any:
        return losses.cross_entropy(model(x), t) + ops.max(model(x))

    X, y = [[1.0, -2.0, 0.5], [0.3, 0.2, -0.7]], [0, 1]

    def stopped(into: Any, array: Any) -> Any:
        return Text(f"stop_gradient({into.text(array.operands[0])}).max(axis=-1)")

    compiled = compile(loss, model.parameters(), "jax")

    def run() -> Any:
        if trains:
            return compiled.train(optim.SGD(model.parameters(), 0.1), X, y, steps=2)
        return compiled(X, y)

    with (
        mock.patch.dict(text.RULES, {"max": stopped}),
        pytest.warns(RuntimeWarning, match="differs from the"),
    ):
        run()
    assert compiled.tier == "python"
