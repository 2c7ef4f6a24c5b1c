"""The perceptron works in NumPy, by hand: no allocation in the step, every product one call.

Parameters lie in one array, so that decay and update are one call each; every result has a place of
its own that is written over in the next step.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from tests.benchmarks.compiled.works import Perceptron

np: Any = importlib.import_module("numpy")


def perceptron(work: Perceptron) -> Callable[[int], float]:
    """A function that makes so many steps and returns the cost before the last of them."""
    inputs, labels = work.examples()
    net = _Network(work, np.array(inputs))
    loss = _Hinge(labels) if work.loss == "hinge" else _Softmax(labels)

    def run(steps: int) -> float:
        for _ in range(steps):
            scores = net.forward()
            net.backward(loss.backward(scores))
            decay = work.decay * float(net.theta @ net.theta) if work.decay else 0.0
            cost = loss.cost() + decay
            if work.decay:
                np.multiply(net.theta, 2.0 * work.decay, out=net.change)
                np.add(net.gradient, net.change, out=net.gradient)
            np.multiply(net.gradient, work.rate, out=net.change)
            np.subtract(net.theta, net.change, out=net.theta)
        return cost

    return run


class _Network:
    """Views of one array of parameters and one of gradients, and a place for every result."""

    def __init__(self, work: Perceptron, inputs: Any) -> None:
        self.theta, self.gradient, self.change = (np.zeros(work.numbers) for _ in range(3))
        self.weights, self.biases = _views(self.theta, work)
        self.weight_gradients, self.bias_gradients = _views(self.gradient, work)
        for layer, w, b in zip(work.layers(), self.weights, self.biases, strict=True):
            w[:], b[:] = layer.weights, layer.biases
        widths = work.widths[1:]
        self.activations = [inputs, *[np.empty((work.batch, n)) for n in widths]]
        self.errors = [np.empty((work.batch, n)) for n in widths[:-1]]
        self.alive = [np.empty((work.batch, n), dtype=bool) for n in widths[:-1]]
        self.ones = np.ones(work.batch)

    def forward(self) -> Any:
        last = len(self.weights) - 1
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = self.activations[k + 1]
            np.dot(self.activations[k], w.T, out=z)
            np.add(z, b, out=z)
            if k < last:
                np.maximum(z, 0.0, out=z)
        return self.activations[-1]

    def backward(self, error: Any) -> None:
        for k in reversed(range(len(self.weights))):
            np.dot(error.T, self.activations[k], out=self.weight_gradients[k])
            np.dot(self.ones, error, out=self.bias_gradients[k])
            if k > 0:
                before = self.errors[k - 1]
                np.dot(error, self.weights[k], out=before)
                np.greater(self.activations[k], 0.0, out=self.alive[k - 1])
                np.multiply(before, self.alive[k - 1], out=before)
                error = before


def _views(flat: Any, work: Perceptron) -> tuple[list[Any], list[Any]]:
    weights, biases, start = [], [], 0
    for nin, nout in zip(work.widths[:-1], work.widths[1:], strict=True):
        middle, stop = start + nin * nout, start + (nin + 1) * nout
        weights.append(flat[start:middle].reshape(nout, nin))
        biases.append(flat[middle:stop])
        start = stop
    return weights, biases


class _Hinge:
    """The mean of max(0, 1 − y · score)."""

    def __init__(self, labels: list[int]) -> None:
        self.labels = np.array(labels, dtype=float)[:, None]
        self.slope = -self.labels / len(labels)
        self.misses, self.error = np.empty_like(self.labels), np.empty_like(self.labels)

    def backward(self, scores: Any) -> Any:
        np.multiply(self.labels, scores, out=self.misses)
        np.subtract(1.0, self.misses, out=self.misses)
        np.maximum(self.misses, 0.0, out=self.misses)
        return np.multiply(self.slope, self.misses > 0.0, out=self.error)

    def cost(self) -> float:
        return float(self.misses.sum()) / len(self.misses)


class _Softmax:
    """The mean of log Σ exp(scores) − score of the label."""

    def __init__(self, labels: list[int]) -> None:
        self.labels, self.rows = np.array(labels), np.arange(len(labels))
        self.chosen = np.empty(len(labels))

    def backward(self, scores: Any) -> Any:
        np.subtract(scores, scores.max(axis=1, keepdims=True), out=scores)
        self.chosen = scores[self.rows, self.labels]
        np.exp(scores, out=scores)
        self.totals = scores.sum(axis=1, keepdims=True)
        np.divide(scores, self.totals, out=scores)
        scores[self.rows, self.labels] -= 1.0
        return np.divide(scores, len(self.rows), out=scores)

    def cost(self) -> float:
        return float((np.log(self.totals[:, 0]) - self.chosen).mean())
