"""What the verbs for an expression share: its arguments, and the graph that it becomes."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_mini.cli.terminal import Refusal, refusing
from autograd_mini.given import nearest

if TYPE_CHECKING:
    from autograd_mini.expression import Expression, Typed
    from autograd_mini.value import Value

LANGUAGE = """expressions:
  as in Python or in a textbook: w*x + b, 2x + 1, y = x^2, x², sin x, √x, |x|, π, e
  functions are those that ‘autograd-mini functions’ lists
  (z := w*x + b) names an intermediate result
  every name needs a number: -s NAME=NUMBER, such as -s x=1/2
"""

_OPTION = re.compile(r"-h$|-s$|-o$|-s\w+\s*=|-o\w|--[a-z][a-z-]*(?:=|$)")


def shielded(words: Sequence[str], verbs: Collection[str]) -> list[str]:
    """The words typed, an expression that begins with a minus sign marked as no option.

    >>> shielded(["draw", "-x*2", "-s", "x=1"], ["draw"])
    ['draw', ' -x*2', '-s', 'x=1']
    """
    shielded = list(words)
    place = next((i for i, word in enumerate(words) if word in verbs), len(words)) + 1
    first = words[place] if place < len(words) else ""
    if len(first) > 1 and first[0] == "-" and not _OPTION.match(first):
        shielded[place] = f" {first}"  # argparse takes no word with a blank for an option
    return shielded


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
    from autograd_mini.expression import LONGEST

    if sys.stdin is None:
        raise Refusal("- reads the expression from standard input, which is closed")
    buffer = getattr(sys.stdin, "buffer", None)
    most = 4 * LONGEST + 1  # bytes; whatever is longer is refused anyhow
    if buffer is None:
        return sys.stdin.read(most)
    try:
        return str(buffer.read(most).decode())
    except UnicodeDecodeError as error:
        raise Refusal(
            f"standard input is no UTF-8 text: byte {error.start + 1} is "
            f"0x{error.object[error.start]:02x}"
        ) from None
    except OSError as error:
        raise Refusal(f"standard input cannot be read: {error.strerror}") from None


def text_of(word: str) -> str:
    """A word of the command line, read as UTF-8 where the locale could not read it."""
    if word.isascii():
        return word
    try:
        return os.fsencode(word).decode()
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise Refusal(
            f"what was typed is no UTF-8 text: byte {error.start + 1} is 0x{byte:02x}"
        ) from None
    except UnicodeEncodeError:  # the locale has read it
        return word


def read(options: argparse.Namespace) -> Typed:
    """The expression that was typed, as a graph whose result is named too.

    Raises:
        Refusal: it cannot be read, a name has no number, or there is none to differentiate by.
    """
    return read_with(options, lambda _expression, _given: {})


def read_with(
    options: argparse.Namespace,
    rest: Callable[[Expression, Mapping[str, float]], Mapping[str, float]],
) -> Typed:
    """The expression that was typed; ``rest`` gives numbers to names that were given none.

    Raises:
        Refusal: as :func:`read`.
    """
    from autograd_mini.expression import Expression, ExpressionError, settings, typed

    with refusing(ExpressionError):
        text = _from_input() if options.expression == "-" else text_of(options.expression)
        given = settings([text_of(pair) for pair in options.settings])
        return typed(text, {**given, **rest(Expression(text, given), given)})


def node(typed: Typed, name: str, option: str) -> Value:
    """The Value that an option calls by its name: one of the expression, or one in its graph.

    Raises:
        Refusal: there is none.
    """
    from autograd_mini import graph
    from autograd_mini.expression import normalized

    asked = normalized(text_of(name))
    known = {normalized(x.label): x for x in graph.order(typed.root) if x.label} | typed.leaves
    if asked not in known:
        has = f"the expression has {', '.join(known)}"
        raise Refusal(f"{option} {name}: {has}{nearest(asked, known)}")
    return known[asked]
