"""A picture that can be looked at, saved, and shown in a notebook.

Vocabulary: a *drawing* holds the DOT text; the images are laid out when they are asked for, by the
program that :mod:`autograd_mini.show.layout_program` finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.errors import RenderError
from autograd_mini.real import shown

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from autograd_mini.show.layout_program import Program

    Forms = Mapping[str, Callable[[], str | bytes]]


class Drawing:
    """A picture of a graph, made by :func:`autograd_mini.draw`.

    It is a snapshot: what happens to the graph afterwards does not change it.

    Args:
        dot: the picture as DOT text.
        program: the layout program to use; None looks for one.
        timeout: how many seconds the layout may take.

    Attributes:
        dot: as given. Equal graphs have equal texts, in every process.

    >>> from autograd_mini import Value
    >>> from autograd_mini.show import draw
    >>> drawing = draw(Value(2.0, "x") * 3.0)
    >>> drawing
    <Drawing: 3 boxes, 2 arrows>
    >>> drawing.dot.startswith("digraph")
    True
    """

    __slots__ = ("_images", "_size", "dot", "program", "timeout")

    dot: str
    program: Program
    timeout: float

    def __init__(
        self,
        dot: str,
        size: tuple[int, int],
        program: Program = None,
        timeout: float = 30.0,
    ) -> None:
        self.dot = dot
        self.program = program
        self.timeout = timeout
        self._size = size
        self._images: dict[str, bytes] = {}

    @property
    def svg(self) -> str:
        """The picture as the text of one ``<svg>`` element, to be put into a page or a file.

        Raises:
            RenderError: there is no layout program, or it failed or took too long.
        """
        return self._image("svg").decode("utf-8")

    def to_tikz(self) -> str:
        r"""The picture as a ``tikzpicture`` of LaTeX, at the same places.

        A document needs ``\usepackage{tikz}`` and ``\usepackage{amsmath}``. Its texts are
        LaTeX's own, names such as w₁₂⁽¹⁾ mathematics, and every box is a node to draw from.

        Raises:
            RenderError: there is no layout program, or it failed or took too long.
        """
        from autograd_mini.show.kit import tikz

        return tikz.picture(self.svg)

    def to_mermaid(self) -> str:
        """The picture as a flow chart of Mermaid, which Markdown pages draw, at places of its own.

        Raises:
            RenderError: there is no layout program, or it failed or took too long.
        """
        from autograd_mini.show.kit import mermaid

        return mermaid.chart(self.svg)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file; its suffix says how.

        They are .svg, .png, .pdf, .dot, .tex for TikZ and .mmd for Mermaid.

        The file appears whole or not at all. PDF is set from the SVG by Typst, which ``pip install
        'autograd-mini[pdf]'`` brings; without it, it needs Graphviz's own ``dot``.

        Returns:
            The path.

        Raises:
            ValueError: the suffix is another.
            RenderError: no layout program could make the image.
            OSError: the file cannot be written; the message says why and where.
        """
        forms: Forms = {
            ".svg": lambda: self.svg,
            ".png": lambda: self._image("png"),
            ".pdf": lambda: self._image("pdf"),
            ".dot": lambda: self.dot,
            ".tex": self.to_tikz,
            ".mmd": self.to_mermaid,
        }
        advice = f"the ending says what to write: {', '.join(forms)}"
        return save_as(path, "Drawing.save", forms, advice)

    def _image(self, form: str) -> bytes:
        if form not in self._images:
            self._images[form] = self._made(form)
        return self._images[form]

    def _made(self, form: str) -> bytes:
        from autograd_mini.show.kit import typeset
        from autograd_mini.show.layout_program import render

        if form == "pdf" and typeset.is_installed():
            return typeset.picture(self.svg)
        return render(self.dot, form, self.program, self.timeout)

    def __repr__(self) -> str:
        boxes, arrows = self._size
        return f"<Drawing: {boxes} boxes, {arrows} arrows>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: SVG, PNG for pages that strip SVG, and DOT where neither works."""
        forms = {
            "image/svg+xml": lambda: self.svg,
            "image/png": lambda: encoded(self._image("png")),
        }
        try:
            return bundle(repr(self), forms, include, exclude)
        except RenderError as error:
            told = {"text/plain": f"{error}\n\n{self.dot}"}
            if "image/png" in (exclude or ()):
                return told
            found = self._repr_mimebundle_(include, ["image/png", *(exclude or ())])
            return found if "image/svg+xml" in found else told  # in a browser there is SVG alone


def bundle(
    plain: str,
    forms: Mapping[str, Callable[[], str]],
    include: Iterable[str] | None,
    exclude: Iterable[str] | None,
) -> dict[str, str]:
    """What a notebook shows: plain text, and of the other forms those that are wanted.

    >>> bundle("x", {"text/html": lambda: "<i>x</i>"}, None, ["text/html"])
    {'text/plain': 'x'}
    """
    wanted = set(forms if include is None else include) - set(exclude or ())
    return {"text/plain": plain} | {form: forms[form]() for form in forms if form in wanted}


def encoded(image: bytes) -> str:
    """An image as text, as notebooks keep it."""
    import base64

    return base64.b64encode(image).decode("ascii")


def save_as(path: object, who: str, forms: Forms, advice: str) -> Path:
    """Write one of several forms to a file, whole or not at all; its ending says which.

    Args:
        path: of the file.
        who: is named when it fails.
        forms: by their endings, what makes the content.
        advice: which endings there are, for the message about another.
    """
    from autograd_mini.files import place, write_atomically

    target = place(path, who)
    if target.suffix.lower() not in forms:
        raise ValueError(f"{who}: {shown(str(target))} ends with {shown(target.suffix)}; {advice}")
    content = forms[target.suffix.lower()]()
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    try:
        write_atomically(target, data)
    except OSError as error:
        folder = target.parent
        remedy = "make the folder first" if not folder.exists() else "choose another place"
        raise OSError(
            error.errno, f"{who} cannot write there ({error.strerror}); {remedy}", str(target)
        ) from None
    return target
