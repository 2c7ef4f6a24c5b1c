"""Seeing a graph: pictures, the passes one step at a time, and the chain rule written out.

Vocabulary: a *picture* (:mod:`~autograd_mini.show.picture`) says what is drawn, free of any file
format; a *drawing* (:mod:`~autograd_mini.show.drawing`) is what ``draw`` returns; a *walk*
(:mod:`~autograd_mini.show.walk.walked`) goes through the passes; an *explanation*
(:mod:`~autograd_mini.show.explain`) lists the paths from an output to an input.
"""

from autograd_mini.show.draw.views import draw
from autograd_mini.show.drawing import Drawing
from autograd_mini.show.explain import Explanation, MatrixExplanation, explain
from autograd_mini.show.kit.handout import Handout
from autograd_mini.show.kit.slides import Slides
from autograd_mini.show.walk.pitfalls import Lesson, without_zero_grad, wrong_way_round
from autograd_mini.show.walk.walked import Walk, walk

__all__ = [
    "Drawing",
    "Explanation",
    "Handout",
    "Lesson",
    "MatrixExplanation",
    "Slides",
    "Walk",
    "draw",
    "explain",
    "walk",
    "without_zero_grad",
    "wrong_way_round",
]
