"""The rows that are written as instructions, and those that the C library has."""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd_mini.compiler.llvm import mathematics as m
from autograd_mini.compiler.llvm.text import Code, Value

INF, NAN = math.inf, math.nan
PHI_0 = 0.3989422804014327  # 1 / √(2π)
ROOT_HALF, ROOT_HALF_LOW = 0.7071067811865476, -4.833646656726457e-17  # √½ in two parts
HALF_OF_ROOT = 0.5641895835477563  # 1 / √π

LIBRARY = {
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "atanh",
    "hypot", "atan2", "erf", "pow", "log2", "log10", "exp2", "cbrt", "erfc", "lgamma", "fmod",
}  # fmt: skip
"""Rows that are functions of the C library."""


def declared(code: Code, name: str, count: int) -> str:
    """A function of the C library, declared."""
    code.used.add(f"declare double @{name}({', '.join(['double'] * count)})")
    return f"@{name}"


def step(x: Value) -> Value:
    """1 where x > 0, else 0; nan for nan."""
    return x.is_("ogt", 0.0).choose(1.0, x.is_("ole", 0.0).choose(0.0, NAN))


def sign(x: Value) -> Value:
    """-1, 0 or 1; nan for nan."""
    one = m.copysign(x.code.number(1.0, x.width), x)
    return x.is_("ueq", 0.0).choose(x, one)


def relu(x: Value) -> Value:
    """x where it is positive or nan, else 0."""
    return x.is_("ole", 0.0).choose(0.0, x)


def recip(x: Value) -> Value:
    """1 / x; inf at both zeros, nan below."""
    edge = x.is_("oeq", 0.0).choose(INF, NAN)
    return x.is_("ogt", 0.0).choose(1.0 / x, edge)


def over_square(x: Value, y: Value) -> Value:
    """x / y², although y² alone may overflow or underflow."""
    q = y * y
    return (q.is_("ogt", 1e-280) & q.is_("olt", 1e300)).choose(x / q, x / y / y)


def maximum(x: Value, y: Value) -> Value:
    """The larger of two; a nan wins."""
    tie = (x.is_("oeq", y) & x.is_("une", 0.0)).choose(x, x + y)
    return x.is_("ogt", y).choose(x, y.is_("ogt", x).choose(y, tie))


def minimum(x: Value, y: Value) -> Value:
    """The smaller of two; a nan wins."""
    return -maximum(-x, -y)


def greater(x: Value, y: Value) -> Value:
    """1 where x > y, ½ where they are equal, else 0; nan for nan."""
    other = x.is_("olt", y).choose(0.0, x.is_("oeq", y).choose(0.5, NAN))
    return x.is_("ogt", y).choose(1.0, other)


def leaky_relu(x: Value, slope: Value) -> Value:
    """x where it is positive, else slope · x."""
    return (x.is_("ogt", 0.0) & slope.is_("ord", 0.0)).choose(x, slope * x)


def elu(x: Value, alpha: Value) -> Value:
    """x where it is positive, else alpha (e^x - 1)."""
    return (x.is_("ogt", 0.0) & alpha.is_("ord", 0.0)).choose(x, alpha * m.expm1(x))


def _side(x: Value, slope: Value, below: Value) -> Value:
    """1 for x > 0, ``below`` for x < 0; at 0 the number of least size between 1 and the slope."""
    least = slope.is_("olt", 0.0).choose(0.0, slope.is_("ogt", 1.0).choose(1.0, slope))
    other = x.is_("olt", 0.0).choose(below, x.is_("oeq", 0.0).choose(least, NAN))
    return x.is_("ogt", 0.0).choose(slope.is_("ord", 0.0).choose(1.0, NAN), other)


def damped(c: Value, x: Value) -> Value:
    """c e^x; where e^x is subnormal it is not rounded before the product, and of inf it is nan."""
    half = m.exp(x * 0.5)
    return x.is_("olt", -700.0).choose(c * half * half + (c - c), c * m.exp(x))


