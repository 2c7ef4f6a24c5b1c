"""What all verbs share: how they refuse, complain, print JSON, and know a terminal."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from autograd_mini.given import visible

EXIT_CODES = """exit codes:
  0    all went well
  1    check: a derivative fails; train: the cost became no finite number;
       explain: the derivative is nan
  2    what was typed, a file or a folder is at fault, or an extra is missing
  3    check: nothing fails, and something could not be decided
  70   a fault of autograd-mini itself; --traceback shows where
  130  Ctrl-C
  141  nobody reads the output any more
"""

LONGEST = 2000
"""Characters of a complaint."""


class Refusal(Exception):  # noqa: N818  (it is the program that refuses)
    """What was asked for cannot be done; the message says why, and what to type instead."""


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Errors of these kinds are the user's to mend, and become refusals."""
    try:
        yield
    except BrokenPipeError:
        raise
    except kinds as error:
        raise Refusal(reason(error)) from error


def reason(error: Exception) -> str:
    """What an error says; one of the system's without its number."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.strerror}: {error.filename}"
    return str(error) or type(error).__name__


def say(text: str) -> None:
    """Write to standard output; a terminal's control characters in it are written as escapes."""
    print(visible(text))


def complain(message: str) -> None:
    """Write to standard error, if there is one, as :func:`say` does, and cut short."""
    if sys.stderr is not None:
        message = message if len(message) <= LONGEST else f"{message[:LONGEST]} …"
        try:
            print(visible(message), file=sys.stderr, flush=True)
        except OSError:  # nowhere is left to say that it is full
            give_up(sys.stderr)


def give_up(stream: TextIO | None) -> None:
    """Send what is left nowhere, or Python would complain once more when it closes the stream."""
    if stream is not None:
        with suppress(OSError, AttributeError, ValueError):  # it has no number
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def flush() -> None:
    """What was said is read by whoever waits for it, also through a pipe."""
    if sys.stdout is not None:
        sys.stdout.flush()


def say_exactly(text: str) -> None:
    """Write text that another program reads: to a pipe or a file as UTF-8, whatever the locale."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None or is_terminal(sys.stdout):
        print(visible(text))
        return
    sys.stdout.flush()
    buffer.write(f"{text}\n".encode(errors="backslashreplace"))
    buffer.flush()


def say_json(found: object) -> None:
    """Write one JSON object, in ASCII."""
    print(json.dumps(finite(found), indent=2))


def finite(found: object) -> object:
    """The same for JSON: numbers that it lacks become "nan", "inf", "-inf"."""
    if isinstance(found, float) and not math.isfinite(found):
        return str(found)
    if isinstance(found, dict):
        return {key: finite(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [finite(value) for value in found]
    return found


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at what is written there."""
    return stream is not None and stream.isatty()


def colours(options: argparse.Namespace) -> bool:
    """Whether to colour: a terminal, and nobody has asked for none (https://no-color.org)."""
    wanted = not options.no_color and not os.environ.get("NO_COLOR")
    return wanted and os.environ.get("TERM") != "dumb" and is_terminal(sys.stdout)
