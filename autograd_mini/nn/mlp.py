"""The multi-layer perceptron: layers, one on the outputs of the other.

Vocabulary (slide 15): the *input layer* is the example itself; the *hidden layers* are all layers
but the last, the *output layer* is the last. Layers are numbered from 1, the input layer has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

from autograd_mini.given import randomness
from autograd_mini.nn.layer import Layer
from autograd_mini.nn.module import Module
from autograd_mini.nn.widths import width, widths
from autograd_mini.value import Value

if TYPE_CHECKING:
    from random import Random


class MLP(Module):
    """A network of fully connected layers (slides 15, 18 and 22).

    Args:
        nin: the number of inputs, at least 1.
        nouts: the widths of the layers, hidden ones first, the output layer last.
        activation: of the hidden layers, as for :class:`~autograd_mini.nn.Neuron`.
        output: the activation of the output layer; None is linear.
        rng: where the first weights come from: a ``random.Random``, or an int as a seed; left out,
            the module ``random``.

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

    @classmethod
    def _of(cls, layers: list[Layer]) -> Self:
        """A network of these layers."""
        made = cls.__new__(cls)
        made.layers = layers
        return made

    def __call__(self, x: Any) -> Any:
        """The outputs for one example: a list of Values, or one Value if there is one output.

        Raises:
            TypeError: ``x`` is no sequence of numbers.
            ValueError: it has another width.
        """
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        """Layer by layer, neuron by neuron, weights then bias."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
