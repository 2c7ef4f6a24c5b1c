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


def _both_ways(function: Callable[..., float]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The methods for the function with the column on its left and on its right."""
    return (
        lambda self, other: self._each(function, self, other),
        lambda self, other: self._each(function, other, self),
    )


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

    __add__, __radd__ = _both_ways(operator.add)
    __sub__, __rsub__ = _both_ways(operator.sub)
    __mul__, __rmul__ = _both_ways(operator.mul)
    __truediv__, __rtruediv__ = _both_ways(operator.truediv)
    __pow__, __rpow__ = _both_ways(operator.pow)


def step(optimizer: Any, factor: float | None) -> None:
    """Change every parameter of an optimiser that has a gradient, its state and its counts, as one.

    Args:
        optimizer: one whose update asks nothing of its numbers.
        factor: of the gradient; None leaves it as it is.
    """
    settings, kept = optimizer._settings(), optimizer._kept()
    found = [p._grad for p in optimizer.params]
    places = [i for i, g in enumerate(found) if g is not None]
    also = {"_made": optimizer._made + 1}
    params = [optimizer.params[i] for i in places]
    moved: list[float] = []
    if places:
        gradient = Column([found[i] + 0.0 for i in places])  # −0.0 reads as 0.0
        g = gradient if factor is None else gradient * factor
        theta = Column([p._data for p in params])
        counts = [optimizer._steps[i] + 1 for i in places]
        state = [Column([column[i] for i in places]) for column in kept.values()]
        t = Column([*map(float, counts)]) if len({*counts}) > 1 else float(counts[0])
        changed, *state = optimizer._change(theta, g, state, t, settings)
        moved, numbers = changed.numbers, [column.numbers for column in state]
        also |= placed(optimizer, places, numbers, counts)
    set_data(params, moved, partial(vars(optimizer).update, also))


def placed(
    optimizer: Any, places: list[int], state: list[list[float]], counts: list[int]
) -> dict[str, Any]:
    """What an optimiser keeps, by its attributes, with other state and counts at these places."""
    kept = optimizer._kept()
    changed = [_placed(*each, places) for each in zip(kept.values(), state, strict=True)]
    return {
        "_columns": dict(zip(kept, changed, strict=True)),
        "_steps": _placed(optimizer._steps, counts, places),
    }


def _placed(before: list[Any], numbers: list[Any], places: list[int]) -> list[Any]:
    """The list with other things at these places, which ascend."""
    if len(places) == len(before):
        return [*numbers]
    after = [*before]
    for place, number in zip(places, numbers, strict=True):
        after[place] = number
    return after
