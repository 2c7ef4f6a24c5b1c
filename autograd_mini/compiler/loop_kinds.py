"""What the kinds ``loop``, ``result``, ``item`` and ``carry`` mean; see :mod:`kinds`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini.compiler.program import Array, Body

Numbers = Any


def fits_loop(array: Array, fits: Callable[[Array], bool]) -> bool:
    """Whether a body reads what is there, and hands on what it was handed."""
    body: Body = array.detail
    outside = set(array.operands)
    if outside != set(body.read()) or array.shape != () or body.rounds < 1:
        return False
    made = {*outside, *body.carries}
    for one in body.arrays:
        if not (made.issuperset(one.operands) and fits(one)):
            return False
        if one.kind == "item" and not (
            one.operands[0] in outside and one.detail <= one.operands[0].shape[0] - body.rounds
        ):
            return False
        made.add(one)
    ends = zip(body.carries, body.firsts, body.nexts, strict=True)
    return made.issuperset(body.stacked) and all(
        carry.kind == "carry"
        and first in outside
        and following in made
        and first.shape == following.shape == carry.shape
        and max(first.batched, following.batched) <= carry.batched
        for carry, first, following in ends
    )


def fits_result(array: Array) -> bool:
    """Whether it has a row for each round, and one more for what is carried."""
    body: Body = array.operands[0].detail
    one = [*body.carries, *body.stacked][array.detail]
    rows = body.rounds + (array.detail < len(body.carries))
    return array.shape == (rows, *one.shape) and array.batched == one.batched


def fits_item(array: Array) -> bool:
    """Whether it is a row."""
    return array.shape == array.operands[0].shape[1:] and array.detail >= 0


def numbers_of_loop(
    array: Array, operands: tuple[Numbers, ...], compute: Callable[[Array, Any], Numbers]
) -> list[Numbers]:
    """The numbers of all its results: round after round.

    Args:
        array: the loop.
        operands: the numbers of what it reads.
        compute: for an array, and the numbers of others, its own.
    """
    body: Body = array.detail
    outside = dict(zip(array.operands, operands, strict=True))
    count = max(map(len, operands)) if array.batched else 1
    state = [outside[first] for first in body.firsts]
    trails: list[list[Numbers]] = [[x] for x in state]
    stacks: list[list[Numbers]] = [[] for _ in body.stacked]
    order = range(body.rounds)
    for t in reversed(order) if body.backward else order:
        made = outside | dict(zip(body.carries, state, strict=True))
        for one in body.arrays:
            if one.kind == "item":
                made[one] = made[one.operands[0]][:, t + one.detail]
            else:
                made[one] = compute(one, made)
        state = [made[x] for x in body.nexts]
        for rows, x in zip(trails, state, strict=True):
            rows.append(x)
        for rows, one in zip(stacks, body.stacked, strict=True):
            rows.append(made[one])
    found = []
    for rows, one in zip([*trails, *stacks], [*body.carries, *body.stacked], strict=True):
        size = count if one.batched else 1
        whole = [np.broadcast_to(x, (size, *one.shape)) for x in rows]
        found.append(np.stack(whole[::-1] if body.backward else whole, axis=1))
    return found
