"""What one core of this machine can do, measured: the physical limit beside the steps.

Vocabulary: *flops* are multiplications and additions of doubles in a second, from NumPy's product
of two matrices that stay in the cache; *bytes* are those read and written in a second by a copy of
an array that does not fit into it. The *limit* of a step is the larger of its flops and its bytes
divided by these (the roofline of Williams, Waterman and Patterson, 2009).
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple

SIDE = 384
LARGE = 8_000_000
TRIES = 9


class Peak(NamedTuple):
    """Per second, of one core."""

    flops: float
    bytes: float

    def limit(self, flops: float, traffic: float) -> float:
        """The least seconds for so much arithmetic and so many bytes."""
        return max(flops / self.flops, traffic / self.bytes)


def measured() -> Peak:
    """The best of several tries; NumPy must be on one thread."""
    np = importlib.import_module("numpy")
    left, out = np.ones((SIDE, SIDE)), np.empty((SIDE, SIDE))
    product = _least(lambda: np.dot(left, left, out=out))
    source, target = np.ones(LARGE), np.zeros(LARGE)
    copy = _least(lambda: np.copyto(target, source))
    return Peak(2.0 * SIDE**3 / product, 16.0 * LARGE / copy)


def _least(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(TRIES):
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return min(times)
