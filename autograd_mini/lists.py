"""Rows of any number of operands, and functions of lists that are made of rows.

Vocabulary: see :mod:`autograd_mini.rows`. The functions name the rows of :mod:`autograd_mini.ops`,
which is made after this file and gives it its rows.
"""

from __future__ import annotations

import builtins
import math
from functools import reduce
from typing import TYPE_CHECKING

from autograd_mini import ieee
from autograd_mini.real import is_real, shown
from autograd_mini.rows import Op

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    # the rows of ops
    abs = affine = div = equal = exp = hypot = logaddexp = maximum = minimum = mul = Op()
    greater = share = sum = Op()


class ShapedOp(Op):
    """A row whose last operand gives it its shape: it may be left out, or be given by its name."""

    def __call__(self, *operands: object, alpha: object = None) -> Any:
        """Apply the operation; ``alpha`` is the last operand."""
        return super().__call__(*operands, *(() if alpha is None else (alpha,)))


class NaryOp(Op):
    """A row with any number of operands; its one partial takes the position first."""

    takes_list = True

    def __call__(self, values: Iterable[Any], *more: Any) -> Any:
        """Apply the operation to the elements of ``values``, at least one."""
        if more or not hasattr(values, "__iter__"):
            raise TypeError(f"ops.{self.name} takes one list of values, as ops.{self.name}([a, b])")
        operands = tuple(values)
        if not operands:
            raise ValueError(f"ops.{self.name}: no values given; it takes at least one")
        return self.apply(operands)

    def partial(self, i: int, z: object, operands: Sequence[object], shown: bool = False) -> Any:
        """∂z/∂operands[i], from the one partial of the row."""
        rules = self.shown if shown and self.shown else self.rules
        return rules[0](i, z, operands)

    def local(self, i: int, z: float, operands: Sequence[float]) -> float:
        """∂z/∂operands[i] as a number."""
        return float(self.slopes[0](i, z, operands))


class Affine(NaryOp):
    """w₁x₁ + … + wₙxₙ + b as one row; its operands are w₁, x₁, …, wₙ, xₙ, b."""

    def __call__(self, w: Iterable[Any], x: Iterable[Any], b: Any = 0.0) -> Any:
        """w₁x₁ + … + wₙxₙ + b (slides 5 and 18).

        Raises:
            ValueError: the weights and the inputs differ in number, or there are none.
        """
        weights, inputs = tuple(w), tuple(x)
        if len(weights) != len(inputs) or not weights:
            raise ValueError(
                f"ops.affine: {len(weights)} weight(s) and {len(inputs)} input(s); "
                "give one weight for each input, and at least one of them"
            )
        pairs = zip(weights, inputs, strict=True)
        return self.apply((*[operand for pair in pairs for operand in pair], b))


def cofactor(i: int, z: object, operands: Sequence[object]) -> Any:
    """∂z/∂operand i of affine: a weight's is its input, an input's its weight, the bias's 1."""
    if i == len(operands) - 1:
        return 1.0
    return operands[i - 1 if i % 2 else i + 1]


class Max(NaryOp):
    """The largest of any number of operands."""

    def __call__(self, values: Iterable[Any], *more: Any) -> Any:
        """The largest element of ``values``, or of the operands where there are several."""
        return super().__call__((values, *more) if more else values)

    def at(self, z: object, operands: Sequence[object]) -> Callable[[int], Any]:
        """The partials as a function of the place: who is equal to the largest is counted once."""
        if type(z) is float:
            equals = [float(x == z) for x in operands]
            count = math.fsum(equals)
            return lambda i: ieee.div(equals[i], count)
        ties = [equal(x, z) for x in operands]
        count = sum(ties)
        return lambda i: div(ties[i], count)


def share_of_max(i: int, z: object, operands: Sequence[object]) -> Any:
    """∂z/∂operand i of max: 1 for the largest; k equal ones get 1/k each (least norm)."""
    return div(equal(operands[i], z), sum([equal(x, z) for x in operands]))


def where_largest(i: int, z: object, operands: Sequence[object]) -> Any:
    """The same where one operand alone is the largest."""
    return greater(*operands[:: 1 - 2 * i]) if len(operands) == 2 else equal(operands[i], z)


class Hypot(Op):
    """√(x² + y²); of any other number of operands, as ``math.hypot`` takes them, their norm."""

    def __call__(self, *operands: object) -> Any:
        """Apply the operation.

        >>> hypot(3.0, 4.0), hypot(2.0, 3.0, 6.0), hypot(-2.0)
        (5.0, 7.0, 2.0)
        """
        return super().__call__(*operands) if len(operands) in (0, 2) else norm(operands)


