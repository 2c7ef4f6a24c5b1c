"""What a function reads around itself, watched from call to call.

While it is traced, a number that is no argument and no parameter goes into the program as it is
then: a global, a variable of an enclosing function, an attribute of ``self``. Where Python code
names such a thing it can be found without running it, and when it is another one at a later call,
the function is traced again.

Vocabulary: a thing is *plain* if it is a number, a text or None. A *cell* is a place that holds
something and is read by name: a key of a module's dict, an attribute, a variable of an enclosing
function. Of what is in a cell the identity counts, or, if it is plain, whether it is equal; of
lists, dicts and arrays of at most ``MANY`` plain things the content counts too. What is called is
followed into its own code, but not into this package, the standard library, installed packages, or
code in C.
"""

from __future__ import annotations

import dis
import random
import sys
import weakref
from collections.abc import Callable
from functools import cache, partial
from itertools import islice
from types import (
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from autograd_mini import graph
from autograd_mini.real import is_real
from autograd_mini.value import Value

MANY = 1000
"""Lists, dicts and arrays with more entries are known by their identity alone."""

_ABSENT: Any = object()
_SLOT = (MemberDescriptorType, GetSetDescriptorType)


class Cell(NamedTuple):
    """A place: ``read(place, key, default)`` is what is in it, ``name`` what it is called."""

    read: Callable[[Any, str, Any], Any]
    place: Any
    key: str
    name: str


class Captured:
    """What a function reads around itself, as it is now.

    Attributes:
        sources: sources of chance: ``random.Random`` and NumPy's generators.
        constants: the constants that its recording contains, with their numbers.
    """

    def __init__(self, fn: Any) -> None:
        self.cells: list[Cell] = []
        self.containers: list[tuple[str, Any, Any]] = []
        self.sources: list[Any] = []
        self.constants: list[tuple[weakref.ref[Value], float]] = []
        self.epoch = graph.epoch
        self._seen: set[Any] = set()
        self._kept: list[Any] = []
        self._visit(fn, frozenset(), "the function")
        self.then = self._now()

    # --- comparing --------------------------------------------------------------------------------

    def _now(self) -> list[Any]:
        """The contents of the cells."""
        return [read(place, key, _ABSENT) for read, place, key, _ in self.cells]

    def holds(self) -> bool:
        """Whether all is as it was."""
        try:
            if self._now() != self.then:
                return False
        except Exception:  # noqa: BLE001 (a comparison of other things; an empty variable)
            return False
        if self.epoch != graph.epoch:
            known = [(ref(), number) for ref, number in self.constants]
            if any(constant is not None and constant._data != number for constant, number in known):
                return False
            self.epoch = graph.epoch
        return all(_same(x, copied) for _, x, copied in self.containers)

    def changed(self) -> str | None:
        """What is not as it was, by its name; None where all is."""
        if self.holds():
            return None
        for (read, place, key, name), old in zip(self.cells, self.then, strict=True):
            try:
                new = read(place, key, _ABSENT)
            except (KeyError, AttributeError, ValueError):  # the last of an empty variable
                new = _ABSENT
            if new is not old and not (_is_plain(new) and _is_plain(old) and new == old):
                return name
        changed = (name for name, x, copied in self.containers if not _same(x, copied))
        return next(changed, "a constant")

    def forget_logs(self) -> None:
        """Stop watching the lists and dicts that have been given more entries meanwhile."""
        self.containers = [
            (name, x, copied)
            for name, x, copied in self.containers
            if _same(x, copied) or not _is_grown(x, copied)
        ]

    # --- finding ----------------------------------------------------------------------------------

    def _first(self, *key: Any) -> bool:
        """Whether this is met for the first time; it is kept, so that its id stays its own."""
        ids = tuple(map(id, key))
        if ids in self._seen or len(self._seen) > 10 * MANY:
            return False
        self._seen.add(ids)
        self._kept.append(key)
        return True

    def _visit(self, thing: Any, reads: frozenset[str], name: str) -> None:
        """Look at a thing of which some attributes are read."""
        if _is_plain(thing) or isinstance(thing, Value) or not self._first(thing, reads):
            return
        if isinstance(thing, MethodType):
            self._method(thing.__func__, thing.__self__, name)
        elif isinstance(thing, FunctionType):
            self._function(thing, name)
        elif isinstance(thing, partial):
            for part in (thing.func, *thing.args, *thing.keywords.values()):
                self._visit(part, reads, name)
        elif isinstance(thing, random.Random) or hasattr(type(thing), "bit_generator"):
            self.sources.append(thing)
        elif isinstance(thing, (list, tuple, dict, set)) or _is_array(thing):
            self._container(thing, reads, name)
        elif isinstance(thing, ModuleType):
            if not _is_foreign(thing.__name__):
                for attribute in sorted(reads & vars(thing).keys()):
                    self._global(vars(thing), attribute, reads, f"{name}.{attribute}")
        elif isinstance(wrapped := getattr(thing, "__wrapped__", None), FunctionType):
            self._function(wrapped, name)  # by functools.cache
        else:
            self._object(thing, reads, name)

    def _function(self, fn: FunctionType, name: str) -> None:
        """Look at what the code of a function names."""
        if _is_foreign(fn.__module__) or not self._first(fn):
            return
        outside, reads = _named(fn.__code__)
        for variable, cell in zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True):
            try:
                content = cell.cell_contents
            except ValueError:  # not assigned yet
                continue
            self._attribute(cell, "cell_contents", variable)
            self._visit(content, reads, variable)
        for variable in sorted(outside & fn.__globals__.keys()):
            self._global(fn.__globals__, variable, reads, variable)
        for attribute in ("__defaults__", "__kwdefaults__"):
            given = getattr(fn, attribute)
            if given:
                self._visit(given, reads, f"{attribute} of {name}")
                self._attribute(fn, attribute, f"{attribute} of {name}")

    def _method(self, fn: Any, owner: Any, name: str) -> None:
        """Look at a method, and at what it reads of its owner."""
        if isinstance(fn, FunctionType):
            self._function(fn, name)
            self._visit(owner, _named(fn.__code__)[1], "self")

    def _global(self, names: dict[str, Any], key: str, reads: frozenset[str], name: str) -> None:
        if not isinstance(names[key], ModuleType) and self._first(names, sys.intern(key)):
            self.cells.append(Cell(dict.get, names, key, name))
        self._visit(names[key], reads, name)

    def _attribute(self, thing: Any, attribute: str, name: str) -> None:
        if self._first(thing, sys.intern(attribute), None):
            self.cells.append(Cell(getattr, thing, attribute, name))

    def _object(self, thing: Any, reads: frozenset[str], name: str) -> None:
        """Look at the attributes of an object or a class that are read, and at its methods."""
        kind = thing if isinstance(thing, type) else type(thing)
        own = {} if isinstance(thing, type) else getattr(thing, "__dict__", {})
        if _is_foreign(kind.__module__):
            if kind.__module__ not in ("argparse", "types"):
                return
            kind = object
        inherited = {key: x for cls in reversed(kind.__mro__) for key, x in vars(cls).items()}
        called = {"__call__"} if thing is not kind else set()
        for attribute in sorted(
            reads & (own.keys() | inherited.keys()) | (called & inherited.keys())
        ):
            static = own.get(attribute, inherited.get(attribute))
            if attribute not in own and isinstance(static, property):
                self._method(static.fget, thing, name)
            elif attribute not in own and isinstance(static, (staticmethod, classmethod)):
                self._method(static.__func__, kind, name)
            elif attribute not in own and isinstance(static, FunctionType):
                self._method(static, thing, name)
            elif attribute in own or isinstance(static, _SLOT) or not hasattr(static, "__get__"):
                self._attribute(thing, attribute, f"{name}.{attribute}")
                self._visit(getattr(thing, attribute, None), reads, f"{name}.{attribute}")

    def _container(self, thing: Any, reads: frozenset[str], name: str) -> None:
        """Keep a copy of plain content; else look at the elements."""
        copied = _copied(thing)
        if copied is not _ABSENT:
            if type(thing) is not tuple and self._first(thing):
                self.containers.append((name, thing, copied))
        elif not _is_array(thing):
            for element in islice(thing.values() if isinstance(thing, dict) else thing, MANY):
                self._visit(element, reads, f"an element of {name}")


