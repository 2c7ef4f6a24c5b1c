"""Terms: the names and formulas of an explanation, each ready for plain text and for LaTeX.

Vocabulary:

- *term*: a symbol (:mod:`autograd_mini.symbols`) in two forms that were written alike. In the
  LaTeX form a label is one character that stands for it, its *token*, because a label may hold
  anything; it is put in at the end, and MathML is made from the same form.
- *atom*: a label that has a token.
"""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini import ops, symbols
from autograd_mini.rows import CALL
from autograd_mini.symbols import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autograd_mini.rows import Op
    from autograd_mini.show.explanation.labels import Label
    from autograd_mini.symbols import Form

FIRST_TOKEN = 0xF0000
"""Tokens are characters of a private plane: no template of the table holds one."""

LAST_TOKEN = 0x10FFFD
NUMERAL = re.compile(r"−?\d+(\.\d+)?(e−?\d+)?")

COEFFICIENT = re.compile(r"(\d+) (?:·|\\cdot) ")


class Term(NamedTuple):
    """A name or a formula.

    Attributes:
        text: in plain Unicode.
        latex: in LaTeX, with tokens for labels.
    """

    text: Symbol
    latex: Symbol

    @property
    def is_loose(self) -> bool:
        """Whether it needs brackets after a ∂."""
        return self.text.precedence < CALL

    @property
    def is_number(self) -> bool:
        """Whether it is a plain number, with a sign or without."""
        return NUMERAL.fullmatch(self.text.text) is not None


class Atoms:
    """The labels of an explanation by their tokens.

    >>> from autograd_mini.show.explanation.labels import read
    >>> atoms = Atoms()
    >>> term = atoms.term(read("ŷ"))
    >>> term.text, atoms[term.latex.text].base
    (Symbol('ŷ'), 'y')
    """

    def __init__(self) -> None:
        self._labels: list[Label] = []

    def term(self, label: Label) -> Term:
        """A term that is this label."""
        precedence = 0 if label.is_loose else symbols.ATOM
        token = chr(min(FIRST_TOKEN + len(self._labels), LAST_TOKEN))
        self._labels.append(label)
        return Term(Symbol(label.text, "text", precedence), Symbol(token, "latex", precedence))

    def __contains__(self, character: str) -> bool:
        if len(character) != 1:
            return False
        return FIRST_TOKEN <= ord(character) < FIRST_TOKEN + len(self._labels)

    def __getitem__(self, token: str) -> Label:
        return self._labels[ord(token) - FIRST_TOKEN]


def derivative(row: Op, place: int, terms: Sequence[Term | float]) -> Term:
    """∂z/∂operand as a formula, from the terms of the output and of the operands."""
    return _both(lambda form, these: symbols.derivative(row, place, these, form), terms)


def applied(row: Op, terms: Sequence[Term | float]) -> Term:
    """The operation as a formula, from the terms of its operands."""
    return _both(lambda form, these: symbols.written(row, these, form), terms)


def coefficient(term: Term) -> tuple[float, Term]:
    r"""A whole number that stands in front of a product, and the rest; 1 where there is none.

    >>> number, rest = coefficient(Term(Symbol("2 · x", "text", 20), Symbol(r"2 \cdot x", "latex")))
    >>> number, rest.text, rest.latex
    (2.0, Symbol('x'), Symbol('x'))
    """
    text, latex = COEFFICIENT.match(term.text.text), COEFFICIENT.match(term.latex.text)
    if not text or not latex or term.text.precedence != symbols.PRODUCT:
        return 1.0, term
    rest = [
        Symbol(found.string[found.end() :], form.form, symbols.PRODUCT)
        for found, form in ((text, term.text), (latex, term.latex))
    ]
    return float(text[1]), Term(*rest)


def number(value: float) -> Term:
    """A term that is a number."""
    return Term(symbols.as_symbol(value, "text"), symbols.as_symbol(value, "latex"))


def product(factors: Iterable[Term | float]) -> tuple[int, Term]:
    """Factors multiplied, as a sign and what it stands before; numbers are gathered in front.

    >>> from autograd_mini.show.explanation.labels import read
    >>> a, b = map(Atoms().term, map(read, "ab"))
    >>> sign, term = product([-1.0, a, 0.5, b])
    >>> sign, term.text, product([-2.0, 0.5])[1].text
    (-1, Symbol('0.5 · a · b'), Symbol('1'))
    """
    plain, written = 1.0, list[Term]()
    for factor in factors:
        if isinstance(factor, Term):
            leading, rest = coefficient(factor)
            plain *= leading
            written.append(rest)
        else:
            plain *= factor
    if abs(plain) != 1.0 or not written:
        written.insert(0, number(abs(plain)))
    return (-1 if plain < 0.0 else 1), _both(lambda _, these: reduce(ops.mul, these), written)


def total(summands: Sequence[tuple[int, Term]]) -> Term:
    """Signed terms added.

    >>> total([(-1, number(2.0)), (1, number(3.0)), (-1, number(4.0))]).text
    Symbol('−2 + 3 − 4')
    """

    def write(form: Form, these: list[Any]) -> Symbol:
        signed = list(zip([sign for sign, _ in summands], these, strict=True))
        sign, first = signed[0]
        sum_ = first if sign > 0 else symbols.written(ops.neg, [first], form)
        for sign, term in signed[1:]:
            sum_ = symbols.written(ops.add if sign > 0 else ops.sub, (sum_, term), form)
        return sum_

    return _both(write, [term for _, term in summands])


def _both(write: Callable[[Form, list[Any]], Symbol], terms: Sequence[Term | float]) -> Term:
    plain = [x.text if isinstance(x, Term) else x for x in terms]
    latex = [x.latex if isinstance(x, Term) else x for x in terms]
    return Term(write("text", plain), write("latex", latex))
