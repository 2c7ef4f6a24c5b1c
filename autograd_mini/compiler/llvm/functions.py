"""The table's rows on vectors.

A row is written as instructions where it pays; rare functions of the C library are called lane by
lane; and every other row, one that a user has added say, calls its own Python function for each
lane: slow, and right by definition. The formulas are those of :mod:`autograd_mini.ieee`.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import host
from autograd_mini.compiler.llvm import mathematics as m
from autograd_mini.compiler.llvm.values import Instructions, Value
from autograd_mini.rows import Op, row_named

INF, NAN = math.inf, math.nan
PHI_0 = 0.3989422804014327  # 1 / √(2π)
ROOT_HALF, ROOT_HALF_LOW = 0.7071067811865476, -4.833646656726457e-17  # √½ in two parts
HALF_OF_ROOT = 0.5641895835477563  # 1 / √π
LN_2 = math.log(2.0)

LIBRARY = {
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "atanh",
    "hypot", "atan2", "erf", "pow", "log2", "log10", "exp2", "cbrt", "erfc", "lgamma", "fmod",
}  # fmt: skip
"""Rows that are functions of the C library."""


def _declared(code: Instructions, name: str, count: int) -> str:
    """A function of the C library, declared."""
    code.used.add(f"declare double @{name}({', '.join(['double'] * count)})")
    return f"@{name}"


def _step(x: Value) -> Value:
    return x.is_("ogt", 0.0).choose(1.0, x.is_("ole", 0.0).choose(0.0, NAN))


def _over_square(x: Value, y: Value) -> Value:
    """x / y², although y² alone may overflow or underflow."""
    q = y * y
    return (q.is_("ogt", 1e-280) & q.is_("olt", 1e300)).choose(x / q, x / y / y)


def _maximum(x: Value, y: Value) -> Value:
    tie = (x.is_("oeq", y) & x.is_("une", 0.0)).choose(x, x + y)
    return x.is_("ogt", y).choose(x, y.is_("ogt", x).choose(y, tie))


def _greater(x: Value, y: Value) -> Value:
    other = x.is_("olt", y).choose(0.0, x.is_("oeq", y).choose(0.5, NAN))
    return x.is_("ogt", y).choose(1.0, other)


def _side(x: Value, slope: Value, below: Value) -> Value:
    """1 for x > 0, ``below`` for x < 0; at 0 the number of least size between 1 and the slope."""
    least = slope.is_("olt", 0.0).choose(0.0, slope.is_("ogt", 1.0).choose(1.0, slope))
    other = x.is_("olt", 0.0).choose(below, x.is_("oeq", 0.0).choose(least, NAN))
    return x.is_("ogt", 0.0).choose(slope.is_("ord", 0.0).choose(1.0, NAN), other)


def _beyond(x: Value, k: Value, below: Value) -> Value:
    """x where it is positive and k a number, else ``below``."""
    return (x.is_("ogt", 0.0) & k.is_("ord", 0.0)).choose(x, below)


def _damped(c: Value, x: Value) -> Value:
    """c e^x; where e^x is subnormal it is not rounded before the product, and of inf it is nan."""
    half = m.exp(x * 0.5)
    return x.is_("olt", -700.0).choose(c * half * half + (c - c), c * m.exp(x))


def _silu(x: Value) -> Value:
    made = x.is_("olt", -700.0).choose(_damped(x, x), x * m.sigmoid(x))
    return x.is_("oeq", -INF).choose(-0.0, made)


def _silu_d(x: Value) -> Value:
    far = m.absolute(x)
    e = m.exp(-far)
    t, c = 1.0 + e, 1.0 + x
    made = x.is_("ogt", 0.0).choose(1.0 + c * e, _damped(c + e, x)) / (t * t)
    end = x.is_("ogt", 0.0).choose(1.0, x.is_("olt", 0.0).choose(-0.0, NAN))
    return far.is_("olt", 800.0).choose(made, end)


def _normal(x: Value) -> tuple[Value, Value]:
    """Φ(x) = ½ erfc(t) with t = −x / √2 to twice the digits, and φ(x)."""
    code = x.code
    t = x * -ROOT_HALF
    lost = code.intrinsic("fma", x, -ROOT_HALF, -t) - x * ROOT_HALF_LOW
    bell = m.gauss(t)
    moved = bell - bell * (2.0 * t * lost)
    tail = code.call(_declared(code, "erfc", 1), [t]) * 0.5 - moved * (lost * HALF_OF_ROOT)
    return m.absolute(x).is_("olt", 40.0).choose(tail, _step(x)), moved * PHI_0


def _normal_pdf(x: Value) -> Value:
    """φ(x), with the digits of x² that a double loses."""
    square = x * x
    lost = x.code.intrinsic("fma", x, x, -square)
    e = m.exp(square * -0.5)
    return square.is_("olt", 1400.0).choose(e - e * (lost * 0.5), e) * PHI_0


def _gelu_d(x: Value) -> Value:
    tail, bell = _normal(x)
    return m.absolute(x).is_("ogt", 40.0).choose(tail, tail + x * bell)


def _logaddexp(x: Value, y: Value) -> Value:
    apart = m.log1p(m.exp(-m.absolute(x - y))) + _maximum(x, y)
    return x.is_("oeq", y).choose(x + LN_2, apart)


def _apart(x: Value, y: Value) -> tuple[Value, Value]:
    """x − y, and e to the power −|x − y| with the digits that the difference loses."""
    d = x - y
    moved = d - x
    lost = m.absolute(d).is_("olt", 800.0).choose((x - (d - moved)) - (y + moved), 0.0)
    e = m.exp(-m.absolute(d))
    return d, e - e * d.is_("ogt", 0.0).choose(lost, -lost)


def _share(x: Value, y: Value) -> Value:
    d, e = _apart(x, y)
    return x.is_("oeq", y).choose(0.5, d.is_("ogt", 0.0).choose(1.0, e) / (1.0 + e))


def _share_d(x: Value, y: Value) -> Value:
    e = _apart(x, y)[1]
    t = 1.0 + e
    return x.is_("oeq", y).choose(0.25, e / (t * t))


def _xlogy_dx(x: Value, y: Value) -> Value:
    log = x.is_("ord", 0.0).choose(m.log(y), x)
    return (x.is_("oeq", 0.0) & y.is_("oeq", 0.0)).choose(0.0, log)


def _xlogy_dy(x: Value, y: Value) -> Value:
    at_0 = x.is_("oeq", 0.0).choose(0.0, x * INF)
    return y.is_("ogt", 0.0).choose(x / y, y.is_("oeq", 0.0).choose(at_0, NAN))


def _xlogy_dyy(x: Value, y: Value) -> Value:
    at_0 = y.is_("oeq", 0.0).choose(x * INF, NAN)
    return y.is_("ogt", 0.0).choose(_over_square(x, y), at_0)


def _mod(x: Value, y: Value) -> Value:
    """x − y·⌊x/y⌋: what fmod leaves, moved to y's side of 0."""
    rest = x.code.call(_declared(x.code, "fmod", 2), [x, y])
    other = rest.is_("olt", 0.0).choose(y.is_("ogt", 0.0).choose(1.0, 0.0), 0.0)
    other = (rest.is_("ogt", 0.0) & y.is_("olt", 0.0)).choose(1.0, other)
    moved = other.is_("ogt", 0.0).choose(rest + y, rest)
    return moved.is_("oeq", 0.0).choose(m.copysign(moved, y), moved)


