"""Which statements become which loops.

Vocabulary: a *kernel* is one nest of loops over a *grid*: the cells of its arrays and, if it is
batched, the examples. At each point of the grid it has perhaps a *core*, a product or a fold, and
then *actions*, formulas whose results are stored. An array is *inlined* if it is computed where it
is read. A *place* is the access through which an array is stored: statements that glue arrays
together (``concat``, ``scatter``) hand their own cells to what they glue, which then needs no copy.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm.places import (
    ALIASES,
    Access,
    Buffer,
    Cells,
    Core,
    Picked,
    Weight,
    root,
    root_cells,
    spread,
    window_cells,
)
from autograd_mini.compiler.program import Array, Program, Window
from autograd_mini.compiler.windows import tiles, window

LEAVES = ("theta", "argument", "index", "constant", "seed")
SWEPT = ("formula", "sum", "max", "fold")
"""Kinds that read their operands number by number, so that these may be inlined."""

LONG = 16
"""The most actions of a kernel."""

DEEP = 12
"""The most formulas inlined into each other."""

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


def plan(program: Program) -> Plan:
    """The kernels of a prepared program."""
    return _Planner(program).plan()


class _Planner:
    """The work in progress of :func:`plan`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.constants: list[Any] = []
        self.buffers: list[Buffer] = []
        self.places: dict[Array, Access] = {}
        self.glued: set[tuple[Array, int]] = set()
        self.inlined: dict[Array, int] = {}
        self.kernels: list[Kernel] = []
        self.makers: dict[Array, list[Kernel]] = {}
        self.writers: dict[Buffer, list[Kernel]] = {}
        self.clock = 0
        self.leaves: dict[Array, Buffer] = {}
        self.known: dict[Array, Cells] = {}
        self.readers = self._readers()

    def plan(self) -> Plan:
        outputs = [self._pin(x, "arena") for x in self.program.outputs]
        if self.program.gradient is not None:
            self._pin(self.program.gradient, "gradient")
        needed = [x for x in self.program.arrays if x in self.readers]
        for array in reversed(needed):
            self._place(array)
        for array in needed:
            if array.kind not in (*ALIASES, *LEAVES):
                self._schedule(array)
        self.kernels.sort(key=lambda kernel: kernel.order)
        self._drop_unread()
        constants = np.concatenate([np.zeros(0), *self.constants])
        return Plan(self.kernels, self.buffers, constants, outputs)

    # --- who reads what -------------------------------------------------------------------------

    def _readers(self) -> dict[Array, list[tuple[Array, Array]]]:
        """For each array that is needed its readers, each with the alias that it reads."""
        results = [*self.program.outputs]
        if self.program.gradient is not None:
            results.append(self.program.gradient)
        readers: dict[Array, list[tuple[Array, Array]]] = {x: [] for x in results}
        for array in reversed(self.program.arrays):
            if array not in readers:
                continue
            if array.kind in ALIASES:
                readers.setdefault(array.operands[0], [])
                continue
            for x in dict.fromkeys(array.operands):
                readers.setdefault(x, [])
                readers.setdefault(root(x), []).append((array, x))
        return readers

    def _root_cells(self, array: Array) -> Cells:
        if array not in self.known:
            self.known[array] = root_cells(array)
        return self.known[array]

    # --- places ---------------------------------------------------------------------------------

    def _buffer(self, name: Any, size: int, batched: bool, pinned: bool = False) -> Buffer:
        made = Buffer(name, size, batched, pinned)
        if name == "arena":
            self.buffers.append(made)
        return made

    def _pin(self, array: Array, name: str) -> Access:
        buffer = self._buffer(name, array.size, array.batched, pinned=True)
        self.places[array] = Access(buffer, np.arange(array.size))
        return self.places[array]

    def _place(self, array: Array) -> None:
        """Decide where an array lies, after those that read it."""
        if array.kind in LEAVES or array.kind in ALIASES:
            return
        if array not in self.places:
            if self._may_inline(array):
                self.inlined[array] = 1 + max(
                    (self.inlined.get(reader, 0) for reader, _ in self.readers[array]), default=0
                )
                return
            buffer = self._buffer("arena", array.size, array.batched)
            self.places[array] = Access(buffer, np.arange(array.size))
        place = self.places[array]
        if array.kind == "formula" and isinstance(array.detail, f.Name):
            self._hand_down(array, 0, array.operands[0], place.cells)
        elif array.kind == "concat":
            start = 0
            for i, part in enumerate(array.operands):
                self._hand_down(array, i, part, place.cells[start : start + part.size])
                start += part.size
        elif array.kind == "scatter":
            disjoint = tiles(array.size, list(array.detail))
            for i, (where, part) in enumerate(zip(array.detail, array.operands, strict=True)):
                if where is None:
                    self._hand_down(array, i, part, place.cells)
                elif disjoint:
                    self._hand_down(array, i, part, place.cells[window_cells(where).ravel()])

    def _hand_down(self, array: Array, i: int, part: Array, cells: Cells) -> None:
        """Let a part be computed where it is wanted, if nothing else reads it."""
        base, buffer = root(part), self.places[array].buffer
        alone = len(self.readers[base]) == 1 and array.operands.count(part) == 1
        if not alone or base.kind in LEAVES or base in self.places or base.kind == "unselect":
            return
        mapping = self._root_cells(part)
        if base.batched != buffer.batched or base.size != part.size:
            return
        inverse = np.full(base.size, -1)
        inverse[mapping] = cells
        if (inverse < 0).any():
            return
        self.places[base] = Access(buffer, inverse)
        self.glued.add((array, i))

    def _may_inline(self, array: Array) -> bool:
        if array.kind not in ("formula", "select") or len(self.readers[array]) != 1:
            return False
        ((reader, alias),) = self.readers[array]
        if self.inlined.get(reader, 0) >= DEEP:
            return False
        if reader.kind in ("scatter", "concat"):
            batched = reader.batched
            size = alias.size
        elif reader.kind in SWEPT:
            batched = reader.batched if reader.kind == "formula" else alias.batched
            size = reader.size if reader.kind == "formula" else alias.size
        else:
            return False
        return size == array.size and batched == array.batched

    # --- reading --------------------------------------------------------------------------------

    def _read(self, array: Array, cells: Cells) -> f.Formula:
        """A formula over accesses for these cells of an array."""
        base = root(array)
        if base is not array:
            cells = self._root_cells(array)[cells]
        if base.kind == "seed":
            return f.Name(WEIGHT)
        if base.kind == "constant":
            return self._constant(base, cells)
        if base.kind in LEAVES:
            return f.Name(Access(self._leaf(base), cells))
        if base in self.inlined:
            return self._inline(base, cells)
        place = self.places[base]
        return f.Name(Access(place.buffer, place.cells[cells]))

    def _leaf(self, array: Array) -> Buffer:
        if array not in self.leaves:
            name = "theta" if array.kind == "theta" else (array.kind, array.detail)
            self.leaves[array] = self._buffer(name, array.size, array.batched)
        return self.leaves[array]

    def _constant(self, array: Array, cells: Cells) -> f.Formula:
        numbers = np.ravel(array.detail)[cells].astype(float)
        if len(np.unique(numbers.view(np.int64))) == 1:
            return f.Number(float(numbers.flat[0]))
        if array not in self.leaves:
            buffer = self.leaves[array] = self._buffer("constants", array.size, batched=False)
            buffer.start = sum(map(len, self.constants))
            self.constants.append(np.ravel(array.detail).astype(float))
        return f.Name(Access(self.leaves[array], cells))

    def _inline(self, array: Array, cells: Cells) -> f.Formula:
        if array.kind == "select":
            return self._picked(array, cells)
        return self._formula(array, cells)

    def _formula(self, array: Array, cells: Cells) -> f.Formula:
        """An element-wise array's formula over accesses."""
        asked: dict[Array, f.Formula] = {}

        def rule(part: f.Formula) -> f.Formula:
            if not isinstance(part, f.Name):
                return part
            x: Array = part.of
            if x not in asked:
                here = cells if x.size == array.size else spread(x.shape, array.shape)[cells]
                asked[x] = self._read(x, here)
            return asked[x]

        return f.replaced(array.detail, rule)

    def _picked(self, array: Array, cells: Cells) -> f.Formula:
        """A selection as accesses to the table's first row, the index, and the table's stride."""
        table, index = array.operands
        rows = array.detail == "rows"
        inner = 1 if rows else table.size // table.shape[0]
        count = table.shape[-1] if rows else table.shape[0]
        which, within = cells // inner, cells % inner
        first = which * count if rows else within
        read = self._access(table, first)
        stride = 0
        if count > 1:
            every = self._access(table, np.arange(table.size)).cells
            lines = every.reshape((-1, count) if rows else (count, -1))
            lines = lines.T if rows else lines
            stride = int((lines[1] - lines[0])[0])
            steps = lines[0] + stride * np.arange(count)[:, None]
            assert (steps == lines).all(), "a table in even rows"
        return f.Name(Picked(read, self._access(index, which), stride))

    def _access(self, array: Array, cells: Cells) -> Access:
        found = self._read(array, cells)
        assert isinstance(found, f.Name), f"{array} lies in memory"
        access: Access = found.of
        return access

    # --- scheduling -----------------------------------------------------------------------------

    def _schedule(self, array: Array) -> None:
        if array in self.inlined or array.size == 0:
            return
        {"concat": self._glue, "scatter": self._scatter, "unselect": self._unselect}.get(
            array.kind, self._compute
        )(array)

    def _compute(self, array: Array) -> None:
        place = self.places[array]
        if array.kind in ("formula", "select"):
            if (array, 0) in self.glued and array.kind == "formula":
                self.makers[array] = self.makers[root(array.operands[0])]
                return
            cells = np.arange(array.size)
            formula = self._inline(array, cells)
            self._act(Action(place, formula, False, array), [array], array.size, array.batched)
            return
        core = self._fold(array) if array.kind in SWEPT else self._product(array)
        kernel = self._kernel(array.size, array.batched, core)
        self._depend(kernel, array)
        self._append(kernel, Action(place, f.Name(CORE), False, array), array)

    def _kernel(self, size: int, batched: bool, core: Any = None) -> Kernel:
        self.clock += 1
        kernel = Kernel(size, batched, core, self.clock)
        self.kernels.append(kernel)
        return kernel

    def _append(self, kernel: Kernel, action: Action, array: Array) -> None:
        kernel.actions.append(action)
        self.makers.setdefault(array, [])
        if kernel not in self.makers[array]:
            self.makers[array].append(kernel)
        writers = self.writers.setdefault(action.target.buffer, [])
        if kernel not in writers:
            writers.append(kernel)

    def _sources(self, array: Array) -> list[Kernel]:
        """The kernels that make what an array is computed from, inlined arrays opened."""
        found: dict[Kernel, None] = {}
        stack = [root(x) for x in array.operands]
        while stack:
            x = stack.pop()
            if x in self.inlined:
                stack += [root(y) for y in x.operands]
            elif x.kind not in LEAVES:
                found.update(dict.fromkeys(self.makers[x]))
        return list(found)

    def _depend(self, kernel: Kernel, array: Array) -> None:
        for source in self._sources(array):
            if source is not kernel:
                source.readers.add(kernel)

    def _act(self, action: Action, arrays: list[Array], size: int, batched: bool) -> None:
        """Put an action into a kernel that it fits, or into a new one.

        ``arrays`` are the one it belongs to and, if that is not what is read, the part read.
        """
        sources = self._sources(arrays[-1])
        before = self.writers.get(action.target.buffer, []) if action.adds else []
        late = [*sources, *before]
        serial = action.adds and len(np.unique(action.target.cells)) < size
        kernel = None if serial else self._fitting(action, late, size, batched)
        if kernel is None:
            kernel = self._kernel(size, batched)
            kernel.serial = serial
        for source in late:
            if source is not kernel:
                source.readers.add(kernel)
        self._append(kernel, action, arrays[0])

    def _fitting(
        self, action: Action, sources: list[Kernel], size: int, batched: bool
    ) -> Kernel | None:
        latest = max([source.order for source in sources], default=0)
        for kernel in sorted(self.kernels, key=lambda k: -k.order)[:40]:
            same = kernel.size == size and kernel.batched == batched
            full = len(kernel.actions) >= LONG or isinstance(kernel.core, Rows)
            if not same or full or kernel.serial:
                continue
            late = kernel.order < latest
            if late and (kernel.readers or kernel not in sources):
                continue
            if not _in_step(kernel, action):
                continue
            if late:
                self.clock += 1
                kernel.order = self.clock
            return kernel
        return None

    # --- cores ----------------------------------------------------------------------------------

    def _fold(self, array: Array) -> Fold:
        (x,) = array.operands
        if array.kind == "fold":
            kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
            cells = np.argsort(spread(kept, x.shape), kind="stable")
        else:
            cells = np.arange(x.size)
        over_batch = x.batched and not array.batched
        length = x.size // array.size
        row = "max" if array.kind == "max" else "sum"
        return Fold(row, self._read(x, cells), length, over_batch)

    def _product(self, array: Array) -> Product:
        one, other = array.operands
        sides = _SIDES[array.kind](array, one, other)
        (left, right), out, summed = sides
        over_batch = (one.batched or other.batched) and not array.batched
        return Product(self._affine(one, left), self._affine(other, right), out, summed, over_batch)

    def _affine(self, array: Array, cells: Cells) -> Access:
        """An access whose cells are a window; where they are none, of a copy."""
        found = self._read(array, cells)
        if isinstance(found, f.Name) and isinstance(found.of, Access):
            access: Access = found.of
            if window(access.cells) is not None:
                return access
        buffer = self._buffer("arena", array.size, array.batched)
        flat = np.arange(array.size)
        copy = Access(buffer, flat)
        kernel = self._kernel(array.size, array.batched)
        part = Array("formula", [array], array.shape, batched=array.batched)
        self._depend(kernel, part)
        action = Action(copy, self._read(array, flat), False, None)
        kernel.actions.append(action)
        self.writers[buffer] = [kernel]
        return Access(buffer, cells)

    # --- glue -----------------------------------------------------------------------------------

    def _glue(self, array: Array) -> None:
        start = 0
        place = self.places[array]
        for i, part in enumerate(array.operands):
            cells = place.cells[start : start + part.size]
            start += part.size
            self._piece(array, i, part, Access(place.buffer, cells), False)

    def _scatter(self, array: Array) -> None:
        place = self.places[array]
        details = list(array.detail)
        disjoint = tiles(array.size, details)
        if details[0] is not None and not disjoint:
            zero = f.Number(0.0)
            kernel = self._kernel(array.size, array.batched)
            self._append(kernel, Action(place, zero, False, array), array)
        for i, (where, part) in enumerate(zip(details, array.operands, strict=True)):
            if where is None:
                cells = place.cells
            elif isinstance(where, Window):
                cells = place.cells[window_cells(where).ravel()]
            else:
                cells = place.cells[np.ravel(where)]
            adds = where is not None and not disjoint
            self._piece(array, i, part, Access(place.buffer, cells), adds)

    def _piece(self, array: Array, i: int, part: Array, target: Access, adds: bool) -> None:
        if (array, i) in self.glued:
            for kernel in self.makers[root(part)]:
                self.makers.setdefault(array, []).append(kernel)
            return
        formula = self._read(part, np.arange(part.size))
        reading = Array("formula", [part], part.shape, batched=part.batched)
        action = Action(target, formula, adds, None)
        self._act(action, [array, reading], part.size, array.batched)

    def _unselect(self, array: Array) -> None:
        values, index = array.operands
        place = self.places[array]
        kernel = self._kernel(array.size, array.batched)
        self._append(kernel, Action(place, f.Number(0.0), False, array), array)
        count = array.shape[0]
        lines = place.cells.reshape(count, -1)
        stride = int(lines[1, 0] - lines[0, 0]) if count > 1 else 0
        assert (lines == lines[0] + stride * np.arange(count)[:, None]).all()
        core = Rows(
            Access(place.buffer, lines[0]),
            stride,
            self._affine_or_copy(values),
            self._access(index, np.arange(index.size)),
            array.size // count,
        )
        adding = self._kernel(index.size, values.batched or index.batched, core)
        self._depend(adding, array)
        kernel.readers.add(adding)
        self.makers[array].append(adding)
        self.writers[place.buffer].append(adding)

    def _affine_or_copy(self, values: Array) -> Access:
        found = self._read(values, np.arange(values.size))
        if isinstance(found, f.Name) and isinstance(found.of, Access):
            return found.of
        return self._affine(values, np.arange(values.size))

    # --- afterwards -----------------------------------------------------------------------------

    def _drop_unread(self) -> None:
        """Results that are read only where they are made need no place in memory."""
        outside: set[Buffer] = set()
        for kernel in self.kernels:
            made = {action.target for action in kernel.actions}
            outside |= {access.buffer for access in accesses(kernel) if access not in made}
            outside |= {a.target.buffer for a in kernel.actions if a.adds}
        for kernel in self.kernels:
            for action in kernel.actions:
                buffer = action.target.buffer
                if buffer.name == "arena" and not buffer.pinned and buffer not in outside:
                    buffer.name = "local"
        written = {action.target.buffer for kernel in self.kernels for action in kernel.actions}
        self.buffers = [b for b in self.buffers if b.name == "arena" and b in written]


