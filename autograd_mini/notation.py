"""Notations: how rows, names and numbers are written in text, in LaTeX and in code.

Vocabulary:

- *form*: a notation. It knows for each row a *template* with places ``{0}``, ``{1}``, and how names
  and numbers are written.
- *place*: where an operand goes in. It is *delimited* when the template puts a bracket or a comma
  on both sides of it; elsewhere an operand that binds less tightly is put into brackets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from autograd_mini import ops
from autograd_mini.numbers import decimal, short
from autograd_mini.rows import CALL, Op

ATOM = 100
PREFIX = 27
"""How tightly ``sin x`` binds: a factor, but no base of a power."""

NEGATION: int = ops.neg.precedence
PRODUCT: int = ops.mul.precedence
POWER: int = ops.pow.precedence

_OPEN, _CLOSE = [*"([{|,"], [*")]}|,"]

Written = tuple[str, int]
"""A text, and how tightly it binds."""


class Place(NamedTuple):
    """A place of a template: the text before it, which operand, and whether it is delimited."""

    before: str
    operand: int
    is_delimited: bool


class Template(NamedTuple):
    """How a row is written: its places, the text after the last, and how tightly it binds."""

    places: tuple[Place, ...]
    end: str
    binding: int


class Form(NamedTuple):
    """How expressions are written.

    Attributes:
        template: how a row is written.
        name: for what a name stands for its text, and how tightly that binds.
        number: the same for a number that is not negative, and how many digits it gets.
        minus: the sign before a negative number.
        brackets: puts an operand into brackets.
        whole: makes one element of what stands at a place, where a form has elements.
        comma: stands between the operands of a list.
        space: what stands between a function's name and its operand, unless that is in brackets.
        is_code: whether it is code: there a + (b − c) is not (a + b) − c, and sums are calls.
        digits: how many significant digits numbers get.
    """

    template: Callable[[Op], Template]
    name: Callable[[Any], Written]
    number: Callable[[float, int], Written]
    minus: str = "-"
    brackets: Callable[[str], str] = "({})".format
    whole: Callable[[str], str] = str
    comma: str = ", "
    space: str = ""
    is_code: bool = False
    digits: int = 6


def template(written: str, binding: int) -> Template:
    """A column of the table, taken apart."""
    from string import Formatter  # looked up late: it compiles a regular expression

    texts, places = [""], list[int]()
    for literal, place, _, _ in Formatter().parse(written):
        texts[-1] += literal  # an escaped brace comes as a piece of its own
        if place is not None:
            texts.append("")
            places.append(int(place))
    between = zip(texts, places, texts[1:], strict=False)
    found = [
        Place(before, place, before.rstrip()[-1:] in _OPEN and after.lstrip()[:1] in _CLOSE)
        for before, place, after in between
    ]
    return Template(tuple(found), texts[-1], binding)


@cache
def text_template(row: Op) -> Template:
    """A row in plain Unicode."""
    return template(row.text, row.precedence)


@cache
def latex_template(row: Op) -> Template:
    """A row in LaTeX."""
    binding = row.precedence
    if binding == CALL:
        binding = PREFIX if row.latex.endswith("{0}") else binding
        binding = POWER if row.latex.startswith("e^") else binding
    return template(row.latex, binding)


@cache
def array_template(row: Op) -> Template:
    """A row in code over the array module ``xp``."""
    return template(row.array, row.precedence)


def _text_number(number: float, digits: int) -> Written:
    shown = short(number, digits)
    return shown, PRODUCT if "×" in shown else ATOM


def _latex_number(number: float, digits: int) -> Written:
    figures, exponent = decimal(number, digits)
    if exponent:
        return rf"{figures} \times 10^{{{exponent}}}", PRODUCT
    return {"inf": r"\infty", "nan": r"\operatorname{nan}"}.get(figures, figures), ATOM


def _itself(of: object) -> Written:
    return str(of), ATOM


TEXT = Form(text_template, _itself, _text_number, "−")
LATEX = Form(latex_template, _itself, _latex_number)
ARRAY = Form(array_template, _itself, lambda x, _: (repr(x), ATOM), is_code=True)
