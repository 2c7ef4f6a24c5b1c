r"""Answers that are typed into a page: a small part of Python, followed here node by node.

Vocabulary: a *program* is what the learner typed, read by Python's own parser into a syntax tree.
Nothing of it is handed to Python to run: there are numbers, lists, loops, functions and the names
that an exercise gives, and nothing else, so that a server may answer whoever asks. A *step* is one
node that is followed; they are counted, and so are the numbers in a list.

>>> answered("3 * 4 + 4 * 1, 4 + 1")
(16, 5)
>>> f = answered("def f(z):\n    return 1 / (1 + exp(-z))")
>>> f(0.0)
0.5
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from autograd_mini.lessons.exercises.offered import (
    BINARY,
    COMPARED,
    REACHED,
    SCHOOL,
    SIGNS,
    Given,
    usual,
)
from autograd_mini.value import Value

Names = dict[str, object]

LONGEST, MOST_STEPS, MOST_NUMBERS, DEEPEST = 4_000, 200_000, 10_000, 8
"""Characters of a program, steps of an answer, numbers in a list, and how deep lists nest."""


class ProgramError(Exception):
    """A program that cannot be followed; the message says where and why."""


class _ReturnError(Exception):
    """Carries a result out of a function."""

    def __init__(self, result: object) -> None:
        self.result = result


def answered(source: str, given: Mapping[str, object] = {}) -> object:
    """What a program answers: the function that it defines last, else its last value.

    Args:
        source: the program, at most 4,000 characters.
        given: names that it may use beside those of arithmetic.

    Raises:
        ProgramError: it cannot be read, or does what is not offered here.
        TypeError, IndexError, …: as Python itself would, for what it does with numbers and lists.
    """
    if len(source) > LONGEST:
        raise ProgramError(f"it is longer than {LONGEST:,} characters")
    try:
        body = ast.parse(source.translate(SCHOOL).strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) and error.lineno else ""
        said = error.msg if isinstance(error, SyntaxError) else "it nests too deep"
        raise ProgramError(f"{line}Python cannot read this ({said})") from None
    try:
        return _counted(_Follower().block(body, {**usual(), **given}))
    except RecursionError:
        raise ProgramError("it nests too deep") from None


class _Follower:
    """Follows one program, and counts its steps."""

    def __init__(self) -> None:
        self.steps = 0

    def block(self, body: Sequence[ast.stmt], names: Names) -> object:
        """Follow statements; gives the value of the last one."""
        last: object = None
        for statement in body:
            last = self._statement(statement, names)
        return last

    def value(self, node: ast.expr, names: Names) -> object:
        """The value of an expression."""
        self._step(node)
        match node:
            case ast.Constant(value) if value is ... or isinstance(value, int | float | None):
                return value
            case ast.Name(name) if name in names:
                return names[name]
            case ast.Name(name):
                raise ProgramError(f"{_line(node)}there is nothing called “{name}” here")
            case ast.IfExp(test, body, orelse):
                return self.value(body if self.value(test, names) else orelse, names)
            case ast.List(items):
                return _bounded([self.value(item, names) for item in items])
            case ast.Tuple(items):
                return tuple(_bounded([self.value(item, names) for item in items]))
            case ast.ListComp(item, loops) | ast.GeneratorExp(item, loops):
                return _bounded(self._looped(item, loops, dict(names)))
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                return self._arithmetic(node, names)
            case ast.Subscript() | ast.Attribute() | ast.Call():
                return self._reached(node, names)
        raise _unknown(node)

    def _step(self, node: ast.AST) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise ProgramError(f"{_line(node)}this takes more than {MOST_STEPS:,} steps")

    def _statement(self, node: ast.stmt, names: Names) -> object:
        self._step(node)
        match node:
            case ast.Expr(value):
                return self.value(value, names)
            case ast.Assign([target], value):
                return self._assign(target, self.value(value, names), names)
            case ast.AugAssign(target, sign, value):
                before = ast.parse(ast.unparse(target), mode="eval").body
                added = ast.copy_location(ast.BinOp(before, sign, value), node)
                return self._assign(target, self.value(added, names), names)
            case ast.Return(value):
                raise _ReturnError(None if value is None else self.value(value, names))
            case ast.For(target, source, body, []):
                for item in self._items(source, names):
                    self._assign(target, item, names)
                    self.block(body, names)
                return None
            case ast.If(test, body, orelse):
                return self.block(body if self.value(test, names) else orelse, names)
            case ast.FunctionDef(decorator_list=[]) if _is_plain(node.args):
                names[node.name] = self._function(node, names)
                return names[node.name]
            case ast.Pass() | ast.Import([ast.alias("math", None)]) | ast.ImportFrom("math"):
                return None
        raise _unknown(node)

    def _assign(self, target: ast.expr, found: object, names: Names) -> object:
        match target:
            case ast.Name(name):
                names[name] = found
            case ast.Tuple(targets) | ast.List(targets):
                items = list(found) if isinstance(found, list | tuple) else []
                if len(items) != len(targets):
                    said = f"{len(targets)} names for {len(items)} values"
                    raise ProgramError(f"{_line(target)}there are {said}")
                for each, item in zip(targets, items, strict=True):
                    self._assign(each, item, names)
            case ast.Attribute(owner, "data" | "grad" as name):
                leaf = self.value(owner, names)
                if not isinstance(leaf, Value):
                    raise _unknown(target)
                setattr(leaf, name, found)
            case _:
                raise _unknown(target)
        return found

    def _arithmetic(self, node: ast.expr, names: Names) -> object:
        match node:
            case ast.UnaryOp(sign, operand) if type(sign) in SIGNS:
                return SIGNS[type(sign)](_number(node, self.value(operand, names)))
            case ast.Compare(left, [sign], [right]) if type(sign) in COMPARED:
                pair = (self.value(left, names), self.value(right, names))
                return COMPARED[type(sign)](*(_number(node, each) for each in pair))
            case ast.BinOp(left, sign, right) if type(sign) in BINARY:
                one, other = self.value(left, names), self.value(right, names)
                if isinstance(one, list) and isinstance(other, list) and type(sign) is ast.Add:
                    return _bounded(one + other)
                found = BINARY[type(sign)](_number(node, one), _number(node, other))
                return float(found) if isinstance(found, int) and abs(found) > 2**53 else found
        raise _unknown(node)

    def _reached(self, node: ast.expr, names: Names) -> object:
        match node:
            case ast.Subscript(owner, ast.Slice(lower, upper, step)):
                bounds = [b and self.value(b, names) for b in (lower, upper, step)]
                return self._list(owner, names)[slice(*cast("list[int]", bounds))]
            case ast.Subscript(owner, index):
                place = cast("int", self.value(index, names))
                return self._list(owner, names)[place]
            case ast.Attribute(owner, name):
                found = self.value(owner, names)
                own = isinstance(found, Given) and name in vars(found)
                if own or any(isinstance(found, kind) and name in has for kind, has in REACHED):
                    return getattr(found, name)
            case ast.Call(function, arguments, []):
                called = self.value(function, names)
                if callable(called):
                    given = [self.value(argument, names) for argument in arguments]
                    return called(*(_bounded(g) if isinstance(g, range) else g for g in given))
        raise _unknown(node)

    def _list(self, node: ast.expr, names: Names) -> Sequence[object]:
        found = self.value(node, names)
        if not isinstance(found, list | tuple):
            raise ProgramError(f"{_line(node)}only a list has places")
        return found

    def _items(self, source: ast.expr, names: Names) -> Iterator[object]:
        found = self.value(source, names)
        if not isinstance(found, list | tuple | range):
            raise ProgramError(f"{_line(source)}a list is wanted after “in”")
        for item in found:
            self._step(source)
            yield item

    def _looped(
        self, item: ast.expr, loops: Sequence[ast.comprehension], names: Names
    ) -> Iterator[object]:
        """The items of a list that is written with ``for``."""
        if not loops:
            yield self.value(item, names)
            return
        for each in self._items(loops[0].iter, names):
            self._assign(loops[0].target, each, names)
            if all(self.value(test, names) for test in loops[0].ifs):
                yield from self._looped(item, loops[1:], names)

    def _function(self, node: ast.FunctionDef, names: Names) -> Callable[..., object]:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        wanted = inspect.Signature([inspect.Parameter(a.arg, kind) for a in node.args.args])

        def function(*given: object) -> object:
            bound = wanted.bind(*map(_copied, given)).arguments
            try:
                self.block(node.body, {**names, **bound})
            except _ReturnError as left:
                return _counted(left.result)
            return None

        function.__signature__ = wanted  # type: ignore[attr-defined]
        function.__name__ = node.name
        return function


def _is_plain(wanted: ast.arguments) -> bool:
    others = (wanted.posonlyargs, wanted.kwonlyargs, wanted.defaults, wanted.vararg, wanted.kwarg)
    return not any(others)


def _number(node: ast.AST, value: object) -> float:
    if value is ...:
        raise TypeError("there is still an ellipsis (...)")
    if not isinstance(value, int | float | Value):
        kind = type(value).__name__
        raise ProgramError(f"{_line(node)}a number is wanted, and this is a {kind}")
    return cast("float", value)


def _unknown(node: ast.AST) -> ProgramError:
    said = ast.unparse(node).partition("\n")[0][:40]
    return ProgramError(f"{_line(node)}“{said}” is not offered here; numbers, lists, loops and "
                        "functions of them are")  # fmt: skip


def _line(node: ast.AST) -> str:
    return f"line {node.lineno}: " if hasattr(node, "lineno") else ""


def _bounded(items: Iterable[object]) -> list[object]:
    found: list[object] = []
    for item in items:
        found.append(item)
        if len(found) > MOST_NUMBERS:
            raise ProgramError(f"a list has at most {MOST_NUMBERS:,} places here")
    return found


def _copied(argument: object) -> object:
    """Lists are copied: what an answer does to them must not reach the next one."""
    return [_copied(each) for each in argument] if isinstance(argument, list) else argument


def _counted(result: object) -> object:
    """The result, if it is no larger than an answer can be, however its lists nest."""
    waiting, seen = [(result, 0)], 0
    while waiting:
        each, depth = waiting.pop()
        seen += 1
        if seen > MOST_NUMBERS or depth > DEEPEST:
            raise ProgramError("the answer is a list that is too long or nests too deep")
        if isinstance(each, list | tuple):
            waiting += [(inner, depth + 1) for inner in each]
    return result
