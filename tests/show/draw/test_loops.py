"""Loops, collapsed: the first step, one box for those between, the last; what is shown is right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial

import pytest

from autograd_mini import Value, draw, losses, nn
from autograd_mini.show.draw import ellipses as drawn
from autograd_mini.show.draw import expanded, scopes
from autograd_mini.show.draw.options import Options
from autograd_mini.show.picture import Picture
from tests.show.geometry import Faults, crossings, faults, seen
from tests.show.sights import network, recurrence


def unrolled(steps: int) -> Value:
    return recurrence(steps).root


def with_losses() -> Value:
    """Six steps written by hand, each with a loss, and a neuron that reads the last."""
    w, u, b = Value(0.5, "w"), Value(-0.8, "u"), Value(0.1, "b")
    h, found = Value(0.0, "h0"), []
    for k in range(1, 7):
        h = (w * Value(0.4 * k, f"x{k}") + u * h + b).tanh()
        h.label = f"h{k}"
        found.append(losses.squared_error(h, 0.1 * k))
    y = (Value(1.5, "v") * h + Value(0.2, "c")).sigmoid()
    total: Value = sum(found[1:], found[0]) + losses.binary_cross_entropy(y, 1.0)
    total.backward()
    return total


def gated() -> Value:
    """Between two steps stands an operation of its own, which a sum below uses too."""
    w, u, b = Value(0.5, "w"), Value(-0.8, "u"), Value(0.1, "b")
    h, kept = Value(0.0, "h0"), []
    for k in range(1, 7):
        h = (w * Value(0.4 * k, f"x{k}") + u * h + b).tanh() * Value(0.9, f"g{k}").exp()
        kept.append(h)
    total = sum(kept[1:], kept[0])
    total.backward()
    return total


def of_vectors() -> Value:
    """Two neurons a step, made by `nn`."""
    layer = nn.MLP(3, [2], "tanh", output="tanh", rng=random.Random(0)).layers[0]
    h = [Value(0.0), Value(0.0)]
    for k in range(5):
        h = layer([Value(0.3 * k, f"x{k}"), *h])
    total = h[0] * h[1]
    total.backward()
    return total


GRAPHS: dict[str, Callable[[], Value]] = {
    **{f"{n} steps": partial(unrolled, n) for n in (3, 4, 8)},
    "losses": with_losses,
    "gates": gated,
    "vectors": of_vectors,
}


def ellipses(picture: Picture) -> list[tuple[str, ...]]:
    return [box.lines for box in picture.boxes if box.kind == "summary"]


@pytest.mark.parametrize("view", ["expanded", "compact"])
@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_misleads(name: str, view: str) -> None:
    root = GRAPHS[name]()
    sight = seen(draw(root, view=view, loops="collapsed").svg)
    assert faults(sight) == Faults()
    whole = seen(draw(root, view=view).svg)
    assert len(sight.lines) <= len(whole.lines)
    assert crossings(sight) <= crossings(whole)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("opened", [False, True])
def test_what_is_shown_is_as_in_the_whole_picture(name: str, opened: bool) -> None:
    root = GRAPHS[name]()
    options = Options(open_affine=opened)
    whole = expanded.picture([root], options)
    made = drawn.for_loops(whole, [root])
    boxes = {box.id: box for box in whole.boxes}
    into = {(arrow.head, arrow.place): arrow for arrow in whole.arrows}
    for box in made.boxes:
        assert box.kind == "summary" or box == boxes[box.id]
    for arrow in made.arrows:
        original = into.get((arrow.head, arrow.place))
        if original and arrow.text:
            assert arrow == original._replace(tail=arrow.tail)
        ends = {arrow.tail, arrow.head}
        assert arrow.text or any(x.startswith("loop") for x in ends) or original == arrow
    assert set(made.nodes) == {box.id for box in made.boxes if box.kind != "summary"}
    assert set(made.box_of) == set(whole.box_of)
    assert set(made.box_of.values()) <= {box.id for box in made.boxes}


def test_both_steps_that_are_shown_are_whole() -> None:
    root = recurrence(8).root
    made = drawn.for_loops(expanded.picture([root], Options(open_affine=True)), [root])
    frames = [[b.lines[0] for b in made.boxes if b.scope == (f"step {i}",)] for i in (1, 8)]
    assert frames[0] == frames[1] == ["×", "×", "Σ", "tanh"]


@pytest.mark.parametrize("name", GRAPHS)
def test_arrows_go_through_it_and_in_no_circle(name: str) -> None:
    root = GRAPHS[name]()
    made = drawn.for_loops(expanded.picture([root]), [root])
    users: dict[str, set[str]] = {}
    for arrow in made.arrows:
        users.setdefault(arrow.tail, set()).add(arrow.head)

    def reached(name: str) -> set[str]:
        found, todo = set[str](), [name]
        while todo:
            new = users.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found

    assert all(box.id not in reached(box.id) for box in made.boxes)
    loop = next(box.id for box in made.boxes if box.id == "loop0")
    step_of = scopes.steps(expanded.in_order([root]), [root])
    firsts = {made.box_of[x] for x, i in step_of.items() if i == 1}
    lasts = {made.box_of[x] for x, i in step_of.items() if i == max(step_of.values())}
    assert any(loop in reached(x) for x in firsts)
    assert lasts & reached(loop)
    assert made.box_of[root] in reached(loop)


def test_the_ellipsis_says_what_it_stands_for() -> None:
    for steps, said in ((8, ("steps 2 to 7", "× 6")), (4, ("steps 2 to 3", "× 2"))):
        root = recurrence(steps).root
        made = drawn.for_loops(expanded.picture([root]), [root])
        assert ellipses(made) == [("…", f"x2 to x{steps - 1}"), ("…", *said)]
    root = recurrence(3).root
    made = drawn.for_loops(expanded.picture([root]), [root])
    assert ellipses(made) == [("…", "step 2", "× 1")]
    assert "x2 = 0.8" in [line for box in made.boxes for line in box.lines]


def test_the_losses_of_the_steps_left_out_are_left_out() -> None:
    root = with_losses()
    dot = draw(root, loops="collapsed").dot
    assert re.findall(r'label="…\\n(.*?)"', dot) == ["x2 to x5", r"steps 2 to 5\n× 4"]
    assert dot.count('label="squared error') == 2
    assert "binary cross-entropy" in dot
    assert re.findall(r'label="(step \d)"', dot) == ["step 1", "step 6"]


def test_a_neuron_that_reads_the_last_step_is_no_step() -> None:
    root = with_losses()
    found = set(scopes.places(expanded.in_order([root]), [root]).values())
    assert {place for place in found if place[0].startswith("step")} == {
        (f"step {i}",) for i in range(1, 7)
    }
    assert ("layer 1", "neuron 1") in found


def test_a_path_through_the_steps_leads_through_the_ellipsis() -> None:
    root = recurrence(8).root
    state = next(x for x in expanded.in_order([root]) if x.label == "h4")
    dot = draw(root, loops="collapsed", path=[state, root]).dot
    assert re.search(r"^\tloop0 \[.*penwidth=3\.5", dot, re.MULTILINE)


def test_a_loop_that_is_too_long_to_show_can_be_collapsed() -> None:
    w, u, h = Value(0.5, "w"), Value(-0.8, "u"), Value(0.0, "h0")
    for k in range(600):
        h = (w * Value(0.01 * k, f"x{k}") + u * h).tanh()
    h.backward()
    for view in ("expanded", "compact"):
        dot = draw(h, view=view, loops="collapsed").dot
        assert "steps 2 to 599" in dot
        assert "too many" not in dot


@pytest.mark.parametrize("root", [recurrence(2).root, network(2, 3, 1).root, Value(2.0, "x") ** 2])
def test_where_there_is_no_loop_a_note_says_so(root: Value) -> None:
    made = expanded.picture([root])
    assert drawn.for_loops(made, [root]) == made._replace(notes=(drawn.NO_LOOP, *made.notes))


def test_it_is_all_or_collapsed() -> None:
    with pytest.raises(ValueError, match="no loops 'some'"):
        draw(Value(1.0), loops="some")
    with pytest.raises(ValueError, match="loops= is for view='expanded' or view='compact'"):
        draw(Value(1.0), view="network", loops="collapsed")
