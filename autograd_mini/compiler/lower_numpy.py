"""Stage 5, NumPy: one line of Python for a statement, meant to be read, and run as it stands.

Each statement makes an array of its own. One that is used once and whose text is short is written
into the line that uses it; the others get a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.formula import names
from autograd_mini.compiler.kinds import KINDS
from autograd_mini.compiler.numpy_rows import number
from autograd_mini.compiler.numpy_text import ATOM, Text, batch, shape, window
from autograd_mini.compiler.program import Array, Body, Program, Window
from autograd_mini.compiler.windows import plain, tiles

SHORT = 60
"""The longest text that is written into another line."""

OWNED = ("formula", "mix", "gram", "unselect")
"""Kinds whose statement makes an array of its own, which may be added to in place."""


class Source(NamedTuple):
    """A generated module: its text, and the numbers that its names stand for."""

    text: str
    constants: dict[str, Any]


def lower(program: Program, name: str, arguments: Iterable[str]) -> Source:
    """The program as a function of theta, the arguments and, for a gradient, the weights."""
    return Writer(program).function(name, list(arguments))


class Writer:
    """The work in progress of :func:`lower`, and its storage."""

    length = "len({0})"
    """How the number of examples is asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.results = [*program.outputs]
        if program.gradient is not None:
            self.results.append(program.gradient)
        self.uses = counted(program.arrays, self.results)
        for array in program.arrays:
            if array.kind == "loop":  # what is read in each round is computed once
                self.uses |= {x: self.uses.get(x, 0) + 2 for x in array.operands}
        self.texts: dict[Array, Text] = {}
        self.constants: dict[str, Any] = {}
        self.reserved: tuple[str, ...] = ()
        """Names that no array may have."""
        self.taken: dict[str, int] = {}
        self.lines: list[str] = []

    def function(self, name: str, arguments: list[str]) -> Source:
        """The program as a function of this name."""
        given = ["theta", *arguments]
        if self.program.gradient is not None:
            given.append("weight")
        self.taken = dict.fromkeys((*given, "B", "np", *self.reserved), 1)
        for array in self.program.arrays:
            if array in self.uses:
                self._statement(array)
        if any("B" in line for line in self.lines):
            self.lines.insert(0, f"B = {self.length.format(given[1])}")
        results = ", ".join(self.text(array) for array in self.results)
        body = "\n".join(f"    {line}" for line in [*self.lines, f"return {results}"])
        return Source(f"def {name}({', '.join(given)}):\n{body}\n", self.constants)

    # --- storage: every array is new ------------------------------------------------------------

    def text(self, array: Array, binding: int = 0) -> str:
        """The text of an array, bracketed if it binds looser than asked."""
        written = self.texts[array]
        return f"({written.text})" if written.binding < binding else written.text

    def shown(self, array: Array, suffix: str) -> str:
        """The text of an array seen in another way."""
        return self.text(array, ATOM) + suffix

    def constant(self, value: Any, stem: str) -> str:
        """The name of an array of numbers; one number is written as it is."""
        if np.ndim(value) == 0:
            return number(float(value))
        name = self._numbered(stem)
        self.constants[name] = np.ascontiguousarray(value)
        return name

    # --- statements -----------------------------------------------------------------------------

    def _statement(self, array: Array) -> None:
        if array.kind in ("theta", "argument", "index", "seed"):
            self.texts[array] = Text(array.name)
        elif array.kind in ("constant", "mask"):
            self.texts[array] = Text(self.constant(array.detail, array.name or "k"))
        elif array.kind == "scatter":
            self._scatter(array)
        elif array.kind == "loop":
            self._loop(array)
        elif array.kind != "result":  # which its loop has made
            written = self._written(array)
            inline = self.uses[array] == 1 and array not in self.results
            if inline and len(written.text) < SHORT and not array.name:
                self.texts[array] = written
            else:
                self._assign(array, written.text)

    def _written(self, array: Array) -> Text:
        rule = KINDS[array.kind].text
        assert rule is not None, f"{array} has no text"
        return rule(self, array)

    def _assign(self, array: Array, text: str) -> str:
        name = array.name or self._numbered("t")
        while name in self.taken:
            name = self._numbered(f"{name}_")
        self.taken[name] = 1
        self.lines.append(f"{name} = {text}")
        self.texts[array] = Text(name)
        return name

    def _numbered(self, stem: str) -> str:
        self.taken[stem] = self.taken.get(stem, 0) + 1
        return f"{stem}{self.taken[stem]}"

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, array: Array) -> None:
        """The rows of trails and stacks are filled where they belong, round by round."""
        body: Body = array.detail
        made = [x for x in self.program.arrays if x.kind == "result" and x.operands == (array,)]
        rows = {x.detail: x for x in made if x in self.uses or x.detail < len(body.carries)}
        for x in rows.values():
            self._assign(x, f"np.empty({shape(x)})")
        start, stop = ("1", "0") if body.backward else ("0", "1")
        begin = body.rounds if body.backward else 0
        targets: dict[Array, list[str]] = {}
        for k, (carry, first, last) in enumerate(
            zip(body.carries, body.firsts, body.nexts, strict=True)
        ):
            self.lines.append(f"{self._row(rows[k], str(begin))} = {self.text(first)}")
            self.texts[carry] = Text(self._row(rows[k], f"t + {start}".removesuffix(" + 0")))
            here = self._row(rows[k], f"t + {stop}".removesuffix(" + 0"))
            targets.setdefault(last, []).append(here)
        for k, x in enumerate(body.stacked, len(body.carries)):
            if k in rows:
                targets.setdefault(x, []).append(self._row(rows[k], "t"))
        order = f"range({body.rounds})"
        self.lines.append(f"for t in {f'reversed({order})' if body.backward else order}:")
        outside, self.lines = self.lines, []
        self._round(body, targets)
        self.lines = outside + [f"    {line}" for line in self.lines]

    def _row(self, array: Array, index: str) -> str:
        return self.shown(array, f"[{':, ' if array.batched else ''}{index}]")

    def _round(self, body: Body, targets: dict[Array, list[str]]) -> None:
        """The statements of one round."""
        self.uses |= counted(body.arrays, [*body.nexts, *body.stacked])
        for x in body.arrays:
            if x not in self.uses:
                continue
            if x.kind == "item":
                shift = f"t + {x.detail}" if x.detail else "t"
                self.texts[x] = Text(self._row(x.operands[0], shift))
            elif x not in targets or x.kind in ("scatter", "constant"):
                self._statement(x)
            else:
                written, here = self._written(x), targets[x].pop()
                self.lines.append(f"{here} = {written.text}")
                self.texts[x] = Text(here)
        for x, places in targets.items():
            self.lines += [f"{place} = {self.text(x)}" for place in places]

    # --- scatter --------------------------------------------------------------------------------

    def _scatter(self, array: Array) -> None:
        """Begin with what covers everything, or with zeros, and add the pieces."""
        pieces = list(zip(array.detail, array.operands, strict=True))
        sign = "+="
        if pieces[0][0] is None:
            start = self._owned(pieces.pop(0)[1], array)
        elif tiles(array.size, [where for where, _ in pieces]):
            start, sign = f"np.empty({shape(array)})", "="
        else:
            start = f"np.zeros({shape(array)})"
        name = self._assign(array, start)
        for where, value in pieces:
            if isinstance(where, Window):
                target, flat = self._target(array, where)
                text = f"{self.text(value, ATOM)}.ravel()" if flat else self.text(value)
                self.lines.append(f"{target} {sign} {text}")
            else:
                cells = self.constant(where, "cells")
                self.lines.append(f"add_at({name}, {batch(array)}, {cells}, {self.text(value)})")

    def _owned(self, whole: Array, array: Array) -> str:
        """An array whose cells lie in order, and that nobody else reads.

        NumPy gives results the order in memory of what they were computed from, a transposed matrix
        say; what is added to the flat form of such an array would be lost in a copy.
        """
        text = self.text(whole)
        if whole.kind not in OWNED or self.uses[whole] != 1 or array.size == 1:
            return f"np.array({text}, order='C')"
        return text if len(whole.shape) + whole.batched == 1 else f"np.ascontiguousarray({text})"

    def _target(self, array: Array, where: Window) -> tuple[str, bool]:
        """What a piece is put into, and whether that is flat where the piece is not."""
        run = plain(where)
        if len(array.shape) == 1 and run is not None and not array.batched and where.sizes:
            start, stop, step = run
            span = f"[{start}:{stop}{f':{step}' if step != 1 else ''}]"
            return self.shown(array, span), len(where.sizes) > 1
        target = window(self, array, where)
        indexed = target.endswith("]") and not target.endswith(")")
        if indexed:
            return target, False
        cells = f"{where.offset}, {tuple(where.sizes)}, {tuple(where.strides)}"
        return f"window({self.text(array)}, {batch(array)}, {cells})[...]", False


def counted(arrays: list[Array], results: list[Array]) -> dict[Array, int]:
    """How often each array that the results need is used."""
    uses = dict.fromkeys(results, 1)
    for array in reversed(arrays):
        if array in uses:
            read = names(array.detail) if array.kind == "formula" else array.operands
            for x in read:
                uses[x] = uses.get(x, 0) + 1
    return uses
