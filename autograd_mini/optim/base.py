"""What the optimisers share: parameters, settings, states, and how a step goes.

Vocabulary: the *settings* are the numbers that are the same for all parameters and may change
between steps, such as the learning rate; one that is switched off (a momentum of 0) is left out.
The *state* is what is kept for each parameter.

As in PyTorch, a parameter whose gradient has not been computed is left as it is, with its state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import setitem
from reprlib import repr as shown
from typing import Any, ClassVar, TypeAlias

from autograd_mini import graph
from autograd_mini.bulk import are_leaves, forget
from autograd_mini.optim import columns
from autograd_mini.real import real
from autograd_mini.value import Value

Num: TypeAlias = Any
"""Whatever computes with numbers: a float, a Value, a formula of the compiler."""

Rate = Callable[[int], float]
"""A learning rate that changes: a function of the number of steps made."""


class Setting:
    """A number of an optimiser, from 0 to ``most``; it is checked whenever it is set."""

    def __init__(self, most: float = math.inf) -> None:
        self.most = most

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: Optimizer | None, owner: type) -> float:
        if optimizer is None:
            raise AttributeError(self.name)
        number: float = vars(optimizer)[self.name]
        return number

    def __set__(self, optimizer: Optimizer, given: float) -> None:
        what = f"{type(optimizer).__name__}: {self.name}"
        vars(optimizer)[self.name] = at_least_0(given, what, self.most)


class Optimizer:
    """The base class of optimisers: θ := θ − α d, along a direction d that a subclass chooses.

    Attributes:
        params: the parameters, a list of Values.
        lr: the learning rate α; it may be set between steps, as the other settings may.
        momentum: μ; where it is not 0, a velocity v := μ v + d takes the place of d.
        weight_decay: λ; λ θ is added to the gradient.
    """

    params: list[Value]
    momentum = Setting(most=1.0)
    weight_decay = Setting()

    averages: ClassVar[tuple[str, ...]] = ()
    """What the direction keeps for each parameter."""
    settings: ClassVar[tuple[str, ...]] = ()
    """What else the direction reads."""
    counts: ClassVar[bool] = False
    """Whether the direction depends on the number t of the step."""
    decouples: ClassVar[bool] = False
    """Whether α λ θ is taken from θ instead of adding λ θ to the gradient."""

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Rate,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
        max_norm: float | None = None,
    ) -> None:
        self.params = parameters(params, type(self).__name__)
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.max_norm = max_norm
        self._columns: dict[str, list[float]] = {}
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
            factor = _clipping([p.grad for p in self.params if p.has_grad], self._max_norm)
        ours = type(self).__module__.startswith(f"{__package__}.")  # asks nothing of its numbers
        if ours and are_leaves(self.params):
            columns.step(self, factor)
            return
        for i, parameter in enumerate(self.params):
            if parameter.has_grad:
                g = parameter.grad if factor is None else parameter.grad * factor
                parameter.data = self._updated(i, parameter.data, g)
        self._made += 1

    def _updated(self, i: int, theta: float, g: float) -> float:
        """The new number of parameter i, its state kept for the next step."""
        settings, self._columns, t = self._settings(), self._kept(), self._steps[i] + 1
        state = [column[i] for column in self._columns.values()]
        moved, *state = self._change(theta, g, state, float(t), settings)
        kept: tuple[list[Any], ...] = (*self._columns.values(), self._steps)
        any(map(setitem, kept, repeat(i), (*state, t)))  # Ctrl-C comes before or after
        return float(moved)

    def _kept(self) -> dict[str, list[float]]:
        """What is kept, by name, a number for each parameter: of what is new, 0.

        Without momentum there is no velocity, and an infinite gradient leaves no nan behind.
        """
        names = (*self.averages, "velocity") if self.momentum else self.averages
        return {name: self._columns.get(name) or [0.0] * len(self.params) for name in names}

    @property
    def _states(self) -> list[tuple[float, ...]]:
        """For each parameter what is kept of it: a row across the columns."""
        columns = self._columns.values()
        return [tuple([column[i] for column in columns]) for i in range(len(self.params))]

    def _rate_after(self, more: int) -> float:
        """The learning rate when so many further steps have been made."""
        if callable(self._lr):
            return at_least_0(self._lr(self._made + more), f"{type(self).__name__}: lr")
        return self._lr

    def _settings(self, more: int = 0) -> dict[str, float]:
        """The settings by their names, for the step after so many further ones."""
        optional = {"momentum": self.momentum, "weight_decay": self.weight_decay}
        return {
            "lr": self._rate_after(more),
            **{name: number for name, number in optional.items() if number},
            **{name: getattr(self, name) for name in self.settings},
        }

    def _change(
        self, theta: Num, g: Num, state: Sequence[Num], t: Num, settings: Mapping[str, Num]
    ) -> tuple[Num, ...]:
        """The new parameter and the new state, in whatever computes with numbers."""
        lr, momentum, decay = map(settings.get, ("lr", "momentum", "weight_decay"))
        if decay is not None and self.decouples:
            theta = theta * (1.0 - lr * decay)
        elif decay is not None:  # the gradient of J + ½ λ θ²
            g = g + decay * theta
        number = (t,) if self.counts else ()
        kept = state[: len(self.averages)]
        d, *kept = self._direction(g, *kept, *number, *[settings[name] for name in self.settings])
        if momentum is None:
            return (theta - lr * d, *kept)
        theta, velocity = sgd_update(theta, d, state[-1], lr, momentum)
        return (theta, *kept, velocity)

    def _direction(self, g: Num, *given: Num) -> tuple[Num, ...]:
        """d and the new averages, from the gradient, the old ones, t if it counts, the settings."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next pass starts from nothing."""
        forget(self.params)


