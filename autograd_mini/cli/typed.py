"""What the verbs for an expression share: its arguments, and the graph that it becomes."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.cli.terminal import Refusal, refusing

if TYPE_CHECKING:
    from autograd_mini.cli.expression import Expression
    from autograd_mini.value import Value

VERBS = ("draw", "explain", "walk", "check")

LANGUAGE = """expressions:
  numbers, names, + - * / **, brackets, and functions of the table, such as
  exp, log, tanh, sigmoid, relu, sum(x, y), where(step(x), a, b)
  (z := w*x + b) names an intermediate result
  every name needs a number: -s NAME=NUMBER
"""

_OPTION = re.compile(r"-h$|-s$|-o$|-s\w+\s*=|-o\w|--[a-z][a-z-]*(?:=|$)")


def shielded(words: Sequence[str]) -> list[str]:
    """The words typed, an expression that begins with a minus sign marked as no option.

    >>> shielded(["draw", "-x*2", "-s", "x=1"])
    ['draw', ' -x*2', '-s', 'x=1']
    """
    verb, *others = words or [""]
    first = others[0] if verb in VERBS and others else ""
    if len(first) > 1 and first[0] == "-" and not _OPTION.match(first):
        others[0] = f" {first}"  # argparse takes no word with a blank for an option
    return [verb, *others] if words else []


class Typed(NamedTuple):
    """An expression with numbers for its names.

    Attributes:
        expression: as parsed.
        leaves: a Value for each name, in the order of their appearance.
        root: the result.
    """

    expression: Expression
    leaves: dict[str, Value]
    root: Value


def add_expression(parser: argparse.ArgumentParser) -> None:
    """Arguments for the expression and its numbers."""
    parser.add_argument(
        "expression",
        metavar="EXPR",
        help="the expression, in quotes; - reads it from standard input",
    )
    parser.add_argument(
        "-s",
        "--set",
        dest="settings",
        metavar="NAME=NUMBER",
        action="append",
        default=[],
        help="the number of a name in the expression; once for each",
    )


def read(options: argparse.Namespace) -> Typed:
    """The expression that was typed, as a graph whose result is named too.

    Raises:
        Refusal: it cannot be read, a name has no number, or there is none to differentiate by.
    """
    from autograd_mini.cli.expression import Expression, settings
    from autograd_mini.cli.parsing import ExpressionError
    from autograd_mini.value import Value

    with refusing(ExpressionError):
        text = sys.stdin.read() if options.expression == "-" else options.expression
        expression = Expression(text)
        numbers = settings(options.settings)
        names = [name for name in expression.names if name in numbers]
        leaves = {name: Value(numbers[name], name) for name in names}
        root = expression(leaves)
    unused = [name for name in numbers if name not in leaves]
    if unused:
        raise Refusal(f"there is no {unused[0]} in the expression; leave out -s {unused[0]}=…")
    if not isinstance(root, Value):
        raise Refusal("the result depends on no name; put one into it, such as w, and -s w=2")
    if not root.label:
        root.label = next(name for name in ("f", "y", "result", "f_") if name not in leaves)
    return Typed(expression, leaves, root)
