"""``walk``: the forward pass and the backward pass of a graph, one step at a time."""

from autograd_mini.show.walk.walked import Walk, walk

__all__ = ["Walk", "walk"]
