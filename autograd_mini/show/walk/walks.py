"""``walk``: the forward pass and the backward pass of a graph, one step at a time.

Vocabulary: a *walk* is what ``walk`` returns: its steps (:mod:`autograd_mini.show.walk.steps`),
what they say (:mod:`autograd_mini.show.walk.sentences`), and the picture that they change
(:mod:`autograd_mini.show.walk.scene`). It prints, it is a slider in a notebook, and it saves a
page.
"""

from __future__ import annotations

import hashlib
from itertools import count as counter
from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.errors import RenderError
from autograd_mini.real import shown
from autograd_mini.show.expansion import opened
from autograd_mini.show.names import Names
from autograd_mini.show.palette import LIGHT, THEMES, Theme
from autograd_mini.show.walk import steps, terminal
from autograd_mini.show.walk.scene import Scene
from autograd_mini.show.walk.sentences import Describer

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.picture import Picture
    from autograd_mini.show.walk.steps import Description, Recorder, Step
    from autograd_mini.show.walk.strip import Strip
    from autograd_mini.value import Value

_shown = counter(1)
"""How many fragments this process has made, so that no two of them have one id."""


def walk(
    root: Value,
    *,
    digits: int = 4,
    title: str = "",
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

    >>> from autograd_mini import Value
    >>> from autograd_mini.show import walk
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
    colours = None if theme is None else THEMES[given.choice(theme, "walk", "theme", THEMES)]
    if open_affine and hasattr(root, "operands"):
        root = opened(root)[root]
    needed = steps.count(root) if hasattr(root, "operands") else 0
    if needed > max_steps:
        raise ValueError(
            f"walk: this graph takes {needed:,} steps, more than max_steps={max_steps:,}; walk a "
            "part of it (a node inside as the root), allow more with max_steps=, or look at it as "
            "a whole with draw(root)"
        )
    recorder = steps.passes(root)
    return Walk(recorder, digits, title, theme=colours, program=program, timeout=timeout)


class Walk:
    """The steps of a forward and a backward pass; made by :func:`walk`.

    It is a snapshot: what happens to the graph afterwards does not change it. ``print(w)`` prints
    it, ``w.show(wait=True)`` goes on when a key is pressed, ``w.save("lesson.html")`` writes a page
    that works offline, ``w.strip([1, 5, 9])`` is a picture of chosen steps, and a notebook shows it
    with a slider.

    Args:
        recorder: what was done.
        digits: how many significant digits numbers get.
        title: what it is called; left out, the output's name.
        about: a sentence to stand below the title.
        theme: the colours of a page; left out, those of the reader's system.
        program, timeout: for the picture's layout.

    Attributes:
        steps: the steps with their numbers.
        descriptions: what each step says.
        title, about, theme, recorder, digits: as given.
        names: what the nodes are called.
        describer: puts the steps into words.
        scene: the picture, and how it changes.
    """

    steps: tuple[Step, ...]
    descriptions: tuple[Description, ...]

    def __init__(
        self,
        recorder: Recorder,
        digits: int = 4,
        title: str = "",
        about: str = "",
        theme: Theme | None = None,
        program: Program = None,
        timeout: float = 30.0,
    ) -> None:
        names = Names(recorder.nodes, digits)
        self.names = {node: names.text(node) for node in recorder.nodes}
        self.recorder = recorder
        self.digits = digits
        self.describer = Describer(recorder, self.names, digits)
        self.steps = tuple(recorder.steps)
        self.descriptions = tuple(map(self.describer.tell, self.steps))
        self.title = title or f"Forward and backward through {self.names[recorder.root]}"
        self.about = about
        self.scene = Scene(recorder, self.names, digits)
        self.theme = theme
        self._program = program
        self._timeout = timeout
        self._stage = ""

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, place: int) -> Step:
        return self.steps[place]

    def __repr__(self) -> str:
        return f"<Walk: {len(self.steps)} steps over {len(self.recorder.nodes)} nodes>"

    def __str__(self) -> str:
        import sys

        width = terminal.width_of(sys.stdout)
        blocks = [self.text(i, width) for i in range(len(self.steps))]
        return "\n\n".join([terminal.heading(self.title, self.about, width), *blocks])

    def text(self, step: int, width: int = terminal.WIDTH) -> str:
        """The text of one step, counted from 0."""
        return terminal.block(self.descriptions, range(len(self.steps))[step], width)

    def show(self, wait: bool | float = False, file: TextIO | None = None) -> None:
        """Print the steps, as wide as the terminal and in colour there, plain elsewhere.

        Args:
            wait: True waits for a key after each step (q ends), a number waits so many seconds.
                Where nobody sits at a terminal there is no waiting.
            file: where to; left out, the standard output.
        """
        terminal.show((self.title, self.about), self.descriptions, wait, file)

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
        from autograd_mini.show.walk.page import page

        body = self.fragment("walk", address=True)
        return save_page(
            path, page(self.title, self.about, [body], several=False, theme=self.theme)
        )

    def strip(self, steps: Sequence[int]) -> Strip:
        """A picture of chosen steps, one below another, for places that run no scripts.

        Args:
            steps: which ones, counted from 1 as on the page.

        Returns:
            The strip; its ``save`` writes SVG or PNG, and a notebook shows it.

        Raises:
            ValueError: there is no such step, or none is chosen.
        """
        from autograd_mini.show.walk.strip import Strip, frame

        wrong = [step for step in steps if not 1 <= step <= len(self.steps)]
        if wrong or not steps:
            raise ValueError(
                f"Walk.strip: steps {list(steps)!r:.80}; choose at least one, from 1 to "
                f"{len(self.steps)}"
            )
        frames = [
            frame(step - 1, self.descriptions, self.scene, self.theme or LIGHT) for step in steps
        ]
        return Strip(frames, self.theme or LIGHT, self._program, self._timeout)

    def fragment(self, scope: str = "", address: bool | None = None, brought: bool = False) -> str:
        """The walk as a piece of HTML.

        Args:
            scope: the id of the piece; left out, one that this process has not used.
            address: whether the step stands in the page's address; None leaves it alone.
            brought: whether the script brings the picture, for front ends that take out the tags
                of an SVG and leave its words standing.
        """
        from autograd_mini.show.walk.page import fragment

        scope = scope or f"walk-{self._digest()}-{next(_shown)}"
        stage = self.stage()
        return fragment(
            scope,
            self.title,
            self.about,
            self.descriptions,
            self.scene,
            stage,
            address,
            brought,
            self.theme,
        )

    def stage(self) -> str:
        """The picture, laid out once; where that cannot be done, a sentence that says why."""
        if not self._stage:
            self._stage = self.laid_out(self.scene.picture, self.scene.lines_at(len(self.steps)))
        return self._stage

    def laid_out(
        self, picture: Picture, lines: Sequence[Sequence[str]], arrows: Sequence[str] | None = None
    ) -> str:
        """A picture of the walk's boxes, with other texts in it than those it has room for."""
        from autograd_mini.show.dot import to_dot
        from autograd_mini.show.layout_program import render
        from autograd_mini.show.walk.stage import stage

        try:
            dot = to_dot(picture, legend=False, theme=self.theme or LIGHT)
            svg = render(dot, "svg", self._program, self._timeout).decode()
        except (RenderError, ModuleNotFoundError) as error:
            reason = str(error).partition(". ")[0]
            return f"There is no picture, only the list of steps. {reason}."
        return stage(svg, picture, lines, f"Graph: {self.title}", arrows)

    def _digest(self) -> str:
        said = repr((self.title, self.descriptions)).encode("utf-8", "backslashreplace")
        return hashlib.sha256(said).hexdigest()[:8]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the slider, and the text where no HTML is shown."""
        return {"text/plain": str(self), "text/html": self.fragment(brought=True)}


def save_page(path: str | os.PathLike[str], content: str) -> Path:
    """Write a page so that it is there whole or not at all."""
    from autograd_mini.files import place
    from autograd_mini.show.drawing import write

    target = place(path, "Walk.save")
    if target.suffix.lower() not in {".html", ".htm"}:
        raise ValueError(
            f"Walk.save: {shown(str(target))} ends with {shown(target.suffix)}; it writes a "
            "page: .html"
        )
    write(target, content.encode("utf-8"), "Walk.save")
    return target
