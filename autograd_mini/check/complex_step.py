"""Derivatives by a complex step: the recorded graph evaluated a tiny way off the real axis.

For an analytic function f(x + ih) = f(x) + ih·f′(x) + …, so the imaginary part over h is the
derivative without any subtraction of nearly equal numbers, and h can be 10⁻⁶⁰ of x. Source:
W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM
Review 40 (1998).

Vocabulary: an *extension* is a row's function on complex numbers. It is written with cmath's
functions and knows nothing of the row's partials, which is the purpose: a truth that comes from
elsewhere. Each keeps the relative accuracy of a tiny imaginary part. A row that has no extension
here is not eligible, and neither is a graph that uses it between an input and the output.

In trial evaluations with smaller steps every number and every use of one *slips* by up to an ulp;
what the trials differ by bounds the error.
"""

from __future__ import annotations

import cmath
import math
from typing import TYPE_CHECKING

from autograd_mini.check.report import Estimate
from autograd_mini.check.rounding import SLIP, slip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from autograd_mini.check.rounding import Recording

TRIALS = 4

UNDERFLOW = 1e-300
"""An imaginary part below this may have lost digits on the way."""

SMALL = 1e-9
"""A derivative below this may be lost in rounding; a larger one differs from trial to trial only
where it does not exist."""


def _exp(z: complex) -> complex:
    size = math.exp(z.real)
    return complex(size * math.cos(z.imag), size * math.sin(z.imag))


def _expm1(z: complex) -> complex:
    half = math.sin(z.imag / 2.0)
    real = math.expm1(z.real) * math.cos(z.imag) - 2.0 * half * half
    return complex(real, math.exp(z.real) * math.sin(z.imag))


def _log(z: complex) -> complex:
    if z.real <= 0.0:
        raise ValueError("a pole, or a branch cut")
    ratio = z.imag / z.real
    return complex(math.log(z.real) + math.log1p(ratio * ratio) / 2.0, math.atan(ratio))


def _log1p(z: complex) -> complex:
    if z.real <= -1.0:
        raise ValueError("a pole, or a branch cut")
    ratio = z.imag / (1.0 + z.real)
    return complex(math.log1p(z.real) + math.log1p(ratio * ratio) / 2.0, math.atan(ratio))


def _pow(z: complex, w: complex) -> complex:
    if not w.imag and w.real == round(w.real) and abs(w.real) <= 64.0:
        return z ** int(w.real)  # by repeated multiplication
    if z.real < 0.0:
        if w.imag or w.real != round(w.real):
            raise ValueError("a branch cut")
        return math.cos(math.pi * math.fmod(w.real, 2.0)) * _pow(-z, w)
    log = _log(z)
    turn, growth = w.real * log.imag + w.imag * log.real, w.real * (log.real - math.log(z.real))
    size = math.pow(z.real, w.real) * math.exp(growth - w.imag * log.imag)
    return complex(size * math.cos(turn), size * math.sin(turn))


def _sigmoid(z: complex) -> complex:
    if z.real >= 0.0:
        return 1.0 / (1.0 + _exp(-z))
    e = _exp(z)
    return e / (1.0 + e)


def _softplus(z: complex) -> complex:
    return z + _log1p(_exp(-z)) if z.real > 0.0 else _log1p(_exp(z))


def _logaddexp(z: complex, w: complex) -> complex:
    large, small = (z, w) if z.real >= w.real else (w, z)
    return large + _log1p(_exp(small - large))


def _sech2(z: complex) -> complex:
    root = 1.0 / cmath.cosh(z)
    return root * root


def _gauss(z: complex) -> complex:
    x, turn = z.real, 2.0 * z.real * z.imag
    head = math.floor(65536.0 * x) / 65536.0 if abs(x) < 64.0 else x  # its square is exact
    size = math.exp(-head * head) * math.exp((head - x) * (head + x) + z.imag * z.imag)
    return complex(size * math.cos(turn), -size * math.sin(turn))


def _inner(z: complex) -> complex:
    x, y = z.real, z.imag
    return complex((1.0 - x) * (1.0 + x) + y * y, -2.0 * x * y)


def _sum(zs: Sequence[complex]) -> complex:
    return complex(math.fsum([z.real for z in zs]), math.fsum([z.imag for z in zs]))


def _affine(*zs: complex) -> complex:
    return _sum([*[z * w for z, w in zip(zs[:-1:2], zs[1::2], strict=True)], zs[-1]])


