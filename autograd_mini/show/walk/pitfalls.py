"""Two mistakes that everybody makes once, walked through beside the right way.

Vocabulary: a *pitfall* is a mistake that runs without an error and gives wrong gradients. Here each
is really made: the wrong algorithm runs on the graph, and the walk shows what it does.
"""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show.drawing import save_as
from autograd_mini.show.walk import terminal
from autograd_mini.show.walk.page import page
from autograd_mini.show.walk.steps import Recorder, passes, receivers, sweep
from autograd_mini.show.walk.walked import PAGES, Walk
from autograd_mini.value import Value

if TYPE_CHECKING:
    import os
    from pathlib import Path
    from typing import TextIO

    from autograd_mini.show.layout_program import Program


class Lesson:
    """Walks that belong together, as a page, as text and in a notebook.

    Args:
        title: what the lesson is called.
        about: what it teaches.
        walks: its walks, the mistake first.

    Attributes:
        title, about, walks: as given.
    """

    def __init__(self, title: str, about: str, walks: tuple[Walk, ...]) -> None:
        self.title = title
        self.about = about
        self.walks = walks

    def __repr__(self) -> str:
        return f"<Lesson: {self.title}, {len(self.walks)} walks>"

    def __str__(self) -> str:
        width = terminal.width_of(sys.stdout)
        whole = terminal.heading(self.title, self.about, width)
        return "\n\n\n".join([whole, *map(str, self.walks)])

    def show(self, wait: bool | float = False, file: TextIO | None = None) -> None:
        """Print the walks one after another; see :meth:`Walk.show`."""
        goes_on = terminal.show((self.title, self.about), (), wait, file)
        for walk in self.walks:
            goes_on = goes_on and terminal.show(
                (walk.title, walk.about), walk.descriptions, wait, file, before="\n\n"
            )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs nothing but a browser; see :meth:`Walk.save`."""

        def content() -> str:
            bodies = [x.fragment(f"walk-{i}", address=False) for i, x in enumerate(self.walks, 1)]
            return page(self.title, self.about, bodies, several=True)

        return save_as(path, "Walk.save", {".html": content, ".htm": content}, PAGES)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the walks one below another, each with its slider."""
        head = f"<h3>{escape(self.title)}</h3>\n<p>{escape(self.about)}</p>"
        pieces = "\n".join([head, *[walk.fragment(brought=True) for walk in self.walks]])
        return {"text/plain": str(self), "text/html": pieces}


def wrong_way_round(program: Program = None) -> Lesson:
    """Recursion without topological order, on ``b = a + a; c = b + b``.

    Each node adds to its operands' gradients and at once has them do the same. The second time it
    comes to b, b hands on what it had handed on before, too.

    >>> wrong, right = wrong_way_round().walks
    >>> wrong.steps[-1].gradients[0][1], right.steps[-1].gradients[0][1]
    (6.0, 4.0)
    """
    wrong = Recorder(doubled())
    wrong.seed()
    recursively(wrong, wrong.root)
    wrong.end(right=passes(wrong.root).totals)
    right = passes(doubled())
    return Lesson(
        "The wrong way round",
        "b = a + a and c = b + b, so c is 4·a and its derivative with respect to a is 4. A "
        "backward pass must not leave a node before every use of it has contributed: results "
        "come before operands, in reverse topological order.",
        (
            Walk(
                wrong,
                title="Wrong: recursion, as soon as a contribution arrives",
                about="Each node adds to an operand's gradient and at once calls itself for that "
                "operand. b is left twice: first too early, then with the early part once more.",
                program=program,
            ),
            Walk(
                right,
                title="Right: reverse topological order",
                about="b hands on once, when both of its uses have contributed.",
                program=program,
            ),
        ),
    )


def without_zero_grad(program: Program = None) -> Lesson:
    """Two backward passes without ``zero_grad()`` in between.

    >>> wrong, right = without_zero_grad().walks
    >>> wrong.steps[-1].gradients[0][1], right.steps[-1].gradients[0][1]
    (-24.0, -12.0)
    """
    wrong, right = Recorder(_squared()), Recorder(_squared())
    truth = passes(wrong.root).totals
    for recorder in (wrong, right):
        sweep(recorder)
        if recorder is right:
            recorder.zero()
        sweep(recorder)
        recorder.end(right=truth)
    return Lesson(
        "Two passes without zero_grad",
        "J = (w·x − y)². backward() adds to the gradients of leaves, so that the examples of a "
        "batch add up. Whoever trains and does not call zero_grad() between two steps adds up the "
        "steps as well, and moves too far.",
        (
            Walk(
                wrong,
                title="Wrong: backward(), backward()",
                about="The second pass is added to the first one's gradients.",
                program=program,
            ),
            Walk(
                right,
                title="Right: backward(), zero_grad(), backward()",
                about="zero_grad() forgets the first pass, so the second one stands alone.",
                program=program,
            ),
        ),
    )


def recursively(recorder: Recorder, node: Value) -> None:
    """The mistake: go on from each operand at once, instead of waiting for its other uses."""
    for i, operand in receivers(node).items():
        recorder.contribute(node, i)
        if not graph.is_leaf(operand):
            recursively(recorder, operand)


def doubled() -> Value:
    """``b = a + a; c = b + b`` at a = 3: the smallest graph on which the mistake shows."""
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


def _squared() -> Value:
    w = Value(1.0, "w")
    prediction = w * Value.constant(2.0, "x")
    prediction.label = "ŷ"
    error = prediction - Value.constant(5.0, "y")
    error.label = "e"
    cost = error**2
    cost.label = "J"
    return cost
