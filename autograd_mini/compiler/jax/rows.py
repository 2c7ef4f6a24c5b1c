"""The table's rows in JAX: functions whose derivatives are the table's partials.

Vocabulary: a row is *settled* for operands some of which are plain numbers, x ** 2.0 say: only the
others can have a derivative, and its formula is the simpler for it.

A settled row is a ``jax.custom_jvp``. So ``jax.grad``, ``jax.jvp``, ``jax.hessian``, ``jax.vmap``
and ``jax.checkpoint`` of a generated program follow the table at kinks and in the tails. Sums,
products and choices are JAX's own, whose derivatives are the table's already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero

from autograd_mini import ieee, ops
from autograd_mini.compiler import holes, numpy_rows
from autograd_mini.compiler.engines import RefusedError
from autograd_mini.compiler.formula import Formula, Name, Number, is_number, lift
from autograd_mini.compiler.jax.forms import FORMS, Form, power
from autograd_mini.compiler.traced import DETACH
from autograd_mini.expr import row_of
from autograd_mini.rows import Op, all_rows, op, row_named

Array = Any
Settled = tuple[tuple[int, float], ...]
"""Which operands are plain numbers, and which."""

SCALED = op(
    "scaled", ieee.div, *ops.div.partials, array="{0} / {1}", precedence=ops.div.precedence,
    domain=ops.div.domain, table={},
)  # fmt: skip
"""The quotient by a plain number."""

MASKED = op(
    "masked", ieee.where, *ops.where.partials, array="jnp.where({0}, {1}, {2})",
    domain=ops.where.domain, table={},
)  # fmt: skip
"""What fills holes: its condition is a mask."""

OPERATORS = (ops.add, ops.sub, ops.mul, ops.neg, SCALED, MASKED)
"""Rows written as they stand, whose derivatives are the table's in JAX too."""


def template(row: Op) -> str:
    """The text of a row: an operator, JAX's own choice, or a call of ours."""
    if row in OPERATORS:
        return row.array
    if row is ops.where:
        return "jnp.where({0} != 0.0, {1}, {2})"
    if row is DETACH:
        return "stop_gradient({0})"
    form(row.name)
    return f"{row.name}({', '.join(f'{{{i}}}' for i in range(row.arity or 0))})"


def as_written(formula: Formula) -> Formula:
    """A part of a formula, which JAX may have in a simpler way than the row's own function."""
    row = row_of(formula)
    if row is ops.div and isinstance(formula.operands[1], Number):
        return Formula(SCALED, formula.operands)
    return Formula(MASKED, formula.operands) if holes.filling(formula) else formula


def number(x: float) -> str:
    """A number as source."""
    return numpy_rows.number(x).replace("np.", "jnp.")


def library() -> dict[str, Callable[..., Array]]:
    """The rows that generated source may call, by their names."""
    rows = [row for row in all_rows().values() if row.arity is not None]
    own = [row for row in rows if row not in OPERATORS and row is not ops.where]
    return {row.name: partial(apply, row.name) for row in own}


def apply(name: str, *operands: Array) -> Array:
    """A row of JAX arrays and plain numbers."""
    known = tuple((i, float(x)) for i, x in enumerate(operands) if type(x) in (float, int))
    if len(known) == len(operands):
        return row_named(name).forward(*[x for _, x in known])
    arrays = [x for x in operands if type(x) not in (float, int)]
    return settled(name, known)(*arrays)


