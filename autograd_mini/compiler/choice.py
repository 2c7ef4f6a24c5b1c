"""Which tier a traced function runs on, and whether its program may be used.

A program that cannot be made, or whose answer for the recorded example is not the eager engine's,
is left aside for straight-line code, with a warning.
"""

from __future__ import annotations

import importlib.util
import math
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from autograd_mini.compiler.engines import Engine, RefusedError
from autograd_mini.compiler.python_tier import Straight
from autograd_mini.compiler.trace import Trace
from autograd_mini.real import shown

TIERS = ("auto", "python", "numpy", "llvm", "jax")
REDUCTIONS = ("mean", "sum", "none")
PRECISIONS = ("float64", "float32", "bfloat16")
EXTRAS = {"numpy": "fast", "llvm": "llvm", "jax": "jax"}
MODULES = {
    "numpy": {"numpy": "NumPy"},
    "llvm": {"llvmlite": "llvmlite", "numpy": "NumPy"},
    "jax": {"jax": "JAX", "numpy": "NumPy"},
}
"""For each tier the modules it needs, and what they are called."""

WORTH_LLVM = 500
"""Operands of the scalar graph from which on the tenths of a second pay that LLVM takes."""

SPARSE = 4
"""Array statements pay for certain where each of them stands for at least so many operands."""

LARGEST = 64
"""Two programs are compared on batches of at most so many examples."""


class Target(NamedTuple):
    """What was asked for.

    Attributes:
        backend: the tier, or "auto".
        dtype: the precision in which it computes; another one than "float64" in the tier "jax".
        mesh: the devices of JAX over which it splits batches; None for one.
    """

    backend: str
    dtype: str = "float64"
    mesh: Any = None


def refuse_unknown(target: Target, reduce: str) -> None:
    """Refuse what cannot be asked for."""
    backend, dtype, mesh = target
    if backend not in TIERS:
        remedy = f"take one of {', '.join(map(repr, TIERS))}"
        raise ValueError(f"compile: there is no backend {shown(backend)}; {remedy}")
    _refuse_other("dtype", dtype, PRECISIONS)
    if backend != "jax" and (dtype != "float64" or mesh is not None):
        raise ValueError(
            f"compile: the backend {backend!r} computes in float64 on one device; "
            "other precisions, and a mesh, are for backend='jax'"
        )
    if mesh is not None and not (hasattr(mesh, "devices") and hasattr(mesh, "axis_names")):
        raise TypeError(
            "compile: mesh must be a jax.sharding.Mesh such as jax.make_mesh((8,), ('batch',)), "
            f"not {type(mesh).__name__} {shown(mesh)}"
        )
    _refuse_other("reduce", reduce, REDUCTIONS)


