"""A recording and the chain rule over it, number by number, as the eager engine has them.

The numbers of the recorded example are the eager engine's own, since it computed them while it was
recorded; of another example they are computed by the rows, as are the local derivatives. It is what
every program is checked against, and what computes the examples for which a program's arithmetic
over- or underflows on the way.

Vocabulary: the *size* of a derivative is what it would be if no two contributions cancelled: the
sum over all paths of the product of the factors' sizes. Rounding and re-ordered sums may change the
derivative by a few units in the last place of its size, which is all that a check may ask for. The
*condition* of the result is the sum of all entries' numbers times the sizes of its derivatives
by them: so much of a relative change in each could reach it.
Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., chapters 3 and 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from operator import mul
from typing import NamedTuple

from autograd_mini import choices, ops
from autograd_mini.compiler.recording import PARAMETER, Recording
from autograd_mini.compiler.traced import DETACH, TAKE
from autograd_mini.rows import CONSTANT


class Derivatives(NamedTuple):
    """The gradient of the one result, a number for each parameter, and how exact it can be.

    Attributes:
        gradient: the derivatives.
        sizes: their sizes.
        condition: of the result itself.
    """

    gradient: list[float]
    sizes: list[float]
    condition: float


def numbers(
    recording: Recording, theta: Sequence[float], cells: Sequence[Sequence[float]]
) -> list[float]:
    """The numbers of all entries for another example.

    Args:
        recording: what the function did.
        theta: the parameters.
        cells: for each argument its numbers, left to right.
    """
    made: list[float] = []
    for row, operands, leaf in zip(
        recording.rows, recording.operands, recording.leaves, strict=True
    ):
        if operands:
            made.append(row.forward(*[made[j] for j in operands]))
        elif row is PARAMETER:
            made.append(theta[leaf])
        elif row is CONSTANT:
            made.append(leaf)
        else:
            made.append(float(cells[leaf[0]][leaf[1]]))
    return made


def derivatives(recording: Recording, parameters: int) -> Derivatives:
    """Differentiate the one result of a recording with respect to its parameters."""
    rows, operands, numbers = recording.rows, recording.operands, recording.numbers
    states = _states(recording) if ops.where in rows else []
    adjoints, sizes = [0.0] * len(rows), [0.0] * len(rows)
    adjoints[recording.roots[0]] = sizes[recording.roots[0]] = 1.0
    reached = bytearray(len(rows))
    reached[recording.roots[0]] = 1
    for i in range(len(rows) - 1, -1, -1):
        if not reached[i]:  # it hands nothing on, not even a 0
            continue
        row, adjoint, size = rows[i], adjoints[i], sizes[i]
        if row is ops.mul:
            j, k = operands[i]
            x, y = numbers[j], numbers[k]
            adjoints[j] += adjoint * y
            adjoints[k] += adjoint * x
            sizes[j] += size * abs(y)
            sizes[k] += size * abs(x)
            reached[j] = reached[k] = 1
        elif row is ops.add or row is ops.sum:
            for j in operands[i]:
                adjoints[j] += adjoint
                sizes[j] += size
                reached[j] = 1
        elif row.arity != 0:
            for j, local in _partials(recording, i, states):
                adjoints[j] += adjoint * local
                sizes[j] += size * abs(local)
                reached[j] = 1
    found = Derivatives(
        [0.0] * parameters, [0.0] * parameters, sum(map(abs, map(mul, numbers, sizes)))
    )
    for row, leaf, adjoint, size in zip(rows, recording.leaves, adjoints, sizes, strict=True):
        if row is PARAMETER:
            found.gradient[leaf] = adjoint
            found.sizes[leaf] = size
    return found


def _states(recording: Recording) -> list[int]:
    """How each entry behaves around the parameters: what :mod:`autograd_mini.choices` asks."""
    rows, numbers = recording.rows, recording.numbers
    states: list[int] = []
    for i, (row, operands) in enumerate(zip(rows, recording.operands, strict=True)):
        if row is PARAMETER:
            states.append(choices.MOVES if numbers[i] == numbers[i] else choices.JUMPS)
        elif row.arity == 0 or row is DETACH:
            states.append(choices.FIXED)
        elif row is TAKE:
            states.append(states[operands[1 + int(numbers[operands[0]])]])
        else:
            read, known = [numbers[j] for j in operands], [states[j] for j in operands]
            states.append(choices.state(row, numbers[i], read, known))
    return states


def _partials(recording: Recording, i: int, states: list[int]) -> Iterator[tuple[int, float]]:
    """The operands that entry i hands something on to, with the local derivatives."""
    rows, numbers = recording.rows, recording.numbers
    row, operands = rows[i], recording.operands[i]
    if row is TAKE:
        index, *values = operands
        yield values[int(numbers[index])], 1.0
    elif row is DETACH:
        return
    elif row is ops.max:
        largest = [j for j in operands if numbers[j] == numbers[i]]
        for j in largest or operands:
            yield j, 1.0 / len(largest) if largest else math.nan
    else:
        read = [numbers[j] for j in operands]
        taken: Iterable[bool | None] = repeat(None)
        if row.boundary is not None:
            condition = states[operands[0]] if row is ops.where else choices.FIXED
            taken = choices.decided(row, numbers[i], read, condition)
        for k, (j, chosen) in enumerate(zip(operands, taken, strict=False)):
            if rows[j] is not CONSTANT and chosen is not False:
                yield j, row.local(k, numbers[i], read)
