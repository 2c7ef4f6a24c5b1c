"""The training loop in native code: steps, mini-batches, and the optimiser's update.

Vocabulary: a *record* says how to run one piece of a batch: eight words, among them the address of
the ``step`` that was compiled for its size. A batch of several pieces adds their gradients. A
formula is *uniform* if it reads settings alone, such as 1 − β₁ᵗ: it is computed once for each step,
not once for each parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import functions, host
from autograd_mini.compiler.llvm.lower import ARGUMENTS
from autograd_mini.compiler.llvm.text import Code, Index
from autograd_mini.compiler.llvm.values import Value
from autograd_mini.compiler.update import Update

FIELDS = (
    ("run", "u8"), ("data", "u8"), ("arena", "u8"), ("constants", "u8"), ("weight", "f8"),
    ("loss.at", "u8"), ("times", "f8"), ("unused", "u8"),
)  # fmt: skip
"""What a record has: addresses and numbers."""

TRAIN = """\
define void @train(ptr %batches, i64 %count, i64 %first, i64 %steps, ptr %theta, ptr %gradient,
                   ptr %piece, ptr %states, ptr %settings, ptr %costs,
                   ptr %made) {{
entry:
  br label %step
step:
  %i = phi i64 [0, %entry], [%i.next, %stepped]
  %at = add i64 %first, %i
  %which = urem i64 %at, %count
  %batch = getelementptr [2 x ptr], ptr %batches, i64 %which
  %pieces = load ptr, ptr %batch
  %batch.1 = getelementptr ptr, ptr %batch, i64 1
  %many = load i64, ptr %batch.1
  br label %piece_of
piece_of:
  %k = phi i64 [0, %step], [%k.next, %added]
  %cost = phi double [0.0, %step], [%cost.next, %added]
  %into.first = icmp eq i64 %k, 0
  %into = select i1 %into.first, ptr %gradient, ptr %piece
  %record = getelementptr [8 x i64], ptr %pieces, i64 %k
{fields}
  call void %run({passed})
  %loss = load double, ptr %loss.at
  %whole = fmul double %loss, %times
  %cost.next = fadd double %cost, %whole
  br i1 %into.first, label %added, label %adding
adding:
  call void @gather(ptr %gradient, ptr %piece)
  br label %added
added:
  %k.next = add i64 %k, 1
  %k.more = icmp slt i64 %k.next, %many
  br i1 %k.more, label %piece_of, label %stepped
stepped:
  %cost.at = getelementptr double, ptr %costs, i64 %i
  store double %cost.next, ptr %cost.at
  call void @update(ptr %theta, ptr %gradient, ptr %states, ptr %settings)
{tick}
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %steps
  br i1 %more, label %step, label %end
end:
  %all = add i64 %first, %steps
  store i64 %all, ptr %made
  ret void
}}
"""

EACH = """\
define void @each(ptr %run, i64 %count, i64 %slots, i64 %room, ptr %tables, ptr %theta,
                  ptr %gradients, ptr %losses, ptr %arena, ptr %constants, ptr %loss) {{
entry:
  br label %example
example:
  %i = phi i64 [0, %entry], [%i.next, %example]
  %i.data = mul i64 %i, %slots
  %data = getelementptr i64, ptr %tables, i64 %i.data
  %i.gradient = mul i64 %i, %room
  %gradient = getelementptr double, ptr %gradients, i64 %i.gradient
  call void %run({passed}, double 1.0)
  %found = load double, ptr %loss
  %at = getelementptr double, ptr %losses, i64 %i
  store double %found, ptr %at
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %count
  br i1 %more, label %example, label %end
end:
  ret void
}}
"""

TICK = """\
  %t = load double, ptr %settings
  %t.next = fadd double %t, 1.0
  store double %t.next, ptr %settings"""


@cache
def each() -> Any:
    """The native loop over examples that run one after the other."""
    text = EACH.format(passed=", ".join(f"ptr %{name}" for name in ARGUMENTS))
    return host.Assembled(text).function("each", "piiippppppp")


TRAINERS: dict[Any, Any] = {}
"""Training loops that have been compiled; an update is known by its formulas."""


def train(update: Update, count: int, room: int) -> Any:
    """The native training loop of so many parameters, each state in so many doubles."""
    key = update.settings, tuple(map(f.key, update.results)), count, room
    if key not in TRAINERS:
        text = _module(update, count, room, host.host().width)
        TRAINERS[key] = host.Assembled(text).function("train", "piiippppppp")
    return TRAINERS[key]


def _module(update: Update, count: int, room: int, width: int) -> str:
    fields = [
        f"  %r{i} = getelementptr i64, ptr %record, i64 {i}\n"
        f"  %{name} = load {'double' if kind == 'f8' else 'ptr'}, ptr %r{i}"
        for i, (name, kind) in enumerate(FIELDS[:-1])
    ]
    passed = ", ".join(f"ptr %{'into' if name == 'gradient' else name}" for name in ARGUMENTS)
    train = TRAIN.format(
        fields="\n".join(fields),
        passed=f"{passed}, double %weight",
        tick=TICK if update.counts else "",
    )
    change, total = _update(update, count, room, width), _gather(count, width)
    given = "ptr %theta, ptr %gradient, ptr %states, ptr %settings"
    whole = "ptr %gradient, ptr %piece"
    return "\n".join([
        *sorted(change.used | total.used), "",
        f"define internal void @update({given}) nounwind {{\n{change.text()}\n}}\n",
        f"define internal void @gather({whole}) nounwind {{\n{total.text()}\n}}\n",
        train,
    ])  # fmt: skip


def _gather(count: int, width: int) -> Code:
    """gradient += piece."""
    code = Code()

    def one(index: Index, none: list[Value]) -> list[Value]:
        into = code.address("%gradient", 0, [(1, index)])
        added = code.load(code.address("%piece", 0, [(1, index)]), width)
        code.store(code.load(into, width) + added, into)
        return none

    code.loop(count, one, step=width)
    return code


def _update(update: Update, count: int, room: int, width: int) -> Code:
    """The update of every parameter, in place. It may run over the end: there is room."""
    code = Code()
    settings = {
        name: code.load(code.address("%settings", i, []), 1)
        for i, name in enumerate(update.settings)
    }
    known: dict[Any, Value] = {}
    formulas = [_uniform_first(code, x, settings, width, known) for x in update.results]
    places = {"theta": ("%theta", 0), "g": ("%gradient", 0)}
    places |= {name: ("%states", i * room) for i, name in enumerate(update.state)}

    def one(index: Index, none: list[Value]) -> list[Value]:
        loaded: dict[Any, Value] = {}

        def leaf(what: Any) -> Value:
            if isinstance(what, Value):
                return what
            if what not in loaded:
                base, offset = places[what]
                loaded[what] = code.load(code.address(base, offset, [(1, index)]), width)
            return loaded[what]

        here: dict[Any, Value] = {}
        made = [functions.evaluate(x, leaf, here) for x in formulas]
        for name, value in zip(("theta", *update.state), made, strict=False):
            base, offset = places[name]
            code.store(value, code.address(base, offset, [(1, index)]))
        return none

    code.loop(count, one, step=width)
    return code


def _uniform_first(
    code: Code,
    expression: f.Formula,
    settings: dict[str, Value],
    width: int,
    known: dict[Any, Value],
) -> f.Formula:
    """The formula with its uniform parts computed, here and now, and spread over the lanes."""
    if isinstance(expression, f.Number):
        return expression
    if all(name in settings for name in f.names(expression)):
        value = functions.evaluate(expression, settings.__getitem__, known)
        return f.Name(code.spread(value, width))
    if isinstance(expression, f.Name):
        return expression
    parts = [_uniform_first(code, x, settings, width, known) for x in expression.operands]
    if expression.row is ops.div and isinstance(parts[1], f.Name):
        divisor = parts[1].of  # of a division by a uniform number, one is left for all parameters
        if isinstance(divisor, Value):
            parts[1] = f.Name(1.0 / divisor)
            return f.Formula(ops.mul, tuple(parts))
    return f.Formula(expression.row, tuple(parts))


def table(batches: Sequence[Sequence[tuple[Any, ...]]]) -> tuple[Any, list[Any]]:
    """The batches' records in memory: the table of batches, and what it points to."""
    held = [np.array(pieces, dtype=[*FIELDS]) for pieces in batches]
    lines = [[pieces.ctypes.data, len(pieces)] for pieces in held]
    return np.array(lines, dtype=np.int64), held
