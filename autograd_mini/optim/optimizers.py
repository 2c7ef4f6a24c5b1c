"""The optimisers, each with its settings and its state; see :mod:`~autograd_mini.optim.base`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd_mini.optim import updates
from autograd_mini.optim.arguments import at_least_0, pair_below_1
from autograd_mini.optim.base import Optimizer, Rate
from autograd_mini.value import Value


class SGD(Optimizer):
    """Gradient descent, with momentum as in PyTorch (no dampening) (slides 36 and 37).

    Args:
        params: the parameters, leaf Values, each once; ``model.parameters()`` usually.
        lr: the learning rate α, at least 0, or a schedule (:func:`autograd_mini.optim.schedule`).
        momentum: μ, how much of the last step's velocity stays, from 0 to 1.
        weight_decay: λ; λ θ is added to the gradient.
        max_norm: a longer gradient is clipped, see :func:`autograd_mini.optim.clip_grad_norm`.

    Raises:
        TypeError: ``params`` holds something other than Values, or a number is not one.
        ValueError: there are no parameters, or one is listed twice, is a constant or the result of
            an operation; or a number is nan or out of range.

    >>> from autograd_mini import Value, optim
    >>> theta = Value(3.0, "θ")
    >>> optimizer = optim.SGD([theta], lr=0.25)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (theta**2).backward()
    ...     optimizer.step()
    >>> theta.data
    0.75
    """

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Rate,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(params, lr, weight_decay=weight_decay, max_norm=max_norm)
        self.momentum = momentum

    @property
    def momentum(self) -> float:
        """How much of the velocity stays, from 0 to 1."""
        return self._momentum

    @momentum.setter
    def momentum(self, momentum: float) -> None:
        self._momentum = at_least_0(momentum, f"{type(self).__name__}: momentum", most=1.0)

    def _settings(self, more: int = 0) -> dict[str, float]:
        # Without momentum there is no velocity, and an infinite gradient leaves no nan behind.
        return {"lr": self._rate_after(more)} | _on(
            momentum=self._momentum, weight_decay=self._weight_decay
        )

    def _state_names(self) -> tuple[str, ...]:
        return ("velocity",) if self._momentum else ()

    def _change(
        self, theta: Any, g: Any, state: Sequence[Any], t: Any, settings: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        lr = settings["lr"]
        if "weight_decay" in settings:
            g = updates.decayed(g, theta, settings["weight_decay"])
        if "momentum" not in settings:
            return (theta - lr * g,)
        return updates.sgd_update(theta, g, state[0], lr, settings["momentum"])


class RMSProp(SGD):
    """Gradient descent along g / √v, v an average of g², as in PyTorch (not centred).

    Args:
        params, lr, momentum, weight_decay, max_norm: as for :class:`SGD`.
        alpha: how much of the average of g² stays, from 0 to 1.
        eps: ε, added to the root so that it is not 0, at least 0.

    Raises:
        TypeError, ValueError: as for :class:`SGD`.

    >>> from autograd_mini import Value, optim
    >>> theta = Value(3.0, "θ")
    >>> optimizer = optim.RMSProp([theta], lr=0.25, alpha=0.75)
    >>> (theta**2).backward()
    >>> optimizer.step()  # the first step is lr / √(1 − α), however large the gradient
    >>> round(theta.data, 6)
    2.5
    """

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Rate = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(params, lr, momentum, weight_decay=weight_decay, max_norm=max_norm)
        self.alpha = at_least_0(alpha, f"{type(self).__name__}: alpha", most=1.0)
        self.eps = at_least_0(eps, f"{type(self).__name__}: eps")

    def _settings(self, more: int = 0) -> dict[str, float]:
        return {**super()._settings(more), "alpha": self.alpha, "eps": self.eps}

    def _state_names(self) -> tuple[str, ...]:
        return ("v", *super()._state_names())

    def _change(
        self, theta: Any, g: Any, state: Sequence[Any], t: Any, settings: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        v, *velocity = state
        if "weight_decay" in settings:
            g = updates.decayed(g, theta, settings["weight_decay"])
        along, v = updates.rmsprop_direction(g, v, settings["alpha"], settings["eps"])
        rest = {name: x for name, x in settings.items() if name != "weight_decay"}
        theta, *velocity = super()._change(theta, along, velocity, t, rest)
        return (theta, v, *velocity)


class Adam(Optimizer):
    """Adam with bias correction, as in PyTorch (Kingma and Ba, 2015).

    Args:
        params: the parameters, leaf Values, each once; ``model.parameters()`` usually.
        lr: the learning rate α, at least 0, or a schedule (:func:`autograd_mini.optim.schedule`).
        betas: β₁ and β₂, how much of the averages of g and of g² stays, from 0 to below 1.
        eps: ε, added to the root so that it is not 0, at least 0.
        weight_decay, max_norm: as for :class:`SGD`.

    Raises:
        TypeError, ValueError: as for :class:`SGD`.

    >>> from autograd_mini import Value, optim
    >>> theta = Value(3.0, "θ")
    >>> optimizer = optim.Adam([theta], lr=0.25)
    >>> (theta**2).backward()
    >>> optimizer.step()  # the first step is about lr, however large the gradient
    >>> round(theta.data, 6)
    2.75
    """

    counts = True

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Rate,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(params, lr, weight_decay=weight_decay, max_norm=max_norm)
        self.betas = pair_below_1(betas, type(self).__name__)
        self.eps = at_least_0(eps, f"{type(self).__name__}: eps")

    def _settings(self, more: int = 0) -> dict[str, float]:
        beta1, beta2 = self.betas
        always = {"lr": self._rate_after(more), "beta1": beta1, "beta2": beta2, "eps": self.eps}
        return always | _on(weight_decay=self._weight_decay)

    def _state_names(self) -> tuple[str, ...]:
        return ("m", "v")

    def _change(
        self, theta: Any, g: Any, state: Sequence[Any], t: Any, settings: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        given = dict(settings)
        if "weight_decay" in given:
            g = updates.decayed(g, theta, given.pop("weight_decay"))
        m, v = state
        return updates.adam_update(theta, g, m, v, t, **given)


class AdamW(Adam):
    """Adam whose weight decay is not part of the gradient, as in PyTorch.

    Args:
        params, lr, betas, eps, max_norm: as for :class:`Adam`.
        weight_decay: λ; each step takes α λ θ from θ.

    Raises:
        TypeError, ValueError: as for :class:`SGD`.

    >>> from autograd_mini import Value, optim
    >>> theta = Value(4.0, "θ")
    >>> optimizer = optim.AdamW([theta], lr=0.25, weight_decay=0.5)
    >>> (theta**2).backward()
    >>> optimizer.step()
    >>> round(theta.data, 6)
    3.25
    """

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Rate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.01,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay=weight_decay, max_norm=max_norm)

    def _change(
        self, theta: Any, g: Any, state: Sequence[Any], t: Any, settings: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        if "weight_decay" not in settings:
            return super()._change(theta, g, state, t, settings)
        m, v = state
        return updates.adamw_update(theta, g, m, v, t, **settings)


def _on(**settings: float) -> dict[str, float]:
    """Those that are not 0."""
    return {name: number for name, number in settings.items() if number}
