"""The numbers that the slides print, and the claims that the lessons make about them."""

from __future__ import annotations

import ast
import inspect
import math

import numpy as np
import pytest

from autograd_mini import losses, ops
from autograd_mini.lessons.slides import (
    activations,
    chain_rule,
    classroom,
    collapse,
    cost,
    descent,
    forward,
    learning,
    logistic,
    networks,
    regression,
    shallow,
    surface,
    worked,
)


def test_the_first_picture_is_read_from_its_derivatives() -> None:
    lesson = learning.reading(w=2.5, x=4.0, b=-1.0)
    assert lesson["z"] == 9.0
    assert (lesson["∂z/∂w"], lesson["∂z/∂x"], lesson["∂z/∂b"]) == (4.0, 2.5, 1.0)


def test_the_line_misses_the_data_as_numpy_says() -> None:
    lesson = learning.approximation(theta0=0.5, theta1=1.75)
    x, y = np.array(learning.POINTS).T
    miss = y - (0.5 + 1.75 * x)
    assert lesson.column("y − f̂(x)") == pytest.approx(list(miss), rel=1e-14)
    assert lesson["MSE"] == pytest.approx(np.mean(miss**2), rel=1e-14)
    assert lesson["∂MSE/∂θ₀"] == pytest.approx(-2.0 * np.mean(miss), rel=1e-13)
    assert lesson["∂MSE/∂θ₁"] == pytest.approx(-2.0 * np.mean(miss * x), rel=1e-13)


def test_the_two_tables_of_a_data_set_hold_the_same_numbers() -> None:
    lesson = learning.dataset(houses=((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), prices=(7.0, 8.0))
    on_the_slide, in_code = lesson.tables
    columns = np.array([row[1:] for row in on_the_slide.rows])
    rows = np.array([row[1:-1] for row in in_code.rows])
    assert columns.shape == (lesson["n"], lesson["m"]) == (3, 2)
    assert np.array_equal(columns.T, rows)
    assert [row[-1] for row in in_code.rows] == [7.0, 8.0]


def test_a_neuron_is_silent_below_its_threshold() -> None:
    for b in (-0.3, -0.2, 0.3):
        z = 0.8 * 1.5 - 0.5 * 2.0 + b
        lesson = shallow.neuron(w=(0.8, -0.5), a=(1.5, 2.0), b=b)
        assert lesson["z"] == pytest.approx(z, rel=1e-14, abs=1e-15)
        assert lesson["a"] == max(0.0, lesson["z"])


def test_a_line_in_one_and_in_many_dimensions() -> None:
    assert regression.one_dimensional(m=2.0, x=3.0, b=1.0)["y"] == 7.0
    lesson = regression.many_dimensional()
    assert lesson["y"] == lesson["y of nn.LinearRegression"] == 2.5
    assert lesson["∂y/∂w₁"] == 4.0


def test_the_fitted_line_is_the_one_of_least_squares() -> None:
    points = learning.POINTS
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
        (x - mean_x) ** 2 for x, _ in points
    )
    lesson = regression.fitted_line()
    assert lesson["m"] == pytest.approx(slope, abs=1e-5)
    assert lesson["b"] == pytest.approx(mean_y - slope * mean_x, abs=1e-5)


def test_the_house_price_uses_the_slides_features() -> None:
    lesson = regression.house_price()
    assert lesson.formulas == ("z = 5w₁ + 3w₂ + 3000w₃ + b",)
    assert [lesson[f"∂z/∂w{k}"] for k in "₁₂₃"] == [5.0, 3.0, 3000.0]
    w1, w2, w3 = 1.0, 2.0, 4.0
    assert regression.house_price(w=(w1, w2, w3), b=7.0)["z"] == 5 * w1 + 3 * w2 + 3000 * w3 + 7.0


def test_scaling_keeps_the_price_and_tames_the_gradient() -> None:
    lesson = regression.scaling()
    raw, scaled = lesson.column("∂L/∂w"), lesson.column("∂L/∂w, scaled")
    assert raw[2] == 600 * float(raw[0])
    assert scaled[2] == scaled[1]
    assert lesson["z"] == lesson["z of scaled features"]
    assert abs(lesson["z after one step"] - 450.0) > 1e6
    assert abs(lesson["z after one step, scaled"] - 450.0) < 10.0


def test_logistic_regression_in_three_steps() -> None:
    z = 0.8 * 1.5 - 0.5 * 2.0 + 0.3
    assert logistic.combination()["z"] == pytest.approx(z, rel=1e-15)
    assert logistic.activation()["ŷ"] == pytest.approx(1.0 / (1.0 + math.exp(-z)), rel=1e-15)
    lesson = logistic.difference()
    assert lesson["L(a, y)"] == 1.0 - logistic.activation()["ŷ"]


