"""Formulas: what the rows of the table give when they are called on symbols.

Vocabulary: a *formula* is a number, a name (anything hashable that a tier knows how to print), or a
row applied to formulas. A row's partial, called on formulas, gives the formula of the derivative;
so no rule is stated twice. Only what is exact for every float is simplified: products with 1 and
-1, powers of 1, double negation, arithmetic of numbers, and 0 + x, where a zero may lose its sign.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from autograd_mini import ops
from autograd_mini.rows import CALL, Op

WIDE = 50
"""A sum of more terms is split."""

CALLED = re.compile(r"[\w.]+\(.*\)$")
"""A text that is a call, which no operator around it can take apart."""


class Formula:
    """A row applied to formulas; :class:`Name` and :class:`Number` are the formulas without one."""

    __slots__ = ("operands", "row")

    row: Op
    operands: tuple[Formula, ...]

    def __init__(self, row: Op, operands: tuple[Formula, ...]) -> None:
        self.row = row
        self.operands = operands

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[Any]) -> Formula:
        """The hook by which a row of the table accepts formulas."""
        return apply(row, [lift(x) for x in operands])

    def __add__(self, other: Any) -> Formula:
        return apply(ops.add, [self, lift(other)])

    def __radd__(self, other: Any) -> Formula:
        return apply(ops.add, [lift(other), self])

    def __sub__(self, other: Any) -> Formula:
        return apply(ops.sub, [self, lift(other)])

    def __rsub__(self, other: Any) -> Formula:
        return apply(ops.sub, [lift(other), self])

    def __mul__(self, other: Any) -> Formula:
        return apply(ops.mul, [self, lift(other)])

    def __rmul__(self, other: Any) -> Formula:
        return apply(ops.mul, [lift(other), self])

    def __truediv__(self, other: Any) -> Formula:
        return apply(ops.div, [self, lift(other)])

    def __rtruediv__(self, other: Any) -> Formula:
        return apply(ops.div, [lift(other), self])

    def __pow__(self, other: Any) -> Formula:
        return apply(ops.pow, [self, lift(other)])

    def __rpow__(self, other: Any) -> Formula:
        return apply(ops.pow, [lift(other), self])

    def __neg__(self) -> Formula:
        return apply(ops.neg, [self])

    def __abs__(self) -> Formula:
        return apply(ops.abs, [self])


class Name(Formula):
    """A formula that stands for something the tier computes elsewhere."""

    __slots__ = ("of",)

    of: Any

    def __init__(self, of: Hashable) -> None:
        self.of = of
        self.operands = ()


class Number(Formula):
    """A number written into the program."""

    __slots__ = ("number",)

    number: float

    def __init__(self, number: float) -> None:
        self.number = number
        self.operands = ()


def lift(x: Any) -> Formula:
    """A formula as it is, a number as a :class:`Number`."""
    return x if isinstance(x, Formula) else Number(float(x))


def is_number(formula: Formula, number: float) -> bool:
    """Whether it is this very number written out."""
    return isinstance(formula, Number) and formula.number == number


def apply(row: Op, operands: Sequence[Formula]) -> Formula:
    """The row applied to formulas, simplified where that changes no bit."""
    if all(isinstance(x, Number) for x in operands):
        return Number(row.forward(*[x.number for x in operands]))  # type: ignore[attr-defined]
    if row is ops.mul:
        return _product(*operands)
    if row in (ops.div, ops.pow) and is_number(operands[1], 1.0):
        return operands[0]
    if row is ops.pow_dx and is_number(operands[1], 2.0):
        return _product(Number(2.0), operands[0])
    if row is ops.neg and _row(operands[0]) is ops.neg:
        return operands[0].operands[0]
    if row is ops.add and is_number(operands[0], 0.0):
        return operands[1]
    if row in (ops.add, ops.sub) and _row(operands[1]) is ops.neg:
        opposite = ops.sub if row is ops.add else ops.add
        return Formula(opposite, (operands[0], operands[1].operands[0]))
    return Formula(row, tuple(operands))


def _product(left: Formula, right: Formula) -> Formula:
    """left · right with factors 1 left out and signs taken to the front."""
    for one, other in ((left, right), (right, left)):
        if is_number(one, 1.0):
            return other
        if is_number(one, -1.0):
            return apply(ops.neg, [other])
        if _row(one) is ops.neg:
            return apply(ops.neg, [_product(*_in_order(one.operands[0], other, one is left))])
    return Formula(ops.mul, (left, right))


def _in_order(one: Formula, other: Formula, first: bool) -> tuple[Formula, Formula]:
    return (one, other) if first else (other, one)


def _row(formula: Formula) -> Any:
    return getattr(formula, "row", None)


def names(formula: Formula) -> Iterator[Any]:
    """What the names in a formula stand for, left to right, each as often as it occurs."""
    stack = [formula]
    while stack:
        item = stack.pop()
        if isinstance(item, Name):
            yield item.of
        stack.extend(reversed(item.operands))


def added(formulas: Sequence[Formula]) -> Formula:
    """The sum; a long one is a sum of sums, so that no formula is nested too deeply."""
    if len(formulas) > WIDE:
        chunks = [formulas[i : i + WIDE] for i in range(0, len(formulas), WIDE)]
        return added([added(chunk) for chunk in chunks])
    return reduce(lambda total, formula: total + formula, formulas)


def named(formula: Formula, wanted: set[Any], name: Callable[[Any, Formula], Formula]) -> Formula:
    """The formula with its outermost wanted parts replaced by names."""
    if formula.operands and (found := key(formula)) in wanted:
        return name(found, formula)
    if not formula.operands:
        return formula
    return Formula(formula.row, tuple(named(x, wanted, name) for x in formula.operands))


def replaced(formula: Formula, rule: Callable[[Formula], Formula]) -> Formula:
    """The formula with the rule applied to each of its parts, innermost first."""
    if formula.operands:
        formula = apply(formula.row, [replaced(x, rule) for x in formula.operands])
    return rule(formula)


def key(formula: Formula) -> Any:
    """What is equal for equal formulas."""
    if isinstance(formula, Name):
        return formula.of
    if isinstance(formula, Number):
        return formula.number
    return (formula.row, *map(key, formula.operands))


def repeated(formulas: Iterable[Formula]) -> set[Any]:
    """The keys of the operations that occur more than once in these formulas."""
    counts: Counter[Any] = Counter()
    stack = list(formulas)
    while stack:
        item = stack.pop()
        if item.operands:
            counts[key(item)] += 1
            stack.extend(item.operands)
    return {found for found, count in counts.items() if count > 1}


def scaled(formula: Formula, name: Hashable, factor: float) -> Formula:
    """A formula that is proportional to a name, a number of times as large."""

    def larger(item: Formula) -> Formula:
        return factor * item if isinstance(item, Name) and item.of is name else item

    return replaced(formula, larger)


def adjoints(formula: Formula, output: Formula, seed: Formula) -> dict[Any, list[Formula]]:
    """The contributions seed · ∂formula/∂name for each name: the chain rule over the rows.

    Args:
        formula: what was computed.
        output: the name under which its result is known, for partials that use the output.
        seed: the adjoint of the result.
    """
    found: dict[Any, list[Formula]] = {}
    stack = [(formula, output, seed)]
    while stack:
        item, z, adjoint = stack.pop()
        if isinstance(item, Name):
            found.setdefault(item.of, []).append(adjoint)
        elif not isinstance(item, Number):
            for i, operand in enumerate(item.operands):
                if not isinstance(operand, Number):
                    local = lift(item.row.partial(i, z, item.operands))
                    stack.append((operand, operand, apply(ops.mul, [adjoint, local])))
    return found


def write(
    formula: Formula,
    template: Callable[[Op], str],
    names: Callable[[Any], tuple[str, int]],
    number: Callable[[float], str] = repr,
) -> tuple[str, int]:
    """A formula as source text, with the precedence of its outermost operation.

    Args:
        formula: what to write.
        template: for a row its text with places ``{0}``, ``{1}``.
        names: for what a name stands for, its text and precedence.
        number: how a number is written.
    """
    if isinstance(formula, Name):
        return names(formula.of)
    if isinstance(formula, Number):
        signed = math.copysign(1.0, formula.number) < 0.0
        return number(formula.number), ops.neg.precedence if signed else CALL
    row, place = formula.row, template(formula.row)
    own = CALL if CALLED.match(place) else row.precedence
    parts = []
    for i, operand in enumerate(formula.operands):
        text, binding = write(operand, template, names, number)
        loose = binding < own or (binding == own and i > 0)
        left_of_power = row is ops.pow and i == 0 and binding <= own
        parts.append(f"({text})" if own < CALL and (loose or left_of_power) else text)
    if row.arity is None:
        return place.format(", ".join(parts)), own
    return place.format(*parts), own
