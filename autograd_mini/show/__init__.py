"""Seeing a graph: pictures of it as DOT, SVG, PNG and PDF.

Vocabulary: a *picture* (:mod:`~autograd_mini.show.picture`) says what is drawn, free of any file
format; a *drawing* (:mod:`~autograd_mini.show.drawing`) is what ``draw`` returns.
"""

from autograd_mini.show.drawing import Drawing
from autograd_mini.show.views import draw

__all__ = ["Drawing", "draw"]
