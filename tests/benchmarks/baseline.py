"""A Value in thirty lines: slots, and local gradients stored when a node is made.

Written from the published description of microGPT's engine (A. Karpathy, 2026): a node keeps its
children and, beside them, the derivative with respect to each, so that the backward pass is one
loop for all operations. Children are numbered by a recursive depth-first walk. It is the yardstick
of the microGPT workload and the fixed reference of the instruction counts.
"""

from __future__ import annotations

import math
from typing import Any


class Value:
    __slots__ = ("children", "data", "grad", "local_grads")

    def __init__(self, data: Any, children: Any = (), local_grads: Any = ()) -> None:
        self.data = data
        self.grad = 0.0
        self.children = children
        self.local_grads = local_grads

    def __add__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power: Any) -> Value:
        return Value(self.data**power, (self,), (power * self.data ** (power - 1),))

    def log(self) -> Value:
        return Value(math.log(self.data), (self,), (1.0 / self.data,))

    def exp(self) -> Value:
        made = math.exp(self.data)
        return Value(made, (self,), (made,))

    def relu(self) -> Value:
        return Value(max(0.0, self.data), (self,), (float(self.data > 0.0),))

    def __neg__(self) -> Any:
        return self * -1.0

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return other + (-self)

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __truediv__(self, other: Any) -> Any:
        return self * other**-1

    def __rtruediv__(self, other: Any) -> Any:
        return other * self**-1

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[Value] = set()

        def visit(node: Value) -> None:
            if node not in seen:
                seen.add(node)
                for child in node.children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, local in zip(node.children, node.local_grads, strict=True):
                child.grad += local * node.grad
