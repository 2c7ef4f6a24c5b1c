"""What a reader sees of pictures: no box on another, no line through a box, labels at their lines.

The limits on crossings were fixed with the pictures that `dot` made of the same graphs; the counts
then and now are a table in the documentation.
"""

from __future__ import annotations

import random
import re
from functools import cache

import pytest

from autograd_mini import Value, draw, graph
from autograd_mini.show.draw import expanded
from autograd_mini.show.layout.stacking import pooled
from tests.show.geometry import Faults, Seen, crossings, disorder, faults, seen
from tests.show.sights import SIGHTS, Sight


@cache
def sight(name: str) -> Sight:
    return SIGHTS[name]()


@cache
def picture(name: str, view: str) -> Seen:
    return seen(draw(sight(name).root, view=view).svg)


LARGE = {"4-6-6-1", "8-8-8-1"}
"""Too many lines to measure pair by pair in every view."""
FEW = [name for name in SIGHTS if name != "4-6-6-1"]


@pytest.mark.parametrize(
    ("name", "view"),
    [
        (name, view)
        for name in FEW
        for view in ("expanded", "compact")
        if name not in LARGE or view == "expanded"
    ],
)
def test_nothing_misleads(name: str, view: str) -> None:
    assert faults(picture(name, view)) == Faults()


@pytest.mark.parametrize("name", FEW)
def test_lines_cross_no_more_often_than_they_must(name: str) -> None:
    assert crossings(picture(name, "expanded")) <= sight(name).crossings


@pytest.mark.parametrize("name", FEW)
def test_boxes_stand_in_order(name: str) -> None:
    box_of = expanded.picture([sight(name).root]).box_of
    expected = [[box_of[node] for node in column] for column in sight(name).columns]
    assert disorder(picture(name, "expanded"), expected) == 0


@pytest.mark.parametrize("seed", range(8))
def test_operands_enter_in_order(seed: int) -> None:
    """From top to bottom on the left side of what is made of them."""
    source = random.Random(seed)
    made = [Value(source.uniform(1, 2), f"x{i}") for i in range(4)]
    for _ in range(10):
        made.append(source.choice(made) - source.choice(made) / source.choice(made))
    lines = seen(draw(made[-1]).svg).lines
    into: dict[str, list[str]] = {}
    for arrow in expanded.picture([made[-1]]).arrows:
        into.setdefault(arrow.head, []).append(arrow.tail)
    for head, tails in into.items():
        drawn = sorted((line for line in lines if line.head == head), key=lambda x: x.points[-1][1])
        assert [line.tail for line in drawn] == tails


def test_the_steps_of_a_recurrence_stand_in_a_row() -> None:
    frames = picture("recurrence of 6 steps", "expanded").frames
    heights = {round(frame.top) for frame in frames.values() if frame.right - frame.left > 0}
    assert len(frames) == 6 + 1  # one for each step, and the legend
    assert len(heights) == 1 + 1


def test_neighbours_are_kept_apart_and_moved_as_little_as_can_be() -> None:
    source = random.Random(0)
    for _ in range(50):
        wanted = [source.uniform(0, 10) for _ in range(6)]
        weights = [source.uniform(0.5, 3) for _ in range(6)]
        apart = [source.uniform(0, 3) for _ in range(5)]

        def cost(places: list[float], w: list[float] = wanted, c: list[float] = weights) -> float:
            return sum(k * (a - b) ** 2 for k, a, b in zip(c, places, w, strict=True))

        best = pooled(wanted, weights, apart)
        assert all(b - a >= gap - 1e-9 for a, b, gap in zip(best, best[1:], apart, strict=False))
        for i in range(6):  # moving all from one on, or up to one, makes it no better
            for by in (-1e-3, 1e-3):
                for part in (range(i, 6), range(i + 1)):
                    moved = [x + by * (k in part) for k, x in enumerate(best)]
                    gaps = zip(moved, moved[1:], apart, strict=False)
                    if all(b - a >= gap for a, b, gap in gaps):
                        assert cost(moved) >= cost(best) - 1e-9


# --- the measure itself ---------------------------------------------------------------------------

BOX = '<g class="node"><title>{}</title><polygon stroke="black" points="{},{} {},{}"/></g>'


def made(*edges: str, boxes: str = "") -> Seen:
    """A picture with boxes a, b and c in a row, from 0 to 30, 100 to 130 and 200 to 230."""
    three = "".join(
        BOX.format(name, x, 0, x + 30, 20) for name, x in (("a", 0), ("b", 100), ("c", 200))
    )
    return seen(f'<svg xmlns="http://www.w3.org/2000/svg">{three}{boxes}{"".join(edges)}</svg>')


