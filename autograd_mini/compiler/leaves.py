"""The parameters as the arrays that generated source has.

Vocabulary: a *leaf* is a run of theta's cells that has a name: a matrix or a vector of the source
(``W1``, ``b1``), or what lies between these (``p1``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd_mini.compiler.program import Program, Shape


class Leaf(NamedTuple):
    """A named part of theta.

    Attributes:
        name: as in the source.
        start: its first cell.
        shape: that of the array.
    """

    name: str
    start: int
    shape: Shape

    @property
    def stop(self) -> int:
        """The cell after its last one."""
        return self.start + int(np.prod(self.shape, dtype=int))


def leaves(program: Program) -> list[Leaf]:
    """The matrices and vectors that theta is made of, in its order, and what is left."""
    theta = program.arrays[0]
    views = [a for a in program.arrays if a.kind == "view" and a.operands[0] is theta]
    views = [a for a in views if a.detail.whole and a.name]
    taken = np.zeros(theta.size, dtype=bool)
    found = []
    for array in sorted(views, key=lambda a: (-len(a.shape), -a.size)):
        start = array.detail.offset
        if not taken[start : start + array.size].any():
            taken[start : start + array.size] = True
            found.append(Leaf(array.name, start, array.shape))
    edges = np.flatnonzero(np.diff(np.concatenate([[True], taken, [True]]).astype(int)))
    for k, (start, stop) in enumerate(edges.reshape(-1, 2).tolist(), 1):
        found.append(Leaf(f"p{k}", start, (stop - start,)))
    return sorted(found, key=lambda leaf: leaf.start)
