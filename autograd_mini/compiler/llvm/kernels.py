"""What a kernel is.

Vocabulary: a *kernel* is one nest of loops over a *grid*: the cells of its arrays and, if it is
batched, the examples. At each point of the grid it has perhaps a *core*, a product or a fold, and
then *actions*, formulas whose results are stored.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm.places import Access, Buffer, Core, Picked, Weight
from autograd_mini.compiler.program import Array

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
