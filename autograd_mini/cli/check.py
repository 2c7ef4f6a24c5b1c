"""``autograd-mini check``: the derivatives of an expression against finite differences."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from autograd_mini.cli.terminal import Commands, refusing, say, say_json, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, read

if TYPE_CHECKING:
    from autograd_mini.value import Value

CODES = {"pass": 0, "fail": 1, "inconclusive": 3}


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "check",
        run,
        "the derivatives of an expression against finite differences",
        "Compare the derivative by every name with finite differences that bound their own error. "
        "Exit code: 0 if all pass, 1 if one fails, 3 if one cannot be decided (at a kink, say).",
        (
            ('autograd-mini check "x**3 - log(x)" -s x=0.7', "every derivative"),
            ('autograd-mini check "sin(x)*y" -s x=1 -s y=2 --order 2', "second ones too"),
            ('autograd-mini check "relu(x)" -s x=0', "undecided: exit code 3"),
        ),
        LANGUAGE,
    )
    add_expression(parser)
    parser.add_argument(
        "--order", metavar="N", type=int, default=1, help="orders up to this one, at most 10"
    )
    parser.add_argument("--json", action="store_true", help="the table as JSON, for a program")


def run(options: argparse.Namespace) -> int:
    """Check the derivatives."""
    from autograd_mini import AutogradError, gradcheck
    from autograd_mini.check.report import COLUMNS

    typed = read(options)
    names = list(typed.leaves)

    def f(*values: Value) -> object:
        return typed.expression(dict(zip(names, values, strict=True)))

    with refusing(ValueError, AutogradError):
        report = gradcheck(f, list(typed.leaves.values()), order=options.order)
    if options.json:
        rows = [
            {column: getattr(row, column) for column in (*COLUMNS, "reason")} for row in report.rows
        ]
        say_json(
            {"expression": typed.expression.text, "verdict": report.verdict, "derivatives": rows}
        )
    else:
        say(str(report))
    return CODES[report.verdict]
