"""Stage 0: run the function once and keep what it did, without letting it look at a number.

Vocabulary:

- *traced*: a number of the example that may not be read (:mod:`traced`).
- *tape*: what has been recorded so far. A traced number keeps in ``_stamp`` its place on the tape.
- *recording*: the hand-over (:mod:`recording`).

The eager engine itself computes the numbers, and a watcher puts every new node on the tape. Only
+, − and × of traced numbers and floats, most of what there is, go there directly. The class of
traced numbers is made anew for each recording, so that a number kept from another one is a
stranger.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from autograd_mini import errors, graph, modes, ops
from autograd_mini.bulk import set_stamp
from autograd_mini.compiler.recording import ARGUMENT, INDEX, PARAMETER, Check, Recording, validate
from autograd_mini.compiler.traced import DETACH, TAKE, Traced, TracingError, _set_class, taken_from
from autograd_mini.engine import class_of_nodes
from autograd_mini.graph import Node
from autograd_mini.real import is_real, real
from autograd_mini.rows import CONSTANT, LEAF, Op
from autograd_mini.value import Value, _Node

Found = TypeVar("Found")

_OF_INTEGERS = (ops.add, ops.sub, ops.mul, ops.neg, ops.abs, TAKE)
"""The rows that stand for what gives an int where its operands are ints."""


class Tape:
    """One recording in progress, as columns; see :class:`Recording`. Parameters come first.

    Attributes:
        leaves: what each leaf stands for, by its place.
        traced: the class of its numbers; ``integer`` of those that may select.
    """

    def __init__(self, params: Sequence[Value]) -> None:
        count = len(params)
        self.rows: list[Op] = [PARAMETER] * count
        self.operands: list[tuple[int, ...]] = [()] * count
        self.leaves: dict[int, Any] = dict(zip(range(count), range(count), strict=True))
        self.numbers: list[float] = [p._data for p in params]
        self.seen: dict[Hashable, int] = {}
        self.integers: list[tuple[tuple[int, int], float]] = []
        """The integers of the example, which go on the tape when they are used: as what?"""
        self.constants: dict[weakref.ref[Value], float] = {}
        """The constants that were met, whoever made them, and their numbers."""
        self.checks: list[Check] = []
        """What the arguments of each call must be."""
        self.refusals: list[Exception] = []
        """What was refused, also where the function caught it."""
        self.made_here: dict[int, tuple[Value, TracingError]] = {}
        """Leaves that nobody gave: constants, if the function makes them anew in each run."""
        self._known = bytearray()
        self.traced: type[Traced] = class_of_nodes(
            type("Traced", (Traced,), {"__slots__": (), "_tape": self})
        )
        self.integer: Any = class_of_nodes(
            type("TracedInteger", (self.traced,), {"__slots__": (), "_take_from": taken_from})
        )
        for row, name in ((ops.add, "add"), (ops.mul, "mul"), (ops.sub, "sub")):
            for method, turned in ((f"__{name}__", False), (f"__r{name}__", True)):
                setattr(self.traced, method, self._direct(row, getattr(_Node, method), turned))

    def leaf(self, row: Op, stands_for: object, number: float) -> int:
        """Put a leaf on the tape."""
        place = len(self.rows)
        self.rows.append(row)
        self.operands.append(())
        self.leaves[place] = stands_for
        self.numbers.append(number)
        return place

    def argument(self, number: float, where: tuple[int, int], name: str, integer: bool) -> Value:
        """A traced number of the example; ``where`` are its argument and its cell in it."""
        made = Value(number, name)
        if integer:
            made.__class__ = self.integer
            self.integers.append((where, number))
            made._stamp = -len(self.integers)
        else:
            made.__class__ = self.traced
            made._stamp = self.leaf(ARGUMENT, where, number)
        return made

    def place(self, x: Any) -> int:
        """The entry of an operand.

        Raises:
            TracingError: it is a Value that the function was not given.
        """
        kind = type(x)
        if kind is self.traced or kind is self.integer:
            return x._stamp if x._stamp >= 0 else self._integer(x._stamp, ARGUMENT)
        if kind is not float and (issubclass(kind, Traced) or x._row is not CONSTANT):
            what = "a Value" if x._row.arity == 0 else "the result of an operation outside of it"
            captured = TracingError(
                f"compile: the function uses {graph.name(x)} {errors.user_line()}, {what}, which "
                "is neither an argument nor a parameter nor a constant; list it in params, pass it "
                "as an argument, or make it a constant with Value.constant(...)"
            )
            if issubclass(kind, Traced) or x._row is not LEAF:
                raise self.remembered(captured)
            self.made_here.setdefault(id(x), (x, captured))
        elif kind is not float:
            self.constants[weakref.ref(x)] = x._data
        number: float = x if kind is float else x._data
        key = number or (CONSTANT, number.hex())  # the two zeros are equal
        if key not in self.seen:
            self.seen[key] = self.leaf(CONSTANT, number, number)
        return self.seen[key]

    def add(self, row: Op, operands: Sequence[Any], number: float) -> int:
        """Put an operation on the tape, or find it there."""
        if row is TAKE:
            index, *values = operands
            read = (self._integer(index._stamp, INDEX), *map(self.place, values))
        else:
            traced, place = self.traced, self.place
            read = tuple([x._stamp if type(x) is traced else place(x) for x in operands])
        found = self.seen.setdefault((row, read), len(self.rows))
        if found == len(self.rows):
            self.rows.append(row)
            self.operands.append(read)
            self.numbers.append(number)
        return found

    def detached(self, x: Value) -> Value:
        """A constant, in the eyes of whoever differentiates, with the number of ``x``."""
        made: Value = self.traced()
        made._data = x._data
        made._grad, made._row, made._a, made._b = -0.0, CONSTANT, 0, None
        made._stamp = self.add(DETACH, (x,), x._data)
        return made

    def remembered(self, fault: Exception) -> Exception:
        """The fault, to be raised, and raised again at the end if the function catches it."""
        self.refusals.append(type(fault)(*fault.args))  # without the frames that it passes through
        return fault

    def check_later(
        self, wrong: Callable[..., Any], message: Callable[..., str], numbers: Sequence[Any]
    ) -> None:
        """Keep a check for each call, if all that it reads are numbers when run eagerly."""
        if all(
            is_real(x) or (type(x) in (self.traced, self.integer) and self.plain(x))
            for x in numbers
        ):
            places = [self.place(real(x, "check") if is_real(x) else x) for x in numbers]
            needed, stack = set(places), list(places)
            while stack:
                new = set(self.operands[stack.pop()]) - needed
                needed |= new
                stack += new
            kept = sorted(needed)
            at = {place: i for i, place in enumerate(kept)}
            part = Recording(
                [self.rows[i] for i in kept],
                [tuple(at[j] for j in self.operands[i]) for i in kept],
                [self.leaves.get(i) for i in kept],
                [self.numbers[i] for i in kept],
                [at[place] for place in places],
            )
            self.checks.append(Check(wrong, message, part))

    def plain(self, x: Value) -> bool:
        """Whether the number depends on no parameter: a float or an int, when run eagerly."""
        return x._stamp < 0 or not self._about(x._stamp) & 1

    def whole(self, x: Value) -> bool:
        """Whether a plain number may be an int when run eagerly."""
        return x._stamp < 0 or not self._about(x._stamp) & 2

    def _about(self, place: int) -> int:
        """Of an entry: 1 if it depends on a parameter, plus 2 if it is a float for certain."""
        about, leaves = self._known, self.leaves
        for i in range(len(about), place + 1):
            row, found = self.rows[i], 0
            if row is PARAMETER:
                found = 3
            elif row is CONSTANT:
                found = 0 if float(leaves[i]).is_integer() else 2
            elif row is ARGUMENT:
                found = 0 if any(leaves[i] == where for where, _ in self.integers) else 2
            elif row.arity != 0 and row not in _OF_INTEGERS:
                found = 2
            for j in self.operands[i]:
                found |= about[j]
            about.append(found)
        return about[place]

    def _integer(self, number: int, row: Op) -> int:
        """The entry of an integer, as an index or as a number like others."""
        key = row, number
        if key not in self.seen:
            self.seen[key] = self.leaf(row, *self.integers[-1 - number])
        return self.seen[key]

    def _direct(self, row: Op, ordinary: Any, turned: bool) -> Callable[[Any, Any], Value]:
        """An operation on a traced number and another, or a float, straight on tape, unchecked.

        ``turned`` says that the traced number is the second operand.
        """
        forward, traced, seen = row.forward, self.traced, dict[tuple[int, int], int]()
        rows, operands, numbers, place_of = self.rows, self.operands, self.numbers, self.place

        def method(x: Value, y: Any) -> Value:
            kind = type(y)
            known = kind is traced or kind is float
            if not known or type(x) is not traced or len(modes.active) != 1:
                made: Value = ordinary(x, y)
                return made
            number, place = (y, place_of(y)) if kind is float else (y._data, y._stamp)
            node: Value = traced()
            node._row, node._grad = row, None
            if turned:
                node._a, node._b, node._data = y, x, forward(number, x._data)
                read = place, x._stamp
            else:
                node._a, node._b, node._data = x, y, forward(x._data, number)
                read = x._stamp, place
            node._stamp = place = seen.setdefault(read, len(rows))
            if place == len(rows):
                rows.append(row)
                operands.append(read)
                numbers.append(node._data)
            return node

        return method


class Recorder(modes.Watcher):
    """While it is open, new nodes go on the tape and become traced."""

    __slots__ = ("tape",)
    records = True

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def made(self, node: Node) -> None:
        """Put a new node on the tape."""
        alone = len(modes.active) == 1
        if not alone and modes.watchers()[-1] is not self:
            raise self.tape.remembered(
                TracingError(
                    f"compile: strict() {errors.user_line()} would look at one example only; leave "
                    "it out of the function, and run the function eagerly under strict()"
                )
            )
        node._stamp = self.tape.add(node._row, graph.raw_operands(node), node._data)
        node.__class__ = self.tape.traced
        if not alone and not modes.is_recording():
            node._stamp = self.tape.add(DETACH, (node,), node._data)


_one_at_a_time = threading.RLock()
graph.hold_over_forks(_one_at_a_time)


def recorded(params: Sequence[Value], run: Callable[[Tape], Found]) -> Found:
    """What ``run`` finds with a new tape, while the parameters are traced and new nodes too.

    The parameters become what they were in one call of a function in C, which Ctrl-C cannot part.
    """
    with _one_at_a_time:
        tape = Tape(params)
        classes, stamps = [type(p) for p in params], [p._stamp for p in params]
        restore = partial(
            any, chain(map(_set_class, params, classes), map(set_stamp, params, stamps))
        )
        try:
            for i, p in enumerate(params):
                p._stamp = i
                p.__class__ = tape.traced
            with Recorder(tape):
                return run(tape)
        finally:
            restore()
            modes.tidy()  # what is on the tape is large


def finished(tape: Tape, results: Sequence[Value]) -> Recording:
    """The recording of these results, checked; what they do not need is not in it."""
    roots = [tape.place(x) for x in results]
    leaves = list(map(tape.leaves.get, range(len(tape.rows))))
    made = Recording(tape.rows, tape.operands, leaves, tape.numbers, roots).needed()
    validate(made)
    return made
