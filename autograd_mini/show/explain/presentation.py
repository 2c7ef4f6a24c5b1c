"""What all explanations have in common: one board, shown in several formats."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from autograd_mini.show.explain import terminal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.show.explain.board import Board


class Presentation:
    """A board that can be printed, typeset, and shown in a notebook.

    It is a snapshot: what happens to the graph afterwards does not change it.
    """

    _board: Board

    @cached_property
    def text(self) -> str:
        """Plain Unicode, aligned for a terminal; layers are raised as ⁽ˡ⁾."""
        return terminal.to_text(self._board)

    @cached_property
    def latex(self) -> str:
        r"""LaTeX for the body of a document that says ``\\usepackage{amsmath}``.

        Layers are raised as [l]. Characters that LaTeX's default fonts lack are shown by their
        numbers, as ⟨U+6F22⟩.
        """
        from autograd_mini.show.explain.latex import to_latex

        return to_latex(self._board)

    @cached_property
    def mathml(self) -> str:
        """One MathML element, which browsers show without help; well-formed XML too."""
        from autograd_mini.show.explain.mathml import to_mathml

        return to_mathml(self._board)

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
