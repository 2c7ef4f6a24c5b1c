"""Slides of a walk, one for each step: as PDF, as a page, and as source for LaTeX's beamer.

Vocabulary: a *slide* is 16:9 and is measured in pixels of a screen 1280 wide. What a step says
stands below its picture, or *beside* it where the picture is tall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.errors import RenderError
from autograd_mini.real import shown
from autograd_mini.show.kit.deck import BELOW, BESIDE, Deck, Slide, page
from autograd_mini.show.palette import LIGHT

if TYPE_CHECKING:
    import os
    from pathlib import Path
    from typing import Any

    from autograd_mini.show.walk.walked import Walk

SUFFIXES = (".pdf", ".html", ".htm", ".tex")


class Slides:
    """Slides of a walk: a title, and one for each step.

    Args:
        walk: what :func:`autograd_mini.walk` returns.

    Raises:
        RenderError: there is no picture, since no layout program made it.

    >>> from autograd_mini import Value, walk
    >>> slides = Slides(walk(Value(2.0, "w") * Value(3.0, "x")))
    >>> slides
    <Slides: 6 steps>

    ``slides.save("deck.pdf")`` writes them to a file.

    Attributes:
        deck: the slides.
    """

    deck: Deck

    def __init__(self, walk: Walk) -> None:
        from autograd_mini.show.kit.frames import Frames

        theme = walk.theme or LIGHT
        self._stage = walk.stage()
        self._film = walk.scene.film.cut([(x.first, x.last) for x in walk.told])
        if not self._stage.startswith("<svg"):
            raise RenderError(f"Slides: {self._stage}", "")
        below, beside = (Frames(self._stage, self._film, theme, x) for x in (BELOW, BESIDE))
        is_beside = beside.camera.scale > below.camera.scale
        frames = beside if is_beside else below
        told = [chapter.description.shortened() for chapter in walk.told]
        slides = tuple(map(Slide, told, frames))
        self.deck = Deck(walk.title, walk.about, theme, is_beside, slides)

    def __len__(self) -> int:
        return len(self.deck.slides)

    def __repr__(self) -> str:
        return f"<Slides: {len(self)} steps>"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the slides to a file, whole or not at all; its ending says what.

        PDF is set by Typst (``pip install 'autograd-mini[pdf]'``); .html is one file that a
        browser shows without a network, arrow keys for steps, F for the whole screen, and prints a
        slide on each sheet; .tex is a document for LaTeX's beamer, a frame with overlays.

        Raises:
            ValueError: the ending is another.
            ModuleNotFoundError: a PDF is asked for, and Typst is not installed.
            OSError: the file cannot be written; the message says why and where.
        """
        from autograd_mini.files import place
        from autograd_mini.show.drawing import write

        target = place(path, "Slides.save")
        suffix = target.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                f"Slides.save: {shown(str(target))} ends with {shown(target.suffix)}; the ending "
                "says what to write: .pdf, .html or .tex (beamer)"
            )
        content = {".pdf": self._pdf, ".tex": self._beamer}.get(suffix, self._page)()
        write(target, content, "Slides.save")
        return target

    def _pdf(self) -> bytes:
        from autograd_mini.show.kit.typeset import pdf, set_in_serif

        slides = [
            {
                "part": description.part,
                "heading": description.heading,
                "back": description.part in {"Backward", "End"},
                "wrong": description.wrong,
                "lines": [
                    ["" if repeated else caption, formula]
                    for caption, formula, repeated in description.captioned()
                ],
                "remarks": description.warnings,
                "svg": set_in_serif(picture),
            }
            for description, picture in self.deck.slides
        ]
        data: dict[str, Any] = {"title": self.deck.title, "about": self.deck.about}
        data |= {"colours": self.deck.theme.page, "beside": self.deck.beside, "slides": slides}
        return pdf("deck", data)

    def _page(self) -> bytes:
        return page(self.deck).encode("utf-8", "replace")

    def _beamer(self) -> bytes:
        from autograd_mini.show.kit.beamer import document

        return document(self.deck, self._stage, self._film).encode()
