"""Optimisers: how parameters change once their gradients are known.

Vocabulary (slides 31, 36 and 37): θ is a parameter, g = ∂J/∂θ its gradient, α or *lr* the learning
rate. A step puts θ := θ − α g. The *update* of each optimiser is one pure function,
:func:`sgd_update` and :func:`adam_update`: it takes the parameter, its gradient and its *state*,
and returns the new parameter and the new state. It is written in the library's operations, so it
runs on floats here and on whatever else computes with numbers elsewhere.

As in PyTorch, a parameter whose gradient has not been computed is left as it is, with its state.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from reprlib import repr as shown
from typing import Any

from autograd_mini import graph, ops
from autograd_mini.real import real
from autograd_mini.value import Value


def sgd_update(theta: Any, g: Any, velocity: Any, lr: Any, momentum: Any) -> tuple[Any, Any]:
    """Gradient descent: v := μ v + g, θ := θ − α v (slide 36 for μ = 0).

    Returns:
        The new parameter and the new velocity.

    >>> sgd_update(1.0, 2.0, 4.0, lr=0.25, momentum=0.5)
    (0.0, 4.0)
    """
    velocity = momentum * velocity + g
    return theta - lr * velocity, velocity


def adam_update(
    theta: Any,
    g: Any,
    m: Any,
    v: Any,
    t: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    eps: Any,
) -> tuple[Any, Any, Any]:
    """Adam's step number t, counted from 1 (Kingma and Ba, "Adam", 2015, algorithm 1).

    m := β₁ m + (1 − β₁) g and v := β₂ v + (1 − β₂) g² average the gradient and its square; both
    start at 0, which m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) make up for; θ := θ − α m̂ / (√v̂ + ε).

    Returns:
        The new parameter, the new m and the new v.

    >>> adam_update(1.0, 2.0, 0.0, 0.0, 1, lr=0.5, beta1=0.5, beta2=0.75, eps=0.0)
    (0.5, 1.0, 1.0)
    """
    m = beta1 * m + (1.0 - beta1) * g
    v = beta2 * v + (1.0 - beta2) * (g * g)
    m_hat = m / (1.0 - beta1**t)  # never 0, as β is below 1
    v_hat = v / (1.0 - beta2**t)
    return theta - lr * ops.div(m_hat, ops.sqrt(v_hat) + eps), m, v


class Optimizer:
    """What the optimisers share: the parameters, the learning rate, and how a step goes.

    Attributes:
        params: the parameters, a list of Values.
        lr: the learning rate; it may be set between steps.
    """

    params: list[Value]

    def __init__(self, params: Iterable[Value], lr: float) -> None:
        self.params = _parameters(params, type(self).__name__)
        self.lr = lr

    @property
    def lr(self) -> float:
        """The learning rate, at least 0."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = _at_least_0(lr, f"{type(self).__name__}: lr")

    def step(self) -> None:
        """Change every parameter that has a gradient, by the optimiser's update.

        Recorded graphs that used the parameters are stale from then on.
        """
        for i, parameter in enumerate(self.params):
            if parameter.has_grad:
                parameter.data = self._updated(i, parameter.data, parameter.grad)

    def _updated(self, i: int, theta: float, g: float) -> float:
        """The new number of parameter i, its state kept for the next step."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next pass starts from nothing."""
        for parameter in self.params:
            parameter.zero_grad()


