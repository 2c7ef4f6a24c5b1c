"""Handouts: a picture with blanks to fill in by hand, and the solution on a sheet of its own.

Vocabulary: a *sheet* is the picture and two tables, one for each pass. Both sheets have the same
picture, laid out with room for handwriting; on the second the blanks are filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.errors import RenderError
from autograd_mini.numbers import equals, short
from autograd_mini.real import shown
from autograd_mini.show.draw.gradients import NOT_COMPUTED
from autograd_mini.show.kit.paper import Row, Sheet, page
from autograd_mini.show.names import derivative
from autograd_mini.show.palette import LIGHT
from autograd_mini.show.text import width
from autograd_mini.show.walk.sentences import bracketed
from autograd_mini.show.walk.sheet import Sheet as Drawn
from autograd_mini.show.walk.sheet import box_lines, sheet

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from autograd_mini.show.walk.steps import Step
    from autograd_mini.show.walk.walked import Walk
    from autograd_mini.value import Value

BLANK = "_" * 7
SUFFIXES = (".pdf", ".html", ".htm")

TASKS = (
    "Forward: write the number of each box into the picture, from the left to the right.",
    "On each arrow write the local derivative: that of the result with respect to the operand.",
    "Backward: write the gradients, from the right to the left, beginning with 1 at the output. "
    "A box receives, along each of its arrows, the gradient of the box where the arrow ends times "
    "the number on the arrow; what comes along several arrows is added up.",
)


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
        forward = tuple(_forward(walk))
        backward = tuple(_backward(walk))
        self.sheet = Sheet(blanks, _asked(forward), _asked(backward))
        self.solution = Sheet(filled, forward, backward)

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
        from autograd_mini.files import place
        from autograd_mini.show.drawing import write

        target = place(path, "Handout.save")
        suffix = target.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                f"Handout.save: {shown(str(target))} ends with {shown(target.suffix)}; the ending "
                "says what to write: .pdf or .html"
            )
        write(target, self._pdf() if suffix == ".pdf" else self._page(), "Handout.save")
        return target

    def _pdf(self) -> bytes:
        from autograd_mini.show.kit.typeset import pdf, set_in_serif

        sheets = [
            {
                "svg": set_in_serif(sheet.picture),
                "forward": sheet.forward,
                "backward": sheet.backward,
            }
            for sheet in (self.sheet, self.solution)
        ]
        colour = LIGHT.page["forward"]
        data = {"title": self.title, "tasks": self.tasks, "sheets": sheets, "colour": colour}
        return pdf("handout", data)

    def _page(self) -> bytes:
        return page(self.title, self.tasks, (self.sheet, self.solution)).encode("utf-8", "replace")


# --- tables ---


def _asked(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row._replace(result="") for row in rows)


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
    root = walk.names[walk.recorder.root]
    name = derivative(root, walk.names[node])
    if not steps:
        return Row(name, "no arrow brings anything", short(0.0))
    factors, numbers = [], []
    for step in steps:
        assert step.node is not None and step.incoming is not None and step.local is not None
        partial = walk.describer.partial(step.node, step.place)
        factors.append(f"{derivative(root, walk.names[step.node])} · {partial}")
        incoming, local = (short(x, walk.digits) for x in (step.incoming, step.local))
        numbers.append(f"{incoming} · {bracketed(local)}")
    total = sum(step.contribution or 0.0 for step in steps)
    result = short(total, walk.digits)
    return Row(name, " + ".join(factors), f"{' + '.join(numbers)} {equals(result)} {result}")


# --- pictures ---


def _stages(walk: Walk) -> tuple[str, str]:
    """The picture with blanks, and filled in; both laid out with room for either."""
    blanks, filled = [], []
    for node in walk.recorder.nodes:
        name, number = walk.names[node], short(node.data, walk.digits)
        total = walk.recorder.totals.get(node)
        gradient = NOT_COMPUTED if total is None else f"grad {short(total, walk.digits)}"
        given = number if graph.is_leaf(node) else BLANK
        filled.append(box_lines(node, name, number, gradient))
        blanks.append(box_lines(node, name, given, f"grad {BLANK}"))
    drawn = sheet("expanded", walk.recorder.nodes, walk.recorder.root, walk.names, walk.digits, {})
    picture = drawn.picture
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
    roomy = Drawn(picture._replace(boxes=boxes, arrows=arrows), drawn.marks, {})
    stages = walk.laid_out(roomy, blanks, asked), walk.laid_out(roomy, filled, local)
    if not stages[0].startswith("<svg"):
        raise RenderError(f"Handout: {stages[0]}", "")
    return stages
