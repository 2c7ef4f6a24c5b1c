"""All parameters at once: a column of numbers that an update is computed on.

Vocabulary: a *column* holds one number for each parameter. An update is scalar code that asks
nothing of its numbers, so on columns it does with each row what it does on floats, to the bit,
without a call of Python for each parameter.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Self

from autograd_mini.bulk import set_data

if TYPE_CHECKING:
    from autograd_mini.rows import Op


class Column:
    """One number for each parameter.

    >>> (2.0 * Column([1.0, 3.0]) - 0.5).numbers
    [1.5, 5.5]
    """

    __slots__ = ("numbers",)

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = numbers

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[Any]) -> Self:
        """The hook by which a row of the table is applied."""
        return cls._each(row.forward, *operands)

    @classmethod
    def _each(cls, function: Callable[..., float], *operands: Any) -> Self:
        """The function of each row; a number is the same in all rows."""
        rows = [x.numbers if isinstance(x, Column) else repeat(x) for x in operands]
        return cls([*map(function, *rows)])

    def __add__(self, other: Any) -> Self:
        return self._each(operator.add, self, other)

    def __radd__(self, other: Any) -> Self:
        return self._each(operator.add, other, self)

    def __sub__(self, other: Any) -> Self:
        return self._each(operator.sub, self, other)

    def __rsub__(self, other: Any) -> Self:
        return self._each(operator.sub, other, self)

    def __mul__(self, other: Any) -> Self:
        return self._each(operator.mul, self, other)

    def __rmul__(self, other: Any) -> Self:
        return self._each(operator.mul, other, self)

    def __truediv__(self, other: Any) -> Self:
        return self._each(operator.truediv, self, other)

    def __rpow__(self, other: Any) -> Self:
        return self._each(operator.pow, other, self)


def step(optimizer: Any, factor: float | None) -> None:
    """Change every parameter of an optimiser that has a gradient, its state and its counts, as one.

    Args:
        optimizer: one whose update asks nothing of its numbers.
        factor: of the gradient; None leaves it as it is.
    """
    settings = optimizer._arranged()
    found = [p._grad for p in optimizer.params]
    places = [i for i, g in enumerate(found) if g is not None]
    also = {"_made": optimizer._made + 1}
    params = [optimizer.params[i] for i in places]
    moved: list[float] = []
    if places:
        gradient = [found[i] + 0.0 for i in places]  # −0.0 reads as 0.0
        g = Column(gradient) if factor is None else Column(gradient) * factor
        theta = Column([p._data for p in params])
        rows = [optimizer._states[i] for i in places]
        counts = [optimizer._steps[i] + 1 for i in places]
        state = [Column([*kept]) for kept in zip(*rows, strict=True)]
        t = Column([*map(float, counts)]) if len({*counts}) > 1 else float(counts[0])
        changed, *state = optimizer._change(theta, g, state, t, settings)
        moved, columns = changed.numbers, [kept.numbers for kept in state]
        also["_states"] = placed(optimizer._states, places, [*zip(*columns, strict=True)] or rows)
        also["_steps"] = placed(optimizer._steps, places, counts)
    set_data(params, moved, partial(vars(optimizer).update, also))


def placed(before: list[Any], places: list[int], rows: list[Any]) -> list[Any]:
    """The list with other things at these places, which ascend."""
    if len(places) == len(before):
        return rows
    after = [*before]
    for place, row in zip(places, rows, strict=True):
        after[place] = row
    return after
