"""The programs of a compiled function, each made once: for one structure and one surrounding.

Vocabulary: the *surroundings* of a function are what it reads that is no argument and no parameter
(:mod:`captured`). Programs made in other surroundings are kept for a while, as a model goes to and
fro between training and use. A *structure* is what the examples look like (:mod:`arguments`).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import given
from autograd_mini.compiler.captured import Captured
from autograd_mini.compiler.choice import Rivals, Target, chosen, give_up, warn
from autograd_mini.compiler.engines import ArrayProgramError, Engine, Runner
from autograd_mini.compiler.given import Given
from autograd_mini.compiler.python_tier import Straight
from autograd_mini.compiler.several import Several, Share
from autograd_mini.compiler.trace import Results, Trace, trace
from autograd_mini.nested import is_array
from autograd_mini.real import shown
from autograd_mini.value import Value

Found = TypeVar("Found")

KEPT = 4
"""Programs are kept for so many surroundings beside the present ones."""

OFTEN = 8
"""So many surroundings that came one after the other are worth a warning."""


def chance(sources: Sequence[Any]) -> list[Any]:
    """The states of the module ``random``, of NumPy's if it is loaded, and of these sources."""
    found: list[Any] = [random.getstate()]
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        _, key, *rest = numpy.random.get_state()
        found.append((key.tobytes(), *rest))
    for source in sources:
        try:
            state = source.getstate() if hasattr(source, "getstate") else source.bit_generator.state
        except NotImplementedError:  # random.SystemRandom has none
            continue
        found.append(repr(state))
    return found


class Ready(NamedTuple):
    """What a call has to do.

    Attributes:
        engine: what runs it.
        data: the batch in the engine's form.
        length: the number of examples.
        traces: what was traced.
        shapes: for each example the structure of its results.
        arrays: whether arrays went in, so that arrays come out.
    """

    engine: Runner
    data: Any
    length: int
    traces: list[Trace]
    shapes: list[Results]
    arrays: bool


class Programs:
    """What was traced and made in one surrounding.

    Args:
        fn: the function.
        params: its parameters.
        target: what was asked for.
    """

    def __init__(self, fn: Callable[..., Any], params: Sequence[Value], target: Target) -> None:
        self.fn, self.params, self.target = fn, params, target
        self.traces: dict[Hashable, Trace] = {}
        self.engines: dict[Any, Any] = {}  # of Engine and Rivals
        self.captured: Captured | None = None

    def traced(self, structure: args.Structure, taken: Given) -> Trace:
        """The trace for a structure of arguments."""
        forms, examples = structure
        key = taken.tree, forms
        if key not in self.traces:
            first = 0 if examples is None else examples[0]
            example = [args.copied(column[first]) for column in taken.columns]
            self.traces[key] = self._trace(example, forms, taken)
        return self.traces[key]

    def _trace(self, example: list[Any], forms: tuple[args.Form, ...], taken: Given) -> Trace:
        """Run the function, and see what it reads around itself and whether it draws."""
        captured = Captured(self.fn)
        states = chance(captured.sources)
        made = trace(taken.function(self.fn), self.params, example, forms, taken.names)
        if chance(captured.sources) != states:
            warn(
                "the function draws random numbers, which are drawn once, while it is traced, and "
                "stay the same from then on; draw them outside, and give them as an argument"
            )
        captured.forget_logs()
        if not captured.holds():
            warn(
                f"the function changes {captured.changed()}, which happens once, while it is "
                "traced, and not at every call; give it as an argument"
            )
            captured = Captured(self.fn)
        before = self.captured.constants if self.captured else []
        captured.constants = [
            *before,
            *[(ref, x) for ref, x in made.constants if ref() is not None],
        ]
        self.captured = captured
        return made

    def engines_for(self, traces: Sequence[Trace], gradient: bool) -> list[Engine]:
        """Engines of one tier that have the parameters in one order, as the largest likes it."""
        largest = max(traces, key=lambda traced: len(traced.used))
        order = tuple(self.engine_for(largest, gradient).order)
        missing = {i for traced in traces for i in traced.used} - set(order)
        order += tuple(sorted(missing))
        engines = [self.engine_for(traced, gradient, order) for traced in traces]
        if len({engine.tier for engine in engines}) == 1:
            return engines
        traces = [traced._replace(folded=None) for traced in traces]
        return [Straight(traced, gradient) for traced in traces]

    def engine_for(
        self, traced: Trace, gradient: bool, order: tuple[int, ...] = (), size: int = 1
    ) -> Engine:
        """The engine for a trace, and for batches of about this size."""
        gradient = self._derives(traced, gradient)
        key = id(traced), gradient
        known = self.engines.get(key)
        if isinstance(known, Rivals):
            known = known.faster(size)
        if known is None or (order and tuple(known.order) != order):
            ordered = traced._replace(order=order)
            made = chosen(self.target, ordered, gradient, size)
            self.engines[key] = made
            known = made.faster(size) if isinstance(made, Rivals) else made
        return known

    def without_arrays(self, traces: Sequence[Trace], gradient: bool) -> None:
        """From now on straight code for these."""
        for traced in traces:
            derives = self._derives(traced, gradient)
            straight = Straight(traced._replace(folded=None), derives)
            self.engines[id(traced), derives] = straight

    def _derives(self, traced: Trace, gradient: bool) -> bool:
        """Whether a program has a gradient: in JAX, which derives it, one serves for both."""
        return gradient or (self.target.backend == "jax" and traced.shape is None)


