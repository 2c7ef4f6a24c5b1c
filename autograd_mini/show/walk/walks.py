"""``walk``: the forward pass and the backward pass of a graph, one step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.show.expansion import opened
from autograd_mini.show.palette import THEMES
from autograd_mini.show.walk import steps
from autograd_mini.show.walk.chapters import LEVELS, recorded
from autograd_mini.show.walk.sheet import VIEWS
from autograd_mini.show.walk.walked import Walk

if TYPE_CHECKING:
    from autograd_mini.show.layout_program import Program
    from autograd_mini.value import Value


def walk(
    root: Value,
    *,
    digits: int = 4,
    title: str = "",
    view: str = "auto",
    by: str = "auto",
    open_affine: bool = False,
    theme: str | None = None,
    max_steps: int = 1000,
    program: Program = None,
    timeout: float = 30.0,
) -> Walk:
    """The forward and the backward pass that lead to ``root`` and back, one step at a time.

    Every backward step is one factor of the chain rule: the local derivative of a node with
    respect to one operand, times the gradient that comes in, is the contribution to the operand's
    gradient, which is the sum of all of them.

    The walk makes its own pass: ``.grad`` is neither read nor written. Its numbers are those of
    ``backward()`` to the last bit. Nodes without a label are called v₁, v₂, …

    Args:
        root: the output.
        digits: how many significant digits numbers get.
        title: what the page is called; left out, the output's name.
        view: the picture: "expanded", "compact" or "network", as of :func:`autograd_mini.draw`;
            "auto" takes the compact one where there are neurons and more than 150 steps.
        by: what one step of the walk is: "step" for one operation or one contribution, "neuron" or
            "layer" for all that happens in one of them; "auto" takes neurons in the compact and
            the network view. The page can change it, and opens a neuron into its steps.
        open_affine: whether w₁x₁ + … + wₙxₙ + b, which the engine keeps as one node, is walked
            through as its products and its sum, each with a gradient of its own.
        theme: the colours of the page and of a strip, such as "light" or "dark"; left out, a
            page has those of the reader's system and a strip is light.
        max_steps: a graph that takes more is refused, since nobody would walk it.
        program: the layout program for the picture, as for :func:`autograd_mini.draw`.
        timeout: how many seconds the picture's layout may take.

    Raises:
        TypeError: ``root`` is no Value.
        ValueError: the graph takes more steps, a number is out of range, or there is no such
            theme.
        StaleGraphError: a leaf was changed after a node had used it.
        AutogradError: ``root`` is a constant.

    >>> from autograd_mini import Value
    >>> from autograd_mini.show import walk
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> lesson = walk(w * x)
    >>> lesson
    <Walk: 6 steps over 3 nodes>
    >>> print(lesson.text(3))
    Step 4 of 6 · Backward: from v₁ to w
        incoming gradient  ∂v₁/∂v₁ = 1
        local derivative   ∂v₁/∂w = x = 3
        contribution       ∂v₁/∂v₁ · ∂v₁/∂w = 1 · 3 = 3
        running total      ∂v₁/∂w = 3 (only contribution)
    """
    digits = given.digits(digits, "walk")
    title = given.text(title, "walk", "title")
    max_steps = given.above_0(max_steps, "walk", "max_steps")
    timeout = given.above_0(timeout, "walk", "timeout")
    view = given.choice(view, "walk", "view", ("auto", *VIEWS))
    by = given.choice(by, "walk", "by", ("auto", *LEVELS))
    colours = None if theme is None else THEMES[given.choice(theme, "walk", "theme", THEMES)]
    if open_affine and hasattr(root, "operands"):
        root = opened(root)[root]
    needed = steps.count(root) if hasattr(root, "operands") else 0
    if needed > max_steps:
        raise ValueError(
            f"walk: this graph takes {needed:,} steps, more than max_steps={max_steps:,}; walk a "
            "part of it (a node inside as the root), allow more with max_steps=, or look at it as "
            "a whole with draw(root)"
        )
    recorder = recorded(root)
    return Walk(recorder, digits, title, "", colours, program, timeout, view, by)
