"""Part 2, slides 5 and 6: linear regression, and the price of a house."""

from __future__ import annotations

from autograd_mini import losses, nn, ops, optim
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, Progress, edit, edits, gradients, number, on_slides
from autograd_mini.lessons.numeric import descend
from autograd_mini.lessons.slides.classroom import (
    Numbers,
    inputs,
    leaf,
    named,
    products,
    weights,
    with_numbers,
)
from autograd_mini.lessons.slides.learning import FEATURES, OTHER_POINTS, POINTS, Points, line_chart
from autograd_mini.numbers import equals, short
from autograd_mini.value import Value


@on_slides(
    5, edits=[edit("y", m=2.5), edit("∂y/∂m", x=10.0), edit("y", b=-1.0)], fixed={"∂y/∂b": "a sum"}
)
def one_dimensional(m: float = 2.0, x: float = 3.0, b: float = 1.0) -> Lesson:
    """y = mx + b.

    >>> one_dimensional(m=0.5, x=10.0)["y"]
    6.0
    """
    m_, x_, b_ = leaf("m", m, "weight"), leaf("x", x, "input"), Value(b, "b")
    y = named("y", named("mx", m_ * x_) + b_)
    y.backward()
    return Lesson(
        numbers=(
            number("m", m_),
            number("x", x_),
            number("b", b_),
            number("y", y, "the prediction"),
            *gradients("y", m_, x_, b_),
        ),
        pictures=(Picture("linear-1d", y),),
    )


@on_slides(
    5,
    edits=[edit("y", b=1.5), edit("y", w=(0.1, 0.2, 0.3)), edit("∂y/∂w₁", x=(1.0, 2.0, 3.0))],
    fixed={"∂y/∂b": "a sum"},
)
def many_dimensional(
    w: Numbers = (0.5, -1.0, 2.0), x: Numbers = (4.0, 3.0, 1.5), b: float = 0.5
) -> Lesson:
    """y = w₁x₁ + … + wₙxₙ + b, spelled out and as the engine's one node."""
    w_, b_ = weights(w), Value(b, "b")
    y = named("y", products(w_, inputs(x), b_))
    y.backward()
    same = with_numbers(nn.LinearRegression(len(w)), (*w, b))([*x])
    same.backward()
    terms = [
        (str(k), w_k, x_k, w_k * x_k) for k, (w_k, x_k) in enumerate(zip(w, x, strict=True), 1)
    ]
    return Lesson(
        numbers=(
            number("y", y, "product by product"),
            number("y of nn.LinearRegression", same, "one node"),
            *gradients("y", *w_, b_),
        ),
        tables=(Table("What goes in", ("k", "wₖ", "xₖ", "wₖxₖ"), terms),),
        pictures=(Picture("linear-many", y), Picture("linear-one-node", same)),
        told={"n": len(w)},
    )


@on_slides(
    5,
    edits=[
        edit("MSE after", steps=20),
        edit("m", points=OTHER_POINTS),
        edit("m", alpha=0.02, steps=10),
    ],
)
def fitted_line(
    points: Points = POINTS, alpha: float = 0.1, steps: int = 200, progress: Progress | None = None
) -> Lesson:
    """The line of slide 3, its parameters found by gradient descent."""
    m, b = leaf("m", 0.0, "weight"), Value(0.0, "b")
    xs, ys = zip(*points, strict=True)
    history = descend(
        [m, b], lambda: losses.mse([m * x + b for x in xs], ys), alpha, steps, progress
    )
    slope, start = short(m.data, 4), short(b.data, 4)
    return Lesson(
        numbers=(
            number("m", m, "learned"),
            number("b", b, "learned"),
            number("MSE before", history[0]),
            number("MSE after", history[-1]),
        ),
        pictures=(Picture("fitted-line", line_chart(b.data, m.data, points)),),
        told={"line": f"{equals(slope, start)} {slope}x + {start}"},
    )


