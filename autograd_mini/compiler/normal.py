"""Stage 1: the normal form, in which every way of writing a weighted sum looks the same.

Vocabulary:

- *term*: a signed product of two entries, ``left`` and ``right``, or one entry alone: then
  ``right`` is NONE.
- *sum*: an entry that is a list of terms. Additions, subtractions, negations, products, ``ops.sum``
  and ``ops.affine`` become sums; a sum that is used once is swallowed by the sum that uses it. So
  ``sum(w * x ...) + b``, a loop, a balanced tree and ``ops.affine`` end up equal.
- *colour*: what an entry is, up to which leaves it reads and how many terms it sums. Entries of
  one colour do the same to different numbers, so one array statement can compute them together.
  Equal colours have equal depth: no entry depends on another of its own colour.

The hand-over is a :class:`Normal`; swallowed entries have the row None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import chain
from typing import NamedTuple

from autograd_mini import ops
from autograd_mini.compiler.recording import ARGUMENT, INDEX, LOOPED, PARAMETER, Recording
from autograd_mini.compiler.traced import TAKE
from autograd_mini.rows import CONSTANT, Op

NONE = -1
"""The right factor of a term that is no product; in lists of entries, a place without one."""


class Terms:
    """The terms of a sum, as columns, in the order in which they were written."""

    __slots__ = ("left", "right", "signs")

    def __init__(self) -> None:
        self.signs: list[int] = []
        self.left: list[int] = []
        self.right: list[int] = []

    def append(self, sign: int, left: int, right: int) -> None:
        """Add one term."""
        self.signs.append(sign)
        self.left.append(left)
        self.right.append(right)

    def extend(self, sign: int, other: Terms) -> None:
        """Add the terms of another sum, or take them off."""
        self.signs += other.signs if sign > 0 else [-s for s in other.signs]
        self.left += other.left
        self.right += other.right


class Colour(NamedTuple):
    """What entries of one colour have in common.

    Attributes:
        depth: the length of the longest path to a leaf.
        batched: whether they depend on an argument.
    """

    depth: int
    batched: bool


class Normal(NamedTuple):
    """A recording in normal form, as columns.

    Attributes:
        rows: the row of each entry; ``ops.sum`` for a sum; None for one that was swallowed.
        operands: of an entry that is no sum.
        terms: for each sum its terms.
        colours: for each entry its colour, an int; -1 for one that was swallowed.
        known: what is known of each colour.
        recording: what it was made from.
    """

    rows: list[Op | None]
    operands: list[tuple[int, ...]]
    terms: dict[int, Terms]
    colours: list[int]
    known: list[Colour]
    recording: Recording

    def batched(self, i: int) -> bool:
        """Whether an entry depends on an argument."""
        return self.known[self.colours[i]].batched


def normal(recording: Recording) -> Normal:
    """Bring a recording into normal form and colour it."""
    form = Normal(list(recording.rows), recording.operands, {}, [], [], recording)
    _Gatherer(form).gather()
    _colour(form)
    return form


# --- sums -----------------------------------------------------------------------------------------

_SIGNS: dict[Op, tuple[int, ...]] = {ops.sub: (1, -1), ops.neg: (-1,)}


class _Gatherer:
    """Makes sums of everything that is one, each swallowing those that only it uses."""

    def __init__(self, form: Normal) -> None:
        self.rows = form.rows
        self.operands = form.operands
        self.terms = form.terms
        self.leaves = form.recording.leaves
        self.uses = Counter(chain.from_iterable(form.operands))
        self.uses.update(2 * form.recording.roots)  # a root is never swallowed
        for loop in form.recording.loops:  # nor is what a loop reads
            self.uses.update(2 * loop.read())

    def gather(self) -> None:
        """Bring every entry into normal form."""
        add, sub, neg, mul, total, affine = (
            ops.add, ops.sub, ops.neg, ops.mul, ops.sum, ops.affine,
        )  # fmt: skip
        rows, operands, uses, terms = self.rows, self.operands, self.uses, self.terms
        products: list[int] = []
        for i, row in enumerate(rows):
            if row is mul:
                products.append(i)
            elif row is add:
                a, b = operands[i]
                if rows[a] is total and rows[b] is mul and uses[a] == uses[b] == 1:
                    rows[a] = rows[b] = None  # a chain takes one more product: most of what is
                    rows[i] = total
                    terms[i] = made = terms.pop(a)
                    made.append(1, *operands[b])
                else:
                    self._sum(i, operands[i], (1, 1))
            elif row is sub or row is neg:
                self._sum(i, operands[i], _SIGNS[row])
            elif row is total:
                self._sum(i, operands[i], (1,) * len(operands[i]))
            elif row is affine:
                self._affine(i, operands[i])
        for i in products:
            if rows[i] is not None:
                rows[i] = total
                terms[i] = made = Terms()
                made.append(1, *operands[i])

    def _sum(self, i: int, operands: tuple[int, ...], signs: tuple[int, ...]) -> None:
        rows, uses, terms = self.rows, self.uses, self.terms
        made: Terms | None = None
        for sign, j in zip(signs, operands, strict=True):
            row = rows[j]
            if row is ops.mul and uses[j] == 1:
                rows[j] = None
                made = made or Terms()
                made.append(sign, *self.operands[j])
            elif row is ops.sum and uses[j] == 1:
                rows[j] = None
                inner = terms.pop(j)
                if made is None and sign > 0:
                    made = inner  # itself, so that a chain of additions stays linear
                else:
                    made = made or Terms()
                    made.extend(sign, inner)
            elif not (row is CONSTANT and self.leaves[j] == 0.0):
                made = made or Terms()
                made.append(sign, j, NONE)
        if made is None:  # of nothing but zeros
            made = Terms()
            made.append(signs[0], operands[0], NONE)
        rows[i] = ops.sum
        terms[i] = made

    def _affine(self, i: int, operands: tuple[int, ...]) -> None:
        bias = operands[-1]
        self._sum(i, (bias,), (1,))
        made = self.terms[i]
        if made.left == [bias] and self.rows[bias] is CONSTANT and self.leaves[bias] == 0.0:
            self.terms[i] = made = Terms()
        made.left[:0], made.right[:0] = operands[:-1:2], operands[1::2]
        made.signs[:0] = [1] * (len(operands) // 2)


# --- colours --------------------------------------------------------------------------------------


def _colour(form: Normal) -> None:
    """Give every entry that is left its colour."""
    rows, leaves = form.rows, form.recording.leaves
    interned: dict[Hashable, int] = {(PARAMETER.label,): 0}
    form.known.append(Colour(0, False))
    form.colours.extend([NONE] * (len(rows) + 1))  # the last is that of NONE
    colours, known = form.colours, form.known
    for i, row in enumerate(rows):
        if row is None or row is PARAMETER:
            colours[i] = NONE if row is None else 0
            continue
        if row is ops.sum:
            key: Hashable = _sum_key(form.terms[i], colours)
        elif row is CONSTANT:
            key = (row.label,)
        elif row is ARGUMENT or row is INDEX or row is LOOPED:
            key = (row.label, leaves[i][0])
        else:
            key = _key(form, i, row)
        colour = interned.setdefault(key, len(interned))
        if colour == len(known):
            read = [known[c] for c in _read(form, i)]
            argument = row is ARGUMENT or row is INDEX
            argument = argument and leaves[i][0] not in form.recording.alike
            depth = 1 + max([x.depth for x in read], default=-1)
            known.append(Colour(depth, argument or any(x.batched for x in read)))
        colours[i] = colour
    colours.pop()


def _sum_key(terms: Terms, colours: list[int]) -> Hashable:
    """The kinds of terms, whatever their number and their order."""
    colour = colours.__getitem__
    kinds = set(zip(terms.signs, map(colour, terms.left), map(colour, terms.right), strict=True))
    return frozenset((s, a, b) if a <= b or b == NONE else (s, b, a) for s, a, b in kinds)


def _key(form: Normal, i: int, row: Op) -> Hashable:
    operands = form.operands[i]
    if row is TAKE or row is ops.max:
        return (row.name, *sorted({form.colours[j] for j in operands}))
    if row is ops.pow and form.rows[operands[1]] is CONSTANT:
        return (row.name, form.colours[operands[0]], form.recording.leaves[operands[1]])
    return (row.name, *[form.colours[j] for j in operands])


def _read(form: Normal, i: int) -> set[int]:
    """The colours that an entry reads."""
    if form.rows[i] is LOOPED:
        loop, _ = form.recording.leaves[i][0]
        read = chain(form.recording.loops[loop].read())
    elif form.rows[i] is ops.sum:
        read = chain(form.terms[i].left, form.terms[i].right)
    else:
        read = chain(form.operands[i])
    return {form.colours[j] for j in read if j != NONE}


def validate(form: Normal) -> None:
    """Raise AssertionError unless only entries that are left are used, by later ones."""
    left = [i if row is not None else len(form.rows) for i, row in enumerate(form.rows)]
    for i, row in enumerate(form.rows):
        if row is None or row.arity == 0:
            continue
        read: Iterable[int] = form.operands[i]
        if row is ops.sum:
            terms = form.terms[i]
            assert len(terms.signs) == len(terms.left) == len(terms.right), f"entry {i}"
            read = chain(terms.left, [j for j in terms.right if j != NONE])
        assert max(map(left.__getitem__, read)) < i, f"entry {i} uses what is not there"
        depth = form.known[form.colours[i]].depth
        assert all(form.known[c].depth < depth for c in _read(form, i)), f"entry {i}: depth"
    assert all(form.rows[root] is not None for root in form.recording.roots)
