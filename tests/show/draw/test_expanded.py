"""The expanded view: what each box and each arrow says."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from autograd_mini import Value, losses, nn, ops
from autograd_mini.graph import Tag, order
from autograd_mini.numbers import significant
from autograd_mini.show import draw
from autograd_mini.show.draw import expanded
from autograd_mini.show.draw.options import Options
from autograd_mini.show.palette import THEMES, Theme, luminance
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.shapes import LEGEND_SIZE, SHAPES
from tests.graphs import build, recipes
from tests.show.reading import arrows, boxes, number_of, texts

ROOT = Path(__file__).parents[3]
short = significant(4)


def seen(*outputs: Value) -> Picture:
    return expanded.picture(outputs)


def box(root: Value, node: Value) -> Box:
    """What the picture of ``root`` shows of a node."""
    return seen(root).boxes[expanded.in_order([root]).index(node)]


def notes(root: Value) -> str:
    return " ".join(seen(root).notes)


def number(arrow: Arrow) -> float:
    """The local derivative of an arrow, to the last bit."""
    return number_of(arrow.tooltip.rpartition(" = ")[2])


# --- boxes and arrows ---------------------------------------------------------------------------


def test_a_box_tells_the_operation_the_label_the_data_and_the_gradient() -> None:
    a, b = Value(2.0, "a"), Value(-0.125, "b")
    c = a * b
    c.label = "c"
    y = c.sigmoid()
    y.backward()
    assert box(y, a).lines == ("a = 2", f"grad {short(a.grad)}")
    assert box(y, c).lines == ("×", "c = −0.25", f"grad {short(c.grad)}")
    assert box(y, y).lines == ("σ", "0.4378", "grad 1")
    assert box(y, c).tooltip == f"c\n= a · b\ndata −0.25\ngradient {c.grad!r}".replace("-", "−")


def test_an_operand_used_twice_has_two_arrows() -> None:
    a = Value(3.0, "a")
    assert [(x.tail, x.head, x.text) for x in seen(a + a).arrows] == [("n0", "n1", "1")] * 2
    assert [x.text for x in seen(a * a).arrows] == ["3", "3"]


def test_arrows_come_in_the_order_of_the_operands() -> None:
    a, b = Value(3.0, "a"), Value(4.0, "b")
    for root, tails in ((a - b, ["n0", "n1"]), (b - a, ["n0", "n1"]), (2.0 / a, ["n0", "n1"])):
        assert [arrow.tail for arrow in seen(root).arrows] == tails
    assert box(2.0 / a, a).id == "n1"
    z = ops.affine([a, b], [1.5, 2.5], Value(0.5, "c"))
    assert [arrow.text for arrow in seen(z).arrows] == ["1.5", "", "2.5", "", "1"]


def test_an_arrow_from_a_constant_carries_no_number() -> None:
    x = Value(3.0, "x")
    square = x**2
    first, second = seen(square).arrows
    assert (first.text, second.text) == ("6", "")
    assert second.tooltip == "2 is a constant"
    assert box(square, square.operands[1]).lines == ("2",)  # and the constant has no gradient
    square.backward()
    assert box(square, square.operands[1]).lines == ("2",)


@given(recipes())
def test_the_chain_rule_holds_on_the_picture(recipe: object) -> None:
    """What the arrows carry, times the gradients they come from, adds up to the gradients shown."""
    _, root = build(recipe)  # type: ignore[arg-type]
    root.backward()
    picture = seen(root)
    nodes = dict(zip([box.id for box in picture.boxes], expanded.in_order([root]), strict=True))
    sums: dict[str, list[float]] = {}
    for arrow in picture.arrows:
        if arrow.text:
            sums.setdefault(arrow.tail, []).append(nodes[arrow.head].grad * number(arrow))
            assert arrow.text == short(number(arrow))
        else:
            assert not nodes[arrow.tail].has_grad
    for name, products in sums.items():
        if all(map(math.isfinite, products)):
            size = sum(map(abs, products))
            assert math.isclose(math.fsum(products), nodes[name].grad, abs_tol=1e-12 * size)


@pytest.mark.parametrize("name", ops.TABLE)
def test_every_row_of_the_table_can_be_drawn(name: str) -> None:
    row = ops.TABLE[name]
    numbers = [0.4 * low + 0.6 * high for low, high in row.domain]
    leaves = [Value(x) for x in numbers]
    if name == "affine":
        node, leaves = ops.affine(leaves, leaves, leaves[0]), leaves * 3
    else:
        node = row(leaves) if row.arity is None else row(*leaves)
    data = [leaf.data for leaf in leaves]
    locals_ = [short(row.local(i, node.data, data)) for i in range(len(data))]
    assert [arrow.text for arrow in seen(node).arrows] == locals_
    if name not in expanded.SPELLED_OUT:
        assert seen(node).boxes[-1].lines[0] == row.label


def test_a_new_row_is_drawn_without_further_ado() -> None:
    cube = ops.op("cube", lambda x: x**3, lambda z, x: 3.0 * x * x, domain=((1.0, 2.0),))
    try:
        picture = seen(cube(Value(2.0, "x")))
    finally:
        del ops.TABLE["cube"]
    assert picture.boxes[1].lines == ("cube", "8", "grad –")
    assert picture.arrows[0].tooltip == "∂(cube(x))/∂(x) = 12.0"


def test_several_outputs_share_one_picture() -> None:
    x = Value(1.0, "x")
    picture = seen(x.exp(), x.sin())
    assert [box.kind for box in picture.boxes] == ["leaf", "output", "output"]
    assert draw([x.exp(), x.sin()], legend=False).dot.count("->") == 2


def test_a_leaf_alone_is_a_picture() -> None:
    assert [box.lines for box in seen(Value(2.0)).boxes] == [("2", "grad –")]
    assert "->" not in draw(Value(2.0)).dot


# --- gradients ----------------------------------------------------------------------------------


def test_a_gradient_that_was_not_computed_is_no_zero() -> None:
    x = Value(3.0, "x")
    y = x * 0.0
    assert {box.lines[-1] for box in seen(y).boxes if box.kind != "constant"} == {"grad –"}
    assert "grad –: not computed" in notes(y)
    y.backward()
    assert box(y, x).lines[-1] == "grad 0"
    assert "not computed" not in notes(y)


def test_a_mixture_of_passes_is_flagged() -> None:
    a = Value(3.0, "a")
    b = a * 2.0
    c = b * b
    c.backward()
    assert not any(box.flagged for box in seen(c).boxes)
    assert "Mixture" not in notes(c)
    b.backward()
    assert box(c, b).lines[-1] == "grad 1 (pass B)"
    assert box(c, c).lines[-1] == "grad 1 (pass A)"
    assert (box(c, b).flagged, box(c, c).flagged) == (True, False)
    assert "Mixture: gradients come from 2 backward passes" in notes(c)
    c.backward()
    assert "Mixture" not in notes(c)


def test_a_leaf_that_sums_up_passes_is_flagged() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    assert not box(y, x).flagged
    y.backward()
    assert box(y, x).lines == ("x = 3", "grad 12", "(sum of 2 passes)")
    assert box(y, x).flagged
    assert not box(y, y).flagged
    assert "adds up the gradients of n backward passes" in notes(y)
    y.zero_grad()
    y.backward()
    assert box(y, x).lines == ("x = 3", "grad 6")


def test_gradients_of_another_output_are_pointed_out() -> None:
    x = Value(3.0, "x")
    z = x * x
    y = z + 1.0
    z.backward()
    assert box(y, y).lines[-1] == "grad –"
    assert "not those of this output" in notes(y)
    y.backward()
    assert "not those of this output" not in notes(y)


def test_a_gradient_set_by_hand_is_called_so() -> None:
    x = Value(3.0, "x")
    y = x * x
    x.grad = 0
    assert box(y, x).lines == ("x = 3", "grad 0", "(set by hand)")
    y.backward()
    assert box(y, x).lines == ("x = 3", "grad 6")


def test_a_stale_graph_is_drawn_and_marked() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    z = w * x
    y = z**2
    y.backward()
    w.data = 5.0
    assert box(y, w).lines == ("w = 5", "(changed)", "grad 36")
    assert box(y, z).lines == ("×", "6", "(old)", "grad 12")
    assert [box(y, node).flagged for node in (w, x, z, y)] == [True, False, True, False]
    assert [arrow.text for arrow in seen(y).arrows] == ["?", "?", "12", ""]
    assert "Compute the forward pass again" in notes(y)


# --- kinds --------------------------------------------------------------------------------------


def kinds(root: Value) -> list[str]:
    return [box.kind for box in seen(root).boxes]


def test_kinds_by_role() -> None:
    y = nn.MLP(2, [2, 1], "tanh", rng=random.Random(0))([0.5, 1.0])
    loss = losses.squared_error(y, 1.0)
    counted = [box.kind for box in expanded.picture([loss], Options(open_loss=True)).boxes]
    # 2·2 + 2 weights, 2 + 1 biases, 2 inputs, a target, and the 2 of the square
    expected = {"weight": 6, "bias": 3, "input": 2, "target": 1, "constant": 1, "output": 1}
    assert {kind: counted.count(kind) for kind in expected} == expected
    tagged = Tag("v", role="bias")
    assert kinds(Value(1.0, tagged) * Value(2.0, "u")) == ["bias", "leaf", "output"]


def test_kinds_by_use_in_a_weighted_sum() -> None:
    rooms, price, base, odd = (Value(1.0, name) for name in ("rooms", "price", "base", "odd"))
    z = ops.affine([price, odd], [rooms, odd], base)
    assert kinds(z) == ["weight", "input", "leaf", "bias", "output"]


def test_kinds_by_letter_where_there_is_a_weight() -> None:
    names = ("w₁", "x₁", "θ", "b⁽²⁾", "β", "y", "t", "speed", "bedrooms", "theta_1")
    picture = seen(ops.sum([Value(1.0, name) for name in names]))
    assert [box.kind for box in picture.boxes[:-1]] == [
        *("weight", "input", "weight", "bias", "bias"),
        *("target", "target", "leaf", "leaf", "weight"),
    ]
    a, b, c = Value(1.0, "a"), Value(2.0, "b"), Value(3.0, "c")
    assert set(kinds(a * b + c)) == {"leaf", "interior", "output"}


def test_kinds_differ_by_shape_and_by_colour_and_in_grey() -> None:
    shapes = [(shape.name, shape.style, shape.outlines) for shape in SHAPES.values()]
    assert len(set(shapes)) == len(SHAPES)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_every_kind_has_colours_and_text_stays_readable_on_them(theme: Theme) -> None:
    assert theme.boxes.keys() == SHAPES.keys()
    boxes = {kind: fill for kind, (fill, _) in theme.boxes.items() if kind != "text"}
    fills = [fill for kind, fill in boxes.items() if kind not in {"leaf", "interior", "neuron"}]
    assert len(set(fills)) == len(fills)
    text = {"black": "#000000"}.get(theme.text, theme.text)
    least = 12 if theme.text == "black" else 7
    for fill in boxes.values():
        low, high = sorted((luminance(fill), luminance(text)))
        assert (high + 0.05) / (low + 0.05) > least


def test_the_legend_names_the_kinds_that_appear(program: str) -> None:
    y = Value(0.5, "w") * Value(2.0, "x") + 1.0
    words = set(texts(draw(y, program=program).svg))
    assert {"weight", "input", "constant", "step of the computation", "output"} <= words
    assert "bias" not in texts(draw(y, program=program).svg)
    assert "weight" not in texts(draw(y, legend=False, program=program).svg)
    assert "legend" not in draw(Value(1.0)).dot
    assert "legend" in draw(Value(1.0), legend=True).dot


# --- the whole of it ----------------------------------------------------------------------------


def test_the_image_says_what_the_picture_says(program: str) -> None:
    w, x = Value(-0.5, "w₁₂⁽¹⁾"), Value(2.0, "x̂")
    y = (w * x * x).tanh()
    y.label = "ŷ"
    y.backward()
    svg, picture = draw(y, program=program).svg, seen(y)
    shown = boxes(svg)
    for box in picture.boxes:
        assert shown[box.id] == (list(box.lines), box.tooltip)
    labelled = {(name.replace(":e", ""), "".join(read.lines).strip()) for name, read in arrows(svg)}
    assert {(f"{a.tail}->{a.head}", a.text) for a in picture.arrows} <= labelled
    assert all(note.split(":")[0] in " ".join(texts(svg)) for note in picture.notes)


def test_numbering_is_the_order_of_creation_and_looking_does_not_change_it() -> None:
    x = Value(2.0, "x")
    y = 3.0 * x + x**2.0
    before = draw(y).dot
    assert [box.tooltip.split("\n")[0] for box in seen(y).boxes][:3] == ["3", "x", "3 · x"]
    assert expanded.in_order([y]) == order(y)
    assert draw(y).dot == before


DRAWN = """
import random
from autograd_mini import nn, losses, ops
from autograd_mini.show import draw
model = nn.MLP(3, [4, 1], "tanh", rng=random.Random(0))
loss = losses.mse([model([i, 1.0, 2.0]) for i in range(3)], [0.0, 1.0, 2.0])
loss.backward()
print(draw(loss).dot, draw(loss, max_nodes=20).dot)
"""


def test_the_text_is_the_same_in_every_process() -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-c", DRAWN],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(texts) == 1


def test_digits() -> None:
    y = Value(2.0, "x") / 3.0
    assert box(y, y).lines[1] == "0.6667"
    assert "0.67\\n" in draw(y, digits=2).dot


# --- legible ------------------------------------------------------------------------------------


def networks() -> dict[str, Value]:
    """The 3-4-1 network of the slides in several guises."""

    def model(activation: str) -> nn.MLP:
        return nn.MLP(3, [4, 1], activation, output="sigmoid", rng=random.Random(0))

    numbers = [0.4, 2.0, 17.0]
    features = ["difficulty of material", "assignments due", "days until midterm"]
    named = [Value(x, name) for x, name in zip(numbers, features, strict=True)]
    made = {
        "plain": nn.MLP(3, [4, 1], "relu", rng=random.Random(0))(numbers),
        "sigmoid": model("tanh")([Value(x) for x in numbers]),
        "with its loss": losses.binary_cross_entropy(model("relu")(named), 1.0),
    }
    for output in made.values():
        output.backward()
    return made


@pytest.mark.parametrize("name", networks())
def test_the_smallest_text_is_legible_at_1280_pixels(name: str, program: str) -> None:
    svg = draw(networks()[name], program=program).svg
    wide = float(svg.split('viewBox="')[1].split()[2])
    sizes = [float(part.split('"')[0]) for part in svg.split('font-size="')[1:]]
    sizes = [size for size in sizes if size != LEGEND_SIZE]  # it stands apart from the picture
    assert len(sizes) > 50
    assert min(sizes) * 1280 / wide >= (9.5 if name == "with its loss" else 10.0)


# --- refusals -----------------------------------------------------------------------------------


def test_refusals() -> None:
    x = Value(1.0)
    with pytest.raises(
        ValueError, match="no view 'compakt'; there is 'expanded', 'compact', 'network'"
    ):
        draw(x, view="compakt")
    for wrong, name in ((3.0, "float 3.0"), ([], "an empty list"), ([x, "y"], "str 'y'")):
        with pytest.raises(TypeError, match=f"draw: expected a Value.*{name}"):
            draw(wrong)  # type: ignore[arg-type]
    for option in ("digits", "max_nodes", "timeout"):
        with pytest.raises(ValueError, match=f"{option}=0; it must be above 0"):
            draw(x, **{option: 0})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="timeout=nan"):
        draw(x, timeout=math.nan)


def test_a_leaf_filled_by_another_output_alone_is_part_of_the_mixture() -> None:
    x = Value(3.0, "x")
    y = x * 2
    z = x * x
    z.backward()
    x.zero_grad()
    y.backward()
    assert box(z, x).lines[-1] == "grad 2 (pass B)"
    assert box(z, z).lines[-1] == "grad 1 (pass A)"
    assert "Mixture" in notes(z)
