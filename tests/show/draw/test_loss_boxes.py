"""A loss is one box: its name, formula and derivative, and on its arrow what `backward()` finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, draw, losses
from autograd_mini.graph import Tag
from autograd_mini.numbers import significant
from autograd_mini.show.draw import expanded
from autograd_mini.show.draw.options import Options

short = significant(4)
CASES: dict[str, tuple[Callable[..., Any], float, Callable[[float, float], float]]] = {
    "squared error": (losses.squared_error, 1.0, lambda p, y: 2 * (p - y)),
    "binary cross-entropy": (
        losses.binary_cross_entropy,
        1.0,
        lambda p, y: (p - y) / (p * (1 - p)),
    ),
    "hinge loss": (losses.hinge, -1.0, lambda p, y: -y if 1 - y * p > 0 else 0.0),
}
"""Each loss with a target, and its derivative as its box says it."""


def picture(root: Value, **options: Any) -> Any:
    return expanded.picture([root], Options(**options))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("number", [0.25, 0.9])
def test_a_loss_is_one_box_with_its_derivative(name: str, number: float) -> None:
    loss, target, formula = CASES[name]
    p = Value(number, "p")
    made = loss(p, target)
    made.backward()
    drawn = picture(made)
    assert len(drawn.boxes) == 3
    assert drawn.boxes[-1].lines[0] == name
    assert [arrow.text for arrow in drawn.arrows] == [short(p.grad), ""]
    assert p.grad == pytest.approx(formula(number, target))


def test_the_loss_of_a_logit() -> None:
    z = Value(0.75, "z")
    made = losses.binary_cross_entropy_with_logits(z, 0.0)
    made.backward()
    drawn = picture(made)
    assert drawn.boxes[-1].lines[3] == "∂/∂z = σ(z) − y"
    assert drawn.arrows[0].text == short(z.grad)


def test_a_target_that_is_a_value_has_its_derivative_too() -> None:
    p, y = Value(0.3, "p"), Value(0.5, Tag("y", role="target"))
    made = losses.binary_cross_entropy(p, y)
    made.backward()
    assert [arrow.text for arrow in picture(made).arrows] == [short(p.grad), short(y.grad)]


@pytest.mark.parametrize("view", ["expanded", "compact"])
def test_it_can_be_opened_and_then_reads_as_it_is_written(view: str) -> None:
    p = Value(0.3, "p")
    one, two = losses.binary_cross_entropy(p, 1.0), losses.binary_cross_entropy(p, 0.0)
    dot = draw(one + two, view=view, open_loss=one).dot
    assert dot.count("binary cross-entropy") == 1
    assert "y · log p" in dot
    assert "(1 − y) · log (1 − p)" in dot
    assert "binary cross-entropy" not in draw(one + two, view=view, open_loss=True).dot


def test_what_is_used_outside_keeps_its_box() -> None:
    p = Value(0.3, "p")
    made = losses.squared_error(p, 1.0)
    difference = made.operands[0]
    assert len(picture(made + difference).boxes) == len(
        picture(made + difference, open_loss=True).boxes
    )


def test_a_square_of_a_difference_is_no_loss_without_a_target() -> None:
    a, b = Value(3.0, "a"), Value(4.0, "b")
    assert len(picture((a - b) ** 2).boxes) == 5


def test_a_path_leads_through_the_box() -> None:
    p = Value(0.3, "p")
    made = losses.binary_cross_entropy(p * 2.0, 1.0)
    made.backward()
    assert draw(made, path=[p, made.operands[1].operands[1], made]).dot.count("penwidth") >= 3
