"""autograd_mini: scalar automatic differentiation to learn from, draw with and test against.

The engine is imported at once, the rooms built on it when they are first used.
"""

from typing import TYPE_CHECKING

from autograd_mini import ops
from autograd_mini.derivatives import detach, jvp
from autograd_mini.engine import engine_info
from autograd_mini.errors import (
    AutogradError,
    ModelFileError,
    RenderError,
    StaleGraphError,
    StrictError,
)
from autograd_mini.modes import no_grad, strict
from autograd_mini.transforms import grad, hessian, hvp, jacobian, value_and_grad
from autograd_mini.value import Value

if TYPE_CHECKING:
    from autograd_mini import data, losses, nn, optim, plots, training
    from autograd_mini.check import finite_difference, gradcheck, nan_origin
    from autograd_mini.compiler import TracingError, compile

    # From their folders: mypy takes what stands in show under these names for the folders.
    from autograd_mini.show.draw.views import draw
    from autograd_mini.show.explain import explain
    from autograd_mini.show.walk.walked import walk

__version__ = "0.1.0"

__all__ = [
    "AutogradError",
    "ModelFileError",
    "RenderError",
    "StaleGraphError",
    "StrictError",
    "TracingError",
    "Value",
    "compile",
    "data",
    "detach",
    "draw",
    "engine_info",
    "explain",
    "finite_difference",
    "grad",
    "gradcheck",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "losses",
    "nan_origin",
    "nn",
    "no_grad",
    "ops",
    "optim",
    "plots",
    "strict",
    "training",
    "value_and_grad",
    "walk",
]

_ROOM_OF = {
    "TracingError": "compiler",
    "compile": "compiler",
    "data": "",
    "draw": "show",
    "explain": "show",
    "finite_difference": "check",
    "gradcheck": "check",
    "losses": "",
    "nan_origin": "check",
    "nn": "",
    "optim": "",
    "plots": "",
    "training": "",
    "walk": "show",
}
"""The room that each of the other public names comes from; "" for a room that is one itself."""


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'autograd_mini' has no attribute {name!r}")
    from importlib import import_module

    room = import_module(f"autograd_mini.{_ROOM_OF[name] or name}")
    found = globals()[name] = getattr(room, name) if _ROOM_OF[name] else room
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
