"""Text that is refused: what is not in the language, and what can be read in two ways.

Vocabulary: a *reading* is the doubtful piece, read to its end, with brackets put into what was
typed; of two readings both can be typed in its place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, NoReturn

from autograd_mini import ops
from autograd_mini.expression.tokens import Cursor, ExpressionError, Token
from autograd_mini.rows import Op

LONGEST = 60
"""A longer reading is cut."""

CLOSING = {"(": ")", "[": "]", "⌊": "⌋", "⌈": "⌉", "|": "|"}

REMEDIES = {
    "": "the text ends where a number, a name or a bracket is expected",
    ".": "attributes are not looked up; write functions by name alone, as in exp(x)",
    "[": "[ cannot stand here, there is nothing to index; write x1, x2 for several inputs",
    "{": "curly brackets have no meaning here; take round ones",
    ",": "one expression is asked for; decimals have a point, as in 0.5",
    "=": "an equals sign stands at the beginning only, as in y = x^2",
    ":=": "a name for an intermediate result stands in brackets: (z := w*x)",
    **{sign: f"unmatched {sign!r}" for sign in CLOSING.values()},
    **dict.fromkeys("%/@~&", "there is no such operator; take +, -, *, / or ^"),
    **dict.fromkeys(
        ("<", ">", "<=", ">=", "==", "!="),
        "comparisons are not numbers; where(step(x), a, b) is a when x is above 0",
    ),
}
"""What to write instead of a sign that is not in the language."""


class Bare(NamedTuple):
    """A function whose operand has no brackets: where it begins, and its operand's ends."""

    function: str
    at: int
    start: int
    stop: int


def refuse(cursor: Cursor) -> NoReturn:
    """The next token cannot stand where it is."""
    token = cursor.now
    reason = REMEDIES.get(token.text, f"{token.text!r:.20} cannot stand here")
    if token.kind == "number":
        reason = "a number cannot stand here: write 2*x, x^2 or x2, as you mean it"
    raise cursor.error(reason, token.start)


def refuse_count(row: Op, lists: int, count: int) -> None:
    """So many operands, of which so many are lists, are not what a row takes."""
    missing = (row.arity or count) - count
    if row is ops.affine and (lists, count) != (2, 3):
        raise ExpressionError("affine takes two lists and a number: affine([w1, w2], [x1, x2], b)")
    if not 0 <= missing <= len(row.defaults):
        raise ExpressionError(row.wrong_count(count).removeprefix("ops."))


def _refuse(*readings: str) -> NoReturn:
    text, one, other = (x if len(x) <= LONGEST else f"{x[: LONGEST - 1]}…" for x in readings)
    raise ExpressionError(f"‘{text}’ can be read in two ways: write {one} or {other}")


def _closed(text: str) -> str:
    """A piece of text in brackets, unless it is one name or number, or has them."""
    text = text.strip()
    is_one = text.isalnum() or (text[0] == "(" and text.find(")") == len(text) - 1)
    return text if is_one else f"({text})"


def _refuse_reach(whole: str, function: str, operand: str, more: str, signs: str) -> NoReturn:
    """Does the operand of a function reach over what follows, which may begin with a sign?"""
    joint = "" if more[0] in signs else "*"
    _refuse(whole, f"{function}({operand}){joint}{more}", f"{function}({operand}{joint}{more})")


def refuse_after_bare(cursor: Cursor, bare: Bare, end: int) -> NoReturn:
    """Sin x y, and sin x / 2; ``end`` is where more follows."""
    operand, more = cursor.text[bare.start : bare.stop], cursor.since(end)
    _refuse_reach(cursor.since(bare.at), bare.function, operand, more, "*/·×÷")


def refuse_root(cursor: Cursor, sign: Token, start: int, end: int) -> NoReturn:
    """√2x and √x²."""
    operand, more = cursor.text[start:end], cursor.since(end)
    _refuse_reach(cursor.since(sign.start), sign.text, operand, more, "^*⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def refuse_quotient(cursor: Cursor, above: tuple[int, int], first: int, second: int) -> NoReturn:
    """1/2x: is x below the line? The factors below it begin at ``first`` and ``second``."""
    top, one = cursor.text[slice(*above)].strip(), cursor.text[first:second].strip()
    more = _closed(cursor.since(second))
    _refuse(cursor.since(above[0]), f"({top}/{one})*{more}", f"{top}/({one}*{more})")


def refuse_exponent(cursor: Cursor, start: int, exponent: int, end: int) -> NoReturn:
    """e^2x: is x in the exponent, which begins at ``exponent``?"""
    base, power = cursor.text[start:exponent], cursor.text[exponent:end]
    more = _closed(cursor.since(end))
    _refuse(cursor.since(start), f"{base}{power}*{more}", f"{base}({power}*{more})")


def refuse_call(cursor: Cursor, name: Token, row: Op) -> NoReturn:
    """σ(x), where σ is a name with a number: the function, or a product?"""
    operand = cursor.since(name.stop)
    _refuse(cursor.since(name.start), f"{row.name}{operand}", f"{name.text}*{operand}")


def refuse_inverse(cursor: Cursor, name: Token) -> NoReturn:
    """sin⁻¹ x: the inverse function, or 1/sin x?"""
    inverse = f"a{name.text}" if f"a{name.text}" in ops.TABLE else "the inverse function"
    _refuse(cursor.since(name.start), f"{inverse}(…)", f"1/{name.text}(…)")


def refuse_bars(cursor: Cursor, first: int) -> None:
    """|a|b|c|: which bars belong together? ``first`` is the token where the brackets opened."""
    depth, bars = 0, list[Token]()
    for token in cursor.all[first:]:
        depth += (token.text in "([⌊⌈") - (token.text in ")]⌋⌉") if token.kind == "sign" else 0
        if depth < 0:
            break
        bars += [token] * (token.text == "|" and not depth)
    for one, two, three, four in zip(bars[::2], bars[1::2], bars[2::2], bars[3::2], strict=False):
        pairs = pairwise((one, two, three, four))
        left, middle, right = (cursor.text[x.stop : y.start].strip() for x, y in pairs)
        if middle and middle[0] not in "*/·×^²" and middle[-1] not in "+-−*/·×^":
            _refuse(
                cursor.text[one.start : four.stop],
                f"abs({left})*{middle}*abs({right})",
                f"abs({left}*abs({middle})*{right})",
            )
