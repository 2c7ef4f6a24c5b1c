"""A loss is one box: its name, formula and derivative, and on its arrow what `backward()` finds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, draw, losses, ops
from autograd_mini.graph import Tag
from autograd_mini.numbers import significant
from autograd_mini.show.draw import expanded
from autograd_mini.show.draw.options import Options
from tests.show.geometry import Faults, faults, seen

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


def softmax(z: list[float]) -> list[float]:
    powers = [math.exp(x) for x in z]
    return [x / sum(powers) for x in powers]


SCORES = ([0.5, -0.2, 1.0], [2.0, 2.0, 2.0, -1.0], [0.1 * k for k in range(12)])


@pytest.mark.parametrize("numbers", SCORES)
@pytest.mark.parametrize("right", [0, 1, 2])
def test_the_loss_of_classes_is_one_box(numbers: list[float], right: int) -> None:
    z = [Value(x, f"z{k}") for k, x in enumerate(numbers, 1)]
    made = losses.cross_entropy(z, right)
    made.backward()
    drawn = picture(made)
    assert [box.lines[0] for box in drawn.boxes][-1] == "cross-entropy of logits"
    assert drawn.boxes[-1].lines[1:3] == (
        f"−log softmax(z)ₜ, zₜ: z{right + 1}",
        "∂/∂zₖ = softmax(z)ₖ − [k = t]",
    )
    assert len(drawn.boxes) == len(z) + 1
    assert [drawn.nodes[arrow.tail] for arrow in drawn.arrows] == z  # in the order of the classes
    expected = [p - (k == right) for k, p in enumerate(softmax(numbers))]
    assert [x.grad for x in z] == pytest.approx(expected)
    assert [arrow.text for arrow in drawn.arrows] == [short(x.grad) for x in z]
    assert faults(seen(draw(made).svg)) == Faults()


@pytest.mark.parametrize("labels", [("", "", ""), ("cat", "dog", "cow"), ("z3", "z1", "z2")])
def test_classes_whose_order_no_index_tells_have_the_right_one_last(
    labels: tuple[str, ...],
) -> None:
    z = [Value(0.1 * k, label) for k, label in enumerate(labels)]
    drawn = picture(losses.cross_entropy(z, 0))
    assert [drawn.nodes[arrow.tail] for arrow in drawn.arrows] == [z[1], z[2], z[0]]
    assert drawn.boxes[-1].lines[1].endswith(f"zₜ: {labels[0] or 'the last'}")


@pytest.mark.parametrize("right", [0, 2])
def test_the_loss_of_probabilities_of_classes(right: int) -> None:
    p = [Value(x, f"p{k}") for k, x in enumerate((0.2, 0.3, 0.5))]
    made = losses.categorical_cross_entropy(p, [float(k == right) for k in range(3)])
    made.backward()
    drawn = picture(made)
    assert drawn.boxes[-1].lines[:3] == (
        "categorical cross-entropy",
        "−Σ yᵢ log ŷᵢ",
        "∂/∂ŷᵢ = −yᵢ / ŷᵢ",
    )
    assert [x.grad for x in p] == pytest.approx([-(k == right) / x.data for k, x in enumerate(p)])
    assert [arrow.text for arrow in drawn.arrows] == [*(short(x.grad) for x in p), "", "", ""]


def test_losses_of_classes_can_be_opened() -> None:
    z = [Value(0.3 * k, f"z{k}") for k in range(3)]
    one, two = losses.cross_entropy(z, 0), losses.cross_entropy(z, 1)
    probable = losses.categorical_cross_entropy(ops.softmax(z), [0, 0, 1])
    root = one + two + probable
    for view in ("expanded", "compact"):
        assert draw(root, view=view).dot.count("cross-entropy") == 3
        assert draw(root, view=view, open_loss=[one, probable]).dot.count("cross-entropy") == 1
        assert "cross-entropy" not in draw(root, view=view, open_loss=True).dot


def unlike() -> dict[str, Callable[[list[Value]], Value]]:
    """What is nearly the loss of a classifier."""

    def from_two(z: list[Value]) -> Any:
        a, b = z[0] - z[2], z[1] - z[3]
        return shifted(a, b)

    def shifted(a: Value, b: Value, by: object = None) -> Any:
        largest = ops.max([a, b])
        powers = [ops.exp(ops.sub(a, largest)), ops.exp(ops.sub(b, largest if by is None else by))]
        return ops.softplus(ops.add(largest, ops.log(ops.sum(powers))))

    return {
        "two classes": lambda z: losses.cross_entropy(z[:2], 0),
        "two classes subtracted": from_two,
        "another shift": lambda z: shifted(z[0] - z[2], z[1] - z[2], z[3]),
        "one class twice": lambda z: losses.cross_entropy([z[0], z[0], z[1]], 2),
        "no loss": lambda z: ops.softplus(ops.sum(z)),
        "no targets": lambda z: -ops.sum([ops.xlogy(z[0], z[1]), ops.xlogy(z[2], z[3])]),
    }


@pytest.mark.parametrize("name", unlike())
def test_what_only_resembles_a_loss_of_classes_is_none(name: str) -> None:
    root = unlike()[name]([Value(0.5 + k, f"z{k}") for k in range(4)])
    assert len(picture(root).boxes) == len(picture(root, open_loss=True).boxes)


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
