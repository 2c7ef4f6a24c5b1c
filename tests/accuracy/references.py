"""The rows at any precision, from the table itself: the truth that the harness measures against.

Vocabulary: an *exact* number is a real number at mpmath's precision of the moment to which rows can
be applied as to a Value. What a row gives for exact numbers is the function of mpmath that has its
name, or one of ``MPMATH``, or else the row's own definition; so nothing here repeats a row.

Derivatives are the row's own partials on exact numbers. That they are the derivatives of the value
tests/accuracy/test_references.py finds by differences, which know of no partial.

The *largest term* of a sum says how large the terms are. Next to a zero of a function whose formula
is a sum, the error is allowed to be a few units in the last place of that term.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from mpmath import mp

from autograd_mini import ops, partials
from autograd_mini.rows import TABLE, Op

Number = Any
"""An mpf; mpmath is published without types."""

Of = tuple[int, ...]
"""() for the value, (i,) for ∂/∂xᵢ, (i, j) for ∂²/∂xᵢ∂xⱼ."""

DIGITS = 50
"""So many are enough over the whole range of doubles: definitions are written so."""


class NoDefinitionError(LookupError):
    """A row that is known neither to mpmath nor by a definition; the message says what to add."""


class Exact:
    """A real number, with the largest term of the sum that it is, and its derivative if it moves.

    Complex numbers stand for points outside the domain: what is made of them is no real number.
    """

    def __init__(self, number: Number, term: Number = 0, tangent: Exact | None = None) -> None:
        self.number = number
        self.term = term
        self.tangent = tangent

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[Any]) -> Exact:
        """The hook by which a row accepts exact numbers: forward mode, from the row's partials."""
        xs = [cls.of(x) for x in operands]
        z = value(row, [x.number for x in xs])
        if row in (ops.add, ops.sub):
            z.term = max(abs(part) for x in xs for part in (x.number, x.term))
        elif row is ops.neg:
            z.term = xs[0].term
        held = [Exact(x.number) for x in xs]
        parts = [
            _times(cls.of(row.partial(i, Exact(z.number), held)), x.tangent)
            for i, x in enumerate(xs)
            if x.tangent is not None
        ]
        if parts:
            z.tangent = parts[0]
            for part in parts[1:]:
                z.tangent = z.tangent + part
        return z

    @classmethod
    def of(cls, x: Any) -> Exact:
        """An exact number as it is; a double, or the constant of which it is the nearest double."""
        if isinstance(x, Exact):
            return x
        constant = CONSTANTS.get(abs(x))
        return cls(mp.mpf(x) if constant is None else mp.sign(x) * constant())

    def __add__(self, other: Any) -> Exact:
        return Exact.of(ops.add(self, other))

    def __sub__(self, other: Any) -> Exact:
        return Exact.of(ops.sub(self, other))

    def __mul__(self, other: Any) -> Exact:
        return Exact.of(ops.mul(self, other))

    def __truediv__(self, other: Any) -> Exact:
        return Exact.of(ops.div(self, other))

    def __pow__(self, other: Any) -> Exact:
        return Exact.of(ops.pow(self, other))

    def __radd__(self, other: Any) -> Exact:
        return Exact.of(ops.add(other, self))

    def __rsub__(self, other: Any) -> Exact:
        return Exact.of(ops.sub(other, self))

    def __rmul__(self, other: Any) -> Exact:
        return Exact.of(ops.mul(other, self))

    def __rtruediv__(self, other: Any) -> Exact:
        return Exact.of(ops.div(other, self))

    def __neg__(self) -> Exact:
        return Exact.of(ops.neg(self))


ONE = Exact(mp.mpf(1))
"""How an operand moves by which something is differentiated."""


def _times(slope: Exact, tangent: Exact) -> Exact:
    return slope if tangent is ONE else slope * tangent


CONSTANTS: dict[float, Callable[[], Number]] = {
    ops.ONE_OVER_LN_2: lambda: 1 / mp.ln2,
    ops.ONE_OVER_LN_10: lambda: 1 / mp.ln10,
    ops.ONE_THIRD: lambda: mp.mpf(1) / 3,
    ops.TWO_OVER_ROOT_PI: lambda: 2 / mp.sqrt(mp.pi),
}
"""The numbers of which the table has the nearest doubles."""


