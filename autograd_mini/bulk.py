"""Many leaves changed or asked at once; neurons and constants made for many."""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat
from operator import call
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.engine import core
from autograd_mini.fast import forward as fast
from autograd_mini.rows import LEAF
from autograd_mini.value import Value, _Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

set_number, set_stamp, set_gradient, set_count, set_pass = (
    Value.__dict__[name].__set__ for name in ("_data", "_stamp", "_grad", "_a", "_b")
)
row_of = Value.__dict__["_row"].__get__

neuron = partial(fast.neuron, _Node) if core is None else core.neuron
constant = partial(fast.constant, _Node)


def set_data(leaves: Sequence[Value], numbers: Sequence[float], *also: Callable[[], None]) -> None:
    """Set the data of many leaves as one change: one epoch, and no checks.

    ``also`` is called with it. All of it is one call of a function in C, so Ctrl-C comes before or
    after, if what is called is in C too.
    """
    if len(leaves) != len(numbers):
        raise ValueError("set_data: the list of numbers is shorter or longer than that of leaves")
    with graph.lock:
        epoch = graph.new_epoch()
        changes = map(set_number, leaves, numbers), map(set_stamp, leaves, repeat(epoch))
        any(chain(*changes, map(call, also)))  # each gives None


def are_leaves(values: Sequence[object]) -> bool:
    """Whether all of them are leaves, and of no subclass that may do something else with them."""
    return {*map(type, values)} == {_Node} and {*map(row_of, values)} == {LEAF}


def forget(values: Sequence[Value]) -> None:
    """Forget the gradients of values, as ``zero_grad`` of each does; of leaves as one change."""
    if not are_leaves(values):
        for value in values:
            value.zero_grad()
        return
    with graph.lock:
        gradients = map(set_gradient, values, repeat(None))
        passes = map(set_count, values, repeat(0)), map(set_pass, values, repeat(None))
        any(chain(gradients, *passes))  # each gives None
