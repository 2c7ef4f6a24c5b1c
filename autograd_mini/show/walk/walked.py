"""A walk: what was done, what it says, and where it is shown.

Vocabulary: a walk has steps (:mod:`autograd_mini.show.walk.steps`), what they say
(:mod:`autograd_mini.show.walk.sentences`), chapters of them
(:mod:`autograd_mini.show.walk.chapters`), and the picture that they change
(:mod:`autograd_mini.show.walk.scene`). It prints, it is a slider in a notebook, and it saves a
page.
"""

from __future__ import annotations

import hashlib
from itertools import count as counter
from typing import TYPE_CHECKING

from autograd_mini.errors import RenderError
from autograd_mini.show.draw.expanded import in_order
from autograd_mini.show.names import Names
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.walk import terminal
from autograd_mini.show.walk.chapters import Teller
from autograd_mini.show.walk.scene import Scene
from autograd_mini.show.walk.sentences import Describer

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.walk.chapters import Chapter
    from autograd_mini.show.walk.descriptions import Description
    from autograd_mini.show.walk.sheet import Sheet
    from autograd_mini.show.walk.steps import Recorder, Step
    from autograd_mini.show.walk.strip import Strip

MOST_SCALARS = 150
"""A graph with neurons and more steps is shown in the compact view."""

_shown = counter(1)
"""How many fragments this process has made, so that no two of them have one id."""


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
        view, by: as of :func:`walk`.

    Attributes:
        steps: the steps with their numbers.
        descriptions: what each step says.
        chapters: the steps put together, by level: "step", and "neuron" and "layer" where there
            are such.
        by: the level at which it goes.
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
        view: str = "expanded",
        by: str = "step",
    ) -> None:
        names = Names(in_order([recorder.root]), digits)
        self.names = {node: names.text(node) for node in recorder.nodes}
        self.recorder = recorder
        self.digits = digits
        self.describer = Describer(recorder, self.names, digits)
        self.steps = tuple(recorder.steps)
        self.descriptions = tuple(map(self.describer.tell, self.steps))
        self.title = title or f"Forward and backward through {self.names[recorder.root]}"
        self.about = about
        teller = Teller(recorder, self.names, digits, self.descriptions)
        self.chapters = {level: teller.tell(level) for level in teller.levels}
        if view == "auto":
            is_large = len(self.steps) > MOST_SCALARS and len(self.chapters) > 1
            view = "compact" if is_large else "expanded"
        wanted = ("step" if view == "expanded" else "neuron") if by == "auto" else by
        self.by = wanted if wanted in self.chapters else [*self.chapters][-1]
        self.scene = Scene(recorder, self.names, digits, view, theme or LIGHT)
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
        blocks = [self.text(i, width) for i in range(len(self.told))]
        return "\n\n".join([terminal.heading(self.title, self.about, width), *blocks])

    def text(self, step: int, width: int = terminal.WIDTH) -> str:
        """The text of one step, counted from 0."""
        said = [chapter.description for chapter in self.told]
        return terminal.block(said, range(len(said))[step], width)

    @property
    def told(self) -> tuple[Chapter, ...]:
        """The steps, or chapters of them, at the level at which it goes."""
        return self.chapters[self.by]

    def show(self, wait: bool | float = False, file: TextIO | None = None) -> None:
        """Print the steps, as wide as the terminal and in colour there, plain elsewhere.

        Args:
            wait: True waits for a key after each step (q ends), a number waits so many seconds.
                Where nobody sits at a terminal there is no waiting.
            file: where to; left out, the standard output.
        """
        said = [chapter.description for chapter in self.told]
        terminal.show((self.title, self.about), said, wait, file)

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
        from autograd_mini.show.walk.page import page, save_page

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

        wrong = [step for step in steps if not 1 <= step <= len(self.told)]
        if wrong or not steps:
            raise ValueError(
                f"Walk.strip: steps {list(steps)!r:.80}; choose at least one, from 1 to "
                f"{len(self.told)}"
            )
        said = [chapter.description for chapter in self.told]
        film = self.scene.film.cut([(x.first, x.last) for x in self.told])
        theme = self.theme or LIGHT
        frames = [frame(step - 1, said, self.scene, film, theme) for step in steps]
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
        from autograd_mini.show.walk.stage import LEFT_OUT, without_long_arrows

        picture = self.scene.picture
        about = [self.about] if self.about else []
        about += [LEFT_OUT] if without_long_arrows(picture) is not picture else []
        scope = scope or f"walk-{self._digest()}-{next(_shown)}"
        stage = self.stage()
        return fragment(
            scope,
            self.title,
            " ".join(about),
            self.chapters,
            self.by,
            self.scene,
            stage,
            address,
            brought,
            self.theme,
        )

    def stage(self) -> str:
        """The picture, laid out once; where that cannot be done, a sentence that says why."""
        if not self._stage:
            lines = self.scene.film.lines_at(len(self.steps))
            self._stage = self.laid_out(self.scene.sheet, lines)
        return self._stage

    def laid_out(
        self, sheet: Sheet, lines: Sequence[Sequence[str]], arrows: Sequence[str] | None = None
    ) -> str:
        """A picture of the walk's graph, with other texts in it than those it has room for."""
        from autograd_mini.show.dot import to_dot
        from autograd_mini.show.layout_program import render
        from autograd_mini.show.walk.stage import stage, without_long_arrows

        try:
            drawn = without_long_arrows(sheet.picture)
            dot = to_dot(drawn, False, sheet.marks, self.theme or LIGHT)
            svg = render(dot, "svg", self._program, self._timeout).decode()
        except (RenderError, ModuleNotFoundError) as error:
            reason = str(error).partition(". ")[0]
            return f"There is no picture, only the list of steps. {reason}."
        return stage(svg, sheet.picture, lines, f"Graph: {self.title}", arrows)

    def _digest(self) -> str:
        said = repr((self.title, self.descriptions)).encode("utf-8", "backslashreplace")
        return hashlib.sha256(said).hexdigest()[:8]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the slider, and the text where no HTML is shown."""
        return {"text/plain": str(self), "text/html": self.fragment(brought=True)}
