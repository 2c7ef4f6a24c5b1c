"""Expressions as a person types them, for the command line and the playground.

Vocabulary: :func:`typed` makes the graph of a text and numbers for its names; an *expression* is
the text, read. Inside, the text becomes tokens (:mod:`~autograd_mini.expression.tokens`), whose
names have meanings (:mod:`~autograd_mini.expression.functions`), and a grammar makes a program of
them (:mod:`~autograd_mini.expression.grammar`).
"""

from autograd_mini.expression.expression import Expression, Typed, settings, typed
from autograd_mini.expression.functions import function, further_names, unknown
from autograd_mini.expression.tokens import LONGEST, ExpressionError, normalized

__all__ = [
    "LONGEST",
    "Expression",
    "ExpressionError",
    "Typed",
    "function",
    "further_names",
    "normalized",
    "settings",
    "typed",
    "unknown",
]