def _root(x: Value) -> Value:
    """√x as a power: of -0 it is 0, of -inf inf."""
    return x.is_("oeq", -INF).choose(INF, m.sqrt(x + 0.0))


# fmt: off
ROWS: dict[str, Callable[..., Value]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "abs": m.absolute,
    "detach": lambda x: x,
    "sqrt": m.sqrt, "exp": m.exp, "expm1": m.expm1, "log": m.log, "log1p": m.log1p,
    "tanh": m.tanh, "sigmoid": m.sigmoid, "softplus": m.softplus, "sech2": m.sech2,
    "gauss": m.gauss,
    "logsigmoid": lambda x: -m.softplus(-x),
    "square": lambda x: x * x,
    "recip": lambda x: x.is_("ogt", 0.0).choose(1.0 / x, x.is_("oeq", 0.0).choose(INF, NAN)),
    "over_square": _over_square,
    "one_minus_square": lambda x:
        m.absolute(x).is_("olt", 0.5).choose(1.0 - x * x, (1.0 - x) * (1.0 + x)),
    "cauchy": lambda x: m.absolute(x).is_("olt", 1e9).choose(1.0 / (1.0 + x * x), 1.0 / x / x),
    # choices
    "relu": lambda x: x.is_("ole", 0.0).choose(0.0, x),
    "step": _step,
    "sign": lambda x: x.is_("ueq", 0.0).choose(x, m.copysign(x.code.number(1.0, x.width), x)),
    "maximum": _maximum,
    "minimum": lambda x, y: -_maximum(-x, -y),
    "greater": _greater,
    "equal": lambda x, y: x.is_("oeq", y).choose(1.0, 0.0),
    "where": lambda c, x, y: c.is_("une", 0.0).choose(x, y),
    "leaky_relu": lambda x, slope: _beyond(x, slope, slope * x),
    "leaky_relu_d": lambda x, slope: _side(x, slope, slope),
    "elu": lambda x, alpha: _beyond(x, alpha, alpha * m.expm1(x)),
    "elu_d": lambda x, alpha: _side(x, alpha, _damped(alpha, x)),
    # between whole numbers
    "floor": lambda x: x.code.intrinsic("floor", x),
    "ceil": lambda x: x.code.intrinsic("ceil", x),
    "trunc": lambda x: x.code.intrinsic("trunc", x),
    "round": lambda x: x.code.intrinsic("rint", x),
    "copysign": lambda x, y: y.is_("ord", 0.0).choose(m.copysign(x, y), NAN),
    "mod": _mod,
    # exponentials and logarithms
    "normal_cdf": lambda x: _normal(x)[0],
    "normal_pdf": _normal_pdf,
    "gelu": lambda x: x.is_("oeq", -INF).choose(-0.0, x * _normal(x)[0]),
    "gelu_d": _gelu_d,
    "silu": _silu,
    "silu_d": _silu_d,
    "logaddexp": _logaddexp,
    "share": _share,
    "share_d": _share_d,
    "xlogy": lambda x, y:
        (x.is_("oeq", 0.0) & y.is_("ord", 0.0)).choose(0.0, x * m.log(y)),
    "xlogy_dx": _xlogy_dx,
    "xlogy_dy": _xlogy_dy,
    "xlogy_dyy": _xlogy_dyy,
    "zero_inside": lambda x, y: (y.is_("oge", 0.0) & x.is_("ord", 0.0)).choose(0.0, NAN),
}
"""Rows as instructions."""

