"""Formulas as MathML, which browsers show by themselves: nothing to load, a few bytes each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import unescape

from docutils.nodes import SkipNode
from latex2mathml.converter import convert_to_element

if TYPE_CHECKING:
    from docutils.nodes import math, math_block
    from sphinx.writers.html5 import HTML5Translator


ROWS = {"math", "mrow", "mtd", "mstyle"}
"""Elements that may have any number of children."""


class FormulaError(ValueError):
    """A formula that the converter does not know."""


def mathml(latex: str, display: str) -> str:
    """A formula as an element.

    Raises:
        FormulaError: a command is left in it.
    """
    formula = convert_to_element(latex, display=display)
    for row in formula.iter():
        if row.tag in ROWS:
            _part_names_from_operands(row)
    written = unescape(tostring(formula, encoding="unicode"))  # it writes signs as entities
    if "\\" in written:
        raise FormulaError(f"no MathML for {latex!r}: {written}")
    return written


def _part_names_from_operands(row: Element) -> None:
    """Put a thin space between a function's name and an operand without brackets: log x."""
    for place in range(len(row) - 1, 0, -1):
        before, operand = row[place - 1], row[place]
        name = before[0] if before.tag in {"msub", "msup"} else before
        is_name = name.tag == "mi" and (name.text or "").isalpha() and len(name.text or "") > 1
        if is_name and operand.tag != "mo":
            row.insert(place, Element("mspace", {"width": "0.17em"}))


def inline(self: HTML5Translator, node: math) -> None:
    """Write a formula in a line of text."""
    self.body.append(mathml(node.astext(), "inline"))
    raise SkipNode


def displayed(self: HTML5Translator, node: math_block) -> None:
    """Write a formula that stands by itself; where it is too wide, it scrolls."""
    self.body.append(f'<div class="formula">{mathml(node.astext(), "block")}</div>')
    raise SkipNode
