"""This machine: its vectors, how many results they hold in registers, and its code generator.

Vocabulary: a *module* is LLVM text with functions; *assembled*, they have addresses. No passes run
over the module; the code generator works at level 2, which is fast and does what matters here:
choosing instructions and registers. A *tile* of a × b places has a · b accumulators: in each round
of its sums it loads a factors of one side and b of the other, and multiplies each by each. The best
is the cheapest by a count of instructions, as far as the registers go.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any, NamedTuple

from autograd_mini import graph


class Host(NamedTuple):
    """What the lowering needs to know.

    Attributes:
        width: the doubles in a vector.
        registers: the vector registers.
    """

    width: int
    registers: int


@cache
def _binding() -> Any:
    """llvmlite's binding, made ready for this machine."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # Whatever llvmlite does, the end of an engine among it, it does under this lock.
    if (lock := getattr(llvm.ffi.lib, "_lock", None)) is not None:
        graph.foreign.locks.append(lock)
    return llvm


def _machine() -> Any:
    llvm = _binding()
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=2)


@cache
def host() -> Host:
    """This machine, asked once."""
    llvm = _binding()
    has = llvm.get_host_cpu_features()
    if has.get("avx512f") and has.get("avx512vl"):
        return Host(width=8, registers=32)
    if has.get("avx"):
        return Host(width=4, registers=16)
    return Host(width=2, registers=32 if has.get("neon") else 16)


def width_for(batch: int) -> int:
    """How many lanes serve a batch: the most that leave few of them empty."""
    width = host().width
    if batch == 1:
        return width
    choices = [w for w in (8, 4, 2, 1) if w <= width]
    filled = {w: -(-batch // w) * w for w in choices}
    least = min(n for w, n in filled.items() if w > 1 or width == 1)
    return next(w for w in choices if filled[w] <= 1.1 * least)


class Assembled:
    """A module in memory, ready to run; it lives as long as this object."""

    def __init__(self, text: str) -> None:
        llvm = _binding()
        module = llvm.parse_assembly(text)
        self._engine = llvm.create_mcjit_compiler(module, _machine())
        self._engine.finalize_object()

    def function(self, name: str, kinds: str) -> Any:
        """A function of pointers, integers and doubles ("p", "i", "d"); its ``at`` is where."""
        types = {"p": ctypes.c_void_p, "i": ctypes.c_int64, "d": ctypes.c_double}
        at = self._engine.get_function_address(name)
        made: Any = ctypes.CFUNCTYPE(None, *map(types.__getitem__, kinds))(at)
        made.at, made.code = at, self  # which lives as long
        return made


def assembly(text: str) -> str:
    """The module in this machine's assembly language, to be read."""
    written: str = _machine().emit_assembly(_binding().parse_assembly(text))
    return written


def symbol(name: str) -> bool:
    """Whether the C library has this function."""
    return bool(_binding().address_of_symbol(name))


LATENCY = 8
"""Accumulators that keep two multiply-add units busy."""

SPARE = {16: 4, 32: 12}
"""How many of the registers are left for factors."""

ENDS = 0.05
"""The price of a second tile size for what is left over at the end of an axis: more code."""


class Axis(NamedTuple):
    """An axis that a tile has places along: its number, how far one place is, how many places."""

    number: int
    step: int
    places: int


def best_tile(n: int, m: int, registers: int) -> tuple[int, int]:
    """How many of n places along one axis, and of m along the other, make a tile.

    >>> best_tile(16, 13, 32)  # 16 rows of 13 vectors
    (4, 5)
    """
    limit = registers - SPARE[registers]
    best, chosen = float("inf"), (1, 1)
    for a in range(1, min(n, limit) + 1):
        for b in range(1, min(m, limit // a) + 1):
            ends = (n % a > 0) + (m % b > 0)
            cost = _total(n, m, a, b) * (1.0 + ENDS * ends)
            if cost < best:
                best, chosen = cost, (a, b)
    return chosen


def _total(n: int, m: int, a: int, b: int) -> float:
    """Instructions for all tiles, those at the ends included."""
    along = ((a, n // a), (n % a, 1))
    across = ((b, m // b), (m % b, 1))
    return sum(_cost(x, y) * i * j for x, i in along for y, j in across if x and y)


def _cost(a: int, b: int) -> float:
    """Instructions of one round of an a × b tile, where few accumulators leave the units idle."""
    return max(a * b, LATENCY) + 0.8 * (a + b) + 1.5
