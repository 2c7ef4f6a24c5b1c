"""A row of the table as native code by itself, for a vector of any width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler.llvm import functions, host, text


def compiled_row(row: Any, width: int, numbers: Sequence[float] = ()) -> Callable[..., list[float]]:
    """The row as a function of lists of ``width`` numbers; trailing operands may be fixed."""
    arity = row.arity - len(numbers)
    code = text.Code()
    loaded = [code.load(code.address(f"%x{i}", 0, []), width) for i in range(arity)]
    made = functions.apply(row, [*loaded, *numbers])
    code.store(made, "%out")
    given = ", ".join([*(f"ptr %x{i}" for i in range(arity)), "ptr %out"])
    module = "\n".join([*code.used, f"define void @row({given}) {{\n{code.text()}\n}}\n"])
    assembled = host.Assembled(module)
    run = assembled.function("row", "p" * (arity + 1))

    def call(*operands: Sequence[float]) -> list[float]:
        arrays = [np.array(x, dtype=float) for x in operands]
        out = np.empty(width)
        run(*[x.ctypes.data for x in arrays], out.ctypes.data)
        found: list[float] = out.tolist()
        return found

    return call


def on_points(
    row: Any, points: Sequence[Sequence[float]], width: int, numbers: Sequence[float] = ()
) -> list[float]:
    """The row at each of these points, so many at a time."""
    run = compiled_row(row, width, numbers)
    found: list[float] = []
    for start in range(0, len(points), width):
        some = [*points[start : start + width]]
        some += [some[0]] * (width - len(some))
        found += run(*zip(*some, strict=True))
    return found[: len(points)]
