"""The making of nodes, written out for speed.

Vocabulary: see :mod:`autograd_mini.value`, whose ``_record`` makes a node of any operation. The
functions here do the same for the operations of which there are most, with the class of the nodes
and the way of all other operations given to them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from autograd_mini import graph, modes, ops
from autograd_mini.engine import core
from autograd_mini.ieee import dot
from autograd_mini.rows import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.graph import Node
    from autograd_mini.rows import Op

    Method = Callable[..., Any]
    Infix = Callable[[Op, object, object], object]
    Make = Callable[[], Node]

ADD, MUL, AFFINE = ops.add, ops.mul, ops.affine
INFIX: dict[str, Op] = {
    "add": ADD,
    "sub": ops.sub,
    "mul": MUL,
    "truediv": ops.div,
    "pow": ops.pow,
    "mod": ops.mod,
    "floordiv": ops.floordiv,
}
PREFIX: dict[str, Op] = {"neg": ops.neg, "abs": ops.abs}
"""Rows by the operators of Python that they are."""

MODULAR = (
    "pow() of a Value and two numbers: a power modulo a number is one of integers, and has no "
    "derivative; use pow(value, exponent), or .data for the number"
)


def operators(make: Make, infix: Infix) -> dict[str, Method]:
    """The operators of a Value on the left, by their names without underscores.

    + and × are written out: it saves the call of the row's forward function, a seventh of the time
    of making the node.

    Args:
        make: the class of nodes.
        infix: what takes any operands.
    """

    def add(self: Node, other: Any) -> object:
        if type(other) is make:
            number = other._data
        elif type(other) is float:
            number = other
        else:
            return infix(ADD, self, other)
        node = make()
        node._data = self._data + number
        node._grad = None
        node._row = ADD
        node._a = self
        node._b = other
        node._stamp = graph.epoch
        if modes.active:
            modes.finish(node)
        return node

    def mul(self: Node, other: Any) -> object:
        if type(other) is make:
            number = other._data
        elif type(other) is float:
            number = other
        else:
            return infix(MUL, self, other)
        node = make()
        node._data = self._data * number
        node._grad = None
        node._row = MUL
        node._a = self
        node._b = other
        node._stamp = graph.epoch
        if modes.active:
            modes.finish(node)
        return node

    methods: dict[str, Method] = {
        name: of_two(row, make, infix) for name, row in INFIX.items() if row not in (ADD, MUL)
    }
    methods |= {name: of_one(row, make) for name, row in PREFIX.items()}
    return {"add": add, "mul": mul, **methods}


@cache
def of_one(row: Op, make: Make) -> Method:
    """The function that applies a row of one operand to a Value, without looking for the hook."""
    forward = row.forward
    if core is not None:
        return lambda self: core.record(row, forward(self._data), self)

    def method(self: Node) -> Node:
        node = make()
        node._data = forward(self._data)
        node._grad = None
        node._row = row
        node._a = self
        node._b = None
        node._stamp = graph.epoch
        if modes.active:
            modes.finish(node)
        return node

    return method


def of_two(row: Op, make: Make, infix: Infix) -> Method:
    """The function of an infix row for a Value on its left, in half the time of ``infix``."""
    forward = row.forward

    def method(self: Node, other: Any, modulo: object = None) -> object:
        if modulo is not None:
            raise TypeError(MODULAR)
        if type(other) is make:
            number = other._data
        elif type(other) is float:
            number = other
        else:
            return infix(row, self, other)
        node = make()
        node._data = forward(self._data, number)
        node._grad = None
        node._row = row
        node._a = self
        node._b = other
        node._stamp = graph.epoch
        if modes.active:
            modes.finish(node)
        return node

    return method


def constant(make: Make, number: float, label: str) -> Node:
    """The constant that ``Value.constant`` makes of a float and a label, without its questions."""
    node = make()
    node._data = number
    node._grad = -0.0
    node._row = CONSTANT
    node._a = 0
    node._b = None
    node._stamp = 0
    node._label = label
    return node


def neuron(
    make: Make,
    weights: tuple[object, ...],
    inputs: tuple[object, ...],
    weight_numbers: Sequence[float],
    input_numbers: Sequence[float],
    label: str,
    activation: Op | None = None,
    label_of_activation: str = "",
) -> Any:
    """The node w₁x₁ + … + wₙxₙ + b for (w₁, …, wₙ, b) and (x₁, …, xₙ), or its activation.

    What ``ops.affine`` records, without gathering operands and numbers anew: the neurons of a
    layer share the tuple of inputs, and a neuron keeps its weights and their numbers from example
    to example. A training step of a small network takes half the time.
    """
    node = make()
    node._data = dot(weight_numbers, input_numbers)
    node._grad = None
    node._row = AFFINE
    node._a = weights
    node._b = inputs
    node._stamp = graph.epoch
    if modes.active:
        modes.finish(node)
    node._label = label
    if activation is None:
        return node
    node = (of_one(activation, make) if activation.arity == 1 else activation)(node)
    node._label = label_of_activation
    return node
