"""Stage 5, JAX: the forward statements as a pure function of the parameters and the arguments.

The parameters are a dict of their leaves (:func:`~autograd_mini.compiler.program.leaves`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler import holes
from autograd_mini.compiler.jax import access, rows, text
from autograd_mini.compiler.lower_numpy import Source, Writer, counted
from autograd_mini.compiler.numpy_text import Text, shape
from autograd_mini.compiler.numpy_text import window as shown_window
from autograd_mini.compiler.peephole import shifts
from autograd_mini.compiler.program import Array, Body, Leaf, Program, Window, leaves
from autograd_mini.compiler.windows import cells_at


class Lowered(NamedTuple):
    """A generated function, and the leaves that its first argument has by their names."""

    source: Source
    leaves: list[Leaf]


def lower(program: Program, arguments: Iterable[str]) -> Lowered:
    """The function ``forward(parameters, *arguments)``."""
    writer = JaxWriter(program)
    return Lowered(writer.function("forward", list(arguments)), writer.leaves)


def reserved() -> tuple[str, ...]:
    """The names that neither arguments nor arrays may have."""
    return *rows.library(), *access.LIBRARY, "parameters"


class JaxWriter(Writer):
    """The NumPy writer with JAX's rules, where nothing is written to."""

    length = "{0}.shape[0]"

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.leaves = leaves(program)
        self.reserved = *(leaf.name for leaf in self.leaves), *reserved()
        self.shifts = shifts(program)
        self.masks: dict[Any, str] = {}
        self.finals: dict[Array, str] = {}
        """For results of loops that are trails, what the last round hands on."""

    def function(self, name: str, arguments: list[str]) -> Source:
        """The same, with the parameters taken apart first."""
        names = [leaf.name for leaf in self.leaves]
        made = super().function(name, arguments)
        taken = ", ".join(f'parameters["{name}"]' for name in names)
        head, body = made.text.split("\n", 1)
        head = head.replace("(theta", "(parameters")
        first = f"    {', '.join(names)} = {taken}\n" if names else ""
        return Source(f"{head}\n{first}{body}", made.constants)

    def constant(self, value: Any, stem: str) -> str:
        """The name of an array of numbers; one number is written as it is."""
        return rows.number(float(value)) if np.ndim(value) == 0 else super().constant(value, stem)

    def _written(self, array: Array) -> Text:
        return text.written(self, array)

    def _statement(self, array: Array) -> None:
        theta = self.program.arrays[0]
        if array is theta:
            self.texts[array] = self.of_theta(None)
        elif array.kind == "mask":
            self.texts[array] = Text(self.mask(array.detail))
        elif array.kind == "view" and array.operands[0] is theta and self._leaf(array):
            self.texts[array] = Text(array.name)
        elif array.kind == "view" and array.operands[0] in self.finals and self._is_final(array):
            self.texts[array] = Text(self.finals[array.operands[0]])
        else:
            super()._statement(array)

    # --- parameters -----------------------------------------------------------------------------

    def _leaf(self, array: Array) -> bool:
        """Whether a view is a leaf as it is."""
        where: Window = array.detail
        return where.whole and Leaf(array.name, where.offset, array.shape) in self.leaves

    def of_theta(self, where: Any) -> Text:
        """Cells of theta, from as few leaves as have them."""
        if where is None:
            return self._joined(self.leaves)
        cells = cells_at(where)
        low, high = int(cells.min()), int(cells.max())
        within = [leaf for leaf in self.leaves if leaf.start <= high and low < leaf.stop]
        start = within[0].start
        size = within[-1].stop - start
        base = Array("argument", (), (size,), batched=False)
        self.texts[base] = self._joined(within)
        if not isinstance(where, Window):
            return Text(self.shown(base, f"[{self.constant(where - start, 'cells')}]"))
        inside = where._replace(offset=where.offset - start)
        return Text(shown_window(self, base, inside))

    def _joined(self, parts: list[Leaf]) -> Text:
        """The cells of leaves that lie side by side."""
        flat = [leaf.name if len(leaf.shape) == 1 else f"{leaf.name}.reshape(-1)" for leaf in parts]
        return Text(flat[0] if len(flat) == 1 else f"jnp.concatenate([{', '.join(flat)}])")

    def mask(self, cells: Any) -> str:
        """The name of a mask."""
        small = holes.smallest(cells)
        key = small.shape, small.tobytes()
        if key not in self.masks:
            self.masks[key] = self.constant(small, "mask")
        return self.masks[key]

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, array: Array) -> None:
        """A function of one round, and ``lax.scan``."""
        body: Body = array.detail
        assert not body.backward, "a loop that runs backwards is a derivative"
        number = self._numbered("round")
        made = {x.detail: x for x in self.program.arrays if array in x.operands}
        read = counted(body.arrays, [*body.nexts, *body.stacked])
        items = [x for x in body.arrays if x.kind == "item" and x in read]
        lines = self._round_function(number, body, items, made)
        firsts = self._tuple(
            f"jnp.broadcast_to({self.text(x)}, {shape(c)})"
            for x, c in zip(body.firsts, body.carries, strict=True)
        )
        given = self._tuple(self._items(x, body.rounds) for x in items)
        finals = [self._numbered("last") for _ in body.carries]
        stacks = {k: self._numbered("rows") for k in self._stacked(body, made)}
        self.lines += lines
        left = f"{self._tuple(finals)}, {self._tuple(stacks.values())}"
        self.lines.append(f"{left} = scan({number}, {firsts}, {given}, {body.rounds})")
        for k, stack in stacks.items():
            result, rows_ = made[k], stack
            if k < len(body.carries):
                first = f"jnp.broadcast_to({self.text(body.firsts[k])}, {shape(body.carries[k])})"
                rows_ = f"jnp.concatenate([{first}[None], {rows_}])"
            self._assign(result, f"jnp.moveaxis({rows_}, 0, 1)" if result.batched else rows_)
        for k, name in enumerate(finals):
            if k in made:
                self.finals[made[k]] = name
                self.texts.setdefault(made[k], Text(f"{name}[None]"))

    def _stacked(self, body: Body, made: dict[int, Array]) -> list[int]:
        """The results of which every row is read."""
        return [
            k
            for k, x in sorted(made.items())
            if x in self.uses and (k >= len(body.carries) or self._is_read_inside(x))
        ]

    def _is_read_inside(self, trail: Array) -> bool:
        """Whether another row of a trail than the last is read."""
        if trail in self.results:
            return True
        readers = [a for a in self._everywhere() if trail in a.operands and a in self.uses]
        return not all(a.kind == "view" and self._is_final(a) for a in readers)

    def _everywhere(self) -> list[Array]:
        bodies = [a.detail.arrays for a in self.program.arrays if a.kind == "loop"]
        return [*self.program.arrays, *[a for arrays in bodies for a in arrays]]

    @staticmethod
    def _is_final(view: Array) -> bool:
        """Whether a view shows the last row of what it shows."""
        (trail,) = view.operands
        where: Window = view.detail
        last = (trail.shape[0] - 1) * int(np.prod(trail.shape[1:], dtype=int))
        return where.offset == last and where.whole and where.sizes == trail.shape[1:]

    def _items(self, item: Array, rounds: int) -> str:
        """Rows of an array outside, the rounds in front."""
        (base,) = item.operands
        lead = ":, " if base.batched else ""
        rows_ = self.shown(base, f"[{lead}{item.detail}:{item.detail + rounds}]")
        return f"jnp.moveaxis({rows_}, 1, 0)" if base.batched else rows_

    def _round_function(
        self, name: str, body: Body, items: list[Array], made: dict[int, Array]
    ) -> list[str]:
        """The lines of one round's function: (carried, items) → (handed on, results)."""
        outside, self.lines = self.lines, []
        carried = [self._numbered("h") for _ in body.carries]
        read = [self._numbered("x") for _ in items]
        self.texts |= {x: Text(text) for x, text in zip(body.carries, carried, strict=True)}
        self.texts |= {x: Text(text) for x, text in zip(items, read, strict=True)}
        self.uses |= counted(body.arrays, [*body.nexts, *body.stacked])
        for x in body.arrays:
            if x in self.uses and x.kind != "item":
                self._statement(x)
        nexts = self._tuple(
            self._handed_on(x, carry) for x, carry in zip(body.nexts, body.carries, strict=True)
        )
        results = [
            self._handed_on(body.nexts[k], body.carries[k])
            if k < len(body.carries)
            else self._handed_on(body.stacked[k - len(body.carries)], made[k])
            for k in self._stacked(body, made)
        ]
        lines, self.lines = self.lines, outside
        head = [f"def {name}(carried, items):"]
        if carried:
            head.append(f"    {self._tuple(carried)} = carried")
        if read:
            head.append(f"    {self._tuple(read)} = items")
        ends = f"    return {nexts}, {self._tuple(results)}"
        return [*head, *[f"    {line}" for line in lines], ends]

    def _handed_on(self, x: Array, place: Array) -> str:
        """What a round hands on, with the batch where the place has it."""
        if x.batched == place.batched and x.shape == place.shape:
            return self.text(x)
        if not place.batched or x.batched:
            return self.text(x)
        return f"jnp.broadcast_to({self.text(x)}, {shape(x).replace('(', '(B, ', 1)})"

    @staticmethod
    def _tuple(texts: Iterable[str]) -> str:
        listed = list(texts)
        return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"
