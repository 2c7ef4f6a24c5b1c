"""The driver: from the array program to a module.

Each kernel is a function of its own, named after what it computes; ``step`` calls them in order.
All take the same arguments: theta, the gradient, the arguments' buffers, the arena, the constants
and the weight. The code holds no addresses of data, so it may run in several threads at once, each
with an arena of its own.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.llvm import memory
from autograd_mini.compiler.llvm.folds import write_fold, write_map, write_rows
from autograd_mini.compiler.llvm.host import Host
from autograd_mini.compiler.llvm.kernels import Fold, Kernel, Plan, Product, Repeat, Rows
from autograd_mini.compiler.llvm.reach import Frame
from autograd_mini.compiler.llvm.text import Code
from autograd_mini.compiler.llvm.tiles import write_product

ARGUMENTS = ("theta", "gradient", "data", "arena", "constants")

WRITERS: dict[type, Any] = {
    Product: write_product,
    Fold: write_fold,
    Rows: write_rows,
    type(None): write_map,
}


class Lowered(NamedTuple):
    """The hand-over.

    Attributes:
        text: the module.
        arena: how many doubles it computes in.
        constants: the numbers it reads, as doubles; lists of cells are integers in their bits.
        slots: which arguments it reads, each by kind and number, in the order of their pointers.
        row: how many doubles there are for a cell of a batched array.
    """

    text: str
    arena: int
    constants: Any
    slots: list[Any]
    row: int


def lower(plan: Plan, batch: int, host: Host) -> Lowered:
    """The kernels as a module for batches of this size."""
    frame = Frame(batch, host.width, host.registers)
    frame.constants = len(plan.constants)
    arena = memory.assign(plan.kernels, plan.buffers, frame.row)
    memory.validate(plan.kernels, plan.buffers, frame.row)
    declared: set[str] = set()
    functions: list[str] = []
    calls: list[str] = []
    given = ", ".join([*(f"ptr noalias %{name}" for name in ARGUMENTS), "double %weight"])
    passed = ", ".join([*(f"ptr %{name}" for name in ARGUMENTS), "double %weight"])

    def called(kernel: Kernel, round_: str) -> str:
        code = Code()
        WRITERS[type(kernel.core)](frame, kernel, code)
        name = f"@k{len(functions)}_{_name(kernel)}"
        body = _with_data(code.text(), frame)
        head = f"define internal void {name}({given}, i64 %t)"
        functions.append(f"{head} nounwind {{\n{body}\n}}\n")
        declared.update(code.used)
        return f"  call void {name}({passed}, i64 {round_})"

    block = "entry"
    for kernel in plan.kernels:
        if isinstance(kernel.core, Repeat):
            inner = [called(one, f"%t{len(calls)}") for one in kernel.core.kernels]
            block = _loop(kernel.core, inner, block, calls)
        else:
            calls.append(called(kernel, "0"))
    lines = "\n".join(calls)
    step = f"define void @step({given}) nounwind {{\nentry:\n{lines}\n  ret void\n}}\n"
    tables = [np.zeros(0), *(table.view(np.float64) for table in frame.tables)]
    constants = np.concatenate([plan.constants, *tables])
    text = "\n".join([*sorted(declared), "", *functions, step])
    return Lowered(text, arena, constants, list(frame.slots), frame.row)


def _loop(core: Repeat, inner: list[str], before: str, calls: list[str]) -> str:
    """The calls of a loop's kernels, round after round; returns the block that follows."""
    k = len(calls)
    first, last = (core.rounds - 1, 0) if core.backward else (0, core.rounds - 1)
    step = -1 if core.backward else 1
    calls += [
        f"  br label %round{k}",
        f"round{k}:",
        f"  %t{k} = phi i64 [{first}, %{before}], [%t{k}.next, %round{k}]",
        *inner,
        f"  %t{k}.next = add i64 %t{k}, {step}",
        f"  %t{k}.done = icmp eq i64 %t{k}, {last}",
        f"  br i1 %t{k}.done, label %after{k}, label %round{k}",
        f"after{k}:",
    ]
    return f"after{k}"


def _with_data(text: str, frame: Frame) -> str:
    """The pointers to the arguments that a function reads, loaded at its head."""
    loads: list[str] = []
    moves = []
    for (base, start, step), i in frame.moving.items():
        if re.search(rf"%moved{i}\b", text):
            moves.append(f"  %by{i} = mul nsw i64 %t, {step}")
            moves.append(f"  %from{i} = add i64 %by{i}, {start}")
            moves.append(f"  %moved{i} = getelementptr double, ptr {base}, i64 %from{i}")
    text = text.replace("entry:", "\n".join(["entry:", *moves]), 1)
    for slot in range(len(frame.slots)):
        if re.search(rf"%data{slot}\b", text):
            loads.append(f"  %slot{slot} = getelementptr ptr, ptr %data, i64 {slot}")
            loads.append(f"  %data{slot} = load ptr, ptr %slot{slot}, align 8")
    return text.replace("entry:", "\n".join(["entry:", *loads]), 1)


def _name(kernel: Kernel) -> str:
    """What a kernel computes, as a function's name."""
    names = [a.array.name for a in kernel.actions if a.array is not None and a.array.name]
    word = type(kernel.core).__name__.lower() if kernel.core else "map"
    return re.sub(r"\W", "_", names[0] if names else word)