@cache
def settled(name: str, known: Settled) -> Callable[..., Array]:
    """The row as a function of those operands that are arrays."""
    row = row_named(name)
    numbers = dict(known)
    places = [i for i in range(row.arity or 0) if i not in numbers]
    plain = form(name)

    def whole(arrays: Sequence[Any], wrap: Callable[[float], Any]) -> list[Any]:
        given = iter(arrays)
        return [wrap(numbers[i]) if i in numbers else next(given) for i in range(row.arity or 0)]

    def function(*arrays: Array) -> Array:
        return plain(*whole(arrays, float))

    function.__name__ = name
    made = jax.custom_jvp(function)
    names = whole([Name(k) for k in range(len(places))], Number)
    partials = [lift(row.partial(i, Name(len(places)), names)) for i in places]

    def derivative(arrays: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, Array]:
        z = made(*arrays)
        moved = jnp.zeros_like(z)
        for local, tangent in zip(partials, tangents, strict=True):
            if type(tangent) is SymbolicZero or is_number(local, 0.0):
                continue
            of_output = row is ops.relu  # step(x) from the output: x need not be kept
            slope = jnp.where(z > 0.0, 1.0, z) if of_output else evaluate(local, [*arrays, z])
            moved = moved + (tangent if is_number(local, 1.0) else slope * tangent)
        return z, jnp.broadcast_to(moved, z.shape).astype(z.dtype)

    made.defjvp(derivative, symbolic_zeros=True)
    return made  # type: ignore[no-any-return]


def evaluate(formula: Formula, arrays: Sequence[Array]) -> Array:
    """The value of a formula whose names are the places of arrays."""
    if isinstance(formula, Name):
        return arrays[formula.of]
    if isinstance(formula, Number):
        return formula.number
    operands = [evaluate(x, arrays) for x in formula.operands]
    if formula.row is ops.where and type(operands[0]) is not float:
        return jnp.where(operands[0] != 0.0, *operands[1:])
    if formula.row in OPERATORS:
        return arithmetic(formula.row)(*operands)
    return apply(formula.row.name, *operands)


@cache
def form(name: str) -> Form:
    """A row as a plain function of JAX arrays.

    Raises:
        RefusedError: there is no such function, and none can be derived.
    """
    if name in FORMS:
        return FORMS[name]
    row = row_named(name)
    if found := re.fullmatch("pow_d(x*)(y*)", name):
        return power(len(found[1]), len(found[2]))
    if (below := _antiderivative(name)) is not None:
        return _slope(*below)
    missing = [found for found in re.findall(r"xp\.(\w+)", row.array) if not hasattr(jnp, found)]
    if missing:
        raise RefusedError(
            f"compile: the row {name!r} has no form for JAX: there is no jax.numpy.{missing[0]}; "
            "say how it is computed on arrays, as in "
            f'op({name!r}, …, array="xp.exp({{0}}) + 1.0"), or use backend="python"'
        )
    return _written(row.array, row.arity or 0)


def _written(text: str, arity: int) -> Form:
    names = [f"x{i}" for i in range(arity)]
    body = text.replace("xp.", "jnp.").format(*[f"({name})" for name in names])
    made: Form = eval(f"lambda {', '.join(names)}: {body}", {"jnp": jnp})  # noqa: S307
    return made


@cache
def arithmetic(row: Op) -> Form:
    """The function of a row that is written as an operator."""
    return _written(row.array, row.arity or 0)


def _antiderivative(name: str) -> tuple[str, int, float] | None:
    """For a row of high order: the row of which it is a slope, in which operand, and the factor."""
    if found := re.fullmatch(r"(skew_)?multipole_(\d+)", name):
        n = int(found[2]) - 1
        below = f"{found[1] or ''}{'quadrupole' if n == 2 else f'multipole_{n}'}"
        return below, 0, -1.0 / n
    if found := re.fullmatch(r"(\w+?)(?:_d|(?<=[dxy])([dxy]))", name):
        return found[1], 1 if found[2] == "y" else 0, 1.0
    return None


def _slope(name: str, place: int, factor: float) -> Form:
    """The derivative, by JAX itself, of a row's form."""

    def function(*operands: Array) -> Array:
        shape = jnp.broadcast_shapes(*map(jnp.shape, operands))
        full = [jnp.broadcast_to(x, shape) for x in operands]

        def along(x: Array) -> Array:
            return form(name)(*full[:place], x, *full[place + 1 :])

        return factor * jax.jvp(along, (full[place],), (jnp.ones_like(full[place]),))[1]

    return function
