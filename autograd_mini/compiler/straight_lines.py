"""Formulas of a recording's entries as lines of Python: what straight code and its loops share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.recording import PARAMETER, Recording
from autograd_mini.compiler.traced import TAKE
from autograd_mini.rows import CONSTANT, Op

LONG = 120
"""A text longer than this gets a name of its own."""

INLINE = {
    "relu": "({0} if {0} > 0.0 or {0} != {0} else 0.0)",
    "step": "(1.0 if {0} > 0.0 else 0.0 if {0} == {0} else {0})",
    "abs": "abs({0})",
    "detach": "{0}",
    "equal": "({0} == {1})",
    "where": "({1} if {0} else {2})",
    "maximum": "({0} if {0} >= {1} or {0} != {0} else {1})",
    "minimum": "({0} if {0} <= {1} or {0} != {0} else {1})",
}
"""Rows that are faster written out than called; the others call the row's own forward function."""

ARITHMETIC = {"add", "sub", "mul", "neg"}


def template(row: Op) -> str:
    """The text of a row, with its operands in places."""
    if row.name in ARITHMETIC:
        return row.array
    if row.name in INLINE:
        return INLINE[row.name]
    return f"{row.name}({', '.join(f'{{{i}}}' for i in range(row.arity or 1))})"


Key = int | tuple[str, int]
"""An entry, or ("d", entry) for its adjoint."""


class Entries:
    """Entries, each a formula, and the texts that stand for them so far.

    What is used once is written into the line that uses it.

    Attributes:
        inside: whether an entry is computed for each example.
        active: whether it has a derivative by a parameter.
        texts: by entry, or ("d", entry) for its adjoint, the text, and how tightly it binds.
        uses: how often each is read.
    """

    def __init__(
        self, recording: Recording, inside: Sequence[bool], active: Sequence[bool]
    ) -> None:
        self.rows, self.operands, self.leaves = recording[:3]
        self.parameters_at = {
            self.leaves[i]: i for i, row in enumerate(self.rows) if row is PARAMETER
        }
        self.inside, self.active = inside, active
        self.texts: dict[Hashable, tuple[str, int]] = {}
        self.uses: dict[Hashable, int] = {}

    def _named_alike(self, i: int) -> bool:
        """Whether a leaf is one that is named in the same way everywhere."""
        row, leaf = self.rows[i], self.leaves[i]
        if row is CONSTANT:
            self.texts[i] = f.write(f.Number(leaf), template, self.texts.__getitem__)
        elif row is PARAMETER:
            self.texts[i] = f"p{leaf}", 99
        return row is CONSTANT or row is PARAMETER

    def _values(self) -> Iterable[tuple[int, f.Formula]]:
        """The entries that are computed, and how."""
        return ((i, self._value(i)) for i, row in enumerate(self.rows) if row.arity != 0)

    def _value(self, i: int) -> f.Formula:
        """What entry i computes, sums and affine written out."""
        row = self.rows[i]
        operands: list[f.Formula] = [f.Name(j) for j in self.operands[i]]
        if row is ops.affine:
            products = [w * x for w, x in zip(operands[:-1:2], operands[1::2], strict=True)]
            return f.added([*products, operands[-1]])
        if row is ops.sum:
            return f.added(operands)
        return f.Formula(row, tuple(operands))

    def _hand_on(self, i: int, received: dict[int, list[f.Formula]]) -> None:
        """Add to what operands of entry i have received."""
        seed = f.Name(("d", i))
        if self.rows[i] is TAKE:
            index, *values = self.operands[i]
            for k, j in enumerate(values):
                if self.active[j]:
                    chosen = ops.equal(f.Name(index), float(k))
                    received.setdefault(j, []).append(ops.where(chosen, seed, 0.0))
        elif self.rows[i].arity != 0:
            for j, parts in f.adjoints(self._value(i), f.Name(i), seed).items():
                if self.active[j]:
                    received.setdefault(j, []).extend(parts)

    def _count(self, formulas: Iterable[f.Formula]) -> None:
        """Count what they read: what a row's text repeats, again."""
        for formula in formulas:
            for name in (*f.names(formula), *_repeated(formula)):
                self.uses[name] = self.uses.get(name, 0) + 1

    def _write(self, formula: f.Formula) -> tuple[str, int]:
        if getattr(formula, "row", None) is TAKE:
            index, *values = [self._write(x)[0] for x in formula.operands]
            return f"({', '.join(values)},)[{index}]", 99
        return f.write(formula, _nary, self.texts.__getitem__)

    def _assign(self, key: Key, name: str, formula: f.Formula, lines: list[str]) -> None:
        uses = self.uses.get(key, 0)
        if not uses:
            return
        text, binding = self._write(formula)
        once = uses == 1 and len(text) < LONG and self._is_inside(key)
        if once or (isinstance(formula, f.Name) and binding == 99):
            self.texts[key] = text, binding
        else:
            lines.append(f"{name} = {text}")
            self.texts[key] = name, 99

    def _is_inside(self, key: Key) -> bool:
        return self.inside[key] if isinstance(key, int) else self.inside[key[1]]


def _repeated(formula: f.Formula) -> Iterable[Hashable]:
    """What stands in a place that its row's text repeats."""
    stack = [formula]
    while stack:
        item = stack.pop()
        row = getattr(item, "row", None)
        if row is not None and row.name in INLINE:
            for i, operand in enumerate(item.operands):
                if INLINE[row.name].count(f"{{{i}}}") > 1:
                    yield from f.names(operand)
        stack.extend(item.operands)


def _nary(row: Op) -> str:
    return f"{row.name}({{0}})" if row.arity is None else template(row)
