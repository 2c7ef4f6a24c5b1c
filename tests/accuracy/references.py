"""Every row and its derivatives at fifty digits: the truth that the harness measures against.

Vocabulary: a *reference* has the value, for each operand the first derivative, and for each pair of
operands the second one, as mpmath functions of the operands. They are closed forms, chosen so that
fifty digits suffice over the whole range of doubles: 1 − x² is (1 − x)(1 + x), tanh′ is sech².
tests/accuracy/test_references.py differentiates them numerically to see that they belong together.

The *largest term* of a function says how large the terms are whose sum it is. Next to a zero of
the function the error is allowed to be a few units in the last place of that term.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from mpmath import mp

Number = Any
"""An mpf; mpmath is published without types."""

Function = Callable[..., Number]

DIGITS = 50


class Reference(NamedTuple):
    """A row at fifty digits.

    ``terms`` has the largest term of each derivative that has zeros, and ``inside`` says whether a
    point lies in the domain, where the closed form alone does not.

    A row that exists to be a derivative of others has as many orders as second derivatives of
    those others need: its own further ones are third derivatives.
    """

    value: Function
    first: tuple[Function, ...] = ()
    second: tuple[tuple[Function, ...], ...] = ()
    terms: dict[tuple[int, ...], Function] = {}  # noqa: RUF012 (never changed)
    inside: Callable[..., bool] = lambda *operands: True

    def derivative(self, operands: tuple[int, ...]) -> Function:
        """The function itself for (), ∂/∂xᵢ for (i,), ∂²/∂xᵢ∂xⱼ for (i, j)."""
        if not operands:
            return self.value
        i = operands[0]
        return self.first[i] if len(operands) == 1 else self.second[i][operands[1]]

    def derivatives(self) -> list[tuple[int, ...]]:
        """All of them, as :meth:`derivative` takes them."""
        return [
            (),
            *[(i,) for i in range(len(self.first))],
            *[(i, j) for i, row in enumerate(self.second) for j in range(len(row))],
        ]


def _one(f: Function, d: Function, dd: Function, **more: Any) -> Reference:
    return Reference(f, (d,), ((dd,),), **more)


def _two(
    f: Function,
    dx: Function,
    dy: Function,
    dxx: Function,
    dxy: Function,
    dyy: Function,
    **more: Any,
) -> Reference:
    return Reference(f, (dx, dy), ((dxx, dxy), (dxy, dyy)), **more)


def _is_positive(*operands: Number) -> bool:
    return bool(operands[-1] > 0)


def _is_base(x: Number, y: Number) -> bool:
    return bool(x > 0)


def _has_power(x: Number, y: Number) -> bool:
    return bool(x > 0 or (x < 0 and y == mp.floor(y)))


def _zero(*operands: Number) -> Number:
    return mp.mpf(0)


def _phi(x: Number) -> Number:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _big_phi(x: Number) -> Number:
    if abs(x) > 1e6:  # beyond what mpmath's erfc takes, and 0 or 1 to any precision
        return mp.mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _sigma(x: Number) -> Number:
    return 1 / (1 + mp.exp(-x))


def _sigma_d(x: Number) -> Number:
    return _sigma(x) * _sigma(-x)


def _sech2(x: Number) -> Number:
    return mp.sech(x) ** 2


def _inner(x: Number) -> Number:
    """1 − x²."""
    return (1 - x) * (1 + x)


def _outer(x: Number) -> Number:
    """x² − 1."""
    return (x - 1) * (x + 1)


def _softplus(x: Number) -> Number:
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def _acosh(x: Number) -> Number:
    t = x - 1
    return mp.log1p(t + mp.sqrt(t * (t + 2)))


def _r(x: Number, y: Number) -> Number:
    return mp.sqrt(x * x + y * y)


def _hypot_dxx(x: Number, y: Number) -> Number:
    return y * y / _r(x, y) ** 3


def _hypot_dxy(x: Number, y: Number) -> Number:
    return -x * y / _r(x, y) ** 3


def _elu_d(x: Number, alpha: Number) -> Number:
    return mp.mpf(1) if x > 0 else alpha * mp.exp(x)


def _share_dd(x: Number, y: Number) -> Number:
    return -_sigma_d(x - y) * mp.tanh((x - y) / 2)


def _logaddexp(x: Number, y: Number) -> Number:
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def _silu_d(x: Number) -> Number:
    return _sigma(x) * (1 + x * _sigma(-x))


def _silu_dd(x: Number) -> Number:
    return _sigma_d(x) * (2 - x * mp.tanh(x / 2))


def _silu_dd_term(x: Number) -> Number:
    return 2 * _sigma_d(x)


def _gelu_d(x: Number) -> Number:
    return _big_phi(x) + x * _phi(x)


def _gelu_dd(x: Number) -> Number:
    return _phi(x) * (2 - x * x)


def _quadrupole(x: Number, y: Number) -> Number:
    return (x - y) * (x + y) / _r(x, y) ** 4


def _skew(x: Number, y: Number) -> Number:
    return 2 * x * y / _r(x, y) ** 4


def _power(x: Number, y: Number, n: int) -> Number:
    """x^(y−n); beyond e^±5000, where no double is left, e^±5000."""
    exponent = (y - n) * mp.log(abs(x))
    size = mp.exp(max(-5000, min(5000, exponent)))
    odd = (mp.fmod(y, 2) != 0) != (n % 2 != 0)  # fifty digits of y − n may not tell
    return -size if x < 0 and odd else size


def _pow_dx(x: Number, y: Number) -> Number:
    return y * _power(x, y, 1)


def _pow_dy(x: Number, y: Number) -> Number:
    return _power(x, y, 0) * mp.log(x)


def _pow_dxx(x: Number, y: Number) -> Number:
    return y * (y - 1) * _power(x, y, 2)


def _pow_dxy(x: Number, y: Number) -> Number:
    return _power(x, y, 1) * (1 + y * mp.log(x))


def _pow_dxy_term(x: Number, y: Number) -> Number:
    return _power(x, y, 1)


def _pow_dyy(x: Number, y: Number) -> Number:
    return _power(x, y, 0) * mp.log(x) ** 2


def _exact(x: Number) -> Fraction:
    _, digits, exponent, _ = mp.mpf(x)._mpf_
    size = Fraction(int(digits)) * Fraction(2) ** exponent
    found: Fraction = -size if x < 0 else size
    return found


def _quotient(x: Number, y: Number, whole: Callable[[Fraction], int]) -> Number:
    """The whole part of x / y; nan where it jumps."""
    quotient = _exact(x) / _exact(y)
    jumps = quotient.denominator == 1 and (quotient != 0 or whole is math.floor)
    return mp.nan if jumps else mp.mpf(whole(quotient))


def _remainder(x: Number, y: Number, whole: Callable[[Fraction], int]) -> Number:
    rest = _exact(x) - _exact(y) * whole(_exact(x) / _exact(y))
    return mp.mpf(rest.numerator) / rest.denominator


def _floordiv(x: Number, y: Number) -> Number:
    return mp.mpf(math.floor(_exact(x) / _exact(y)))


def _one_number(x: Number, y: Number) -> Number:
    return mp.mpf(1)


def _lgamma(x: Number) -> Number:
    return mp.re(mp.loggamma(x))


def _psi(x: Number) -> Number:
    return mp.psi(0, x) if x > 0 else mp.psi(0, 1 - x) - mp.pi * mp.cospi(x) / mp.sinpi(x)


def _trigamma(x: Number) -> Number:
    return mp.psi(1, x) if x > 0 else (mp.pi / mp.sinpi(x)) ** 2 - mp.psi(1, 1 - x)


def _tetragamma(x: Number) -> Number:
    if x > 0:
        return mp.psi(2, x)
    return mp.psi(2, 1 - x) - 2 * mp.pi**3 * mp.cospi(x) / mp.sinpi(x) ** 3


def _lgamma_term(x: Number) -> Number:
    return abs(_lgamma(1 + abs(x))) + abs(mp.log(abs(x)))


def _psi_term(x: Number) -> Number:
    return mp.log(2 + abs(x))


def _tetragamma_term(x: Number) -> Number:
    return 1 / (1 + x * x)


def _third_root(x: Number) -> Number:
    return mp.sign(x) * mp.cbrt(abs(x))


# fmt: off
REFERENCES: dict[str, Reference] = {
    "add": _two(lambda x, y: x + y, lambda x, y: mp.mpf(1), lambda x, y: mp.mpf(1), _zero, _zero, _zero),
    "sub": _two(lambda x, y: x - y, lambda x, y: mp.mpf(1), lambda x, y: mp.mpf(-1), _zero, _zero, _zero),
    "mul": _two(lambda x, y: x * y, lambda x, y: y, lambda x, y: x, _zero, lambda x, y: mp.mpf(1), _zero),
    "div": _two(lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2,
                _zero, lambda x, y: -1 / y**2, lambda x, y: 2 * x / y**3),
    "neg": _one(lambda x: -x, lambda x: mp.mpf(-1), _zero),
    "pow": _two(lambda x, y: _power(x, y, 0), _pow_dx, _pow_dy,
                _pow_dxx, _pow_dxy, _pow_dyy, terms={(0, 1): _pow_dxy_term, (1, 0): _pow_dxy_term}, inside=_has_power),
    "abs": _one(abs, mp.sign, _zero),
    "sqrt": _one(mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), lambda x: -1 / (4 * x * mp.sqrt(x))),
    "exp": _one(mp.exp, mp.exp, mp.exp),
    "expm1": _one(mp.expm1, mp.exp, mp.exp),
    "log": _one(mp.log, lambda x: 1 / x, lambda x: -1 / x**2, inside=_is_positive),
    "log1p": _one(mp.log1p, lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2, inside=lambda x: x > -1),
    "log2": _one(lambda x: mp.log(x) / mp.ln2, lambda x: 1 / (x * mp.ln2), lambda x: -1 / (x**2 * mp.ln2), inside=_is_positive),
    "log10": _one(lambda x: mp.log(x) / mp.ln10, lambda x: 1 / (x * mp.ln10), lambda x: -1 / (x**2 * mp.ln10), inside=_is_positive),
    "exp2": _one(lambda x: mp.exp(x * mp.ln2), lambda x: mp.exp(x * mp.ln2) * mp.ln2, lambda x: mp.exp(x * mp.ln2) * mp.ln2**2),
    "square": _one(lambda x: x * x, lambda x: 2 * x, lambda x: mp.mpf(2)),
    "cbrt": _one(_third_root, lambda x: 1 / (3 * _third_root(x) ** 2), lambda x: -2 / (9 * _third_root(x) ** 5)),
    "erfc": _one(lambda x: 2 * _big_phi(-x * mp.sqrt(2)), lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
                 lambda x: 4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "normal_cdf": _one(_big_phi, _phi, lambda x: -x * _phi(x)),
    "lgamma": _one(_lgamma, _psi, _trigamma, terms={(): _lgamma_term, (0,): _psi_term}),
    "digamma": _one(_psi, _trigamma, _tetragamma, terms={(): _psi_term, (0, 0): _tetragamma_term}),
    "floor": _one(mp.floor, _zero, _zero),
    "ceil": _one(mp.ceil, _zero, _zero),
    "round": _one(mp.nint, _zero, _zero),
    "trunc": _one(lambda x: mp.floor(x) if x > 0 else mp.ceil(x), _zero, _zero),
    "mod": _two(lambda x, y: _remainder(x, y, math.floor), _one_number, lambda x, y: -_quotient(x, y, math.floor), _zero, _zero, _zero),
    "floordiv": _two(_floordiv, _zero, _zero, _zero, _zero, _zero),
    "fmod": _two(lambda x, y: _remainder(x, y, math.trunc), _one_number, lambda x, y: -_quotient(x, y, math.trunc), _zero, _zero, _zero),
    "copysign": _two(lambda x, y: abs(x) if y > 0 else -abs(x), lambda x, y: mp.sign(x) * (1 if y > 0 else -1),
                     _zero, _zero, _zero, _zero, inside=lambda x, y: y != 0),
    "sin": _one(mp.sin, mp.cos, lambda x: -mp.sin(x)),
    "cos": _one(mp.cos, lambda x: -mp.sin(x), lambda x: -mp.cos(x)),
    "tan": _one(mp.tan, lambda x: mp.sec(x) ** 2, lambda x: 2 * mp.tan(x) * mp.sec(x) ** 2),
    "asin": _one(mp.asin, lambda x: 1 / mp.sqrt(_inner(x)), lambda x: x / mp.sqrt(_inner(x)) ** 3),
    "acos": _one(mp.acos, lambda x: -1 / mp.sqrt(_inner(x)), lambda x: -x / mp.sqrt(_inner(x)) ** 3),
    "atan": _one(mp.atan, lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2),
    "sinh": _one(mp.sinh, mp.cosh, mp.sinh),
    "cosh": _one(mp.cosh, mp.sinh, mp.cosh),
    "tanh": _one(mp.tanh, _sech2, lambda x: -2 * mp.tanh(x) * _sech2(x)),
    "asinh": _one(mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x), lambda x: -x / mp.sqrt(1 + x * x) ** 3),
    "acosh": _one(_acosh, lambda x: 1 / mp.sqrt(_outer(x)), lambda x: -x / mp.sqrt(_outer(x)) ** 3, inside=lambda x: x > 1),
    "atanh": _one(mp.atanh, lambda x: 1 / _inner(x), lambda x: 2 * x / _inner(x) ** 2, inside=lambda x: abs(x) < 1),
    "hypot": _two(_r, lambda x, y: x / _r(x, y), lambda x, y: y / _r(x, y),
                  _hypot_dxx, _hypot_dxy, lambda x, y: _hypot_dxx(y, x)),
    "atan2": _two(mp.atan2, lambda y, x: x / _r(x, y) ** 2, lambda y, x: -y / _r(x, y) ** 2,
                  lambda y, x: -_skew(x, y), lambda y, x: -_quadrupole(x, y), lambda y, x: _skew(x, y)),
    "erf": _one(mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
                lambda x: -4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "sigmoid": _one(_sigma, _sigma_d, lambda x: -_sigma_d(x) * mp.tanh(x / 2)),
    "logsigmoid": _one(lambda x: -_softplus(-x), lambda x: _sigma(-x), lambda x: -_sigma_d(x)),
    "softplus": _one(_softplus, _sigma, _sigma_d),
    "relu": _one(lambda x: max(x, mp.mpf(0)), lambda x: mp.mpf(x > 0), _zero),
    "leaky_relu": _two(lambda x, k: x if x > 0 else k * x, lambda x, k: 1 if x > 0 else k,
                       lambda x, k: 0 if x > 0 else x, _zero, lambda x, k: mp.mpf(x < 0), _zero),
    "elu": _two(lambda x, k: x if x > 0 else k * mp.expm1(x), _elu_d,
                lambda x, k: 0 if x > 0 else mp.expm1(x), lambda x, k: 0 if x > 0 else k * mp.exp(x),
                lambda x, k: 0 if x > 0 else mp.exp(x), _zero),
    "gelu": _one(lambda x: x * _big_phi(x), _gelu_d, _gelu_dd, terms={(0,): _big_phi}),
    "silu": _one(lambda x: x * _sigma(x), _silu_d, _silu_dd, terms={(0,): _sigma, (0, 0): _silu_dd_term}),
    "logaddexp": _two(_logaddexp, lambda x, y: _sigma(x - y), lambda x, y: _sigma(y - x),
                      lambda x, y: _sigma_d(x - y), lambda x, y: -_sigma_d(x - y),
                      lambda x, y: _sigma_d(x - y), terms={(): lambda x, y: abs(max(x, y))}),
    "xlogy": _two(lambda x, y: x * mp.log(y), lambda x, y: mp.log(y), lambda x, y: x / y,
                  _zero, lambda x, y: 1 / y, lambda x, y: -x / y**2, inside=_is_positive),
    "maximum": _two(max, lambda x, y: mp.mpf(x > y), lambda x, y: mp.mpf(y > x), _zero, _zero, _zero),
    "minimum": _two(min, lambda x, y: mp.mpf(x < y), lambda x, y: mp.mpf(y < x), _zero, _zero, _zero),
    "where": Reference(lambda c, x, y: x if c != 0 else y,
                       (_zero, lambda c, x, y: mp.mpf(c != 0), lambda c, x, y: mp.mpf(c == 0)),
                       ((_zero,) * 3,) * 3),
    "sign": Reference(mp.sign, (_zero,), ((_zero,),)),
    "step": Reference(lambda x: mp.mpf(x > 0), (_zero,), ((_zero,),)),
    # rows that exist to be the derivatives of others
    "recip": Reference(lambda x: 1 / x, (lambda x: -1 / x**2,), inside=_is_positive),
    "over_square": Reference(lambda x, y: x / y**2, (lambda x, y: 1 / y**2, lambda x, y: -2 * x / y**3)),
    "over_cube": Reference(lambda x, y: x / y**3),
    "one_minus_square": Reference(_inner, (lambda x: -2 * x,)),
    "pow_dx": Reference(_pow_dx, (_pow_dxx, _pow_dxy),
                        terms={(1,): _pow_dxy_term}, inside=_has_power),
    "pow_dy": Reference(_pow_dy, (_pow_dxy, _pow_dyy), terms={(0,): _pow_dxy_term}, inside=_is_base),
    "pow_dxx": Reference(_pow_dxx, inside=_has_power),
    "pow_dxy": Reference(_pow_dxy, terms={(): _pow_dxy_term}, inside=_is_base),
    "pow_dyy": Reference(_pow_dyy, inside=_is_base),
    "normal_pdf": Reference(_phi, (lambda x: -x * _phi(x),)),
    "mod_dy": Reference(lambda x, y: -_quotient(x, y, math.floor), (_zero, _zero)),
    "fmod_dy": Reference(lambda x, y: -_quotient(x, y, math.trunc), (_zero, _zero)),
    "sech2": Reference(_sech2, (lambda x: -2 * mp.tanh(x) * _sech2(x),)),
    "cauchy": Reference(lambda x: 1 / (1 + x * x), (lambda x: -2 * x / (1 + x * x) ** 2,)),
    "gauss": Reference(lambda x: mp.exp(-x * x), (lambda x: -2 * x * mp.exp(-x * x),)),
    "gauss_d": Reference(lambda x: -2 * x * mp.exp(-x * x)),
    "gelu_d": Reference(_gelu_d, (_gelu_dd,), terms={(): _big_phi}),
    "gelu_dd": Reference(_gelu_dd),
    "silu_d": Reference(_silu_d, (_silu_dd,), terms={(): _sigma, (0,): _silu_dd_term}),
    "silu_dd": Reference(_silu_dd, terms={(): _silu_dd_term}),
    "leaky_relu_d": Reference(lambda x, k: 1 if x > 0 else k, (_zero, lambda x, k: mp.mpf(x < 0))),
    "elu_d": Reference(_elu_d, (lambda x, k: 0 if x > 0 else k * mp.exp(x), lambda x, k: 0 if x > 0 else mp.exp(x))),
    "elu_dd": Reference(lambda x, k: 0 if x > 0 else k * mp.exp(x)),
    "direction": Reference(lambda x, y: x / _r(x, y), (_hypot_dxx, _hypot_dxy)),
    "hypot_dxx": Reference(_hypot_dxx),
    "hypot_dxy": Reference(_hypot_dxy),
    "dipole": Reference(lambda x, y: x / _r(x, y) ** 2, (lambda x, y: -_quadrupole(x, y), lambda x, y: -_skew(x, y))),
    "quadrupole": Reference(_quadrupole),
    "skew_quadrupole": Reference(_skew),
    "share": Reference(lambda x, y: _sigma(x - y), (lambda x, y: _sigma_d(x - y), lambda x, y: -_sigma_d(x - y))),
    "share_d": Reference(lambda x, y: _sigma_d(x - y), (_share_dd, lambda x, y: -_share_dd(x, y))),
    "zero_inside": Reference(_zero, (_zero, _zero), inside=_is_positive),
    "xlogy_dx": Reference(lambda x, y: mp.log(y), (_zero, lambda x, y: 1 / y), inside=_is_positive),
    "xlogy_dy": Reference(lambda x, y: x / y, (lambda x, y: 1 / y, lambda x, y: -x / y**2), inside=_is_positive),
    "xlogy_dyy": Reference(lambda x, y: x / y**2, inside=_is_positive),
    "greater": Reference(lambda x, y: mp.mpf(1 + int(x > y) - int(x < y)) / 2, (_zero, _zero)),
    "equal": Reference(lambda x, y: mp.mpf(x == y), (_zero, _zero)),
}
# fmt: on
"""For each row with a fixed number of operands its reference."""
