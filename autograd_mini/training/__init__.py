"""Training as people know it: epochs, mini-batches, early stop, a history, a progress bar.

Vocabulary: a *step* is forward pass, cost, backward pass, update on one *batch* of examples; an
*epoch* is one round through all examples. What is set by hand, such as the batch size or the
learning rate, is a hyperparameter (slide 31).

>>> import random
>>> from autograd_mini import data, losses, nn, optim, training
>>> rng = random.Random(0)
>>> model = nn.MLP(2, [3, 1], "sigmoid", "sigmoid", rng=rng)
>>> optimizer = optim.SGD(model.parameters(), lr=4.0)
>>> history = training.fit(
...     model, data.xor(), losses.binary_cross_entropy, optimizer, epochs=500
... )
>>> training.accuracy(model, data.xor())
1.0
"""

from autograd_mini.training.bar import Bar
from autograd_mini.training.fitting import History, batches, cosine, fit, staircase
from autograd_mini.training.recipes import RECIPES, Recipe, Trained, run, scale_weights
from autograd_mini.training.running import accuracy, answer, outputs

__all__ = [
    "RECIPES",
    "Bar",
    "History",
    "Recipe",
    "Trained",
    "accuracy",
    "answer",
    "batches",
    "cosine",
    "fit",
    "outputs",
    "run",
    "scale_weights",
    "staircase",
]
