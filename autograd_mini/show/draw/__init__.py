"""``draw``: a picture of a graph, in one of several views."""

from autograd_mini.show.draw.views import draw

__all__ = ["draw"]