def test_the_difference_falls_with_a_whatever_y_is_and_losses_do_not() -> None:
    signs = {
        (row[0], row[1]): math.copysign(1.0, float(row[3]))
        for row in logistic.difference().tables[0].rows
    }
    assert signs["difference y − a", 1.0] == signs["difference y − a", 0.0] == -1.0
    for loss in ("squared error (a − y)²", "binary cross-entropy"):
        assert (signs[loss, 1.0], signs[loss, 0.0]) == (-1.0, 1.0)


def test_the_house_of_slide_6_is_the_one_that_is_afforded() -> None:
    lesson = logistic.afford()
    assert lesson["price"] == regression.house_price()["z"]
    assert 0.5 < lesson["ŷ"] < 1.0
    assert logistic.afford(budget=400.0)["ŷ"] < 0.5
    assert "cannot afford" in logistic.afford(budget=400.0).text[1]


def test_one_regression_several_and_one_on_top() -> None:
    one = networks.single()
    assert one["a, expanded"] == pytest.approx(one["a, compact"], rel=1e-15)
    several, stacked = networks.several(), networks.stacked()
    names = ["a₁", "a₂", "a₃"]
    assert [several[a] for a in names] == [stacked[a] for a in names]
    w, b = networks.ON_TOP
    z = sum(w_k * stacked[a] for w_k, a in zip(w, names, strict=True)) + b
    assert stacked["ŷ"] == pytest.approx(1.0 / (1.0 + math.exp(-z)), rel=1e-15)


def test_the_network_for_going_to_class_is_3_4_1() -> None:
    lesson = shallow.going_to_class()
    assert shallow.layers()["parameters"] == lesson["parameters"] == 3 * 4 + 4 + 4 + 1
    assert f"{lesson['ŷ']:.6f}" == "0.450000"
    hidden = [max(0.0, np.dot(w, classroom.X) + b) for w, b in classroom.PARAMETERS.hidden]
    w, b = classroom.PARAMETERS.output
    assert lesson["ŷ"] == pytest.approx(1.0 / (1.0 + np.exp(-(np.dot(w, hidden) + b))), rel=1e-14)


def test_one_training_step_lowers_the_cost() -> None:
    lesson = shallow.three_steps()
    assert lesson["J after"] < lesson["J"]
    assert lesson["ŷ after"] > lesson["ŷ"]


def test_the_ranges_of_the_activations() -> None:
    """Slide 19, corrected: ReLU's outputs are non-negative, 0 included."""
    lesson = activations.activations(zs=(-30.0, -1.0, 0.0, 1.0, 30.0))
    sigmoid, tanh, relu = (lesson.column(f"{f}(z)") for f in ("σ", "tanh", "ReLU"))
    assert all(0.0 < a < 1.0 for a in map(float, sigmoid))
    assert all(-1.0 <= a <= 1.0 for a in map(float, tanh))
    assert all(a >= 0.0 for a in map(float, relu))
    assert 0.0 in relu
    assert lesson.column("ReLU′(z)") == [0.0, 0.0, 0.0, 1.0, 1.0]


def test_linear_layers_collapse() -> None:
    lesson = collapse.collapse(w1=1.7, b1=-0.3, w2=2.9, b2=0.4, x=1.3)
    assert lesson["w₂w₁"] == 2.9 * 1.7
    assert lesson["w₂b₁ + b₂"] == 2.9 * -0.3 + 0.4
    assert lesson["∂a₂/∂x"] == lesson["w₂w₁"]
    assert lesson["a₂"] == pytest.approx(lesson["wx + b"], rel=1e-15)
    for two, one in zip(lesson.column("a₂"), lesson.column("wx + b"), strict=True):
        assert float(two) == pytest.approx(float(one), rel=1e-14)


def test_the_three_loops_agree_with_the_network() -> None:
    lesson = forward.loops()
    loops, network = lesson.column("ŷ, three loops"), lesson.column("ŷ, nn.MLP")
    assert [float(y) for y in loops] == pytest.approx([float(y) for y in network], rel=1e-15)
    assert lesson["J"] == pytest.approx(sum(map(float, lesson.column("L(ŷ, y)"))), rel=1e-15)


def test_the_cost_is_the_sum_of_m_losses() -> None:
    lesson = cost.computing()
    losses_ = [float(loss) for loss in lesson.column("L(ŷ, y)")]
    assert lesson["J"] == pytest.approx(sum(losses_), rel=1e-15)
    assert lesson["m"] == len(losses_)
    assert lesson["terms from i = 0 to m"] == lesson["m"] + 1
    assert descent.cost_again()["J"] == lesson["J"]


def test_the_example_costs() -> None:
    lesson = cost.examples(y_hat=0.25)
    assert lesson["MSE"] == pytest.approx((0.5**2 + 0.5**2 + 0.0) / 3.0, rel=1e-15)
    assert lesson["cross-entropy"] == pytest.approx(-math.log(0.7), rel=1e-15)
    assert lesson["binary cross-entropy"] == pytest.approx(-math.log(0.25), rel=1e-15)