@on_slides(
    6, edits=edits("z", x=(4.0, 2.0, 2000.0), w=(10.0, 11.0, 0.2), b=5.0), fixed={"∂z/∂b": "a sum"}
)
def house_price(
    w: Numbers = (20.0, 15.0, 0.1), x: Numbers = (5.0, 3.0, 3000.0), b: float = 50.0
) -> Lesson:
    """z = 5w₁ + 3w₂ + 3000w₃ + b.

    Args:
        w: thousand dollars for each bedroom, bathroom and square foot.
        x: bedrooms, bathrooms and square feet.
        b: what the house costs before anything is counted.

    >>> house_price()["z"]
    495.0
    """
    w_, b_ = weights(w), Value(b, "b")
    z = named("z", products(w_, inputs(x), b_))
    z.backward()
    given = [*map(short, x)]
    summed = f"{equals(*given)} {given[0]}w₁ + {given[1]}w₂ + {given[2]}w₃ + b"
    rows = [(name, x_k, w_k, w_k * x_k) for name, x_k, w_k in zip(FEATURES, x, w, strict=True)]
    return Lesson(
        numbers=(number("z", z, "thousand dollars"), *gradients("z", *w_, b_)),
        tables=(Table("The house", ("feature", "x", "w (thousand dollars each)", "w·x"), rows),),
        pictures=(Picture("house-price", z),),
        told={"sum": summed, "weights": ", ".join(map(short, w))},
    )


@on_slides(
    6,
    edits=[
        edit("z after one step, scaled", units=(2.0, 2.0, 500.0)),
        *edits("z", w=(10.0, 11.0, 0.2), x=(4.0, 2.0, 2000.0)),
        *edits("z after one step", alpha=0.02, price=400.0),
    ],
)
def scaling(
    w: Numbers = (20.0, 15.0, 0.1),
    x: Numbers = (5.0, 3.0, 3000.0),
    b: float = 50.0,
    units: Numbers = (1.0, 1.0, 1000.0),
    price: float = 450.0,
    alpha: float = 0.01,
) -> Lesson:
    """The house again: what 3000 square feet do to the gradient, and how scaling helps.

    Args:
        w, x, b: as for :func:`house_price`.
        units: what each feature is divided by; its weight is multiplied by it, so z stays.
        price: what the house was sold for, in thousand dollars.
        alpha: the learning rate of the one step.
    """
    before, gradient, after = one_step(w, x, b, price, alpha)
    scaled_w = [w_k * unit for w_k, unit in zip(w, units, strict=True)]
    scaled_x = [x_k / unit for x_k, unit in zip(x, units, strict=True)]
    same, tamed, brought = one_step(scaled_w, scaled_x, b, price, alpha)
    heads = ("feature", "x", "∂L/∂w", "x, scaled", "∂L/∂w, scaled")
    rows = [*zip(FEATURES, x, gradient, scaled_x, tamed, strict=True)]
    return Lesson(
        numbers=(
            number("z", before, "before the step, thousand dollars"),
            number("z of scaled features", same, "the same price"),
            number("z after one step", after, "features as they are"),
            number("z after one step, scaled", brought, f"sold for {short(price)}"),
        ),
        tables=(Table("Gradient sizes before and after scaling", heads, rows),),
        told={
            "feet": x[2],
            "unit": units[2],
            "ratio": gradient[2] / gradient[0],
            "scaled ratio": tamed[2] / tamed[0],
        },
    )


def one_step(
    w: Numbers, x: Numbers, b: float, price: float, alpha: float
) -> tuple[float, list[float], float]:
    """A prediction, the gradient of its squared error, and the prediction after one step."""
    w_, b_ = weights(w), Value(b, "b")
    before = ops.affine(w_, x, b_)
    loss = losses.squared_error(before, price)
    loss.backward()
    gradient = [leaf.grad for leaf in w_]
    optim.SGD([*w_, b_], lr=alpha).step()
    return before.data, gradient, ops.affine(w_, x, b_).data