def _in_step(kernel: Kernel, action: Action) -> bool:
    """Whether what the action reads of the kernel's results is, at each point, made there."""
    written = {a.target.buffer: a.target for a in kernel.actions}
    if action.target.buffer in written:
        return False
    here = set(formula_accesses(action.formula, inside_picked=False))
    if any(x.buffer in written and x != written[x.buffer] for x in here):
        return False
    tables = set(formula_accesses(action.formula)) - here
    return not any(x.buffer in written for x in tables)


def formula_accesses(expression: f.Formula, inside_picked: bool = True) -> list[Access]:
    """The accesses that a formula reads."""
    found: dict[Access, None] = {}
    for name in f.names(expression):
        if isinstance(name, Access):
            found[name] = None
        elif isinstance(name, Picked):
            found[name.index] = None
            if inside_picked:
                found[name.table] = None
    return list(found)


def accesses(kernel: Kernel) -> list[Access]:
    """Everything a kernel reads."""
    core = kernel.core
    found: list[Access] = []
    if isinstance(core, Product):
        found = [core.left, core.right]
    elif isinstance(core, Fold):
        found = formula_accesses(core.formula)
    elif isinstance(core, Rows):
        found = [core.values, core.which, core.table]
    for action in kernel.actions:
        found += formula_accesses(action.formula)
    return found


# --- the sides of the products --------------------------------------------------------------------

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


_SIDES: dict[str, Any] = {
    "dot": _dot,
    "mix": _mix,
    "gram": _gram,
    "pair": _pair,
    "pairmix": _pairmix,
}
