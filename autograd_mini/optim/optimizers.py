"""The optimisers, each with its direction; all are PyTorch's, up to rounding.

Directions and updates run on floats, and on whatever else computes with numbers: the compiler
traces them like any other scalar code.
"""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import repr as shown

from autograd_mini import ops
from autograd_mini.optim.base import Num, Optimizer, Rate, Setting, at_least_0
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

    def _direction(self, g: Num, *given: Num) -> tuple[Num, ...]:
        return (g,)


class RMSProp(SGD):
    """Gradient descent along g / (√v + ε), v an average of g², as in PyTorch (not centred).

    Source: G. Hinton, "Neural networks for machine learning", lecture 6e, 2012.

    Args:
        params, lr, momentum, weight_decay, max_norm: as for :class:`SGD`.
        alpha: how much of the average of g² stays, from 0 to 1, as PyTorch calls it.
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

    alpha = Setting(most=1.0)
    eps = Setting()
    averages = ("v",)
    settings = ("alpha", "eps")

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
        self.alpha = alpha
        self.eps = eps

    def _direction(self, g: Num, *given: Num) -> tuple[Num, ...]:
        v, alpha, eps = given
        v = alpha * v + (1.0 - alpha) * (g * g)
        return ops.div(g, ops.sqrt(v) + eps), v


def adam_direction(
    g: Num, m: Num, v: Num, t: Num, beta1: Num, beta2: Num, eps: Num
) -> tuple[Num, Num, Num]:
    """Adam's direction in step number t, counted from 1, and the new averages.

    m := β₁ m + (1 − β₁) g and v := β₂ v + (1 − β₂) g² average the gradient and its square; both
    start at 0, which m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) make up for; d = m̂ / (√v̂ + ε).
    Source: Kingma and Ba, "Adam", 2015, algorithm 1.
    """
    m = beta1 * m + (1.0 - beta1) * g
    v = beta2 * v + (1.0 - beta2) * (g * g)
    m_hat = m / (1.0 - beta1**t)  # never 0, as β is below 1
    v_hat = v / (1.0 - beta2**t)
    return ops.div(m_hat, ops.sqrt(v_hat) + eps), m, v


class Adam(Optimizer):
    """Adam with bias correction, as in PyTorch (Kingma and Ba, 2015).

    Args:
        params, lr, weight_decay, max_norm: as for :class:`SGD`.
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

    eps = Setting()
    averages = ("m", "v")
    settings = ("beta1", "beta2", "eps")
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
        self.betas = betas
        self.eps = eps

    @property
    def betas(self) -> tuple[float, float]:
        """β₁ and β₂."""
        return self.beta1, self.beta2

    @betas.setter
    def betas(self, betas: tuple[float, float]) -> None:
        self.beta1, self.beta2 = _pair_below_1(betas, type(self).__name__)

    def _direction(self, g: Num, *given: Num) -> tuple[Num, ...]:
        return adam_direction(g, *given)


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

    decouples = True

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


def adam_update(
    theta: Num, g: Num, m: Num, v: Num, t: Num, lr: Num, beta1: Num, beta2: Num, eps: Num
) -> tuple[Num, Num, Num]:
    """Adam's step number t: θ := θ − α d, see :func:`adam_direction`.

    Returns:
        The new parameter, the new m and the new v.

    >>> adam_update(1.0, 2.0, 0.0, 0.0, 1, lr=0.5, beta1=0.5, beta2=0.75, eps=0.0)
    (0.5, 1.0, 1.0)
    """
    d, m, v = adam_direction(g, m, v, t, beta1, beta2, eps)
    return theta - lr * d, m, v


def adamw_update(
    theta: Num,
    g: Num,
    m: Num,
    v: Num,
    t: Num,
    lr: Num,
    beta1: Num,
    beta2: Num,
    eps: Num,
    weight_decay: Num,
) -> tuple[Num, Num, Num]:
    """Adam's step after θ := θ − α λ θ (Loshchilov and Hutter, "Decoupled weight decay", 2019).

    Returns:
        The new parameter, the new m and the new v.

    >>> adamw_update(1.0, 2.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, weight_decay=0.5)
    (0.25, 1.0, 1.0)
    """
    theta = theta * (1.0 - lr * weight_decay)
    return adam_update(theta, g, m, v, t, lr, beta1, beta2, eps)


def _pair_below_1(betas: object, name: str) -> tuple[float, float]:
    """Two numbers from 0 to below 1; an error that begins with ``name`` for anything else."""
    if isinstance(betas, (str, bytes)) or not isinstance(betas, Iterable):
        raise TypeError(f"{name}: betas must be a pair of numbers, not {shown(betas)}")
    pair = tuple(betas)
    if len(pair) != 2:
        raise ValueError(f"{name}: betas must be two numbers, {len(pair)} given")
    beta1, beta2 = (at_least_0(beta, f"{name}: each of betas", most=1.0) for beta in pair)
    if 1.0 in (beta1, beta2):
        raise ValueError(f"{name}: each of betas must be below 1: with 1 the average never changes")
    return beta1, beta2
