"""Part 7, slide 21: layers with linear activations collapse into one."""

from __future__ import annotations

from autograd_mini.graph import Tag
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, edits, gradients, number, on_slides
from autograd_mini.lessons.slides.classroom import Numbers, leaf, named
from autograd_mini.nn.notation import lowered
from autograd_mini.value import Value


@on_slides(
    21,
    edits=[
        *edits("w₂w₁", w1=1.5, w2=0.5),
        edit("w₂b₁ + b₂", b1=1.0),
        edit("a₂", b2=2.0),
        edit("Two layers and one, side by side, row 1, x", xs=(1, 2, 4, 5)),
    ],
)
def collapse(
    w1: float = 2.0,
    b1: float = -1.0,
    w2: float = -1.5,
    b2: float = 0.5,
    x: float = 3.0,
    xs: Numbers = (-2.0, 0.0, 0.5, 3.0),
) -> Lesson:
    """a₂ = w₂(w₁x + b₁) + b₂ is wx + b with w = w₂w₁ and b = w₂b₁ + b₂.

    Args:
        x: the input of the picture.
        xs: the inputs of the table.

    >>> lesson = collapse()
    >>> lesson["a₂"] == lesson["wx + b"]
    True
    """
    w, b = w2 * w1, w2 * b1 + b2
    a2, x_ = two_layers(w1, b1, w2, b2, x)
    one = named("wx + b", leaf("w", w, "weight") * x + Value(b, "b"))
    a2.backward()
    one.backward()
    rows = [(at, two_layers(w1, b1, w2, b2, at)[0].data, (w * Value(at) + b).data) for at in xs]
    return Lesson(
        numbers=(
            number("w₂w₁", w, "= w"),
            number("w₂b₁ + b₂", b, "= b"),
            number("a₂", a2, "through two layers"),
            number("wx + b", one, "through one"),
            *gradients("a₂", x_, note="= w"),
        ),
        tables=(Table("Two layers and one, side by side", ("x", "a₂", "wx + b"), rows),),
        pictures=(Picture("linear-two-layers", a2, frames=True), Picture("linear-collapsed", one)),
    )


def two_layers(w1: float, b1: float, w2: float, b2: float, x: float) -> tuple[Value, Value]:
    """a₂ and x of two layers in a row, both without an activation function."""
    x_ = leaf("x", x, "input")
    a1 = _layer(1, w1, x_, b1)
    return _layer(2, w2, a1, b2), x_


def _layer(place: int, w: float, a: Value, b: float) -> Value:
    """One linear layer of one neuron: wa + b, all of it in a frame."""
    scope, low = (f"layer {place}",), lowered(place)
    w_, b_ = (Value(w, Tag(f"w{low}", scope, "weight")), Value(b, Tag(f"b{low}", scope, "bias")))
    product = named(Tag(f"w{low}{a.label}", scope), w_ * a)
    return named(Tag(f"a{low}", scope), product + b_)
