"""Formulas as MathML, which browsers show by themselves: nothing to load, a few bytes each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

if TYPE_CHECKING:
    from docutils.nodes import math, math_block
    from sphinx.writers.html5 import HTML5Translator


class FormulaError(ValueError):
    """A formula that the converter does not know."""


def mathml(latex: str, display: str) -> str:
    """A formula as an element.

    Raises:
        FormulaError: a command is left in it.
    """
    written = convert(latex, display=display)
    if "\\" in written:
        raise FormulaError(f"no MathML for {latex!r}: {written}")
    return written


def inline(self: HTML5Translator, node: math) -> None:
    """Write a formula in a line of text."""
    self.body.append(mathml(node.astext(), "inline"))
    raise SkipNode


def displayed(self: HTML5Translator, node: math_block) -> None:
    """Write a formula that stands by itself; where it is too wide, it scrolls."""
    self.body.append(f'<div class="formula">{mathml(node.astext(), "block")}</div>')
    raise SkipNode
