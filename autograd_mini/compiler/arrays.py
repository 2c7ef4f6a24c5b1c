"""What the tiers on arrays share: a batch is an array for each argument that is read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import lower_numpy, pipeline
from autograd_mini.compiler.engines import Engine, refuse_outside, repaired_rows
from autograd_mini.compiler.trace import Trace


def checked(trace: Trace, arguments: Sequence[Any]) -> list[Any]:
    """Each argument as an array with one axis more than an example's; its indices are in range."""
    arrays = []
    for k, (argument, form) in enumerate(zip(arguments, trace.forms, strict=True)):
        shape = args.shape_of(form)
        if shape is None:
            rows = args.numbers(argument, form, trace.names[k])
            arrays.append(np.array(rows, dtype=float))
        else:
            arrays.append(np.asarray(argument).reshape(len(argument), *shape))
    for k, cell in trace.limits:
        column = arrays[k].reshape(len(arrays[k]), -1)[:, cell]
        refuse_outside(trace, k, cell, int(column.min()), int(column.max()))
    for check in trace.checks:
        check.refuse_arrays(arrays)
    return arrays


class ArrayEngine(Engine):
    """A tier that runs an array program.

    Attributes:
        program: the program.
        given: for each argument that it reads the kind, "index" or "argument", and its number.
        batched: for each result whether it depends on the example.
        places: for each cell of theta the number of its parameter.
    """

    index: Any = np.intp
    """The type of indices."""

    def __init__(self, trace: Trace, gradient: bool, reserved: Sequence[str] = ()) -> None:
        self.trace, self.parameters = trace, len(trace.theta)
        names = args.source_names(trace.forms, trace.names)
        names = [f"{name}_" if name in reserved else name for name in names]
        self.program = program = pipeline.grouped(trace, names, gradient)
        self.read = [array for array in program.arrays if array.kind in ("argument", "index")]
        self.given = [(array.kind, array.detail) for array in self.read]
        self.batched = [output.batched for output in program.outputs]
        self.order: Sequence[int] = program.order
        self.places = np.array(program.order, dtype=int)
        self.zeros = np.zeros(len(program.order))
        self.witness: Any = None
        """What the code for another size of batch is compared with."""

    def written(self, source: lower_numpy.Source) -> Any:
        """Keep the source to be read; the constants that its names stand for."""
        self.source, constants = source
        self.statements = self.source.count("\n") - 2
        return constants

    def in_numpy(self, name: str) -> Any:
        """The source in NumPy's language, as a function of this name."""
        return self.written(lower_numpy.lower(self.program, name, [x.name for x in self.read]))

    def prepare(self, arguments: Sequence[Any]) -> Any:
        arrays = checked(self.trace, arguments)
        return [
            np.ascontiguousarray(arrays[k], dtype=self.index if kind == "index" else np.float64)
            for kind, k in self.given
        ]

    def part(self, data: Any, start: int, stop: int) -> Any:
        return type(data)(array[start:stop] for array in data)

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        return type(data)(array[list(indices)] for array in data)

    def cells(self, data: Any, i: int) -> list[Sequence[float]]:
        found: list[Sequence[float]] = [()] * len(self.trace.forms)
        for (_, k), array in zip(self.given, data, strict=True):
            found[k] = array[i].ravel().tolist()
        return found

    def theta(self, numbers: Sequence[float]) -> Any:
        return np.array(numbers, dtype=float)[self.places]

    def numbers(self, theta: Any) -> list[float]:
        placed = np.zeros(self.parameters)
        placed[self.places] = theta[: len(self.places)]
        found: list[float] = placed.tolist()
        return found

    def results(self, theta: Any, data: Any, count: int) -> Any:
        """What the generated code gives for :meth:`forward`."""
        raise NotImplementedError

    def forward(self, theta: Any, data: Any, count: int) -> Any:
        rows = self.results(theta, data, count)
        rows = rows[:, 0] if self.trace.shape is None else rows
        if np.isfinite(rows).all():
            return rows
        return np.array(repaired_rows(self, theta, data, rows.tolist()))

    def rows(self, outputs: Any, count: int) -> Any:
        """A row for each example, from arrays of which some are the same for all of them."""
        columns = [
            (x if batched else np.broadcast_to(x, (count, *np.shape(x)))).reshape(count, -1)
            for x, batched in zip(several(outputs), self.batched, strict=True)
        ]
        return columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)

    def finite(self, losses: Any, gradient: Any) -> bool:
        """Whether all numbers are; a product with 0 is nan where one is not."""
        total = float(np.add.reduce(losses)) + float(gradient[: len(self.zeros)].dot(self.zeros))
        return math.isfinite(total)

    def mean(self, losses: Any) -> float:
        return float(np.add.reduce(losses)) / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        return np.errstate(all="ignore")


def several(outputs: Any) -> tuple[Any, ...]:
    """The outputs as a tuple."""
    return outputs if isinstance(outputs, tuple) else (outputs,)
