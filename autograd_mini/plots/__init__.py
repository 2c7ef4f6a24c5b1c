"""Plots of what training does, with matplotlib (extra ``plot``).

Vocabulary: every plot is a function that draws into an *Axes* of matplotlib, ``ax``, and returns
it; left out, it is matplotlib's current one. Its ``title`` stands above. Its colours are those of
the *theme*: use :func:`theme`, or any style of your own, around the code that makes the figure.
Without matplotlib each raises an ``ImportError`` that names the extra to install.

>>> from matplotlib.figure import Figure  # or matplotlib.pyplot, which also shows it
>>> from autograd_mini import plots
>>> with plots.theme("dark"):
...     ax = Figure().subplots()
...     plots.activation("tanh", ax=ax) is ax
True
"""

from autograd_mini.plots.course import learning_rate, loss_curve, weights
from autograd_mini.plots.examples import confusion, decision_boundary, images
from autograd_mini.plots.functions import activation, loss_surface
from autograd_mini.plots.themes import theme

__all__ = [
    "activation",
    "confusion",
    "decision_boundary",
    "images",
    "learning_rate",
    "loss_curve",
    "loss_surface",
    "theme",
    "weights",
]
