"""Text that can be read in two ways, refused with both readings.

Each function is called when the doubtful piece has been read to its end, and puts brackets into
what was typed, in one way and in the other; both can be typed in its place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from autograd_mini import ops
from autograd_mini.expression.tokens import ExpressionError, Token

if TYPE_CHECKING:
    from autograd_mini.expression.tokens import Cursor
    from autograd_mini.rows import Op

LONGEST = 60
"""A longer reading is cut."""


class Bare(NamedTuple):
    """A function whose operand has no brackets: where it begins, and its operand's ends."""

    function: str
    at: int
    start: int
    stop: int


def _refuse(text: str, one: str, other: str) -> NoReturn:
    text, one, other = (
        x if len(x) <= LONGEST else f"{x[: LONGEST - 1]}…" for x in (text, one, other)
    )
    raise ExpressionError(f"‘{text}’ can be read in two ways: write {one} or {other}")


def _closed(text: str) -> str:
    """A piece of text in brackets, unless it is one name or number, or has them."""
    text = text.strip()
    is_one = text.isalnum() or (text[0] == "(" and text.find(")") == len(text) - 1)
    return text if is_one else f"({text})"


def refuse_after_bare(cursor: Cursor, bare: Bare, end: int) -> NoReturn:
    """Sin x y, and sin x / 2: does the operand reach that far? ``end`` is where more follows."""
    name, operand, more = bare.function, cursor.text[bare.start : bare.stop], cursor.since(end)
    joint = "" if more[0] in "*/·×÷" else "*"
    _refuse(
        cursor.since(bare.at), f"{name}({operand}){joint}{more}", f"{name}({operand}{joint}{more})"
    )


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


def refuse_root(cursor: Cursor, sign: Token, start: int, end: int) -> NoReturn:
    """√2x and √x²: does the root reach over what follows its operand?"""
    operand, more = cursor.text[start:end], cursor.since(end)
    joint = "" if more[0] in "^*⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹" else "*"
    root = sign.text
    _refuse(
        cursor.since(sign.start),
        f"{root}({operand}){joint}{more}",
        f"{root}({operand}{joint}{more})",
    )


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
