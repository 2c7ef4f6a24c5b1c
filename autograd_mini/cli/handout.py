"""``autograd-mini handout``: the passes of an expression to be done by hand, with the solution."""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING

import autograd_mini
from autograd_mini.cli.options import add_options, chosen
from autograd_mini.cli.terminal import Commands, refusing, say, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, read_with

if TYPE_CHECKING:
    from autograd_mini.expression import Expression
    from autograd_mini.value import Value


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "handout",
        run,
        "the passes of an expression to be done by hand, and the solution",
        "Write a sheet with the picture of an expression and blanks to fill in by hand, and its "
        "solution on a sheet of its own. A name without -s gets a number such that both passes "
        "can be done by hand. A PDF needs pip install 'autograd-mini[pdf]'.",
        (
            ('autograd-mini handout "(w*x + b - y)**2" -o sheet.pdf', "numbers are drawn"),
            ('autograd-mini handout "sigmoid(w*x + b)" --seed 7 -o sheet.pdf', "others"),
            ('autograd-mini handout "x*y + y" -s x=2 -s y=3 -o sheet.html', "these"),
        ),
        LANGUAGE.replace("every name needs a number", "a number for a name"),
    )
    add_expression(parser)
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        required=True,
        help="its ending says what to write: .pdf .html",
    )
    parser.add_argument(
        "--seed", metavar="N", type=int, default=0, help="another gives other numbers"
    )
    add_options(parser, autograd_mini.walk)


def run(options: argparse.Namespace) -> int:
    """Write a handout of an expression."""
    from autograd_mini import AutogradError, walk
    from autograd_mini.show import Handout
    from autograd_mini.show.kit.by_hand import drawn

    def rest(expression: Expression, given: Mapping[str, float]) -> Mapping[str, float]:
        """Numbers for the names that got none."""
        names = [name for name in expression.names if name not in given]

        def graph_of(numbers: Mapping[str, float]) -> Value:
            root: Value = expression(expression.leaves({**given, **numbers}))
            return root

        return drawn(graph_of, names, random.Random(options.seed)) if names else {}

    with refusing(ValueError, AutogradError, OSError, ModuleNotFoundError):
        typed = read_with(options, rest)
        words = {"title": typed.expression.text, **chosen(options, walk, typed)}
        say(f"Open {Handout(walk(typed.root, **words)).save(options.out)}")
    return 0
