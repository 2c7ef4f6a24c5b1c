"""Where the harness looks: the whole range of doubles, and closely wherever digits are easily lost.

Vocabulary: a *region* draws points for one row. Every row is tried on random bit patterns, which
spread over all exponents, subnormals among them; on its *ranges*, intervals in which it is neither
saturated nor out of its domain; and next to its *marks*: poles, zeros and changes of formula. The
points are the same in every run.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from random import Random

from autograd_mini import ops

Point = tuple[float, ...]

LARGEST = 1.7976931348623157e308
TINY = 5e-324
ENDS = (0.0, -0.0, TINY, -TINY, 2.2250738585072014e-308, 1e-300, 1.0, -1.0, LARGEST, -LARGEST)

# fmt: off
RANGES: dict[str, list[tuple[float, float]]] = {
    "exp": [(-745.2, 709.8), (-1.0, 1.0)], "expm1": [(-40.0, 709.8), (-1.0, 1.0)],
    "log": [(0.0, 10.0)], "log1p": [(-1.0, 2.0)],
    "sin": [(-100.0, 100.0)], "cos": [(-100.0, 100.0)], "tan": [(-100.0, 100.0)],
    "asin": [(-1.0, 1.0)], "acos": [(-1.0, 1.0)], "atanh": [(-1.0, 1.0)], "acosh": [(1.0, 4.0)],
    "atan": [(-9.0, 9.0)], "asinh": [(-9.0, 9.0)],
    "sinh": [(-710.5, 710.5), (-3.0, 3.0)], "cosh": [(-710.5, 710.5), (-3.0, 3.0)],
    "tanh": [(-380.0, 380.0), (-22.0, 22.0), (-1.5, 1.5)],
    "erf": [(-27.5, 27.5), (-3.0, 3.0)],
    "sigmoid": [(-750.0, 750.0), (-40.0, 40.0), (-3.0, 3.0)],
    "logsigmoid": [(-750.0, 750.0), (-40.0, 40.0), (-3.0, 3.0)],
    "softplus": [(-750.0, 750.0), (-40.0, 40.0), (-3.0, 3.0)],
    "gelu": [(-39.0, 9.0), (-3.0, 3.0), (-38.7, -37.0)],
    "silu": [(-755.0, 750.0), (-40.0, 40.0), (-3.0, 3.0), (-755.0, -700.0)],
    "one_minus_square": [(-2.0, 2.0)],
    "exp2": [(-1080.0, 1030.0), (-1.0, 1.0)], "log2": [(0.0, 10.0)], "log10": [(0.0, 10.0)],
    "erfc": [(-6.0, 27.5), (-3.0, 3.0)], "normal_cdf": [(-39.0, 9.0), (-3.0, 3.0)],
    "lgamma": [(0.0, 12.0), (-40.0, 0.0)], "digamma": [(0.0, 12.0), (-40.0, 0.0)],
}
MARKS: dict[str, tuple[float, ...]] = {
    "log": (1.0,), "log1p": (-1.0,), "expm1": (0.0,), "asin": (1.0, -1.0), "acos": (1.0, -1.0),
    "sin": (3.141592653589793, 1.5707963267948966), "cos": (1.5707963267948966,),
    "tan": (1.5707963267948966, 3.141592653589793),
    "acosh": (1.0, 2.0), "atanh": (1.0, -1.0), "tanh": (0.55, 20.0, 22.0), "sigmoid": (-1.0, -37.0),
    "softplus": (0.0, -37.0), "logsigmoid": (37.0,),
    "gelu": (-0.7517915246935645, 1.4142135623730951, -1.4142135623730951, 1.0, 2.5, 5.0, 9.0),
    "silu": (-1.2784645427610738, 2.399357280515468, -2.399357280515468, -37.0),
    "one_minus_square": (1.0, -1.0, 0.5),
    "log2": (1.0,), "log10": (1.0,), "lgamma": (1.0, 2.0, -1.0, -2.0), "erfc": (1.0,),
    "digamma": (1.4616321449683622, -1.0, -0.5040830082644554),
}
# fmt: on
for _helper, _row in {
    "sech2": "tanh", "gauss": "erf", "gauss_d": "erf", "cauchy": "atan", "gelu_d": "gelu",
    "gelu_dd": "gelu", "silu_d": "silu", "silu_dd": "silu", "recip": "log",
    "normal_pdf": "normal_cdf",
}.items():  # fmt: skip
    RANGES[_helper], MARKS[_helper] = RANGES[_row], MARKS.get(_row, ())


def points(name: str, count: int, seed: int = 0) -> list[Point]:
    """About ``count`` points for the row, a share for each region, all finite."""
    rng = Random(f"{name} {seed}")
    if name in PLANE:
        regions = [*PLANE[name], _bits_two, _alike, _small_two]
    elif ops.TABLE[name].arity == 1:
        regions = [_bits, *_ranges(name), *_marks(name)]
    else:
        regions = [_bits_two, _alike, _small_two]
    each = max(count // len(regions), 1)
    found = [tuple(region(rng)) for region in regions for _ in range(each)]
    if ops.TABLE[name].arity == 1:
        found += [(x,) for x in ENDS]
    if ops.TABLE[name].arity == 3:
        found = [(float(rng.randrange(2)), *point) for point in found]
    return [point for point in found if all(map(math.isfinite, point))]


def bits(rng: Random) -> float:
    """A double of random bits: every exponent, the subnormal ones too, is equally likely."""
    while True:
        x: float = struct.unpack("<d", rng.randbytes(8))[0]
        if rng.random() < 0.05:
            x = math.copysign(rng.randrange(1, 2**52) * TINY, x)
        if math.isfinite(x):
            return x


def beside(rng: Random, mark: float) -> float:
    """Next to the mark: at a distance of 1e-17 to 1 of its size, or a few doubles away."""
    size = abs(mark) or 1.0
    if rng.random() < 0.2:
        return mark + rng.randrange(-4, 5) * math.ulp(mark)
    distance: float = size * 10.0 ** rng.uniform(-17.0, 0.0)
    return mark + rng.choice((1, -1)) * distance


def _bits(rng: Random) -> Point:
    return (bits(rng),)


def _ranges(name: str) -> Iterator[Callable[[Random], Point]]:
    for low, high in RANGES.get(name, [(-10.0, 10.0)]):
        yield lambda rng, low=low, high=high: (rng.uniform(low, high),)  # type: ignore[misc]


def _marks(name: str) -> Iterator[Callable[[Random], Point]]:
    for mark in (0.0, *MARKS.get(name, ())):
        yield lambda rng, mark=mark: (beside(rng, mark),)  # type: ignore[misc]


def _bits_two(rng: Random) -> Point:
    return bits(rng), bits(rng)


def _alike(rng: Random) -> Point:
    """Two numbers of any size, but of a size."""
    x = bits(rng)
    return x, x * rng.choice((1, -1)) * 10.0 ** rng.uniform(-9.0, 9.0)


def _small_two(rng: Random) -> Point:
    return rng.uniform(-5.0, 5.0), rng.uniform(-5.0, 5.0)


def _power(rng: Random) -> Point:
    """A base of any size and an exponent that keeps the power within reach, or just beyond."""
    x = abs(bits(rng)) if rng.random() < 0.6 else abs(beside(rng, 1.0))
    log = math.log(x) if x > 0.0 else 0.0
    if log == 0.0:
        return x, bits(rng)
    scale = 2.0 ** rng.uniform(-60.0, 0.0) if rng.random() < 0.3 else 1.0
    return x, rng.uniform(-760.0, 720.0) / log * scale


def _whole_power(rng: Random) -> Point:
    return rng.uniform(-4.0, 4.0), float(rng.randrange(-12, 13))


def _turning_power(rng: Random) -> Point:
    """Next to y·log x = −1, where the mixed derivative of x^y is 0."""
    x = rng.uniform(0.01, 20.0)
    return x, -1.0 / math.log(x) * (1.0 + rng.choice((1, -1)) * 10.0 ** rng.uniform(-17.0, 0.0))


def _apart(rng: Random) -> Point:
    """Two numbers up to 1500 apart."""
    return rng.uniform(-750.0, 750.0), rng.uniform(-750.0, 750.0)


def _near_zero_sum(rng: Random) -> Point:
    """Next to e^x + e^y = 1, where logaddexp is 0."""
    x = -(10.0 ** rng.uniform(-12.0, 1.0))
    y = math.log(-math.expm1(x))
    return x, y * (1.0 + rng.choice((1, -1)) * 10.0 ** rng.uniform(-17.0, 0.0))


def _small_and_large(rng: Random) -> Point:
    return rng.uniform(-1.0, 1.0) * 10.0 ** rng.uniform(-20.0, 3.0), rng.uniform(-60.0, 60.0)


def _decay(rng: Random) -> Point:
    return rng.uniform(-1400.0, 1.0), bits(rng)


def _slope(rng: Random) -> Point:
    return rng.uniform(-20.0, 1.0), rng.uniform(0.0, 2.0)


def _diagonal(rng: Random) -> Point:
    x = bits(rng)
    return x, x * (1.0 + rng.choice((1, -1)) * 10.0 ** rng.uniform(-16.0, -1.0))


_POWERS = (_power, _whole_power, _turning_power)
_SHARES = (_apart, _near_zero_sum, _small_and_large)

PLANE: dict[str, tuple[Callable[[Random], Point], ...]] = {
    **dict.fromkeys(("pow", "pow_dx", "pow_dy", "pow_dxx", "pow_dxy", "pow_dyy"), _POWERS),
    **dict.fromkeys(("logaddexp", "share", "share_d"), _SHARES),
    **dict.fromkeys(("elu", "elu_d", "elu_dd", "leaky_relu", "leaky_relu_d"), (_decay, _slope)),
    **dict.fromkeys(("hypot", "atan2", "dipole", "quadrupole", "hypot_dxx"), (_diagonal,)),
}
"""Rows of two operands with regions of their own."""
