"""``walk``: the forward and the backward pass of a graph, one step at a time.

Vocabulary: a walk has its *content* (:mod:`autograd_mini.show.walk.content`): steps, what they say,
chapters of them, and the picture that they change. It prints, it is a slider in a notebook, and it
saves a page.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.show.draw.options import VIEWS
from autograd_mini.show.drawing import save_as
from autograd_mini.show.expansion import opened
from autograd_mini.show.palette import THEMES
from autograd_mini.show.walk import steps, terminal
from autograd_mini.show.walk.chapters import LEVELS, recorded
from autograd_mini.show.walk.content import Content
from autograd_mini.show.walk.page import fragment, page
from autograd_mini.show.walk.strip import Strip

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.walk.steps import Step
    from autograd_mini.value import Value

PAGES = "it writes a page: .html"


def walk(
    root: Value,
    *,
    digits: int = 4,
    title: str = "",
    view: str = "auto",
    by: str = "auto",
    open_affine: bool = False,
    theme: str | None = None,
    max_steps: int = 1000,
    program: Program = None,
    timeout: float = 30.0,
) -> Walk:
    """The forward and the backward pass that lead to ``root`` and back, one step at a time.

    Every backward step is one factor of the chain rule: the local derivative of a node with
    respect to one operand, times the gradient that comes in, is the contribution to the operand's
    gradient, which is the sum of all of them.

    The walk makes its own pass: ``.grad`` is neither read nor written. Its numbers are those of
    ``backward()`` to the last bit. Nodes without a label are called v₁, v₂, …

    Args:
        root: the output.
        digits: how many significant digits numbers get.
        title: what the page is called; left out, the output's name.
        view: the picture: "expanded", "compact" or "network", as of :func:`autograd_mini.draw`;
            "auto" takes the compact one where there are neurons and more than 150 steps.
        by: what one step of the walk is: "step" for one operation or one contribution, "neuron" or
            "layer" for all that happens in one of them; "auto" takes neurons in the compact and
            the network view. The page can change it, and opens a neuron into its steps.
        open_affine: whether w₁x₁ + … + wₙxₙ + b, which the engine keeps as one node, is walked
            through as its products and its sum, each with a gradient of its own.
        theme: the colours of the page and of a strip, such as "light" or "dark"; left out, a
            page has those of the reader's system and a strip is light.
        max_steps: a graph that takes more is refused, since nobody would walk it.
        program: the layout program for the picture, as for :func:`autograd_mini.draw`.
        timeout: how many seconds the picture's layout may take.

    Raises:
        TypeError: ``root`` is no Value.
        ValueError: the graph takes more steps, a number is out of range, or there is no such
            theme.
        StaleGraphError: a leaf was changed after a node had used it.
        AutogradError: ``root`` is a constant.

    >>> from autograd_mini import Value, walk
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> lesson = walk(w * x)
    >>> lesson
    <Walk: 6 steps over 3 nodes>
    >>> print(lesson.text(3))
    Step 4 of 6 · Backward: from v₁ to w
        incoming gradient  ∂v₁/∂v₁ = 1
        local derivative   ∂v₁/∂w = x = 3
        contribution       ∂v₁/∂v₁ · ∂v₁/∂w = 1 · 3 = 3
        running total      ∂v₁/∂w = 3 (only contribution)
    """
    digits = given.digits(digits, "walk")
    title = given.text(title, "walk", "title")
    max_steps = given.above_0(max_steps, "walk", "max_steps")
    timeout = given.above_0(timeout, "walk", "timeout")
    view = given.choice(view, "walk", "view", ("auto", *VIEWS))
    by = given.choice(by, "walk", "by", ("auto", *LEVELS))
    colours = None if theme is None else THEMES[given.choice(theme, "walk", "theme", THEMES)]
    root = steps.checked(root)
    root = opened(root)[root] if open_affine else root
    needed = steps.count(root)
    if needed > max_steps:
        raise ValueError(
            f"walk: this graph takes {needed:,} steps, more than max_steps={max_steps:,}; walk a "
            "part of it (a node inside as the root), allow more with max_steps=, or look at it as "
            "a whole with draw(root)"
        )
    return Walk(recorded(root), digits, title, "", colours, program, timeout, view, by)


class Walk(Content):
    """The steps of a forward and a backward pass; made by :func:`walk`.

    It is a snapshot: what happens to the graph afterwards does not change it. ``print(w)`` prints
    it, ``w.show(wait=True)`` goes on when a key is pressed, ``w.save("lesson.html")`` writes a page
    that works offline, ``w.strip([1, 5, 9])`` is a picture of chosen steps, and a notebook shows it
    with a slider.
    """

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, place: int) -> Step:
        return self.steps[place]

    def __repr__(self) -> str:
        return f"<Walk: {len(self.steps)} steps over {len(self.recorder.nodes)} nodes>"

    def __str__(self) -> str:
        width = terminal.width_of(sys.stdout)
        blocks = [self.text(i, width) for i in range(len(self.told))]
        return "\n\n".join([terminal.heading(self.title, self.about, width), *blocks])

    def text(self, step: int, width: int = terminal.WIDTH) -> str:
        """The text of one step, counted from 0."""
        return terminal.block(self.said, range(len(self.told))[step], width)

    def show(self, wait: bool | float = False, file: TextIO | None = None) -> None:
        """Print the steps, as wide as the terminal and in colour there, plain elsewhere.

        Args:
            wait: True waits for a key after each step (q ends), a number waits so many seconds.
                Where nobody sits at a terminal there is no waiting.
            file: where to; left out, the standard output.
        """
        terminal.show((self.title, self.about), self.said, wait, file)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs nothing but a browser: no network, no other file.

        The file appears whole or not at all. ``lesson.html#step=7`` opens it at the seventh step.
        Without a layout program it is the list of steps, and says so.

        Returns:
            The path.

        Raises:
            ValueError: the name does not end with .html or .htm.
            OSError: the file cannot be written; the message says why and where.
        """

        def content() -> str:
            body = self.fragment("walk", address=True)
            return page(self.title, self.about, [body], several=False, theme=self.theme)

        return save_as(path, "Walk.save", {".html": content, ".htm": content}, PAGES)

    def strip(self, steps: Sequence[int]) -> Strip:
        """A picture of chosen steps, one below another, for places that run no scripts.

        Args:
            steps: which ones, counted from 1 as on the page.

        Returns:
            The strip; its ``save`` writes SVG or PNG, and a notebook shows it.

        Raises:
            ValueError: there is no such step, or none is chosen.
        """
        if not steps or any(not 1 <= step <= len(self.told) for step in steps):
            raise ValueError(
                f"Walk.strip: steps {list(steps)!r:.80}; choose at least one, from 1 to "
                f"{len(self.told)}"
            )
        return Strip(self, steps)

    def fragment(self, scope: str = "", address: bool | None = None, brought: bool = False) -> str:
        """The walk as a piece of HTML.

        Args:
            scope: the id of the piece; left out, one that this process has not used.
            address: whether the step stands in the page's address; None leaves it alone.
            brought: whether the script brings the picture, for front ends that take out the tags
                of an SVG and leave its words standing.
        """
        return fragment(self, scope, address, brought)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the slider, and the text where no HTML is shown."""
        return {"text/plain": str(self), "text/html": self.fragment(brought=True)}