def take(values: Sequence[object], index: object) -> Any:
    """``values[index]``: the only indexing that a compiled function can follow.

    Args:
        values: a list or tuple, Values or numbers.
        index: an integer from 0 to len(values) - 1, a class label or a token, say.

    Raises:
        TypeError: the index is not an integer.
        IndexError: it is outside the list; negative ones too, since a label of -1 is a mistake.

    >>> take([10.0, 20.0, 30.0], 1)
    20.0
    """
    hook = getattr(type(index), "_take_from", None)
    if hook is not None:
        return hook(index, values)
    if not hasattr(index, "__index__") or isinstance(index, bool):
        remedy = "convert it with int(...)" if is_real(index) else "pass a Python int"
        raise TypeError(f"ops.take: the index is {type(index).__name__} {shown(index)}; {remedy}")
    place = index.__index__()
    if not 0 <= place < len(values):
        raise IndexError(f"ops.take: index {place} is outside 0 to {len(values) - 1}")
    return values[place]


def _listed(values: Iterable[object], name: str) -> list[Any]:
    listed = list(values) if hasattr(values, "__iter__") else None
    if not listed:
        raise ValueError(f"ops.{name}: no values given; it takes a list of at least one")
    return listed


def prod(values: Iterable[object]) -> Any:
    """The product of all values; with zeros among them its derivatives are right to any order.

    >>> prod([2.0, 3.0, 4.0])
    24.0
    """
    return reduce(mul, _listed(values, "prod"))


def mean(values: Iterable[object]) -> Any:
    """The mean of all values: their sum, rounded once, over their number.

    >>> mean([1.0, 3.0, 4.0])
    2.6666666666666665
    """
    listed = _listed(values, "mean")
    return div(sum(listed), float(len(listed)))


def dot(a: Iterable[object], b: Iterable[object]) -> Any:
    """a₁b₁ + … + aₙbₙ, one node that is accurate like :data:`affine`.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    return affine(a, b)


def logsumexp(values: Iterable[object]) -> Any:
    """log Σ eˣ: the logaddexp of neighbours, of those again, and so on.

    >>> f"{logsumexp([1000.0, 1000.0]):.6f}"
    '1000.693147'
    """
    level = _listed(values, "logsumexp")
    while len(level) > 1:
        joined = [logaddexp(x, y) for x, y in zip(level[::2], level[1::2], strict=False)]
        level = joined + level[len(joined) * 2 :]
    return level[0]


def softmax(values: Iterable[object]) -> list[Any]:
    """eˣ / Σ eˣ for each value: its share beside the logsumexp of the others.

    Written so that the derivatives of a probability next to 1 keep their digits.

    >>> softmax([0.0, 0.0])
    [0.5, 0.5]
    """
    listed = _listed(values, "softmax")
    before, after = listed[:1], listed[-1:]
    for x, y in zip(listed[1:], listed[-2::-1], strict=True):
        before.append(logaddexp(before[-1], x))
        after.append(logaddexp(y, after[-1]))
    if len(listed) == 1:
        return [div(exp(listed[0] * 0.0), 1.0)]
    after.reverse()
    last = len(listed) - 1
    others = [
        after[1] if i == 0 else before[-2] if i == last else logaddexp(before[i - 1], after[i + 1])
        for i in range(len(listed))
    ]
    return [share(x, other) for x, other in zip(listed, others, strict=True)]


def norm(values: Iterable[object]) -> Any:
    """√(x₁² + … + xₙ²) without overflow; at 0 its derivatives are 0, the subgradient of least norm.

    >>> norm([3.0, 4.0])
    5.0
    """
    listed = _listed(values, "norm")
    if all(getattr(x, "_legible", True) for x in listed):  # from the largest on: no inner 0 of 0s
        listed.sort(key=_size, reverse=True)
        if len(listed) > 2 and math.inf == _size(listed[0]) == _size(listed[1]):
            # two of them have no direction, and what is finite beside them moves nothing
            beside = [mul(x, 0.0) if _size(x) < math.inf else hypot(listed[0], x) for x in listed]
            return sum(beside[1:])
        if len(listed) > 2 and 0.0 < _size(listed[0]) < SUBNORMAL:  # a partial sum loses digits
            return mul(norm([mul(x, 1.0 / SCALE) for x in listed]), SCALE)
    return reduce(hypot, listed) if len(listed) > 1 else abs(listed[0])


def _size(x: Any) -> float:
    return builtins.abs(float(x._data if hasattr(x, "_data") else x))


SUBNORMAL, SCALE = 2.0**-1022, 2.0**-1000


def clip(x: object, low: object = None, high: object = None) -> Any:
    """x, but no less than ``low`` and no more than ``high``; None for no bound.

    What is not chosen receives nothing; at a tie both receive half, as in maximum and minimum.

    >>> clip(5.0, 0.0, 2.0)
    2.0
    """
    if low is not None:
        x = maximum(x, low)
    return x if high is None else minimum(x, high)
