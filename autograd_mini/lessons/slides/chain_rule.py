"""Part 12, slide 38: the chain rule, factor by factor.

Vocabulary: a *factor* is the derivative of one step with respect to what goes into it. The slide's
products are of matrices and vectors; written for one weight they are products of numbers:

- ∂J/∂w₁ₖ⁽²⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂w₁ₖ⁽²⁾
- ∂J/∂wⱼₖ⁽¹⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂aⱼ⁽¹⁾ · ∂aⱼ⁽¹⁾/∂zⱼ⁽¹⁾ · ∂zⱼ⁽¹⁾/∂wⱼₖ⁽¹⁾

The network has one output, and one example is looked at, so J = L.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini import grad, ops
from autograd_mini.check import Estimate, finite_difference
from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.numeric import slope
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Numbers, Parameters, X, named
from autograd_mini.nn.notation import lowered
from autograd_mini.value import Value


class Factors(NamedTuple):
    """The factors of the slide's two products, as numbers.

    Attributes:
        dJ_da2: ∂J/∂a⁽²⁾.
        da2_dz2: ∂a⁽²⁾/∂z⁽²⁾.
        dz2_dW2: ∂z⁽²⁾/∂w₁ₖ⁽²⁾ for every hidden neuron k; it is aₖ⁽¹⁾.
        dz2_da1: ∂z⁽²⁾/∂aⱼ⁽¹⁾ for every hidden neuron j; it is w₁ⱼ⁽²⁾.
        da1_dz1: ∂aⱼ⁽¹⁾/∂zⱼ⁽¹⁾ for every hidden neuron j, the slope of its activation.
        dz1_dW1: ∂zⱼ⁽¹⁾/∂wⱼₖ⁽¹⁾ for every j and every input k; it is xₖ.
    """

    dJ_da2: float  # noqa: N815  (the notation of the slide)
    da2_dz2: float
    dz2_dW2: list[float]  # noqa: N815
    dz2_da1: list[float]
    da1_dz1: list[float]
    dz1_dW1: list[list[float]]  # noqa: N815

    def products(self) -> list[float]:
        """∂J/∂w of the weights of the hidden layer, row by row, then of the output neuron."""
        dJ_dz2 = self.dJ_da2 * self.da2_dz2
        hidden = zip(self.dz2_da1, self.da1_dz1, self.dz1_dW1, strict=True)
        return [
            *(dJ_dz2 * through * own * last for through, own, row in hidden for last in row),
            *(dJ_dz2 * last for last in self.dz2_dW2),
        ]


def local(result: Value, operand: Value) -> float:
    """∂result/∂operand of one operation: the factor that it contributes to a chain."""
    numbers = [x.data for x in result.operands]
    row = ops.row_named(result.op)
    return sum(
        row.local(i, result.data, numbers) for i, x in enumerate(result.operands) if x is operand
    )


def factors(y_hat: Value, J: Value) -> Factors:
    """The factors in the graph of a network with one hidden layer and one output.

    Each factor is the derivative of one step alone; none is read from a backward pass through the
    network.

    Args:
        y_hat: the output a⁽²⁾.
        J: the cost computed from it.
    """
    z2, a1, z1 = classroom.layer_sums(y_hat)
    return Factors(
        dJ_da2=grad(J, [y_hat])[0].data,
        da2_dz2=local(y_hat, z2),
        dz2_dW2=[local(z2, w) for w in z2.operands[0:-1:2]],
        dz2_da1=[local(z2, a) for a in a1],
        da1_dz1=[local(a, z) for a, z in zip(a1, z1, strict=True)],
        dz1_dW1=[[local(z, w) for w in z.operands[0:-1:2]] for z in z1],
    )


class Comparison(NamedTuple):
    """One derivative found in three ways; ``error`` bounds how far the measured one is off."""

    name: str
    product: float
    backward: float
    measured: float
    error: float

    def agree(self) -> bool:
        """Whether the three are one number, up to rounding and to the measured one's error."""
        rounding = 1e-14 * abs(self.backward)
        if abs(self.product - self.backward) > rounding:
            return False
        return abs(self.product - self.measured) <= self.error + rounding


def compare(parameters: Parameters, x: Numbers, y: float, hidden: str = "relu") -> list[Comparison]:
    """Every weight's derivative as product of factors, by ``backward()``, and measured.

    Args:
        hidden: the activation of the hidden layer.

    Returns:
        First the weights of the hidden layer, then those of the output neuron.
    """
    model = classroom.network(parameters, hidden)
    y_hat = model([*x])
    J = classroom.loss(y_hat, y)
    J.backward()
    products = factors(y_hat, J).products()

    cost = classroom.cost_of_numbers(parameters, x, y, hidden)
    measured: tuple[Estimate, ...] = finite_difference(cost, parameters.flat())
    pairs = zip(model.parameters(), measured, strict=True)
    weights = [(p, m) for p, m in pairs if str(p.label).startswith("w")]
    return [
        Comparison(str(p.label), product, p.grad, m.value, m.error)
        for product, (p, m) in zip(products, weights, strict=True)
    ]


def factors_of(parameters: Parameters, x: Numbers, y: float, hidden: str) -> Factors:
    """The factors of a network for one example."""
    y_hat = classroom.network(parameters, hidden)([*x])
    return factors(y_hat, classroom.loss(y_hat, y))


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
    parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0, hidden: str = "relu"
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
    parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0, hidden: str = "relu"
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
