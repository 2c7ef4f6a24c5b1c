"""Stage 5, NumPy: one line of Python for a statement, meant to be read, and run as it stands.

Vocabulary: the *text* of an array is the expression that computes it, with the precedence of its
outermost operation. An array that is used once and whose text is short is written into the line
that uses it; the others get a name. A batched array has the batch as its first axis; ``B`` is the
number of examples.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.formula import names, write
from autograd_mini.compiler.numpy_rows import number, template
from autograd_mini.compiler.program import Array, Body, Program, Shape, Window
from autograd_mini.compiler.windows import plain, tiles, turned
from autograd_mini.rows import CALL

ADD, MATMUL, ATOM = 10, 20, CALL + 10
"""Precedences, as the table counts them."""

SHORT = 60
"""The longest text that is written into another line."""


class Source(NamedTuple):
    """A generated module: its text, and the numbers that its names stand for."""

    text: str
    constants: dict[str, Any]


def lower(program: Program, name: str, arguments: Iterable[str]) -> Source:
    """The program as a function of theta, the arguments and, for a gradient, the weights."""
    return _Writer(program).function(name, list(arguments))


class _Writer:
    """The work in progress of :func:`lower`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.results = [*program.outputs]
        if program.gradient is not None:
            self.results.append(program.gradient)
        self.uses = counted(program.arrays, self.results)
        for array in program.arrays:
            if array.kind == "loop":  # what is read in each round is computed once
                self.uses |= {x: self.uses.get(x, 0) + 2 for x in array.operands}
        self.texts: dict[Array, tuple[str, int]] = {}
        self.constants: dict[str, Any] = {}
        self.taken: dict[str, int] = {}
        self.lines: list[str] = []

    def function(self, name: str, arguments: list[str]) -> Source:
        given = ["theta", *arguments]
        if self.program.gradient is not None:
            given.append("weight")
        for reserved in (*given, "B", "np"):
            self.taken[reserved] = 1
        for array in self.program.arrays:
            if array in self.uses:
                self._statement(array)
        if any("B" in line for line in self.lines):
            self.lines.insert(0, f"B = len({given[1]})")
        results = ", ".join(self._text(array) for array in self.results)
        body = "\n".join(f"    {line}" for line in [*self.lines, f"return {results}"])
        return Source(f"def {name}({', '.join(given)}):\n{body}\n", self.constants)

    # --- statements -----------------------------------------------------------------------------

    def _statement(self, array: Array) -> None:
        if array.kind in ("theta", "argument", "index", "seed"):
            self.texts[array] = array.name, ATOM
        elif array.kind in ("constant", "mask"):
            self.texts[array] = self._constant(array.detail, array.name or "k"), ATOM
        elif array.kind == "scatter":
            self._scatter(array)
        elif array.kind == "loop":
            self._loop(array)
        elif array.kind == "result":
            pass  # its loop has made it
        else:
            text, binding = _TEXTS[array.kind](self, array)
            inline = self.uses[array] == 1 and array not in self.results and len(text) < SHORT
            if inline and not array.name:
                self.texts[array] = text, binding
            else:
                self._assign(array, text)

    def _assign(self, array: Array, text: str) -> str:
        name = self._name(array)
        self.lines.append(f"{name} = {text}")
        self.texts[array] = name, ATOM
        return name

    def _name(self, array: Array) -> str:
        name = array.name or self._numbered("t")
        while name in self.taken:
            name = self._numbered(f"{name}_")
        self.taken[name] = 1
        return name

    def _numbered(self, stem: str) -> str:
        self.taken[stem] = self.taken.get(stem, 0) + 1
        return f"{stem}{self.taken[stem]}"

    def _constant(self, value: Any, stem: str) -> str:
        if np.ndim(value) == 0:
            return number(float(value))
        name = self._numbered(stem)
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def _text(self, array: Array, binding: int = 0) -> str:
        """The text of an array, bracketed if it binds looser than asked."""
        text, own = self.texts[array]
        return f"({text})" if own < binding else text

    # --- kinds ----------------------------------------------------------------------------------

    def _formula(self, array: Array) -> tuple[str, int]:
        return write(array.detail, template, self.texts.__getitem__, number)

    def _view(self, array: Array) -> tuple[str, int]:
        (base,) = array.operands
        return self._window(base, array.detail), ATOM

    def _window(self, base: Array, window: Window) -> str:
        """A window as slices where the base has one axis, else through a call."""
        text = self._text(base, ATOM)
        rows = _rows(base, window)
        if rows is not None:
            return f"{text}[{':, ' if base.batched else ''}{rows}]"
        run = plain(window)
        if len(base.shape) == 1 and run is not None:
            batch = ":, " if base.batched else ""
            if not window.sizes:
                return f"{text}[{batch}{window.offset}]"
            start, stop, step = run
            cells = f"{text}[{batch}{start}:{stop}{f':{step}' if step != 1 else ''}]"
            if len(window.sizes) == 1:
                return cells
            return f"{cells}.reshape({self._shape(base.batched, window.sizes)})"
        matrix = turned(window)
        if len(base.shape) == 1 and matrix is not None and not base.batched:
            stop = window.offset + window.sizes[0] * window.sizes[1]
            return f"{text}[{window.offset}:{stop}].reshape({matrix[0]}, {matrix[1]}).T"
        sizes, strides = _tuple(window.sizes), _tuple(window.strides)
        return f"window({text}, {self._batch(base)}, {window.offset}, {sizes}, {strides})"

    def _shape(self, batched: bool, shape: Shape) -> str:
        sizes = [str(n) for n in shape]
        return ", ".join(["B", *sizes] if batched else sizes or ["()"])

    def _tuple(self, array: Array) -> str:
        sizes = [str(n) for n in array.shape]
        return _tuple(["B", *sizes] if array.batched else sizes)

    def _batch(self, array: Array) -> str:
        return "B" if array.batched else "None"

    def _gather(self, array: Array) -> tuple[str, int]:
        (base,) = array.operands
        index = self._constant(array.detail, "cells")
        text = self._text(base, ATOM)
        if len(base.shape) != 1:
            text = f"flat({text}, {self._batch(base)})"
        return f"{text}[:, {index}]" if base.batched else f"{text}[{index}]", ATOM

    def _reshape(self, array: Array) -> tuple[str, int]:
        (base,) = array.operands
        text = self._text(base, ATOM)
        if array.shape == (*base.shape, 1):
            return f"{text}[..., None]", ATOM
        if (*array.shape, 1) == base.shape and text.endswith("[..., None]"):
            return text.removesuffix("[..., None]"), ATOM
        return f"{text}.reshape({self._shape(array.batched, array.shape)})", ATOM

    def _expand(self, array: Array) -> tuple[str, int]:
        shape = self._tuple(array)
        return f"np.broadcast_to({self._text(array.operands[0])}, {shape})", ATOM

    def _concat(self, array: Array) -> tuple[str, int]:
        parts = ", ".join(self._text(x) for x in array.operands)
        batched = [x.batched for x in array.operands]
        return f"concat([{parts}], {batched}, {self._batch(array)})", ATOM

    def _dot(self, array: Array) -> tuple[str, int]:
        x, w = array.operands
        turned = ".T" if len(w.shape) == 2 else ""
        return f"{self._text(x, MATMUL)} @ {self._text(w, ATOM)}{turned}", MATMUL

    def _mix(self, array: Array) -> tuple[str, int]:
        d, w = array.operands
        if len(w.shape) == 2:
            return f"{self._text(d, MATMUL)} @ {self._text(w, MATMUL + 1)}", MATMUL
        unit = "[..., None]" if d.batched or d.shape else ""
        return f"{self._text(d, ATOM)}{unit} * {self._text(w, MATMUL + 1)}", MATMUL

    def _gram(self, array: Array) -> tuple[str, int]:
        d, x = array.operands
        axes = x.batched + len(x.shape) - 1
        left, right = self._text(d, ATOM), self._text(x, MATMUL + 1)
        if axes == 0:
            unit = "[:, None]" if len(array.shape) == 2 else ""
            return f"{left}{unit} * {right}", MATMUL
        if axes > 1:
            left = f"{left}.reshape({', '.join(['-1', *map(str, array.shape[:-1])])})"
            right = f"{self._text(x, ATOM)}.reshape(-1, {array.shape[-1]})"
        return f"{left}{'.T' if len(array.shape) == 2 else ''} @ {right}", MATMUL

    def _pair(self, array: Array) -> tuple[str, int]:
        left, right = array.operands
        return f"{self._text(left, MATMUL)} @ np.swapaxes({self._text(right)}, -1, -2)", MATMUL

    def _pairmix(self, array: Array) -> tuple[str, int]:
        d, other = array.operands
        left = f"np.swapaxes({self._text(d)}, -1, -2)" if array.detail else self._text(d, MATMUL)
        return f"{left} @ {self._text(other, MATMUL + 1)}", MATMUL

    def _reduction(self, array: Array) -> tuple[str, int]:
        return f"{self._text(array.operands[0], ATOM)}.{array.kind}(axis=-1)", ATOM

    def _fold(self, array: Array) -> tuple[str, int]:
        """A sum over the axes that differ; those that are kept with size 1 are put back."""
        (x,) = array.operands
        kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
        axes = [i + x.batched for i, (n, k) in enumerate(zip(x.shape, kept, strict=True)) if n != k]
        left = tuple(n for n, k in zip(x.shape, kept, strict=True) if n == k)
        if x.batched and not array.batched:
            axes.insert(0, 0)
        every = len(axes) == len(x.shape) + x.batched
        axis = "" if every else f"axis={axes[0] if len(axes) == 1 else tuple(axes)}"
        text = f"{self._text(x, ATOM)}.sum({axis})"
        if left == array.shape:
            return text, ATOM
        if array.shape == (*left, 1):
            return f"{text}[..., None]", ATOM
        return f"{text}.reshape({self._shape(array.batched, array.shape)})", ATOM

    def _select(self, array: Array) -> tuple[str, int]:
        table, index = array.operands
        if array.detail == "grid" and not table.batched:
            return f"{self._text(table, ATOM)}[{self._text(index)}]", ATOM
        rows = array.detail == "rows"
        batch = self._batch(table)
        return f"select({self._text(table)}, {batch}, {self._text(index)}, {rows})", ATOM

    def _unselect(self, array: Array) -> tuple[str, int]:
        values, index = (self._text(x) for x in array.operands)
        shape, rows = _tuple(array.shape), array.detail == "rows"
        return f"unselect({values}, {self._batch(array)}, {index}, {shape}, {rows})", ATOM

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, array: Array) -> None:
        """The rows of trails and stacks are filled where they belong, round by round."""
        body: Body = array.detail
        made = [x for x in self.program.arrays if x.kind == "result" and x.operands == (array,)]
        rows = {x.detail: x for x in made if x in self.uses or x.detail < len(body.carries)}
        for x in rows.values():
            self._assign(x, f"np.empty({self._tuple(x)})")
        start, stop = ("1", "0") if body.backward else ("0", "1")
        begin = body.rounds if body.backward else 0
        targets: dict[Array, list[str]] = {}
        for k, (carry, first, last) in enumerate(
            zip(body.carries, body.firsts, body.nexts, strict=True)
        ):
            self.lines.append(f"{self._row(rows[k], str(begin))} = {self._text(first)}")
            self.texts[carry] = self._row(rows[k], f"t + {start}".removesuffix(" + 0")), ATOM
            here = self._row(rows[k], f"t + {stop}".removesuffix(" + 0"))
            targets.setdefault(last, []).append(here)
        for k, x in enumerate(body.stacked, len(body.carries)):
            if k in rows:
                targets.setdefault(x, []).append(self._row(rows[k], "t"))
        order = f"range({body.rounds})"
        self.lines.append(f"for t in {f'reversed({order})' if body.backward else order}:")
        outside, self.lines = self.lines, []
        self._round(body, targets)
        outside += [f"    {line}" for line in self.lines]
        self.lines = outside

    def _row(self, array: Array, index: str) -> str:
        return f"{self._text(array, ATOM)}[{':, ' if array.batched else ''}{index}]"

    def _round(self, body: Body, targets: dict[Array, list[str]]) -> None:
        """The statements of one round."""
        self.uses |= counted(body.arrays, [*body.nexts, *body.stacked])
        for x in body.arrays:
            if x not in self.uses:
                continue
            if x.kind == "item":
                shift = f"t + {x.detail}" if x.detail else "t"
                self.texts[x] = self._row(x.operands[0], shift), ATOM
            elif x not in targets or x.kind in ("scatter", "constant"):
                self._statement(x)
            if x in targets and x.kind not in ("item", "scatter", "constant"):
                text, _ = _TEXTS[x.kind](self, x)
                here = targets[x].pop()
                self.lines.append(f"{here} = {text}")
                self.texts[x] = here, ATOM
        for x, places in targets.items():
            self.lines += [f"{place} = {self._text(x)}" for place in places]

    # --- scatter --------------------------------------------------------------------------------

    def _scatter(self, array: Array) -> None:
        """Begin with what covers everything, or with zeros, and add the pieces."""
        pieces = list(zip(array.detail, array.operands, strict=True))
        disjoint = False
        if pieces[0][0] is None:
            whole = pieces.pop(0)[1]
            fresh = whole.kind in _FRESH and self.uses[whole] == 1 and array.size > 1
            start = self._owned(whole, fresh)
        else:
            disjoint = tiles(array.size, [where for where, _ in pieces])
            make = "empty" if disjoint else "zeros"
            start = f"np.{make}({self._tuple(array)})"
        name = self._assign(array, start)
        for where, value in pieces:
            self._piece(array, name, where, value, "=" if disjoint else "+=")

    def _owned(self, whole: Array, fresh: bool) -> str:
        """An array whose cells lie in order, and that nobody else reads; ``fresh`` if it is new.

        NumPy gives results the order in memory of what they were computed from, a transposed matrix
        say; what is added to the flat form of such an array would be lost in a copy.
        """
        text = self._text(whole)
        if not fresh:
            return f"np.array({text}, order='C')"
        return text if len(whole.shape) + whole.batched == 1 else f"np.ascontiguousarray({text})"

    def _piece(self, array: Array, name: str, where: Any, value: Array, sign: str) -> None:
        if not isinstance(where, Window):
            cells = self._constant(where, "cells")
            self.lines.append(f"add_at({name}, {self._batch(array)}, {cells}, {self._text(value)})")
            return
        run = plain(where)
        if len(array.shape) == 1 and run is not None and not array.batched:
            if not where.sizes:
                self.lines.append(f"{name}[{where.offset}] {sign} {self._text(value)}")
                return
            start, stop, step = run
            span = f"{start}:{stop}{f':{step}' if step != 1 else ''}"
            flat = ".ravel()" if len(where.sizes) > 1 else ""
            text = self._text(value, ATOM if flat else 0)
            self.lines.append(f"{name}[{span}] {sign} {text}{flat}")
            return
        target = self._window(array, where)
        if target.endswith("]") and not target.endswith(")"):
            self.lines.append(f"{target} {sign} {self._text(value)}")
        else:
            sizes, strides = _tuple(where.sizes), _tuple(where.strides)
            batch = self._batch(array)
            self.lines.append(
                f"window({name}, {batch}, {where.offset}, {sizes}, {strides})[...] {sign} "
                f"{self._text(value)}"
            )


