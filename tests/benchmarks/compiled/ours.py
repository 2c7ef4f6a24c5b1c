"""The works as scalar code of this project, compiled; neurons written out as sums."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini import Value, compile, losses, ops, optim
from autograd_mini.lessons import gpt
from tests.benchmarks.compiled import transformer
from tests.benchmarks.compiled.works import Perceptron, Recurrent, Transformer, Work

Program = tuple[list[Value], Callable[..., Any], tuple[Any, ...], Any]


def prepare(work: Work | Recurrent, tier: str) -> Callable[[int], float]:
    """A function that makes so many steps and returns the cost before the last of them."""
    parameters, cost, examples, optimiser = program(work)
    compiled = compile(cost, parameters, backend=tier)

    def run(steps: int) -> float:
        costs = compiled.train(optimiser, *examples, steps=steps)
        if compiled.tier != tier:
            raise RuntimeError(f"asked for the tier {tier!r}, got {compiled.tier!r}")
        return costs[-1]

    return run


def program(work: Work | Recurrent) -> Program:
    """Parameters, the cost of one example, the batch, and an optimiser."""
    if isinstance(work, Recurrent):
        return _recurrent(work)
    return _perceptron(work) if isinstance(work, Perceptron) else _transformer(work)


def _perceptron(work: Perceptron) -> Program:
    layers = [
        [([Value(x) for x in row], Value(b)) for row, b in zip(*layer, strict=True)]
        for layer in work.layers()
    ]
    parameters = [p for layer in layers for w, b in layer for p in (*w, b)]

    def scores(x: Sequence[Any]) -> list[Value]:
        for k, layer in enumerate(layers, 1):
            z = [sum(wi * xi for wi, xi in zip(w, x, strict=True)) + b for w, b in layer]
            x = z if k == len(layers) else [zi.relu() for zi in z]
        return list(x)

    def hinge(x: Sequence[Any], y: Any) -> Any:
        decay: Any = sum(p * p for p in parameters)
        return losses.hinge(scores(x)[0], y) + work.decay * decay

    def softmax(x: Sequence[Any], y: Any) -> Any:
        return losses.cross_entropy(scores(x), y)

    rows, labels = work.examples()
    cost = hinge if work.loss == "hinge" else softmax
    return parameters, cost, (rows, labels), optim.SGD(parameters, work.rate)


def _transformer(work: Transformer) -> Program:
    model = gpt.GPT(block=max(work.length, transformer.LEAST), rng=random.Random(0))
    parameters = model.parameters()
    numbers = [x for rows in transformer.first_matrices(work).values() for row in rows for x in row]
    for parameter, number in zip(parameters, numbers, strict=True):
        parameter.data = number
    optimiser = optim.Adam(parameters, work.rate, transformer.BETAS, transformer.EPS)
    return parameters, model.loss, (work.examples(),), optimiser


def _recurrent(work: Recurrent) -> Program:
    w, u, (b,), (v,) = [[list(map(Value, row)) for row in rows] for rows in work.matrices()]
    parameters = [p for rows in (w, u, [b], [v]) for row in rows for p in row]

    def loss(xs: Sequence[Any], y: Any) -> Any:
        h: list[Any] = [0.0] * work.width
        for x in xs:
            h = [
                ops.tanh(dot(w_i, x) + b_i + dot(u_i, h))
                for w_i, b_i, u_i in zip(w, b, u, strict=True)
            ]
        return (dot(v, h) - y) ** 2

    def dot(a: Sequence[Any], c: Sequence[Any]) -> Any:
        return ops.sum([a_i * c_i for a_i, c_i in zip(a, c, strict=True)])

    return parameters, loss, work.examples(), optim.SGD(parameters, work.rate)
