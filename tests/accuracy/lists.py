"""Functions of lists at fifty digits: what :mod:`tests.accuracy.references` is for the rows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from mpmath import mp

from autograd_mini import ops
from tests.accuracy.references import Number, Reference

Polynomial = dict[tuple[int, ...], int]
"""Of the shares p₁, p₂, p₃ of a softmax: exponents to coefficient."""


class OfList(NamedTuple):
    """A function of three numbers in a list, its reference, and the kink that it has a rule for."""

    row: Callable[..., Any]
    reference: Reference
    kinks: tuple[ops.Kink, ...] = ()


def _of(
    row: Callable[[list[Any]], Any], value: Callable[[list[Number]], Number], *kinks: ops.Kink
) -> OfList:
    return OfList(lambda *xs: row(list(xs)), Reference(lambda *xs: value(list(xs))), kinks)


def _norm(xs: list[Number]) -> Number:
    return mp.sqrt(mp.fsum([x * x for x in xs]))


ZERO = ops.Kink((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))

LISTS: dict[str, OfList] = {
    "sum": _of(ops.sum, mp.fsum),
    "mean": _of(ops.mean, lambda xs: mp.fsum(xs) / 3),
    "affine": _of(lambda xs: ops.affine(xs[:1], xs[1:2], xs[2]), lambda xs: xs[0] * xs[1] + xs[2]),
    "dot": _of(
        lambda xs: ops.dot(xs, [3.0, *xs[:2]]), lambda xs: xs[0] * (3 + xs[1]) + xs[1] * xs[2]
    ),
    "prod": _of(ops.prod, mp.fprod),
    "hypot of three": _of(lambda xs: ops.hypot(*xs), _norm, ZERO),
    "norm": _of(ops.norm, _norm, ZERO),
}
"""Those whose derivatives are found as limits, as the rows' are."""


def _share(i: int, xs: list[Any]) -> Any:
    return ops.softmax(xs)[i]


ONE: Polynomial = {(0, 0, 0): 1}
SHARES: tuple[Polynomial, ...] = ({(1, 0, 0): 1}, {(0, 1, 0): 1}, {(0, 0, 1): 1})
OF_SHARES: dict[str, tuple[Callable[[list[Any]], Any], Polynomial | None]] = {
    "logsumexp": (ops.logsumexp, None),
    **{f"softmax {i}": (partial(_share, i), SHARES[i]) for i in range(3)},
}
"""Those whose derivatives are polynomials of the shares; of logsumexp from the first order on."""


def raised(p: Polynomial | None, j: int) -> Polynomial:
    """∂p/∂xⱼ, from ∂pₖ/∂xⱼ = pₖ ([k = j] − pⱼ); of logsumexp the share pⱼ."""
    if p is None:
        return SHARES[j]
    found: dict[tuple[int, ...], int] = {}
    for powers, c in p.items():
        more = tuple(n + (k == j) for k, n in enumerate(powers))
        found[powers] = found.get(powers, 0) + c * powers[j]
        found[more] = found.get(more, 0) - c * sum(powers)
    return found


def by_shares(name: str, point: tuple[float, ...], orders: int) -> dict[tuple[int, ...], Number]:
    """All derivatives, from the first on for logsumexp; nan where two shares have no limit."""
    with mp.workdps(800):
        largest = max(point)
        if math.isinf(largest) and point.count(largest) > 1:
            shares = [mp.nan if x == largest else mp.mpf(0) for x in point]
        elif math.isinf(largest):
            shares = [mp.mpf(x == largest) for x in point]
        else:
            sizes = [mp.exp(mp.mpf(x) - largest) for x in point]
            shares = [size / mp.fsum(sizes) for size in sizes]
        found = {}
        for of in itertools.product(range(orders + 1), repeat=3):
            p = OF_SHARES[name][1]
            for j, n in enumerate(of):
                for _ in range(n):
                    p = raised(p, j)
            if p is not None and sum(of) <= orders:
                found[of] = mp.fsum(
                    [
                        c * mp.fprod([x**n for x, n in zip(shares, powers, strict=True)])
                        for powers, c in p.items()
                        if c
                    ]
                )
        return found
