"""Optimisers: how parameters change once their gradients are known.

Vocabulary (slides 31, 36 and 37): θ is a parameter, g = ∂J/∂θ its gradient, α or *lr* the learning
rate, λ the *weight decay*. A step puts θ := θ − α g.

:mod:`base` says how a step goes, with clipping by the norm of the gradient; :mod:`optimizers` has
the optimisers, each with its arithmetic; :mod:`schedules` learning rates that change.
"""

from autograd_mini.optim.base import Optimizer, clip_grad_norm, sgd_update
from autograd_mini.optim.optimizers import (
    SGD,
    Adam,
    AdamW,
    RMSProp,
    adam_update,
    adamw_update,
)
from autograd_mini.optim.schedules import SCHEDULES, Schedule, schedule

__all__ = [
    "SCHEDULES",
    "SGD",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSProp",
    "Schedule",
    "adam_update",
    "adamw_update",
    "clip_grad_norm",
    "schedule",
    "sgd_update",
]
