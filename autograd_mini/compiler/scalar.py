"""The chain rule over a recording, number by number: what every program is checked against.

The numbers are the eager engine's own, since it computed them while it was recorded; the local
derivatives are the rows', as in ``backward()``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograd_mini import ops
from autograd_mini.compiler.record import PARAMETER, TAKE, Recording
from autograd_mini.rows import CONSTANT


def gradient(recording: Recording, parameters: int) -> list[float]:
    """The gradient of the one result, a number for each parameter."""
    rows, operands, numbers = recording.rows, recording.operands, recording.numbers
    adjoints = [0.0] * len(rows)
    adjoints[recording.roots[0]] = 1.0
    for i in range(len(rows) - 1, -1, -1):
        row, adjoint = rows[i], adjoints[i]
        if row is ops.mul:
            j, k = operands[i]
            adjoints[j] += adjoint * numbers[k]
            adjoints[k] += adjoint * numbers[j]
        elif row is ops.add or row is ops.sum:
            for j in operands[i]:
                adjoints[j] += adjoint
        elif row.arity != 0:
            for j, local in _partials(recording, i):
                adjoints[j] += adjoint * local
    found = [0.0] * parameters
    for row, leaf, adjoint in zip(rows, recording.leaves, adjoints, strict=True):
        if row is PARAMETER:
            found[leaf] = adjoint
    return found


def _partials(recording: Recording, i: int) -> Iterator[tuple[int, float]]:
    """The operands that entry i hands something on to, with the local derivatives."""
    rows, numbers = recording.rows, recording.numbers
    row, operands = rows[i], recording.operands[i]
    if row is TAKE:
        index, *values = operands
        yield values[int(numbers[index])], 1.0
    elif row is ops.max:
        largest = [j for j in operands if numbers[j] == numbers[i]]
        for j in largest or operands:
            yield j, 1.0 / len(largest) if largest else math.nan
    else:
        read = [numbers[j] for j in operands]
        for k, j in enumerate(operands):
            if rows[j] is not CONSTANT:
                yield j, row.local(k, numbers[i], read)
