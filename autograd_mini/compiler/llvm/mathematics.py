"""exp, log, tanh and their kin as polynomials, the same instructions in every lane.

Vocabulary: the argument is *reduced* to a short interval, where a polynomial does; what was taken
away is put back exactly, as a power of two. There are no branches: the edges (0, inf, nan, results
that underflow) come out right by the arithmetic, or by choosing lane by lane. Nothing is clamped
silently: e^−800 is 0 and e^800 is inf. Every function is good to two units in the last place.

Sources: Cody and Waite, "Software Manual for the Elementary Functions", 1980, for the reductions;
fdlibm's e_log.c (Sun Microsystems, 1993) for log's polynomial.
"""

from __future__ import annotations

from autograd_mini.compiler.llvm.values import Instructions, Mask, Value, every, vector

LOG2_E = 1.4426950408889634
LN_2_HIGH = 0.693147180369123816490  # 32 bits, so that n · LN_2_HIGH is exact
LN_2_LOW = 1.90821492927058770002e-10
ROUND = 6755399441055744.0  # 1.5 · 2⁵²: adding it leaves an integer in the low bits
INF = float("inf")
NAN = float("nan")

# (e^r − 1 − r) / r² for |r| ≤ ½ ln 2, from the highest power down: the polynomial that agrees with
# it in the Chebyshev points.
EXP = (
    2.091483135138041e-09,
    2.5105419192016337e-08,
    2.7557273295539724e-07,
    2.75572549134867e-06,
    2.4801587325822283e-05,
    0.00019841269875205077,
    0.001388888888888367,
    0.008333333333326025,
    0.04166666666666667,
    0.1666666666666667,
    0.5,
)
LOG = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)


def polynomial(x: Value, coefficients: tuple[float, ...]) -> Value:
    """By Horner's rule, from the highest power down."""
    made: Value | float = coefficients[0]
    for coefficient in coefficients[1:]:
        made = x.times_plus(made, coefficient)
    assert isinstance(made, Value)
    return made


def absolute(x: Value) -> Value:
    """|x|."""
    return x.code.intrinsic("fabs", x)


def sqrt(x: Value) -> Value:
    """√x."""
    return x.code.intrinsic("sqrt", x)


def copysign(size: Value, sign: Value) -> Value:
    """The size with another's sign."""
    return size.code.intrinsic("copysign", size, sign)


# --- powers of two --------------------------------------------------------------------------------


def _bits(x: Value) -> str:
    kind, bits = vector("double", x.width), vector("i64", x.width)
    return x.code.assign(f"bitcast {kind} {x.name} to {bits}")


def _integer(code: Instructions, width: int, operation: str, left: str, right: int | str) -> str:
    other = right if isinstance(right, str) else every("i64", str(right), width)
    return code.assign(f"{operation} {vector('i64', width)} {left}, {other}")


def _double(code: Instructions, width: int, bits: str) -> Value:
    kind, ints = vector("double", width), vector("i64", width)
    return Value(code, code.assign(f"bitcast {ints} {bits} to {kind}"), width)


def _power_of_2(code: Instructions, width: int, n: str) -> Value:
    """2ⁿ for integers from -1022 to 1023."""
    biased = _integer(code, width, "add", n, 1023)
    return _double(code, width, _integer(code, width, "shl", biased, 52))


def _halves(code: Instructions, width: int, rounded: Value) -> tuple[str, str]:
    """The integer in the low bits of x + ROUND, as the sum of two halves."""
    n = _integer(code, width, "sub", _bits(rounded), _bits(code.number(ROUND, width)))
    half = _integer(code, width, "ashr", n, 1)
    return half, _integer(code, width, "sub", n, half)


# --- exponentials ---------------------------------------------------------------------------------


def _reduced(x: Value, low: float, high: float) -> tuple[Value, str, str]:
    """r and the halves of n with x = n ln 2 + r; beyond low and high as at these."""
    inside = x.is_("olt", low).choose(low, x)
    inside = inside.is_("ogt", high).choose(high, inside)
    rounded = inside.times_plus(LOG2_E, ROUND)
    n = rounded - ROUND
    r = n.times_plus(-LN_2_HIGH, inside)
    r = n.times_plus(-LN_2_LOW, r)
    return r, *_halves(x.code, x.width, rounded)


