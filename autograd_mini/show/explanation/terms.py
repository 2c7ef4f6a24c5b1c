"""Terms: the names and formulas of an explanation, each ready for plain text and for LaTeX.

Vocabulary:

- *term*: a symbol (:mod:`autograd_mini.symbols`) in two forms that were written alike. In the
  LaTeX form a label is one character that stands for it, its *token*, because a label may hold
  anything; it is put in at the end, and MathML is made from the same form.
- *atom*: a label that has a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini import symbols
from autograd_mini.symbols import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_mini.rows import Op
    from autograd_mini.show.explanation.labels import Label
    from autograd_mini.symbols import Form

FIRST_TOKEN = 0xF0000
"""Tokens are characters of a private plane: no template of the table holds one."""

LAST_TOKEN = 0x10FFFD


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
        return self.text.precedence < symbols.ATOM


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


def _both(write: Callable[[Form, list[Any]], Symbol], terms: Sequence[Term | float]) -> Term:
    plain = [x.text if isinstance(x, Term) else x for x in terms]
    latex = [x.latex if isinstance(x, Term) else x for x in terms]
    return Term(write("text", plain), write("latex", latex))
