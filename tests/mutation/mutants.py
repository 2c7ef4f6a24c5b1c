"""Mutants: the source of a module with one small fault planted in it.

Vocabulary: an *operator* plants one kind of fault wherever it can. Those of cosmic-ray are used,
two for each arithmetic operator (the rest, with the bit operators, mostly raise on floats), and not
``is`` for ``==`` where equality is identity. Two are added: a statement that is left out, and two
arguments that change places, which is what a table of derivatives gets wrong. A mutant that differs
in annotations, docstrings or imports for the type checker alone is no mutant: none of it runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple

import parso
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

USED = re.compile(
    r"ReplaceBinaryOperator_(Add_Sub|Add_Mul|Sub_Add|Sub_Mul|Mul_Add|Mul_Div|Div_Mul|Div_FloorDiv)"
    r"|ReplaceBinaryOperator_(FloorDiv_Div|Mod_Mul|Pow_Mul|Pow_Add)"
    r"|ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Eq|NotEq|Lt|LtE|Gt|GtE)"
    r"|ReplaceComparisonOperator_(Is_IsNot|IsNot_Is)"
    r"|ReplaceUnaryOperator_(Delete_\w+|USub_UAdd)"
    r"|AddNot|Replace(True|False|And|Or|Break|Continue)With\w+|ExceptionReplacer|NumberReplacer"
    r"|RemoveDecorator|ZeroIterationForLoop"
)


NOT_LEFT_OUT = {"import_name", "import_from", "string", "strings", "global_stmt", "raise_stmt"}
"""Statements whose absence is seen at once, or changes nothing."""

WORDS = ("pass", "break", "continue", "...")
"""The same, as statements of a single word."""


class Mutant(NamedTuple):
    """One fault: its operator, the line it changed, the whole new source, the row it is about."""

    operator: str
    line: int
    before: str
    after: str
    source: str
    subject: str

    @property
    def key(self) -> str:
        """The change itself, which stays the same when lines move."""
        return f"{self.before} → {self.after}"


class LeaveOut(Operator):  # type: ignore[misc]
    """A statement that is not executed."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """A statement of one line that does something."""
        if node.type == "simple_stmt":
            what = node.children[0]
            if what.type not in NOT_LEFT_OUT and getattr(what, "value", "") not in WORDS:
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """``pass`` in its place."""
        statement = parso.parse("pass\n").children[0]  # type: ignore[no-untyped-call]
        statement.get_first_leaf().prefix = node.get_first_leaf().prefix
        return statement

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """What cosmic-ray's own tests would try."""
        return ()


class ChangePlaces(Operator):  # type: ignore[misc]
    """The first two positional arguments of a call in the wrong order."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """A list of arguments that begins with two different positional ones."""
        if node.type == "arglist":
            first, second = node.children[0], node.children[2]
            plain = not {first.type, second.type} & {"argument", "operator"}
            if plain and first.get_code().strip() != second.get_code().strip():
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The two exchanged."""
        node.children[0], node.children[2] = node.children[2], node.children[0]
        return node

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """What cosmic-ray's own tests would try."""
        return ()


@cache
def operators() -> list[tuple[str, Any]]:
    """The operators used, by name."""
    found = [(name.rpartition("/")[2], name) for name in operator_names()]
    used = [(short, get_operator(name)()) for short, name in found if USED.fullmatch(short)]
    return [*used, ("LeaveOut", LeaveOut()), ("ChangePlaces", ChangePlaces())]


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module that runs differently and that Python can compile.

    Each top-level statement is mutated by itself, which takes milliseconds where the whole module
    takes tenths of a second.
    """
    lines = source.splitlines(keepends=True)
    ends = [node.end_lineno or 0 for node in ast.parse(source).body]
    for first, last in zip([0, *ends], ends, strict=False):
        chunk = "".join(lines[first:last])
        for operator, changed in _changed(chunk):
            old, new = chunk.splitlines(), changed.splitlines()
            places = enumerate(zip_longest(old, new, fillvalue=""))
            place = next(i for i, (a, b) in places if a != b)
            before, after = old[place].strip(), new[place].strip()
            whole = "".join([*lines[:first], changed, *lines[last:]])
            yield Mutant(operator, first + place + 1, before, after, whole, _subject(chunk))


def _changed(chunk: str) -> Iterator[tuple[str, str]]:
    """The chunk with each fault in turn, under the name of the operator."""
    running = what_runs(chunk)
    seen = {chunk}
    for name, operator in operators():
        occurrence = 0
        while (changed := MutationVisitor.mutate_code(chunk, operator, occurrence)) is not None:
            occurrence += 1
            if changed not in seen and _differs(changed, running):
                seen.add(changed)
                yield name, changed


def _subject(chunk: str) -> str:
    """The name of the row that a top-level statement makes, "" for any other statement."""
    made = re.match(r"\s*(?:#.*\n\s*)*(\w+) = op\(", chunk)
    return made[1] if made else ""


def _differs(changed: str, running: str) -> bool:
    try:
        return what_runs(changed) != running
    except SyntaxError:
        return False


def what_runs(source: str) -> str:
    """The syntax tree without what is never executed."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TYPE_CHECKING":
            node.value = ast.Constant(None)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [line for line in body if not _is_inert(line)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _is_inert(node: ast.AST) -> bool:
    """Whether a statement does nothing: a docstring, or the type of a name without a value."""
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Pass | ast.Expr) and isinstance(
        getattr(node, "value", ast.Constant(0)), ast.Constant
    )
