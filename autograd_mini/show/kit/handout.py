"""Handouts: a picture with blanks to fill in by hand, and the solution on a sheet of its own.

Vocabulary: a *sheet* is the picture and two tables, one for each pass. Both sheets have the same
picture, laid out with room for handwriting; on the second the blanks are filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph
from autograd_mini.errors import RenderError
from autograd_mini.numbers import equals, short
from autograd_mini.show.draw.gradients import NOT_COMPUTED
from autograd_mini.show.drawing import save_as
from autograd_mini.show.html import document, resource, text
from autograd_mini.show.kit import typeset
from autograd_mini.show.palette import LIGHT
from autograd_mini.show.text import width
from autograd_mini.show.walk.sentences import bracketed
from autograd_mini.show.walk.sheet import box_lines, sheet

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from autograd_mini.show.drawing import Forms
    from autograd_mini.show.walk.steps import Step
    from autograd_mini.show.walk.walked import Walk
    from autograd_mini.value import Value

BLANK = "_" * 7

TASKS = (
    "Forward: write the number of each box into the picture, from the left to the right.",
    "On each arrow write the local derivative: that of the result with respect to the operand.",
    "Backward: write the gradients, from the right to the left, beginning with 1 at the output. "
    "A box receives, along each of its arrows, the gradient of the box where the arrow ends times "
    "the number on the arrow; what comes along several arrows is added up.",
)


class Row(NamedTuple):
    """A line of a table: what is asked for, the formula, and the result with its numbers."""

    name: str
    formula: str
    result: str


class Sheet(NamedTuple):
    """A picture and the two tables; the results are "" where they are asked for."""

    picture: str
    forward: tuple[Row, ...]
    backward: tuple[Row, ...]


class Handout:
    """A sheet with blanks, and its solution.

    Args:
        walk: what :func:`autograd_mini.walk` returns, of the graph that the sheet is about.

    Attributes:
        title: of the walk.
        sheet, solution: both sheets.

    Raises:
        RenderError: there is no picture, since no layout program made it.

    >>> from autograd_mini import Value, walk
    >>> handout = Handout(walk(Value(2.0, "w") * Value(3.0, "x")))
    >>> handout.sheet.backward[0]
    Row(name='∂v₁/∂x', formula='∂v₁/∂v₁ · ∂v₁/∂x', result='')
    >>> handout.solution.backward[0].result
    '1 · 2 = 2'

    ``handout.save("sheet.pdf")`` writes them to a file.
    """

    def __init__(self, walk: Walk) -> None:
        self.title = walk.title
        self._walk = walk
        blanks, filled = _stages(walk)
        self.solution = Sheet(filled, tuple(_forward(walk)), tuple(_backward(walk)))
        forward, backward = (
            tuple(row._replace(result="") for row in rows) for rows in self.solution[1:]
        )
        self.sheet = Sheet(blanks, forward, backward)

    def __repr__(self) -> str:
        blanks = len(self.sheet.forward) + len(self.sheet.backward)
        return f"<Handout: {self.title}, {blanks} results>"

    @property
    def tasks(self) -> tuple[str, ...]:
        """What is to be done."""
        steps = self._walk.steps
        numbers = [x for step in steps for x in (step.number, step.total) if x is not None]
        if not any("≈" in equals(short(x, self._walk.digits)) for x in numbers):
            return TASKS
        return (*TASKS, f"Round to {self._walk.digits} significant digits.")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write both sheets to a file, whole or not at all; its ending says what.

        PDF is set by Typst (``pip install 'autograd-mini[pdf]'``) on A4, each sheet on a page of
        its own; .html is a page to be printed.

        Raises:
            ValueError: the ending is another.
            ModuleNotFoundError: a PDF is asked for, and Typst is not installed.
            OSError: the file cannot be written; the message says why and where.
        """
        forms: Forms = {".pdf": self._pdf, ".html": self._page, ".htm": self._page}
        return save_as(path, "Handout.save", forms, "the ending says what to write: .pdf or .html")

    def _pdf(self) -> bytes:
        sheets = [
            {
                "svg": typeset.set_in_serif(sheet.picture),
                "forward": sheet.forward,
                "backward": sheet.backward,
            }
            for sheet in (self.sheet, self.solution)
        ]
        colour = LIGHT.page["forward"]
        data = {"title": self.title, "tasks": self.tasks, "sheets": sheets, "colour": colour}
        return typeset.pdf("handout", data)

    def _page(self) -> str:
        """As a page that needs nothing but a browser, made to be printed."""
        listed = "".join(f"<li>{text(task)}</li>" for task in self.tasks)
        body = (
            f'<main><section class="sheet"><h1>{text(self.title)}</h1>\n'
            '<p class="who"><span>Name</span><span>Date</span></p>\n'
            f"<ol>{listed}</ol>\n{_written(self.sheet)}</section>\n"
            f'<section class="sheet solved"><h1>Solution: {text(self.title)}</h1>\n'
            f"{_written(self.solution)}</section></main>"
        )
        return document(self.title, body, resource(__package__, "paper.css"), (), LIGHT)


