"""The compiled core, told what it calls; it stands in for ``forward`` and ``backward``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import engine, graph, modes, ops
from autograd_mini.engine import core
from autograd_mini.fast.backward import admit
from autograd_mini.ieee import dot
from autograd_mini.rows import CONSTANT, LEAF

if TYPE_CHECKING:
    from typing import Any

ROWS = (
    LEAF, CONSTANT, ops.add, ops.sub, ops.mul, ops.div, ops.pow, ops.neg, ops.exp, ops.log,
    ops.tanh, ops.sigmoid, ops.relu, ops.sum, ops.affine,
)  # fmt: skip
"""The rows that are written out in C, in the order in which the core numbers them."""


def connect(value: type, infix: object) -> Any:
    """Tell the core what it calls, and what both engines read; the function that makes a node."""
    own = [vars(value)[name] for name in ("__init__", "__pow__", "data", "grad")]
    apply_op = vars(value)["_apply_op"].__get__(None, value)
    core.connect(
        ROWS, infix, apply_op, *own, modes.finish, admit, dot, getattr(math, "sumprod", None),
        modes.active, graph.__dict__, graph.lock.acquire, graph.lock.release,
    )  # fmt: skip
    graph.new_epoch, engine.blank = core.new_epoch, value.__new__
    value._apply_op = core.apply_op  # type: ignore[attr-defined]
    return core.record
