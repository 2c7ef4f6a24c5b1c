"""The verbs for derivatives: ``explain``, ``check``, and ``functions``, those of the table."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import autograd_mini
from autograd_mini.cli.options import EXPRESSION, LANGUAGE, argument, chosen, flag, verb
from autograd_mini.cli.terminal import Refusal, refusing, say, say_exactly, say_json
from autograd_mini.cli.typed import node, read
from autograd_mini.errors import AutogradError

if TYPE_CHECKING:
    from autograd_mini.expression import Typed
    from autograd_mini.rows import Op
    from autograd_mini.show.explain import Path
    from autograd_mini.value import Value


@verb(
    *EXPRESSION,
    argument(
        "--wrt",
        metavar="NAME",
        help="differentiate by this name; may be left out where there is only one",
    ),
    [
        flag("--latex", "LaTeX, for a document"),
        flag("--mathml", "MathML, for a page"),
        flag("--json", "JSON, for a program"),
    ],
    like=autograd_mini.explain,
    below=LANGUAGE,
)
def explain(options: argparse.Namespace) -> int:
    """The chain rule of an expression, factor by factor.

    Write out every path from the result to one of its names, as a product of factors, in symbols
    and in numbers; their sum is the derivative.

        autograd-mini explain "sigmoid(w*x + b)" --wrt w -s w=2 -s x=1.5 -s b=-1
        autograd-mini explain "x*x + sin(x)" -s x=3 --latex  # for a document
        autograd-mini explain "(z := w*x)**2" --wrt w -s w=2 -s x=1 --json  # for a program
    """
    typed = read(options)
    leaf = _the_only(typed) if options.wrt is None else node(typed, options.wrt, "--wrt")
    with refusing(ValueError, AutogradError):
        words = chosen(options, autograd_mini.explain, typed)
        found = autograd_mini.explain(typed.root, wrt=leaf, **words)
        if options.json:
            say_json(
                {
                    "expression": typed.expression.text,
                    "wrt": leaf.label,
                    "value": typed.root.data,
                    "derivative": found.gradient,
                    "paths": found.count,
                    "listed": list(map(_path, found.paths)),
                    "latex": found.latex,
                }
            )
        elif options.latex or options.mathml:
            say_exactly(found.latex if options.latex else found.mathml)
        else:
            say(found.text)
    return 0 if found.gradient == found.gradient else 1


def _the_only(typed: Typed) -> Value:
    """The one name of an expression."""
    first, *others = typed.leaves
    if others:
        raise Refusal(
            f"the expression has {', '.join(typed.leaves)}: say by which to differentiate, "
            f"as in --wrt {first}"
        )
    return typed.leaves[first]


def _path(path: Path) -> dict[str, object]:
    return {
        "product": path.product,
        "factors": [
            {"operation": f.node.op, "place": f.place, "formula": f.formula, "number": f.derivative}
            for f in path.factors
        ],
    }


VERDICTS = {"pass": 0, "fail": 1, "inconclusive": 3}
"""The exit codes of ``check``."""


@verb(
    *EXPRESSION,
    argument("--order", metavar="N", type=int, default=1, help="orders up to this one, at most 10"),
    flag("--json", "the table as JSON, for a program"),
    below=LANGUAGE,
)
def check(options: argparse.Namespace) -> int:
    """The derivatives of an expression against finite differences.

    Compare the derivative by every name with finite differences that bound their own error. Exit
    code: 0 if all pass, 1 if one fails, 3 if one cannot be decided (at a kink, say).

        autograd-mini check "x**3 - log(x)" -s x=0.7  # every derivative
        autograd-mini check "sin(x)*y" -s x=1 -s y=2 --order 2  # second ones too
        autograd-mini check "relu(x)" -s x=0  # undecided: exit code 3
    """
    from autograd_mini.check.report import COLUMNS

    typed = read(options)

    def f(*values: Value) -> object:
        return typed.expression(dict(zip(typed.leaves, values, strict=True)))

    with refusing(ValueError, AutogradError):
        report = autograd_mini.gradcheck(f, list(typed.leaves.values()), order=options.order)
    if options.json:
        columns = (*COLUMNS, "reason")
        rows = [{column: getattr(row, column) for column in columns} for row in report.rows]
        told = {"expression": typed.expression.text, "verdict": report.verdict, "derivatives": rows}
        say_json(told)
    else:
        say(str(report))
    return VERDICTS[report.verdict]


STARTS = (0, 24, 46)
"""Where the cells of a row begin."""


class Entry(NamedTuple):
    """A function: how it is typed, further names, what it is, ∂z/∂operand for each operand."""

    typed: str
    names: list[str]
    formula: str
    note: str
    derivatives: dict[str, str]


@verb(
    argument("names", metavar="NAME", nargs="*", help="these functions alone"),
    flag("--json", "the table as JSON, for a program"),
)
def functions(options: argparse.Namespace) -> int:
    """The functions that an expression may use, with their derivatives.

    List the operations of the table: how each is typed, what it is, and its derivative by each
    operand, in which z stands for the result.

        autograd-mini functions  # all of them
        autograd-mini functions tanh relu  # two of them
        autograd-mini functions --json  # for a program
    """
    found = [entry(row) for row in _rows(options.names)]
    if options.json:
        say_json({"functions": [one._asdict() for one in found]})
    else:
        most = shutil.get_terminal_size((80, 24)).columns - 1
        for one in found:
            say("\n".join(_lines(one, most)))
    return 0


def _rows(names: list[str]) -> list[Op]:
    from autograd_mini import ops, partials
    from autograd_mini.expression import function, unknown

    if not names:
        rows = ops.TABLE.values()
        return [row for row in rows if row.partials[0].__module__ != partials.__name__]
    for name in names:
        if function(name) is None:
            raise Refusal(unknown(name))
    return [row for name in names if (row := function(name)) is not None]


def entry(row: Op) -> Entry:
    """A row as a reader sees it."""
    from autograd_mini import ops
    from autograd_mini.expr import Name, call, derivative, write
    from autograd_mini.expression import further_names
    from autograd_mini.show.names import operand_names

    operands = operand_names(row)
    terms = [Name(operand) for operand in operands]
    typed = f"{row.name}({', '.join(operands)})"
    if row is ops.affine:
        typed = "affine([w], [x], b)"
    formula = write(row.definition(*terms) if row.definition else call(row, terms))
    slopes = [write(derivative(row, i, [Name("z"), *terms])) for i in range(len(terms))]
    slope_of = dict(zip(operands, slopes, strict=True))
    return Entry(typed, further_names(row), formula, row.note, slope_of)


def _lines(one: Entry, most: int) -> Iterator[str]:
    """A row of the list; a cell that is too long for its column has a line to itself."""
    formula = f"= {one.formula}" if one.formula != one.typed else one.note
    slopes = [f"∂z/∂{operand} = {slope}" for operand, slope in one.derivatives.items()]
    first = [", ".join([one.typed, *one.names]), formula, slopes[0]]
    line = ""
    for column, cell in zip(STARTS, first, strict=True):
        start = _start(column, cell, most)
        if line and cell and len(line) > start - 2:
            yield line
            line = ""
        line = f"{line:{start}}{cell}" if cell else line
    yield line
    yield from (" " * _start(STARTS[-1], slope, most) + slope for slope in slopes[1:])


def _start(column: int, cell: str, most: int) -> int:
    """Where a cell begins: at its column, or further left where it would be too long there."""
    return next((x for x in (column, *STARTS[::-1]) if x + len(cell) <= most), 4)
