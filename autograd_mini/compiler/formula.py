"""Formulas of a program: expressions, with what the stages ask of them.

Vocabulary: a *formula* is an expression (:mod:`autograd_mini.expr`) whose names are what a tier
knows how to print.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from autograd_mini import expr, notation, ops
from autograd_mini.compiler.traced import DETACH
from autograd_mini.expr import Expr as Formula
from autograd_mini.expr import Name, Number, is_number, lift, names
from autograd_mini.expr import applied as apply
from autograd_mini.rows import CALL, Op

__all__ = ["Formula", "Name", "Number", "apply", "is_number", "lift", "names"]

WIDE = 50
"""A sum of more terms is split."""

CALLED = re.compile(r"[\w.]+\(.*\)$")
"""A text that is a call, which no operator around it can take apart."""


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


def parts(formula: Formula) -> Iterator[Formula]:
    """The formula and all its parts."""
    stack = [formula]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(item.operands)


def key(formula: Formula) -> Any:
    """What is equal for equal formulas."""
    if isinstance(formula, Name):
        return formula.of
    if isinstance(formula, Number):
        return formula.number
    return (formula.row, *map(key, formula.operands))


def repeated(formulas: Iterable[Formula]) -> set[Any]:
    """The keys of the operations that occur more than once in these formulas."""
    counts = Counter(key(x) for formula in formulas for x in parts(formula) if x.operands)
    return {found for found, count in counts.items() if count > 1}


def scaled(formula: Formula, name: Hashable, factor: float) -> Formula:
    """A formula that is proportional to a name, a number of times as large."""

    def larger(item: Formula) -> Formula:
        return factor * item if isinstance(item, Name) and item.of is name else item

    return replaced(formula, larger)


def handing_on(formula: Formula) -> set[Any]:
    """The names that receive a part of the formula's adjoint."""
    found, stack = set(), [formula]
    while stack:
        item = stack.pop()
        if isinstance(item, Name):
            found.add(item.of)
        elif expr.row_of(item) is not DETACH:
            stack += item.operands
    return found


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
        elif not isinstance(item, Number) and item.row is not DETACH:
            for i, operand in enumerate(item.operands):
                if not isinstance(operand, Number):
                    local = lift(item.row.partial(i, z, item.operands))
                    stack.append((operand, operand, _times(adjoint, local)))
    return found


def _times(adjoint: Formula, local: Formula) -> Formula:
    """Their product; a choice between 1 and 0 lets the adjoint through, or 0."""
    if expr.row_of(local) is ops.where and all(isinstance(x, Number) for x in local.operands[1:]):
        parts = [adjoint if is_number(x, 1.0) else x for x in local.operands[1:]]
        if parts[0] is adjoint or parts[1] is adjoint:
            return Formula(ops.where, (local.operands[0], *parts))
    return apply(ops.mul, [adjoint, local])


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

    def taken_apart(row: Op) -> notation.Template:
        text = template(row)
        return notation.template(text, CALL if CALLED.match(text) else row.precedence)

    form = notation.ARRAY._replace(
        template=taken_apart, name=names, number=lambda size, _: (number(size), notation.ATOM)
    )
    return expr.bound(formula, form)
