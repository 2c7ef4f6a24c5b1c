"""What all explanations have in common: one document, shown in several formats."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from autograd_mini.show.explain.text import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.show.explain.blocks import Document


class Presentation:
    """A document that can be printed, typeset, and shown in a notebook.

    It is a snapshot: what happens to the graph afterwards does not change it.
    """

    _document: Document

    @cached_property
    def text(self) -> str:
        """Plain Unicode, aligned for a terminal; layers are raised as ⁽ˡ⁾."""
        return to_text(self._document)

    @cached_property
    def latex(self) -> str:
        r"""LaTeX for the body of a document that says ``\\usepackage{amsmath}``.

        Layers are raised as [l]. Characters that LaTeX's default fonts lack are shown by their
        numbers, as ⟨U+6F22⟩.
        """
        from autograd_mini.show.explain.latex import to_latex

        return to_latex(self._document)

    @cached_property
    def mathml(self) -> str:
        """One MathML element, which browsers show without help; well-formed XML too."""
        from autograd_mini.show.explain.mathml import to_mathml

        return to_mathml(self._document)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x: auto; text-align: left">{self.mathml}</div>'

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: MathML in HTML, and text where that is stripped."""
        wanted = {"text/html", "text/plain"}
        wanted &= set(include) if include is not None else wanted
        wanted -= set(exclude or ())
        bundle = {"text/plain": self.text}
        if "text/html" in wanted:
            bundle["text/html"] = self._repr_html_()
        return bundle
