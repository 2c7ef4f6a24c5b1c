"""A graph too large to read becomes a small picture that says what it leaves out."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, graph, losses, nn, ops
from autograd_mini.numbers import significant
from autograd_mini.show import draw
from autograd_mini.show.draw import collapsed
from autograd_mini.show.picture import Picture
from tests.graphs import build, recipes
from tests.show import geometry
from tests.show.sights import SIGHTS

short = significant(4)


def seen(*outputs: Value) -> Picture:
    nodes = [node for node in graph.order(*outputs) if not graph.is_constant(node)]
    return collapsed.picture(nodes, outputs, short)


def summaries(picture: Picture) -> dict[str, tuple[str, ...]]:
    return {box.id: box.lines for box in picture.boxes if box.kind == "summary"}


def counted(picture: Picture) -> int:
    """How many nodes the grey boxes stand for."""
    return sum(
        int(found[0].replace(",", ""))
        for lines in summaries(picture).values()
        for line in lines
        if (found := re.findall(r"^([\d,]+) nodes? not shown$", line))
    )


def chain(length: int) -> Value:
    y = x = Value(1.0, "x")
    for i in range(length):
        y = y + x if i % 2 else y.tanh()
    return y


def moons(examples: int) -> Value:
    model = nn.MLP(2, [16, 16, 1], rng=random.Random(0))
    cost: Value = losses.mse([model([0.5, i]) for i in range(examples)], [1.0] * examples)
    return cost


def test_a_graph_up_to_the_limit_is_shown_whole() -> None:
    y = chain(9)
    assert "summary" not in draw(y, max_nodes=10).dot
    assert "summary" in draw(y, max_nodes=9).dot


def test_constants_do_not_count() -> None:
    x = Value(1.0, "x")
    y = x * 1.0 * 2.0 * 3.0
    assert "summary" not in draw(y, max_nodes=4).dot


def test_many_arrows_count_too() -> None:
    xs = [Value(float(i)) for i in range(20)]
    y = ops.sum([ops.sum(xs) for _ in range(20)])
    assert "summary" not in draw(y, max_nodes=200).dot
    assert "summary" in draw(y, max_nodes=50).dot


def test_what_is_far_from_the_output_becomes_one_box() -> None:
    y = chain(1000)
    y.backward()
    picture = seen(y)
    assert list(summaries(picture).values()) == [
        ("989 nodes not shown", "495 × tanh", "494 × add"),
    ]
    shown = [box for box in picture.boxes if box.kind != "summary"]
    assert len(shown) == collapsed.MOST_SHOWN == 12
    assert shown[-1].lines[-1] == "grad 1"
    assert "Collapsed: 1,001 nodes" in picture.notes[0]
    assert "shown one by one (12), the others as grey boxes (989)" in picture.notes[0]
    (into,) = [arrow for arrow in picture.arrows if arrow.tail == "g0"]
    assert into.text == "1"  # the local derivative, for it is one arrow of the graph


def test_layers_become_boxes() -> None:
    picture = seen(moons(60))
    lines = {lines[0]: lines[1:] for lines in summaries(picture).values()}
    assert {"layer 1", "layer 2", "layer 3"} <= set(lines)
    assert lines["layer 1"][:2] == ("1,968 nodes not shown", "960 × relu")
    assert lines["layer 1"][2:] == ("960 × affine", "32 × weight", "…")
    ids = {lines[0]: id for id, lines in summaries(picture).items()}
    between = {(arrow.tail, arrow.head): arrow.text for arrow in picture.arrows}
    assert between[ids["layer 1"], ids["layer 2"]] == "15,360 uses"


def test_few_neurons_become_boxes_of_their_own() -> None:
    y = nn.MLP(3, [4, 1], rng=random.Random(0))([1.0, 2.0, 3.0])
    titles = [lines[0] for lines in summaries(seen(y + 1.0)).values()]
    assert titles == [*(f"layer 1, neuron {i}" for i in (1, 2, 3, 4)), "layer 2, neuron 1"]


def test_neurons_written_by_hand_become_boxes_too() -> None:
    x = Value(2.0, "x")
    hidden = [(Value(0.5, f"w{i}") * x + Value(0.1, f"b{i}")).tanh() for i in range(3)]
    y = sum((Value(0.3, f"v{i}") * a for i, a in enumerate(hidden)), start=Value(0.0, "c"))
    titles = [lines[0] for lines in summaries(seen((y + 1.0).exp())).values()]
    assert titles == [*(f"layer 1, neuron {i}" for i in (1, 2, 3)), "layer 2, neuron 1"]


def test_the_output_is_shown_though_it_belongs_to_a_neuron() -> None:
    y = nn.MLP(3, [4, 1], rng=random.Random(0))([1.0, 2.0, 3.0])
    picture = seen(y)
    assert picture.boxes[-1].kind == "output"
    assert picture.boxes[-1].lines[1].startswith("a₁⁽²⁾ ≈ ")


def test_many_operands_become_one_arrow() -> None:
    picture = seen(ops.sum([Value(float(i), f"v{i}") for i in range(1000)]))
    assert list(summaries(picture).values()) == [("989 nodes not shown", "989 × leaf")]
    assert [arrow.text for arrow in picture.arrows] == ["1"] * 11 + ["989 uses"]


def test_gradients_that_mislead_are_flagged_here_too() -> None:
    x = Value(1.0, "x")
    y = z = x * 2.0
    for _ in range(50):
        y = y.tanh()
    y.backward()
    z.backward()
    notes = " ".join(seen(y).notes)
    assert "Mixture: gradients come from 2 backward passes" in notes
    x.data = 3.0
    assert "Stale" in " ".join(seen(y).notes)


def test_hostile_names_of_places_are_literal() -> None:
    tag = graph.Tag("w", scope=('<b>"\\N"</b>\n&amp;',), role="weight")
    y = Value(1.0, tag) * Value(2.0)
    assert next(iter(summaries(seen(y)).values()))[0] == '<b>"\\N"</b>\\n&amp;'
    assert draw(y, max_nodes=1).dot


@pytest.mark.parametrize(("name", "most"), [("attention over 4 tokens", 60), ("random graph 1", 3)])
@pytest.mark.parametrize("direction", ["right", "down"])
def test_grey_boxes_may_feed_each_other(name: str, most: int, direction: str) -> None:
    drawn = geometry.seen(draw(SIGHTS[name]().root, max_nodes=most, direction=direction).svg)
    axis = 1 if direction == "down" else 0
    back = [line for line in drawn.lines if line.points[-1][axis] < line.points[0][axis]]
    assert back
    for line in drawn.lines:
        for box, (x, y) in ((line.tail, line.points[0]), (line.head, line.points[-1])):
            assert drawn.boxes[box].smaller(-8).holds((x, y))
    assert geometry.faults(drawn).through_boxes == 0


@given(recipes(most=60), st.integers(1, 5))
def test_nothing_is_lost_and_nothing_counted_twice(recipe: object, most: int) -> None:
    _, root = build(recipe)  # type: ignore[arg-type]
    nodes = [node for node in graph.order(root) if not graph.is_constant(node)]
    picture = collapsed.picture(nodes, [root], short, most)
    shown = [box for box in picture.boxes if box.kind not in {"summary", "constant"}]
    free = len(nodes) - len(collapsed.places_of(nodes, [root]))  # those in no neuron or layer
    assert len(shown) == min(most, free)
    assert len(shown) + counted(picture) == len(nodes)
    assert len(summaries(picture)) <= collapsed.MOST_STRETCHES + collapsed.MOST_PLACES
    names = {box.id for box in picture.boxes}
    assert len(names) == len(picture.boxes)
    assert {end for arrow in picture.arrows for end in arrow[:2]} <= names
    assert {arrow.tail for arrow in picture.arrows} >= names - {picture.boxes[-1].id}


@pytest.mark.parametrize(
    "make", [lambda n: chain(n), lambda n: moons(n // 70)], ids=["chain", "network"]
)
def test_a_hundred_thousand_nodes_are_one_small_picture(make: object) -> None:
    root = make(100_000)  # type: ignore[operator]
    assert len(graph.order(root)) > 100_000
    drawing = draw(root)
    assert drawing.dot.count("\n") < 200


@pytest.mark.slow
def test_a_million_operations_deep() -> None:
    root = chain(1_000_000)
    drawing = draw(root)
    assert "Collapsed: 1,000,001 nodes" in drawing.dot


def test_many_uses_of_one_node_are_one_arrow() -> None:
    x = Value(1.0, "x")
    drawing = draw(ops.max([x] * 8000))
    assert "n0 -> n1" in drawing.dot
    assert "8,000 uses" in drawing.dot
    assert repr(drawing) == "<Drawing: 2 boxes, 1 arrows>"


def test_the_time_grows_with_the_graph_and_not_with_its_square() -> None:
    seconds = []
    for size in (2_000, 20_000):
        x, u = Value(0.5, "x"), Value(1.0)
        for _ in range(size):
            u = u * x + 1.0  # each a neuron with the weight x, in a layer of its own
        before = time.process_time()
        _ = draw(u).dot
        seconds.append(time.process_time() - before)
    assert seconds[1] < 30 * seconds[0]
