"""The stages of the grouping compiler in a row, a validator after each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import bodies, kinds, layout, lower_numpy, normal, program
from autograd_mini.compiler.build import build
from autograd_mini.compiler.derive import differentiate
from autograd_mini.compiler.trace import Trace


class Made(NamedTuple):
    """A generated function.

    Attributes:
        source: its text.
        order: for each cell of theta the number of its parameter.
        given: for each of its arguments after theta its kind and the number of the argument.
        batched: for each result whether it depends on the example.
        constants: the arrays that its names stand for.
        statements: how many array statements it has.
        program: what it was written from.
    """

    source: str
    order: list[int]
    given: list[tuple[str, int]]
    batched: list[bool]
    constants: dict[str, Any]
    statements: int
    program: program.Program


def run(trace: Trace, names: Sequence[str], gradient: bool) -> Made:
    """From a trace to NumPy source, with the gradient or the results alone."""
    made = grouped(trace, names, gradient)
    read = [array for array in made.arrays if array.kind in ("argument", "index")]
    lowered = lower_numpy.lower(
        made, "step" if gradient else "forward", [array.name for array in read]
    )
    return Made(
        lowered.text,
        made.order,
        [(array.kind, array.detail) for array in read],
        [output.batched for output in made.outputs],
        lowered.constants,
        lowered.text.count("\n") - 2,
        made,
    )


def grouped(trace: Trace, names: Sequence[str], gradient: bool) -> program.Program:
    """The array program of a trace."""
    form = trace.form or formed(trace)
    order: Sequence[int] = trace.order
    plans = []
    for loop in form.recording.loops:
        inner = layout.layout(loop.form, order)
        layout.validate(loop.form, inner)
        order = inner.order
        plans.append((loop, inner))
    plan = layout.layout(form, order)
    layout.validate(form, plan)
    shapes = [args.array_shape(form) for form in trace.forms]
    made = build(form, plan, list(zip(names, shapes, strict=True)), bodies.maker(plans))
    kinds.validate(made)
    if gradient:
        made = differentiate(made)
        kinds.validate(made)
    return made


def formed(trace: Trace) -> normal.Normal:
    """The normal form of a trace, checked."""
    recording = trace.recording if trace.folded is None else trace.folded
    form = normal.normal(bodies.arranged(recording))
    normal.validate(form)
    return form