def _written(sheet: Sheet) -> str:
    """A sheet as HTML."""
    tables = "".join(
        f"<h2>{heading}</h2>\n<table>{''.join(map(_row, rows))}</table>\n"
        for heading, rows in (("Forward", sheet.forward), ("Backward", sheet.backward))
    )
    frame = '<div class="picture" tabindex="0" role="group" aria-label="Picture">'
    return f"{frame}{sheet.picture}</div>\n{tables}"


def _row(row: Row) -> str:
    result = text(row.result) if row.result else '<span class="blank"></span>'
    return (
        f'<tr><th scope="row">{text(row.name)}</th><td>= {text(row.formula)}</td>'
        f'<td class="result">= {result}</td></tr>'
    )


# --- tables ---


def _forward(walk: Walk) -> Iterator[Row]:
    """A row for each node that is computed."""
    for step, description in zip(walk.steps, walk.descriptions, strict=True):
        if step.phase == "forward" and step.node is not None:
            formula, numbers = (line for _, line in description.lines)
            name = walk.names[step.node]
            yield Row(name, _right(formula, name), _right(numbers, name))


def _right(equation: str, name: str) -> str:
    """An equation without its left side and the sign after it."""
    return equation.removeprefix(name).strip()[1:].strip()


def _backward(walk: Walk) -> Iterator[Row]:
    """A row for each node that receives something, in the order of the backward pass."""
    received: dict[Value, list[Step]] = {}
    for step in walk.steps:
        if step.phase == "backward" and step.operand is not None:
            received.setdefault(step.operand, []).append(step)
    nodes = [node for node in walk.recorder.nodes if node in received]
    for node in reversed(nodes):
        yield _gradient(walk, node, [step for step in received[node] if not step.nothing])


def _gradient(walk: Walk, node: Value, steps: list[Step]) -> Row:
    describer = walk.describer
    name = describer.gradient(node)
    if not steps:
        return Row(name, "no arrow brings anything", short(0.0))
    factors, numbers = [], []
    for step in steps:
        assert step.node is not None and step.incoming is not None and step.local is not None
        partial = describer.partial(step.node, step.place)
        factors.append(f"{describer.gradient(step.node)} · {partial}")
        local = bracketed(describer.number(step.local))
        numbers.append(f"{describer.number(step.incoming)} · {local}")
    total = describer.equal(sum(step.contribution or 0.0 for step in steps))
    return Row(name, " + ".join(factors), f"{' + '.join(numbers)} {total}")


# --- pictures ---


def _stages(walk: Walk) -> tuple[str, str]:
    """The picture with blanks, and filled in; both laid out with room for either."""
    blanks, filled = [], []
    describer = walk.describer
    for node in walk.recorder.nodes:
        number, total = describer.number(node.data), walk.recorder.totals.get(node)
        gradient = NOT_COMPUTED if total is None else f"grad {describer.number(total)}"
        given = number if graph.is_leaf(node) else BLANK
        filled.append(box_lines(describer, node, number, gradient))
        blanks.append(box_lines(describer, node, given, f"grad {BLANK}"))
    picture = sheet("expanded", describer, {})
    local = [arrow.text for arrow in picture.arrows]
    asked = [BLANK if text else "" for text in local]
    boxes = tuple(
        box._replace(lines=tuple(max(pair, key=width) for pair in zip(*lines, strict=True)))
        for box, *lines in zip(picture.boxes, blanks, filled, strict=True)
    )
    arrows = tuple(
        arrow._replace(text=max(pair, key=width))
        for arrow, *pair in zip(picture.arrows, local, asked, strict=True)
    )
    roomy = picture._replace(boxes=boxes, arrows=arrows)
    told = ((blanks, asked), (filled, local))
    asking, solved = (walk.laid_out(roomy, lines, texts) for lines, texts in told)
    if not asking.startswith("<svg"):
        raise RenderError(f"Handout: {asking}", "")
    return asking, solved