class Surroundings:
    """The programs for the present surroundings of a function, and for those before.

    Attributes:
        here: the present ones.
        last: what ran last.
    """

    def __init__(self, fn: Callable[..., Any], params: Sequence[Value], target: Target) -> None:
        self.fn, self.params, self.target = fn, params, target
        self.here = Programs(fn, params, target)
        self.last: Runner | None = None
        self._others: list[Programs] = []
        self._moves = 0

    def now(self) -> Programs:
        """The programs made for what the function reads around itself now."""
        here = self.here
        if here.captured is None or here.captured.holds():
            return here
        changed = here.captured.changed()
        self._others.insert(0, here)
        for known in self._others[1:]:
            if known.captured is not None and known.captured.holds():
                self._others.remove(known)
                self.here = known
                return known
        self._others = self._others[:KEPT]
        self._moves += 1
        if self._moves == OFTEN:
            warn(
                f"the function has been traced anew {OFTEN} times, as {changed} changes; give what "
                "changes as an argument"
            )
        self.here = Programs(self.fn, self.params, self.target)
        return self.here

    def surely(
        self,
        run: Callable[[Ready], Found],
        arguments: Sequence[Any],
        gradient: bool,
        size: int | None = None,
    ) -> Found:
        """Run with what these arguments need; where an array program fails, with straight code."""
        ready = self.ready(arguments, gradient, size)
        try:
            with ready.engine.quiet():
                return run(ready)
        except ArrayProgramError as fault:
            give_up(f"failed ({shown(str(fault))})", fault)
        self.here.without_arrays(ready.traces, gradient)
        return run(self.ready(arguments, gradient, size))

    def ready(self, arguments: Sequence[Any], gradient: bool, size: int | None = None) -> Ready:
        """The engine for these arguments, the batch in its form, and what was traced.

        ``size`` is the number of examples for which it will run, if that is not all of them.
        """
        programs = self.now()
        taken = given.given(arguments, _argument_names(self.fn, len(arguments)))
        count = args.batch_length(taken.columns, taken.names)
        try:
            found = args.structures(taken.columns, taken.names)
        except given.ForeignError:
            taken = taken._replace(columns=list(map(given.native, taken.columns, taken.names)))
            found = args.structures(taken.columns, taken.names)
        traces = [programs.traced(structure, taken) for structure in found]
        arrays = any(map(is_array, taken.columns))
        if len(found) == 1:
            size = min(count, size or count)
            only = self.last = programs.engine_for(traces[0], gradient, size=size)
            data = only.prepare(taken.columns)
            return Ready(only, data, count, traces, [traces[0].shape] * count, arrays)
        shares, shapes = list[Share](), list[Results]([None] * count)
        engines = programs.engines_for(traces, gradient)
        for engine, traced, (_, examples) in zip(engines, traces, found, strict=True):
            assert examples is not None
            chosen = [[column[i] for i in examples] for column in taken.columns]
            shares.append(Share(engine, engine.prepare(chosen), examples))
            for i in examples:
                shapes[i] = traced.shape
        several = self.last = Several(shares)
        return Ready(several, several.part(None, 0, count), count, traces, shapes, arrays)


def _argument_names(fn: Callable[..., Any], count: int) -> list[str]:
    """What the function calls its positional arguments."""
    bound = getattr(fn, "__func__", None)
    code = getattr(bound or fn, "__code__", None)
    known = code.co_varnames[: code.co_argcount] if code is not None else ()
    names = list(known[1:] if bound is not None else known)
    return [names[k] if k < len(names) else f"x{k}" for k in range(count)]
