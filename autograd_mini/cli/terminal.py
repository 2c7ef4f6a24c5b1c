"""What all verbs share: how they refuse, complain, print JSON, and know a terminal."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, TypeAlias

from autograd_mini.given import nearest, visible

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

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

TRACEBACK = "--traceback"

WIDTH = 79
"""Of a help text's examples."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What ``ArgumentParser.add_subparsers`` gives."""


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
        raise Refusal(_reason(error)) from error


def _reason(error: Exception) -> str:
    """What an error says; one of the system's without its number."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.strerror}: {error.filename}"
    return str(error) or type(error).__name__


def run_file(path: str) -> None:
    """Run a Python file of the user's, as an import would: all of it, with all that it may do.

    Raises:
        Refusal: it cannot be read, or it raises.
    """
    from runpy import run_path

    try:
        run_path(path, run_name=Path(path).stem)
    except Exception as error:
        raise Refusal(f"--import {path}: {type(error).__name__}: {_reason(error)}") from error


def examples(pairs: Sequence[tuple[str, str]]) -> str:
    """The examples below a help text; what each does stands beside it, or below if that is long."""
    widest = max((len(line) for line, about in pairs if about), default=0)
    fits = all(4 + widest + len(about) <= WIDTH for _, about in pairs)
    lines = ["examples:"]
    for line, about in pairs:
        lines.append(f"  {line:{widest}}  {about}".rstrip() if fits else f"  {line}")
        if about and not fits:
            lines.append(f"      {about}")
    return "\n".join([*lines, ""])


def verb(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    description: str,
    shown: Sequence[tuple[str, str]],
    after: str = "",
) -> argparse.ArgumentParser:
    """Add a verb to the parser.

    Args:
        commands: the parser's verbs.
        name: what is typed.
        run: does it; returns the exit code.
        about: one line, for the list of verbs.
        description: a few, for its own help.
        shown: examples, each with a few words.
        after: what stands below them.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about,
        description=_wrapped(description),
        epilog="\n".join([examples(shown), _wrapped(after)]).rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(TRACEBACK, action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run, parser=parser)
    return parser


def _wrapped(text: str) -> str:
    """The text with its long lines broken; argparse would also join the others."""
    return "\n".join(textwrap.fill(line, WIDTH) if line else "" for line in text.split("\n"))


class Parser(argparse.ArgumentParser):
    """A parser that repeats what was typed only as far as a terminal may show it."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(visible(message) if message else message, file)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            error.message += nearest(str(value), action.choices or ())
            raise

    def refuse_unknown(self, words: Sequence[str]) -> None:
        """Refuse options that there are none of."""
        if words:
            meant = nearest(words[0], self._option_string_actions)
            self.error(f"unrecognized arguments: {' '.join(words)}{meant}")

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed, cut short."""
        super().error(message if len(message) <= LONGEST else f"{message[:LONGEST]} …")


LONGEST = 2000
"""Characters of a complaint."""


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
    if stream is None:
        return
    with suppress(OSError, AttributeError, ValueError):  # it has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
    """Write one JSON object, in ASCII; numbers that JSON lacks become "nan", "inf", "-inf"."""
    print(json.dumps(_finite(found), indent=2))


def _finite(found: object) -> object:
    if isinstance(found, float) and not math.isfinite(found):
        return str(found)
    if isinstance(found, dict):
        return {key: _finite(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [_finite(value) for value in found]
    return found


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at what is written there."""
    return stream is not None and stream.isatty()


def colours(options: argparse.Namespace) -> bool:
    """Whether to colour: a terminal, and nobody has asked for none (https://no-color.org)."""
    wanted = not options.no_color and not os.environ.get("NO_COLOR")
    return wanted and os.environ.get("TERM") != "dumb" and is_terminal(sys.stdout)
