"""What an engine answers to programs drawn at random: ``python -m tests.core.both SEED COUNT``.

One line for each program, the same for the compiled core and for the Python source: the bits of
every number and gradient, the order of the graph, and the words of what is raised. Nothing here
knows which engine runs.
"""

from __future__ import annotations

import copy
import math
import pickle
import random
import sys
from collections.abc import Callable
from typing import Any

from autograd_mini import (
    Value,
    compile,
    grad,
    graph,
    hessian,
    losses,
    nan_origin,
    nn,
    no_grad,
    ops,
    optim,
    strict,
)

CORNERS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    3.0,
    -8.0,
    1e-310,
    1e200,
    -1e200,
    800.0,
    math.inf,
    -math.inf,
    math.nan,
)
Program = Callable[[random.Random], Any]


def number(rng: random.Random) -> float:
    return rng.choice(CORNERS) if rng.random() < 0.3 else rng.uniform(-3.0, 3.0)


def bits(x: float) -> str:
    return "nan" if x != x else x.hex()


def told(*roots: Value) -> str:
    """Every node under the roots, in order: row, operands by place, number, gradient, passes."""
    order = graph.order(*roots)
    place = {id(node): i for i, node in enumerate(order)}
    lines = []
    for node in order:
        below = [
            bits(x) if type(x) is float else str(place[id(x)]) for x in graph.raw_operands(node)
        ]
        gradient = bits(node.grad) if node.has_grad else "-"
        lines.append(
            f"{node.op or graph.is_constant(node)}({','.join(below)}) {bits(node.data)} {gradient} "
            f"{graph.passes(node) if not graph.is_constant(node) else ''} {node.label}"
        )
    return "; ".join(lines)


def applied(row: Any, rng: random.Random, made: list[Value]) -> Value:
    """A row on Values and numbers made so far."""

    def any_operand() -> Any:
        kind = rng.random()
        if kind < 0.7:
            return rng.choice(made)
        return number(rng) if kind < 0.9 else rng.randrange(-3, 4)

    if row.arity is None:
        count = rng.randrange(1, 5)
        if row is ops.affine:
            w, x = ([any_operand() for _ in range(count)] for _ in range(2))
            return ops.affine(w, x, rng.choice(made))  # type: ignore[no-any-return]
        return row([any_operand() for _ in range(count - 1)] + [rng.choice(made)])  # type: ignore[no-any-return]
    operands = [any_operand() for _ in range(row.arity)]
    operands[rng.randrange(row.arity)] = rng.choice(made)
    return row(*operands)  # type: ignore[no-any-return]


def any_graph(rng: random.Random) -> Value:
    """A graph of any rows of the table, with corners, re-use, numbers on both sides and methods."""
    made = [Value(number(rng), rng.choice(["", "x", "w"])) for _ in range(rng.randrange(1, 5))]
    if rng.random() < 0.3:
        made.append(Value.constant(number(rng)))
    for _ in range(rng.randrange(1, 30)):
        kind = rng.randrange(9)
        v, w = rng.choice(made), rng.choice([*made, number(rng), 2, -1])
        made.append(
            v + w if kind == 0 else w - v if kind == 1 else v * w if kind == 2
            else w / v if kind == 3 else v ** rng.choice([2, 3, 0.5, -1, w]) if kind == 4
            else -v if kind == 5
            else rng.choice([v.relu, v.exp, v.log, v.tanh, v.sigmoid])() if kind == 6
            else applied(rng.choice(list(ops.TABLE.values())), rng, made)
        )  # fmt: skip
    return made[-1] + made[-2] if rng.random() < 0.5 else made[-1]


def gradients(rng: random.Random) -> str:
    y = any_graph(rng)
    y.backward()
    if rng.random() < 0.3:
        y.backward()
    return told(y)


def watched(rng: random.Random) -> str:
    with strict():
        y = any_graph(rng)
        y.backward()
    return told(y)


def watched_backwards(rng: random.Random) -> str:
    y = any_graph(rng)
    try:
        with strict():
            y.backward()
    finally:
        said = told(y)
    return said


def origin(rng: random.Random) -> str:
    with nan_origin() as found:
        any_graph(rng).backward()
    return f"{found.op} {found.phase} {found.where}"


def second_derivatives(rng: random.Random) -> str:
    y = any_graph(rng)
    leaves = [x for x in graph.order(y) if graph.is_leaf(x) and not graph.is_constant(x)]
    first = grad(y, leaves)
    try:
        first[0].backward()
    except Exception as fault:  # noqa: BLE001 (a constant has no derivative)
        return f"{type(fault).__name__}: {fault}"
    return told(first[0]) + str([[bits(x.data) for x in row] for row in hessian(y, leaves)])


