"""What the hidden answers of the notebooks say in numbers, computed."""

from __future__ import annotations

import math

import pytest

from autograd_mini import Value, data, losses, optim
from autograd_mini.data.sets import worth_it
from autograd_mini.lessons.slides import classroom, cost, descent, learning, regression, xor
from tests.notebooks import SOURCES


def said(number: str, words: str) -> bool:
    """Whether a notebook says so, wherever its lines break."""
    (source,) = [path for path in SOURCES if path.name.startswith(number)]
    return words in " ".join(source.read_text(encoding="utf-8").replace("\n#", " ").split())


def test_the_mean_squared_error_falls_and_rises_again() -> None:
    errors = [learning.approximation(theta0=theta0)["MSE"] for theta0 in (1.0, 1.05, 1.2)]
    assert errors == pytest.approx([0.075, 0.0725, 0.095], rel=1e-12)
    assert said(
        "01", "With `theta0=1.05` it falls from 0.075 to 0.0725. With `theta0=1.2` it is higher"
    )


def test_the_step_of_badly_scaled_features() -> None:
    before, target = 495.0, 450.0
    after = regression.scaling(units=(1, 1, 100))["z after one step, scaled"]
    assert (after - target) / (before - target) == pytest.approx(-17.7, abs=1e-9)
    assert said("02", "which is −17.7 for $α = 0.01$")


def test_the_sigmoid_reaches_0_99() -> None:
    assert Value(4.595).sigmoid().data == pytest.approx(0.99, abs=1e-5)
    assert said("03", "so $z = 4.595$")


def test_ten_slopes_of_the_sigmoid() -> None:
    assert abs(1e6 * 0.25**10 - 1.0) < 0.05
    assert said("06", "about one millionth")


def test_two_hidden_neurons_and_the_gates() -> None:
    assert xor.two_layers(width=2, seed=9)["right answers"] < 4
    assert said("06", "try `width=2, seed=9`")
    assert xor.linear_model(targets=(0, 0, 0, 1))["right answers"] == 4
    assert said("06", "With `targets=(0, 0, 0, 1)`, which is AND, it succeeds")


def test_sure_and_right_or_sure_and_wrong() -> None:
    assert -math.log(0.99) == pytest.approx(0.01, abs=1e-4)
    assert -math.log(0.01) == pytest.approx(4.6, abs=0.01)
    assert said("09", r"$-\log 0.99 = 0.01$ and $-\log 0.01 = 4.6$")


@pytest.mark.parametrize(("zeroed", "ends"), [(True, "0.92"), (False, "3.14")])
def test_gradients_that_are_not_set_to_zero(zeroed: bool, ends: str) -> None:
    theta = Value(-0.5, "θ")
    optimizer = optim.SGD([theta], lr=0.4)
    for _ in range(3):
        J = cost.valley_cost(theta, cost.POINTS)
        if zeroed:
            optimizer.zero_grad()
        J.backward()
        optimizer.step()
    assert f"{theta.data:.2f}" == ends
    assert said("10", "after three steps $θ$ is at 3.14 instead of 0.92; the minimum is at 0.97")
    assert f"{descent.lowest_point(cost.POINTS):.2f}" == "0.97"


def test_the_rule_itself_is_not_always_right() -> None:
    import random

    days = data.going_to_class(200, rng=random.Random(0))
    right = sum((worth_it(*x) > 0.0) == (y == 1) for x, y in days)
    assert right / len(days) == 0.875
    assert said("13", "is right on 87.5 % of these 200 days")


def test_why_one_parameter_is_the_steepest() -> None:
    model = classroom.network()
    losses.binary_cross_entropy(model([*classroom.X]), 1.0).backward()
    steepest = max(model.parameters(), key=lambda p: abs(p.grad))
    hidden, output = model.layers
    of_days = [neuron.w[2] for neuron in hidden.neurons]
    assert steepest is of_days[2]
    y_hat, ways = model([*classroom.X]).data, [w.data for w in output.neurons[0].w]
    assert steepest.grad == pytest.approx((y_hat - 1.0) * ways[2] * 17.0)
    assert classroom.X[2] == 17.0 == max(classroom.X)
    silent = [i for i, w in enumerate(of_days) if w.grad == 0.0]
    rest = sorted(abs(way) for i, way in enumerate(ways) if i not in silent)
    assert (silent, rest) == ([3], [0.265, 0.36, 0.8])
    assert said("05", "One of them belongs to a silent neuron, and of the other three")
    assert said("05", "= 0.8$ is the largest factor on the way back (0.265 and 0.36 are the")


def test_what_a_silent_neuron_keeps() -> None:
    """Which parameters do not move, and that a large change of one moves the cost."""
    model = classroom.network()
    losses.binary_cross_entropy(model([*classroom.X]), 1.0).backward()
    still = [p for p in model.parameters() if p.grad == 0.0]
    neuron, out = model.layers[0].neurons[3], model.layers[1].neurons[0].w[3]
    assert {*still} == {*neuron.w, neuron.b, out}
    said_of_it = descent.parameters_and_hyperparameters().text[1]
    assert f"changed {21 - len(still)} of the 21" in said_of_it
    assert all(label in said_of_it for label in (neuron.b.label, out.label))
    assert "no small change of them changes the cost" in said_of_it
    costs = []
    for number in (0.1, 1.1):
        neuron.b.data = number
        costs.append(losses.binary_cross_entropy(model([*classroom.X]), 1.0).data)
    assert f"from 0.1 to 1.1 moves J from {costs[0]:.4f} to {costs[1]:.4f}" in said_of_it
    silent_nowhere = descent.parameters_and_hyperparameters(parameters=classroom.SMALLER)
    assert "silent" not in silent_nowhere.text[1]
