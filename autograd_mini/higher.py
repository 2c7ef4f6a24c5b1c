"""Derivatives of high order: rows that are made when one is asked for.

Vocabulary: a *family* is all the derivatives of a function. Their kernels are closed forms in the
orders (:mod:`autograd_mini.ieee`), so that no order comes to ∞ − ∞ or 0·∞ at an edge where
the derivative has a limit. The first members stand in the table, where other rows name them; from
there on a derivative of a member is the member of the next order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import ieee as kernels
from autograd_mini.ieee.gamma import polygamma
from autograd_mini.rows import ANY, FAMILIES, HIGHER, POSITIVE, TABLE, op

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_mini.rows import Op, Partial

Domain = tuple[float, float]


def _member(
    name: str,
    kernel: Callable[..., float],
    *partials: Partial,
    domain: tuple[Domain, ...],
    text: str = "",
    latex: str = "",
) -> Op:
    """The row of that name: from the table, as it was made before, or made now."""
    known = TABLE.get(name) or HIGHER.get(name)
    made: Op = known or op(
        name, kernel, *partials, domain=domain, table=HIGHER, text=text, latex=latex
    )
    return made


def multipole(n: int, skew: bool = False) -> Op:
    """The real part of 1/(x + iy)ⁿ; if skew, the imaginary part with its sign changed."""
    sign = 1.0 if skew else -1.0
    return _member(
        f"{'skew_' if skew else ''}multipole_{n}",
        kernels.multipole(n, skew),
        lambda z, x, y: -float(n) * multipole(n + 1, skew)(x, y),
        lambda z, x, y: sign * float(n) * multipole(n + 1, not skew)(x, y),
        domain=(ANY, POSITIVE),
    )


def _of_two(
    stem: str, kernel_of: Callable[[int, int], Callable[[float, float], float]], *domain: Domain
) -> Callable[[int, int], Op]:
    """The family of the derivatives of a function of two operands: stem_dx, stem_dxy and so on."""

    def member(n: int, m: int) -> Op:
        return _member(
            f"{stem}_d" + "x" * n + "y" * m,
            kernel_of(n, m),
            lambda z, x, y: member(n + 1, m)(x, y),
            lambda z, x, y: member(n, m + 1)(x, y),
            domain=domain,
        )

    FAMILIES[f"{stem}_d"] = lambda rest: member(rest.count("x"), rest.count("y"))
    return member


def _of_one(
    stem: str, kernel_of: Callable[[int], Callable[[float], float]], domain: Domain = ANY
) -> Callable[[int], Op]:
    """The family of the derivatives of a function of one operand: stem_d, stem_dd and so on."""

    def member(n: int) -> Op:
        name = f"{stem}_{'d' * n}"
        text, latex = _primed(TABLE[stem], n) if stem in TABLE else ("", "")
        return _member(
            name,
            kernel_of(n),
            lambda z, x: member(n + 1)(x),
            domain=(domain,),
            text=text,
            latex=latex,
        )

    FAMILIES[f"{stem}_d"] = lambda rest: member(1 + len(rest))
    return member


def _primed(row: Op, n: int) -> tuple[str, str]:
    """How the nth derivative of a function f is written, in text and LaTeX: f′(x), f″(x)."""
    call = "({0})"
    if not (row.text.endswith(call) and row.latex.endswith(call)):
        return "", ""
    text, latex = row.text.removesuffix(call), row.latex.removesuffix(call)
    return f"{text}{'′' * n}{call}", latex + "'" * n + call


gauss = _of_one("gauss", kernels.gauss_derivative)
normal_pdf = _of_one("normal_pdf", kernels.normal_pdf_derivative)
gelu = _of_one("gelu", kernels.gelu_derivative)
exp2 = _of_one("exp2", kernels.exp2_derivative)
digamma = _of_one("digamma", polygamma, domain=POSITIVE)
silu = _of_one("silu", kernels.silu_derivative)
power = _of_two("pow", kernels.power_derivative, POSITIVE, ANY)
distance = _of_two("hypot", kernels.hypot_derivative, ANY, POSITIVE)

FAMILIES["multipole_"] = lambda rest: multipole(int(rest))
FAMILIES["skew_multipole_"] = lambda rest: multipole(int(rest), skew=True)
