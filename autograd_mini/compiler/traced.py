"""Numbers that refuse to be read.

A *traced* number is a Value of the example that is being recorded. It computes like any other,
because it is one, but whatever would read its number raises: a branch on it would fix the program
to that one example. While the function runs, the parameters are traced too. A refusal is
remembered on the tape, so that compiling fails even where the function catches it.

Vocabulary: a *plain* number depends on no parameter. When the function is called eagerly it is not
a Value but a float or an int, and whoever asks for its class is told so; ``isinstance(x, Value)``
is true as well. Values are equal by identity and may be kept in sets, plain numbers may not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from autograd_mini import errors, graph, modes, ops
from autograd_mini.engine import class_of_nodes
from autograd_mini.lists import NaryOp
from autograd_mini.real import shown
from autograd_mini.rows import Op, op
from autograd_mini.value import Value, _Node


class TracingError(TypeError):
    """The function reads a number that a compiled program knows only when it runs."""


TAKE: Op = op(
    "take", lambda index, *values: values[int(index)],
    lambda i, z, xs: ops.equal(xs[0], float(i - 1)) if i else 0.0,
    domain=((0.0, 0.0),), row=NaryOp, table={},
)  # fmt: skip
"""The row of ``ops.take`` with a traced index: its operands are the index and the values."""

DETACH: Op = op(
    "detach", lambda x: x, lambda z, x: 0.0, domain=((-1.0, 1.0),), array="xp.positive({0})",
    table={},
)  # fmt: skip
"""The row of a number that is a constant from here on: nothing is handed on to its operand."""


def refuse(what: str, remedy: str) -> Callable[..., NoReturn]:
    """A method that raises, naming the number, the user's line and the remedy."""

    def method(self: Any, *_: Any) -> NoReturn:
        named = graph.label(self) or self._row.name or self._row.label
        raise self._tape.remembered(
            TracingError(
                f"compile: {what} of the traced number {shown(str(named))} {errors.user_line()} "
                f"would fix the program to one example; {remedy}"
            )
        )

    return method


def _asked_by_the_library() -> bool:
    """Whether the caller's caller is a module of this package, perhaps by way of ``isinstance``."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__") == "abc":
        frame = frame.f_back
    return str(frame.f_globals.get("__name__")).startswith("autograd_mini.")


_BRANCH = "write ops.where(condition, a, b), ops.maximum(a, b) or ops.minimum(a, b) instead"
_STATE = refuse("the gradient", "take derivatives with autograd_mini.grad, which is recorded")
_COMPARISON = refuse("a comparison", f"{_BRANCH}; ops.step(a - b) is 1 where a > b")
_NUMBER = refuse(
    "the number",
    "compute with the Value itself and the functions in ops; autograd_mini.detach(v) is a "
    "constant with its number",
)
_PLACE = refuse("an index", "write ops.take(values, index) instead of values[index]")


_HASH = refuse(
    "the hash (a key of a dict, an element of a set)",
    "write ops.take(values, index) with an integer argument",
)
_CLASS = refuse(
    "the class (int or float?)", "multiply by 1.0 where a float is meant, or ask for the argument's"
)
_TEXT = refuse("the text", f"print repr(...) of it to look at it; {_BRANCH}")


class _Disguised:
    """What ``isinstance`` is told; a class of its own, as no attribute ``__class__`` can be set."""

    __slots__ = ()

    _tape: Any
    _stamp: Any

    @property
    def __class__(self) -> Any:
        """What it is when the function runs eagerly: of a plain number its type."""
        if _asked_by_the_library() or not self._tape.plain(self):
            return type(self)
        return float if not self._tape.whole(self) else int if self._stamp < 0 else _CLASS(self)

    @__class__.setter
    def __class__(self, kind: type) -> None:
        _set_class(self, kind)


@class_of_nodes
class Traced(_Node, _Disguised):
    """A Value whose number nobody may read."""

    __slots__ = ()

    _legible = False
    _tape: Any
    """The recording that it belongs to; an attribute of the class made for that recording."""

    def detach(self) -> Value:
        """A constant whose number is computed anew for each example."""
        return self._tape.detached(self)  # type: ignore[no-any-return]

    data = property(_NUMBER, refuse("setting the data", "set it outside of the function"))
    operands = property(refuse("the operands", "look at the graph outside of the function"))
    grad = has_grad = property(_STATE, _STATE)
    backward = zero_grad = _STATE
    item = as_integer_ratio = _NUMBER
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _COMPARISON
    __bool__ = refuse("the truth value", _BRANCH)
    __float__ = __int__ = __complex__ = _NUMBER
    __round__ = __trunc__ = __floor__ = __ceil__ = _NUMBER
    __index__ = _PLACE
    __deepcopy__ = __reduce_ex__ = refuse("a copy", "compute with the Value itself")
    __str__ = _TEXT
    _take_from = refuse(
        "an index", "ops.take selects by an argument that is an integer; give integers for it"
    )

    def _check_later(
        self, wrong: Callable[..., Any], message: Callable[..., str], numbers: Sequence[Any]
    ) -> None:
        """Keep a check of arguments for the calls of the compiled function."""
        self._tape.check_later(wrong, message, numbers)

    def __format__(self, spec: str) -> str:
        return _NUMBER(self) if spec else _TEXT(self)

    def __repr__(self) -> str:
        return f"<traced {graph.label(self) or self._row.name or self._row.label}>"

    def __hash__(self) -> int:
        if not _asked_by_the_library() and self._tape.plain(self):
            _HASH(self)
        return object.__hash__(self)

    def __getattr__(self, name: str) -> Any:
        if name in _OF_NUMBERS and not _asked_by_the_library() and self._tape.plain(self):
            _NUMBER(self)
        raise AttributeError(f"'Value' object has no attribute {shown(name)}")


_set_class: Callable[[object, type], None] = vars(object)["__class__"].__set__

_OF_NUMBERS = {name for kind in (int, float) for name in dir(kind) if not name.startswith("_")}
"""What plain numbers have beside their arithmetic: ``is_integer``, ``real``, ``bit_length``."""

for _name in ("mod", "floordiv", "divmod", "and", "or", "xor", "lshift", "rshift"):
    for _method in (f"__{_name}__", f"__r{_name}__"):
        if not hasattr(_Node, _method):  # which a float or an int has
            setattr(Traced, _method, _NUMBER)
if not hasattr(_Node, "__invert__"):
    setattr(Traced, "__invert__", _NUMBER)  # noqa: B010 (it has no such method to mypy)


def taken_from(self: Any, values: Sequence[Any]) -> Any:
    """What ``ops.take`` records for an argument that was given as an integer.

    One selection for each number in an element of the list.
    """
    if not values:
        raise IndexError("ops.take: the list is empty")
    if isinstance(values[0], (list, tuple)):
        if len({len(row) for row in values}) > 1:
            raise ValueError("ops.take: the rows to select from differ in length")
        return [taken_from(self, column) for column in zip(*values, strict=True)]
    if not 0 <= self._data < len(values):
        fault = f"ops.take: index {self._data:g} is outside 0 to {len(values) - 1}"
        raise self._tape.remembered(IndexError(fault))
    lifted = [x if isinstance(x, Value) else Value.constant(x) for x in values]
    node = _Node()
    node._data = lifted[int(self._data)]._data
    node._grad, node._row, node._stamp = None, TAKE, graph.epoch
    node._a, node._b = (self, *lifted), None
    modes.finish(node)
    return node
