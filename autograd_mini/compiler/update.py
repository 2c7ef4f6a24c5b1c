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
from autograd_mini.compiler.formula import Formula, Name, write
from autograd_mini.optim.columns import placed
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

    @property
    def counts(self) -> bool:
        """Whether the first setting is the number of the step."""
        return self.settings[:1] == ("t",)

    def source(self, template: Callable[[Op], str]) -> str:
        """The function ``update(theta, g, *state, *settings)`` in a tier's language: a tuple."""
        names = ", ".join(("theta", "g", *self.state, *self.settings))
        texts = [write(x, template, lambda name: (name, 99))[0] for x in self.results]
        targets = ("theta", *self.state)
        return f"def update({names}):\n    return {', '.join(texts[: len(targets)])},\n"


KNOWN = (optim.SGD, optim.RMSProp, optim.Adam, optim.AdamW)
"""The optimisers whose update is traced; one of these types, not of a type derived from them."""


def traced(optimizer: Any) -> Update | None:
    """The update of one of the library's optimisers; None for one that is not known here."""
    if type(optimizer) not in KNOWN:
        return None
    state, names = tuple(optimizer._kept()), tuple(optimizer._settings())
    given = [Name(name) for name in state]
    settings = {name: Name(name) for name in names}
    results = optimizer._change(Name("theta"), Name("g"), given, Name("t"), settings)
    return Update(state, ("t", *names) if optimizer.counts else names, tuple(results))


def load(optimizer: Any, places: list[int]) -> tuple[list[list[float]], int]:
    """The state of the parameters at these places, a list for each name, and the steps made."""
    states = [[column[i] for i in places] for column in optimizer._kept().values()]
    return states, optimizer._steps[places[0]]


def settings(optimizer: Any, before: int, made: int) -> tuple[float, ...]:
    """The settings as they are now, after so many steps before this training and in it."""
    now = tuple(optimizer._settings(made).values())
    return (before + made + 1.0, *now) if optimizer.counts else now


def stored(
    optimizer: Any, places: list[int], state: list[list[float]], before: int, made: int
) -> dict[str, Any]:
    """What the optimiser keeps, by the names of its attributes, with this state at these places."""
    counts = [before + made] * len(places)
    return {**placed(optimizer, places, state, counts), "_made": optimizer._made + made}


def uniform(optimizer: Any, places: list[int]) -> bool:
    """Whether one number of steps serves the parameters at all of these places."""
    return not optimizer.counts or len({optimizer._steps[place] for place in places}) == 1
