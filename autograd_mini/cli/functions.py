"""``autograd-mini functions``: the table of operations, with formulas and derivatives."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.cli.terminal import Commands, Refusal, say, say_json, verb

if TYPE_CHECKING:
    from autograd_mini.rows import Op


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "functions",
        run,
        "the functions that an expression may use, with their derivatives",
        "List the operations of the table: how each is typed, what it is, and its derivative by "
        "each operand, in which z stands for the result.",
        (
            ("autograd-mini functions", "all of them"),
            ("autograd-mini functions tanh relu", "two of them"),
            ("autograd-mini functions --json", "for a program"),
        ),
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="these functions alone")
    parser.add_argument("--json", action="store_true", help="the table as JSON, for a program")


COLUMNS = (0, 24, 46)
"""Where the cells of a row begin."""


class Entry(NamedTuple):
    """A function: how it is typed, further names, what it is, ∂z/∂operand for each operand."""

    typed: str
    names: list[str]
    formula: str
    note: str
    derivatives: dict[str, str]


def run(options: argparse.Namespace) -> int:
    """List the functions."""
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
        return [row for row in rows if row.rules[0].__module__ != partials.__name__]
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
    for column, cell in zip(COLUMNS, first, strict=True):
        start = _start(column, cell, most)
        if line and cell and len(line) > start - 2:
            yield line
            line = ""
        line = f"{line:{start}}{cell}" if cell else line
    yield line
    yield from (" " * _start(COLUMNS[-1], slope, most) + slope for slope in slopes[1:])


def _start(column: int, cell: str, most: int) -> int:
    """Where a cell begins: at its column, or further left where it would be too long there."""
    return next((x for x in (column, *COLUMNS[::-1]) if x + len(cell) <= most), 4)
