"""Layers, neurons side by side that read the same inputs, and networks of layers.

Vocabulary (slides 15 and 22): neuron j of layer l turns the activations a_k of the layer before
into a_j. W is the list of the neurons' weights, a row for each neuron (w_jk), b their biases. The
*input layer* is the example itself; the *output layer* is the last one, the others are *hidden*.
Layers are numbered from 1, the input layer has no number.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, SupportsIndex

from autograd_mini.given import randomness
from autograd_mini.nn import notation
from autograd_mini.nn.arguments import choose, example, numbers_of, width, widths
from autograd_mini.nn.neuron import Module, Neuron, draw
from autograd_mini.value import Value

if TYPE_CHECKING:
    from random import Random


class Layer(Module):
    """``nout`` neurons with ``nin`` inputs each (slide 15).

    Args:
        nin, nout: the number of inputs and of neurons, at least 1 each.
        activation, nonlin, rng: as for :class:`~autograd_mini.nn.Neuron`.
        number: the layer's number l, which its labels then carry, as those of an MLP do: give it
            when layers are stacked by hand, so that pictures can tell them apart.

    Attributes:
        neurons: the list of neurons.
        number: as given.

    Raises:
        TypeError, ValueError: as for a neuron; the message says which width is wrong.

    >>> import random
    >>> from autograd_mini import nn
    >>> layer = nn.Layer(3, 2, "sigmoid", rng=random.Random(0))
    >>> [a.label for a in layer([0.4, 2.0, 17.0])]
    ['a₁', 'a₂']
    >>> [[w.label for w in row] for row in layer.W], [b.label for b in layer.b]
    ([['w₁₁', 'w₁₂', 'w₁₃'], ['w₂₁', 'w₂₂', 'w₂₃']], ['b₁', 'b₂'])
    >>> nn.Layer(3, 1)([0.4, 2.0, 17.0])  # of width 1: a Value, not a list
    Value(...)
    """

    neurons: list[Neuron]
    number: int | None

    def __init__(
        self,
        nin: SupportsIndex,
        nout: SupportsIndex,
        activation: str | bool | None = "relu",
        *,
        nonlin: bool | None = None,
        rng: Random | int | None = None,
        number: int | None = None,
    ) -> None:
        name = type(self).__name__
        nin = width(nin, f"{name}: the number of inputs")
        nout = width(nout, f"{name}: the number of neurons")
        if number is not None:
            number = width(number, f"{name}: its number")
        chosen = choose(activation, nonlin)
        rng = randomness(rng, name)  # once: the neurons draw from one source
        self.number = number
        self.neurons = [
            Neuron._of(draw(nin, rng), 0.0, chosen, notation.in_layer(nin, j, number))
            for j in range(1, nout + 1)
        ]

    @property
    def nin(self) -> int:
        """The number of inputs."""
        return self.neurons[0].nin

    @property
    def nout(self) -> int:
        """The number of neurons."""
        return len(self.neurons)

    @property
    def W(self) -> list[list[Value]]:
        """The weights: ``W[j][k]`` leads from input k to neuron j, both counted from 0."""
        return [neuron.w for neuron in self.neurons]

    @property
    def b(self) -> list[Value]:
        """The biases of the neurons."""
        return [neuron.b for neuron in self.neurons]

    def __call__(self, x: object) -> Any:
        """The activations for one example: a list of Values, or one Value if the width is 1."""
        name = type(self).__name__ if self.number is None else f"layer {self.number}"
        inputs = tuple(example(x, self.nin, name))
        numbers = numbers_of(inputs)
        outputs = [neuron.forward(inputs, numbers) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        """Neuron by neuron, weights then bias."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A network of fully connected layers (slides 15, 18 and 22).

    Args:
        nin: the number of inputs, at least 1.
        nouts: the widths of the layers, hidden ones first, the output layer last.
        activation: of the hidden layers, as for :class:`~autograd_mini.nn.Neuron`.
        output: the activation of the output layer; None is linear.
        rng: where the first weights come from, as for :class:`~autograd_mini.nn.Neuron`.

    Attributes:
        layers: the list of :class:`~autograd_mini.nn.Layer`.

    Raises:
        TypeError, ValueError: as for a neuron; the message says which layer is wrong.

    >>> import random
    >>> from autograd_mini import nn
    >>> model = nn.MLP(3, [4, 1], "relu", "sigmoid", rng=random.Random(0))
    >>> len(model.parameters())
    21
    >>> y = model([0.4, 2.0, 17.0])
    >>> y.label, y.op, model.layers[0].W[0][1].label
    ('a₁⁽²⁾', 'sigmoid', 'w₁₂⁽¹⁾')
    >>> model([0.4, 2.0])
    Traceback (most recent call last):
        ...
    ValueError: layer 1 expects 3 inputs, 2 given
    """

    layers: list[Layer]

    def __init__(
        self,
        nin: SupportsIndex,
        nouts: Iterable[SupportsIndex],
        activation: str | bool | None = "relu",
        output: str | None = None,
        *,
        rng: Random | int | None = None,
    ) -> None:
        name = type(self).__name__
        sizes = [width(nin, f"{name}: the number of inputs"), *widths(nouts, f"{name}: nouts")]
        last = len(sizes) - 1
        rng = randomness(rng, name)  # once: the layers draw from one source
        self.layers = [
            Layer(n, m, output if number == last else activation, rng=rng, number=number)
            for number, (n, m) in enumerate(pairwise(sizes), 1)
        ]

    def __call__(self, x: object) -> Any:
        """The outputs for one example: a list of Values, or one Value if there is one output."""
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        """Layer by layer, neuron by neuron, weights then bias."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
