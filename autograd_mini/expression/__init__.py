"""Expressions as a person types them: ``y = 2x + 1``, ``sigmoid(w*x + b)``.

Vocabulary: :func:`typed` makes the graph of a text and numbers for its names; an *expression* is
the text, read. Inside, the text becomes tokens (:mod:`~autograd_mini.expression.tokens`), whose
names have meanings (:mod:`~autograd_mini.expression.functions`), and a parser makes a program of
them (:mod:`~autograd_mini.expression.parser`).

Nothing of the text is ever evaluated by Python: what is not a number, a name, an operator of
arithmetic or a function of the table of operations is refused, with the place where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from autograd_mini import given
from autograd_mini.expression.functions import function, further_names, missing, unknown
from autograd_mini.expression.parser import Parser
from autograd_mini.expression.program import Operand, named, run
from autograd_mini.expression.tokens import LONGEST, ExpressionError, normalized
from autograd_mini.value import Value

__all__ = [
    "LONGEST",
    "Expression",
    "ExpressionError",
    "Typed",
    "function",
    "further_names",
    "normalized",
    "settings",
    "typed",
    "unknown",
]


class Expression:
    """An expression that can be computed for numbers or Values of its names.

    Args:
        text: as typed.
        variables: names that are variables, whatever else they might mean, such as ``e``.

    Attributes:
        text: as typed, without what surrounds it.
        names: the variables, in the order of their appearance.
        result: the name before the equals sign of ``y = 2x``, or "".

    Raises:
        ExpressionError: it cannot be read, is too long or too deep, holds something else than
            arithmetic and functions of the table, or can be read in two ways.

    >>> expression = Expression("y = σ(w x + b)")
    >>> expression.names
    ('w', 'x', 'b')
    >>> expression({"w": 2.0, "x": 1.5, "b": -3.0})
    0.5
    """

    def __init__(self, text: str, variables: Collection[str] = ()) -> None:
        self.text = " ".join(text.split())
        parser = Parser(self.text, variables)
        self.names = tuple(parser.meanings.names)
        self._shown = parser.meanings.names
        self.result = parser.meanings.result
        self._program = parser.program

    def __call__(self, values: Mapping[str, Operand]) -> Any:
        """The result for numbers (a float) or Values (a Value).

        Raises:
            ExpressionError: a name has no value, a function refuses its operands, or a power is
                beyond the largest double.
        """
        return run(self._program, values)

    def leaves(self, numbers: Mapping[str, float]) -> dict[str, Value]:
        """A Value for each name that has a number, labelled as it was typed."""
        return {
            name: Value(numbers[name], self._shown[name]) for name in self.names if name in numbers
        }

    def named(self, root: Value) -> Value:
        """The result, labelled as the text says, or f, if it has no label.

        Raises:
            ExpressionError: the text calls it as it calls a variable.
        """
        if self.result in self._shown.values():
            raise ExpressionError(f"{self.result} is both the result and a name in it")
        free = [name for name in ("f", "y", "result", "f_") if name not in self.names]
        named(root, self.result or free[0])
        return root


class Typed(NamedTuple):
    """An expression with numbers for its names.

    Attributes:
        expression: as read.
        leaves: a Value for each name, in the order of their appearance.
        root: the result, which has a label too.
    """

    expression: Expression
    leaves: dict[str, Value]
    root: Value


def typed(text: str, numbers: Mapping[str, float]) -> Typed:
    """The graph of an expression for these numbers of its names.

    Raises:
        ExpressionError: it cannot be read, a name has no number, a number has no name, or there is
            no name to differentiate by.

    >>> found = typed("y = 2x + 1", {"x": 3.0})
    >>> found.root, found.leaves["x"].label
    (Value(data=7.0, op='add', label='y'), 'x')
    """
    expression = Expression(text, numbers)
    for name in expression.names:
        if name not in numbers:
            raise ExpressionError(missing(name, numbers))
    leaves = expression.leaves(numbers)
    root = expression(leaves)
    for name in numbers:
        if name not in expression.names:
            meant = given.nearest(name, expression.names)
            raise ExpressionError(
                f"there is no {name} in the expression{meant or f'; leave out -s {name}=…'}"
            )
    if not isinstance(root, Value):
        raise ExpressionError(
            "the result depends on no name; put one into it, such as w, and -s w=2"
        )
    return Typed(expression, leaves, expression.named(root))


def settings(pairs: Sequence[str]) -> dict[str, float]:
    """The numbers of ``-s w=2 -s x=1/2``.

    Raises:
        ExpressionError: one is no NAME=NUMBER, or a name is given twice.

    >>> settings(["w=2", "x = -1.5e-3", "p = 1/2", "t=2π"])
    {'w': 2.0, 'x': -0.0015, 'p': 0.5, 't': 6.283185307179586}
    """
    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, number = (part.strip() for part in pair.partition("="))
        name = normalized(name)
        if not equals or not name.split("(")[0].isidentifier():
            raise ExpressionError(f"-s {pair!r:.60}: write NAME=NUMBER, as in -s w=2")
        if name in found:
            raise ExpressionError(f"-s gives {name} two numbers")
        found[name] = _number(pair, number)
    return found


def _number(pair: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        try:
            number = float(Expression(text)({}))
        except ExpressionError as error:
            raise ExpressionError(f"-s {pair!r:.60}: {text!r:.40} is no number: {error}") from None
    if not math.isfinite(number):
        raise ExpressionError(f"-s {pair!r:.60}: take a finite number")
    return number
