"""The array program: what the stages after the normal form hand on.

Vocabulary:

- *array*: one value of the program, made by a *kind* of statement from other arrays. Arrays know
  their shape, in which the batch is not counted, and whether they are *batched*: then the tier
  gives them one more axis, in front.
- *cell*: the place of a number in an array, counted row by row.
- *window*: the cells ``offset + Σ strides[i] · index[i]`` of an array, in the shape ``sizes``. An
  axis along which the cell does not change has size 1 and broadcasts.

The kinds are few; what each means is one row of :mod:`~autograd_mini.compiler.kinds`:

==========  ========================================================================
theta       the parameters, in the order the layout chose
argument    the numbers of one argument; ``index`` if they are integers that select
constant    numbers known when the program is made
mask        booleans: which cells are no holes (:mod:`~autograd_mini.compiler.holes`)
seed        ∂cost/∂loss for each example
formula     rows of the table, element by element, with broadcasting
view        a window of an array; ``gather`` any list of its cells
reshape     the same cells in another shape; ``expand`` repeats them along axes of size 1
concat      the cells of arrays, one array after the other
dot         x wᵀ: rows of x with rows of w, which is the same for the whole batch
pair        l rᵀ for each example (and each of the leading axes)
sum, max    along the last axis
select      for each index the row of a table, or in each row the place it says
mix, gram   d w and dᵀ x: what dot needs for its derivative
pairmix     d r, or dᵀ l: what pair needs
fold        sums over the batch and the axes that broadcasting had added
scatter     zeros with arrays added into windows: what view, gather and concat need
unselect    zeros with rows added: what select needs
loop        statements that are run again and again: see :class:`Body`
result      one of the arrays that a loop makes
carry       in the body of a loop: what the round before has handed on
item        in the body of a loop: this round's row of an array outside, or one further on
==========  ========================================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.formula import Formula, handing_on, names
from autograd_mini.compiler.holes import Holes, smallest

Shape = tuple[int, ...]


class Window(NamedTuple):
    """Which cells of an array, and in which shape."""

    offset: int
    sizes: Shape
    strides: Shape

    @classmethod
    def run(cls, offset: int, sizes: Sequence[int]) -> Window:
        """Cells one after the other, in this shape."""
        strides = tuple(math.prod(sizes[i + 1 :]) for i in range(len(sizes)))
        return cls(offset, tuple(sizes), strides)

    @property
    def whole(self) -> bool:
        """Whether it is a run of cells in their order."""
        step = 1
        for size, stride in zip(reversed(self.sizes), reversed(self.strides), strict=True):
            if size != 1 and stride != step:
                return False
            step *= size
        return True


class Array:
    """One value of the program; see the module's table for the kinds.

    Attributes:
        active: whether it has a derivative by a parameter.
        detail: what the kind needs to know: a formula, a window, a list of cells.
        name: its name in the source, "" if it is free.
        holes: its cells that belong to no entry, if there are any.
    """

    __slots__ = ("active", "batched", "detail", "holes", "kind", "name", "operands", "shape")

    batched: bool
    active: bool

    def __init__(
        self,
        kind: str,
        operands: Iterable[Array],
        shape: Sequence[int],
        *,
        batched: bool | None = None,
        detail: Any = None,
        name: str = "",
        holes: Holes | None = None,
    ) -> None:
        self.kind = kind
        self.operands = tuple(operands)
        self.shape = tuple(int(n) for n in shape)
        self.batched = any(x.batched for x in self.operands) if batched is None else batched
        self.active = kind == "theta" or any(x.active for x in self.operands)
        self.detail = detail
        self.name = name
        self.holes = holes

    @property
    def size(self) -> int:
        """The number of cells."""
        return math.prod(self.shape)

    def __repr__(self) -> str:
        batch = "B × " if self.batched else ""
        return f"<{self.kind} {self.name} {batch}{list(self.shape)}>"


class Body(NamedTuple):
    """What a statement ``loop`` runs, again and again.

    The results are arrays with one axis more: first the *trails*, in which row t is what was
    carried before round t and row t + 1 what is carried after it (in a loop that runs backwards it
    is the other way round); then the *stacks*, in which row t is an array of round t.

    Attributes:
        rounds: how many there are.
        backward: whether the last round is run first.
        arrays: the statements of one round; they may read arrays outside, which are the same in
            each round.
        carries: arrays of kind ``carry``.
        firsts: for each the array outside that it is at the beginning.
        nexts: for each the array that the next round will find in it.
        stacked: arrays of which every round's is a result.
    """

    rounds: int
    backward: bool
    arrays: list[Array]
    carries: list[Array]
    firsts: list[Array]
    nexts: list[Array]
    stacked: list[Array]

    def read(self) -> list[Array]:
        """The arrays outside that the loop reads."""
        inside = {*self.arrays, *self.carries}
        found = [*self.firsts, *chain.from_iterable(x.operands for x in self.arrays)]
        found += [*self.nexts, *self.stacked]
        return [x for x in dict.fromkeys(found) if x not in inside]


class Program(NamedTuple):
    """Statements in order, and what they are for.

    Attributes:
        arrays: every array, operands first.
        outputs: the results of the function; results of one colour are one array.
        gradient: the array of the parameters' gradient; None before differentiation, or where the
            results do not depend on a parameter.
        order: for each cell of theta the number of its parameter.
        adjoints: for arrays on the way to theta their adjoints.
        entries: for arrays that hold entries of the recording which these are, and in which cells.
    """

    arrays: list[Array]
    outputs: list[Array]
    gradient: Array | None
    order: list[int]
    adjoints: Mapping[Array, Array] = MappingProxyType({})
    entries: Mapping[Array, tuple[Any, Any]] = MappingProxyType({})


def formula(expression: Formula, name: str = "", holes: Holes | None = None) -> Array:
    """An element-wise array: the names in the expression are arrays."""
    operands = list(dict.fromkeys(names(expression)))
    shape = broadcast([x.shape for x in operands])
    made = Array("formula", operands, shape, detail=expression, name=name, holes=holes)
    made.active = made.active and any(x.active for x in handing_on(expression))
    return made


def mask(cells: Any, arrays: list[Array]) -> Array:
    """The array of a mask, one of these or a new one among them.

    It has size 1 along axes where the mask does not change.
    """
    small = smallest(cells)
    for known in arrays:
        if known.kind == "mask" and np.array_equal(known.detail, small):
            return known
    arrays.append(Array("mask", (), small.shape, batched=False, detail=small, name="mask"))
    return arrays[-1]


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """The shape of an element-wise result; a shape () goes with every other."""
    known = [shape for shape in shapes if shape]
    assert len(set(map(len, known))) <= 1, f"{known}"
    axes = list(zip(*known, strict=True))
    assert all(len({1, *sizes}) <= 2 for sizes in axes), f"{known}"
    return tuple(map(max, axes))


class Leaf(NamedTuple):
    """A named run of theta's cells: a matrix or a vector of the source, or what is between.

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
    """The matrices and vectors that theta is made of (``W1``, ``b1``), and what is left: ``p1``."""
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
