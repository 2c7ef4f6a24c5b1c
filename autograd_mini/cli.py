"""The command line: ``autograd-mini tour``.

Vocabulary: the *exit code* is 0 when all went well, 2 when what was typed or the folder is at
fault, 130 after Ctrl-C and 141 when nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from autograd_mini.lessons.course import Part

REFUSED = 2
INTERRUPTED = 130
NOBODY_READS = 141

EXAMPLES = """examples:
  autograd-mini tour                 the whole deck, into ./autograd-mini-tour
  autograd-mini tour --list          the parts and their lessons
  autograd-mini tour --part 12       the chain rule alone
  autograd-mini tour --out ~/slides  into another folder

The page is index.html in the folder; it works offline.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    Args:
        argv: the words after the program's name; left out, those typed.
    """
    try:
        return _run(argv)
    except KeyboardInterrupt:
        _complain("\ninterrupted; every file written so far is whole")
        return INTERRUPTED
    except BrokenPipeError:
        # Python would complain once more when it closes standard output at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS


def _run(argv: Sequence[str] | None) -> int:
    from autograd_mini.lessons.spelling import respell

    respell(sys.stdout)
    respell(sys.stderr)
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help()
        return REFUSED
    code = _tour(options)
    if sys.stdout is not None:
        sys.stdout.flush()  # here, where a closed pipe is noticed
    return code


def _parser() -> argparse.ArgumentParser:
    from autograd_mini import __version__

    parser = argparse.ArgumentParser(
        prog="autograd-mini",
        description="Scalar automatic differentiation that shows every factor of the chain rule.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"autograd-mini {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    tour = commands.add_parser(
        "tour",
        help="walk through the slides: formulas, numbers, pictures",
        description="Walk through the slides: print each formula with the numbers that the engine "
        "computes for it, and write pictures (SVG, PNG) and one index.html.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    tour.add_argument(
        "--out",
        metavar="DIR",
        default="autograd-mini-tour",
        help="the folder to write (default: ./autograd-mini-tour); files in it that the tour did "
        "not write are left alone",
    )
    tour.add_argument("--part", metavar="N", type=int, help="one part alone; --list shows them")
    tour.add_argument("--list", action="store_true", help="list the parts and write nothing")
    tour.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR=1")
    return parser


def _tour(options: argparse.Namespace) -> int:
    from pathlib import Path

    from autograd_mini.lessons import course
    from autograd_mini.lessons.text import COLOURED, PLAIN
    from autograd_mini.lessons.tour import Tour

    try:
        parts = course.PARTS if options.part is None else (course.part(options.part),)
    except ValueError as error:
        return _refuse(error)
    if options.list:
        _list(parts)
        return 0
    style = COLOURED if _colours(options) else PLAIN
    try:
        found = Tour(Path(options.out).expanduser(), print, style, _bar).walk(parts)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _refuse(error)
    print(f"Open {found}")
    return 0


def _refuse(error: Exception) -> int:
    _complain(f"autograd-mini tour: {error}")
    return REFUSED


def _list(parts: Sequence[Part]) -> None:
    from autograd_mini.lessons import deck
    from autograd_mini.lessons.lesson import heading

    for part in parts:
        print(f"{part.number:2}  {part.title} ({deck.cited(part.slides)})")
        for make in part.lessons:
            title, slides = heading(make)
            print(f"      {title} ({deck.cited(slides)})")


def _colours(options: argparse.Namespace) -> bool:
    """Whether to colour: a terminal, and nobody has asked for none (https://no-color.org)."""
    wanted = not options.no_color and not os.environ.get("NO_COLOR")
    return wanted and os.environ.get("TERM") != "dumb" and _is_terminal(sys.stdout)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _bar(title: str) -> Callable[[int, int], None] | None:
    """A progress bar for one lesson on standard error; none where that is no terminal."""
    if not _is_terminal(sys.stderr):
        return None

    def show(done: int, total: int) -> None:
        if done == total:
            sys.stderr.write("\r\x1b[K")
        elif done % max(total // 50, 1) == 0:
            filled = 30 * done // total
            bar = "█" * filled + "░" * (30 - filled)
            sys.stderr.write(f"\r{title}: {bar} {done} of {total} steps")
        sys.stderr.flush()

    return show


def _complain(message: str) -> None:
    if sys.stderr is not None:
        print(message, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
