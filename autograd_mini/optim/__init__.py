"""Optimisers: how parameters change once their gradients are known.

Vocabulary (slides 31, 36 and 37): θ is a parameter, g = ∂J/∂θ its gradient, α or *lr* the learning
rate. A step puts θ := θ − α g.

:mod:`updates` states the arithmetic of each optimiser once, as pure functions;
:mod:`base` says how a step goes, with clipping by the norm of the gradient; :mod:`optimizers` has
the optimisers themselves;
:mod:`schedules` learning rates that change; :mod:`arguments` checks what is given.
"""

from autograd_mini.optim.base import Optimizer, clip_grad_norm
from autograd_mini.optim.optimizers import SGD, Adam, AdamW, RMSProp
from autograd_mini.optim.schedules import SCHEDULES, Schedule, schedule
from autograd_mini.optim.updates import adam_update, adamw_update, sgd_update

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
