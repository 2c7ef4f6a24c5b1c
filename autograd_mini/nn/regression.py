"""Linear and logistic regression: the neurons that the deck begins with.

Vocabulary: the *prediction* ŷ is the output; the deck writes y for it on slides 5 and 10. Several
regressions side by side are *units*, numbered as on slide 12: w₁⁽²⁾ is a weight of the second one,
a₂ its output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from autograd_mini.nn import notation
from autograd_mini.nn.neuron import Neuron, draw
from autograd_mini.nn.widths import width

if TYPE_CHECKING:
    from random import Random


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
        nin: the number of inputs, at least 1.
        rng: where the first weights come from: a ``random.Random``, or an int as a seed; left out,
            the module ``random``.
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
        nin: the number of inputs, at least 1.
        rng: where the first weights come from: a ``random.Random``, or an int as a seed; left out,
            the module ``random``.
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