POWERS: dict[float, Callable[[Value], Value]] = {
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    4.0: lambda x: (x * x) * (x * x),
    -1.0: lambda x: 1.0 / x,
    -2.0: lambda x: 1.0 / x / x,
    0.5: _root,
    1.5: lambda x: _root(x) * m.absolute(x),
    -0.5: lambda x: 1.0 / _root(x),
    -1.5: lambda x: 1.0 / _root(x) / m.absolute(x),
}
"""x to a power that is known when the program is made."""
# fmt: on


def evaluate(expression: f.Formula, leaf: Callable[[Any], Value], known: dict[Any, Value]) -> Value:
    """The value of a formula; equal parts are computed once.

    Args:
        expression: the formula.
        leaf: for what a name stands for, its value; at least one must be asked.
        known: what has been computed in this place; added to.
    """
    if isinstance(expression, f.Name):
        return leaf(expression.of)
    operands = [
        x.number if isinstance(x, f.Number) else evaluate(x, leaf, known)
        for x in expression.operands
    ]
    names = [x.name if isinstance(x, Value) else x for x in operands]
    key = expression.row.name, *names
    if key not in known:
        known[key] = apply(expression.row, operands)
    return known[key]


def apply(row: Op, operands: Sequence[Value | float]) -> Value:
    """A row on values; numbers are the same in every lane."""
    one = next(x for x in operands if isinstance(x, Value))
    code, width = one.code, one.width
    if row.name in ("pow", "pow_dx") and isinstance(operands[1], float):
        by = operands[1] - (row.name == "pow_dx")
        if row.name == "pow_dx" and operands[1] == 0.0:
            return code.number(0.0, width)
        if by in POWERS and isinstance(operands[0], Value):
            power = POWERS[by](operands[0])
            return power * operands[1] if row.name == "pow_dx" else power
    values = [x if isinstance(x, Value) else code.number(x, width) for x in operands]
    if row.name in ROWS:
        return ROWS[row.name](*values)
    if row.name in LIBRARY and host.symbol(row.name):
        return code.call(_declared(code, row.name, len(values)), values)
    return code.call(_python(row, len(values)), values)


_CALLBACKS: dict[tuple[str, int], Any] = {}


def _python(row: Op, count: int) -> str:
    """A pointer to the row's own function, which stays alive for good."""
    key = row.name, count
    if key not in _CALLBACKS:
        assert row_named(row.name) is row
        _CALLBACKS[key] = ctypes.CFUNCTYPE(*[ctypes.c_double] * (count + 1))(row.forward)
    address = ctypes.cast(_CALLBACKS[key], ctypes.c_void_p).value
    return f"inttoptr (i64 {address} to ptr)"
