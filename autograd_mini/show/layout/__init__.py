"""Where everything in a picture stands: boxes in columns, frames around them, arrows between.

The method is that of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical
system structures", IEEE Transactions on Systems, Man, and Cybernetics 11, 1981): columns, an order
in each, then places. What a frame holds is laid out by itself and stands in its surroundings as one
box.
"""

from autograd_mini.show.layout.layout import Layout, Rectangle, Route, layout

__all__ = ["Layout", "Rectangle", "Route", "layout"]
