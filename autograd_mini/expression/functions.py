"""What the names in an expression mean: variables, constants, and functions by all their names.

A row of the table is known by its own name, and by those of its columns: σ and "leaky ReLU" stand
before the bracket of the text form, arcsin and sgn in LaTeX. A name that was given a number is a
variable, whatever else it might mean; only with a bracket, ``sin(x)``, a row's own name is always
the function.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from functools import cache

from autograd_mini import given, ops
from autograd_mini.expression.tokens import PI, Cursor, Token, spelled
from autograd_mini.rows import Op

SCHOOL = {"ln": "log"}
"""What no column has."""

CONSTANTS = {"e": math.e, "pi": math.pi, PI: math.pi}

_IN_TEXT = re.compile(r"([^\W\d][^\W\d ]*(?: [^\W\d]+)?)\(\{0\}")
_IN_LATEX = re.compile(r"\\(?:operatorname\{\{)?([A-Za-z]+(?:_\d)?)(?:\}\})?[ (]\{")

_WORDS = {
    "if": "write where(step(x), a, b) instead of ‘a if … else b’",
    "lambda": "functions cannot be made here; take one of the table",
    **dict.fromkeys(("and", "or", "not"), "‘and’, ‘or’ and ‘not’ are not arithmetic"),
}
"""What to write instead of a word of Python's."""


def function(name: str) -> Op | None:
    """The row that a name means; None where there is none.

    >>> [function(name) for name in ("σ", "arctan", "ln", "log σ", "foo")][1:4]
    [<operation atan>, <operation log>, <operation logsigmoid>]
    """
    return ops.TABLE.get(name) or _others(tuple(ops.TABLE.values())).get(name)


@cache
def _others(rows: tuple[Op, ...]) -> dict[str, Op]:
    """The further names; where two rows have one, the first of the table."""
    found: dict[str, Op] = {name: ops.TABLE[row] for name, row in SCHOOL.items()}
    for row in rows:
        in_text, in_latex = _IN_TEXT.match(row.text), _IN_LATEX.match(row.latex)
        for match in (in_text, in_latex if row.text[0].isalpha() else None):
            if match and match[1] not in ops.TABLE:
                found.setdefault(match[1], row)
    return found


def further_names(row: Op) -> list[str]:
    """What a row may be called beside its own name."""
    return [name for name, found in _others(tuple(ops.TABLE.values())).items() if found is row]


def unknown(name: str) -> str:
    """The sentence that refuses a function that is not there."""
    if name in _WORDS:
        return _WORDS[name]
    known = [*ops.TABLE, *_others(tuple(ops.TABLE.values()))]
    return f"there is no function {name!r:.40}{given.nearest(name, known) or ALL_FUNCTIONS}"


ALL_FUNCTIONS = "; ‘autograd-mini functions’ lists those that there are"


def missing(name: str, known: Collection[str]) -> str:
    """The sentence that refuses a name without a number."""
    shown = given.brief(name)
    number = f"add -s {shown}=NUMBER"
    parts = _taken_apart(name, [*known, *CONSTANTS]) if shown == name else []
    if parts:
        return f"{name} has no value: write {'*'.join(parts)} for the product, or {number}"
    return f"{shown} has no value{given.nearest(name, known)}; {number}"


def _taken_apart(name: str, known: Iterable[str]) -> list[str]:
    """The names that a longer one is written of: x and y for xy; [] where it is of others."""
    found = {"": list[str]()}
    for end in range(1, len(name) + 1):
        for part in known:
            before = name[:end].removesuffix(part)
            if len(before) < end and before in found and name[:end] not in found:
                found[name[:end]] = [*found[before], part]
    return found.get(name, [])


class Meanings:
    """What the names of one text mean; the cursor is moved behind the equals sign of ``y = …``.

    Attributes:
        result: the name before that sign, or "".
        names: the variables in the order of their appearance, and how they are shown.
        variables: these, and the names that ``(z := …)`` gives.
    """

    def __init__(self, cursor: Cursor, known: Collection[str]) -> None:
        self._cursor = cursor
        self.result = self._read_result()
        pairs = zip(cursor.all, cursor.all[1:], strict=False)
        assigned = {name.text for name, sign in pairs if sign.text == ":="}
        places = range(cursor.at, len(cursor.all) - 1)
        found = [cursor.all[i] for i in places if self._is_variable(i, known)]
        self.names: dict[str, str] = {}
        for token in found:
            if token.text not in assigned:
                self.names.setdefault(token.text, spelled(cursor.text[token.start : token.stop]))
        self.variables = {*self.names, *assigned}

    def _read_result(self) -> str:
        """The name before the equals sign of ``y = …`` or ``f(x) = …``."""
        everything = self._cursor.all
        head = everything[: next((i for i, x in enumerate(everything) if x.text == "="), 0)]
        texts = [token.text for token in head]
        has_operands = texts[1:2] == ["("] and texts[-1] == ")"
        if not head or head[0].kind != "name" or (len(head) > 1 and not has_operands):
            return ""
        self._cursor.at = len(head) + 1
        return spelled(self._cursor.text[head[0].start : head[0].stop])

    def _is_variable(self, at: int, known: Collection[str]) -> bool:
        name, after = self._cursor.all[at : at + 2]
        is_row = after.text == "(" and name.text in ops.TABLE
        if name.kind != "name" or is_row or name.text in known:
            return name.kind == "name" and not is_row
        is_function = self.at(at)[0] is not None or (at and self.at(at - 1)[1] == 2)
        is_called = after.text == "(" and len(name.text) > 1
        is_word = name.text in CONSTANTS or name.text in _WORDS
        return not (is_function or is_called or is_word)

    def at(self, place: int) -> tuple[Op | None, int]:
        """The function whose name begins at a token, and of how many words it is.

        The name "leaky ReLU" has two.
        """
        name, after = self._cursor.all[place : place + 2]
        if name.kind != "name":
            return None, 1
        two = function(f"{name.text} {after.text}") if after.kind == "name" else None
        return (two, 2) if two else (function(name.text), 1)

    def here(self) -> Op | None:
        """The function that comes next, unless a variable has its name."""
        now = self._cursor.now
        is_variable = now.text in self.variables
        return None if is_variable or now.kind == "end" else self.at(self._cursor.at)[0]

    def is_constant(self, token: Token) -> bool:
        """Whether it is e, pi or π, and no variable."""
        return token.text in CONSTANTS and token.text not in self.variables

    def is_base_e(self) -> bool:
        """Whether the constant e comes, as the base of a power: e^x is exp(x)."""
        token, after = self._cursor.now, self._cursor.ahead()
        has_power = after.text == "**" or after.kind == "raised"
        return token.text == "e" and has_power and self.is_constant(token)
