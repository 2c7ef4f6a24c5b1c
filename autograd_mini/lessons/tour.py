"""The tour: every lesson in the deck's order, written to a folder as pages, and told in lines.

Vocabulary: a page and the files of its pictures are named after the first slide of the lesson,
``26-first-neuron.html`` and ``26-worked-neuron.svg``. Without a layout program a picture's DOT text
is written in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from autograd_mini.errors import RenderError
from autograd_mini.lessons import deck
from autograd_mini.lessons.chart import Chart
from autograd_mini.lessons.content import Picture
from autograd_mini.lessons.course import PARTS, Part, build
from autograd_mini.lessons.exercises.written import Asked, questions
from autograd_mini.lessons.folder import Folder
from autograd_mini.lessons.lesson import DECLARED, Builder, Lesson, Progress
from autograd_mini.lessons.page import CONTENTS, SCRIPT, Article, Shown, pages, script
from autograd_mini.lessons.render import PLAIN, Style, plain
from autograd_mini.lessons.sliders import address
from autograd_mini.show import walk
from autograd_mini.show.palette import DARK

Say = Callable[[str], None]
"""Takes a piece of text that ends a line."""

NoProgress = Callable[[str], Progress | None]
"""Gives, for the title of a lesson, whom to tell how far it is."""


class Tour:
    """One walk through parts of the deck.

    Args:
        out: the folder to write.
        say: where the text goes.
        style: how it is coloured.
        watch: gives, for a lesson's title, whom to tell of its progress.
        verbose: whether the lessons are told whole, and not in a line for each part.

    Attributes:
        missing: why no images could be made, "" while they can.

    Raises:
        OSError: the folder cannot be written.
    """

    def __init__(
        self,
        out: Path,
        say: Say,
        style: Style = PLAIN,
        watch: NoProgress = lambda title: None,
        verbose: bool = False,
    ) -> None:
        self.folder = Folder(out)
        self.missing = ""
        self._say, self._style, self._watch, self._verbose = say, style, watch, verbose

    def walk(self, parts: Sequence[Part] = PARTS) -> Path:
        """Walk these parts; returns the page to begin with.

        Raises:
            OSError: a file cannot be written.
        """
        chapters = []
        for part in parts:
            if self._verbose:
                self._heading(part)
            articles = [self._article(make) for make in part.lessons]
            if not self._verbose:
                self._line(part, articles)
            chapters.append((part, articles))
        if parts[-1].number == PARTS[-1].number:
            chapters.append((Part(len(PARTS) + 1, BEYOND.title, ()), [_beyond()]))
        for name, content in pages(chapters, self.missing).items():
            self.folder.write(name, content)
        self.folder.write(SCRIPT, script(chapters))
        if self.missing:
            self._say(self._style.paint(f"No images: {self.missing}", "slip"))
        return self.folder.path / CONTENTS

    def _heading(self, part: Part) -> None:
        line = f"Part {part.number}: {part.title} ({deck.cited(part.slides)})"
        self._say(self._style.paint(line, "title"))
        self._say(self._style.paint("─" * len(line), "title"))
        self._say("")

    def _line(self, part: Part, articles: Sequence[Article]) -> None:
        lessons, pictures = len(articles), sum(len(article.shown) for article in articles)
        title = self._style.paint(f"Part {part.number:2}: {part.title}", "title")
        told = f"{lessons} lesson{'s' * (lessons > 1)}, {pictures} picture{'s' * (pictures != 1)}"
        self._say(f"{title}  {self._style.paint(told, 'note')}")

    def _article(self, make: Builder) -> Article:
        lesson = build(make, self._watch(DECLARED[make].title))
        shown = [self._picture(lesson, picture) for picture in lesson.pictures]
        if self._verbose:
            self._say(plain(lesson, self._style))
            for picture in filter(lambda written: written.files, shown):
                self._say(
                    self._style.paint(f"Picture: {', '.join(picture.files.values())}", "note")
                )
            self._say("")
        name = f"{lesson.slides[0]:02d}-{make.__name__.replace('_', '-')}.html"
        walked = sliders = ""
        graphs = [picture.outputs[0] for picture in lesson.pictures if len(picture.outputs) == 1]
        if graphs and not self.missing:
            title = "Step by step: forward, then backward"
            walked, sliders = walk(graphs[0], title=title).fragment("walk"), address(graphs[0])
        return Article(lesson, name, shown, walked, sliders, _asked(make.__name__))

    def _picture(self, lesson: Lesson, picture: Picture) -> Shown:
        stem = f"{lesson.slides[0]:02d}-{picture.name}"
        try:
            drawing = picture.drawing
        except ModuleNotFoundError as error:  # without the package that writes DOT
            self.missing = str(error)
            return Shown(picture.caption, picture.alt, {}, 0)
        dark = f"{stem}-dark.svg"
        if isinstance(drawing, Chart):
            files = {form: f"{stem}.{form}" for form in drawing.forms}
            for form, name in files.items():
                self.folder.write(name, drawing.png if form == "png" else drawing.svg)
            self.folder.write(dark, drawing.themed(DARK))
            return Shown(picture.caption, picture.alt, files, _width(drawing.svg), dark)
        if not self.missing:
            files = {form: f"{stem}.{form}" for form in ("svg", "png")}
            self.folder.claim([*files.values(), dark])
            try:
                for name in files.values():
                    drawing.save(self.folder.path / name)
                picture.drawn("dark").save(self.folder.path / dark)
                return Shown(picture.caption, picture.alt, files, _width(drawing.svg), dark)
            except RenderError as error:
                self.missing = str(error)
        files = {"dot": f"{stem}.dot"}
        self.folder.write(files["dot"], drawing.dot)
        return Shown(picture.caption, picture.alt, files, 0)


BEYOND = deck.words()["beyond"].around(Lesson(), {})


def _beyond() -> Article:
    """What the course has after the deck."""
    return Article(BEYOND, "beyond.html", (), asked=_asked("beyond"))


def _asked(lesson: str) -> dict[str, Asked]:
    """The questions of a lesson, in the order of its page: numbers first, then functions."""
    found = [(name, asked) for name, asked in questions().items() if asked.lesson == lesson]
    return dict(sorted(found, key=lambda each: bool(each[1].begin)))


def _width(svg: str) -> int:
    """The natural width of an SVG in pixels; it is written in points."""
    found = re.search(r'<svg[^>]* width="([\d.]+)(?:pt|px)?"', svg)
    return round(float(found[1]) * 4 / 3) if found else 0
