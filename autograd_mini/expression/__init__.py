"""Expressions as a person types them, for the command line and the playground."""

from autograd_mini.expression.expression import Expression
from autograd_mini.expression.parsing import ExpressionError

__all__ = ["Expression", "ExpressionError"]