def silu_d(x: Value) -> Value:
    """σ(x) + x σ(x) σ(−x)."""
    far = m.absolute(x)
    e = m.exp(-far)
    t, c = 1.0 + e, 1.0 + x
    made = x.is_("ogt", 0.0).choose(1.0 + c * e, damped(c + e, x)) / (t * t)
    end = x.is_("ogt", 0.0).choose(1.0, x.is_("olt", 0.0).choose(-0.0, NAN))
    return far.is_("olt", 800.0).choose(made, end)


def one_minus_square(x: Value) -> Value:
    """1 − x², without cancellation next to ±1."""
    return m.absolute(x).is_("olt", 0.5).choose(1.0 - x * x, (1.0 - x) * (1.0 + x))


def cauchy(x: Value) -> Value:
    """1 / (1 + x²)."""
    return m.absolute(x).is_("olt", 1e9).choose(1.0 / (1.0 + x * x), 1.0 / x / x)


def silu(x: Value) -> Value:
    """x σ(x)."""
    made = x.is_("olt", -700.0).choose(damped(x, x), x * m.sigmoid(x))
    return x.is_("oeq", -INF).choose(-0.0, made)


def normal(x: Value) -> tuple[Value, Value]:
    """Φ(x) = ½ erfc(t) with t = −x / √2 to twice the digits, and φ(x)."""
    code = x.code
    t = x * -ROOT_HALF
    lost = code.intrinsic("fma", x, -ROOT_HALF, -t) - x * ROOT_HALF_LOW
    bell = m.gauss(t)
    moved = bell - bell * (2.0 * t * lost)
    tail = code.call(declared(code, "erfc", 1), [t]) * 0.5 - moved * (lost * HALF_OF_ROOT)
    return m.absolute(x).is_("olt", 40.0).choose(tail, step(x)), moved * PHI_0


def normal_pdf(x: Value) -> Value:
    """φ(x), with the digits of x² that a double loses."""
    square = x * x
    lost = x.code.intrinsic("fma", x, x, -square)
    e = m.exp(square * -0.5)
    return square.is_("olt", 1400.0).choose(e - e * (lost * 0.5), e) * PHI_0


def gelu(x: Value) -> Value:
    """x Φ(x)."""
    return x.is_("oeq", -INF).choose(-0.0, x * normal(x)[0])


def gelu_d(x: Value) -> Value:
    """Φ(x) + x φ(x)."""
    tail, bell = normal(x)
    return m.absolute(x).is_("ogt", 40.0).choose(tail, tail + x * bell)


def logaddexp(x: Value, y: Value) -> Value:
    """log(e^x + e^y)."""
    apart = m.log1p(m.exp(-m.absolute(x - y))) + maximum(x, y)
    return x.is_("oeq", y).choose(x + math.log(2.0), apart)


def _apart(x: Value, y: Value) -> tuple[Value, Value]:
    """x − y, and e to the power −|x − y| with the digits that the difference loses."""
    d = x - y
    moved = d - x
    lost = m.absolute(d).is_("olt", 800.0).choose((x - (d - moved)) - (y + moved), 0.0)
    e = m.exp(-m.absolute(d))
    return d, e - e * d.is_("ogt", 0.0).choose(lost, -lost)


def share(x: Value, y: Value) -> Value:
    """e^x / (e^x + e^y)."""
    d, e = _apart(x, y)
    return x.is_("oeq", y).choose(0.5, d.is_("ogt", 0.0).choose(1.0, e) / (1.0 + e))


def share_d(x: Value, y: Value) -> Value:
    """σ(x − y) σ(y − x)."""
    e = _apart(x, y)[1]
    t = 1.0 + e
    return x.is_("oeq", y).choose(0.25, e / (t * t))


def xlogy(x: Value, y: Value) -> Value:
    """x log y, and 0 where x is 0 (unless y is nan)."""
    return (x.is_("oeq", 0.0) & y.is_("ord", 0.0)).choose(0.0, x * m.log(y))


