"""The two sides of each kind of product: their cells over the axes of the result and of the sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_mini.compiler.llvm.places import Cells
from autograd_mini.compiler.program import Array

Sides = tuple[tuple[Cells, Cells], tuple[int, ...], tuple[int, ...]]


def _grid(array: Array) -> Cells:
    return np.arange(array.size).reshape(array.shape)


def _dot(array: Array, x: Array, w: Array) -> Sides:
    """x wᵀ: (lead, j) from (lead, k) and (j, k)."""
    lead, k = x.shape[:-1], x.shape[-1:]
    if len(w.shape) == 1:
        right = np.arange(w.size).reshape(*(1,) * len(lead), *k)
        return (_grid(x), right), lead, k
    right = _grid(w).reshape(*(1,) * len(lead), *w.shape)
    return (_grid(x).reshape(*lead, 1, *k), right), (*lead, w.shape[0]), k


def _mix(array: Array, d: Array, w: Array) -> Sides:
    """d w: (lead, k) from (lead, j) and (j, k)."""
    lead, j = d.shape[:-1], d.shape[-1:]
    right = _grid(w).T.reshape(*(1,) * len(lead), w.shape[1], w.shape[0])
    return (_grid(d).reshape(*lead, 1, *j), right), (*lead, w.shape[1]), j


def _gram(array: Array, d: Array, x: Array) -> Sides:
    """dᵀ x, summed over the leading axes and the batch: (j, k) from (lead, j) and (lead, k)."""
    lead, k = x.shape[:-1], x.shape[-1]
    right = np.moveaxis(_grid(x), -1, 0)
    if len(array.shape) == 1:
        return (_grid(d).reshape(1, *lead), right), (k,), lead
    left = np.moveaxis(_grid(d).reshape(*lead, array.shape[0]), -1, 0)
    return (left[:, None], right[None]), (array.shape[0], k), lead


def _pair(array: Array, left: Array, right: Array) -> Sides:
    """l rᵀ for each of the leading axes: (i, j) from (i, k) and (j, k)."""
    lead = array.shape[:-2]
    one = _with_lead(left, lead)[..., :, None, :]
    other = _with_lead(right, lead)[..., None, :, :]
    return (one, other), array.shape, (left.shape[-1],)


def _pairmix(array: Array, d: Array, other: Array) -> Sides:
    """d r: (i, k) from (i, j) and (j, k); or dᵀ l, likewise with i and j exchanged."""
    lead = array.shape[:-2]
    one, two = _with_lead(d, lead), _with_lead(other, lead)
    if array.detail:
        one = np.swapaxes(one, -1, -2)
    summed = (one.shape[-1],)
    return (one[..., :, None, :], np.swapaxes(two, -1, -2)[..., None, :, :]), array.shape, summed


def _with_lead(array: Array, lead: tuple[int, ...]) -> Cells:
    """The cells of an array; leading axes along which it repeats keep the size 1."""
    cells = _grid(array)
    return cells.reshape(*(1,) * (len(lead) + 2 - cells.ndim), *cells.shape)


SIDES: dict[str, Any] = {
    "dot": _dot,
    "mix": _mix,
    "gram": _gram,
    "pair": _pair,
    "pairmix": _pairmix,
}
