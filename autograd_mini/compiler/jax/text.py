"""How each kind of statement is written for JAX: the rules that are not NumPy's.

The forward program writes to nothing, so most rules of :mod:`~autograd_mini.compiler.numpy_text`
serve as they are. Derivatives are JAX's; so what a derivative needs to know is written down: where
cells belong to no entry (:mod:`~autograd_mini.compiler.holes`), and what is a mere shift.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from autograd_mini.compiler import formula as f
from autograd_mini.compiler import holes
from autograd_mini.compiler import numpy_text as numpy
from autograd_mini.compiler.formula import write
from autograd_mini.compiler.jax.rows import as_written, number, template
from autograd_mini.compiler.kinds import KINDS
from autograd_mini.compiler.numpy_text import ATOM, Storage, Text
from autograd_mini.compiler.program import Array, Window


class JaxStorage(Storage, Protocol):
    """What these rules ask beside that.

    Attributes:
        shifts: arrays on which the result does not depend.
    """

    shifts: set[Array]

    def mask(self, cells: Any) -> str:
        """The name of a mask."""

    def of_theta(self, where: Any) -> Text:
        """Cells of theta: a window or an array of numbers; None for all."""


def formula(into: JaxStorage, array: Array) -> Text:
    """Element by element; what is read by holes receives nothing from them."""
    kept = None if array.holes is None else array.holes.mask

    def name(x: Array) -> tuple[str, int]:
        text = into.texts[x]
        if kept is None or x in into.shifts or not _receives(x, array, kept):
            return text[:2]
        return f"within({into.mask(kept)}, {text.text})", ATOM

    return Text(*write(f.replaced(array.detail, as_written), template, name, number))


def _receives(x: Array, array: Array, mask: holes.Mask) -> bool:
    """Whether holes of an array would hand anything but 0 on to entries of an operand."""
    if not x.active or holes.cover(x, mask) or holes.filling(array.detail) is not None:
        return False
    seed = Array("seed", (), array.shape, batched=True)
    parts = f.adjoints(array.detail, f.Name(array), f.Name(seed)).get(x, [])
    return not all(holes.stands(part, mask) == 0.0 for part in parts)


def view(into: JaxStorage, array: Array) -> Text:
    """A window of an array, or of the parameters."""
    (base,) = array.operands
    return into.of_theta(array.detail) if base.kind == "theta" else numpy.view(into, array)


def gather(into: JaxStorage, array: Array) -> Text:
    """Any cells."""
    (base,) = array.operands
    return into.of_theta(array.detail) if base.kind == "theta" else numpy.gather(into, array)


def reshape(into: JaxStorage, array: Array) -> Text:
    """The same cells; those of the parameters are a window."""
    (base,) = array.operands
    if base.kind == "theta":
        return into.of_theta(Window.run(0, array.shape))
    return numpy.reshape(into, array)


def largest(into: JaxStorage, array: Array) -> Text:
    """The largest of each row, which holes do not tie with; where it only shifts, a constant."""
    (rows,) = array.operands
    mask = "" if rows.holes is None else f", {into.mask(rows.holes.mask)}"
    if array in into.shifts:
        return Text(f"stop_gradient({into.text(rows)}).max(axis=-1)")
    return Text(f"largest({into.text(rows)}{mask})")


def select(into: JaxStorage, array: Array) -> Text:
    """Rows of a table, or places in its rows; a table of constants must be JAX's to be indexed."""
    table, index = array.operands
    if array.detail != "grid" or table.batched:
        return numpy.select(into, array)
    text = into.text(table)
    text = f"jnp.asarray({text})" if table.kind == "constant" else into.text(table, ATOM)
    return Text(f"{text}[{into.text(index)}]")


RULES: dict[str, Callable[[Any, Array], Text]] = {
    "formula": formula,
    "view": view,
    "gather": gather,
    "reshape": reshape,
    "max": largest,
    "select": select,
}
"""By kind the rule that is JAX's own."""


def written(into: JaxStorage, array: Array) -> Text:
    """The text of an array's statement."""
    rule = RULES.get(array.kind) or KINDS[array.kind].text
    assert rule is not None, f"{array} has no text"
    return rule(into, array)
