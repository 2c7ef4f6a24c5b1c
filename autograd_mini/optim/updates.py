"""How one parameter changes, stated once: pure functions over the library's operations.

Vocabulary (slides 31, 36 and 37): θ is a parameter, g = ∂J/∂θ its gradient, α or *lr* the learning
rate, λ the *weight decay*. An *update* takes the parameter, its gradient and its *state*, and
returns the new parameter and the new state. It runs on floats, and on whatever else computes with
numbers: the compiler traces it like any other scalar code. All are PyTorch's, up to rounding.
"""

from __future__ import annotations

from typing import Any

from autograd_mini import ops


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


def adamw_update(
    theta: Any,
    g: Any,
    m: Any,
    v: Any,
    t: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    eps: Any,
    weight_decay: Any,
) -> tuple[Any, Any, Any]:
    """Adam's step after θ := θ − α λ θ (Loshchilov and Hutter, "Decoupled weight decay", 2019).

    Returns:
        The new parameter, the new m and the new v.

    >>> adamw_update(1.0, 2.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, weight_decay=0.5)
    (0.25, 1.0, 1.0)
    """
    theta = theta * (1.0 - lr * weight_decay)
    return adam_update(theta, g, m, v, t, lr, beta1, beta2, eps)


def rmsprop_direction(g: Any, v: Any, alpha: Any, eps: Any) -> tuple[Any, Any]:
    """v := α v + (1 − α) g², and g / (√v + ε) (Hinton, "Neural networks", lecture 6e, 2012).

    α is here how much of the average of g² stays, as PyTorch calls it.

    Returns:
        The direction, which is to be used as a gradient, and the new v.

    >>> rmsprop_direction(2.0, 0.0, alpha=0.75, eps=0.0)
    (2.0, 1.0)
    """
    v = alpha * v + (1.0 - alpha) * (g * g)
    return ops.div(g, ops.sqrt(v) + eps), v


def decayed(g: Any, theta: Any, weight_decay: Any) -> Any:
    """g + λ θ, the gradient of J + ½ λ θ².

    >>> decayed(1.0, 4.0, weight_decay=0.5)
    3.0
    """
    return g + weight_decay * theta
