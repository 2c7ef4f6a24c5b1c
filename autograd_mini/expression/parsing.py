"""Text into Python's syntax trees, safely.

Vocabulary: a *term* is what stands between the plus and minus signs of the outermost sum.

Python's parser has limits that depend on its version, and is known to crash beyond them, so length
and depth are bounded before it sees the text, and a long sum is handed over term by term.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograd_mini.given import visible

LONGEST = 500_000
"""Characters."""

DEEPEST = 50
"""Brackets inside brackets, or signs and powers on top of each other."""

LONG_CHAIN = 500
"""A sum of more terms is handed to the parser term by term."""

_TOKEN = re.compile(
    r"(?P<operand>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?|\w+)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<sign>[+-])|(?P<space>\s+)|(?P<other>\*\*|:=|.)",
    re.DOTALL,
)


class ExpressionError(ValueError):
    """The expression, or a number for one of its names, cannot be used; the message says why."""


def parsed(text: str) -> Iterator[tuple[str, ast.expr]]:
    """The trees of the terms of a sum, each with its sign; what is no long sum is one term.

    Raises:
        ExpressionError: it cannot be parsed, or is too long or too deep.

    >>> [(sign, ast.unparse(tree)) for sign, tree in parsed("a - b*c")]
    [('+', 'a - b * c')]
    """
    if not text:
        raise ExpressionError("the expression is empty; write one such as 'w*x + b'")
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression has {len(text):,} characters, more than {LONGEST:,}; "
            "build one of this size in Python"
        )
    _refuse_unprintable(text)
    terms = _terms(text)
    if len(terms) <= LONG_CHAIN:
        terms = [("+", text)]
    for sign, term in terms:
        yield sign, _tree(term)


_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _refuse_unprintable(text: str) -> None:
    found = _NO_TEXT.search(text)
    if found is not None:
        kind = "half of a character" if found[0] > "\x9f" else "control character"
        kind = "null character" if found[0] == "\0" else kind
        raise ExpressionError(
            f"the expression holds the {kind} {visible(found[0])} at place {found.start() + 1}; "
            "leave it out"
        )


def _terms(text: str) -> list[tuple[str, str]]:
    """The terms of the outermost sum with their signs; brackets are counted on the way."""
    depth, start, sign, terms = 0, 0, "+", []
    after_operand = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
            if depth > DEEPEST:
                raise ExpressionError(too_deep("brackets"))
        elif kind == "close":
            depth -= 1
        elif kind == "sign" and depth == 0 and after_operand:
            terms.append((sign, text[start : token.start()]))
            start, sign = token.end(), token[0]
        if kind != "space":
            after_operand = kind in {"operand", "close"}
    return [*terms, (sign, text[start:])]


def too_deep(what: str) -> str:
    """The sentence that refuses what is nested too deep."""
    return f"more than {DEEPEST} {what} inside each other; build one of this depth in Python"


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(_pointed_at(text.strip(), error)) from None
    except (RecursionError, MemoryError, UnicodeError, ValueError):
        raise ExpressionError(
            "Python's parser gives up: signs, powers or products on top of each other, or a sum of "
            "thousands of terms inside brackets; write sum(x, y, …), or build it in Python"
        ) from None


def _pointed_at(text: str, error: SyntaxError) -> str:
    reason = error.msg.partition(":")[0]
    place = min(max((error.offset or 1) - 1, 0), len(text))
    return f"{reason}: {_around(text, place)}"


def _around(text: str, place: int) -> str:
    """A piece of the text with a mark before the place: ``w*x + >>> * b``."""
    before, after = text[max(place - 20, 0) : place], text[place : place + 20]
    ends = ("…" if place > 20 else "", "…" if place + 20 < len(text) else "")
    return f"{ends[0]}{before} >>> {after}{ends[1]}"
