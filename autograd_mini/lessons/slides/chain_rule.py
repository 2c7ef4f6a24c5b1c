"""Part 12, slide 38: the chain rule, factor by factor.

Vocabulary: a *factor* is the derivative of one step with respect to what goes into it. The slide's
products are of matrices and vectors; written for one weight they are products of numbers:

- ∂J/∂w₁ₖ⁽²⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂w₁ₖ⁽²⁾
- ∂J/∂wⱼₖ⁽¹⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂aⱼ⁽¹⁾ · ∂aⱼ⁽¹⁾/∂zⱼ⁽¹⁾ · ∂zⱼ⁽¹⁾/∂wⱼₖ⁽¹⁾

The network has one output, and one example is looked at, so J = L.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.numeric import slope
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Parameters, named
from autograd_mini.lessons.slides.factors import compare, factors_of, local
from autograd_mini.nn.notation import lowered
from autograd_mini.value import Value

FACTORS = ("∂J/∂a⁽²⁾", "∂a⁽²⁾/∂z⁽²⁾")
COMPARED = ("product", "backward()", "measured")
"""Headings of both tables: the factors that all weights share, and what is compared."""


@on_slides(38, edits=[edit("product", x=0.5)])
def simple(x: float = 0.8) -> Lesson:
    """d/dx f(g(x)) = f′(g(x)) · g′(x), with f = tanh and g the square."""
    x_ = Value(x, "x")
    g = named("g(x)", x_**2)
    f = named("f(g(x))", g.tanh())
    f.backward()
    outer, inner = local(f, g), local(g, x_)
    measured = slope(lambda t: (Value(t) ** 2).tanh().data, x)
    return Lesson(
        numbers=(
            number("f′(g(x))", outer),
            number("g′(x)", inner),
            number("product", outer * inner),
            number("backward()", x_.grad),
            number("measured", measured, "by a central difference"),
        ),
        pictures=(Picture("chain-simple", f),),
    )


@on_slides(38, edits=[*classroom.edits("∂J/∂a⁽²⁾"), edit("∂J/∂a⁽²⁾", hidden="tanh")])
def output_layer(
    parameters: Parameters = PARAMETERS,
    x: Sequence[float] = classroom.X,
    y: float = 1.0,
    hidden: str = "relu",
) -> Lesson:
    """∂J/∂W⁽²⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂W⁽²⁾.

    Args:
        hidden: the activation of the hidden layer.
    """
    found = factors_of(parameters, x, y, hidden)
    checked = compare(parameters, x, y, hidden)[-len(found.dz2_dW2) :]
    rows = [
        (c.name, found.dJ_da2, found.da2_dz2, last, c.product, c.backward, c.measured)
        for c, last in zip(checked, found.dz2_dW2, strict=True)
    ]
    model = classroom.network(parameters, hidden)
    J = named("J", classroom.loss(model([*x]), y))
    J.backward()
    bias = model.layers[-1].b[0]
    return Lesson(
        numbers=(
            number("∂J/∂a⁽²⁾", found.dJ_da2, "how the cost sees the prediction"),
            number("∂a⁽²⁾/∂z⁽²⁾", found.da2_dz2, "slope of the sigmoid"),
            number("∂J/∂z⁽²⁾", found.dJ_da2 * found.da2_dz2, "their product"),
            number("∂J/∂b₁⁽²⁾", bias.grad, "by backward(), the same"),
        ),
        tables=(
            Table(
                "Every weight of the output neuron", ("w", *FACTORS, "∂z⁽²⁾/∂w", *COMPARED), rows
            ),
        ),
        pictures=(Picture("chain-network", J),),
    )


@on_slides(
    38,
    edits=[
        *classroom.edits("Every weight of the hidden layer, row 1, product"),
        edit("Every weight of the hidden layer, row 1, product", hidden="tanh"),
    ],
)
def hidden_layer(
    parameters: Parameters = PARAMETERS,
    x: Sequence[float] = classroom.X,
    y: float = 1.0,
    hidden: str = "relu",
) -> Lesson:
    """∂J/∂W⁽¹⁾, the product of five factors.

    Args:
        hidden: the activation of the hidden layer.
    """
    found = factors_of(parameters, x, y, hidden)
    checked = iter(compare(parameters, x, y, hidden))
    rows: list[TableRow] = []
    for through, own, row in zip(found.dz2_da1, found.da1_dz1, found.dz1_dW1, strict=True):
        for last in row:
            c = next(checked)
            chain = (found.dJ_da2, found.da2_dz2, through, own, last)
            rows.append((c.name, *chain, c.product, c.backward, c.measured))
    silent = [f"{j}" for j, own in enumerate(found.da1_dz1, 1) if own == 0.0]
    told = (
        f"Hidden neuron {', '.join(silent)} is silent for this x: its ReLU has slope 0, so its "
        "weights have the derivative 0 and learn nothing from this example."
    )
    return Lesson(
        numbers=(
            *(
                number(f"∂z⁽²⁾/∂a{lowered(j)}⁽¹⁾", v, "a weight of the output neuron")
                for j, v in enumerate(found.dz2_da1, 1)
            ),
            *(
                number(f"∂a{lowered(j)}⁽¹⁾/∂z{lowered(j)}⁽¹⁾", v, "slope of the activation")
                for j, v in enumerate(found.da1_dz1, 1)
            ),
        ),
        tables=(
            Table(
                "Every weight of the hidden layer",
                ("w", *FACTORS, "∂z⁽²⁾/∂a⁽¹⁾", "∂a⁽¹⁾/∂z⁽¹⁾", "∂z⁽¹⁾/∂w", *COMPARED),
                rows,
            ),
        ),
        told={"silent": told if silent else ""},
    )
