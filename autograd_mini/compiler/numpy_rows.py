"""The table's rows in NumPy's language.

A row's own ``array`` template says what it is called. Where NumPy has no such function, or one that
differs at the edges, ours from :mod:`~autograd_mini.compiler.kernels` is called instead; and a row
that has neither, one that a user has added say, is applied number by number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_mini.compiler import arrayops, kernels
from autograd_mini.rows import Op, all_rows

_OTHER_NAMES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "atan2": "arctan2",
}
"""What the functions are called in every version of NumPy."""


def template(row: Op) -> str:
    """The text of a row: NumPy's function, or ours where NumPy has none or another one."""
    if own_row(row) is not None:
        return f"{row.name}({', '.join(f'{{{i}}}' for i in range(row.arity or 0))})"
    text = row.array.replace("xp.", "np.")
    for ours, theirs in _OTHER_NAMES.items():
        text = text.replace(f"np.{ours}(", f"np.{theirs}(")
    return text


def own_row(row: Op) -> Any:
    """Our function for a row that is not NumPy's: from kernels, or else number by number."""
    if row.name in kernels.KERNELS:
        return kernels.KERNELS[row.name]
    called = [part.split("(")[0] for part in row.array.split("xp.")[1:]]
    if all(hasattr(np, _OTHER_NAMES.get(function, function)) for function in called):
        return None
    return kernels.number_by_number(row.name)


def library() -> dict[str, Any]:
    """What generated source may call."""
    own = {name: own_row(row) for name, row in all_rows().items() if row.arity is not None}
    rows = {name: function for name, function in own.items() if function is not None}
    return {**vars(arrayops), **rows, "np": np}


def number(x: float) -> str:
    """A number as Python source."""
    if math.isfinite(x):
        return repr(x)
    return "np.nan" if math.isnan(x) else "np.inf" if x > 0.0 else "-np.inf"
