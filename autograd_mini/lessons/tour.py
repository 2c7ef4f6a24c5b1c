"""The tour: every lesson in the deck's order, printed, and written to a folder as a page.

Vocabulary: the *page* is ``index.html``. A picture's files are named after the first slide of its
lesson, ``26-worked-neuron.svg``. Without a layout program its DOT text is written in their place.
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
from autograd_mini.lessons.folder import Folder
from autograd_mini.lessons.lesson import DECLARED, Builder, Lesson, Progress
from autograd_mini.lessons.page import Article, Shown, page
from autograd_mini.lessons.render import PLAIN, Style, plain

Say = Callable[[str], None]
"""Takes a piece of text that ends a line."""

NoProgress = Callable[[str], Progress | None]
"""Gives, for the title of a lesson, whom to tell how far it is."""

PAGE = "index.html"


class Tour:
    """One walk through parts of the deck.

    Args:
        out: the folder to write.
        say: where the text goes.
        style: how it is coloured.
        watch: gives, for a lesson's title, whom to tell of its progress.

    Attributes:
        missing: why no images could be made, "" while they can.

    Raises:
        OSError: the folder cannot be written.
    """

    def __init__(
        self, out: Path, say: Say, style: Style = PLAIN, watch: NoProgress = lambda title: None
    ) -> None:
        self.folder = Folder(out)
        self.missing = ""
        self._say, self._style, self._watch = say, style, watch

    def walk(self, parts: Sequence[Part] = PARTS) -> Path:
        """Walk these parts; returns the page.

        Raises:
            OSError: a file cannot be written.
        """
        walked = []
        for part in parts:
            self._heading(part)
            articles = [self._lesson(make) for make in part.lessons]
            walked.append((part, articles))
        self.folder.write(PAGE, page(walked, self.missing))
        if self.missing:
            self._say(self._style.paint(f"No images: {self.missing}", "slip"))
        return self.folder.path / PAGE

    def _heading(self, part: Part) -> None:
        line = f"Part {part.number}: {part.title} ({deck.cited(part.slides)})"
        self._say(self._style.paint(line, "title"))
        self._say(self._style.paint("─" * len(line), "title"))
        self._say("")

    def _lesson(self, make: Builder) -> Article:
        lesson = build(make, self._watch(DECLARED[make].title))
        self._say(plain(lesson, self._style))
        shown = [self._picture(lesson, picture) for picture in lesson.pictures]
        for picture in filter(lambda written: written.files, shown):
            self._say(self._style.paint(f"Picture: {', '.join(picture.files.values())}", "note"))
        self._say("")
        return Article(lesson, shown)

    def _picture(self, lesson: Lesson, picture: Picture) -> Shown:
        stem = f"{lesson.slides[0]:02d}-{picture.name}"
        try:
            drawing = picture.drawing
        except ModuleNotFoundError as error:  # without the package that writes DOT
            self.missing = str(error)
            return Shown(picture.caption, picture.alt, {}, 0)
        if isinstance(drawing, Chart):
            files = {form: f"{stem}.{form}" for form in drawing.forms}
            for form, name in files.items():
                self.folder.write(name, drawing.png if form == "png" else drawing.svg)
            return Shown(picture.caption, picture.alt, files, _width(drawing.svg))
        if not self.missing:
            files = {form: f"{stem}.{form}" for form in ("svg", "png")}
            self.folder.claim(files.values())
            try:
                for name in files.values():
                    drawing.save(self.folder.path / name)
                return Shown(picture.caption, picture.alt, files, _width(drawing.svg))
            except RenderError as error:
                self.missing = str(error)
        files = {"dot": f"{stem}.dot"}
        self.folder.write(files["dot"], drawing.dot)
        return Shown(picture.caption, picture.alt, files, 0)


def _width(svg: str) -> int:
    """The natural width of an SVG in pixels; it is written in points."""
    found = re.search(r'<svg[^>]* width="([\d.]+)(?:pt|px)?"', svg)
    return round(float(found[1]) * 4 / 3) if found else 0