def _rows(base: Array, window: Window) -> str | None:
    """A window that is a row of the first axis, or neighbouring rows, as an index."""
    inner = base.shape[1:]
    size = math.prod(inner)
    if len(base.shape) < 2 or window.offset % size or not window.whole:
        return None
    start = window.offset // size
    if window.sizes == inner:
        return str(start)
    if window.sizes[1:] == inner and len(window.sizes) == len(base.shape):
        return f"{start}:{start + window.sizes[0]}"
    return None


def _tuple(sizes: Sequence[object]) -> str:
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def counted(arrays: list[Array], results: list[Array]) -> dict[Array, int]:
    """How often each array that the results need is used."""
    uses = dict.fromkeys(results, 1)
    for array in reversed(arrays):
        if array in uses:
            read = names(array.detail) if array.kind == "formula" else array.operands
            for x in read:
                uses[x] = uses.get(x, 0) + 1
    return uses


_FRESH = ("formula", "mix", "gram", "unselect")
"""Kinds whose statement makes an array of its own, which may be added to in place."""

_TEXTS = {
    "formula": _Writer._formula,
    "view": _Writer._view,
    "gather": _Writer._gather,
    "reshape": _Writer._reshape,
    "expand": _Writer._expand,
    "concat": _Writer._concat,
    "dot": _Writer._dot,
    "mix": _Writer._mix,
    "gram": _Writer._gram,
    "pair": _Writer._pair,
    "pairmix": _Writer._pairmix,
    "sum": _Writer._reduction,
    "max": _Writer._reduction,
    "fold": _Writer._fold,
    "select": _Writer._select,
    "unselect": _Writer._unselect,
}
