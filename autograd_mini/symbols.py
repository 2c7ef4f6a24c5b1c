r"""Formulas from the table: a row applied to symbols writes itself.

Vocabulary:

- *form*: how a formula is written: "text" (Unicode), "latex" or "array" (code over the array
  module ``xp``); each is a column of the table with places ``{0}``, ``{1}``.
- *place*: where an operand goes in. It is *delimited* when the template puts a bracket or a comma
  on both sides of it; elsewhere an operand that binds less tightly is put into brackets.

The partials of the table are written in the library's operations, so that the local derivative of
any row is a formula as soon as its operands are symbols:

>>> from autograd_mini import ops
>>> formula(ops.tanh, 0, ("a", "z"))
'1 − a · a'
>>> formula(ops.div, 1, ("q", "x", "y"), form="latex")
'-\\frac{x}{y \\cdot y}'
"""

from __future__ import annotations

from functools import cache

from autograd_mini import ops
from autograd_mini.real import is_real
from autograd_mini.rows import CALL, Op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

    Form = Literal["text", "latex", "array"]

ATOM = 100
PREFIX = 27
"""How tightly ``sin x`` binds: a factor, but no base of a power."""

NEGATION: int = ops.neg.precedence
PRODUCT: int = ops.mul.precedence
POWER: int = ops.pow.precedence
MOST_TERMS = 8
"""A sum of more terms is written Σ(…)."""
_OPEN, _CLOSE = "([{|,", ")]}|,"
_MINUS = {"text": "−", "latex": "-", "array": "-"}


class Symbol:
    """A formula that grows as rows are applied to it.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> (x + y) * (x - 1) / y
    Symbol('(x + y) · (x − 1) / y')
    """

    __slots__ = ("form", "precedence", "text")

    def __init__(self, text: str, form: Form = "text", precedence: int = ATOM) -> None:
        self.text = text
        self.form = form
        self.precedence = precedence

    def __repr__(self) -> str:
        return f"Symbol({self.text!r})"

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[Any]) -> Any:
        form = next(x.form for x in operands if isinstance(x, Symbol))
        plain = _simplified(row, operands)
        if plain is not None:
            return plain
        return written(row, operands, form)

    def __add__(self, other: Any) -> Any:
        return ops.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return ops.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return ops.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return ops.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return ops.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return ops.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return ops.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.div(other, self)

    def __pow__(self, other: Any) -> Any:
        return ops.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def __neg__(self) -> Any:
        return ops.neg(self)


def formula(row: Op, i: int, names: Sequence[str], form: Form = "text", shown: bool = True) -> str:
    """The local derivative ∂z/∂operand i of a row, as a formula.

    Args:
        row: a row of the table.
        i: the operand's place, from 0.
        names: of the output z, then of the operands in order.
        form: "text", "latex" or "array".
        shown: as a lesson writes it; False is the formula that is computed.

    >>> formula(ops.mul, 0, ("z", "w", "x")), formula(ops.sigmoid, 0, ("a", "z"))
    ('x', 'a · (1 − a)')
    """
    return derivative(row, i, [Symbol(name, form) for name in names], form, shown).text


def derivative(
    row: Op, i: int, terms: Sequence[Any], form: Form = "text", shown: bool = True
) -> Symbol:
    """The same as a Symbol, from Symbols and numbers: of the output z, then of the operands.

    >>> x = Symbol("x")
    >>> derivative(ops.pow, 0, (x**3, x, 3.0)), derivative(ops.mul, 1, (x * 2.0, x + 1.0, 2.0))
    (Symbol('3 · x ^ 2'), Symbol('x + 1'))
    """
    z, *operands = terms
    partial = row.shown[i](z, *operands) if shown and row.shown else row.partial(i, z, operands)
    return as_symbol(partial, form)


def call(row: Op, names: Sequence[str], form: Form = "text") -> str:
    """The operation applied to operands of these names, as a formula.

    >>> call(ops.hypot, ("x", "y")), call(ops.affine, ("w₁", "x₁", "w₂", "x₂", "b"))
    ('hypot(x, y)', 'w₁ · x₁ + w₂ · x₂ + b')
    """
    return written(row, [Symbol(name, form) for name in names], form).text


def _simplified(row: Op, operands: Sequence[Any]) -> Any:
    """The formula where a 0 or a 1 makes the operation superfluous; else None."""
    if len(operands) != 2 or row.arity != 2:
        return None
    x, y = operands
    if row is ops.mul:
        for factor, other in ((x, y), (y, x)):
            if _is(factor, 1.0):
                return other
            if _is(factor, -1.0):
                return ops.neg(other)
    if row is ops.add and _is(x, 0.0):
        return y
    if row in (ops.add, ops.sub) and _is(y, 0.0):
        return x
    return x if row in (ops.div, ops.pow) and _is(y, 1.0) else None


