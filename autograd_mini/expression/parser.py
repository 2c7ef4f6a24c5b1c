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

from autograd_mini import ops
from autograd_mini.expression import doubts
from autograd_mini.expression.doubts import CLOSING
from autograd_mini.expression.functions import CONSTANTS, Meanings, unknown
from autograd_mini.expression.program import Apply, Instruction, Label
from autograd_mini.expression.tokens import Cursor, ExpressionError, Token
from autograd_mini.rows import Op

DEEPEST = 50
"""Factors inside factors."""

ROOTS = {"√": ops.sqrt, "∛": ops.cbrt}
ENCLOSING = {"|": ops.abs, "⌊": ops.floor, "⌈": ops.ceil}
SUMS = {"+": ops.add, "-": ops.sub}
PRODUCTS = {"*": ops.mul, "/": ops.div}


class Parser(Cursor):
    """Reads one text; names that are ``given`` are variables, whatever else they might mean.

    Attributes:
        program: the instructions.
        meanings: what the names in it mean.

    Raises:
        ExpressionError: it is no expression, or can be read in two ways.

    >>> [getattr(step, "row", step) for step in Parser("y = 2 sin x + 1", ()).program]
    [2.0, 'x', <operation sin>, <operation mul>, 1.0, <operation add>]
    """

    def __init__(self, text: str, given: Collection[str]) -> None:
        super().__init__(text, given)
        self.program: list[Instruction] = []
        self.meanings = Meanings(self, given)
        self._brackets: list[tuple[str, int]] = [("", 0)]
        self._depth = 0
        self._bare: doubts.Bare | None = None
        self._sum()
        if self.now.kind != "end":
            doubts.refuse(self)

    def _apply(self, row: Op, count: int = 2, times: int = 1) -> None:
        self.program += [Apply(row, count)] * times

    def _sum(self) -> None:
        self._product()
        while self.sees(SUMS):
            row = SUMS[self.next().text]
            self._product()
            self._apply(row)

    def _product(self) -> None:
        start = self.now.start
        self._beside()
        while self.sees(PRODUCTS):
            bare, end = self._bare, self.end
            sign, first = self.next().text, self.now.start
            second = self._beside()
            if bare is not None:
                doubts.refuse_after_bare(self, bare, end)
            if sign == "/" and second:
                doubts.refuse_quotient(self, (start, end), first, second)
            self._apply(PRODUCTS[sign])

    def _beside(self) -> int:
        """Factors beside each other; returns where the second begins, 0 where there is one."""
        second, signs = 0, self._signs()
        start, exponent = self.now.start, self._power()
        self._apply(ops.neg, 1, signs)
        while self._begins_factor():
            self._refuse_doubtful(start, exponent)
            start = self.now.start
            second = second or start
            exponent = self._power()
            self._apply(ops.mul)
        return second

    def _signs(self) -> int:
        """The signs before a factor; returns how many of them are minus."""
        count = 0
        while self.sees(SUMS):
            count += self.next().text == "-"
        return count

    def _begins_factor(self) -> bool:
        is_in_bars = self._brackets[-1][0] == "|"
        signs = {"(", *ENCLOSING, *ROOTS} - ({"|"} if is_in_bars else set())
        return self.now.kind == "name" or self.sees(signs)

    def _refuse_doubtful(self, start: int, exponent: int) -> None:
        """Refuse a factor beside another one, from ``start`` on, that may reach further."""
        end, bare = self.end, self._bare
        if bare is not None and self.meanings.here() is None:
            self._power()
            doubts.refuse_after_bare(self, bare, end)
        if exponent and self.is_adjacent:
            self._power()
            doubts.refuse_exponent(self, start, exponent, end)
        if self.sees({"|"}) or self.last.text == "|":
            doubts.refuse_bars(self, self._brackets[-1][1])

    def _power(self) -> int:
        """A factor with its exponents; returns where the last begins if it has no brackets."""
        start = 0
        pending: list[tuple[bool, int]] = []
        self._bare = None
        while True:
            is_e = self.meanings.is_base_e()
            if is_e:
                self.next()
            else:
                self._factor()
            if is_e and self.now.kind == "raised":
                self.program.append(self.raised())
                pending.append((True, 0))
                break
            if not self.sees({"**"}):
                break
            self.next()
            start = self.now.start
            pending.append((is_e, self._signs()))
        for is_e, signs in reversed(pending):
            self._apply(ops.neg, 1, signs)
            self.program.append(Apply(ops.exp, 1) if is_e else Apply(ops.pow, 2))
        return 0 if self.last.text in CLOSING.values() else start

    def _factor(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST + 1:
            raise ExpressionError(
                f"more than {DEEPEST} brackets or functions inside each other; build one of this "
                "depth in Python"
            )
        if self.now.kind == "number":
            self.program.append(self.number())
        elif self.now.kind == "name":
            self._named()
        elif self.sees(ROOTS):
            self._root()
        elif self.sees({"(", *ENCLOSING}):
            sign = self.now.text
            self._inside(self._named_sum)
            if sign in ENCLOSING:
                self._apply(ENCLOSING[sign], 1)
        else:
            doubts.refuse(self)
        while self.now.kind == "raised":
            self.program += [self.raised(), Apply(ops.pow, 2)]
        self._depth -= 1

    def _inside(self, read: Callable[[], object]) -> None:
        """Brackets, and what stands in them."""
        opening = self.next()
        self._brackets.append((opening.text, self.at))
        read()
        if not self.sees({CLOSING[opening.text]}):
            if self.now.kind == "end":
                raise self.error(f"{opening.text!r} was never closed", opening.start)
            doubts.refuse(self)
        self.next()
        self._brackets.pop()
        self._bare = None

    def _named_sum(self) -> None:
        """A sum, or ``name := sum``."""
        is_named = self.now.kind == "name" and self.ahead().text == ":="
        name, self.at = self.now.text, self.at + 2 * is_named
        self._sum()
        self.program += [Label(name)] * is_named

    def _root(self) -> None:
        """√x and √(…); how far a bare one reaches is doubtful where more follows at once."""
        sign = self.next()
        start, is_bare = self.now.start, not self.sees({"("})
        if not is_bare:
            self._inside(self._named_sum)
        elif self.now.kind == "number":
            self.program.append(self.number())
        elif self.now.kind == "name":
            self._named()
        else:
            self._factor()
        self._apply(ROOTS[sign.text], 1)
        end = self.end
        if is_bare and (self.now.kind == "raised" or self.sees({"**"})):
            self.at += 1 + (self.now.kind == "sign")
            doubts.refuse_root(self, sign, start, end)
        if is_bare and self._begins_factor() and self.is_adjacent:
            self._power()
            doubts.refuse_root(self, sign, start, end)

    def _named(self) -> None:
        token = self.now
        row, words = self.meanings.at(self.at)
        if row is not None and token.text in self.meanings.variables:
            if not self.sees({"("}, words):
                row = None
            elif token.text not in ops.TABLE:
                self.next()
                self._inside(self._sum)
                doubts.refuse_call(self, token, row)
        if row is not None:
            self.at += words
            self._function(row, token)
        elif token.text in self.meanings.variables:
            self.program.append(self.next().text)
        elif token.text in CONSTANTS:
            self.program.append(CONSTANTS[self.next().text])
        else:
            raise ExpressionError(unknown(token.text))

    def _function(self, row: Op, name: Token) -> None:
        """A function with its operands; sin² x is (sin x)²."""
        spelled, exponent = self.since(name.start), None
        if self.sees({"**"}) and self.ahead().kind == "number":
            self.next()
            exponent = self.number()
        elif self.now.kind == "raised":
            exponent = self.raised()
        if exponent is not None and math.copysign(1.0, exponent) < 0.0:
            doubts.refuse_inverse(self, name)
        if self.sees({"("}):
            self._called(row, spelled)
        else:
            self._bare_operand(row, spelled, name.start)
        if exponent is not None:
            self.program += [exponent, Apply(ops.pow, 2)]

    def _bare_operand(self, row: Op, spelled: str, start: int) -> None:
        """The operand of ``sin 2x``: numbers, then one factor."""
        signs, count, first = self._signs(), 0, self.now
        if not (first.kind == "number" or self._begins_factor()) or row.arity != 1:
            raise ExpressionError(f"{spelled} is a function; write {spelled}(…)")
        is_number = True
        while is_number and (self._begins_factor() or not count):
            is_number = self.now.kind == "number" or self.meanings.is_constant(self.now)
            self._power()
            count += 1
        self._apply(ops.mul, 2, count - 1)
        self._apply(ops.neg, 1, signs)
        self._apply(row, 1)
        self._bare = doubts.Bare(spelled, start, first.start, self.end)

    def _called(self, row: Op, spelled: str) -> None:
        """A function with its operands in brackets; some take lists."""
        counts: list[int] = []
        lists: list[int] = []

        def operand() -> None:
            if self.sees({"*", "**"}):
                raise ExpressionError("write the operands one by one")
            if self.ahead().text == "=":
                raise ExpressionError(f"{spelled} takes its operands by place, without names")
            if row.takes_list and self.sees({"["}):
                self._inside(lambda: lists.append(self._listed(self._named_sum)))
            else:
                self._named_sum()
            counts.append(lists[-1] if self.last.text == "]" else 1)

        self._inside(lambda: self._listed(operand))
        doubts.refuse_count(row, len(lists), len(counts))
        self.program.append(Apply(row, sum(counts), tuple(lists) if row is ops.affine else ()))

    def _listed(self, read: Callable[[], object]) -> int:
        """Operands with commas between them, and after the last or not; how many there are."""
        count = 0
        while not self.sees({")", "]"}):
            read()
            count += 1
            if not self.sees({","}):
                break
            self.next()
        return count
