"""One neuron, and the two regressions, which are neurons: a weighted sum, then an activation.

Vocabulary (slide 16): z = w₁x₁ + … + wₙxₙ + b gathers and weights the inputs, a = g(z) is the
activation. The graph of one call is one ``affine`` node for z and one node for a; a linear neuron
has the first alone. The *prediction* ŷ is a regression's output; the deck writes y for it on slides
5 and 10. Several regressions side by side are *units*, numbered as on slide 12: w₁⁽²⁾ is a weight
of the second one, a₂ its output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

from autograd_mini import graph, ops
from autograd_mini.bulk import forget, neuron
from autograd_mini.given import randomness
from autograd_mini.nn import notation
from autograd_mini.nn.arguments import activation_row, choose, example, kind, numbers_of, width
from autograd_mini.nn.notation import NeuronNames
from autograd_mini.value import Value

if TYPE_CHECKING:
    from random import Random


class Module:
    """The base class of models; a subclass says what its *parameters* are (slide 31).

    >>> from autograd_mini import Value, nn
    >>> class Slope(nn.Module):
    ...     def __init__(self):
    ...         self.m = Value(2.0, "m")
    ...     def __call__(self, x):
    ...         return self.m * x
    ...     def parameters(self):
    ...         return [self.m]
    >>> slope = Slope()
    >>> slope(3.0).backward()
    >>> slope.m.grad
    3.0
    >>> slope.zero_grad()
    >>> slope.m.has_grad
    False
    """

    def parameters(self) -> list[Value]:
        """The Values that training changes, always in the same order; none here."""
        return []

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next pass starts from nothing."""
        forget(self.parameters())


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
        cls, weights: Sequence[float], bias: float, activation: str | None, names: NeuronNames
    ) -> Self:
        """A neuron with these numbers and these names."""
        made = cls.__new__(cls)
        made._build(weights, bias, activation, names)
        return made

    def _build(
        self, weights: Sequence[float], bias: float, activation: str | None, names: NeuronNames
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

    def __call__(self, x: object) -> Value:
        """The activation for one example, exactly ``nin`` numbers or Values; else an error."""
        inputs = tuple(example(x, self.nin, type(self).__name__))
        a: Value = self.forward(inputs, numbers_of(inputs))
        return a

    def forward(self, inputs: tuple[object, ...], numbers: list[float] | None) -> Any:
        """The activation for inputs that a layer has checked for all its neurons.

        ``numbers`` are those of the inputs; None where something else records operations.
        """
        if numbers is None:
            z = ops.affine(self.w, inputs, self.b)
            return z if self._row is None else self._row(z)
        if self._read_in != graph.epoch or self.w != self._w or self.b is not self._held[-1]:
            self._read()
        label = self._z if self._row else self._a
        return neuron(self._held, inputs, self._numbers, numbers, label, self._row, self._a)

    def _read(self) -> None:
        """Take the weights and their numbers anew: one of them has changed."""
        self._read_in = graph.epoch
        self._w = [*self.w]
        self._held = (*self.w, self.b)
        self._numbers = [w._data for w in self._held]

    def __getstate__(self) -> dict[str, object]:
        """What is copied and pickled: epochs of another process mean nothing here."""
        return {**self.__dict__, "_read_in": 0}

    def parameters(self) -> list[Value]:
        """The weights in order, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{kind(self.activation)}Neuron({self.nin})"


def draw(nin: int, rng: Random | int | None) -> list[float]:
    """The first weights of one neuron, drawn evenly from −1 to 1 in order."""
    uniform = randomness(rng, "nn").uniform
    return [uniform(-1, 1) for _ in range(nin)]


class _Regression(Neuron):
    """A neuron whose output is a prediction."""

    _ACTIVATION: str | None
    unit: int | None

    def __init__(
        self, nin: SupportsIndex, *, rng: Random | int | None = None, unit: int | None = None
    ) -> None:
        nin = width(nin, f"{type(self).__name__}: the number of inputs")
        self._become(draw(nin, rng), 0.0, unit)

    def _become(self, weights: list[float], bias: float, unit: int | None) -> None:
        if unit is not None:
            unit = width(unit, f"{type(self).__name__}: its unit")
        self.unit = unit
        nin = len(weights)
        names = notation.alone(nin, "ŷ") if unit is None else notation.unit(nin, unit)
        self._build(weights, bias, self._ACTIVATION, names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.nin})"


class LinearRegression(_Regression):
    """ŷ = w₁x₁ + … + wₙxₙ + b (slide 5).

    Args:
        nin, rng: as for a :class:`Neuron`.
        unit: the number that tells this regression from others side by side (slide 12).

    >>> from autograd_mini import nn
    >>> price = nn.LinearRegression(3)
    >>> for w, data in zip(price.w, [10.0, 20.0, 0.25]):
    ...     w.data = data
    >>> price([5, 3, 3000])  # slide 6: z = 5w₁ + 3w₂ + 3000w₃ + b
    Value(data=860.0, op='affine', label='ŷ')
    """

    _ACTIVATION = None


class LogisticRegression(_Regression):
    """a = ŷ = σ(w₁x₁ + … + wₙxₙ + b) (slides 7 to 9).

    Args:
        nin, rng: as for a :class:`Neuron`.
        unit: the number that tells this regression from others side by side (slide 12).

    >>> from autograd_mini import nn
    >>> model = nn.LogisticRegression(2)
    >>> model.w[0].data, model.w[1].data = 1.0, -2.0
    >>> model([2, 1])
    Value(data=0.5, op='sigmoid', label='ŷ')
    >>> nn.LogisticRegression(2, unit=3)([2, 1]).label
    'a₃'
    """

    _ACTIVATION = "sigmoid"
