"""The command line: ``autograd-mini VERB …``, one verb for each thing a person wants.

Vocabulary: a *verb* is a function with its options (:mod:`autograd_mini.cli.options`). The *exit
code* says how it went (:data:`~autograd_mini.cli.terminal.EXIT_CODES`).

What is asked for goes to standard output, complaints and progress to standard error. Where standard
output is no terminal there are no colours; with ``--json`` it is one JSON object in ASCII.
"""

from __future__ import annotations

import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from autograd_mini.cli import derivatives, expressions, notebooks, playground, tour, train
from autograd_mini.cli.options import TRACEBACK, CommandParser, examples
from autograd_mini.cli.terminal import (
    EXIT_CODES,
    LONGEST,
    Refusal,
    complain,
    flush,
    give_up,
    reason,
)
from autograd_mini.cli.typed import shielded

REFUSED = 2
UNFORESEEN = 70
"""EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
NOBODY_READS = 141

VERBS = (
    tour.tour,
    playground.play,
    derivatives.explain,
    expressions.walk,
    expressions.draw,
    expressions.slides,
    expressions.handout,
    derivatives.check,
    derivatives.functions,
    train.train,
    playground.site,
    notebooks.notebooks,
)

NEURON = '"sigmoid(w*x + b)" -s w=2 -s x=1.5 -s b=-1'

EXAMPLES = examples(
    (
        ("autograd-mini tour", "the slides, as a page in ./autograd-mini-tour"),
        ("autograd-mini play", "the playground, in the browser"),
        (f"autograd-mini explain {NEURON} --wrt w", "every factor of ∂/∂w"),
        (f"autograd-mini walk {NEURON}", "both passes, step by step"),
        (f"autograd-mini draw {NEURON} -o neuron.svg", "a picture"),
        (f"autograd-mini check {NEURON}", "the derivatives against finite differences"),
        ("autograd-mini train xor", "a network, its model and report in ./autograd-mini-xor"),
        ("autograd-mini notebooks course", "the course, in ./course"),
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    Args:
        argv: the words after the program's name; left out, those typed.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except KeyboardInterrupt:
        complain("\ninterrupted; every file written so far is whole")
        return INTERRUPTED
    except BrokenPipeError:
        give_up(sys.stdout)
        return NOBODY_READS
    except OSError as error:
        give_up(sys.stdout)
        where = error.filename or "the output"
        complain(f"autograd-mini: {where} cannot be written or read: {error.strerror or error}")
        return REFUSED
    except Exception as error:  # noqa: BLE001 (whatever it is, 1 would mean a failed derivative)
        give_up(sys.stdout)
        return _unforeseen(error, TRACEBACK in words)


def _unforeseen(error: Exception, at_length: bool) -> int:
    if at_length:
        import traceback

        complain("".join(traceback.format_tb(error.__traceback__))[-LONGEST:].rstrip())
    said = " ".join(str(error).split())[:200]
    complain(
        f"autograd-mini: a fault of the program itself, {type(error).__name__}: {said}; please "
        f"report it{'' if at_length else f' with what {TRACEBACK} prints'}"
    )
    return UNFORESEEN


def _run(words: Sequence[str]) -> int:
    from autograd_mini.cli.spelling import respell

    respell(sys.stdout)
    respell(sys.stderr)
    parser = _parser()
    try:
        options, unknown = parser.parse_known_args(shielded(words, [each.name for each in VERBS]))
        getattr(options, "parser", parser).refuse_unknown(unknown)
    except SystemExit:
        flush()
        raise
    code = REFUSED
    if options.command is None:
        parser.print_help()
    else:
        try:
            for path in options.imported:
                _run_file(path)
            code = options.run(options)
        except Refusal as refusal:
            complain(f"autograd-mini {options.command}: {refusal}")
    flush()  # a closed pipe is noticed here
    return code


def _run_file(path: str) -> None:
    """Run a Python file of the user's, as an import would: all of it, with all that it may do.

    Raises:
        Refusal: it cannot be read, or it raises.
    """
    from runpy import run_path

    try:
        run_path(path, run_name=Path(path).stem)
    except Exception as error:
        raise Refusal(f"--import {path}: {type(error).__name__}: {reason(error)}") from error


def _parser() -> CommandParser:
    from autograd_mini import __version__, engine, engine_info

    parser = CommandParser(
        prog="autograd-mini",
        description="Scalar automatic differentiation that shows every factor of the chain rule.",
        epilog=f"{EXAMPLES}\n{EXIT_CODES}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(TRACEBACK, action="store_true", help="where a fault of the program is")
    parser.add_argument(
        "--import",
        dest="imported",
        metavar="FILE",
        action="append",
        default=[],
        help="run a Python file of yours first: it may add operations, themes, lessons, recipes",
    )
    version = f"autograd-mini {__version__} ({engine_info()})"
    if engine.outdated:
        version += "; the compiled core is older than its source: pip install -e . builds it anew"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for verb in VERBS:
        verb.add(commands)
    return parser
