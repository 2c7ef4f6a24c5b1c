"""Programs for a stack: what a typed expression becomes, and how it is done with numbers or Values.

Vocabulary: a *program* is a list of instructions in the order of their doing. A number, or the
value of a name, is put onto the stack; a row of the table takes its operands from there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_mini import ops
from autograd_mini.expression.functions import missing
from autograd_mini.expression.tokens import ExpressionError
from autograd_mini.rows import Op
from autograd_mini.value import Value


class Apply(NamedTuple):
    """A row, and how many operands it takes; ``lists`` are the lengths of lists among them."""

    row: Op
    taken: int
    lists: tuple[int, ...] = ()


class Label(NamedTuple):
    """A name for what is on top of the stack."""

    name: str


Instruction = float | str | Apply | Label
Operand = float | Value


def run(program: Sequence[Instruction], values: Mapping[str, Operand]) -> Operand:
    """The result for numbers (a float) or Values (a Value).

    Raises:
        ExpressionError: a name has no value, a function refuses its operands, or a power is beyond
            the largest double.

    >>> run([2.0, "x", Apply(ops.mul, 2)], {"x": 3.0})
    6.0
    """
    known = dict(values)
    stack: list[Operand] = []
    for step in program:
        if isinstance(step, float):
            stack.append(step)
        elif isinstance(step, str):
            if step not in known:
                raise ExpressionError(missing(step, values))
            stack.append(known[step])
        elif isinstance(step, Label):
            if step.name in known:
                raise ExpressionError(f"the name {step.name} is taken; choose another one")
            known[step.name] = named(stack[-1], step.name)
        else:
            operands = stack[len(stack) - step.taken :]
            del stack[len(stack) - step.taken :]
            stack.append(_applied(step, operands))
    (result,) = stack
    return result


def named(result: Operand, name: str) -> Operand:
    """A Value with this label, if it had none."""
    if isinstance(result, Value) and not result.label:
        result.label = name
    return result


def _applied(step: Apply, operands: Sequence[Operand]) -> Operand:
    row = step.row
    try:
        if step.lists:
            first, both = step.lists[0], sum(step.lists)
            result = row(operands[:first], operands[first:both], *operands[both:])
        else:
            result = row(operands) if row.takes_list else row(*operands)
    except (TypeError, ValueError) as error:
        raise ExpressionError(str(error).removeprefix("ops.")) from None
    if row is ops.pow:
        a, b, c = (x.data if isinstance(x, Value) else x for x in (*operands, result))
        if math.isinf(c) and math.isfinite(a) and math.isfinite(b) and a != 0.0:
            raise ExpressionError(f"{a:g} ^ {b:g} is beyond the largest double, about 1.8e308")
    found: Operand = result
    return found
