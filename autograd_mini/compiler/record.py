"""Stage 0: run the function once and keep what it did, without letting it look at a number.

Vocabulary:

- *traced*: a Value of the example that is being recorded. It computes like any other, because it is
  one, but whatever would read its number raises: a branch on it would fix the program to that one
  example. While the function runs, the parameters are traced too.
- *recording*: the hand-over. Entries with operands before results, equal ones merged; an entry is a
  row and the places of its operands, or a leaf and what it stands for.

The recording is made by the eager engine itself: a watcher turns every new node into a traced one.
So the same graph later gives the value and the gradient that the program is checked against.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, NoReturn

from autograd_mini import graph, modes, ops
from autograd_mini.rows import CONSTANT, NaryOp, Op, leaf_row
from autograd_mini.value import Value, _Node

ARGUMENT, PARAMETER, INDEX = leaf_row("argument"), leaf_row("parameter"), leaf_row("index")
"""The rows of a recording's leaves, beside CONSTANT. An index is an argument that selects."""


class TracingError(TypeError):
    """The function reads a number that a compiled program knows only when it runs."""


class Take(NaryOp):
    """The row of ``ops.take`` with a traced index: its operands are the index and the values."""

    __slots__ = ()

    def partial(self, i: int, z: Any, operands: Sequence[Any]) -> Any:
        """1 for the value that the index selects; the index has no derivative."""
        return ops.equal(operands[0], float(i - 1)) if i else 0.0

    def local(self, i: int, z: float, operands: Sequence[float]) -> float:
        """The same for floats."""
        return float(self.partial(i, z, operands))


def _take_row() -> Take:
    row = Take()
    row.name = row.label = "take"
    row.arity = None
    row.forward = lambda index, *values: values[int(index)]
    return row


TAKE = _take_row()


# --- numbers that refuse to be read ---------------------------------------------------------------


def _refuse(what: str, remedy: str) -> Callable[..., NoReturn]:
    """A method that raises, naming the number, the user's line and the remedy."""

    def method(self: Value, *_: Any) -> NoReturn:
        named = graph.label(self) or self._row.name or self._row.label
        raise TracingError(
            f"compile: {what} of the traced number {str(named)!r} {modes.user_line()} would fix "
            f"the program to one example; {remedy}"
        )

    return method


_BRANCH = "write ops.where(condition, a, b), ops.maximum(a, b) or ops.minimum(a, b) instead"
_STATE = _refuse("the gradient", "take derivatives with autograd_mini.grad, which is recorded")
_COMPARISON = _refuse("a comparison", f"{_BRANCH}; ops.step(a - b) is 1 where a > b")
_NUMBER = _refuse("the number", "compute with the Value itself and the functions in ops")
_PLACE = _refuse("an index", "write ops.take(values, index) instead of values[index]")


def _quick(row: Op, ordinary: Callable[[Any, Any], Value]) -> Callable[[Any, Any], Value]:
    """+ or ×: of two traced numbers it needs none of the checks, and takes half the time."""
    forward = row.forward

    def method(self: Value, other: Any) -> Value:
        plain = type(other) is Traced and other._row is not CONSTANT is not self._row
        if not plain or modes.active != 1:
            return ordinary(self, other)
        node: Value = Traced()
        node._data = forward(self._data, other._data)
        node._grad, node._row, node._stamp = None, row, graph.epoch
        node._a, node._b = self, other
        return node

    return method


class Traced(_Node):
    """A Value whose number nobody may read."""

    __slots__ = ()

    data = property(_NUMBER, _refuse("setting the data", "set it outside of the function"))
    grad = has_grad = property(_STATE, _STATE)
    backward = zero_grad = _STATE
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _COMPARISON
    __hash__ = _Node.__hash__
    __bool__ = _refuse("the truth value", _BRANCH)
    __float__ = __int__ = __complex__ = _NUMBER
    __round__ = __trunc__ = __floor__ = __ceil__ = _NUMBER
    __index__ = _PLACE
    _take_from = _refuse(
        "an index", "ops.take selects by an argument that is an integer; give integers for it"
    )

    __add__ = _quick(ops.add, _Node.__add__)
    __mul__ = _quick(ops.mul, _Node.__mul__)

    def __format__(self, spec: str) -> str:
        return _NUMBER(self) if spec else repr(self)

    def __repr__(self) -> str:
        return f"<traced {graph.label(self) or self._row.name or self._row.label}>"


class TracedInteger(Traced):
    """An argument that was given as an integer: a number, and an index for ``ops.take``."""

    __slots__ = ()

    def _take_from(self, values: Sequence[Any]) -> Any:
        """What ``ops.take`` records: one selection for each number in an element of the list."""
        if not values:
            raise IndexError("ops.take: the list is empty")
        if isinstance(values[0], (list, tuple)):
            if len({len(row) for row in values}) > 1:
                raise ValueError("ops.take: the rows to select from differ in length")
            return [self._take_from(column) for column in zip(*values, strict=True)]
        if not 0 <= self._data < len(values):
            raise IndexError(f"ops.take: index {self._data:g} is outside 0 to {len(values) - 1}")
        lifted = [x if isinstance(x, Value) else Value.constant(x) for x in values]
        node = _Node()
        node._data = lifted[int(self._data)]._data
        node._grad, node._row, node._stamp = None, TAKE, graph.epoch
        node._a, node._b = (self, *lifted), None
        modes.finish(node)
        return node