def exp(x: Value) -> Value:
    """e^x. Beyond ±746 it is as at ±746: inf, or 0."""
    code, width = x.code, x.width
    r, one, other = _reduced(x, -746.0, 710.0)
    p = (r * r).times_plus(polynomial(r, EXP), r) + 1.0
    return (p * _power_of_2(code, width, one)) * _power_of_2(code, width, other)


def expm1(x: Value) -> Value:
    """e^x − 1: 2ⁿ (e^r − 1) + (2ⁿ − 1), with half of each so that 2¹⁰²⁴ does not overflow."""
    code, width = x.code, x.width
    r, one, other = _reduced(x, -40.0, 710.0)
    p = (r * r).times_plus(polynomial(r, EXP), r)
    n = _integer(code, width, "add", one, other)
    half = _power_of_2(code, width, _integer(code, width, "sub", n, 1))
    made = half.times_plus(p, half - 0.5) * 2.0
    return absolute(x).is_("olt", 1e-17).choose(x, made)


def tanh(x: Value) -> Value:
    """(e^2a − 1) / (e^2a + 1) for a = |x|, with x's sign."""
    e = expm1(absolute(x) * 2.0)
    made = e / (e + 2.0)
    made = e.is_("ogt", 1e20).choose(1.0, made)
    return copysign(made, x)


def sigmoid(x: Value) -> Value:
    """1 / (1 + e^−x); on the left e^x / (1 + e^x)."""
    e = exp(-absolute(x))
    return x.is_("olt", 0.0).choose(e, 1.0) / (e + 1.0)


def softplus(x: Value) -> Value:
    """log(1 + e^x) = max(x, 0) + log(1 + e^−|x|)."""
    return x.is_("olt", 0.0).choose(0.0, x) + log1p(exp(-absolute(x)))


def sech2(x: Value) -> Value:
    """1 / cosh² x."""
    e = exp(absolute(x) * -2.0)
    t = e + 1.0
    return (e * 4.0) / (t * t)


def gauss(x: Value) -> Value:
    """e^(−x²), with the digits of x² that a double loses: e^−(h + l) = e^−h (1 − l)."""
    square = x * x
    lost = x.code.intrinsic("fma", x, x, -square)
    e = exp(-square)
    return square.is_("olt", 800.0).choose(e - e * lost, e)


# --- logarithms -----------------------------------------------------------------------------------


def log(x: Value) -> Value:
    """The natural logarithm: -inf at 0, nan below."""
    code, width = x.code, x.width
    small = x.is_("olt", 2.2250738585072014e-308)
    bits = _bits(small.choose(x * 18014398509481984.0, x))  # 2⁵⁴: no subnormals
    # x = 2^k · m with m from √½ to √2: √½'s bits are taken away and, but for the exponent, put back
    shifted = _integer(code, width, "sub", bits, 0x3FE6A09E00000000)
    k = _integer(code, width, "ashr", shifted, 52)
    rest = _integer(code, width, "and", shifted, 0x000FFFFFFFFFFFFF)
    m = _double(code, width, _integer(code, width, "add", rest, 0x3FE6A09E00000000))
    kind, ints = vector("double", width), vector("i64", width)
    n = Value(code, code.assign(f"sitofp {ints} {k} to {kind}"), width)
    n = n - small.choose(54.0, 0.0)
    f = m - 1.0
    s = f / (f + 2.0)
    z = s * s
    half = f * f * 0.5
    r = polynomial(z, LOG) * z
    made = n.times_plus(LN_2_HIGH, f - (half - n.times_plus(LN_2_LOW, s * (half + r))))
    return _log_edges(x, made)


def _log_edges(x: Value, made: Value) -> Value:
    fine: Mask = x.is_("ogt", 0.0) & x.is_("olt", INF)
    edge = x.is_("oeq", 0.0).choose(-INF, x.is_("olt", 0.0).choose(NAN, x))
    return fine.choose(made, edge)


def log1p(x: Value) -> Value:
    """log(1 + x), with what the sum loses."""
    w = x + 1.0
    lost = x - (w - 1.0)
    made = log(w) + lost / w
    fine = w.is_("ogt", 0.0) & w.is_("olt", INF)
    edge = w.is_("oeq", 0.0).choose(-INF, w.is_("olt", 0.0).choose(NAN, w))
    return x.is_("oeq", 0.0).choose(x, fine.choose(made, edge))