def _refuse_other(what: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        one_of = ", ".join(map(repr, known))
        raise ValueError(f"compile: {what} must be one of {one_of}, not {shown(given)}")


class Rivals:
    """An array program and straight code of which either may be faster; which is, is measured.

    Args:
        engines: the two, arrays first.
        traced: what they are for.
        gradient: whether they compute it.
    """

    def __init__(self, engines: Sequence[Engine], traced: Trace, gradient: bool) -> None:
        self.engines, self.traced, self.gradient = engines, traced, gradient
        self.found: dict[int, Engine] = {}
        """The faster one, by the size of a batch: its number of binary digits."""

    def faster(self, size: int) -> Engine:
        """The faster engine for batches of about this size."""
        digits = size.bit_length()
        if digits not in self.found:
            self.found[digits] = min(self.engines, key=lambda engine: self._seconds(engine, size))
        return self.found[digits]

    def _seconds(self, engine: Engine, size: int) -> float:
        """How long it takes for an example: the best of three."""
        batch = engine.prepare([[x] * min(size, LARGEST) for x in self.traced.example])
        count = min(size, LARGEST)
        theta = engine.theta(self.traced.theta)
        best = math.inf
        with engine.quiet():
            for _ in range(3):
                began = time.perf_counter()
                if self.gradient:
                    engine.step(theta, batch, count, 1.0 / count)
                else:
                    engine.forward(theta, batch, count)
                best = min(best, (time.perf_counter() - began) / count)
        return best


def chosen(target: Target, traced: Trace, gradient: bool, size: int) -> Engine | Rivals:
    """An engine whose answer for the recorded example is the eager engine's, or two of them."""
    if gradient and traced.shape is not None:
        raise TypeError(
            "compiled: the function returns a list, and gradients belong to one number; return "
            "one Value, or call compiled.forward(...)"
        )
    work = sum(map(len, traced.recording.operands))
    choose = target.backend == "auto" and not traced.order
    tier = _array_tier(target.backend, work)
    target = target._replace(backend=tier or "python")
    if traced.loops:
        found = _best(target, traced, gradient, size, choose)
        if found is not None:
            return found
        traced = traced._replace(folded=None, form=None)
    found = _best(target, traced, gradient, size, choose)
    return Straight(traced, gradient) if found is None else found


def _best(
    target: Target, traced: Trace, gradient: bool, size: int, choose: bool
) -> Engine | Rivals | None:
    """An engine of this tier, or two of which either may be faster; None if there is none."""
    array_tier = target.backend != "python"
    found: list[Engine] = []
    try:
        engine = _tried(target, traced, gradient, size, choose) if array_tier else None
        if engine is None:
            straight = traced.loops and (choose or not array_tier)
        else:
            found.append(engine)
            straight = choose and _work(traced) < SPARSE * engine.statements
        if straight:
            code = Straight(traced, gradient)
            if wrong := code.wrong(gradient) if traced.loops else "":
                give_up(f"differs from the eager engine ({wrong})", loops=True)
            else:
                found.append(code)
    except RefusedError:
        if traced.loops:  # written out it may be possible
            return None
        raise
    except Exception as fault:  # noqa: BLE001 (there is another way, whatever is wrong)
        said = f"{type(fault).__name__}: {shown(str(fault))}"
        give_up(f"could not be made ({said})", fault, traced.loops)
        return None
    return Rivals(found, traced, gradient) if len(found) > 1 else next(iter(found), None)


def _work(traced: Trace) -> int:
    """The operands of everything that is written down: of one round where there is a loop."""
    recording = traced.folded or traced.recording
    bodies = [loop.body for loop in recording.loops]
    return sum(sum(map(len, part.operands)) for part in (recording, *bodies))


def warn(text: str, fault: BaseException | None = None) -> None:
    """A RuntimeWarning at the user's line."""
    frame: Any = sys._getframe(1)
    depth = 2
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith("autograd_mini."):
        frame, depth = frame.f_back, depth + 1
    warning = RuntimeWarning(f"compile: {text}")
    warning.__cause__ = fault
    warnings.warn(warning, stacklevel=depth)


def give_up(what: str, fault: Exception | None = None, loops: bool = False) -> None:
    """Say that a program is left aside."""
    name = "program with loops" if loops else "array program"
    instead = "it is written out" if loops else "straight-line code is used"
    warn(f"the {name} {what}; {instead} instead. Please report the function", fault)


def _tried(target: Target, traced: Trace, gradient: bool, size: int, choose: bool) -> Engine | None:
    """An engine for arrays; None where it is not worth it, or wrong, which a warning says."""
    if choose:
        traced = _with_form(traced)
        assert traced.form is not None
        if _work(traced) < SPARSE * len(traced.form.known):
            return None
    engine = _array_engine(target, traced, gradient)
    if differs := differing(engine, traced, gradient, size):
        give_up(f"differs from the eager engine ({differs})", loops=traced.loops)
        return None
    return engine


def _array_tier(backend: str, work: int) -> str | None:
    """The tier for array programs: the one asked for, or the fastest that is worth its time.

    Raises:
        ImportError: the one asked for is not installed.
    """
    if backend in EXTRAS:
        needed = MODULES[backend]
        missing = next((module for module in needed if not _installed(module)), None)
        if missing is not None:
            raise ImportError(
                f"compile: the backend {backend!r} needs {needed[missing]}; install it "
                f"with pip install 'autograd-mini[{EXTRAS[backend]}]', or use "
                "backend='python'"
            )
        return backend
    if backend == "python" or not _installed("numpy"):
        return None
    return "llvm" if work >= WORTH_LLVM and _installed("llvmlite") else "numpy"


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _array_engine(target: Target, traced: Trace, gradient: bool) -> Engine:
    """An engine of this tier."""
    if target.backend == "jax":
        from autograd_mini.compiler.jax.tier import Tier

        return Tier(traced, target.dtype, target.mesh)
    if target.backend == "llvm":
        from autograd_mini.compiler.llvm.prepare import UnknownKindError
        from autograd_mini.compiler.llvm.tier import Native

        with suppress(UnknownKindError):
            return Native(traced, gradient)
    from autograd_mini.compiler.numpy_tier import Grouped

    return Grouped(traced, gradient)


def _with_form(traced: Trace) -> Trace:
    """The trace with its normal form, whose colours say how many statements there will be."""
    from autograd_mini.compiler import pipeline  # needs NumPy

    return traced._replace(form=traced.form or pipeline.formed(traced))


def differing(engine: Any, traced: Trace, gradient: bool, size: int) -> str:
    """What is wrong with an engine for arrays, and since which stage; "" if nothing is found."""
    from autograd_mini.compiler.witness import Witness  # needs NumPy

    witness = Witness(traced, engine.program, gradient)
    if witness.fault or engine.tier == "jax":  # which compares what it compiles, once it does
        engine.witness = witness
        return witness.fault
    _, count = engine.copies(engine.prepare([[x] for x in traced.example]), size)
    if found := witness.wrong_at_first(engine, count):
        return f"the generated code is wrong on the first example: {found}"
    for number in {count, 3} if engine.tier == "numpy" else {count}:
        if found := witness.wrong(engine, number):
            return f"the generated code is wrong near the first example: {found}"
    engine.witness = witness
    return ""
