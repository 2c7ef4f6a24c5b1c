"""The programs of a compiled function, each made once: for one structure and one surrounding.

Vocabulary: the *surroundings* of a function are what it reads that is no argument and no parameter
(:mod:`captured`). Programs made in other surroundings are kept for a while, as a model goes to and
fro between training and use.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler.captured import Captured
from autograd_mini.compiler.choice import Rivals, Target, chosen, warn
from autograd_mini.compiler.engines import Engine
from autograd_mini.compiler.given import Given
from autograd_mini.compiler.python_tier import Straight
from autograd_mini.compiler.trace import Trace, trace
from autograd_mini.value import Value

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
        self.in_use: dict[Hashable, list[int]] = {}
        self.captured: Captured | None = None

    def used(self, traces: Sequence[Trace]) -> list[int]:
        """The numbers of the parameters that one of these depends on."""
        key = tuple(traced.forms for traced in traces)
        if key not in self.in_use:
            self.in_use[key] = sorted({i for traced in traces for i in traced.used})
        return self.in_use[key]

    def traced(self, structure: args.Structure, given: Given) -> Trace:
        """The trace for a structure of arguments."""
        forms, examples = structure
        key = given.tree, forms
        if key not in self.traces:
            first = 0 if examples is None else examples[0]
            example = [args.copied(column[first]) for column in given.columns]
            self.traces[key] = self._trace(example, forms, given)
        return self.traces[key]

    def _trace(self, example: list[Any], forms: tuple[args.Form, ...], given: Given) -> Trace:
        """Run the function, and see what it reads around itself and whether it draws."""
        captured = Captured(self.fn)
        states = chance(captured.sources)
        fn = self.fn if given.tree is None else given.function(self.fn)
        made = trace(fn, self.params, example, forms, given.names)
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
        return [Straight(traced, len(self.params), gradient) for traced in traces]

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
            made = chosen(self.target, len(self.params), ordered, gradient, size)
            self.engines[key] = made
            known = made.faster(size) if isinstance(made, Rivals) else made
        return known

    def without_arrays(self, traces: Sequence[Trace], gradient: bool) -> None:
        """From now on straight code for these."""
        for traced in traces:
            derives = self._derives(traced, gradient)
            straight = Straight(traced._replace(folded=None), len(self.params), derives)
            self.engines[id(traced), derives] = straight

    def _derives(self, traced: Trace, gradient: bool) -> bool:
        """Whether a program has a gradient: in JAX, which derives it, one serves for both."""
        return gradient or (self.target.backend == "jax" and traced.shape is None)


class Surroundings:
    """The programs for the present surroundings of a function, and for those before."""

    def __init__(self, fn: Callable[..., Any], params: Sequence[Value], target: Target) -> None:
        self._given = fn, params, target
        self.here = Programs(*self._given)
        self._others: list[Programs] = []
        self._moves = 0

    def now(self) -> Programs:
        """The programs made for what the function reads around itself now."""
        here = self.here
        if here.captured is None or here.captured.holds():
            return here
        changed = here.captured.changed()
        self._others = [here, *self._others][: KEPT + 1]
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
        self.here = Programs(*self._given)
        return self.here
