"""What a walk holds, free of any format: what is printed, and what pages, slides and strips show.

Vocabulary: a walk has steps (:mod:`autograd_mini.show.walk.steps`), what they say
(:mod:`autograd_mini.show.walk.sentences`), chapters of them
(:mod:`autograd_mini.show.walk.chapters`), and the picture that they change
(:mod:`autograd_mini.show.walk.scene`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.walk.chapters import Teller
from autograd_mini.show.walk.scene import Scene
from autograd_mini.show.walk.sentences import Describer
from autograd_mini.show.walk.stage import laid_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.picture import Picture
    from autograd_mini.show.walk.chapters import Chapter
    from autograd_mini.show.walk.film import Moment
    from autograd_mini.show.walk.sentences import Description
    from autograd_mini.show.walk.steps import Recorder, Step

MOST_SCALARS = 150
"""A graph with neurons and more steps is shown in the compact view."""


class Content:
    """What a walk holds.

    Args:
        recorder: what was done.
        about: a sentence to stand below the title.
        digits, title, theme, program, timeout, view, by: as of :func:`autograd_mini.walk`.

    Attributes:
        steps: the steps with their numbers.
        descriptions: what each step says.
        chapters: the steps put together, by level: "step", and "neuron" and "layer" where there
            are such.
        by: the level at which it goes.
        title, about, theme, recorder, digits, program, timeout: as given.
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
        self.recorder = recorder
        self.digits = digits
        self.describer = Describer(recorder, digits)
        self.names = self.describer.names
        self.steps = tuple(recorder.steps)
        self.descriptions = tuple(map(self.describer.tell, self.steps))
        self.title = title or f"Forward and backward through {self.names[recorder.root]}"
        self.about = about
        teller = Teller(self.describer, self.descriptions)
        self.chapters = {level: teller.tell(level) for level in teller.levels}
        if view == "auto":
            is_large = len(self.steps) > MOST_SCALARS and len(self.chapters) > 1
            view = "compact" if is_large else "expanded"
        wanted = ("step" if view == "expanded" else "neuron") if by == "auto" else by
        self.by = wanted if wanted in self.chapters else [*self.chapters][-1]
        self.scene = Scene(self.describer, view, theme or LIGHT)
        self.theme = theme
        self.program = program
        self.timeout = timeout
        self._stage = ""

    @property
    def told(self) -> tuple[Chapter, ...]:
        """The steps, or chapters of them, at the level at which it goes."""
        return self.chapters[self.by]

    @property
    def said(self) -> list[Description]:
        """What they say."""
        return [chapter.description for chapter in self.told]

    def moments(self) -> Iterator[Moment]:
        """What the picture shows after each of them."""
        return self.scene.film.moments((chapter.first, chapter.last) for chapter in self.told)

    def stage(self) -> str:
        """The picture, laid out once; where that cannot be done, a sentence that says why."""
        if not self._stage:
            lines = self.scene.film.at(len(self.steps) - 1).lines
            self._stage = self.laid_out(self.scene.picture, lines)
        return self._stage

    def laid_out(
        self,
        picture: Picture,
        lines: Sequence[Sequence[str]],
        arrows: Sequence[str] | None = None,
    ) -> str:
        """A picture of the walk's graph, with other texts in it than those it has room for."""
        theme, title = self.theme or LIGHT, f"Graph: {self.title}"
        return laid_out(picture, theme, lines, title, arrows, self.program, self.timeout)
