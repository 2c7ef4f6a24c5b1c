"""XOR: the linear classifier fails from every beginning, and two layers learn it from every one."""

from __future__ import annotations

import pytest

from autograd_mini.lessons.slides import xor


@pytest.mark.parametrize("seed", range(10))
def test_the_linear_classifier_ends_near_one_half(seed: int) -> None:
    lesson = xor.linear_model(seed=seed)
    for output in lesson.column("ŷ"):
        assert float(output) == pytest.approx(0.5, abs=0.02)
    assert lesson["right answers"] < 4
    assert lesson["J after"] > 0.999 * lesson["J at one half"]


def test_more_steps_bring_it_nearer_to_one_half() -> None:
    short, long = xor.linear_model(), xor.linear_model(steps=400)
    spread = [
        max(abs(float(output) - 0.5) for output in lesson.column("ŷ")) for lesson in (short, long)
    ]
    assert spread[1] < 1e-3 * spread[0]


def test_the_linear_classifier_learns_what_one_line_can_split() -> None:
    lesson = xor.linear_model(targets=(0.0, 0.0, 0.0, 1.0), steps=2000)
    assert lesson["right answers"] == 4
    assert lesson.column("holds") == ["yes"] * 4
    assert "split by one line" in " ".join(lesson.text)


def test_no_line_of_the_picture_gets_all_four_right() -> None:
    lesson = xor.linear_model()
    assert max(map(float, lesson.column("right answers"))) == 3
    assert [xor.right_of(line, xor.Y) for line in xor.LINES] == lesson.column("right answers")


@pytest.mark.parametrize("w1", [-2.0, -0.1, 0.0, 0.3, 5.0])
@pytest.mark.parametrize("w2", [-2.0, -0.1, 0.0, 0.3, 5.0])
@pytest.mark.parametrize("b", [-2.0, -0.1, 0.0, 0.3, 5.0])
def test_the_four_inequalities_never_hold_together(w1: float, w2: float, b: float) -> None:
    rows = xor.inequalities(w1, w2, b)
    assert "no" in [row[3] for row in rows]
    first, second, third, last = (row[2] for row in rows)
    assert first + last == pytest.approx(second + third, abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_two_layers_get_all_four_right(seed: int) -> None:
    """The lesson says that its settings learned XOR from every beginning that was tried."""
    lesson = xor.two_layers(seed=seed)
    assert lesson["right answers"] == 4
    assert lesson.column("right") == ["yes"] * 4
    assert lesson["J after"] < 0.3


@pytest.mark.parametrize(("seed", "right"), [(8, 4.0), (9, 2.0)])
def test_two_hidden_neurons_sometimes_stop_short(seed: int, right: float) -> None:
    """What the lesson says of a smaller width."""
    assert xor.two_layers(seed=seed, width=2)["right answers"] == right


def test_the_stated_width_is_the_width_used() -> None:
    lesson = xor.two_layers()
    assert lesson.text[0].startswith("3 hidden neurons")
    assert lesson["parameters"] == 3 * 2 + 3 + 3 + 1


def test_progress_is_told_of_every_step() -> None:
    told: list[tuple[int, int]] = []
    xor.two_layers(steps=7, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 7) for done in range(1, 8)]
