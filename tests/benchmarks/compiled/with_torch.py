"""The works in PyTorch, eager, on one thread, in doubles: tensors for matrices, own autograd."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

from tests.benchmarks.compiled.works import Perceptron, Transformer, Work


def prepare(work: Work) -> Callable[[int], float]:
    """A function that makes so many steps and returns the cost before the last of them."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    make: Any = _perceptron if isinstance(work, Perceptron) else _transformer
    cost, optimiser = make(torch, work)

    def run(steps: int) -> float:
        for _ in range(steps):
            optimiser.zero_grad(set_to_none=True)
            value = cost()
            value.backward()
            optimiser.step()
            read = float(value)
        return read

    return run


def _perceptron(torch: Any, work: Any) -> tuple[Any, Any]:
    F = torch.nn.functional
    rows, labels = work.examples()
    inputs, targets = torch.tensor(rows), torch.tensor(labels)
    layers = [
        (torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True))
        for w, b in work.layers()
    ]
    parameters = [p for layer in layers for p in layer]

    def cost() -> Any:
        a = inputs
        for w, b in layers[:-1]:
            a = F.relu(F.linear(a, w, b))
        scores = F.linear(a, *layers[-1])
        if work.loss == "softmax":
            return F.cross_entropy(scores, targets)
        decay = sum((p * p).sum() for p in parameters)
        return F.relu(1.0 - targets * scores[:, 0]).mean() + work.decay * decay

    return cost, torch.optim.SGD(parameters, work.rate)


def _transformer(torch: Any, work: Transformer) -> tuple[Any, Any]:
    from tests.benchmarks.compiled import transformer

    F = torch.nn.functional
    tokens = torch.tensor(work.examples())
    m = {
        name: torch.tensor(rows, requires_grad=True)
        for name, rows in transformer.first_matrices(work).items()
    }
    hidden = torch.triu(torch.full((work.length, work.length), -math.inf), 1)

    def norm(x: Any) -> Any:
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5)

    def heads(x: Any) -> Any:
        return x.reshape(*x.shape[:2], transformer.HEADS, -1).transpose(1, 2)

    def cost() -> Any:
        x = norm(F.embedding(tokens[:, :-1], m["token"]) + m["place"][: work.length])
        n = norm(x)
        q, k, v = (heads(F.linear(n, m[name])) for name in ("query", "key", "value"))
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1]) + hidden
        mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(x.shape)
        x = x + F.linear(mixed, m["mix"])
        x = x + F.linear(F.relu(F.linear(norm(x), m["up"])), m["down"])
        logits = F.linear(x, m["logits"])
        return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())

    optimiser = torch.optim.Adam(
        list(m.values()), work.rate, betas=transformer.BETAS, eps=transformer.EPS
    )
    return cost, optimiser