class SGD(Optimizer):
    """Gradient descent, with momentum as in PyTorch (no dampening) (slides 36 and 37).

    Args:
        params: the parameters, leaf Values, each once; ``model.parameters()`` usually.
        lr: the learning rate α, at least 0.
        momentum: μ, how much of the last step's velocity stays, from 0 to 1.

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

    def __init__(self, params: Iterable[Value], lr: float, momentum: float = 0.0) -> None:
        super().__init__(params, lr)
        self.momentum = momentum
        self._velocities = [0.0] * len(self.params)

    @property
    def momentum(self) -> float:
        """How much of the velocity stays, from 0 to 1."""
        return self._momentum

    @momentum.setter
    def momentum(self, momentum: float) -> None:
        self._momentum = _at_least_0(momentum, "SGD: momentum", most=1.0)

    def _updated(self, i: int, theta: float, g: float) -> float:
        theta, velocity = sgd_update(theta, g, self._velocities[i], self.lr, self.momentum)
        # Without momentum there is no velocity, and an infinite gradient leaves no nan behind.
        self._velocities[i] = velocity if self.momentum else 0.0
        return theta


class Adam(Optimizer):
    """Adam with bias correction, as in PyTorch (Kingma and Ba, 2015).

    Args:
        params: the parameters, leaf Values, each once; ``model.parameters()`` usually.
        lr: the learning rate α, at least 0.
        betas: β₁ and β₂, how much of the averages of g and of g² stays, from 0 to below 1.
        eps: ε, added to the root so that it is not 0, at least 0.

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

    def __init__(
        self,
        params: Iterable[Value],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, lr)
        self.betas = _betas(betas)
        self.eps = _at_least_0(eps, "Adam: eps")
        self._states = [(0.0, 0.0)] * len(self.params)
        self._steps = [0] * len(self.params)

    def _updated(self, i: int, theta: float, g: float) -> float:
        self._steps[i] += 1
        m, v = self._states[i]
        theta, m, v = adam_update(
            theta, g, m, v, self._steps[i], self.lr, *self.betas, eps=self.eps
        )
        self._states[i] = m, v
        return theta


# --- arguments ------------------------------------------------------------------------------------


def _parameters(params: Any, name: str) -> list[Value]:
    if hasattr(params, "parameters"):
        raise TypeError(f"{name}: expected parameters, not a model; give model.parameters()")
    if isinstance(params, Value) or not isinstance(params, Iterable):
        kind = type(params).__name__
        raise TypeError(f"{name}: expected a list of parameters, not {kind} {shown(params)}")
    listed = list(params)
    if not listed:
        raise ValueError(f"{name}: the list of parameters is empty; give at least one")
    seen: dict[int, int] = {}
    for i, parameter in enumerate(listed):
        _refuse_unfit(parameter, f"{name}: parameter {i}")
        first = seen.setdefault(id(parameter), i)
        if first != i:
            raise ValueError(
                f"{name}: {graph.name(parameter)} is listed twice, at {first} and at {i}; "
                "a step would change it twice"
            )
    return listed


def _refuse_unfit(parameter: Any, what: str) -> None:
    if not isinstance(parameter, Value):
        raise TypeError(
            f"{what} is no Value but {type(parameter).__name__} {shown(parameter)}; "
            "make it a Value(...) before the graph is built"
        )
    if graph.is_constant(parameter):
        raise ValueError(
            f"{what} is the constant {graph.name(parameter)}, which receives no gradient; "
            "make it a Value(...)"
        )
    if not graph.is_leaf(parameter):
        raise ValueError(
            f"{what}, {graph.name(parameter)}, is the result of an operation ({parameter.op}), "
            "and only leaves can be changed; give the Values it is computed from"
        )


def _at_least_0(given: Any, what: str, most: float = math.inf) -> float:
    number = real(given, what)
    if not 0.0 <= number <= most or number == math.inf:
        wanted = "finite and at least 0" if most == math.inf else f"from 0 to {most:g}"
        raise ValueError(f"{what} must be {wanted}, not {number!r}")
    return number


def _betas(betas: Any) -> tuple[float, float]:
    if isinstance(betas, (str, bytes)) or not isinstance(betas, Iterable):
        raise TypeError(f"Adam: betas must be a pair of numbers, not {shown(betas)}")
    pair = tuple(betas)
    if len(pair) != 2:
        raise ValueError(f"Adam: betas must be two numbers, {len(pair)} given")
    beta1, beta2 = (_at_least_0(beta, "Adam: each of betas", most=1.0) for beta in pair)
    if 1.0 in (beta1, beta2):
        raise ValueError("Adam: each of betas must be below 1: with 1 the average never changes")
    return beta1, beta2
