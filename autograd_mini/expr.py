r"""Expressions: what the rows of the table give when they are called on names.

Vocabulary:

- *expression*: a number, a name, or a row applied to expressions. A name stands for anything
  hashable: a letter, a label, an array of a compiled program. A row's partial, called on
  expressions, gives the expression of the derivative, so that no rule is stated twice.
- *form*: how an expression is written (:mod:`autograd_mini.notation`).

Only what is exact for every float is simplified, so that a written formula is the computed one:
products with 1 and −1, x − 0, 0 + x (where a zero may lose its sign), x / 1, powers of 1, double
negation, and arithmetic of numbers.

>>> from autograd_mini import ops
>>> from autograd_mini.notation import LATEX
>>> x, y = Name("x"), Name("y")
>>> write((x + y) * (x - 1) / y), write(derivative(ops.tanh, 0, [Name("a"), x]))
('(x + y) · (x − 1) / y', '1 − a · a')
>>> write(derivative(ops.div, 1, [Name("q"), x, y]), LATEX)
'-\\frac{x}{y \\cdot y}'
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import ops
from autograd_mini.notation import ATOM, NEGATION, PRODUCT, TEXT, Form, Written
from autograd_mini.rows import Op

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from typing import Any

MOST_TERMS = 8
"""A sum of more terms is written Σ(…)."""


class Expr:
    """A row applied to expressions; :class:`Name` and :class:`Number` are those without a row.

    Rows of the table and Python's operators apply to it as they do to a Value.
    """

    __slots__ = ("operands", "row")

    row: Op
    operands: tuple[Expr, ...]

    def __init__(self, row: Op, operands: Sequence[Expr]) -> None:
        self.row = row
        self.operands = tuple(operands)

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[object]) -> Expr:
        """The hook by which a row of the table accepts expressions."""
        return applied(row, [lift(x) for x in operands])

    def __repr__(self) -> str:
        return f"<Expr {write(self)}>"

    if TYPE_CHECKING:

        def _infix(self, other: object) -> Expr: ...

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _infix
        __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _infix

        def __neg__(self) -> Expr: ...


def _operators() -> None:
    infix = {"add": ops.add, "sub": ops.sub, "mul": ops.mul, "truediv": ops.div, "pow": ops.pow}
    for name, row in infix.items():
        setattr(Expr, f"__{name}__", lambda x, y, row=row: row(x, y))
        setattr(Expr, f"__r{name}__", lambda y, x, row=row: row(x, y))
    for name, row in {"neg": ops.neg, "abs": ops.abs}.items():
        setattr(Expr, f"__{name}__", lambda x, row=row: row(x))


_operators()


class Name(Expr):
    """An expression that stands for something known elsewhere."""

    __slots__ = ("of",)

    of: Any

    def __init__(self, of: Hashable) -> None:
        self.of = of
        self.operands = ()


class Number(Expr):
    """A number."""

    __slots__ = ("number",)

    number: float

    def __init__(self, number: float) -> None:
        self.number = number
        self.operands = ()


def lift(x: Any) -> Expr:
    """An expression as it is, a real number as a :class:`Number`."""
    return x if isinstance(x, Expr) else Number(float(x))


def row_of(x: object) -> Any:
    """The row that was applied; None for a name or a number."""
    return getattr(x, "row", None)


def is_number(x: Expr, number: float) -> bool:
    """Whether it is this very number written out."""
    return isinstance(x, Number) and x.number == number


def applied(row: Op, operands: Sequence[Expr]) -> Expr:
    """The row applied to expressions, simplified where that changes no bit."""
    if all(isinstance(x, Number) for x in operands):
        return Number(row.forward(*[x.number for x in operands]))  # type: ignore[attr-defined]
    if row is ops.mul:
        return _product(*operands)
    if row in (ops.div, ops.pow) and is_number(operands[1], 1.0):
        return operands[0]
    if row is ops.sub and is_number(operands[1], 0.0):
        return operands[0]
    if row is ops.pow_dx and is_number(operands[1], 2.0):
        return _product(Number(2.0), operands[0])
    if row is ops.neg and row_of(operands[0]) is ops.neg:
        return operands[0].operands[0]
    if row is ops.add and is_number(operands[0], 0.0):
        return operands[1]
    if row in (ops.add, ops.sub) and row_of(operands[1]) is ops.neg:
        opposite = ops.sub if row is ops.add else ops.add
        return Expr(opposite, (operands[0], operands[1].operands[0]))
    return Expr(row, operands)


def _product(left: Expr, right: Expr) -> Expr:
    """left · right with factors 1 left out and signs taken to the front."""
    for one, other in ((left, right), (right, left)):
        if is_number(one, 1.0):
            return other
        if is_number(one, -1.0):
            return applied(ops.neg, [other])
        if row_of(one) is ops.neg:
            bare = one.operands[0]
            return applied(ops.neg, [_product(*((bare, other) if one is left else (other, bare)))])
    return Expr(ops.mul, (left, right))


def derivative(row: Op, i: int, terms: Sequence[object], shown: bool = True) -> Expr:
    """The local derivative ∂z/∂operand i of a row, as an expression.

    Args:
        row: a row of the table.
        i: the operand's place, from 0.
        terms: what stands for the output z, then for the operands: expressions or numbers.
        shown: as a lesson writes it; False is the formula that is computed.

    >>> x = Name("x")
    >>> derivative(ops.pow, 0, (x**3, x, 3.0)), derivative(ops.mul, 1, (x * 2.0, x + 1.0, 2.0))
    (<Expr 3 · x ^ 2>, <Expr x + 1>)
    """
    z, *operands = terms
    return lift(row.partial(i, z, operands, shown))


def call(row: Op, operands: Sequence[object]) -> Expr:
    """The operation as it stands: no 0 or 1 is left out.

    >>> call(ops.mul, (1.0, Name("x") + 2.0))
    <Expr 1 · (x + 2)>
    """
    return Expr(row, [lift(x) for x in operands])


def names(x: Expr) -> Iterator[Any]:
    """What the names in an expression stand for, left to right, each as often as it occurs."""
    stack = [x]
    while stack:
        item = stack.pop()
        if isinstance(item, Name):
            yield item.of
        stack.extend(reversed(item.operands))


def write(x: Expr, form: Form = TEXT) -> str:
    """The expression in a form."""
    return bound(x, form)[0]


def bound(x: Expr, form: Form, leads: bool = True) -> Written:
    """The expression in a form, and how tightly its outermost operation binds.

    Args:
        x: what to write.
        form: how.
        leads: whether nothing stands before it between the same brackets; elsewhere a sign is put
            into brackets of its own: a + (−b) · c.
    """
    if isinstance(x, Name):
        text, binding = form.name(x.of)
    elif isinstance(x, Number):
        text, binding = _number(x.number, form)
    else:
        text, binding = _row(x, form, leads)
    if binding == NEGATION and not leads:
        return form.brackets(text), ATOM
    return text, binding


def _number(number: float, form: Form) -> Written:
    text, binding = form.number(abs(number), form.digits)
    has_sign = number < 0.0 or (form.is_code and math.copysign(1.0, number) < 0.0)
    return (form.minus + text, NEGATION) if has_sign else (text, binding)


def _row(x: Expr, form: Form, leads: bool) -> Written:
    terms = None if form.is_code else summands(x)
    if terms:
        pieces = [
            _placed(ops.add, min(i, 1), term, form, leads=leads and not i)[0]
            for i, term in enumerate(terms)
        ]
        plus = form.template(ops.add)
        return plus.places[1].before.join(map(form.whole, pieces)), plus.binding
    template = form.template(x.row)
    if x.row.arity is None:
        listed = form.comma.join(bound(operand, form)[0] for operand in x.operands)
        return template.places[0].before + form.whole(listed) + template.end, template.binding
    pieces = []
    for before, place, is_delimited in template.places:
        operand = x.operands[place]
        if is_delimited:
            text, is_bracketed = bound(operand, form)[0], False
        else:
            first = leads and not pieces and not before
            text, is_bracketed = _placed(x.row, place, operand, form, first)
        space = form.space if is_bracketed else ""
        pieces += (before.removesuffix(space), form.whole(text))
    return "".join(pieces) + template.end, template.binding


def _placed(row: Op, place: int, operand: Expr, form: Form, leads: bool) -> tuple[str, bool]:
    """An operand at a place that is not delimited, and whether it is in brackets."""
    text, binding = bound(operand, form, leads)
    is_open = row_of(operand) is ops.xlogy and place == 0 and row.precedence == PRODUCT
    if is_open or _is_looser(row, place, binding, form):  # y · log ŷ · 2 would be y · log(ŷ · 2)
        return form.brackets(bound(operand, form)[0]), True
    return text, False


def summands(x: Expr) -> list[Expr]:
    """What an affine node or a short sum adds up; [] for any other expression."""
    if x.row is ops.affine:
        *weighted, bias = x.operands
        pairs = zip(weighted[::2], weighted[1::2], strict=True)
        return [*[Expr(ops.mul, pair) for pair in pairs], bias]
    return [*x.operands] if x.row is ops.sum and 1 < len(x.operands) <= MOST_TERMS else []


def _is_looser(row: Op, place: int, binding: int, form: Form) -> bool:
    """Whether an operand at this place needs brackets."""
    if row is ops.neg:
        return binding < PRODUCT or binding == NEGATION
    if binding != row.precedence:
        return binding < row.precedence
    if row is ops.pow:
        return place == 0
    return place > 0 and (form.is_code or row in (ops.sub, ops.div, ops.xlogy))
