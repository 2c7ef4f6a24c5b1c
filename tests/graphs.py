"""Random expression graphs with re-used nodes, for property tests.

A *recipe* is a list of steps; each step names an operation and the places of its operands among
the Values made so far, so one recipe can be built again and again, and in other engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from autograd_mini import Value, ops

UNARY = ("neg", "tanh", "sigmoid", "sin", "exp", "relu", "softplus", "abs")
BINARY = ("add", "mul", "sub", "div", "hypot", "maximum", "logaddexp")
NARY = ("sum", "max", "affine")

CHOICES = ("where", "where", "maximum", "minimum", "max", "relu", "step", "sign", "greater")
SINGULAR = ("sqrt", "log", "recip", "exp", "div", "atan2", "affine", "add", "sub", "mul")
CORNERS = (0.0, -0.0, 1.0, -1.0, 2.0, 800.0, float("inf"))
"""Rows that choose, rows whose slopes are infinite somewhere, and the numbers where that is."""

Step = tuple[str, tuple[int, ...], float]


def choosing_recipes() -> st.SearchStrategy[tuple[list[float], list[Step]]]:
    """Recipes in which choices stand above and below poles, at ties and at jumps."""
    return recipes(rows=CHOICES * 2 + SINGULAR, number=st.sampled_from(CORNERS))


@st.composite
def recipes(
    draw: st.DrawFn,
    most: int = 25,
    leaves: int = 4,
    rows: Sequence[str] = UNARY + BINARY * 2 + NARY,
    number: st.SearchStrategy[float] = st.floats(-2.0, 2.0),  # noqa: B008 (it holds no state)
) -> tuple[list[float], list[Step]]:
    """Leaf numbers and steps over them; some operands are plain numbers (place -1)."""
    numbers = draw(st.lists(number, min_size=1, max_size=leaves))
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, most))):
        place = st.integers(0, len(numbers) + len(steps) - 1)
        name = draw(st.sampled_from(rows))
        arity = ops.TABLE[name].arity
        if arity == 1:
            places: tuple[int, ...] = (draw(place),)
        elif arity == 2:
            places = (draw(place), draw(st.one_of(place, st.just(-1))))
            places = places[::-1] if draw(st.booleans()) else places
        elif arity == 3:
            places = (draw(st.one_of(place, st.just(-1))), draw(place), draw(place))
        else:
            pairs = draw(st.integers(1, 3))
            places = tuple(draw(place) for _ in range(2 * pairs + 1))
        steps.append((name, places, draw(st.floats(0.25, 2.0))))
    return numbers, steps


def build(
    recipe: tuple[list[float], list[Step]],
    leaf: Callable[[float], Any] = Value,
    call: Callable[[str, Sequence[Any]], Any] | None = None,
) -> tuple[list[Any], Any]:
    """The leaves and the root, which is the sum of the last three Values."""
    numbers, steps = recipe
    apply = call or applied
    made = [leaf(number) for number in numbers]
    for name, places, constant in steps:
        made.append(apply(name, [constant if i < 0 else made[i] for i in places]))
    root = made[-1]
    for other in made[-3:-1]:
        root = apply("add", [root, other])
    return made[: len(numbers)], root


def applied(name: str, operands: Sequence[Any]) -> Any:
    """Apply a row of the table to operands in its own calling convention."""
    row: Any = ops.TABLE[name]
    if name == "affine":
        return row(operands[0:-1:2], operands[1::2], operands[-1])
    if name == "add":
        return operands[0] + operands[1]
    if name == "mul":
        return operands[0] * operands[1]
    return row(list(operands)) if row.arity is None else row(*operands)