def edge(ends: str, path: str, label: str = "", x: float = 0, y: float = 0) -> str:
    text = f'<text text-anchor="middle" x="{x}" y="{y}" font-size="10">{label}</text>'
    return f'<g class="edge"><title>{ends}</title><path d="{path}"/>{text if label else ""}</g>'


STRAIGHT = edge("a-&gt;b", "M30,10C50,10 80,10 100,10", "1.5", 65, 8)


def test_a_good_picture_has_no_faults() -> None:
    good = made(STRAIGHT, edge("b-&gt;c", "M130,10C150,10 180,10 200,10", "2", 165, 8))
    assert faults(good) == Faults()
    assert crossings(good) == 0
    assert disorder(good, [["a"], ["b"]]) == 0


@pytest.mark.parametrize(
    ("fault", "picture"),
    [
        ("overlaps", made(boxes=BOX.format("d", 10, 10, 40, 30))),
        ("through_boxes", made(edge("a-&gt;c", "M30,10C80,10 150,10 200,10"))),
        (
            "through_frames",
            made(
                edge("a-&gt;c", "M15,20C80,60 150,60 215,20"),
                boxes=BOX.format("f", 90, -10, 140, 90).replace("node", "cluster"),
            ),
        ),
        ("merged", made(STRAIGHT, edge("a-&gt;b", "M30,10.5C50,10.5 80,10.5 100,10.5"))),
        ("covered", made(STRAIGHT, edge("a-&gt;b", "M30,4C50,4 80,4 100,4", "7.25", 62, 5))),
        ("covered", made(edge("a-&gt;b", "M30,10C50,10 80,10 100,10", "label", 95, 8))),
        ("astray", made(STRAIGHT, edge("a-&gt;b", "M30,3C50,3 80,3 100,3"))),
        ("astray", made(STRAIGHT, edge("a-&gt;c", "M30,20C50,12 70,2 90,-8"))),
    ],
)
def test_planted_faults_are_found(fault: str, picture: Seen) -> None:
    assert getattr(faults(picture), fault) > 0


def test_crossings_are_counted_away_from_common_boxes() -> None:
    up = edge("a-&gt;c", "M30,40C80,40 150,80 200,80")
    down = edge("b-&gt;c", "M30,80C80,80 150,40 200,40")
    assert crossings(made(up, down)) == 1
    fan = [edge("a-&gt;c", f"M30,10C80,10 150,{y} 200,{y}") for y in (5, 15)]
    assert crossings(made(*fan)) == 0


def test_disorder_is_counted() -> None:
    boxes = BOX.format("d", 0, 40, 30, 60) + BOX.format("e", 0, 80, 30, 100)
    column = made(boxes=boxes)
    assert disorder(column, [["a", "d", "e"]]) == 0
    assert disorder(column, [["d", "a", "e"]]) == 1
    assert disorder(column, [["a", "b"]]) == 1  # beside each other


def test_a_random_graph_is_the_same_picture_in_every_process() -> None:
    root = SIGHTS["random graph 0"]().root
    assert draw(root).dot == draw(SIGHTS["random graph 0"]().root).dot
    assert len(graph.order(root)) > 10


def test_arrows_may_point_down() -> None:
    for name in ("2-3-1", "recurrence of 3 steps", "random graph 2"):
        shown = seen(draw(sight(name).root, direction="down").svg)
        assert faults(shown) == Faults()
        heads = [(line.points[0][1], line.points[-1][1]) for line in shown.lines]
        assert all(start < end for start, end in heads)


@pytest.mark.parametrize("view", ["expanded", "network"])
def test_a_picture_for_a_slide_has_its_aspect_and_says_what_cannot_be_read(view: str) -> None:
    for name in ("2-3-1", "recurrence of 8 steps"):
        drawing = draw(sight(name).root, view=view, aspect="16:9")
        wide, tall = map(float, drawing.svg.split('viewBox="')[1].split('"')[0].split()[2:])
        assert wide / tall == pytest.approx(16 / 9, rel=0.03)
        least = min(float(x) for x in re.findall(r'font-size="([\d.]+)"', drawing.svg))
        assert ("pixels high" in drawing.dot) == (least * 1280 / wide < 12)
    with pytest.raises(ValueError, match='takes a width and a height such as "16:9"'):
        draw(sight("1-1").root, aspect="wide")


def test_a_view_is_chosen_and_said() -> None:
    for name, view in (("2-1", "expanded"), ("2-4-4-1", "compact"), ("8-8-8-1", "network")):
        root = sight(name).root
        chosen = draw(root, view="auto")
        assert f"Chosen: view='{view}', since" in chosen.dot
        assert repr(chosen) == repr(draw(root, view=view))