@cache
def _named(code: CodeType) -> tuple[frozenset[str], frozenset[str]]:
    """The names that code, and code inside of it, reads outside of itself, and the attributes."""
    outside, attributes = set(), set()
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            outside.add(str(instruction.argval))
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"):
            attributes.add(str(instruction.argval))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            more = _named(constant)
            outside |= more[0]
            attributes |= more[1]
    return frozenset(outside), frozenset(attributes)


@cache
def _is_foreign(module: str | None) -> bool:
    """Whether a module is this package's, the standard library's, or one that was installed."""
    top = str(module).partition(".")[0]
    file = str(getattr(sys.modules.get(top), "__file__", ""))
    return (
        top == "autograd_mini"
        or (top in sys.stdlib_module_names and top != "__main__")
        or "site-packages" in file
        or "dist-packages" in file
    )


def _is_plain(x: Any) -> bool:
    return x is None or isinstance(x, (str, bytes, complex)) or is_real(x)


def _is_array(x: Any) -> bool:
    return type(x).__module__ == "numpy" and hasattr(x, "tobytes")


def _copied(x: Any) -> Any:
    """A copy of a container of plain things, nested or not; _ABSENT of another or a large one."""
    if _is_array(x):
        return (x.dtype, x.shape, x.tobytes()) if x.size <= MANY and x.dtype != object else _ABSENT
    if len(x) > MANY:
        return _ABSENT
    if isinstance(x, dict):
        values = _copied(list(x.values()))
        return _ABSENT if values is _ABSENT else dict(zip(x, values, strict=True))
    if isinstance(x, set):
        return set(x) if all(map(_is_plain, x)) else _ABSENT
    made, room = [], MANY
    for element in x:
        nested = isinstance(element, (list, tuple, dict, set))
        copied = _copied(element) if nested else element if _is_plain(element) else _ABSENT
        room -= len(copied) if nested and copied is not _ABSENT else 1
        if copied is _ABSENT or room < 0:
            return _ABSENT
        made.append(copied)
    return tuple(made) if isinstance(x, tuple) else made


def _same(x: Any, copied: Any) -> bool:
    return bool(copied == ((x.dtype, x.shape, x.tobytes()) if _is_array(x) else x))


def _is_grown(x: Any, copied: Any) -> bool:
    if isinstance(x, list):
        return bool(x[: len(copied)] == copied)
    if isinstance(x, dict):
        return bool({key: x.get(key, _ABSENT) for key in copied} == copied)
    return bool(copied <= x) if isinstance(x, set) else _same(x, copied)
