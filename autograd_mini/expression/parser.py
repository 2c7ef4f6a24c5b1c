"""What begins with a name or a root: variables, constants, functions, in brackets or without."""

from __future__ import annotations

from collections.abc import Callable

from autograd_mini import ops
from autograd_mini.expression import doubts
from autograd_mini.expression.functions import CONSTANTS, unknown
from autograd_mini.expression.grammar import ROOTS, Grammar
from autograd_mini.expression.program import Apply
from autograd_mini.expression.tokens import ExpressionError, Token
from autograd_mini.rows import Op


class Parser(Grammar):
    """Reads one text, as its base says.

    >>> [getattr(step, "row", step) for step in Parser("y = 2 sin x + 1", ()).program]
    [2.0, 'x', <operation sin>, <operation mul>, 1.0, <operation add>]
    """

    def _root(self) -> None:
        """√x and √(…); how far a bare one reaches is doubtful where more follows at once."""
        cursor, sign = self._cursor, self._cursor.next()
        start, is_bare = cursor.now.start, not cursor.sees({"("})
        if not is_bare:
            self._inside(self._named_sum)
        elif cursor.now.kind == "number":
            self._number()
        elif cursor.now.kind == "name":
            self._named()
        else:
            self._factor()
        self._apply(ROOTS[sign.text], 1)
        end = cursor.end
        if is_bare and (cursor.now.kind == "raised" or cursor.sees({"**"})):
            cursor.at += 1 + (cursor.now.kind == "sign")
            doubts.refuse_root(cursor, sign, start, end)
        if is_bare and self._begins_factor() and cursor.is_adjacent:
            self._power()
            doubts.refuse_root(cursor, sign, start, end)

    def _named(self) -> None:
        cursor, token = self._cursor, self._cursor.now
        row, words = self.meanings.at(cursor.at)
        if row is not None and token.text in self.meanings.variables:
            if not cursor.sees({"("}, words):
                row = None
            elif token.text not in ops.TABLE:
                cursor.next()
                self._inside(self._sum)
                doubts.refuse_call(cursor, token, row)
        if row is not None:
            cursor.at += words
            self._function(row, token)
        elif token.text in self.meanings.variables:
            self.program.append(cursor.next().text)
        elif token.text in CONSTANTS:
            self.program.append(CONSTANTS[cursor.next().text])
        else:
            raise ExpressionError(unknown(token.text))

    def _function(self, row: Op, name: Token) -> None:
        """A function with its operands; sin² x is (sin x)²."""
        cursor, spelled, count = self._cursor, self._cursor.since(name.start), len(self.program)
        if cursor.sees({"**"}) and cursor.ahead().kind == "number":
            cursor.next()
            self._number()
        elif cursor.now.kind == "raised":
            self._raised()
        exponent = self.program[count:]
        del self.program[count:]
        if exponent and str(exponent[0]).startswith("-"):
            doubts.refuse_inverse(cursor, name)
        if cursor.sees({"("}):
            self._called(row, spelled)
        else:
            self._bare_operand(row, spelled, name.start)
        if exponent:
            self.program += [*exponent, Apply(ops.pow, 2)]

    def _bare_operand(self, row: Op, spelled: str, start: int) -> None:
        """The operand of ``sin 2x``: numbers, then one factor."""
        cursor, signs, count = self._cursor, self._signs(), 0
        first = cursor.now
        if not (first.kind == "number" or self._begins_factor()) or row.arity != 1:
            raise ExpressionError(f"{spelled} is a function; write {spelled}(…)")
        is_number = True
        while is_number and (self._begins_factor() or not count):
            is_number = cursor.now.kind == "number" or self.meanings.is_constant(cursor.now)
            self._power()
            count += 1
        self.program += [Apply(ops.mul, 2)] * (count - 1)
        self._negate(signs)
        self._apply(row, 1)
        self._bare = doubts.Bare(spelled, start, first.start, cursor.end)

    def _called(self, row: Op, spelled: str) -> None:
        """A function with its operands in brackets; some take lists."""
        counts: list[int] = []
        lists: list[int] = []

        def operand() -> None:
            if self._cursor.sees({"*", "**"}):
                raise ExpressionError("write the operands one by one")
            if self._cursor.ahead().text == "=":
                raise ExpressionError(f"{spelled} takes its operands by place, without names")
            if row.takes_list and self._cursor.sees({"["}):
                self._inside(lambda: lists.append(self._listed(self._named_sum)))
            else:
                self._named_sum()
            counts.append(lists[-1] if self._cursor.all[self._cursor.at - 1].text == "]" else 1)

        self._inside(lambda: self._listed(operand))
        missing = (row.arity or len(counts)) - len(counts)
        if row is ops.affine and (len(lists), len(counts)) != (2, 3):
            raise ExpressionError(
                "affine takes two lists and a number: affine([w1, w2], [x1, x2], b)"
            )
        if not 0 <= missing <= len(row.defaults):
            raise ExpressionError(row.wrong_count(len(counts)).removeprefix("ops."))
        self.program.append(Apply(row, sum(counts), tuple(lists) if row is ops.affine else ()))

    def _listed(self, read: Callable[[], object]) -> int:
        """Operands with commas between them, and after the last or not; how many there are."""
        count = 0
        while not self._cursor.sees({")", "]"}):
            read()
            count += 1
            if not self._cursor.sees({","}):
                break
            self._cursor.next()
        return count
