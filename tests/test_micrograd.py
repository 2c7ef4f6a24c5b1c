"""Programs written for micrograd give the same numbers with only the import changed.

Each program below is text that imports micrograd; it runs as it stands, and once more with its
import lines changed. "The same" is equality, or closeness to rounding where a sum of products is in
play, which this package rounds once and micrograd once for each term.
"""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, ops

pytest.importorskip("micrograd.engine")

CHANGES = {
    "from micrograd.engine import Value": "from autograd_mini import Value",
    "from micrograd import nn": "from autograd_mini import nn",
    "from micrograd.nn import": "from autograd_mini.nn import",
}


def run(program: str, ours: bool, **given: Any) -> dict[str, Any]:
    """The names that a program defines, run after seeding the module random."""
    if ours:
        for theirs, our in CHANGES.items():
            program = program.replace(theirs, our)
        assert "micrograd" not in program
    namespace = dict(given)
    random.seed(1337)
    np.random.seed(1337)
    exec(program, namespace)
    return namespace


def both(program: str, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return run(program, ours=False, **given), run(program, ours=True, **given)


README = """
from micrograd.engine import Value

a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
first = f"{g.data:.4f}"
g.backward()
"""

ENGINE_TEST = """
from micrograd.engine import Value

x = Value(-4.0)
z = 2 * x + 2 + x
q = z.relu() + z * x
h = (z * z).relu()
y = h + q + q * x
y.backward()
"""


def test_the_readme_example() -> None:
    theirs, ours = both(README)
    assert ours["first"] == "24.7041"
    assert f"{ours['a'].grad:.4f}" == "138.8338"
    assert f"{ours['b'].grad:.4f}" == "645.5773"
    assert ours["g"].data == pytest.approx(theirs["g"].data, rel=1e-15)
    for name in "ab":
        assert ours[name].grad == pytest.approx(theirs[name].grad, rel=1e-15)


def test_its_engine_test() -> None:
    theirs, ours = both(ENGINE_TEST)
    assert (ours["y"].data, ours["x"].grad) == (theirs["y"].data, theirs["x"].grad)
    assert (ours["y"].data, ours["x"].grad) == (-20.0, 46.0)


DRAWN_NEURON = """
from micrograd.engine import Value
from micrograd import nn

n = nn.Neuron(2)
x = [Value(1.0), Value(-2.0)]
y = n(x)
y.backward()
linear = nn.Neuron(2, nonlin=False)
also_linear = nn.Neuron(2, False)
layer = nn.Layer(2, 3, nonlin=False)
names = [repr(n), repr(linear), repr(layer), repr(nn.MLP(2, [2, 1]))]
outputs = [linear(x).data, also_linear(x).data] + [a.data for a in layer(x)]
after = __import__("random").random()
"""


def test_neurons_and_layers() -> None:
    theirs, ours = both(DRAWN_NEURON)
    assert ours["names"] == theirs["names"]
    assert ours["after"] == theirs["after"]  # as many random numbers were drawn
    assert ours["outputs"] == pytest.approx(theirs["outputs"], rel=1e-15)
    assert [w.data for w in ours["n"].w] == [w.data for w in theirs["n"].w]
    assert [p.grad for p in ours["n"].parameters()] == [p.grad for p in theirs["n"].parameters()]
    assert [x.grad for x in ours["x"]] == [x.grad for x in theirs["x"]]


DEMO = """
import numpy as np
from micrograd.engine import Value
from micrograd.nn import Neuron, Layer, MLP

model = MLP(2, [8, 8, 1]) # 2-layer neural network
text = (repr(model), len(model.parameters()))
history = []

def loss(batch_size=None):
    if batch_size is None:
        Xb, yb = X, y
    else:
        ri = np.random.permutation(X.shape[0])[:batch_size]
        Xb, yb = X[ri], y[ri]
    inputs = [list(map(Value, xrow)) for xrow in Xb]
    scores = list(map(model, inputs))
    losses = [(1 + -yi*scorei).relu() for yi, scorei in zip(yb, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    alpha = 1e-4
    reg_loss = alpha * sum((p*p for p in model.parameters()))
    total_loss = data_loss + reg_loss
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(yb, scores)]
    return total_loss, sum(accuracy) / len(accuracy)

for k in range(steps):
    total_loss, acc = loss(batch_size)
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9*k/100
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    history.append((total_loss.data, acc))
"""


def moons(n: int) -> tuple[Any, Any]:
    """Two half circles that interlock, with noise; labels −1 and 1."""
    rng = np.random.default_rng(0)
    t = rng.uniform(0, math.pi, n)
    upper = np.arange(n) % 2 == 0
    x = np.where(upper, np.cos(t), 1 - np.cos(t))
    y = np.where(upper, np.sin(t), 0.5 - np.sin(t))
    return np.stack([x, y], axis=1) + rng.normal(0, 0.1, (n, 2)), np.where(upper, -1, 1)


@pytest.mark.parametrize("batch_size", [None, 10])
def test_the_demos_training_loop(batch_size: int | None) -> None:
    X, y = moons(24)
    theirs, ours = both(DEMO, X=X, y=y, steps=15, batch_size=batch_size)
    assert ours["text"] == theirs["text"]
    assert [accuracy for _, accuracy in ours["history"]] == [a for _, a in theirs["history"]]
    assert [cost for cost, _ in ours["history"]] == pytest.approx(
        [cost for cost, _ in theirs["history"]], rel=1e-11
    )
    assert theirs["history"][-1][0] < 0.7 * theirs["history"][0][0]
    pairs = zip(ours["model"].parameters(), theirs["model"].parameters(), strict=True)
    for p, q in pairs:
        assert p.data == pytest.approx(q.data, rel=1e-10, abs=1e-13)


NETWORK = """
from micrograd.engine import Value
from micrograd.nn import MLP

model = MLP(len(x), widths)
outputs = model([Value(number) for number in x])
outputs = outputs if isinstance(outputs, list) else [outputs]
sum(outputs, Value(0)).backward()
"""


@given(
    # micrograd cannot read a hidden layer of width 1
    hidden=st.lists(st.integers(2, 4), max_size=2),
    nout=st.integers(1, 4),
    x=st.lists(st.floats(-10, 10), min_size=1, max_size=4),
)
def test_any_network(hidden: list[int], nout: int, x: list[float]) -> None:
    widths = [*hidden, nout]
    theirs, ours = both(NETWORK, x=x, widths=widths)
    # The terms of a sum are below 10 · 4ⁿ here, and each is rounded.
    scale = 1e-15 * 10 * 4 ** len(widths)
    for a, b in zip(ours["outputs"], theirs["outputs"], strict=True):
        assert abs(a.data - b.data) <= scale
    pairs = zip(ours["model"].parameters(), theirs["model"].parameters(), strict=True)
    for p, q in pairs:
        assert p.data == q.data
        assert abs(p.grad - q.grad) <= scale
    assert any(p.grad for p in ours["model"].parameters())


NOTEBOOK = """
from micrograd.engine import Value
from micrograd import nn


class Digraph:  # what the notebook asks of graphviz
    def __init__(self, format, graph_attr):
        self.nodes, self.edges = [], []

    def node(self, name, label, shape="ellipse"):
        self.nodes.append((name, label, shape))

    def edge(self, one, other):
        self.edges.append((one, other))


def trace(root):
    nodes, edges = set(), set()
    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)
    build(root)
    return nodes, edges

def draw_dot(root, format='svg', rankdir='LR'):
    assert rankdir in ['LR', 'TB']
    nodes, edges = trace(root)
    dot = Digraph(format=format, graph_attr={'rankdir': rankdir}) #, node_attr={'rankdir': 'TB'})

    for n in nodes:
        label = "{ data %.4f | grad %.4f }" % (n.data, n.grad)
        dot.node(name=str(id(n)), label=label, shape='record')
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))

    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)

    return dot

import random
random.seed(1337)
n = nn.Neuron(2, nonlin=False)
a, b, c = Value(1.0), Value(-2.0), Value(0.5)
y = (a * b + b**3).relu() + a * c + (a + c) * b
y.backward()
drawn = draw_dot(y)
labels = sorted(label for _, label, _ in drawn.nodes)
counted = len(drawn.nodes), len(drawn.edges)
names = {name for name, _, _ in drawn.nodes}
hanging = [edge for edge in drawn.edges if not set(edge) <= names]
quotient = (Value(3.0) / 2.0 - Value(1.0))
letters = quotient._op, quotient.relu()._op, (-quotient)._op, (quotient**2)._op, quotient._op
"""


def test_its_notebook_draws_our_graphs() -> None:
    theirs, ours = both(NOTEBOOK)
    assert not ours["hanging"]
    assert ours["labels"] == theirs["labels"]
    assert ours["counted"] == theirs["counted"]
    # a − b and a / b are one node each here, there a sum with a negative and a product
    assert ours["letters"] == ("-", "ReLU", "-", "**2", "-")
    two = Value(2.0)
    assert (two._op, two._prev) == ("", set())
    assert (two**two)._op == "**"
    assert (two**two)._prev == {two}
    assert (two**0.5)._op == "**0.5"
    assert {x.data for x in (3.0**two)._prev} == {3.0, 2.0}
    assert two.tanh()._op == "tanh"


def test_what_others_of_the_family_call_their_methods() -> None:
    x = Value(-2.0, "x")
    assert x.item() == -2.0
    (x * 3.0).backward(0.5)
    assert x.grad == 1.5
    x.grad = None
    assert (x.grad, x.has_grad) == (0.0, False)
    y = x * x
    y.backward(-0.0)
    assert x.grad == 0.0
    x.backward(4)
    assert x.grad == 4.0
    with pytest.raises(TypeError, match="backward: seed: expected a real number"):
        y.backward("1")  # type: ignore[arg-type]
    for leaky in (x.leaky_relu(alpha=0.25), ops.leaky_relu(x, alpha=0.25), x.leaky_relu(0.25)):
        assert leaky.data == -0.5
    assert x.elu(alpha=2.0).data == ops.elu(-2.0, 2.0)
    with pytest.raises(TypeError, match=r"ops\.leaky_relu takes 1 to 2 operand\(s\), 3 given"):
        ops.leaky_relu(x, 0.25, alpha=0.25)
    assert ops.max(x, 1.0, Value(3.0)).data == 3.0
    assert ops.max(1.0, 2.0) == 2.0
    for wrong in (lambda: x in [1.0, x], lambda: x == 2, lambda: "%.4f" % x):  # noqa: UP031
        with pytest.raises(TypeError, match=r"\.data"):
            wrong()
