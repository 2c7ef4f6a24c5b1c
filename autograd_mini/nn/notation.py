"""What the parts of a neuron are called, in the slides' notation.

Vocabulary (slides 8, 12, 16 and 22; ``j`` counts neurons, ``k`` inputs, ``l`` layers, all from 1):

- *weight*: w_jk, from input k to neuron j; *bias*: b_j.
- *sum*: z_j = Σ_k w_jk a_k + b_j; *activation*: a_j = g(z_j). A linear neuron makes one node that
  is both; it is called a, as slide 21 calls it (a₁ = w₁x + b₁), and its role is "activation".
- *prediction*: ŷ, the output of a regression (a = ŷ = σ(z) on slide 8).
- *input*: x_k.
- *layer number*: written ``⁽ˡ⁾``, because there are no raised square brackets: the slides' w₁₂^[1]
  is w₁₂⁽¹⁾. A raised number on a single regression is the number of the *unit*, as on slide 12:
  w₁⁽²⁾ is the first weight of the second regression, and its activation is a₂.

A neuron alone has no j, a layer alone no l. Two indices of which one has two digits are separated
by a comma: w₁₁,₂ is neuron 11, input 2.

A label also carries its *scope* (the layer and the neuron it belongs to) and its *role*.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from autograd_mini import numbers
from autograd_mini.graph import Tag


class NeuronNames(NamedTuple):
    """The labels of one neuron, made once so that the forward pass does not pay for them."""

    weights: tuple[Tag, ...]
    bias: Tag
    sum: Tag
    activation: Tag


def lowered(*indices: int) -> str:
    """Indices as a subscript.

    >>> lowered(1, 2), lowered(11, 2)
    ('₁₂', '₁₁,₂')
    """
    separator = "," if max(indices, default=0) > 9 else ""
    return separator.join(numbers.lowered(index) for index in indices)


def raised(number: int) -> str:
    """The number of a layer or of a unit as a bracketed superscript.

    >>> raised(12)
    '⁽¹²⁾'
    """
    return f"⁽{numbers.raised(number)}⁾"


@lru_cache(maxsize=64)
def inputs(nin: int) -> tuple[Tag, ...]:
    """x₁, …, xₙ for numbers that come in as they are.

    >>> inputs(2)
    ('x₁', 'x₂')
    """
    return tuple(Tag(f"x{lowered(k)}", role="input") for k in range(1, nin + 1))


def alone(nin: int, output: str = "a") -> NeuronNames:
    """The names of a neuron or regression that stands alone; ``output`` names its result.

    >>> alone(2, "ŷ")
    NeuronNames(weights=('w₁', 'w₂'), bias='b', sum='z', activation='ŷ')
    """
    weights = [f"w{lowered(k)}" for k in range(1, nin + 1)]
    return _tagged((), weights, "b", "z", output)


def unit(nin: int, number: int) -> NeuronNames:
    """The names of one of several regressions side by side (slide 12).

    >>> unit(2, 3)
    NeuronNames(weights=('w₁⁽³⁾', 'w₂⁽³⁾'), bias='b⁽³⁾', sum='z₃', activation='a₃')
    """
    up, low = raised(number), lowered(number)
    weights = [f"w{lowered(k)}{up}" for k in range(1, nin + 1)]
    return _tagged((f"unit {number}",), weights, f"b{up}", f"z{low}", f"a{low}")


def in_layer(nin: int, neuron: int, layer: int | None = None) -> NeuronNames:
    """The names of neuron j of a layer, and of layer l when the layer has a number (slide 22).

    >>> in_layer(2, 1)
    NeuronNames(weights=('w₁₁', 'w₁₂'), bias='b₁', sum='z₁', activation='a₁')
    >>> names = in_layer(2, 1, layer=3)
    >>> names.weights, names.activation, names.activation.scope
    (('w₁₁⁽³⁾', 'w₁₂⁽³⁾'), 'a₁⁽³⁾', ('layer 3', 'neuron 1'))
    """
    scope: tuple[str, ...] = (f"neuron {neuron}",)
    up = ""
    if layer is not None:
        scope, up = (f"layer {layer}", *scope), raised(layer)
    own = lowered(neuron) + up
    weights = [f"w{lowered(neuron, k)}{up}" for k in range(1, nin + 1)]
    return _tagged(scope, weights, f"b{own}", f"z{own}", f"a{own}")


def _tagged(
    scope: tuple[str, ...], weights: list[str], bias: str, sum: str, activation: str
) -> NeuronNames:
    return NeuronNames(
        tuple(Tag(weight, scope, "weight") for weight in weights),
        Tag(bias, scope, "bias"),
        Tag(sum, scope, "sum"),
        Tag(activation, scope, "activation"),
    )