def _is(x: Any, number: float) -> bool:
    return is_real(x) and float(x) == number


def written(row: Op, terms: Sequence[Any], form: Form = "text") -> Symbol:
    """The operation applied to Symbols and numbers, as it stands: no 0 or 1 is left out.

    >>> written(ops.mul, (1.0, Symbol("x") + 2.0))
    Symbol('1 · (x + 2)')
    """
    operands = [as_symbol(x, form) for x in terms]
    if row is ops.affine:
        return _sum_of_products(operands)
    if row is ops.sum and form != "array" and 1 < len(operands) <= MOST_TERMS:
        return _sum_of(operands)
    if row.arity is None:
        listed = Symbol(", ".join(x.text for x in operands), form)
        operands = [listed]
    pieces = []
    for before, place, after in _places(getattr(row, form)):
        pieces.append(before)
        if place is not None:
            x = operands[place]
            bare = _is_delimited(before, after) or not _needs_brackets(row, place, x, form)
            pieces.append(x.text if bare else f"({x.text})")
    return Symbol("".join(pieces), form, _precedence(row, form))


def _sum_of(terms: Sequence[Symbol]) -> Symbol:
    """The terms with signs between, as a person writes a short sum."""
    total = terms[0]
    for term in terms[1:]:
        total = written(ops.add, (total, term), total.form)
    return total


def _sum_of_products(operands: list[Symbol]) -> Symbol:
    total = operands[0] * operands[1]
    for w, x in zip(operands[2:-1:2], operands[3::2], strict=True):
        total = total + w * x
    result: Symbol = total + operands[-1]
    return result


def _needs_brackets(row: Op, place: int, x: Symbol, form: Form) -> bool:
    if row is ops.neg:
        return x.precedence < PRODUCT or x.precedence == NEGATION
    if x.precedence != row.precedence:
        # A sign is bracketed inside a formula: a + (−b).
        inside = x.precedence == NEGATION and place > 0
        return x.precedence < row.precedence or inside
    if row is ops.pow:
        return place == 0
    # In floating point, a + (b − c) is not (a + b) − c.
    return place > 0 and (form == "array" or row in (ops.sub, ops.div))


def _precedence(row: Op, form: Form) -> int:
    """How tightly the written operation binds, which depends on how it is written."""
    template: str = getattr(row, form)
    if row.precedence == CALL and form == "latex":
        if template.endswith("{0}"):
            return PREFIX
        if template.startswith("e^"):
            return POWER
    return row.precedence


def _is_delimited(before: str, after: str) -> bool:
    return before.rstrip()[-1:] in tuple(_OPEN) and after.lstrip()[:1] in tuple(_CLOSE)


@cache
def _places(template: str) -> list[tuple[str, int | None, str]]:
    """The template as (text before, place or None, text after)."""
    from string import Formatter  # looked up late: it compiles a regular expression

    parsed: list[tuple[str, int | None]] = []
    before = ""
    for literal, place, _, _ in Formatter().parse(template):
        before += literal  # an escaped brace comes as a piece of its own
        if place is not None:
            parsed.append((before, int(place)))
            before = ""
    parsed.append((before, None))
    after = [text for text, _ in parsed[1:]] + [""]
    return [(text, place, end) for (text, place), end in zip(parsed, after, strict=True)]


def as_symbol(x: Any, form: Form) -> Symbol:
    """A Symbol as it is, a number as the Symbol of its digits."""
    if isinstance(x, Symbol):
        return x
    number = float(x)
    size, precedence = _size(abs(number), form)
    if number < 0:
        return Symbol(_MINUS[form] + size, form, NEGATION)
    return Symbol(size, form, precedence)


def _size(number: float, form: Form) -> tuple[str, int]:
    """A number without its sign, and how tightly it binds: 3 · 10⁻⁷ is a product in LaTeX."""
    if form == "array":
        return repr(number), ATOM
    shown = f"{number:.6g}"
    mantissa, _, exponent = shown.partition("e")
    if form == "text":
        return (
            f"{mantissa}e{int(exponent)}".replace("-", _MINUS[form]) if exponent else shown
        ), ATOM
    if exponent:
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", PRODUCT
    return {"inf": r"\infty", "nan": r"\operatorname{nan}"}.get(shown, shown), ATOM
