"""Runs, their pictures, what is said of them, and any number of them opened."""

from __future__ import annotations

import base64
import itertools
import json
import math
import random
from collections.abc import Iterator
from typing import Any

import pytest

from autograd_mini import Value, no_grad
from autograd_mini.numbers import equal, short
from autograd_mini.play import answer, learn, wrong
from autograd_mini.play.reading import remarks, sure
from autograd_mini.play.run import NetworkRun, grid
from autograd_mini.play.settings import (
    ACTIVATIONS,
    COSTS,
    DATA,
    FLAWS,
    OPTIMIZERS,
    REACH,
    Settings,
    read,
)
from autograd_mini.training.running import EagerSteps

SMALL = {"layers": [3], "size": 40, "batch": 10, "seed": 3}


@pytest.fixture(autouse=True)
def no_runs_of_others() -> Iterator[None]:
    yield
    learn._runs.clear()


def ask(**question: Any) -> Any:
    found = json.loads(answer(json.dumps({"ask": "learn", "run": "test", **question})))
    assert "error" not in found, found
    return found


def refused(**question: Any) -> str:
    found = json.loads(answer(json.dumps({"ask": "learn", "run": "test", **question})))
    assert list(found) == ["error"]
    return str(found["error"])


def outputs(run: NetworkRun, X: list[list[float]]) -> list[list[float]]:
    """What every neuron gives at every point, node by node."""
    found = []
    with no_grad():
        for x in X:
            values: Any = x
            row: list[float] = []
            for layer in run.model.layers:
                values = layer(values)
                values = values if isinstance(values, list) else [values]
                row += [v.data for v in values]
            found.append(row)
    return [list(column) for column in zip(*found, strict=True)]


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", DATA)
def test_points_lie_in_the_plane_and_in_both_classes(data: str) -> None:
    for noise in (0.0, 0.3):
        train, test = read({"data": data, "noise": noise}).sets()
        assert (len(train), len(test)) == (160, 40)
        assert {*train.Y} == {0.0, 1.0}
        assert all(abs(x) <= REACH for row in [*train.X, *test.X] for x in row)


def test_without_noise_the_classes_are_where_their_rule_says() -> None:
    train, _ = read({"data": "XOR", "noise": 0.0}).sets()
    assert all((x * y > 0) == (label == 1) for (x, y), label in train)
    train, _ = read({"data": "circles", "noise": 0.0}).sets()
    assert all((math.hypot(x, y) < 0.9) == (label == 1) for (x, y), label in train)
    train, test = read({"data": "spiral", "noise": 0.0}).sets()
    for (x, y), label in itertools.chain(train, test):  # on its own arm
        way = math.hypot(x, y) / 1.4
        angle = 2.5 * math.pi * way + math.pi * label
        assert math.hypot(x - 1.4 * way * math.sin(angle), y - 1.4 * way * math.cos(angle)) < 0.01


def test_own_points_are_taken_as_they_are() -> None:
    points = [[0.5, -0.25, 0], [1.0, 1.0, 1], [-1.0, 0.5, 0], [0.1, 0.2, 1], [0.0, 0.0, 1]]
    found = ask(settings={**SMALL, "data": "own", "points": points})
    wanted = {(round((x + REACH) / (2 * REACH), 4), round((REACH - y) / (2 * REACH), 4), c)
              for x, y, c in points}  # fmt: skip
    assert {(x, y, c) for x, y, c, _ in found["points"]} == wanted


