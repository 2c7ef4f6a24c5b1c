"""How each kind of statement is written in NumPy's language: one rule for a kind.

Vocabulary: the *text* of an array is the expression that computes it, with the precedence of its
outermost operation. A batched array has the batch as its first axis; ``B`` is the number of
examples. Where results go, into arrays of their own or into buffers that stay, is for the *storage*
to say: :mod:`~autograd_mini.compiler.lower_numpy` and :mod:`~autograd_mini.compiler.bound`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from autograd_mini.compiler.formula import write
from autograd_mini.compiler.numpy_rows import number, template
from autograd_mini.compiler.program import Array, Shape, Window
from autograd_mini.compiler.windows import plain, turned
from autograd_mini.rows import CALL

ADD, MATMUL, ATOM = 10, 20, CALL + 10
"""Precedences, as the table counts them."""


class Text(NamedTuple):
    """An expression.

    Attributes:
        text: as it is written.
        binding: the precedence of its outermost operation.
        factors: the texts of both sides of a product, which may go into a buffer.
        outer: whether it is one number by number, of a column with a row.
        summed: the axes of a sum or a maximum, which may go into a buffer.
    """

    text: str
    binding: int = ATOM
    factors: tuple[str, str] | None = None
    outer: bool = False
    summed: tuple[int, ...] | None = None


class Storage(Protocol):
    """What a rule asks of the place where results go.

    Attributes:
        texts: of the arrays so far.
    """

    texts: dict[Array, Text]

    def text(self, array: Array, binding: int = 0) -> str:
        """The text of an array, bracketed if it binds looser than asked."""

    def shown(self, array: Array, suffix: str) -> str:
        """The text of an array seen in another way, by a method or an index."""

    def constant(self, value: object, stem: str) -> str:
        """The text of numbers that are known."""


def shape(array: Array) -> str:
    """The shape of an array with the batch."""
    return sizes(["B", *array.shape] if array.batched else array.shape)


def sizes(numbers: Sequence[object]) -> str:
    """A tuple."""
    return f"({', '.join(map(str, numbers))}{',' if len(numbers) == 1 else ''})"


def batch(array: Array) -> str:
    """What a function of :mod:`numpy_rows` is told of the batch."""
    return "B" if array.batched else "None"


def _reshaped(array: Array, inner: Shape) -> str:
    """The suffix that gives an array this inner shape."""
    given = [*map(str, inner)]
    return f".reshape({', '.join(['B', *given] if array.batched else given or ['()'])})"


# --- the same numbers in another shape ------------------------------------------------------------


def view(into: Storage, array: Array) -> Text:
    """A window of an array."""
    return Text(window(into, array.operands[0], array.detail))


def window(into: Storage, base: Array, fits: Window) -> str:
    """A window as slices where the base has one axis, else through a call."""
    rows, run, matrix = _rows(base, fits), plain(fits), turned(fits)
    lead = ":, " if base.batched else ""
    if rows is not None:
        return into.shown(base, f"[{lead}{rows}]")
    if len(base.shape) == 1 and run is not None:
        if not fits.sizes:
            return into.shown(base, f"[{lead}{fits.offset}]")
        start, stop, step = run
        cells = f"[{lead}{start}:{stop}{f':{step}' if step != 1 else ''}]"
        return into.shown(
            base, cells + (_reshaped(base, fits.sizes) if len(fits.sizes) > 1 else "")
        )
    if len(base.shape) == 1 and matrix is not None and not base.batched:
        stop = fits.offset + fits.sizes[0] * fits.sizes[1]
        return into.shown(base, f"[{fits.offset}:{stop}].reshape({matrix[0]}, {matrix[1]}).T")
    where = f"{fits.offset}, {sizes(fits.sizes)}, {sizes(fits.strides)}"
    return f"window({into.text(base)}, {batch(base)}, {where})"


def _rows(base: Array, fits: Window) -> str | None:
    """A window that is a row of the first axis, or neighbouring rows, as an index."""
    inner = base.shape[1:]
    size = math.prod(inner)
    if len(base.shape) < 2 or fits.offset % size or not fits.whole:
        return None
    start = fits.offset // size
    if fits.sizes == inner:
        return str(start)
    if fits.sizes[1:] == inner and len(fits.sizes) == len(base.shape):
        return f"{start}:{start + fits.sizes[0]}"
    return None


def gather(into: Storage, array: Array) -> Text:
    """Any cells of an array."""
    (base,) = array.operands
    text = into.text(base, ATOM)
    if len(base.shape) != 1:
        text = f"flat({text}, {batch(base)})"
    lead = ":, " if base.batched else ""
    return Text(f"{text}[{lead}{into.constant(array.detail, 'cells')}]")


def reshape(into: Storage, array: Array) -> Text:
    """The same cells in another shape."""
    (base,) = array.operands
    text = into.text(base, ATOM)
    if (*array.shape, 1) == base.shape and text.endswith("[..., None]"):
        return Text(text.removesuffix("[..., None]"))
    unit = array.shape == (*base.shape, 1)
    return Text(into.shown(base, "[..., None]" if unit else _reshaped(array, array.shape)))


def expand(into: Storage, array: Array) -> Text:
    """Its cells repeated along axes of size 1."""
    return Text(f"np.broadcast_to({into.text(array.operands[0])}, {shape(array)})")


def concat(into: Storage, array: Array) -> Text:
    """One array after the other."""
    parts = ", ".join(into.text(x) for x in array.operands)
    batched = [x.batched for x in array.operands]
    return Text(f"concat([{parts}], {batched}, {batch(array)})")


# --- what is computed -----------------------------------------------------------------------------


def formula(into: Storage, array: Array) -> Text:
    """Element by element."""
    return Text(*write(array.detail, template, lambda x: into.texts[x][:2], number))


def _product(left: str, right: str, outer: bool = False) -> Text:
    return Text(f"{left} {'*' if outer else '@'} {right}", MATMUL, (left, right), outer)


def dot(into: Storage, array: Array) -> Text:
    """x wᵀ."""
    x, w = array.operands
    return _product(into.text(x, MATMUL), into.shown(w, ".T" if len(w.shape) == 2 else ""))


def mix(into: Storage, array: Array) -> Text:
    """d w."""
    d, w = array.operands
    if len(w.shape) == 2:
        return _product(into.text(d, MATMUL), into.text(w, MATMUL + 1))
    unit = "[..., None]" if d.batched or d.shape else ""
    return _product(into.shown(d, unit), into.text(w, MATMUL + 1), outer=True)


def gram(into: Storage, array: Array) -> Text:
    """dᵀ x."""
    d, x = array.operands
    axes = x.batched + len(x.shape) - 1
    if axes == 0:
        unit = "[:, None]" if len(array.shape) == 2 else ""
        return _product(into.shown(d, unit), into.text(x, MATMUL + 1), outer=True)
    left, right = "", into.text(x, MATMUL + 1)
    if axes > 1:
        left = f".reshape({', '.join(['-1', *map(str, array.shape[:-1])])})"
        right = into.shown(x, f".reshape(-1, {array.shape[-1]})")
    return _product(into.shown(d, left + (".T" if len(array.shape) == 2 else "")), right)


def pair(into: Storage, array: Array) -> Text:
    """l rᵀ."""
    left, right = array.operands
    return _product(into.text(left, MATMUL), into.shown(right, ".swapaxes(-1, -2)"))


def pairmix(into: Storage, array: Array) -> Text:
    """d r, or dᵀ l."""
    d, other = array.operands
    left = into.shown(d, ".swapaxes(-1, -2)") if array.detail else into.text(d, MATMUL)
    return _product(left, into.text(other, MATMUL + 1))


def reduction(into: Storage, array: Array) -> Text:
    """A sum or a maximum along the last axis."""
    return Text(into.shown(array.operands[0], f".{array.kind}(axis=-1)"), summed=(-1,))


def fold(into: Storage, array: Array) -> Text:
    """A sum over the axes that differ; those that are kept with size 1 are put back."""
    (x,) = array.operands
    kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
    axes = [i + x.batched for i, (n, k) in enumerate(zip(x.shape, kept, strict=True)) if n != k]
    left = tuple(n for n, k in zip(x.shape, kept, strict=True) if n == k)
    if x.batched and not array.batched:
        axes.insert(0, 0)
    every = len(axes) == len(x.shape) + x.batched
    axis = "" if every else f"axis={axes[0] if len(axes) == 1 else tuple(axes)}"
    text = into.shown(x, f".sum({axis})")
    if left != array.shape:
        text += "[..., None]" if array.shape == (*left, 1) else _reshaped(array, array.shape)
    return Text(text, summed=tuple(axes))


def select(into: Storage, array: Array) -> Text:
    """The rows of a table, or in each row the place, that the indices say."""
    table, index = array.operands
    if array.detail == "grid" and not table.batched:
        return Text(into.shown(table, f"[{into.text(index)}]"))
    given = f"{into.text(table)}, {batch(table)}, {into.text(index)}"
    return Text(f"select({given}, {array.detail == 'rows'})")


def unselect(into: Storage, array: Array) -> Text:
    """Zeros with values added where ``select`` had read."""
    values, index = array.operands
    given = f"{into.text(values)}, {batch(array)}, {into.text(index)}"
    return Text(f"unselect({given}, {sizes(array.shape)}, {array.detail == 'rows'})")
