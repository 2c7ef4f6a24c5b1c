"""The expression that was typed, and the graph that it becomes."""

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


def read(
    options: argparse.Namespace,
    rest: Callable[[Expression, Mapping[str, float]], Mapping[str, float]] = lambda _, given: {},
) -> Typed:
    """The expression that was typed, as a graph whose result is named too.

    Args:
        options: what was typed.
        rest: gives numbers to names that were given none.

    Raises:
        Refusal: it cannot be read, a name has no number, or there is none to differentiate by.
    """
    from autograd_mini.expression import Expression, ExpressionError, settings, typed

    with refusing(ExpressionError):
        text = _from_input() if options.expression == "-" else _text(options.expression)
        given = settings([_text(pair) for pair in options.settings])
        return typed(text, {**given, **rest(Expression(text, given), given)})


def node(typed: Typed, name: str, option: str) -> Value:
    """The Value that an option calls by its name: one of the expression, or one in its graph.

    Raises:
        Refusal: there is none.
    """
    from autograd_mini import graph
    from autograd_mini.expression import normalized

    asked = normalized(_text(name))
    known = {normalized(x.label): x for x in graph.order(typed.root) if x.label} | typed.leaves
    if asked not in known:
        has = f"the expression has {', '.join(known)}"
        raise Refusal(f"{option} {name}: {has}{nearest(asked, known)}")
    return known[asked]


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
        return _decoded(buffer.read(most), "standard input")
    except OSError as error:
        raise Refusal(f"standard input cannot be read: {error.strerror}") from None


def _text(word: str) -> str:
    """A word of the command line, read as UTF-8 where the locale could not read it."""
    if word.isascii():
        return word
    try:
        given = os.fsencode(word)
    except UnicodeEncodeError:  # the locale has read it
        return word
    return _decoded(given, "what was typed")


def _decoded(given: bytes, what: str) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + 1} is 0x{given[error.start]:02x}"
        raise Refusal(f"{what} is no UTF-8 text: {byte}") from None
