"""The chain of matrices against ``jacobian``, ``grad`` and difference quotients."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Value, grad, graph, jacobian, losses, nn, ops, partials
from autograd_mini.expr import Expr, Name, Number
from autograd_mini.show.explain import MatrixExplanation, explain
from autograd_mini.show.explain.blocks import Equations, Grid
from autograd_mini.show.explain.formulas import is_ratio
from autograd_mini.show.text import columns

X = (0.4, 2.0, 17.0)

UNARY = [
    name
    for name, row in ops.TABLE.items()
    if row.arity is not None
    and row.arity - len(row.defaults) == 1
    and row.partials[0].__module__ != partials.__name__
]
"""The activations that a layer may have."""


def network(hidden: str = "tanh") -> nn.MLP:
    model = nn.MLP(3, [4, 1], hidden, output="sigmoid", rng=random.Random(1))
    for p in model.parameters():
        p.data *= 0.3
    return model


def cost(model: nn.MLP) -> tuple[Value, Value]:
    a2 = model([*X])
    J = losses.binary_cross_entropy(a2, 1.0)
    J.label = "J"
    return a2, J


def layers(a2: Value) -> tuple[Value, list[Value], list[Value]]:
    """z⁽²⁾, a⁽¹⁾ and z⁽¹⁾ of a network with one hidden layer."""
    (z2,) = a2.operands
    a1 = list(z2.operands[1::2])
    return z2, a1, [a.operands[0] for a in a1]


def numbers(table: list[list[Value]]) -> list[list[float]]:
    return [[entry.data for entry in row] for row in table]


def close(found: Any, expected: Any) -> bool:
    return all(
        row == pytest.approx(other, rel=1e-12, abs=1e-15)
        for row, other in zip(found, expected, strict=True)
    )


def matrices(*arguments: Any, **options: Any) -> MatrixExplanation:
    told = explain(*arguments, **options)
    assert isinstance(told, MatrixExplanation)
    return told


def test_the_slides_chain_for_the_hidden_layer() -> None:
    model = network()
    a2, J = cost(model)
    z2, a1, z1 = layers(a2)
    W = model.layers[0].W
    told = matrices(J, wrt=W, through=[a2, z2, a1, z1])
    flat = [w for row in W for w in row]
    stops: list[list[Value]] = [[J], [a2], [z2], a1, z1, flat]
    for factor, tops, bottoms in zip(told.factors, stops, stops[1:], strict=False):
        assert factor.shape == (len(tops), len(bottoms))
        assert close(factor.matrix, numbers(jacobian(tops, bottoms)))
    gradient = [x.data for x in grad(J, flat)]
    assert [x for row in told.product for x in row] == pytest.approx(gradient, rel=1e-12)
    J.backward()
    assert told.gradient == [[w.grad for w in row] for row in W]


def test_the_slides_chain_for_the_output_layer() -> None:
    model = network("relu")
    a2, J = cost(model)
    z2, a1, _ = layers(a2)
    W = model.layers[1].W
    told = matrices(J, wrt=W, through=[a2, z2])
    assert [factor.shape for factor in told.factors] == [(1, 1), (1, 1), (1, 4)]
    assert told.factors[2].matrix == [[a.data for a in a1]]
    J.backward()
    assert told.gradient == [[w.grad for w in W[0]]]
    assert told.text.split("\n")[2:4] == [
        "∂J/∂W⁽²⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂W⁽²⁾",
        "1×4        1×1        1×1           1×4",
    ]


def test_difference_quotients_agree() -> None:
    model = network()
    told = matrices(cost(model)[1], wrt=model.layers[0].W)
    h = 1e-6
    for row, found in zip(model.layers[0].W, told.product, strict=True):
        for w, derivative in zip(row, found, strict=True):
            before = w.data
            w.data = before + h
            above = cost(model)[1].data
            w.data = before - h
            below = cost(model)[1].data
            w.data = before
            assert derivative == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-9)


def test_the_vectors_of_layers_are_found() -> None:
    model = network()
    a2, J = cost(model)
    z2, a1, z1 = layers(a2)
    W = model.layers[0].W
    assert matrices(J, W).text == matrices(J, W, through=[a2, z2, a1, z1]).text
    assert matrices(J, model.layers[0].b).text.startswith("8 paths lead from J to b⁽¹⁾.")


def test_fewer_vectors_give_fewer_factors() -> None:
    model = network()
    a2, J = cost(model)
    _, _, z1 = layers(a2)
    told = matrices(J, model.layers[0].W, through=[z1])
    assert [factor.shape for factor in told.factors] == [(1, 4), (4, 12)]
    assert close(told.factors[0].matrix, numbers(jacobian([J], z1)))


def test_a_linear_layer_has_one_vector() -> None:
    model = nn.MLP(2, [2, 1], None, rng=random.Random(0))
    told = matrices(model([1.0, 2.0]), model.layers[0].W)
    assert [factor.shape for factor in told.factors] == [(1, 2), (2, 4)]


def test_several_examples_share_a_vector() -> None:
    model = network()
    J = sum((cost(model)[1] for _ in range(3)), Value(0.0))
    told = matrices(J, model.layers[0].W)
    assert [factor.shape for factor in told.factors] == [
        (1, 3),
        (3, 3),
        (3, 12),
        (12, 12),
        (12, 12),
    ]
    J.backward()
    assert close(told.product, [[w.grad for w in row] for row in model.layers[0].W])


@given(st.integers(0, 10**6), st.lists(st.integers(1, 3), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_random_networks(seed: int, widths: list[int]) -> None:
    rng = random.Random(seed)
    model = nn.MLP(2, [*widths, 1], rng.choice(["tanh", "relu", "sigmoid", None]), rng=rng)
    y = model([rng.uniform(-1, 1), rng.uniform(-1, 1)])
    for layer in model.layers:
        told = matrices(y, layer.W)
        expected = [[x.data for x in grad(y, row)] for row in layer.W]
        assert close(told.product, expected)
        assert told.gradient == expected


def test_paths_around_a_vector_are_refused() -> None:
    x = Value(2.0, "x")
    z = x * 3.0
    z.label = "z"
    y = z * z + x
    with pytest.raises(ValueError, match=r"a path to 'x' goes around vector 1 \('z', 1 in all\)"):
        explain(y, x, through=[z])
    p, q = x * 2.0, x * 5.0
    with pytest.raises(ValueError, match="around vector 1"):
        explain(p * q, x, through=[p])
    assert matrices(p * q, x, through=[[p, q]]).gradient == 40.0


def test_vectors_in_the_wrong_order_are_refused() -> None:
    x = Value(2.0)
    p = x * 2.0
    q = p * 3.0
    with pytest.raises(ValueError, match="around vector 2"):
        explain(q * 1.0, x, through=[p, q])


def test_vectors_whose_nodes_depend_on_each_other() -> None:
    """y depends on z directly and through a: held fixed beside each other, both count."""
    x = Value(0.5, "x")
    z = x * 3.0
    a = z.tanh()
    y = a * z
    told = matrices(y, x, through=[[z, a]])
    assert told.factors[0].matrix == [[a.data, z.data]]
    assert told.product == pytest.approx(grad(y, x)[0].data)


def test_inputs_that_depend_on_each_other_have_their_whole_derivatives() -> None:
    x = Value(0.5, "x")
    z = x * 3.0
    y = z * x
    assert matrices(y, [x, z, x]).gradient == [g.data for g in grad(y, [x, z, x])]


def test_shapes_are_kept() -> None:
    x, y, t = Value(2.0, "x"), Value(3.0, "y"), Value(5.0, "t")
    z = x * y
    assert matrices(z, [x, t]).gradient == [3.0, 0.0]
    assert matrices(z, [[x, y], [t]]).gradient == [[3.0, 2.0], [0.0]]
    assert matrices(z, x, through=[]).gradient == 3.0
    assert matrices(z, x, through=z).gradient == 3.0
    assert [len(paths) for paths in matrices(z, [x, t]).paths] == [1, 0]
    assert matrices(Value(1.0) * 2.0, [x]).count == 0


def test_zero_times_infinity_is_not_made_where_there_is_no_path() -> None:
    x, y = Value(0.0, "x"), Value(1.0, "y")
    p, q = 1.0 / x, y * 2.0
    told = matrices(p * 0.0 + q, [x, y], through=[[p, q]])
    assert told.product[1] == 2.0


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"wrt": []}, ValueError, "wrt is empty"),
        ({"wrt": [1.0]}, TypeError, "wrt holds float 1.0"),
        ({"wrt": [], "through": []}, ValueError, "wrt is empty"),
        ({"through": [3]}, TypeError, "vector 1 is int 3"),
        ({"through": [[]]}, ValueError, "vector 1 is empty"),
    ],
)
def test_wrong_arguments(options: Any, error: type[Exception], message: str) -> None:
    x = Value(2.0, "x")
    with pytest.raises(error, match=message):
        explain(x * x, **{"wrt": x, **options})


def test_a_value_twice_in_a_vector() -> None:
    x = Value(2.0, "x")
    p = x * x
    with pytest.raises(ValueError, match="vector 1 holds a Value twice"):
        explain(p * 2.0, x, through=[[p, p]])


def test_large_matrices_are_cut() -> None:
    model = nn.MLP(30, [20, 1], "tanh", rng=random.Random(0))
    y = model([0.1] * 30)
    y.label = "y"
    told = matrices(y, model.layers[0].W)
    assert "∂y/∂W⁽¹⁾  (20×30)" in told.text
    assert max(map(len, told.text.split("\n"))) <= 100
    assert "⋮" in told.text
    assert "…" in told.text


def test_a_matrix_of_fewer_rows_in_symbols_than_in_numbers_is_shown() -> None:
    x = [Value(float(i), f"x{i}") for i in range(1, 10)]
    z = Value(2.0, "z")
    text = matrices(ops.sum(x) * z, [[node] for node in x]).text
    assert text.count("⎡") == 2 == text.count("⎣")
    assert "\n  =\n" in text
    y = ops.sum([node * z for node in x])
    told = matrices(y, [z], through=[list(y.operands)])
    assert [line for line in told.text.splitlines() if "⎡" in line] == ["  ⎡ x1 ⎤", "  ⎡ 1 ⎤"]


def number_of(x: Expr, nodes: dict[str, Value]) -> float:
    """A formula in numbers."""
    if isinstance(x, Number):
        return x.number
    if isinstance(x, Name):
        return nodes[x.of.text].data
    return float(x.row.forward(*[number_of(operand, nodes) for operand in x.operands]))


def beside(shown: Sequence[Any], items: Sequence[Any]) -> list[tuple[Any, Any]]:
    """What is shown of a row or of a column, with what it stands for; dots stand for many."""
    dots = next((i for i, x in enumerate(shown) if x in ("…", "⋮")), None)
    if dots is not None:
        last = len(items) - (len(shown) - dots - 1)
        items = [*items[:dots], "", *items[last:]]
    return [pair for pair in zip(shown, items, strict=True) if pair[0] not in ("…", "⋮")]


def entries(grid: Grid, matrix: Sequence[Sequence[float]]) -> Iterator[tuple[Expr, float]]:
    firsts = [row[0] for row in grid.formulas]
    for (_, row), (_, numbers) in zip(
        beside(firsts, grid.formulas), beside(firsts, matrix), strict=True
    ):
        yield from beside(row, numbers)


@pytest.mark.parametrize("hidden", UNARY)
@pytest.mark.parametrize("width", [1, 3, 4, 20])
def test_every_layer_is_explained_in_symbols_that_have_its_numbers(hidden: str, width: int) -> None:
    """Whatever the activation and however wide; beside dots the first and the last entries."""
    model = nn.MLP(2, [width, 1], hidden, rng=random.Random(width))
    x = [Value(0.75, "x₁"), Value(0.5, "x₂")]
    low, high = ops.TABLE[hidden].domain[0]
    for neuron in model.layers[0].neurons:
        neuron.b.data = low + 0.37 * (high - low)  # the sums are inside the domain
        for weight in neuron.w:
            weight.data *= 0.01
    y = model(x)
    y.label = "y"
    told = matrices(y, wrt=model.layers[0].W)
    nodes = {node.label: node for node in graph.order(y) if node.label}
    blocks = told._document.blocks
    rows = [row for block in blocks if isinstance(block, Equations) for row in block.rows]
    long = {str(left): formula for left, formula, _ in rows if formula is not None}
    grids = [block for block in blocks if isinstance(block, Grid)]
    for grid, factor in zip(grids, told.factors, strict=False):
        numbers = {x for row in factor.matrix for x in row}
        assert grid.formulas or numbers <= {0.0, 1.0, -1.0}, grid.name
        for formula, number in entries(grid, factor.matrix) if grid.formulas else ():
            written = long.get(str(formula)) if is_ratio(formula) else formula
            if written is not None:  # the first two that are too long for the matrix stand below
                assert number_of(written, nodes) == pytest.approx(number, rel=1e-9, abs=1e-12)
        ratios = [x for row in grid.formulas for x in row if is_ratio(x)]
        assert all(str(x) in long for x in ratios[:2])
    assert max(map(columns, told.text.splitlines())) <= 80


def test_what_has_too_many_paths_for_symbols_says_so() -> None:
    x = [Value(0.5, "x₁"), Value(0.25, "x₂")]
    y = x[0]
    for _ in range(4):
        y = y * (y + x[1])
    y.label = "y"
    said = explain(y, wrt=x).text
    assert "An entry without a formula adds up many paths" in said
    assert "An entry without" not in explain(x[0] * x[1], wrt=x).text


SLIDE_38 = """\
The forward pass:
J    = −y · log a₁⁽²⁾ − (1 − y) · log (1 − a₁⁽²⁾)
a⁽²⁾ = σ(z⁽²⁾)
z⁽²⁾ = W⁽²⁾ · a⁽¹⁾ + b⁽²⁾
a⁽¹⁾ = tanh(z⁽¹⁾)
z⁽¹⁾ = W⁽¹⁾ · x + b⁽¹⁾
"""


def test_the_forward_pass_stands_beside_as_on_the_slide() -> None:
    model = network()
    x = [Value(number, f"x{low}") for number, low in zip(X, "₁₂₃", strict=True)]
    J = losses.binary_cross_entropy(model(x), Value.constant(1.0, "y"))
    J.label = "J"
    told = matrices(J, wrt=model.layers[0].W)
    assert SLIDE_38 in told.text
    assert "(1×1) = −y / a₁⁽²⁾ + (1 − y) / (1 − a₁⁽²⁾)" in told.text
    assert r"z^{[1]}} &= {W^{[1]}} \cdot x + {b^{[1]}}" in told.latex
    biases = matrices(J, wrt=model.layers[0].b).text
    assert SLIDE_38 in biases
    output = matrices(J, wrt=model.layers[1].W).text
    assert SLIDE_38.split("a⁽¹⁾ = ", maxsplit=1)[0] in output


def test_the_forward_pass_leaves_out_what_fits_no_line() -> None:
    model = network()
    J = losses.mse([model([*X]), model([1.0, 2.0, 3.0])], [1.0, 0.0])
    text = matrices(J, wrt=model.layers[0].W).text
    assert "a⁽²⁾ = σ(z⁽²⁾)" in text  # of both examples at once
    assert "W⁽²⁾ · a⁽¹⁾" not in text  # each example has inputs of its own
    x = Value(2.0, "x")
    p, q = x * 3.0, x.exp()
    p.label, q.label = "p", "q"
    assert "The forward pass:\ny = p · q\n" in named(p * q, "y", [x], [[p, q]])


def named(y: Value, label: str, wrt: list[Value], through: list[list[Value]]) -> str:
    y.label = label
    return explain(y, wrt, through).text


def test_numbers_in_an_entry_are_gathered() -> None:
    model = nn.MLP(1, [1], None, rng=random.Random(0))
    y = [model([Value(float(i), "x")]) for i in (1, 2, 3)]
    J = losses.mse(y, [1.0, 1.0, 1.0])
    text = matrices(J, wrt=y).text
    assert "0.6667 · " in text
    assert "0.3333" not in text.split("where:", maxsplit=1)[0]


def test_models_and_arrays_are_inputs_too() -> None:
    model = network()
    _, J = cost(model)
    flat = matrices(J, wrt=model.parameters())
    assert matrices(J, wrt=model).gradient == flat.gradient
    rows = np.array(model.layers[0].W, dtype=object)
    assert matrices(J, wrt=rows).gradient == matrices(J, wrt=model.layers[0].W).gradient
    assert "(w₁₁⁽¹⁾, w₁₂⁽¹⁾, … 19 more)" in flat.text
