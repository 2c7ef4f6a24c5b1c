"""autograd_mini: scalar automatic differentiation to learn from, draw with and test against."""

from autograd_mini import ops
from autograd_mini.derivatives import grad, hessian, jacobian, jvp
from autograd_mini.errors import AutogradError, RenderError, StaleGraphError, StrictError
from autograd_mini.modes import no_grad, strict
from autograd_mini.value import Value

__version__ = "0.1.0"

__all__ = [
    "AutogradError",
    "RenderError",
    "StaleGraphError",
    "StrictError",
    "Value",
    "grad",
    "hessian",
    "jacobian",
    "jvp",
    "no_grad",
    "ops",
    "strict",
]
