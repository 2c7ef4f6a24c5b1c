"""What an answer that is typed into a page may use: operators, names, and what follows a dot."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from types import SimpleNamespace

from autograd_mini import nn, ops
from autograd_mini.value import Value

BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: ops.pow,
}
COMPARED: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
SIGNS: dict[type[ast.unaryop], Callable[[float], float]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
SCHOOL = str.maketrans({"·": "*", "×": "*", "−": "-", "^": "**", "²": "**2", "³": "**3"})
"""What people write, and Python does not read."""

REACHED: tuple[tuple[type, frozenset[str]], ...] = (
    (Value, frozenset({"data", "grad", "backward"})),
    (nn.Module, frozenset({"parameters", "zero_grad"})),
    (list, frozenset({"append"})),
)
"""What may follow a dot, by what stands before it; a :class:`Given` has its own besides."""


class Given(SimpleNamespace):
    """What stands for a module: the few functions of it that an exercise needs."""


def usual() -> dict[str, object]:
    """The names of arithmetic."""
    names = "exp log sqrt sin cos tan sinh cosh tanh asin acos atan sigmoid relu softplus erf"
    functions = {name: getattr(ops, name) for name in names.split()}
    numbers = {"pi": math.pi, "e": math.e, "fsum": math.fsum}
    python = {f.__name__: f for f in (abs, float, len, list, range, sum, max, min)}
    pairs = {"zip": lambda *lists: [*zip(*lists, strict=False)],
             "enumerate": lambda items: [*enumerate(items)]}  # fmt: skip
    school = {"ln": ops.log, "σ": ops.sigmoid, "ReLU": ops.relu}
    modules = {"math": Given(**functions, **numbers), "ops": Given(**functions)}
    return {**functions, **numbers, **python, **pairs, **school, **modules}
