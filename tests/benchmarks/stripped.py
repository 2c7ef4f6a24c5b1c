"""The bound of pure Python: this project's node, walk and sweep with everything else left out.

No stamps and so no stale graphs found, no modes, no constants, no labels or weak references, no
checks of operands, plain attributes instead of properties, no undoing of an interrupted pass: what
remains is one object for each operation, a depth-first walk with a mark, and a sweep. How much
faster that is tells how much those things cost, and what no pure Python of this design can beat.
"""

from __future__ import annotations

import math
from typing import Any

ADD, SUB, MUL, DIV, POW, NEG, EXP, LOG, RELU, LEAF = range(10)


class Value:
    __slots__ = ("a", "b", "data", "grad", "row")

    data: float
    grad: float
    row: int
    a: Any
    b: Any

    def __add__(self, other: Any) -> Value:
        node = Value()
        if type(other) is not Value:
            other = float(other)
            node.data = self.data + other
        else:
            node.data = self.data + other.data
        node.row, node.a, node.b, node.grad = ADD, self, other, 0.0
        return node

    __radd__ = __add__

    def __mul__(self, other: Any) -> Value:
        node = Value()
        node.data = self.data * (other.data if type(other) is Value else other)
        node.row, node.a, node.b, node.grad = MUL, self, other, 0.0
        return node

    def __sub__(self, other: Any) -> Value:
        return _made(SUB, self.data - (other.data if type(other) is Value else other), self, other)

    def __truediv__(self, other: Any) -> Value:
        return _made(DIV, self.data / (other.data if type(other) is Value else other), self, other)

    def __pow__(self, other: float) -> Value:
        return _made(POW, self.data**other, self, other)

    def __neg__(self) -> Value:
        return _made(NEG, -self.data, self)

    def exp(self) -> Value:
        return _made(EXP, math.exp(self.data), self)

    def log(self) -> Value:
        return _made(LOG, math.log(self.data), self)

    def relu(self) -> Value:
        return _made(RELU, max(0.0, self.data), self)

    def backward(self) -> None:
        nodes, leaves = _walk(self)
        self.grad = 1.0
        _sweep(nodes)
        for leaf, before in leaves:
            leaf.grad += before


def variable(data: float) -> Value:
    """A leaf."""
    return _made(LEAF, data, None)


def _made(row: int, data: float, a: Any, b: Any = None) -> Value:
    node = Value()
    node.data, node.row, node.a, node.b, node.grad = data, row, a, b, 0.0
    return node


def _walk(output: Value) -> tuple[list[Value], list[tuple[Value, float]]]:
    """The results, operands before results, and the leaves with the gradients they had."""
    nodes: list[Value] = []
    leaves: list[tuple[Value, float]] = []
    stack: list[Value] = []
    zero = float("-0.0")
    node = output
    while True:
        node.grad = zero
        a = node.a
        if a.grad is not zero:
            if a.row != LEAF:
                stack.append(node)
                node = a
                continue
            leaves.append((a, a.grad))
            a.grad = zero
        while True:
            b = node.b
            if b is not None and type(b) is not float and b.grad is not zero:
                if b.row != LEAF:
                    stack.append(node)
                    node = b
                    break
                leaves.append((b, b.grad))
                b.grad = zero
            nodes.append(node)
            if not stack:
                return nodes, leaves
            node = stack.pop()


def _sweep(nodes: list[Value]) -> None:  # noqa: C901 (a branch for each row)
    for node in reversed(nodes):
        row, a, b, adjoint = node.row, node.a, node.b, node.grad
        if row == MUL:
            if type(b) is float:
                a.grad += adjoint * b
            else:
                a.grad += adjoint * b.data
                b.grad += adjoint * a.data
        elif row == ADD:
            a.grad += adjoint
            if type(b) is not float:
                b.grad += adjoint
        elif row == RELU:
            a.grad += adjoint if node.data > 0.0 else adjoint * 0.0
        elif row == SUB:
            a.grad += adjoint
            if type(b) is not float:
                b.grad -= adjoint
        elif row == DIV:
            if type(b) is float:
                a.grad += adjoint / b
            else:
                a.grad += adjoint / b.data
                b.grad -= adjoint * node.data / b.data
        elif row == EXP:
            a.grad += adjoint * node.data
        elif row == LOG:
            a.grad += adjoint / a.data
        elif row == NEG:
            a.grad -= adjoint
        else:
            a.grad += adjoint * b * a.data ** (b - 1.0)