class Recorder(modes.Watcher):
    """While it is open, new nodes are traced, and untraced Values among operands are refused."""

    __slots__ = ()

    def made(self, node: Value) -> None:
        """Look at the operands of a new node and make it a traced one."""
        for x in graph.operand_nodes(node):
            if type(x) is _Node and x._row is not CONSTANT:
                raise TracingError(_captured(x))
            if isinstance(x, Traced) and x._row is CONSTANT:
                raise TracingError(
                    f"compile: a number computed under no_grad() {modes.user_line()} would be "
                    "fixed to one example; leave no_grad() out of the function"
                )
        node.__class__ = Traced


def _captured(x: Value) -> str:
    what = "a Value" if x._row.arity == 0 else "the result of an operation outside of it"
    return (
        f"compile: the function uses {graph.name(x)} {modes.user_line()}, {what}, which is neither "
        "an argument nor a parameter nor a constant; list it in params, pass it as an argument, or "
        "make it a constant with Value.constant(...)"
    )


_one_at_a_time = threading.RLock()


@contextmanager
def recording(params: Sequence[Value]) -> Iterator[None]:
    """The block in which the function runs: parameters are traced, new nodes too."""
    with _one_at_a_time:
        outside, modes._here.no_grad = modes._here.no_grad, 0
        classes = [p.__class__ for p in params]
        try:
            for p in params:
                p.__class__ = Traced
            with Recorder():
                yield
        finally:
            for p, kind in zip(params, classes, strict=True):
                p.__class__ = kind
            modes._here.no_grad = outside


def traced(number: float, name: str, integer: bool) -> Value:
    """A leaf that stands for one number of the example."""
    leaf = Value(number, name)
    leaf.__class__ = TracedInteger if integer else Traced
    return leaf


# --- the hand-over --------------------------------------------------------------------------------


class Recording(NamedTuple):
    """What the function did, as columns.

    Attributes:
        rows: for each entry its row, or PARAMETER, ARGUMENT, INDEX or CONSTANT.
        operands: the entries it was computed from.
        leaves: of a leaf the parameter's number, the argument's and its cell, or the constant.
        roots: the entries of the results.
    """

    rows: list[Op]
    operands: list[tuple[int, ...]]
    leaves: list[Any]
    roots: list[int]


def flatten(
    roots: Sequence[Value], params: Sequence[Value], arguments: dict[Value, tuple[int, int]]
) -> Recording:
    """The recording of a traced graph; equal entries are merged, unused ones are not in it.

    Args:
        roots: the results.
        params: the parameters.
        arguments: for the leaf of each number of the example its argument and its cell in it.
    """
    table = Recording([], [], [], [])
    rows, operands, leaves = table.rows, table.operands, table.leaves
    places: dict[Any, int] = {}
    known: dict[Value, Any] = {p: (PARAMETER, i) for i, p in enumerate(params)}
    known |= {x: (ARGUMENT, where) for x, where in arguments.items()}
    entry: dict[Any, int] = {}
    """Where each node stands; leaves get their places when they are first used."""

    def leaf(x: Any, row: Op | None = None) -> int:
        if type(x) is float:
            key: Any = (CONSTANT, x.hex())
        elif x._row is CONSTANT and type(x) is _Node:
            key = (CONSTANT, x._data.hex())
        elif x in known:
            key = (row or known[x][0], known[x][1])
        else:
            raise TracingError(_captured(x))
        if key not in places:
            places[key] = len(rows)
            rows.append(key[0])
            operands.append(())
            leaves.append(key[1])
        if row is None and type(x) is not float:
            entry[x] = places[key]
        return places[key]

    def find(x: Any) -> int:
        return leaf(x) if type(x) is float or x not in entry else entry[x]

    for node in graph.order(*roots):
        row = node._row
        if row.arity == 0:
            continue
        if row is TAKE:
            used = [leaf(node._a[0], INDEX)]
            used += [find(x) for x in node._a[1:]]
        else:
            used = [find(x) for x in graph.raw_operands(node)]
        read = tuple(used)
        place = places.setdefault((row, read), len(rows))
        if place == len(rows):
            rows.append(row)
            operands.append(read)
            leaves.append(None)
        entry[node] = place
    table.roots.extend(map(find, roots))
    table.leaves[:] = [
        float.fromhex(leaf) if row is CONSTANT else leaf
        for row, leaf in zip(table.rows, table.leaves, strict=True)
    ]
    return table


def validate(table: Recording) -> None:
    """Raise AssertionError unless operands come first and every entry's row can be applied."""
    for i, (row, operands) in enumerate(zip(table.rows, table.operands, strict=True)):
        assert all(0 <= j < i for j in operands), f"entry {i} uses a later one"
        assert row.arity is None or row.arity == len(operands), f"entry {i}: {row.name}"
    assert all(0 <= root < len(table.rows) for root in table.roots)