def test_the_first_hidden_neuron_is_0_6986_and_the_slide_rounds_it() -> None:
    lesson = worked.first_neuron()
    assert lesson["z₁⁽¹⁾"] == pytest.approx(0.5 * 0.4 + 0.1 * 2 + 0.0058 * 17 + 0.2, rel=1e-15)
    assert lesson["a₁⁽¹⁾"] == lesson["z₁⁽¹⁾"]
    assert "0.6986" in lesson.slips[0]


def test_the_prediction_and_the_loss_are_what_the_slide_prints() -> None:
    lesson = worked.prediction_and_loss()
    assert lesson["L(ŷ, y)"] == pytest.approx(-math.log(lesson["ŷ"]), rel=1e-15)
    assert f"{losses.binary_cross_entropy(0.45, 1):.6f}" == "0.798508"
    assert worked.output_sum()["z₁⁽²⁾"] == lesson["z₁⁽²⁾"]
    assert ops.sigmoid(lesson["z₁⁽²⁾"]) == lesson["ŷ"]


@pytest.mark.parametrize("module", [worked, classroom, cost, shallow, descent, chain_rule])
def test_the_prediction_is_typed_nowhere(module: object) -> None:
    """0.45 stands in the text of the fault it names and in doctests, never as a number."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    numbers = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert 0.45 not in numbers
    assert 0.2 in numbers or module is not classroom  # the numbers are looked at


def test_the_decision_asks_about_the_prediction() -> None:
    lesson = worked.decision()
    assert lesson.formulas[0] == "if ŷ > 0.5: goto_class()"
    assert "skip()" in lesson.text[0]
    sure = worked.decision(threshold=0.4)
    assert "goto_class()" in sure.text[0]
    assert "That was right" in sure.text[1]
    assert "That was a mistake" in lesson.text[1]


def test_gradient_descent_follows_the_rule() -> None:
    lesson = descent.rule()
    assert lesson["θ at the end"] == lesson["θ by optim.SGD"]
    thetas = [float(t) for t in lesson.column("θ")]
    moves = [float(m) for m in lesson.column("−α ∂J/∂θ")]
    for theta, move, after in zip(thetas[:-1], moves[:-1], thetas[1:], strict=True):
        assert after == pytest.approx(theta + move, rel=1e-15)
    costs = [float(J) for J in lesson.column("J(θ)")]
    assert costs == sorted(costs, reverse=True)


def test_the_slope_points_to_the_minimum_and_does_not_reach_it() -> None:
    lesson = descent.learning_the_weights()
    assert lesson["∂J/∂θ"] < 0 < lesson["θ at the minimum"] - -0.5
    bottom = descent.lowest_point(cost.POINTS)
    here, left, right = (
        cost.valley(theta=theta)["J(θ)"] for theta in (bottom, bottom - 0.01, bottom + 0.01)
    )
    assert here < min(left, right)
    assert abs(cost.valley(theta=bottom)["∂J/∂θ"]) < 1e-9


def test_no_step_of_that_length_goes_lower_than_the_one_against_the_gradient() -> None:
    lesson = surface.steepest()
    costs = [float(J) for J in lesson.column("J after it")]
    assert costs[0] == min(costs)
    assert costs[0] == pytest.approx(lesson["J after one step"], rel=1e-12)
    assert lesson["J after 40 steps"] < lesson["J after one step"] < lesson["J(θ)"]


def test_every_slope_agrees_with_what_is_measured() -> None:
    lesson = descent.each_slope()
    assert lesson["parameters"] == 21
    backward, measured = lesson.column("backward()"), lesson.column("measured")
    assert [float(g) for g in backward] == pytest.approx(
        [float(m) for m in measured], rel=1e-7, abs=1e-9
    )
    assert max(abs(float(g)) for g in backward) > 1.0


def test_training_the_network_lowers_the_cost_and_gets_all_samples_right() -> None:
    lesson = descent.network_descent()
    assert lesson["J after"] < 0.7 * lesson["J before"]
    for y, after in zip(lesson.column("y"), lesson.column("ŷ after"), strict=True):
        assert (float(after) > 0.5) == (y == 1.0)


def test_parameters_are_changed_by_a_step_except_those_of_a_silent_neuron() -> None:
    lesson = descent.parameters_and_hyperparameters()
    assert lesson["parameters"] - lesson["changed by one step"] == 4 + 1


def test_the_lessons_words_follow_their_numbers() -> None:
    assert "shrink by themselves" in descent.rule().text[1]
    assert "too large" in descent.rule(alpha=5.0).text[1]
    told = regression.scaling(units=(1, 1, 100)).text[2]
    assert "the gradient of w₃ is 6 times that of w₁" in told