def stale(rng: random.Random) -> str:
    y = any_graph(rng)
    leaves = [x for x in graph.order(y) if graph.is_leaf(x) and not graph.is_constant(x)]
    leaf = rng.choice(leaves)
    y.backward()
    leaf.data = rng.choice([number(rng), 3, True])
    try:
        y.backward()
    finally:
        said = told(y)
    return said


def copies(rng: random.Random) -> str:
    y = any_graph(rng)
    y.backward()
    twin, thawed, double = copy.deepcopy(y), pickle.loads(pickle.dumps(y)), copy.copy(y)
    for z in (twin, thawed):
        z.backward()
    return told(twin) + told(thawed) + told(double) + told(y)


def modes_and_leaves(rng: random.Random) -> str:
    x = Value(number(rng), "x")
    with no_grad():
        y = x * 2 + any_graph(rng).tanh()
    z = x * y + x.detach()
    z.backward(rng.choice([1.0, -0.5, 2]))
    x.grad = rng.choice([0.0, None, 7, number(rng)])
    first = told(z)
    z.zero_grad()
    return first + told(z) + repr(x) + f"{x:.3f}"


def weighted(rng: random.Random) -> str:
    """Neurons of up to 300 inputs whose products cancel in part, altogether, or overflow."""
    width = rng.choice([1, 2, 6, 7, 8, 12, 40, 255, 256, 300])
    activation = rng.choice([None, "relu", "tanh", "softplus", "leaky_relu", "abs", "log"])
    neuron = nn.Neuron(width, activation, rng=rng.randrange(1000))
    most = rng.choice([0, 0, 4])
    x = [rng.uniform(0.5, 1) * 10.0 ** rng.randrange(-most, most + 1) for _ in range(width)]
    for i in range(0, width - 1, 2):
        if rng.random() < 0.9:
            neuron.w[i + 1].data = neuron.w[i].data * (1 + rng.choice([0.0, 1e-15, 1e-9]))
            x[i + 1] = -x[i]
    neuron.b.data = rng.choice([0.0, -0.0, 1e-17, 1e300])
    y = neuron(x)
    y.backward()
    return told(y)


class Told(Value):
    """A node of a user's, which is asked for its rows by itself."""


def rows(rng: random.Random) -> str:
    """Rows as functions, of what the core takes and of what it leaves to Python."""
    row = ops.TABLE[rng.choice(["add", "mul", "pow", "relu", "softplus", "maximum", "sin", "elu"])]
    kinds = (Value, Value, Told, Value.constant, float, int)
    count = row.arity if row.arity and rng.random() < 0.9 else 3
    operands = [rng.choice(kinds)(number(rng)) for _ in range(count)]
    y = row(*operands)
    if not isinstance(y, Value):
        return bits(y)
    y.backward()
    return told(y)


def trained(rng: random.Random) -> str:
    model = nn.MLP(2, [4, 3, 1], rng=rng.randrange(1000))
    points = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(4)]
    optimiser = optim.Adam(model.parameters(), lr=0.05)
    for _ in range(3):
        cost = ops.mean([losses.squared_error(model(p), p[0] * p[1]) for p in points])
        optimiser.zero_grad()
        cost.backward()
        optimiser.step()
    return told(cost)


def compiled(rng: random.Random) -> str:
    a, b = Value(rng.uniform(0.1, 2)), Value(rng.uniform(-1, 1))
    made = compile(lambda x, y: (a * x + b).tanh() * y + a**2 / (x * x + 1.5), [a, b], "python")
    x, y = [number(rng) for _ in range(3)], [rng.uniform(-1, 1) for _ in range(3)]
    cost, gradients = made(x, y)
    return " ".join(map(bits, [cost, *gradients, *made.forward(x, y)]))


def interrupted(rng: random.Random) -> str:
    """A partial that raises in the middle of a pass: the leaves have what they had."""
    y = any_graph(rng)
    y.backward()

    def forward(x: float) -> float:
        return x

    def partial(z: Any, x: Any) -> Any:
        raise ArithmeticError("in the middle")

    row = ops.op("raising", forward, partial, domain=((0.0, 1.0),))
    try:
        (row(y) + y * 2 if rng.random() < 0.5 else y * row(y)).backward()
    except ArithmeticError as fault:
        return f"{fault} {told(y)}"
    finally:
        del ops.TABLE["raising"]
    return "not raised"


PROGRAMS: tuple[Program, ...] = (
    gradients, gradients, gradients, watched, watched_backwards, origin, second_derivatives, stale,
    copies, modes_and_leaves, trained, weighted, rows, compiled, interrupted,
)  # fmt: skip


def main(seed: int, count: int) -> None:
    for i in range(count):
        rng = random.Random(seed * 1_000_003 + i)
        program = PROGRAMS[i % len(PROGRAMS)]
        try:
            said = program(rng)
        except Exception as fault:  # noqa: BLE001 (what is raised is part of the answer)
            said = f"{type(fault).__name__}: {fault}"
        sys.stdout.write(f"{program.__name__} {i}: {said}\n".replace(__file__, ""))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