# --- what mpmath has no name for, or another one ---


def _pow(x: Number, y: Number) -> Number:
    """x ^ y by its logarithm, which takes any exponent; complex where there is no real power."""
    size = mp.exp(y * mp.log(abs(x)))  # at 0 there is none
    if x > 0:
        return size
    return mp.mpc(size, 1) if y != mp.floor(y) else -size if mp.fmod(y, 2) != 0 else size


def _normal_cdf(x: Number) -> Number:
    if abs(x) > 1e6:  # beyond what mpmath's erfc takes, and 0 or 1 to any precision
        return mp.mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _fraction(x: Number) -> Fraction:
    _, digits, exponent, _ = mp.mpf(x)._mpf_
    size = Fraction(int(digits)) * Fraction(2) ** exponent
    return Fraction(-size if x < 0 else size)


def _quotient(x: Number, y: Number, whole: Callable[[Fraction], int]) -> Number:
    """The whole part of x / y; nan where it jumps."""
    quotient = _fraction(x) / _fraction(y)
    jumps = quotient.denominator == 1 and (quotient != 0 or whole is math.floor)
    return mp.nan if jumps else mp.mpf(whole(quotient))


def _remainder(x: Number, y: Number, whole: Callable[[Fraction], int]) -> Number:
    rest = _fraction(x) - _fraction(y) * whole(_fraction(x) / _fraction(y))
    return mp.mpf(rest.numerator) / rest.denominator


def _polygamma(n: int) -> Callable[[Number], Number]:
    """ψ and its derivatives; below 0 by reflection, ψ(1 − x) − ψ(x) = π cot πx."""

    def reflected(x: Number) -> Number:
        if x > 0:
            return mp.psi(n, x)
        turn, slope = mp.pi * mp.cospi(x) / mp.sinpi(x), (mp.pi / mp.sinpi(x)) ** 2
        odd_part = (-turn, slope, -2 * turn * slope)[n]
        return (-1) ** n * mp.psi(n, 1 - x) + odd_part

    return reflected


MPMATH: dict[str, Callable[..., Number]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "abs": abs,
    "pow": _pow,
    "log2": lambda x: mp.log(x) / mp.ln2,
    "exp2": lambda x: mp.exp(x * mp.ln2),
    "exp2_d": lambda x: mp.exp(x * mp.ln2) * mp.ln2,
    "exp2_dd": lambda x: mp.exp(x * mp.ln2) * mp.ln2**2,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "erfc": lambda x: 2 * _normal_cdf(-x * mp.sqrt(2)),
    "normal_cdf": _normal_cdf,
    "normal_pdf": mp.npdf,
    "normal_pdf_d": lambda x: -x * mp.npdf(x),
    "lgamma": lambda x: mp.re(mp.loggamma(x)),
    "digamma": _polygamma(0),
    "digamma_d": _polygamma(1),
    "digamma_dd": _polygamma(2),
    "round": mp.nint,
    "mod": lambda x, y: _remainder(x, y, math.floor),
    "fmod": lambda x, y: _remainder(x, y, math.trunc),
    "floordiv": lambda x, y: mp.mpf(math.floor(_fraction(x) / _fraction(y))),
    "mod_dy": lambda x, y: -_quotient(x, y, math.floor),
    "fmod_dy": lambda x, y: -_quotient(x, y, math.trunc),
    "maximum": lambda x, y: max(x, y),
    "minimum": lambda x, y: min(x, y),
    "where": lambda c, x, y: x if c != 0 else y,
    "step": lambda x: mp.mpf(x > 0),
    "sum": lambda *xs: mp.fsum(xs),
    "max": lambda *xs: max(xs),
    "affine": lambda *xs: mp.fdot(xs[0:-1:2], xs[1::2]) + xs[-1],
}

