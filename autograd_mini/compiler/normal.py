"""Stage 1: the normal form, in which every way of writing a weighted sum looks the same.

Vocabulary:

- *term*: ``(sign, left, right)``, the product of two entries, or ``(sign, left, NONE)``, one entry.
- *sum*: an entry that is a list of terms. Additions, subtractions, negations, products, ``ops.sum``
  and ``ops.affine`` become sums; a sum that is used once is swallowed by the sum that uses it. So
  ``sum(w * x ...) + b``, a loop, a balanced tree and ``ops.affine`` end up equal.
- *colour*: what an entry is, up to which leaves it reads and how many terms it sums. Entries of
  one colour do the same to different numbers, so one array statement can compute them together.
  Equal colours have equal depth: no entry depends on another of its own colour.

The hand-over is a :class:`Normal`; swallowed entries have the row None.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd_mini import ops
from autograd_mini.compiler.record import ARGUMENT, INDEX, PARAMETER, TAKE, Recording
from autograd_mini.rows import CONSTANT, Op

NONE = -1
"""The right factor of a term that is no product."""

Term = tuple[int, int, int]


class Normal(NamedTuple):
    """A recording in normal form, as columns.

    Attributes:
        rows: the row of each entry; ``ops.sum`` for a sum; None for one that was swallowed.
        operands: of an entry that is no sum.
        terms: of a sum, in the order in which they were written.
        colours: for each entry its colour, an int; -1 for one that was swallowed.
        depths: for each entry the length of the longest path to a leaf.
        batched: whether the entry depends on an argument.
        recording: what it was made from.
    """

    rows: list[Op | None]
    operands: list[tuple[int, ...]]
    terms: list[list[Term]]
    colours: list[int]
    depths: list[int]
    batched: list[bool]
    recording: Recording


def normal(recording: Recording) -> Normal:
    """Bring a recording into normal form and colour it."""
    rows: list[Op | None] = list(recording.rows)
    terms: list[list[Term]] = [[] for _ in rows]
    form = Normal(rows, recording.operands, terms, [], [], [], recording)
    uses = _uses(recording)
    for i, row in enumerate(recording.rows):
        if row in _SIGNS:
            _gather(form, uses, i, zip(_SIGNS[row], recording.operands[i], strict=True))
        elif row is ops.sum:
            _gather(form, uses, i, ((1, j) for j in recording.operands[i]))
        elif row is ops.affine:
            _gather_affine(form, uses, i)
        elif row is ops.mul:
            rows[i] = ops.sum
            left, right = recording.operands[i]
            terms[i] = [(1, left, right)]
    _colour(form)
    return form


_SIGNS: dict[Op, tuple[int, ...]] = {ops.add: (1, 1), ops.sub: (1, -1), ops.neg: (-1,)}


def _uses(recording: Recording) -> list[int]:
    """How often each entry is used; a root counts as used once more than it is."""
    uses = [0] * len(recording.rows)
    for operands in recording.operands:
        for j in operands:
            uses[j] += 1
    for root in recording.roots:
        uses[root] += 2
    return uses


def _gather(form: Normal, uses: list[int], i: int, signed: Any) -> None:
    """Make entry i a sum of the signed entries, swallowing those that only it uses."""
    rows, terms = form.rows, form.terms
    gathered: list[Term] = []
    zero = None
    for sign, j in signed:
        row = rows[j]
        if row is ops.sum and uses[j] == 1:
            rows[j] = None
            inner = terms[j]
            if sign < 0:
                inner = [(-s, left, right) for s, left, right in inner]
            if not gathered:
                gathered = inner  # the list itself: a chain of additions stays linear
            else:
                gathered.extend(inner)
        elif row is CONSTANT and form.recording.leaves[j] == 0.0:
            zero = (sign, j, NONE)  # the 0 that Python's sum() begins with
        else:
            gathered.append((sign, j, NONE))
    rows[i] = ops.sum
    terms[i] = gathered or ([zero] if zero else [])


def _gather_affine(form: Normal, uses: list[int], i: int) -> None:
    operands = form.recording.operands[i]
    _gather(form, uses, i, [(1, operands[-1])])
    bias = form.terms[i]
    if len(bias) == 1 and bias[0][2] == NONE and _is_zero(form, bias[0][1]):
        bias = []
    form.terms[i] = [(1, w, x) for w, x in zip(operands[:-1:2], operands[1::2], strict=True)] + bias


def _is_zero(form: Normal, j: int) -> bool:
    return form.rows[j] is CONSTANT and form.recording.leaves[j] == 0.0


# --- colours --------------------------------------------------------------------------------------


def _colour(form: Normal) -> None:
    """Give every entry that is left its colour, its depth and whether it depends on the batch."""
    interned: dict[Any, int] = {(PARAMETER.label,): 0}
    colours, depths, batched = form.colours, form.depths, form.batched
    for i, row in enumerate(form.rows):
        if row is None:
            colours.append(-1)
            depths.append(0)
            batched.append(False)
            continue
        if row is ops.sum:
            terms = form.terms[i] = [_ordered(term, colours) for term in form.terms[i]]
            key: Any = ("sum", _sum_key(terms, colours))
            read = {j for _, left, right in terms for j in (left, right) if j != NONE}
        else:
            key = _key(form, i, row)
            read = set(form.operands[i])
        colours.append(interned.setdefault(key, len(interned)))
        depths.append(1 + max([depths[j] for j in read], default=-1))
        batched.append(row is ARGUMENT or row is INDEX or any(batched[j] for j in read))


def _ordered(term: Term, colours: list[int]) -> Term:
    """A product with its factors in the order of their colours."""
    sign, left, right = term
    if right != NONE and colours[right] < colours[left]:
        return sign, right, left
    return term


def _sum_key(terms: list[Term], colours: list[int]) -> Any:
    """The kinds of terms, each with whether there is one of it or there are many."""
    counts: dict[Any, int] = {}
    for sign, left, right in terms:
        kind = (sign, colours[left], colours[right] if right != NONE else NONE)
        counts[kind] = counts.get(kind, 0) + 1
    return tuple(sorted((kind, count > 1) for kind, count in counts.items()))


def _key(form: Normal, i: int, row: Op) -> Any:
    leaf = form.recording.leaves[i]
    if row is PARAMETER or row is CONSTANT:
        return (row.label,)
    if row is ARGUMENT or row is INDEX:
        return (row.label, leaf[0])
    operands = form.operands[i]
    if row is TAKE or row is ops.max:
        return (row.name, *sorted({form.colours[j] for j in operands}))
    if row is ops.pow and form.rows[operands[1]] is CONSTANT:
        return (row.name, form.colours[operands[0]], form.recording.leaves[operands[1]])
    return (row.name, *[form.colours[j] for j in operands])


def kinds(recording: Recording) -> int:
    """How many colours there are; there will be about as many array statements, or more."""
    return len(set(normal(recording).colours))


def validate(form: Normal) -> None:
    """Raise AssertionError unless only entries that are left are used, by later ones."""
    for i, row in enumerate(form.rows):
        if row is None:
            continue
        read = list(form.operands[i]) if row is not ops.sum else _read(form.terms[i])
        assert all(j < i and form.rows[j] is not None for j in read), f"entry {i}"
        assert all(form.depths[j] < form.depths[i] for j in read), f"entry {i}: depth"
    assert all(form.rows[root] is not None for root in form.recording.roots)


def _read(terms: list[Term]) -> list[int]:
    return [j for _, left, right in terms for j in (left, right) if j != NONE]
