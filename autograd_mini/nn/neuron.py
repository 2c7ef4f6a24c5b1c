"""One neuron: a weighted sum, then an activation function.

Vocabulary (slide 16): z = w₁x₁ + … + wₙxₙ + b gathers and weights the inputs, a = g(z) is the
activation. The graph of one call is one ``affine`` node for z and one node for a; a linear neuron
has the first alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

from autograd_mini import graph, ops
from autograd_mini.given import randomness
from autograd_mini.nn import notation
from autograd_mini.nn.activations import activation_row, choose, kind
from autograd_mini.nn.module import Module
from autograd_mini.nn.notation import Names
from autograd_mini.nn.widths import example, numbers_of, width
from autograd_mini.value import Value, applied, weighted_sum

if TYPE_CHECKING:
    from random import Random


class Neuron(Module):
    """a = g(w₁x₁ + … + wₙxₙ + b) (slide 16).

    Args:
        nin: the number of inputs, at least 1.
        activation: the name of a unary row of the table ("relu", "sigmoid", "tanh", …); None is
            linear.
        nonlin: as in micrograd: True is ReLU, False is linear.
        rng: where the first weights come from: a ``random.Random``, or an int as a seed; left out,
            the module ``random``.

    The weights are drawn evenly from −1 to 1, in order; the bias starts at 0.

    Attributes:
        w: the weights, a list of Values.
        b: the bias, a Value.
        activation: the name given; None is linear.

    Raises:
        TypeError: ``nin`` is not a whole number, or ``activation`` not a name.
        ValueError: ``nin`` is below 1, or no unary row has this name.

    >>> from autograd_mini import nn
    >>> neuron = nn.Neuron(2, "tanh")
    >>> neuron.w[0].data, neuron.w[1].data, neuron.b.data = 0.5, -1.0, 0.25
    >>> a = neuron([2.0, 1.0])
    >>> a
    Value(data=0.24491866240370913, op='tanh', label='a')
    >>> a.operands
    (Value(data=0.25, op='affine', label='z'),)
    >>> neuron([2.0, 1.0, 7.0])
    Traceback (most recent call last):
        ...
    ValueError: Neuron expects 2 inputs, 3 given
    """

    w: list[Value]
    b: Value
    activation: str | None

    def __init__(
        self,
        nin: SupportsIndex,
        activation: str | bool | None = "relu",
        *,
        nonlin: bool | None = None,
        rng: Random | int | None = None,
    ) -> None:
        nin = width(nin, f"{type(self).__name__}: the number of inputs")
        self._build(draw(nin, rng), 0.0, choose(activation, nonlin), notation.alone(nin))

    @classmethod
    def _of(
        cls, weights: Sequence[float], bias: float, activation: str | None, names: Names
    ) -> Self:
        """A neuron with these numbers and these names."""
        made = cls.__new__(cls)
        made._build(weights, bias, activation, names)
        return made

    def _build(
        self, weights: Sequence[float], bias: float, activation: str | None, names: Names
    ) -> None:
        self._row = activation_row(activation)
        self.activation = activation
        self.w = [Value(data, tag) for data, tag in zip(weights, names.weights, strict=True)]
        self.b = Value(bias, names.bias)
        self._z, self._a = names.sum, names.activation
        self._read()

    @property
    def nin(self) -> int:
        """The number of inputs."""
        return len(self.w)

    @property
    def nonlin(self) -> bool:
        """Whether there is an activation function (micrograd's name for it)."""
        return self.activation is not None

    def __call__(self, x: Any) -> Value:
        """The activation for one example of ``nin`` numbers or Values.

        Raises:
            TypeError: ``x`` is no sequence of numbers.
            ValueError: it has another width.
        """
        inputs = tuple(example(x, self.nin, type(self).__name__))
        a: Value = self.forward(inputs, numbers_of(inputs))
        return a

    def forward(self, inputs: tuple[Any, ...], numbers: list[float] | None) -> Any:
        """The activation for inputs that a layer has checked for all its neurons.

        Args:
            inputs: Values, or whatever else records operations.
            numbers: the Values' numbers; None when not all of them are Values.
        """
        if numbers is None:
            return self._elsewhere(inputs)
        if self._read_in != graph.epoch or self.w != self._w or self.b is not self._held[-1]:
            self._read()
        z = weighted_sum(self._held, inputs, self._numbers, numbers)
        row = self._row
        if row is None:
            z._label = self._a
            return z
        z._label = self._z
        a: Value = applied(row)(z)
        a._label = self._a
        return a

    def _read(self) -> None:
        """Take the weights and their numbers anew: one of them has changed."""
        self._read_in = graph.epoch
        self._w = [*self.w]
        self._held = (*self.w, self.b)
        self._numbers = [w._data for w in self._held]

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: epochs of another process mean nothing here."""
        return {**self.__dict__, "_read_in": 0}

    def _elsewhere(self, inputs: tuple[Any, ...]) -> Any:
        """The activation where something other than Values records the operations."""
        z = ops.affine(self.w, inputs, self.b)
        return z if self._row is None else self._row(z)

    def parameters(self) -> list[Value]:
        """The weights in order, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{kind(self.activation)}Neuron({self.nin})"


def draw(nin: int, rng: Random | int | None) -> list[float]:
    """The first weights of one neuron, drawn evenly from −1 to 1 in order.

    Raises:
        TypeError: ``rng`` is no source of random numbers.
    """
    uniform = randomness(rng, "nn").uniform
    return [uniform(-1, 1) for _ in range(nin)]
