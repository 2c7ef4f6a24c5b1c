"""What the optimisers share: parameters, settings, states, and how a step goes.

Vocabulary: the *settings* are the numbers that are the same for all parameters and may change
between steps, such as the learning rate; one that is switched off (a momentum of 0) is left out.
The *state* is what is kept for each parameter. The arithmetic is that of
:mod:`~autograd_mini.optim.updates`.

As in PyTorch, a parameter whose gradient has not been computed is left as it is, with its state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from autograd_mini.optim.arguments import at_least_0, parameters
from autograd_mini.value import Value

Rate = Callable[[int], float]
"""A learning rate that changes: a function of the number of steps made."""


class Optimizer:
    """What the optimisers share: the parameters, the learning rate, and how a step goes.

    Attributes:
        params: the parameters, a list of Values.
        lr: the learning rate; it may be set between steps.
    """

    params: list[Value]
    counts = False
    """Whether the update depends on the number of the step."""

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Rate,
        *,
        weight_decay: float = 0.0,
        max_norm: float | None = None,
    ) -> None:
        self.params = parameters(params, type(self).__name__)
        self.lr = lr
        self.weight_decay = weight_decay
        self.max_norm = max_norm
        self._names: tuple[str, ...] = ()  # of what the states hold
        self._states: list[tuple[float, ...]] = [()] * len(self.params)
        self._steps = [0] * len(self.params)
        self._made = 0

    @property
    def lr(self) -> float:
        """The learning rate of the next step, at least 0; a schedule may be set, too."""
        return self._rate_after(0)

    @lr.setter
    def lr(self, lr: float | Rate) -> None:
        self._lr = lr if callable(lr) else at_least_0(lr, f"{type(self).__name__}: lr")

    @property
    def weight_decay(self) -> float:
        """How strongly each step pulls the parameters to 0, at least 0."""
        return self._weight_decay

    @weight_decay.setter
    def weight_decay(self, weight_decay: float) -> None:
        what = f"{type(self).__name__}: weight_decay"
        self._weight_decay = at_least_0(weight_decay, what)

    @property
    def max_norm(self) -> float | None:
        """The norm to which a longer gradient is clipped in a step; None leaves it as it is."""
        return self._max_norm

    @max_norm.setter
    def max_norm(self, max_norm: float | None) -> None:
        what = f"{type(self).__name__}: max_norm"
        self._max_norm = None if max_norm is None else at_least_0(max_norm, what)

    def step(self) -> None:
        """Change every parameter that has a gradient, by the optimiser's update.

        Recorded graphs that used the parameters are stale from then on.
        """
        factor = None
        if self._max_norm is not None:
            factor = clipping([p.grad for p in self.params if p.has_grad], self._max_norm)
        known = type(self)._updated is Optimizer._updated  # then all share the settings
        settings = self._arranged() if known else {}
        for i, parameter in enumerate(self.params):
            if parameter.has_grad:
                theta, g = parameter.data, parameter.grad
                if factor is not None:
                    g *= factor
                parameter.data = (
                    self._moved(i, theta, g, settings) if known else self._updated(i, theta, g)
                )
        self._made += 1

    def _updated(self, i: int, theta: float, g: float) -> float:
        """The new number of parameter i, its state kept for the next step."""
        return self._moved(i, theta, g, self._arranged())

    def _moved(self, i: int, theta: float, g: float, settings: Mapping[str, float]) -> float:
        """The same, with the settings at hand."""
        t = self._steps[i] + 1
        moved, *state = self._change(theta, g, self._states[i], float(t), settings)
        self._states[i], self._steps[i] = tuple(state), t
        return float(moved)

    def _arranged(self) -> dict[str, float]:
        """The settings; the states hold from now on what these ask for, 0 where it is new."""
        names = self._state_names()
        if names != self._names:
            kept = [dict(zip(self._names, state, strict=True)) for state in self._states]
            self._states = [tuple([found.get(name, 0.0) for name in names]) for found in kept]
            self._names = names
        return self._settings()

    def _rate_after(self, more: int) -> float:
        """The learning rate when so many further steps have been made."""
        if callable(self._lr):
            return at_least_0(self._lr(self._made + more), f"{type(self).__name__}: lr")
        return self._lr

    def _settings(self, more: int = 0) -> dict[str, float]:
        """The settings by their names, for the step after so many further ones."""
        raise NotImplementedError

    def _state_names(self) -> tuple[str, ...]:
        """What is kept for each parameter."""
        return ()

    def _change(
        self, theta: Any, g: Any, state: Sequence[Any], t: Any, settings: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """The new parameter and the new state, in whatever computes with numbers."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next pass starts from nothing."""
        for parameter in self.params:
            parameter.zero_grad()


def clip_grad_norm(params: Iterable[Value], max_norm: float) -> float:
    """Shorten the gradient to ``max_norm`` where it is longer, as one vector over all parameters.

    As PyTorch's ``clip_grad_norm_``: the factor is max_norm / (norm + 1e-6). An optimiser does the
    same in each step, and leaves ``.grad`` as it is, if it is given ``max_norm``.

    Returns:
        The norm that the gradient had.

    >>> theta = [Value(1.0), Value(1.0)]
    >>> theta[0].grad, theta[1].grad = 3.0, 4.0
    >>> clip_grad_norm(theta, 2.5), round(theta[0].grad, 6)
    (5.0, 1.5)
    """
    listed = [p for p in parameters(params, "clip_grad_norm") if p.has_grad]
    found = [p.grad for p in listed]
    factor = clipping(found, at_least_0(max_norm, "clip_grad_norm: max_norm"))
    if factor is not None:
        for p, g in zip(listed, found, strict=True):
            p.grad = g * factor
    return math.hypot(*found)


def clipping(gradient: Sequence[float], max_norm: float) -> float | None:
    """The factor that shortens the gradient; None where it is short enough."""
    factor = max_norm / (math.hypot(*gradient) + 1e-6)
    return None if factor >= 1.0 else factor
