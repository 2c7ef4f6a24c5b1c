"""The size of the first weights."""

from __future__ import annotations

import math

from autograd_mini import given
from autograd_mini.nn import MLP


def scale_weights(model: MLP) -> None:
    """Multiply a neuron's first weights by √(3/n), for its n inputs.

    Drawn between −1 and 1, as ``nn`` does, n weights make a sum whose variance grows with n: with
    64 pixels the first answers are far too sure, and training has to unlearn them. Scaled, the
    weights have variance 1/n and the sum is about as large as one input (LeCun et al., "Efficient
    BackProp", 1998).

    >>> import random
    >>> model = MLP(12, [1], rng=random.Random(0))
    >>> before = model.layers[0].neurons[0].w[0].data
    >>> scale_weights(model)
    >>> model.layers[0].neurons[0].w[0].data == 0.5 * before
    True
    """
    given.instance(model, MLP, "scale_weights", "model", "an nn.MLP")
    for layer in model.layers:
        for neuron in layer.neurons:
            factor = math.sqrt(3.0 / len(neuron.w))
            for weight in neuron.w:
                weight.data *= factor