def xlogy_dx(x: Value, y: Value) -> Value:
    """log y, and 0 where x and y are 0."""
    log = x.is_("ord", 0.0).choose(m.log(y), x)
    return (x.is_("oeq", 0.0) & y.is_("oeq", 0.0)).choose(0.0, log)


def xlogy_dy(x: Value, y: Value) -> Value:
    """x / y for y ≥ 0, 0 where both are 0; nan below."""
    at_0 = x.is_("oeq", 0.0).choose(0.0, x * INF)
    return y.is_("ogt", 0.0).choose(x / y, y.is_("oeq", 0.0).choose(at_0, NAN))


def xlogy_dyy(x: Value, y: Value) -> Value:
    """x / y² for y ≥ 0, nan below."""
    at_0 = y.is_("oeq", 0.0).choose(x * INF, NAN)
    return y.is_("ogt", 0.0).choose(over_square(x, y), at_0)


def mod(x: Value, y: Value) -> Value:
    """x − y·⌊x/y⌋: what fmod leaves, moved to y's side of 0."""
    rest = x.code.call(declared(x.code, "fmod", 2), [x, y])
    other = rest.is_("olt", 0.0).choose(y.is_("ogt", 0.0).choose(1.0, 0.0), 0.0)
    other = (rest.is_("ogt", 0.0) & y.is_("olt", 0.0)).choose(1.0, other)
    moved = other.is_("ogt", 0.0).choose(rest + y, rest)
    return moved.is_("oeq", 0.0).choose(m.copysign(moved, y), moved)


ROWS: dict[str, Callable[..., Value]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "abs": m.absolute,
    "detach": lambda x: x,
    "sqrt": m.sqrt,
    "exp": m.exp,
    "expm1": m.expm1,
    "log": m.log,
    "log1p": m.log1p,
    "tanh": m.tanh,
    "sigmoid": m.sigmoid,
    "softplus": m.softplus,
    "logsigmoid": lambda x: -m.softplus(-x),
    "sech2": m.sech2,
    "gauss": m.gauss,
    "relu": relu,
    "step": step,
    "sign": sign,
    "recip": recip,
    "over_square": over_square,
    "maximum": maximum,
    "minimum": minimum,
    "greater": greater,
    "square": lambda x: x * x,
    "mod": mod,
    "xlogy_dyy": xlogy_dyy,
    "floor": lambda x: x.code.intrinsic("floor", x),
    "ceil": lambda x: x.code.intrinsic("ceil", x),
    "trunc": lambda x: x.code.intrinsic("trunc", x),
    "round": lambda x: x.code.intrinsic("rint", x),
    "copysign": lambda x, y: y.is_("ord", 0.0).choose(m.copysign(x, y), NAN),
    "normal_cdf": lambda x: normal(x)[0],
    "normal_pdf": normal_pdf,
    "equal": lambda x, y: x.is_("oeq", y).choose(1.0, 0.0),
    "where": lambda c, x, y: c.is_("une", 0.0).choose(x, y),
    "leaky_relu": leaky_relu,
    "leaky_relu_d": lambda x, slope: _side(x, slope, slope),
    "elu": elu,
    "elu_d": lambda x, alpha: _side(x, alpha, damped(alpha, x)),
    "silu": silu,
    "silu_d": silu_d,
    "one_minus_square": one_minus_square,
    "cauchy": cauchy,
    "gelu": gelu,
    "gelu_d": gelu_d,
    "logaddexp": logaddexp,
    "share": share,
    "share_d": share_d,
    "xlogy": xlogy,
    "zero_inside": lambda x, y: (y.is_("oge", 0.0) & x.is_("ord", 0.0)).choose(0.0, NAN),
    "xlogy_dx": xlogy_dx,
    "xlogy_dy": xlogy_dy,
}
"""Rows as instructions."""


def _root(x: Value) -> Value:
    """√x as a power: of -0 it is 0, of -inf inf."""
    return x.is_("oeq", -INF).choose(INF, m.sqrt(x + 0.0))


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
