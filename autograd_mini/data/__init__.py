"""Small data sets to learn with; a seed gives the same numbers in every process.

Vocabulary (slide 4): a *data set* has m *examples* with n *features* each, and a *label* for every
example (:mod:`~autograd_mini.data.dataset`). It is *made* by a rule that its docstring states, or
*measured* and read from scikit-learn, extra ``data`` (:mod:`~autograd_mini.data.sets`).

>>> from autograd_mini import data
>>> data.xor()
<Dataset xor: 4 examples, 2 features, 2 classes>
"""

from autograd_mini.data.dataset import Dataset, standardised
from autograd_mini.data.sets import (
    and_,
    circles,
    digits,
    going_to_class,
    house_prices,
    iris,
    moons,
    or_,
    xor,
)

__all__ = [
    "Dataset",
    "and_",
    "circles",
    "digits",
    "going_to_class",
    "house_prices",
    "iris",
    "moons",
    "or_",
    "standardised",
    "xor",
]
