"""The axes that loops go along: joined where possible, one of them chosen for the vectors.

Vocabulary: the *vector axis* is the one whose neighbours share a vector; what is left over at its
end, fewer than a vector, is the *tail*. The *outer* axes are those of a kernel's grid, the *inner*
ones those along which its core sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd_mini.compiler.llvm.actions import Body
from autograd_mini.compiler.llvm.reach import Reach
from autograd_mini.compiler.llvm.text import Code, Index, Value


def merged(sizes: Sequence[int], reaches: Sequence[Reach]) -> tuple[list[int], list[Reach]]:
    """Neighbouring axes joined where every reach allows it; axes of size 1 left out."""
    axis = len(sizes) - 1
    sizes = list(sizes)
    strides = [list(r.strides) for r in reaches]
    steps = [list(r.steps) for r in reaches]
    every = [*strides, *[s for s in steps if s]]
    while axis >= 0:
        if sizes[axis] == 1:
            for s in every:
                del s[axis]
            del sizes[axis]
        elif axis + 1 < len(sizes) and all(s[axis] == s[axis + 1] * sizes[axis + 1] for s in every):
            sizes[axis + 1] *= sizes[axis]
            for s in every:
                del s[axis]
            del sizes[axis]
        axis -= 1
    fresh = [
        r._replace(strides=tuple(s), steps=tuple(t))
        for r, s, t in zip(reaches, strides, steps, strict=True)
    ]
    return sizes, fresh


def nest(
    code: Code,
    sizes: Sequence[int],
    body: Callable[[list[Index], list[Value]], list[Value]],
    carried: Sequence[Value] = (),
) -> list[Value]:
    """Loops over axes, the last one innermost."""

    def level(axis: int, indices: list[Index], values: list[Value]) -> list[Value]:
        if axis == len(sizes):
            return body(indices, values)
        return code.loop(sizes[axis], lambda i, now: level(axis + 1, [*indices, i], now), values)

    return level(0, [], list(carried))


def score(reaches: Sequence[Reach], axis: int, size: int, width: int) -> float:
    """How well an axis serves as the vector axis: what is read whole, and how full it gets."""
    good = 0.0
    for reach in reaches:
        listed = reach.table is not None and reach.steps[axis] != 0
        if not listed and reach.strides[axis] in (0, 1):
            good += 1.0 if reach.strides[axis] else 0.9
    return good / max(1, len(reaches)) * min(1.0, size / width) + 1e-6 * min(size, 64)


def along(code: Code, size: int, width: int, body: Callable[[Index, int], None]) -> None:
    """A loop over a vector axis: whole vectors, then the tail. ``body`` gets index and lanes."""
    main = size // width * width

    def one(index: Index, values: list[Value]) -> list[Value]:
        body(index, width)
        return values

    if main:
        code.loop(main, one, step=width)
    if size - main:
        body(Index(None, main), size - main)


def turned(reach: Reach, axis: int) -> Reach:
    """The last axis moved to this place."""

    def turn(s: tuple[int, ...]) -> tuple[int, ...]:
        return (*s[:axis], s[-1], *s[axis:-1]) if s else s

    return reach._replace(strides=turn(reach.strides), steps=turn(reach.steps))


def halves(
    body: Body, reads: Sequence[Reach], outer: list[int], inner: list[int]
) -> tuple[list[int], list[int], list[Reach]]:
    """The axes of a kernel with a core, joined; the body's reaches are brought into their form.

    Args:
        body: the actions, which know the outer axes alone.
        reads: the reaches of the core, over outer and inner axes.
        outer: the sizes of the grid's axes.
        inner: the sizes of the axes that are summed over.

    Returns:
        The sizes of outer and inner axes, and the core's reaches.
    """
    none = (0,) * len(inner)
    padded = [
        r._replace(strides=(*r.strides, *none), steps=(*r.steps, *none) if r.steps else ())
        for r in body.reaches.values()
    ]
    sizes, together = _merged_halves([*outer, *inner], [*reads, *padded], len(outer))
    first = len(sizes[0])
    trimmed = [
        r._replace(strides=r.strides[:first], steps=r.steps[:first]) for r in together[len(reads) :]
    ]
    body.reaches = dict(zip(body.reaches, trimmed, strict=True))
    return *sizes, together[: len(reads)]


def _merged_halves(
    sizes: list[int], reaches: list[Reach], first: int
) -> tuple[tuple[list[int], list[int]], list[Reach]]:
    """Axes joined before and after a border; the sizes of both sides."""
    left = [
        r._replace(strides=r.strides[:first], steps=r.steps[:first] if r.steps else ())
        for r in reaches
    ]
    right = [
        r._replace(strides=r.strides[first:], steps=r.steps[first:] if r.steps else ())
        for r in reaches
    ]
    outer, left = merged(sizes[:first], left)
    inner, right = merged(sizes[first:], right)
    joined = [
        a._replace(strides=a.strides + b.strides, steps=a.steps + b.steps)
        for a, b in zip(left, right, strict=True)
    ]
    return (outer, inner), joined
