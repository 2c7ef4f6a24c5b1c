"""What the page is told is what the engine computes."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest

from autograd_mini import Value, explain, walk
from autograd_mini.expression import Expression
from autograd_mini.numbers import equal, short
from autograd_mini.play import answer
from autograd_mini.play.answers import ANSWERS
from autograd_mini.play.graph import MOST, ExpressionPasses, fits
from autograd_mini.play.prediction import exercise

NEURON = "sigmoid(z := w*x + b)"
EXPRESSIONS = (
    NEURON,
    "(a*x - y)**2",
    "x*x + 3*x",
    "tanh(v*tanh(w*x + b) + c)",
    "relu(w1*x1 + w2*x2 + b)",
    "-(y*log(p := sigmoid(w*x + b)) + (1 - y)*log(1 - p))",
    "maximum(x, y) / sum(x, y, 2)",
)


def ask(**question: Any) -> Any:
    return json.loads(answer(json.dumps(question)))


def at_random(text: str, seed: int) -> dict[str, float]:
    rng = random.Random(seed)
    return {name: rng.uniform(0.1, 0.9) for name in Expression(text).names}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_numbers_gradients_and_steps_are_the_engines(text: str) -> None:
    numbers = at_random(text, 1)
    found = ask(ask="chain", text=text, numbers=numbers)
    leaves = {name: Value(x, name) for name, x in numbers.items()}
    root: Value = Expression(text)(leaves)
    root.label = root.label or "f"
    root.backward()
    assert found["result"]["equal"] == equal(root.data, 4)
    shown = {v["name"]: (v["number"], v["gradient"]) for v in found["variables"]}
    assert shown == {n: (leaf.data, short(leaf.grad, 4)) for n, leaf in leaves.items()}
    told = walk(root).descriptions
    assert [step["lines"] for step in found["steps"]] == [
        [list(line) for line in description.lines] for description in told
    ]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_every_box_can_be_opened_into_its_factors(text: str) -> None:
    numbers = at_random(text, 2)
    recorded = ExpressionPasses(text, numbers)
    for place, node in enumerate(recorded.nodes):
        opened = ask(ask="chain", text=text, numbers=numbers, box=place)["opened"]
        assert opened["box"] == place
        explained = explain(recorded.root, wrt=node).mathml
        assert " style=" in explained
        assert " style=" not in opened["formula"]  # the page's policy allows none
        assert opened["formula"].count("<mn>") == explained.count("<mn>")
        assert opened["number"]


def test_the_stage_stays_while_numbers_move_and_changes_with_the_structure() -> None:
    first = ask(ask="chain", text=NEURON, numbers={"w": 2, "x": 1.5, "b": -1})
    assert first["stage"].startswith("<svg")
    assert "style=" not in first["stage"]
    for x in (-4.95, 0.0, 1e-9, 123.456, 1e12):
        moved = ask(ask="chain", text=NEURON, numbers={"x": x}, stage=first["key"])
        assert moved["key"] == first["key"]
        assert "stage" not in moved
        assert len(moved["first"]) == len(first["first"])
    other = ask(ask="chain", text=NEURON + " + x", numbers={}, stage=first["key"])
    assert other["key"] != first["key"]
    assert other["stage"].count('class="box ') == len(other["first"])
    assert other["stage"].count('class="arrow ') == len(other["arrows"])


def test_the_stage_leaves_room_for_every_ordinary_number() -> None:
    rng = random.Random(3)
    numbers = [0.0, -0.5, 9999.0, -99.99, *(rng.uniform(-10, 10) for _ in range(200))]
    assert all(fits(f"{name} ≈ {short(x, 4)}") for x in numbers for name in ("w", "ŷ"))
    assert not fits("grad −1.235 × 10⁻⁷")


def test_each_arrow_leads_to_its_step() -> None:
    found = ask(ask="chain", text="x*x + 3*x", numbers={"x": 2})
    for arrow, step in enumerate(found["of_arrow"]):
        if step is None:
            assert found["arrows"][arrow] == ""
        else:
            assert found["lit"][step]["arrows"] == [arrow]
            local = next(s for caption, s in found["steps"][step]["lines"] if "local" in caption)
            assert local.endswith(found["arrows"][arrow])


@pytest.mark.parametrize("text", EXPRESSIONS)
@pytest.mark.parametrize("by", [0.1, -0.25])
def test_a_nudge_tells_the_change_and_what_the_gradient_says(text: str, by: float) -> None:
    numbers = at_random(text, 4)
    for name, x in numbers.items():
        nudge = ask(ask="chain", text=text, numbers=numbers, nudge=name, by=by)["nudge"]
        expression = Expression(text)
        change = expression({**numbers, name: x + by}) - expression(numbers)
        leaves = {n: Value(v, n) for n, v in numbers.items()}
        expression(leaves).backward()
        assert nudge["change"].endswith(short(change, 4))
        assert nudge["predicted"].endswith(f"= {short(leaves[name].grad * by, 4)}")
        off = abs(change - leaves[name].grad * by)
        assert nudge["off"] == short(off if off > 1e-12 else 0.0, 4)


def test_the_curve_and_its_tangent_touch_where_the_number_is() -> None:
    curve = ask(ask="chain", text="x**3", numbers={"x": 1}, nudge="x")["nudge"]["curve"]
    middle = curve["points"][len(curve["points"]) // 2]
    assert middle == curve["here"]
    (x0, y0), (x1, y1) = curve["tangent"]
    assert (x0 + x1) / 2 == pytest.approx(0.5)
    assert (y0 + y1) / 2 == pytest.approx(curve["here"][1])
    low, high = float(curve["low"].replace("−", "-")), float(curve["high"])
    slope = (y1 - y0) * (high - low) / 4.0  # over 4 units of x
    assert slope == pytest.approx(3.0, rel=0.01)


def test_holes_of_a_curve_stay_holes() -> None:
    found = ask(ask="chain", text="log(x)", numbers={"x": 1}, nudge="x")["nudge"]["curve"]
    missing = [point is None for point in found["points"]]
    assert any(missing)
    assert not all(missing)


# --- predictions --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_engines_number_is_right_and_each_known_mistake_is_named(text: str) -> None:
    numbers = at_random(text, 5)
    recorded = ExpressionPasses(text, numbers)
    asked = 0
    for place, step in enumerate(recorded.steps):
        found = exercise(recorded, step)
        if found is None:
            continue
        asked += 1
        number = step.number if step.phase == "forward" else step.contribution
        verdict = ask(ask="judge", text=text, numbers=numbers, step=place, typed=repr(number))
        assert verdict["right"], verdict
        seen: list[float] = [float(number or 0.0)]
        for words, wrong in found.mistakes.items():
            assert isinstance(wrong, float)
            if all(not math.isclose(wrong, other, rel_tol=2.1e-3) for other in seen):
                typed = f"{wrong:.17g}"
                told = ask(ask="judge", text=text, numbers=numbers, step=place, typed=typed)
                assert not told["right"]
                assert told["words"] == words
            seen.append(wrong)
    assert asked >= 4


def test_a_product_of_numbers_and_a_comma_may_be_typed() -> None:
    question = {"ask": "judge", "text": "w*x", "numbers": {"w": 2, "x": 1.5}, "step": 1}
    for typed in ("3", "2*1.5", "2 · 1,5", " 3.000 "):
        assert ask(**question, typed=typed)["right"]
    assert ask(**question, typed="")["state"] == "Not filled in yet"
    assert "w is a name" in ask(**question, typed="w*x")["error"]
    assert "added" in ask(**question, typed="3.5")["words"]
    assert "sign" in ask(**question, typed="-3")["words"]


# --- what is no question ------------------------------------------------------------------------

WRONG: dict[str, str] = {
    "": "no JSON",
    "[" * 90_000: "no JSON",
    "[]": "asks for none",
    '{"ask": "__class__"}': "asks for none",
    '{"ask": ["chain"]}': "asks for none",
    '{"ask": "chain"}': "a text",
    '{"ask": "chain", "text": "' + "x" * 401 + '"}': "at most 400",
    '{"ask": "chain", "text": "x", "numbers": {"x": NaN}}': "no number of JSON",
    '{"ask": "chain", "text": "x*2", "numbers": {"x": 1e999}}': "finite",
    '{"ask": "chain", "text": "x*2", "numbers": {"x": "1"}}': "x is no number",
    '{"ask": "chain", "text": "x*2", "numbers": {"x": true}}': "x is no number",
    '{"ask": "chain", "text": "3 + 4"}': "depends on no name",
    '{"ask": "chain", "text": "x.__class__"}': "attributes",
    '{"ask": "chain", "text": "__import__(x)"}': "no function",
    '{"ask": "chain", "text": "open(x)"}': "no function",
    '{"ask": "chain", "text": "[x for x in y]"}': "cannot stand here",
    '{"ask": "chain", "text": "x*2", "box": 99}': "no box",
    '{"ask": "chain", "text": "x*2", "box": true}': "no box",
    '{"ask": "chain", "text": "x*2", "by": 0}': "nudge",
    '{"ask": "chain", "text": "x*2", "by": "far"}': "nudge",
    '{"ask": "judge", "text": "x*2", "step": -1}': "no step",
    '{"ask": "judge", "text": "x*2", "step": 1, "typed": "open(1)"}': "no function",
    "x" * 100_001: "characters",
}


@pytest.mark.parametrize(("question", "reason"), WRONG.items(), ids=range(len(WRONG)))
def test_what_is_no_question_is_refused_with_a_reason(question: str, reason: str) -> None:
    found = json.loads(answer(question))
    assert list(found) == ["error"]
    assert reason in found["error"]
    assert len(found["error"]) < 400


def test_a_graph_too_large_to_follow_is_refused() -> None:
    text = " + ".join(f"sin(x*{i})" for i in range(MOST // 3))
    assert f"more than {MOST}" in ask(ask="chain", text=text)["error"]


@pytest.mark.parametrize("text", ["log(x)", "1/x", "sqrt(x - 1)", "x**x", "exp(x*1000)"])
def test_what_is_not_finite_is_told_as_it_is(text: str) -> None:
    for x in (0.0, -1.0, 1.0):
        assert "error" not in ask(ask="chain", text=text, numbers={"x": x})


def test_everything_that_can_be_asked_is_answered_here() -> None:
    assert set(ANSWERS) >= {"chain", "judge"}