TERMS: dict[tuple[str, Of], Callable[[Number], Number]] = {
    ("lgamma", ()): lambda x: abs(MPMATH["lgamma"](1 + abs(x))) + abs(mp.log(abs(x))),
    ("lgamma", (0,)): lambda x: mp.log(2 + abs(x)),
    ("digamma", ()): lambda x: mp.log(2 + abs(x)),
    ("digamma", (0, 0)): lambda x: 1 / (1 + x * x),
}
"""The largest term where there is no sum to read it from."""


def value(row: Op, numbers: Sequence[Number]) -> Exact:
    """A row's value for numbers of mpmath.

    Raises:
        NoDefinitionError: neither mpmath nor the row says what it is.
    """
    function = MPMATH.get(row.name)
    if function is None and row.definition is not None:
        found = Exact.of(row.definition(*map(Exact, numbers)))
        return Exact(found.number, found.term)
    function = function or getattr(mp, row.name, None)
    if function is None:
        raise NoDefinitionError(
            f"mpmath has no function {row.name}; give the row a definition: "
            f"op({row.name!r}, …, definition=lambda x: …), in terms of other rows"
        )
    return Exact(mp.mpmathify(function(*numbers)))


def derivatives(name: str, numbers: Sequence[Number], orders: int = 2) -> dict[Of, Exact]:
    """The value and the derivatives of a row of the table up to an order, 0, 1 or 2.

    Those are left out that are no real number: at a pole, at a jump, outside the domain.
    """
    row, places = TABLE[name], range(len(numbers))
    held = [Exact(x) for x in numbers]

    def slope(i: int) -> Exact:
        return Exact.of(row.partial(i, value(row, numbers), held))

    def curvature(i: int, j: int) -> Exact:
        moved = [Exact(x, tangent=ONE if k == j else None) for k, x in enumerate(numbers)]
        return Exact.of(row.partial(i, row.apply(moved), moved)).tangent or Exact(mp.mpf(0))

    wanted: dict[Of, Callable[..., Exact]] = {(): lambda: value(row, numbers)}
    if orders:
        wanted |= {(i,): slope for i in places}
    if orders > 1:
        wanted |= {(i, j): curvature for i in places for j in places}
    found: dict[Of, Exact] = {}
    for of, compute in wanted.items():
        try:
            exact = compute(*of)
        except (ZeroDivisionError, ValueError, TypeError):  # a pole; or complex, and compared
            continue
        if not isinstance(exact.number, mp.mpf) or not mp.isfinite(exact.number):
            continue
        if (name, of) in TERMS:
            exact.term = TERMS[name, of](*numbers)
        found[of] = exact
    return found


@cache
def orders(name: str) -> int:
    """How many derivatives of a row are measured.

    Two of a row that people use. A row that exists to be a derivative has as many as the second
    derivatives of those others need, and as there are definitions for.
    """
    if not is_helper(TABLE[name]):
        return 2
    if order_of(name) > 1:
        return 0
    point = [mp.mpf(0.4 * low + 0.6 * high) for low, high in TABLE[name].domain]
    try:
        return max(map(len, derivatives(name, point, 1)))
    except NoDefinitionError:
        return 0


def order_of(name: str) -> int:
    """Which derivative a row is: 1 for gelu_d and pow_dx, 2 for gelu_dd and pow_dxy, else 0."""
    letters = name.rpartition("_")[2]
    if not letters.startswith("d") or not set(letters) <= set("dxy"):
        return 0
    return len(letters) - (not set(letters) <= set("d"))


def is_helper(row: Op) -> bool:
    """Whether the row exists to be a derivative of others, as those of that file do."""
    return bool(row.partials[0].__module__ == partials.__name__)


class Reference(NamedTuple):
    """A function of mpmath's numbers, and whether a point lies in its domain."""

    value: Callable[..., Number]
    inside: Callable[..., bool] = lambda *operands: True


class References(Mapping[str, Reference]):
    """For each row with a fixed number of operands its reference, also for rows added since."""

    def __getitem__(self, name: str) -> Reference:
        row = TABLE[name]
        return Reference(lambda *numbers: value(row, numbers).number)

    def __iter__(self) -> Iterator[str]:
        return (name for name, row in TABLE.items() if row.arity is not None)

    def __len__(self) -> int:
        return len(list(iter(self)))


REFERENCES = References()
