"""What the verbs for an expression share: its arguments, and the graph that it becomes."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.cli.terminal import Refusal, refusing
from autograd_mini.expression.parsing import LONGEST, ExpressionError

if TYPE_CHECKING:
    from autograd_mini.expression.expression import Expression
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
    shielded = list(words)
    place = next((i for i, word in enumerate(words) if word in VERBS), len(words)) + 1
    first = words[place] if place < len(words) else ""
    if len(first) > 1 and first[0] == "-" and not _OPTION.match(first):
        shielded[place] = f" {first}"  # argparse takes no word with a blank for an option
    return shielded


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


def _from_input() -> str:
    """The expression on standard input, as UTF-8 whatever the locale."""
    if sys.stdin is None:
        raise ExpressionError("- reads the expression from standard input, which is closed")
    buffer = getattr(sys.stdin, "buffer", None)
    most = 4 * LONGEST + 1  # bytes; whatever is longer is refused anyhow
    if buffer is None:
        return sys.stdin.read(most)
    try:
        return str(buffer.read(most).decode())
    except UnicodeDecodeError as error:
        raise ExpressionError(
            f"standard input is no UTF-8 text: byte {error.start + 1} is "
            f"0x{error.object[error.start]:02x}"
        ) from None
    except OSError as error:
        raise ExpressionError(f"standard input cannot be read: {error.strerror}") from None


def text_of(word: str) -> str:
    """A word of the command line, read as UTF-8 where the locale could not read it."""
    if word.isascii():
        return word
    try:
        return os.fsencode(word).decode()
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ExpressionError(
            f"what was typed is no UTF-8 text: byte {error.start + 1} is 0x{byte:02x}"
        ) from None
    except UnicodeEncodeError:  # the locale has read it
        return word


def read(options: argparse.Namespace) -> Typed:
    """The expression that was typed, as a graph whose result is named too.

    Raises:
        Refusal: it cannot be read, a name has no number, or there is none to differentiate by.
    """
    from autograd_mini.expression.expression import Expression, settings
    from autograd_mini.value import Value

    with refusing(ExpressionError):
        text = _from_input() if options.expression == "-" else text_of(options.expression)
        expression = Expression(text)
        numbers = settings([text_of(pair) for pair in options.settings])
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