WRONG = (
    ({"data": "moon"}, "no data"),
    ({"data": ["moons"]}, "no data"),
    ({"data": "own", "points": [[0, 0, 1]] * 9}, "both classes"),
    ({"data": "own", "points": [[0, 0]]}, "one by one"),
    ({"data": "own", "points": [[0, 9, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]}, "x₂ is a number"),
    ({"layers": [8] * 5}, "at most 4"),
    ({"layers": [0]}, "1 to 8"),
    ({"layers": [9]}, "1 to 8"),
    ({"layers": [2.5]}, "1 to 8"),
    ({"layers": "88"}, "at most 4"),
    ({"activation": "exp"}, "no activation"),
    ({"loss": "x"}, "no loss"),
    ({"optimizer": "x"}, "no optimizer"),
    ({"flaw": "x"}, "no flaw"),
    ({"rate": 1e9}, "α is a number from 0 to 100"),
    ({"rate": True}, "α is a number"),
    ({"size": 10**9}, "number of points"),
    ({"noise": None}, "noise"),
)


@pytest.mark.parametrize(("settings", "reason"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_is_refused(settings: dict[str, Any], reason: str) -> None:
    assert reason in refused(settings=settings)


def test_other_questions_that_make_no_sense_are_refused() -> None:
    assert "1 to 40 characters" in refused(run="")
    assert "1 to 40 characters" in refused(run="x" * 41)
    assert "points a side" in refused(settings=SMALL, side=4000)
    assert "is no number" in refused(settings=SMALL, steps="many")
    for opened in ({}, {"layer": 5}, {"layer": 0, "neuron": 3}, {"layer": True, "neuron": 0}):
        assert "there is no such" in refused(settings=SMALL, open=opened)
    assert "no such weight" in refused(settings=SMALL, open={"layer": 0, "neuron": 0, "weight": 3})


# --- runs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", COSTS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_are_those_of_the_engine_node_by_node(loss: str, optimizer: str) -> None:
    settings = read({**SMALL, "loss": loss, "optimizer": optimizer, "activation": "tanh"})
    run, other = NetworkRun(settings), NetworkRun(settings)
    run.go(7, 60.0)
    assert run.made == 7
    eager = EagerSteps(other.model, settings.cost.loss, other.optimizer)
    order: list[int] = []
    count = len(other.train)
    while len(order) < run.seen:
        order += other._rng.sample(range(count), count)
    eager.epoch(other.train.take(order[: run.seen]), settings.batch)
    for mine, theirs in zip(run.parameters, other.parameters, strict=True):
        assert mine.data == pytest.approx(theirs.data, rel=1e-9, abs=1e-12)
    assert run.costs == pytest.approx((eager.cost(other.train), eager.cost(other.test)), rel=1e-9)


def test_equal_settings_give_equal_runs_and_others_begin_anew() -> None:
    for name in ("one", "two"):
        ask(run=name, settings=SMALL, steps=5, budget=0.5)
    one, two = (learn._runs[name][0] for name in ("one", "two"))
    low = min(one.made, two.made)
    if one.made == two.made:
        assert [p.data for p in one.parameters] == [p.data for p in two.parameters]
    assert low >= 1
    assert ask(run="one", settings={**SMALL, "seed": 4})["made"] == "0"
    assert ask(run="two", settings=SMALL, fresh=True)["made"] == "0"


def test_steps_and_seconds_are_bounded_and_at_least_one_step_is_made() -> None:
    run = NetworkRun(read(SMALL))
    run.go(1, 0.0)
    assert run.made == 1
    run.go(3, 60.0)
    assert run.made == 4
    run.go(0, 60.0)
    assert run.made == 4
    assert ask(settings=SMALL, steps=7, exactly=True)["made"] == "7"
    most = learn.MOST_EXACT
    assert ask(settings=SMALL, steps=10**6, exactly=True)["made"] == str(7 + most)


def test_neither_steps_nor_pictures_starve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow picture leaves the steps half of the budget, a quick one leaves them the rest."""
    given: list[float] = []
    monkeypatch.setattr(NetworkRun, "go", lambda run, most, seconds: given.append(seconds))
    for seconds, wanted in ((0.5, 0.05), (0.02, 0.08), (0.0, 0.1)):
        ask(settings=SMALL)
        learn._runs["test"][1]["picture"] = seconds
        found = ask(settings=SMALL, steps=100, budget=0.1)
        assert given.pop() == pytest.approx(wanted)
        assert found["boundary"]  # and a picture comes with every answer


def test_the_runs_that_were_asked_about_longest_ago_are_forgotten() -> None:
    for i in range(learn.MOST_RUNS + 3):
        ask(run=f"run {i}", settings=SMALL)
    assert [*learn._runs] == [f"run {i}" for i in range(3, learn.MOST_RUNS + 3)]


def test_history_stays_short_and_ends_with_the_present() -> None:
    run = NetworkRun(read(SMALL))
    for _ in range(1000):
        run.made += 1
        run.watched()
    assert len(run.history) <= 401
    assert run.history[0][0] == 0
    assert run.history[-1][0] == 1000


# --- pictures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_heat_maps_are_what_the_neurons_give(activation: str) -> None:
    settings = {**SMALL, "activation": activation, "layers": [3, 2]}
    found = ask(settings=settings, steps=3, side=12)
    run = learn._runs["test"][0]
    wanted = outputs(run, grid(12))
    shown = [base64.b64decode(b) for layer in found["neurons"] for b in layer]
    assert [len(layer) for layer in found["neurons"]] == [3, 2]
    for values, seen in zip(wanted[:-1], shown, strict=True):
        most = max(map(abs, values))
        for value, byte in zip(values, seen, strict=True):
            assert byte == pytest.approx(127.5 * (value / most + 1) if most else 127.5, abs=0.51)
    boundary = base64.b64decode(found["boundary"])
    for value, byte in zip(wanted[-1], boundary, strict=True):
        assert byte == pytest.approx(127.5 * (sure(run.settings.cost, value) + 1), abs=0.51)


def test_the_grid_goes_from_the_upper_left_in_rows() -> None:
    points = grid(4)
    assert points[0] == pytest.approx([-1.2, 1.2])
    assert points[3] == pytest.approx([1.2, 1.2])
    assert points[-1] == pytest.approx([1.2, -1.2])


@pytest.mark.parametrize("lines", ["weights", "gradients"])
def test_lines_are_the_weights_or_their_gradients(lines: str) -> None:
    found = ask(settings=SMALL, steps=2, show=lines)["lines"]
    run = learn._runs["test"][0]
    numbers = [p.data for p in run.parameters]
    if lines == "gradients":
        J = sum((run.settings.cost.loss(run.model(x), y) for x, y in run.train), Value(0.0))
        run.model.zero_grad()
        (J / len(run.train)).backward()
        numbers = [p.grad for p in run.parameters]
    most = max(map(abs, numbers))
    flat = [share for layer in found for neuron in layer for share in neuron]
    assert flat == pytest.approx([number / most for number in numbers], abs=1e-4)


def test_points_come_once() -> None:
    first = ask(settings=SMALL)
    assert len(first["points"]) == 40
    assert "points" not in ask(settings=SMALL, known=first["key"])


def test_curves_show_the_costs_on_a_logarithmic_scale() -> None:
    for _ in range(5):
        found = ask(settings=SMALL, steps=4, budget=0.5)
    run = learn._runs["test"][0]
    curve = found["curves"]
    low, high = float(curve["low"]), float(curve["high"])
    for (x, y), (step, cost, _) in zip(curve["train"], run.history, strict=True):
        assert x == pytest.approx(step / run.made, abs=1e-3)
        height = math.log(cost / low) / math.log(high / low)
        assert y == pytest.approx(height, abs=1e-3)


# --- one number opened --------------------------------------------------------------------------


def test_a_weight_is_opened_into_the_factors_of_its_gradient() -> None:
    place = 7
    found = ask(settings=SMALL, steps=3, example=place, open={"layer": 0, "neuron": 1, "weight": 0})
    run = learn._runs["test"][0]
    weight = run.model.layers[0].neurons[1].w[0]
    x, y = run.train.X[place], run.train.Y[place]
    run.model.zero_grad()
    J = run.settings.cost.loss(run.model([Value(v) for v in x]), y)
    J.backward()
    opened = found["opened"]
    assert opened["title"].startswith(f"Weight {weight.label}")
    assert opened["number"] == [["now", f"{weight.label} {equal(weight.data, 4)}"]]
    assert opened["about"][0][1].startswith(f"x₁ {equal(x[0], 4)}, x₂ {equal(x[1], 4)}")
    assert opened["about"][1][1] == f"J {equal(J.data, 4)}"
    assert f"<mn>{short(abs(weight.grad), 4)}</mn>" in opened["formula"]
    assert len(opened["parameters"]) == 3


def test_the_cost_is_opened_into_the_losses_that_it_is_the_mean_of() -> None:
    found = ask(settings=SMALL, steps=2, open={"cost": True})["opened"]
    run = learn._runs["test"][0]
    losses = [run.settings.cost.loss(run.model(x), y).data for x, y in run.train]
    mean = sum(losses) / len(losses)
    assert found["about"][0][1].endswith(f"/ {len(losses)} {equal(mean, 4)}")
    worst = sorted(losses, reverse=True)[: learn.WORST]
    assert [losses[i] for i, _ in found["examples"]] == pytest.approx(worst)
    assert [text for _, text in found["examples"]] == [f"J {equal(loss, 3)}" for loss in worst]


def test_a_neuron_is_opened_into_what_it_computes() -> None:
    found = ask(settings=SMALL, example=39, open={"layer": 0, "neuron": 2})["opened"]
    run = learn._runs["test"][0]
    assert "held out" in found["about"][0][1]
    x = run.test.X[-1]
    neuron = run.model.layers[0].neurons[2]
    a = neuron(x)
    numbers = [said for caption, said in found["number"] if caption == "numbers"]
    assert numbers[0].endswith(short(a.operands[0].data, 4))
    assert numbers[1].endswith(short(a.data, 4))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", COSTS)
def test_every_neuron_and_weight_can_be_opened(activation: str, loss: str) -> None:
    settings = {**SMALL, "layers": [2, 2], "activation": activation, "loss": loss}
    for layer, width in enumerate((2, 2, 1)):
        for neuron in range(width):
            for weight in (None, 0, 2):
                opened = {"layer": layer, "neuron": neuron, "weight": weight}
                assert ask(settings=settings, open=opened)["opened"]["formula"].startswith("<math")


# --- what goes wrong is said --------------------------------------------------------------------


def kinds(settings: Settings, change: Any = None) -> set[str]:
    run = NetworkRun(settings)
    if change:
        change(run)
        run.watched()
    return {remark.kind for remark in remarks(run, run.reading(run.train.X))}


def set_all(weight: float, bias: float) -> Any:
    def change(run: NetworkRun) -> None:
        rng = random.Random(1)
        for neuron in run.model.layers[0].neurons:
            for w in neuron.w:
                w.data = weight * rng.uniform(0.9, 1.1)
            neuron.b.data = bias

    return change


def test_a_healthy_network_gets_no_remark() -> None:
    for activation in ACTIVATIONS:
        assert kinds(read({**SMALL, "activation": activation})) <= {"dead"} & (
            {"dead"} if activation == "ReLU" else set()
        )


def test_dead_and_saturated_neurons_are_found_where_they_are() -> None:
    assert kinds(read({**SMALL, "activation": "ReLU"}), set_all(0.1, -5.0)) >= {"dead"}
    assert "dead" not in kinds(read({**SMALL, "activation": "ReLU"}), set_all(0.1, 5.0))
    for activation in ("sigmoid", "tanh"):
        assert "saturated" in kinds(read({**SMALL, "activation": activation}), set_all(0.1, 9.0))
        assert not kinds(read({**SMALL, "activation": activation}), set_all(0.5, 0.1))
    assert not kinds(read({**SMALL, "activation": "none"}), set_all(0.1, 9.0))


def test_equal_weights_are_found_and_stay_equal() -> None:
    found = ask(settings={**SMALL, "flaw": "equal weights"}, steps=20, budget=0.5)
    assert [remark["kind"] for remark in found["remarks"]] == ["same"]
    run = learn._runs["test"][0]
    first, *others = [[p.data for p in n.parameters()] for n in run.model.layers[0].neurons]
    assert run.made >= 1
    assert all(other == pytest.approx(first, rel=1e-12) for other in others)


def test_an_exploding_cost_is_said_and_a_run_without_numbers_ends() -> None:
    settings = {**SMALL, "optimizer": "SGD", "activation": "none", "loss": "squared error"}
    settings |= {"rate": 100.0, "loss": "hinge"}
    found: Any = {}
    for _ in range(20):
        found = ask(settings=settings, steps=20, budget=0.5)
        if found["remarks"]:
            break
    assert found["remarks"][0]["kind"] == "exploding"
    run = learn._runs["test"][0]
    run.parameters[0].data = math.inf
    run.go(3, 1.0)
    assert run.ended
    made = run.made
    found = ask(settings=settings, steps=50)
    assert (run.made, found["ended"]) == (made, run.ended)
    assert "no finite number" in found["remarks"][0]["words"]


def test_without_zero_grad_gradients_add_up() -> None:
    settings = read({**SMALL, "optimizer": "SGD", "flaw": "no zero_grad", "batch": 0})
    run, other = NetworkRun(settings), NetworkRun(settings._replace(flaw=""))
    before = [p.data for p in other.parameters]
    _, first = other.gradients(other.train)
    run.go(1, 0.0)
    other.go(1, 0.0)
    assert [p.data for p in run.parameters] == pytest.approx([p.data for p in other.parameters])
    _, second = other.gradients(other.train)
    run.go(1, 0.0)
    wanted = [
        number - settings.rate * (2.0 * g + h)
        for number, g, h in zip(before, first, second, strict=True)
    ]
    assert [p.data for p in run.parameters] == pytest.approx(wanted, rel=1e-9)


# --- wrong ways ---------------------------------------------------------------------------------


def way(name: str) -> Any:
    return json.loads(answer(json.dumps({"ask": "wrong", "way": name})))


def test_every_wrong_way_can_be_run_and_every_flaw_is_shown() -> None:
    assert {*way("")["ways"]} == {*wrong.WAYS}
    for name, each in wrong.WAYS.items():
        found = way(name)
        assert found["title"] == each.title
        for settings in (each.wrong, each.right) if each.right else ():
            read(settings)
    assert {w.wrong.get("flaw", "") for w in wrong.WAYS.values()} == {*FLAWS}
    assert "no such mistake" in way("nothing")["error"]


def test_the_wrong_order_gives_the_wrong_gradient_and_says_so() -> None:
    bad, good = way("order")["graphs"]
    assert bad["key"] == good["key"]
    assert bad["steps"][-1]["lines"] == [["wrong", "grad of a = 6"]]
    assert good["steps"][-1]["lines"] == [["gradient", "∂c/∂a = 4"]]
    assert any(step["wrong"] for step in bad["steps"])
    assert not any(step["wrong"] for step in good["steps"])


STEPS = 300


@pytest.mark.parametrize("name", [name for name, each in wrong.WAYS.items() if each.right])
def test_what_the_page_says_one_will_see_is_what_happens(name: str) -> None:
    each = wrong.WAYS[name]
    bad, good = NetworkRun(read(each.wrong)), NetworkRun(read(each.right))
    seen = []
    for _ in range(10):
        for run in (bad, good):
            run.go(STEPS // 10, 60.0)
        seen.append(bad.costs[0])
    assert good.costs[0] < 0.5 * bad.costs[0]
    if name == "zero_grad":  # falls, then swings up
        assert min(seen) < 0.5 * seen[0]
        assert seen[-1] > 2.0 * min(seen)
    if name == "rate":
        assert max(seen) > 5.0 * good.history[0][1]
    if name == "equal":
        layer = bad.model.layers[0]
        numbers = [[w.data for w in neuron.parameters()] for neuron in layer.neurons]
        assert all(row == pytest.approx(numbers[0], rel=1e-9) for row in numbers)
    if name == "activation":  # the middle of each line between two points lies in the middle
        values = outputs(bad, [[-1.0, -1.0], [0.0, 0.25], [1.0, 1.5]])[-1]
        assert values[1] == pytest.approx((values[0] + values[2]) / 2, abs=1e-9)
