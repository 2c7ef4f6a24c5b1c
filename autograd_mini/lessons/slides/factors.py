"""The factors of the chain rule in a graph, and their products compared (slide 38)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_mini import grad, ops
from autograd_mini.check import Estimate, finite_difference
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import Parameters
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

    def dJ_dW2(self) -> list[float]:
        """The three-factor product for every weight of the output neuron."""
        return [self.dJ_da2 * self.da2_dz2 * last for last in self.dz2_dW2]

    def dJ_dW1(self) -> list[list[float]]:
        """The five-factor product for every weight of the hidden layer, a row for each neuron."""
        return [
            [self.dJ_da2 * self.da2_dz2 * through * own * last for last in row]
            for through, own, row in zip(self.dz2_da1, self.da1_dz1, self.dz1_dW1, strict=True)
        ]

    def products(self) -> list[float]:
        """All products: the weights of the hidden layer, then those of the output neuron."""
        return [product for row in self.dJ_dW1() for product in row] + self.dJ_dW2()


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


def compare(
    parameters: Parameters, x: Sequence[float], y: float, hidden: str = "relu"
) -> list[Comparison]:
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

    moved = classroom.network(parameters, hidden)

    def cost(*numbers: float) -> float:
        return classroom.loss(classroom.with_numbers(moved, numbers)([*x]), y).data

    measured: tuple[Estimate, ...] = finite_difference(cost, parameters.flat())
    weights = [
        (p, m)
        for p, m in zip(model.parameters(), measured, strict=True)
        if str(p.label).startswith("w")
    ]
    return [
        Comparison(str(p.label), product, p.grad, m.value, m.error)
        for product, (p, m) in zip(products, weights, strict=True)
    ]


def factors_of(parameters: Parameters, x: Sequence[float], y: float, hidden: str) -> Factors:
    """The factors of a network for one example."""
    y_hat = classroom.network(parameters, hidden)([*x])
    return factors(y_hat, classroom.loss(y_hat, y))
