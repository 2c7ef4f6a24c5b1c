"""Expressions as a textbook writes them, into programs for a stack.

Vocabulary: factors *beside* each other, 2x or x(1 − x), are multiplied. A function is *bare* where
its operand has no brackets: sin x. Text that two readers would read in two ways is refused, with
both (:mod:`autograd_mini.expression.doubts`).

========= ==================================================================================
sum       product {+ product}
product   beside {* beside}
beside    {-} power {power}
power     factor {^ {-} factor}, from the right
factor    (number, name, (sum), |sum|, √ factor, function (sum, …), function operand) raised
operand   {-} {number} power
========= ==================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import NoReturn

from autograd_mini import ops
from autograd_mini.expression import doubts
from autograd_mini.expression.functions import Meanings
from autograd_mini.expression.program import Apply, Instruction, Label
from autograd_mini.expression.tokens import Cursor, ExpressionError
from autograd_mini.numbers import RAISED
from autograd_mini.rows import Op

DEEPEST = 50
"""Factors inside factors."""

ROOTS = {"√": ops.sqrt, "∛": ops.cbrt}
ENCLOSING = {"|": ops.abs, "⌊": ops.floor, "⌈": ops.ceil}
CLOSING = {"(": ")", "[": "]", "⌊": "⌋", "⌈": "⌉", "|": "|"}
SUMS = {"+": ops.add, "-": ops.sub}
PRODUCTS = {"*": ops.mul, "/": ops.div}

REMEDIES = {
    "": "the text ends where a number, a name or a bracket is expected",
    ".": "attributes are not looked up; write functions by name alone, as in exp(x)",
    "[": "[ cannot stand here, there is nothing to index; write x1, x2 for several inputs",
    "{": "curly brackets have no meaning here; take round ones",
    ",": "one expression is asked for; decimals have a point, as in 0.5",
    "=": "an equals sign stands at the beginning only, as in y = x^2",
    ":=": "a name for an intermediate result stands in brackets: (z := w*x)",
    **dict.fromkeys("%/@~&", "there is no such operator; take +, -, *, / or ^"),
    **dict.fromkeys(
        ("<", ">", "<=", ">=", "==", "!="),
        "comparisons are not numbers; where(step(x), a, b) is a when x is above 0",
    ),
}
"""What to write instead of a sign that is not in the language."""


class Grammar:
    """Reads one text; what a name and a root mean, its subclass says.

    Args:
        text: the expression.
        given: names that are variables, whatever else they might mean.

    Attributes:
        program: the instructions.
        meanings: what the names in it mean.

    Raises:
        ExpressionError: it is no expression, or can be read in two ways.
    """

    def __init__(self, text: str, given: Collection[str]) -> None:
        self.program: list[Instruction] = []
        self._cursor = Cursor(text, given)
        self.meanings = Meanings(self._cursor, given)
        self._brackets: list[tuple[str, int]] = [("", 0)]
        self._depth = 0
        self._bare: doubts.Bare | None = None
        self._sum()
        if self._cursor.now.kind != "end":
            self._refuse()

    def _refuse(self) -> NoReturn:
        token = self._cursor.now
        if token.kind == "number":
            reason = "a number cannot stand here: write 2*x, x^2 or x2, as you mean it"
        elif token.text in CLOSING.values():
            reason = f"unmatched {token.text!r}"
        else:
            reason = REMEDIES.get(token.text, f"{token.text!r:.20} cannot stand here")
        raise self._cursor.error(reason, token.start)

    def _apply(self, row: Op, count: int = 2) -> None:
        self.program.append(Apply(row, count))

    def _sum(self) -> None:
        self._product()
        while self._cursor.sees(SUMS):
            row = SUMS[self._cursor.next().text]
            self._product()
            self._apply(row)

    def _product(self) -> None:
        cursor, start = self._cursor, self._cursor.now.start
        self._beside()
        while cursor.sees(PRODUCTS):
            bare, end = self._bare, cursor.end
            sign, first = cursor.next().text, cursor.now.start
            second = self._beside()
            if bare is not None:
                doubts.refuse_after_bare(cursor, bare, end)
            if sign == "/" and second:
                doubts.refuse_quotient(cursor, (start, end), first, second)
            self._apply(PRODUCTS[sign])

    def _beside(self) -> int:
        """Factors beside each other; returns where the second begins, 0 where there is one."""
        cursor, second, signs = self._cursor, 0, self._signs()
        start, exponent = cursor.now.start, self._power()
        self._negate(signs)
        while self._begins_factor():
            self._refuse_doubtful(start, exponent)
            start = cursor.now.start
            second = second or start
            exponent = self._power()
            self._apply(ops.mul)
        return second

    def _signs(self) -> int:
        """The signs before a factor; returns how many of them are minus."""
        count = 0
        while self._cursor.sees(SUMS):
            count += self._cursor.next().text == "-"
        return count

    def _negate(self, times: int) -> None:
        self.program += [Apply(ops.neg, 1)] * times

    def _begins_factor(self) -> bool:
        cursor, is_in_bars = self._cursor, self._brackets[-1][0] == "|"
        signs = {"(", *ENCLOSING, *ROOTS} - ({"|"} if is_in_bars else set())
        return cursor.now.kind == "name" or cursor.sees(signs)

    def _refuse_doubtful(self, start: int, exponent: int) -> None:
        """Refuse a factor beside another one, from ``start`` on, that may reach further."""
        cursor, end = self._cursor, self._cursor.end
        if self._bare is not None and self.meanings.here() is None:
            bare = self._bare
            self._power()
            doubts.refuse_after_bare(cursor, bare, end)
        if exponent and cursor.is_adjacent:
            self._power()
            doubts.refuse_exponent(cursor, start, exponent, end)
        if cursor.sees({"|"}) or cursor.all[cursor.at - 1].text == "|":
            doubts.refuse_bars(cursor, self._brackets[-1][1])

    def _power(self) -> int:
        """A factor with its exponents; returns where the last begins if it has no brackets."""
        cursor, start = self._cursor, 0
        pending: list[tuple[bool, int]] = []
        self._bare = None
        while True:
            is_e = self._is_e()
            if is_e:
                cursor.next()
            else:
                self._factor()
            if is_e and cursor.now.kind == "raised":
                self._raised()
                pending.append((True, 0))
                break
            if not cursor.sees({"**"}):
                break
            cursor.next()
            start = cursor.now.start
            pending.append((is_e, self._signs()))
        for is_e, signs in reversed(pending):
            self._negate(signs)
            self._apply(*((ops.exp, 1) if is_e else (ops.pow, 2)))
        return 0 if cursor.all[cursor.at - 1].text in CLOSING.values() else start

    def _is_e(self) -> bool:
        """Whether the constant e comes, as the base of a power: e^x is exp(x)."""
        token, after = self._cursor.now, self._cursor.ahead()
        has_power = after.text == "**" or after.kind == "raised"
        return token.text == "e" and has_power and self.meanings.is_constant(token)

    def _factor(self) -> None:
        cursor = self._cursor
        self._depth += 1
        if self._depth > DEEPEST + 1:
            raise ExpressionError(
                f"more than {DEEPEST} brackets or functions inside each other; build one of this "
                "depth in Python"
            )
        if cursor.now.kind == "number":
            self._number()
        elif cursor.now.kind == "name":
            self._named()
        elif cursor.sees(ROOTS):
            self._root()
        elif cursor.sees({"(", *ENCLOSING}):
            sign = cursor.now.text
            self._inside(self._named_sum)
            if sign in ENCLOSING:
                self._apply(ENCLOSING[sign], 1)
        else:
            self._refuse()
        while cursor.now.kind == "raised":
            self._raised()
            self._apply(ops.pow)
        self._depth -= 1

    def _named(self) -> None:
        raise NotImplementedError

    def _root(self) -> None:
        raise NotImplementedError

    def _raised(self) -> None:
        self.program.append(float("".join(RAISED[x] for x in self._cursor.next().text)))

    def _number(self) -> None:
        cursor, token = self._cursor, self._cursor.next()
        is_prefixed = token.text[1:2].isalpha() and token.text[1:2] not in "eE"
        try:
            number = float(int(token.text, 0)) if is_prefixed else float(token.text)
        except ValueError:
            raise cursor.error("this is no number", token.start) from None
        except OverflowError:
            number = math.inf
        if is_prefixed and cursor.is_adjacent and cursor.now.kind in ("name", "number"):
            raise cursor.error(f"this is no digit of {token.text:.20}", cursor.end)
        if math.isinf(number):
            raise ExpressionError("a number is beyond the largest double, about 1.8e308")
        self.program.append(number)

    def _inside(self, read: Callable[[], object]) -> None:
        """Brackets, and what stands in them."""
        cursor, opening = self._cursor, self._cursor.next()
        self._brackets.append((opening.text, cursor.at))
        read()
        if not cursor.sees({CLOSING[opening.text]}):
            if cursor.now.kind == "end":
                raise cursor.error(f"{opening.text!r} was never closed", opening.start)
            self._refuse()
        cursor.next()
        self._brackets.pop()
        self._bare = None

    def _named_sum(self) -> None:
        """A sum, or ``name := sum``."""
        cursor = self._cursor
        if cursor.now.kind != "name" or cursor.ahead().text != ":=":
            self._sum()
            return
        name = cursor.next().text
        cursor.next()
        self._sum()
        self.program.append(Label(name))