def sgd_update(theta: Num, g: Num, velocity: Num, lr: Num, momentum: Num) -> tuple[Num, Num]:
    """Gradient descent: v := μ v + g, θ := θ − α v (slide 36 for μ = 0).

    Returns:
        The new parameter and the new velocity.

    >>> sgd_update(1.0, 2.0, 4.0, lr=0.25, momentum=0.5)
    (0.0, 4.0)
    """
    velocity = momentum * velocity + g
    return theta - lr * velocity, velocity


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
    factor = _clipping(found, at_least_0(max_norm, "clip_grad_norm: max_norm"))
    if factor is not None:
        for p, g in zip(listed, found, strict=True):
            p.grad = g * factor
    return math.hypot(*found)


def _clipping(gradient: Sequence[float], max_norm: float) -> float | None:
    """The factor that shortens the gradient; None where it is short enough."""
    factor = max_norm / (math.hypot(*gradient) + 1e-6)
    return None if factor >= 1.0 else factor


# --- arguments, checked ---------------------------------------------------------------------------


def parameters(params: object, name: str) -> list[Value]:
    """The parameters as a list: leaf Values, each once, at least one; else an error by ``name``."""
    if hasattr(params, "parameters"):
        raise TypeError(f"{name}: expected parameters, not a model; give model.parameters()")
    if isinstance(params, Value) or not isinstance(params, Iterable):
        kind = type(params).__name__
        raise TypeError(f"{name}: expected a list of parameters, not {kind} {shown(params)}")
    listed = [_parameter(x, f"{name}: parameter {i}") for i, x in enumerate(params)]
    if not listed:
        raise ValueError(f"{name}: the list of parameters is empty; give at least one")
    seen: dict[Value, int] = {}
    for i, parameter in enumerate(listed):
        first = seen.setdefault(parameter, i)
        if first != i:
            raise ValueError(
                f"{name}: {graph.name(parameter)} is listed twice, at {first} and at {i}; "
                "a step would change it twice"
            )
    return listed


def _parameter(given: object, what: str) -> Value:
    """The same, refused unless it is a Value that can be changed."""
    if not isinstance(given, Value):
        raise TypeError(
            f"{what} is no Value but {type(given).__name__} {shown(given)}; "
            "make it a Value(...) before the graph is built"
        )
    if graph.is_constant(given):
        raise ValueError(
            f"{what} is the constant {graph.name(given)}, which receives no gradient; "
            "make it a Value(...)"
        )
    if not graph.is_leaf(given):
        raise ValueError(
            f"{what}, {graph.name(given)}, is the result of an operation ({given.op}), "
            "and only leaves can be changed; give the Values it is computed from"
        )
    return given


def at_least_0(given: object, what: str, most: float = math.inf) -> float:
    """A finite number from 0 to ``most``; an error that begins with ``what`` for anything else."""
    number = real(given, what)
    if not 0.0 <= number <= most or number == math.inf:
        wanted = "finite and at least 0" if most == math.inf else f"from 0 to {most:g}"
        raise ValueError(f"{what} must be {wanted}, not {number!r}")
    return number
