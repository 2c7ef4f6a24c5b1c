"""The table's rows on JAX arrays: forms without branches that hold at every edge.

A row whose own ``array`` template names a function of ``jax.numpy`` needs no entry, unless JAX's
function is another one at an edge. The formulas are those of :mod:`autograd_mini.ieee`, which says
why. No form has a threshold that suits one precision alone, and none needs subnormal numbers, which
XLA takes for 0.

Vocabulary: the *unit point* of (x, y) is (x, y) / m, where m is the larger of |x| and |y|; its
reciprocal is r.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy import special

from autograd_mini.ieee.polynomials import differentiated, falling, polynomial

Array = Any
Form = Callable[..., Array]

INF, NAN = math.inf, math.nan
PHI_0 = 1.0 / math.sqrt(2.0 * math.pi)
ROOT_HALF = math.sqrt(0.5)
LN_2 = math.log(2.0)


def _choose(*pairs: Any) -> Array:
    """The value of the first condition that holds; the last value has none."""
    *conditions, value = pairs
    for k in range(len(conditions) - 2, -1, -2):
        value = jnp.where(conditions[k], conditions[k + 1], value)
    return value


def _damped(c: Array, e: Array) -> Array:
    """c·e, where e decays faster than any c grows: 0 where it has."""
    return jnp.where(e == 0.0, 0.0 * e, c * e)


def _over(x: Array, y: Array, times: int) -> Array:
    """x / yⁿ, where yⁿ may over- or underflow; XLA makes x / y / y the quotient by a product."""
    z, r = x / y, 1.0 / y
    for _ in range(times - 1):
        z = z * r
    return z


def _pow(x: Array, y: Array) -> Array:
    if type(y) is float and y.is_integer() and 0.0 < abs(y) <= 8.0:
        return jax.lax.integer_pow(x if y > 0.0 else 1.0 / x, int(abs(y)))
    return jnp.power(x, y)


def _pow_dx(x: Array, y: Array) -> Array:
    if type(y) is float and 0.0 < abs(y) < 1.0:  # the power stays within the range
        return y * (jnp.power(x, y) / jnp.abs(x)) if y < 0.0 else y / jnp.power(x, 1.0 - y)
    if type(y) is float and y.is_integer() and 1.0 < abs(y) <= 8.0:
        return y * _pow(x, y - 1.0)
    return _times_power(y, x, y, 1)


def _times_power(c: Array, x: Array, y: Array, n: int) -> Array:
    """c·x^(y−n); 0 where c is, or where the power decides against an infinite c.

    The power is taken in two halves: it may over- or underflow where the product does not. Its sign
    is that of y's parity, which y − n may have lost.
    """
    half = jnp.power(jnp.abs(x), 0.5 * (y - n))
    at_end = (x == 0.0) | (jnp.abs(x) == INF)
    below = (x < 0.0) & (n % 2 == 1)
    turned_at_end = jnp.where(jnp.abs(y) == INF, below, jnp.signbit(x) & _is_odd(y - n))
    inside = (x < 0.0) & (_is_odd(y) ^ (n % 2 == 1))
    turned = jnp.where(at_end, turned_at_end, inside)
    real = (x >= 0.0) | at_end | (jnp.floor(y) == y) | (jnp.abs(y) == INF)
    c = _choose(~real, NAN, turned, -c, c)
    return jnp.where((c == 0.0) | (half == 0.0) & (c == c), 0.0, c * half * half)


def _is_odd(y: Array) -> Array:
    return jnp.abs(jnp.fmod(y, 2.0)) == 1.0


def _of_logarithm(inside: Array, x: Array, y: Array, at_0: Array, n: int) -> Array:
    """``inside`` for 0 < x < ∞; at 0 ``at_0``, at ∞ the limit of x^(y−n)·log x."""
    at_inf = _choose(y >= n, INF, y < n, 0.0, NAN)
    return _choose(x == 0.0, at_0, x == INF, at_inf, x > 0.0, inside, NAN)


def _of_exponent(c: Form, pole: float) -> Form:
    """The form of c(x)·x^y, a derivative by y: infinite at 0 for y < 0."""

    def form(x: Array, y: Array) -> Array:
        at_0 = _choose(y >= 0.0, 0.0, y < 0.0, pole, NAN)
        return _of_logarithm(_times_power(c(x), x, y, 0), x, y, at_0, 0)

    return form


def _pow_dxy(x: Array, y: Array) -> Array:
    slope = jnp.log(x)
    most = jnp.finfo(jnp.result_type(x, y, float)).max
    c = 1.0 + jnp.clip(jnp.where(slope == 0.0, 0.0, y * slope), -most, most)
    at_0 = _choose(y > 1.0, 0.0, y <= 0.0, INF, y <= 1.0, -INF, NAN)
    return _of_logarithm(_times_power(c, x, y, 1), x, y, at_0, 1)


def power(n: int, m: int) -> Form:
    """∂ⁿ⁺ᵐ x^y / ∂xⁿ ∂y^m for 0 < x < ∞: see :func:`autograd_mini.ieee.powers.power_derivative`."""
    factors = [falling(n)]
    for _ in range(min(m, n)):
        factors.append(differentiated(factors[-1]))

    def derivative(x: Array, y: Array) -> Array:
        slope = jnp.log(x) if m else 1.0
        c = sum(
            math.comb(m, k) * polynomial(f, y) * slope ** (m - k) for k, f in enumerate(factors)
        )
        return _times_power(c, x, y, n)

    return derivative


def _of_tail(rule: Form) -> Form:
    """A form of x and e^−|x|."""
    return lambda x: rule(x, jnp.exp(-jnp.abs(x)))


_sigmoid = _of_tail(lambda x, e: jnp.where(x >= 0.0, 1.0, e) / (1.0 + e))
_softplus = _of_tail(lambda x, e: jnp.maximum(x, 0.0) + jnp.log1p(e))
_sigmoid_d = _of_tail(lambda x, e: e / jnp.square(1.0 + e))


def _silu(rule: Form) -> Form:
    """A form of x, e = e^−|x| and x·e: by halves, as e may be subnormal where x·e is not."""

    def form(x: Array) -> Array:
        half = jnp.exp(-0.5 * jnp.abs(x))
        return rule(x, half * half, _damped(x * half, half))

    return form


def _normal_cdf(x: Array) -> Array:
    return 0.5 * special.erfc(-ROOT_HALF * x)


def _normal_pdf(x: Array) -> Array:
    return PHI_0 * jnp.exp(-0.5 * x * x)


def _trigamma(x: Array) -> Array:
    """ψ′, reflected left of ½; far out 1/x + 1/(2x²)."""
    a = jnp.where(x < 0.5, 1.0 - x, x)
    r = 1.0 / a
    right = jnp.where(a > 1e7, r + 0.5 * r * r, special.polygamma(1, jnp.minimum(a, 1e7)))
    jump = jnp.square(math.pi / jnp.sin(math.pi * (x - jnp.rint(x))))
    return _choose(x >= 0.5, right, x > -INF, jump - right, NAN)


def _unit(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    """The unit point, its squared distance from the origin, and 1 / m."""
    m = jnp.maximum(jnp.abs(x), jnp.abs(y))
    u, v = x / m, y / m
    return u, v, u * u + v * v, 1.0 / m


def _of_unit(rule: Form) -> Form:
    """A derivative by the unit point, which vanishes at infinity."""

    def form(x: Array, y: Array) -> Array:
        u, v, q, r = _unit(x, y)
        return jnp.where(r == 0.0, 0.0, rule(u, v, q, r))

    return form


def _direction(x: Array, y: Array) -> Array:
    u, _, q, r = _unit(x, y)
    one = (jnp.abs(x) == INF) != (jnp.abs(y) == INF)  # both have no direction
    ends = jnp.where(jnp.abs(x) == INF, jnp.sign(x), 0.0 * x)
    return _choose(r == INF, 0.0, one & (y == y) & (x == x), ends, u / jnp.sqrt(q))


def _hypot(x: Array, y: Array) -> Array:
    _, _, q, _ = _unit(x, y)
    m = jnp.maximum(jnp.abs(x), jnp.abs(y))
    infinite = (jnp.abs(x) == INF) | (jnp.abs(y) == INF)
    return _choose(infinite, INF, m == 0.0, 0.0, m * jnp.sqrt(q))


def _side(x: Array, k: Array, below: Array) -> Array:
    """1 for x > 0, ``below`` for x < 0; at 0 the number of least size between 1 and k."""
    beyond = jnp.where(k == k, 1.0, NAN)
    return _choose(x > 0.0, beyond, x < 0.0, below, x == 0.0, jnp.clip(k, 0.0, 1.0), NAN)


def _mod(x: Array, y: Array) -> Array:
    return jnp.where(jnp.abs(x) < INF, jnp.remainder(x, y), NAN)


def _floordiv(x: Array, y: Array) -> Array:
    return jnp.where(y == 0.0, x / y, jnp.floor_divide(x, y))


def _mod_dy(x: Array, y: Array) -> Array:
    rest = _mod(x, y)
    return jnp.where((rest == rest) & (rest != 0.0), -_floordiv(x, y), NAN)


def _fmod_dy(x: Array, y: Array) -> Array:
    rest = jnp.fmod(x, y)
    jump = (rest != rest) | ((rest == 0.0) & (x != 0.0))
    turns = jnp.floor_divide(jnp.abs(x), jnp.abs(y)) * jnp.sign(x) * jnp.sign(y)
    return _choose(jump, NAN, jnp.abs(x) < jnp.abs(y), 0.0, -turns)


# --- the table ------------------------------------------------------------------------------------
# fmt: off

FORMS: dict[str, Form] = {
    # powers and quotients
    "pow":         _pow,
    "pow_dx":      _pow_dx,
    "pow_dy":      _of_exponent(jnp.log, -INF),
    "pow_dxx":     lambda x, y: _times_power(y * (y - 1.0), x, y, 2),
    "pow_dxy":     _pow_dxy,
    "pow_dyy":     _of_exponent(lambda x: jnp.square(jnp.log(x)), INF),
    "recip":       lambda x: _choose(x > 0.0, 1.0 / x, x == 0.0, INF, NAN),
    "over_square": lambda x, y: _over(x, y, 2),
    "over_cube":   lambda x, y: _over(x, y, 3),
    "cauchy":      lambda x: 1.0 / (1.0 + x * x),
    "one_minus_square": lambda x: jnp.where(jnp.abs(x) < 0.5, 1.0 - x * x, (1.0 - x) * (1.0 + x)),
    "xlogy":       lambda x, y: jnp.where((x == 0.0) & (y == y), 0.0, x * jnp.log(y)),
    "xlogy_dx":    lambda x, y: _choose((x == 0.0) & (y == 0.0), 0.0, x == x, jnp.log(y), NAN),
    "xlogy_dy":    lambda x, y:
        _choose(y > 0.0, x / y, y == 0.0, jnp.where(x == 0.0, 0.0, x * INF), NAN),
    "xlogy_dyy":   lambda x, y: _choose(y > 0.0, _over(x, y, 2), y == 0.0, x * INF, NAN),
    "zero_inside": lambda x, y: jnp.where((y >= 0.0) & (x == x), 0.0, NAN),
    # the logistic function
    "sigmoid":     _sigmoid,
    "softplus":    _softplus,
    "logsigmoid":  lambda x: -_softplus(-x),
    "sech2":       _of_tail(lambda x, e: jnp.square(2.0 * e / (1.0 + e * e))),
    "silu":        _silu(lambda x, e, xe: jnp.where(x >= 0.0, x, xe) / (1.0 + e)),
    "silu_d":      _silu(lambda x, e, xe:
        jnp.where(x > 0.0, 1.0 + xe + e, xe + e + e * e) / jnp.square(1.0 + e)),
    "silu_dd":     _silu(lambda x, e, xe:
        (2.0 * e - jnp.abs(xe) * ((1.0 - e) / (1.0 + e))) / jnp.square(1.0 + e)),
    "logaddexp":   lambda x, y: jnp.where(
        x == y, x + LN_2, jnp.maximum(x, y) + jnp.log1p(jnp.exp(-jnp.abs(x - y)))),
    "share":       lambda x, y: jnp.where(x == y, 0.5, _sigmoid(x - y)),
    "share_d":     lambda x, y: jnp.where(x == y, 0.25, _sigmoid_d(x - y)),
    # the normal distribution
    "erf":         special.erf,
    "erfc":        special.erfc,
    "normal_cdf":  _normal_cdf,
    "normal_pdf":  _normal_pdf,
    "gauss":       lambda x: jnp.exp(-x * x),
    "gauss_d":     lambda x: _damped(-2.0 * x, jnp.exp(-x * x)),
    "gelu":        lambda x: _damped(x, _normal_cdf(x)),
    "gelu_d":      lambda x: _normal_cdf(x) + _damped(x, _normal_pdf(x)),
    "gelu_dd":     lambda x: _damped(2.0 - x * x, _normal_pdf(x)),
    # the gamma function
    "lgamma":      jax.lax.lgamma,
    "digamma":     lambda x: jnp.where(x == 0.0, -jnp.copysign(INF, x), jax.lax.digamma(x)),
    "digamma_d":   _trigamma,
    "exp2_d":      lambda x: LN_2 * jnp.exp2(x),
    # the plane
    "hypot":       _hypot,
    "direction":   _direction,
    "hypot_dxx":   _of_unit(lambda u, v, q, r: v * (v * r) / (q * jnp.sqrt(q))),
    "hypot_dxy":   _of_unit(lambda u, v, q, r: -u * (v * r) / (q * jnp.sqrt(q))),
    "dipole":      _of_unit(lambda u, v, q, r: u / q * r),
    "quadrupole":  _of_unit(lambda u, v, q, r: (u - v) * (u + v) / (q * q) * r * r),
    "skew_quadrupole": _of_unit(lambda u, v, q, r: 2.0 * u * (v * r) / (q * q) * r),
    # choices
    "relu":        lambda x: jnp.maximum(x, 0.0),
    "step":        lambda x: _choose(x > 0.0, 1.0, x <= 0.0, 0.0, NAN),
    "leaky_relu":  lambda x, k: jnp.where((x > 0.0) & (k == k), x, k * x),
    "leaky_relu_d": lambda x, k: _side(x, k, k),
    "elu":         lambda x, a: jnp.where((x > 0.0) & (a == a), x, a * jnp.expm1(x)),
    "elu_d":       lambda x, a: _side(x, a, a * jnp.exp(x)),
    "elu_dd":      lambda x, a:
        _choose(x < 0.0, a * jnp.exp(x), (x == x) & (a == a), 0.0, NAN),
    "greater":     lambda x, y: _choose(x > y, 1.0, x < y, 0.0, x == y, 0.5, NAN),
    "equal":       lambda x, y: jnp.where(x == y, 1.0, 0.0),
    "copysign":    lambda x, y: jnp.where(y == y, jnp.copysign(x, y), NAN),
    "mod":         _mod,
    "mod_dy":      _mod_dy,
    "floordiv":    _floordiv,
    "fmod":        jnp.fmod,
    "fmod_dy":     _fmod_dy,
}
"""The forms by the names of their rows."""
