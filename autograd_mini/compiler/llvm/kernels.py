"""What a kernel is, and where the cells of the arrays lie, worked out in numbers.

Vocabulary: a *buffer* is a run of memory: theta, an argument, or something computed. An *access* is
the list of a buffer's cells that a loop nest reads or writes, in the order of its grid. Views,
reshapes, broadcasts and gathers move nothing: they are lists of cells, composed here and, where
they follow a pattern, recognised as strides later (:mod:`~autograd_mini.compiler.windows`).

A *kernel* is one nest of loops over a *grid*: the cells of its arrays and, if it is batched, the
examples. At each point of the grid it has perhaps a *core*, a product or a fold, and then
*actions*, formulas whose results are stored.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.kinds import natively
from autograd_mini.compiler.program import Array
from autograd_mini.compiler.windows import cells_of

Cells = Any
"""An array of integers."""

ALIASES = natively("alias")
"""Kinds that show the cells of their operand."""


class Buffer:
    """A run of memory.

    Attributes:
        name: where it is: "theta", "gradient", "constants", "arena", "local" (nowhere: it stays in
            registers), or an argument's kind and number.
        size: its cells.
        batched: whether each cell is a row with a number for each example.
        start: where in the arena or among the constants it begins, in doubles.
        pinned: whether it must keep its place to itself, as results do.
    """

    __slots__ = ("batched", "name", "pinned", "size", "start")

    def __init__(self, name: Any, size: int, batched: bool, pinned: bool = False) -> None:
        self.name = name
        self.size = size
        self.batched = batched
        self.pinned = pinned
        self.start = 0

    @property
    def memory(self) -> Buffer:
        """The buffer that its cells are in: itself."""
        return self

    def __repr__(self) -> str:
        return f"<buffer {self.name} of {self.size}{' rows' if self.batched else ''}>"


class Moving(Buffer):
    """The cells of another buffer, moved on by ``step`` of them in each round of a loop."""

    __slots__ = ("base", "step")

    def __init__(self, base: Buffer, step: int) -> None:
        super().__init__("moving", base.size, base.batched)
        self.base = base
        self.step = step

    @property
    def memory(self) -> Buffer:
        """The buffer that it is a part of."""
        return self.base


class Access:
    """Cells of a buffer, in the order of a grid."""

    __slots__ = ("buffer", "cells", "key")

    def __init__(self, buffer: Buffer, cells: Cells) -> None:
        self.buffer = buffer
        self.cells = cells
        self.key = id(buffer), cells.tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Access) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Weight:
    """∂cost/∂loss: one number for all examples, an argument of the step."""


class Picked:
    """For each index the cell of a table: ``table[index · stride]``, the table at cell 0."""

    __slots__ = ("index", "stride", "table")

    def __init__(self, table: Access, index: Access, stride: int) -> None:
        self.table = table
        self.index = index
        self.stride = stride


class Core:
    """The result of a kernel's product or reduction."""


def spread(shape: tuple[int, ...], over: tuple[int, ...]) -> Cells:
    """For each cell of the larger shape the cell of the smaller one that it shows."""
    size = int(np.prod(shape))
    cells = np.arange(size).reshape(shape or (1,) * len(over))
    return np.broadcast_to(cells, over).ravel()


def shown(alias: Array) -> Cells:
    """For each cell of a view, reshape, expand or gather the cell of its operand."""
    (base,) = alias.operands
    if alias.kind == "view":
        return cells_of(alias.detail).ravel()
    if alias.kind == "gather":
        return np.asarray(alias.detail).ravel()
    if alias.kind == "expand":
        return spread(base.shape, alias.shape)
    return np.arange(alias.size)


def root(array: Array) -> Array:
    """What an alias shows in the end."""
    while array.kind in ALIASES:
        (array,) = array.operands
    return array


def root_cells(array: Array) -> Cells:
    """For each cell of an alias the cell of its root."""
    cells = None
    while array.kind in ALIASES:
        if array.kind != "reshape":
            here = shown(array)
            cells = here if cells is None else here[cells]
        (array,) = array.operands
    return np.arange(array.size) if cells is None else cells


