"""What a function asks of its arguments, looked at in every call.

A loss refuses a target that is none, such as a label of 0 where −1 is meant. While the function is
traced nobody may look at a number, so the check is kept, and made on the arrays of each call.

Vocabulary: a *check* reads *given* numbers: arguments, constants, and what is computed from these
alone. Its *steps* compute them, operands before results.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd_mini import ops
from autograd_mini.rows import CONSTANT, Op

_ON_ARRAYS: dict[Op, Callable[..., Any]] = {
    ops.add: lambda x, y: x + y,
    ops.sub: lambda x, y: x - y,
    ops.mul: lambda x, y: x * y,
    ops.neg: lambda x: -x,
}
"""The rows whose formula on arrays is that on numbers, to the bit."""


class Step(NamedTuple):
    """One number of a check: an argument's cell, a constant, or an operation on earlier ones."""

    row: Op
    operands: tuple[int, ...]
    leaf: Any


class Check(NamedTuple):
    """One check.

    Attributes:
        wrong: of the numbers, or of arrays of them, whether they are wrong.
        message: what is wrong with these numbers.
        steps: how they are computed.
        numbers: which of the steps they are.
    """

    wrong: Callable[..., Any]
    message: Callable[..., str]
    steps: list[Step]
    numbers: list[int]

    @classmethod
    def of(
        cls,
        wrong: Callable[..., Any],
        message: Callable[..., str],
        places: Sequence[int],
        rows: Sequence[Op],
        operands: Sequence[tuple[int, ...]],
        leaves: dict[int, Any],
    ) -> Check:
        """The check of these entries of a recording in progress."""
        needed, stack = set(places), list(places)
        while stack:
            new = set(operands[stack.pop()]) - needed
            needed |= new
            stack += new
        kept = sorted(needed)
        at = {place: i for i, place in enumerate(kept)}
        steps = [Step(rows[i], tuple(at[j] for j in operands[i]), leaves.get(i)) for i in kept]
        return cls(wrong, message, steps, [at[place] for place in places])

    def _computed(self, read: Callable[[int, int], Any], apply: Callable[..., Any]) -> list[Any]:
        """The numbers, from ``read(argument, cell)`` and ``apply(row, *operands)``."""
        found: list[Any] = []
        for row, operands, leaf in self.steps:
            if row is CONSTANT:
                found.append(leaf)
            elif row.arity == 0:
                found.append(read(*leaf))
            else:
                found.append(apply(row, *[found[j] for j in operands]))
        return [found[i] for i in self.numbers]

    def refuse_rows(self, rows: Sequence[Sequence[Sequence[float]]]) -> None:
        """Raise ValueError for the first example whose numbers are wrong.

        ``rows`` holds for each example its arguments as flat lists.
        """
        for row in rows:
            numbers = self._computed(functools.partial(_cell, row), _on_numbers)
            if self.wrong(*numbers):
                raise ValueError(self.message(*map(float, numbers)))

    def refuse_arrays(self, arrays: Sequence[Any]) -> None:
        """The same for each argument as an array with an axis for the examples."""
        if all(row.arity == 0 or row in _ON_ARRAYS for row, _, _ in self.steps):
            numbers = self._computed(functools.partial(_column, arrays), _on_arrays)
            wrong = self.wrong(*numbers)
            if not (wrong.any() if hasattr(wrong, "any") else wrong):
                return
        flat = [array.reshape(len(array), -1).tolist() for array in arrays]
        self.refuse_rows(list(zip(*flat, strict=True)))


def _cell(row: Sequence[Sequence[float]], argument: int, cell: int) -> float:
    return row[argument][cell]


def _column(arrays: Sequence[Any], argument: int, cell: int) -> Any:
    array = arrays[argument]
    return array if array.ndim == 1 else array.reshape(len(array), -1)[:, cell]


def _on_arrays(row: Op, *operands: Any) -> Any:
    return _ON_ARRAYS[row](*operands)


def _on_numbers(row: Op, *operands: float) -> float:
    return row.forward(*operands)
