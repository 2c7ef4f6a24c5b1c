"""Walks in the compact and the network view, by neuron and by layer."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from autograd_mini import Value, draw, nn, ops, walk
from autograd_mini.numbers import short
from autograd_mini.show.walk.chapters import recorded
from autograd_mini.show.walk.scene import Scene
from autograd_mini.show.walk.stage import LEFT_OUT
from autograd_mini.show.walk.steps import passes
from tests.show.walk.test_walk_text import doubled

VIEWS = ("expanded", "compact", "network")


def network(*widths: int) -> Value:
    model = nn.MLP(2, [*widths], activation="tanh", rng=random.Random(1))
    out: Value = model([Value(1.0, "x₁"), Value(-2.0, "x₂")])
    out.label = "ŷ"
    return out


def by_hand() -> Value:
    """Two hidden neurons and an output, spelled as products and sums."""
    x = [Value(0.5 + i, f"x{i}") for i in range(2)]
    hidden = []
    for i in range(2):
        w = [Value(0.3 * (i + 1) - j, f"w{i}{j}") for j in range(2)]
        hidden.append((w[0] * x[0] + w[1] * x[1] + Value(0.1, f"b{i}")).tanh())
    v = [Value(0.7, "v0"), Value(-0.2, "v1")]
    return (v[0] * hidden[0] + v[1] * hidden[1] + Value(0.3, "c")).sigmoid()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("make", [by_hand, lambda: network(3, 1), lambda: network(2, 2, 1)])
def test_chapters_hold_every_step_once_and_in_order(view: str, make: Callable[[], Value]) -> None:
    walked = walk(make(), view=view)
    assert [*walked.chapters] == ["step", "neuron", "layer"]
    for chapters in walked.chapters.values():
        assert chapters[0].first == 0
        assert chapters[-1].last == len(walked) - 1
        assert all(a.last + 1 == b.first for a, b in pairwise(chapters))


def test_a_chapter_of_the_neuron_level_is_about_one_neuron() -> None:
    walked = walk(network(3, 1), view="compact")
    headings = [x.description.heading for x in walked.chapters["neuron"]]
    for i in (1, 2, 3):
        assert sum(f"layer 1, neuron {i}: a" in heading for heading in headings) == 2
    layers = [x.description.heading for x in walked.chapters["layer"]]
    assert layers.count("layer 1, 3 neurons") == 2


def test_a_neuron_spelled_out_is_one_chapter_in_each_pass() -> None:
    walked = walk(by_hand(), by="neuron")
    told = [chapter.description for chapter in walked.told]
    assert sum(x.part == "Forward" for x in told) == 3
    assert sum(x.part == "Backward" for x in told) == 1 + 3


def test_moving_products_next_to_their_sum_changes_no_gradient() -> None:
    root = by_hand()
    moved, usual = recorded(root), passes(root)
    assert moved.nodes != usual.nodes
    assert {x: y.hex() for x, y in moved.totals.items()} == {
        x: y.hex() for x, y in usual.totals.items()
    }


def test_a_graph_without_neurons_has_single_steps_alone() -> None:
    assert [*walk(doubled(), by="layer").chapters] == ["step"]
    with pytest.raises(ValueError, match="found no neuron"):
        walk(doubled(), view="network")
    with pytest.raises(ValueError, match="walk: there is no view 'wide'"):
        walk(doubled(), view="wide")
    with pytest.raises(ValueError, match="walk: there is no by 'node'"):
        walk(doubled(), by="node")


@pytest.mark.parametrize("view", VIEWS)
def test_at_the_end_the_picture_is_that_of_draw(view: str) -> None:
    root = network(3, 1)
    walked = walk(root, view=view, title="a")
    root.backward()
    lines = walked.scene.film.at(len(walked) - 1).lines
    drawn = draw(root, view=view, legend=False)
    shown = {line for box in lines for line in box if line.startswith("grad ")}
    assert shown
    text = drawn.dot.replace("\\", "")  # a record's label has its spaces escaped
    assert all(line in text for line in shown)


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_and_gradients_appear_when_they_are_computed(view: str) -> None:
    walked = walk(network(3, 1), view=view)
    film, scene = walked.scene.film, walked.scene
    computed: set[Value] = set()
    totals: dict[Value, float] = {}
    for i, step in enumerate(walked.steps):
        if step.phase == "inputs":
            computed |= {node for node in walked.recorder.nodes if not node.operands}
        if step.phase == "forward" and step.node is not None:
            computed.add(step.node)
        if step.phase == "backward" and step.operand is not None and step.total is not None:
            totals[step.operand] = step.total
        lines = film.at(i).lines
        for place, told in enumerate(scene.told):
            for at, node in told.items():
                line, before = lines[place][at], lines[place][at - 1]
                known = short(node.data, 4) in before
                assert known == (node in computed), (before, node)
                if node in totals:
                    assert line.startswith(f"grad {short(totals[node], 4)}")
                elif step.phase == "forward":
                    assert line == "grad –"


def test_the_gradient_of_a_weight_appears_on_its_arrow() -> None:
    walked = walk(network(2, 1), view="compact")
    film, scene = walked.scene.film, walked.scene
    end = film.at(len(walked) - 1).notes
    assert set(end) == set(scene.noted)
    for place, weight in scene.noted.items():
        assert film.at(0).notes[place][-1] == "grad –"
        assert end[place][-1] == f"grad {short(walked.recorder.totals[weight], 4)}"


def test_arrows_are_lit_along_which_the_numbers_flow() -> None:
    walked = walk(network(2, 1), view="compact")
    picture, film = walked.scene.picture, walked.scene.film
    home = walked.scene.home
    for step, lit in zip(walked.steps, film.lit, strict=True):
        if step.phase != "backward" or step.node is None or step.operand is None:
            continue
        into = picture.boxes[home[step.node]].id
        for place in lit.arrows:
            arrow = picture.arrows[place]
            assert arrow.head == into
            if step.operand in home:
                assert arrow.tail == picture.boxes[home[step.operand]].id
            else:
                assert arrow.weight is step.operand


def test_every_weight_of_2_16_16_1_is_lit_once_in_each_pass() -> None:
    walked = walk(network(16, 16, 1))
    assert walked.by == "neuron"
    assert {k: len(x) for k, x in walked.chapters.items()} == {
        "step": 741,
        "neuron": 69,
        "layer": 9,
    }
    weighted = set(walked.scene.noted)
    assert len(weighted) == 2 * 16 + 16 * 16 + 16
    for forward in (True, False):
        lit = [x.arrows for x in walked.scene.film.lit if x.forward == forward]
        assert {place for arrows in lit for place in arrows} >= weighted


def test_a_click_leads_to_where_a_box_gets_its_number_and_its_gradient() -> None:
    walked = walk(network(2, 1))
    for place, (forward, back) in enumerate(walked.scene.goes):
        for node, home in walked.scene.home.items():
            if home == place and node.operands:
                assert walked.steps[forward].node is node
                assert node in {walked.steps[back].operand, walked.steps[back].node}


def test_text_and_strip_go_by_neuron_too(program: str) -> None:
    walked = walk(network(2, 1), view="compact", program=program)
    count = len(walked.chapters["neuron"])
    assert f"Step {count} of {count} · End" in str(walked)
    svg = walked.strip([2, count - 1]).svg
    assert "layer 1, neuron 1" in svg
    assert svg.count("tanh") >= 4


def test_a_loss_is_a_chapter_of_its_own() -> None:
    out = network(2, 1)
    cost = (out - Value.constant(1.0, "y")) ** 2
    cost.label = "J"
    walked = walk(ops.log(cost + 1.0), by="layer")
    assert any("in 4 steps" in x.description.heading for x in walked.told)


def power(factors: int) -> Value:
    """x · x · … · x, so that each use of x is further from it than the one before."""
    x = Value(1.001, "x")
    y = x
    for _ in range(factors - 1):
        y = y * x
    return y


def test_the_page_of_a_product_grows_with_its_factors_alone() -> None:
    sizes = {n: len(walk(power(n), max_steps=10**4).fragment("a")) for n in (200, 400)}
    assert sizes[400] < 2.5 * sizes[200]


def test_a_hundred_factors_have_a_picture_with_all_arrows_and_more_say_what_is_left_out() -> None:
    few, many = (walk(power(n), max_steps=10**4) for n in (100, 200))
    assert few.stage().count('class="arrow') == 2 * 99
    assert LEFT_OUT not in few.fragment()
    assert LEFT_OUT in many.fragment()
    assert many.stage().count('class="arrow') < 2 * 199


def test_what_is_done_for_a_step_does_not_grow_with_the_graph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: dict[int, int] = {}
    lines = Scene._lines
    for n in (50, 100):
        counted: list[int] = []

        def count(scene: Scene, place: int, counted: list[int] = counted) -> tuple[str, ...]:
            counted.append(place)
            return lines(scene, place)

        monkeypatch.setattr(Scene, "_lines", count)
        walk(power(n), max_steps=10**4)
        calls[n] = len(counted)
    assert calls[100] < 2.2 * calls[50]
