"""The optimiser's update, traced like any other scalar code.

:mod:`autograd_mini.optim` states each update once, as a function of one parameter over the table's
operations. Called on names it gives formulas, which each tier writes in its own way: on whole
arrays, or as a function of floats.

Vocabulary: the *state* is what the optimiser keeps for each parameter; a *setting* is a number that
is the same for all of them and may change between steps, such as the learning rate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from autograd_mini import optim
from autograd_mini.compiler.formula import Formula, Name, Number, write
from autograd_mini.rows import Op


class Update(NamedTuple):
    """How one optimiser changes parameters.

    Attributes:
        state: the names of what is kept for each parameter.
        settings: the names of the numbers that are read from the optimiser at each step.
        results: the formulas of the new parameter and of the new state.
    """

    state: tuple[str, ...]
    settings: tuple[str, ...]
    results: tuple[Formula, ...]

    def source(self, template: Callable[[Op], str]) -> str:
        """The function ``update(theta, g, *state, *settings)`` in a tier's language."""
        names = ", ".join(("theta", "g", *self.state, *self.settings))
        texts = [write(x, template, lambda name: (name, 99))[0] for x in self.results]
        targets = ("theta", *self.state)
        return f"def update({names}):\n    return {', '.join(texts[: len(targets)])}\n"


def traced(optimizer: Any) -> Update | None:
    """The update of one of the library's optimisers; None for one that is not known here."""
    theta, g = Name("theta"), Name("g")
    if type(optimizer) is optim.SGD:
        if optimizer.momentum == 0.0:
            new, _ = optim.sgd_update(theta, g, Number(0.0), Name("lr"), Number(0.0))
            return Update((), ("lr",), (new,))
        pair = optim.sgd_update(theta, g, Name("velocity"), Name("lr"), Name("momentum"))
        return Update(("velocity",), ("lr", "momentum"), pair)
    if type(optimizer) is optim.Adam:
        settings = ("t", "lr", "beta1", "beta2", "eps")
        results = optim.adam_update(theta, g, Name("m"), Name("v"), *map(Name, settings))
        return Update(("m", "v"), settings, results)
    return None


def load(optimizer: Any, places: list[int]) -> tuple[list[list[float]], int]:
    """The state of the parameters at these places, a list for each name, and the steps made."""
    if type(optimizer) is optim.SGD:
        return ([[optimizer._velocities[i] for i in places]] if optimizer.momentum else []), 0
    m, v = zip(*[optimizer._states[i] for i in places], strict=True)
    return [list(m), list(v)], optimizer._steps[places[0]]


def settings(optimizer: Any, steps: int) -> tuple[float, ...]:
    """The settings as they are now, for the step with this number."""
    if type(optimizer) is optim.SGD:
        return (optimizer.lr, optimizer.momentum) if optimizer.momentum else (optimizer.lr,)
    return (float(steps), optimizer.lr, *optimizer.betas, optimizer.eps)


def stored(
    optimizer: Any, places: list[int], state: list[list[float]], steps: int
) -> dict[str, list[Any]]:
    """What the optimiser keeps, by the names of its attributes, with this state at these places."""
    if type(optimizer) is optim.SGD:
        velocities = list(optimizer._velocities)
        for place, velocity in zip(places, *state, strict=True) if state else ():
            velocities[place] = velocity
        return {"_velocities": velocities}
    pairs, counts = list(optimizer._states), list(optimizer._steps)
    for place, m, v in zip(places, *state, strict=True):
        pairs[place], counts[place] = (m, v), steps
    return {"_states": pairs, "_steps": counts}


def uniform(optimizer: Any, places: list[int]) -> bool:
    """Whether the parameters at these places have all made the same number of steps."""
    steps = getattr(optimizer, "_steps", None)
    return steps is None or len({steps[place] for place in places}) == 1