CORE = Core()
WEIGHT = Weight()


class Action(NamedTuple):
    """A formula whose result is stored, or added to what is there."""

    target: Access
    formula: f.Formula
    adds: bool
    array: Array | None


class Product(NamedTuple):
    """Σ left · right over the last axes; both accesses in the shape (*out, *summed), ones allowed.

    Attributes:
        left: an access, its cells in that shape.
        right: the other.
        out: the sizes of the axes of the result.
        summed: the sizes of the axes that are summed over.
        over_batch: whether the examples are summed over too.
    """

    left: Access
    right: Access
    out: tuple[int, ...]
    summed: tuple[int, ...]
    over_batch: bool


class Fold(NamedTuple):
    """A sum or maximum of a formula, whose accesses have a row of cells for each result."""

    row: str
    formula: f.Formula
    length: int
    over_batch: bool


class Rows(NamedTuple):
    """Rows added to the rows of a table that the indices name."""

    table: Access
    stride: int
    values: Access
    which: Access
    inner: int


class Repeat(NamedTuple):
    """Kernels that are run again and again.

    Attributes:
        kernels: in their order.
        buffers: those that hold what is computed in one round and read in it.
        rounds: how many there are.
        backward: whether the last is run first.
    """

    kernels: list[Kernel]
    buffers: list[Buffer]
    rounds: int
    backward: bool


class Kernel:
    """One nest of loops.

    Attributes:
        size: the cells of its grid.
        batched: whether the grid has the examples too.
        core: what is computed at each point before the actions; None for nothing.
        actions: what is stored.
        serial: whether a cell may be written at several points, so that their order counts.
        order: kernels run in this order.
        readers: kernels that must come after.
    """

    def __init__(self, size: int, batched: bool, core: Any, order: int) -> None:
        self.size = size
        self.batched = batched
        self.core = core
        self.serial = False
        self.actions: list[Action] = []
        self.order = order
        self.readers: set[Kernel] = set()

    def __repr__(self) -> str:
        names = ", ".join(a.array.name or a.array.kind if a.array else "·" for a in self.actions)
        core = type(self.core).__name__.lower() if self.core else "map"
        return f"<{core} over {'B × ' if self.batched else ''}{self.size}: {names}>"


class Plan(NamedTuple):
    """The hand-over.

    Attributes:
        kernels: in the order in which they run.
        buffers: those in the arena.
        constants: the numbers of constant arrays, one after the other.
        outputs: the access of each result.
    """

    kernels: list[Kernel]
    buffers: list[Buffer]
    constants: Any
    outputs: list[Access]


def formula_accesses(expression: f.Formula) -> list[Access]:
    """The accesses that a formula reads."""
    found: dict[Access, None] = {}
    for name in f.names(expression):
        if isinstance(name, Access):
            found[name] = None
        elif isinstance(name, Picked):
            found[name.index] = found[name.table] = None
    return list(found)


def tables(expression: f.Formula) -> list[Access]:
    """The accesses that are read at an address of their own, not at the point of the grid."""
    picked = [name for name in f.names(expression) if isinstance(name, Picked)]
    return [access for name in picked for access in (name.table, name.index)]


def targets(kernel: Kernel) -> list[Access]:
    """Everything that its actions write."""
    found = [action.target for action in kernel.actions]
    if isinstance(kernel.core, Repeat):
        found += [access for inner in kernel.core.kernels for access in targets(inner)]
    return found


def accesses(kernel: Kernel) -> list[Access]:
    """Everything a kernel reads."""
    core = kernel.core
    found: list[Access] = []
    if isinstance(core, Product):
        found = [core.left, core.right]
    elif isinstance(core, Fold):
        found = formula_accesses(core.formula)
    elif isinstance(core, Repeat):
        found = [access for inner in core.kernels for access in accesses(inner)]
    elif isinstance(core, Rows):
        found = [core.values, core.which, core.table]
    for action in kernel.actions:
        found += formula_accesses(action.formula)
    return found
