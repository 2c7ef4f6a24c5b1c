"""The stages of the grouping compiler in a row, a validator after each."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import blocks, bodies, kinds, layout, normal, program
from autograd_mini.compiler.build import build
from autograd_mini.compiler.derive import differentiate
from autograd_mini.compiler.trace import Trace


def grouped(trace: Trace, names: Sequence[str], gradient: bool) -> program.Program:
    """The array program of a trace."""
    form = trace.form or formed(trace)
    order: Sequence[int] = trace.order
    plans = []
    for loop in form.recording.loops:
        inner = layout.layout(loop.form, order)
        blocks.validate(loop.form, inner)
        order = inner.order
        plans.append((loop, inner))
    plan = layout.layout(form, order)
    blocks.validate(form, plan)
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