EXTENSIONS: dict[str, Callable[..., complex]] = {
    "add": lambda z, w: z + w,
    "sub": lambda z, w: z - w,
    "mul": lambda z, w: z * w,
    "div": lambda z, w: z / w,
    "neg": lambda z: -z,
    "pow": _pow,
    "sqrt": cmath.sqrt,
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "asin": cmath.asin,
    "acos": cmath.acos,
    "atan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "asinh": cmath.asinh,
    "acosh": cmath.acosh,
    "atanh": cmath.atanh,
    "sigmoid": _sigmoid,
    "logsigmoid": lambda z: -_softplus(-z),
    "softplus": _softplus,
    "silu": lambda z, w: z * _sigmoid(w),
    "logaddexp": _logaddexp,
    "sech2": _sech2,
    "gauss": _gauss,
    "recip": lambda z: 1.0 / z,
    "over_square": lambda z, w: z / (w * w),
    "over_cube": lambda z, w: z / (w * w * w),
    "one_minus_square": _inner,
    "cauchy": lambda z: 1.0 / (1.0 + z * z),
    "share": lambda z, w: _sigmoid(z - w),
    "share_d": lambda z, w: 0.25 * _sech2(0.5 * (z - w)),
    "gauss_d": lambda z, w: -2.0 * z * _gauss(w),
    "silu_d": lambda z, w, v: _sigmoid(z) * (1.0 + w * _sigmoid(-v)),
    "silu_dd": lambda z, w, v: 0.25 * _sech2(0.5 * z) * (2.0 - w * cmath.tanh(0.5 * v)),
    "pow_dx": lambda z, w, _, v: v * _pow(z, w - 1.0),
    "pow_dy": lambda z, w, y, _: _pow(z, w) * _log(y),
    "pow_dxx": lambda z, w, _, v, __, u: v * (u - 1.0) * _pow(z, w - 2.0),
    "pow_dxy": lambda z, w, y, v: _pow(z, w - 1.0) * (1.0 + v * _log(y)),
    "pow_dyy": lambda z, w, y, _: _pow(z, w) * _log(y) ** 2,
    "sum": lambda *zs: _sum(zs),
    "affine": _affine,
}
"""For the name of an analytic row its function on complex numbers."""

USES = {
    **dict.fromkeys(("silu", "gauss_d", "pow_dx", "pow_dy", "pow_dxy", "pow_dyy"), 2),
    **dict.fromkeys(("silu_d", "silu_dd", "pow_dxx"), 3),
}
"""How often an extension takes its operands, where its terms may cancel: each slips for itself."""


def complex_slopes(recording: Recording) -> list[Estimate | None]:
    """The slope along each input; None where there is none or the recording is not eligible."""
    finite = all(math.isfinite(recording.numbers[to]) for _, _, to in recording.active)
    if finite and all(row.name in EXTENSIONS for row, _, _ in recording.active):
        return [_slope(recording, place) for place in range(recording.count)]
    return [None] * recording.count


def _slope(recording: Recording, place: int) -> Estimate | None:
    from random import Random

    size = abs(recording.numbers[place])
    step = min(max(1e-60 * size, 1e-250), 1e-20) if size else 1e-100
    try:
        value = _imaginary(recording, place, step, None) / step
        others = []
        for trial in range(1, TRIALS + 1):
            smaller = step / 16.0**trial
            others.append(_imaginary(recording, place, smaller, Random(trial)) / smaller)
    except (ArithmeticError, ValueError):
        return None
    error = 4.0 * max([abs(other - value) for other in others]) + 4.0 * SLIP * abs(value)
    error += UNDERFLOW / step
    if not error < max(abs(value), SMALL):  # it depends on the step: there is no derivative
        return None
    return Estimate(value, error, method="complex step")


def _imaginary(recording: Recording, place: int, step: float, slips: Random | None) -> float:
    numbers = [complex(x) for x in recording.numbers]
    numbers[place] = complex(recording.numbers[place], step)
    for row, places, to in recording.active:
        operands = [numbers[x] for x in places * USES.get(row.name, 1)]
        if slips:  # in the imaginary part alone: x itself is as exact as its operation made it
            operands = [complex(z.real, z.imag * slip(slips)) for z in operands]
        result = EXTENSIONS[row.name](*operands)
        if slips:
            numbers[to] = complex(result.real * slip(slips), result.imag * slip(slips))
        else:
            numbers[to] = complex(recording.numbers[to], result.imag)
    return numbers[recording.root].imag
