"""The command line: ``autograd-mini VERB …``, one verb for each thing a person wants.

Vocabulary: a *verb* is a module of this room with ``add``, which describes it to argparse, and a
function that does it. The *exit code* says how it went:

====  ==============================================================================
0     all went well; for ``check``: every derivative passes
1     ``check``: a derivative fails; ``train``: the cost became no finite number
2     what was typed, a file or a folder is at fault, or an extra is not installed
3     ``check``: nothing fails, and something could not be decided
130   Ctrl-C
141   nobody reads the output any more
====  ==============================================================================

What is asked for goes to standard output, complaints and progress to standard error. Where standard
output is no terminal there are no colours; with ``--json`` it is one JSON object in ASCII.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from autograd_mini.cli import check, draw, explain, notebooks, tour, train, walk
from autograd_mini.cli.terminal import EXIT_CODES, Refusal, complain, examples
from autograd_mini.cli.typed import shielded

REFUSED = 2
INTERRUPTED = 130
NOBODY_READS = 141

VERBS = (tour, explain, walk, draw, check, train, notebooks)

NEURON = '"sigmoid(w*x + b)" -s w=2 -s x=1.5 -s b=-1'

EXAMPLES = examples(
    (
        ("autograd-mini tour", "the slides, as a page in ./autograd-mini-tour"),
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
    try:
        return _run(argv)
    except KeyboardInterrupt:
        complain("\ninterrupted; every file written so far is whole")
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
    try:
        options = parser.parse_args(shielded(sys.argv[1:] if argv is None else argv))
    except SystemExit:
        _flushed(0)
        raise
    if options.command is None:
        parser.print_help()
        return _flushed(REFUSED)
    try:
        code: int = options.run(options)
    except Refusal as refusal:
        complain(f"autograd-mini {options.command}: {refusal}")
        code = REFUSED
    return _flushed(code)


def _flushed(code: int) -> int:
    """The code, once all that was said is out; a closed pipe is noticed here."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def _parser() -> argparse.ArgumentParser:
    from autograd_mini import __version__

    parser = argparse.ArgumentParser(
        prog="autograd-mini",
        description="Scalar automatic differentiation that shows every factor of the chain rule.",
        epilog=f"{EXAMPLES}\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"autograd-mini {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for verb in VERBS:
        verb.add(commands)
    return parser
