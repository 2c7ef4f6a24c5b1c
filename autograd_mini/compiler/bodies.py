"""Loops in the array program: what a round hands on, as arrays, and the statement ``loop``.

Vocabulary: a *group* is what the body reads as one array: numbers that are carried together, or
read together from outside. The body of a loop is brought into normal form and laid out by itself,
its groups taken for arguments; what it computes from nothing that changes from round to round is
moved out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from autograd_mini.compiler import layout
from autograd_mini.compiler.blocks import Layout
from autograd_mini.compiler.build import Builder
from autograd_mini.compiler.normal import Normal, normal, validate
from autograd_mini.compiler.peephole import fused
from autograd_mini.compiler.program import Array, Body
from autograd_mini.compiler.recording import (
    ARGUMENT,
    CARRIED,
    FIXED,
    INDEX,
    ITEM,
    LOOPED,
    Flags,
    Loop,
    Looped,
    Recording,
    combined,
    flags,
    loop_flags,
)
from autograd_mini.rows import Op


class Group(NamedTuple):
    """Numbers that the body reads as one array.

    Attributes:
        source: CARRIED, ITEM or FIXED.
        members: their numbers in the loop's list of that.
        selects: whether they are integers that select.
        flags: of all of them.
    """

    source: Op
    members: list[int]
    selects: bool
    flags: Flags


class Arranged(NamedTuple):
    """A loop whose body is in normal form.

    Attributes:
        loop: as it was found.
        form: the body, its leaves by group and place in it.
        groups: what the arguments of that form are.
        stacks: the stacked entries, in groups.
    """

    loop: Loop
    form: Normal
    groups: list[Group]
    stacks: list[list[int]]

    @property
    def carried(self) -> list[Group]:
        """The groups that are carried."""
        return [group for group in self.groups if group.source is CARRIED]

    def read(self) -> list[int]:
        """The entries outside that it reads."""
        return self.loop.read()


def arranged(recording: Recording) -> Recording:
    """The recording with its loops arranged: a result's leaf is ((loop, result), cell)."""
    if not recording.loops:
        return recording
    known = flags(recording)
    loops = [_arranged(recording, loop, known) for loop in recording.loops]
    leaves = [
        _place(loops[leaf.loop], leaf) if isinstance(leaf, Looped) else leaf
        for leaf in recording.leaves
    ]
    alike = frozenset(
        leaf[0]
        for row, leaf, flag in zip(recording.rows, leaves, known, strict=True)
        if row is LOOPED and not flag.batched
    )
    return recording._replace(loops=loops, leaves=leaves, alike=alike)


def _place(loop: Arranged, leaf: Looped) -> tuple[tuple[int, int], int]:
    groups = [group.members for group in loop.carried] if leaf.which >= 0 else loop.stacks
    before = 0 if leaf.which >= 0 else len(loop.carried)
    wanted = leaf.which if leaf.which >= 0 else loop.loop.stacked[-1 - leaf.which]
    k = next(k for k, members in enumerate(groups) if wanted in members)
    cell = leaf.round * len(groups[k]) + groups[k].index(wanted)
    return (leaf.loop, before + k), cell


# --- groups ---------------------------------------------------------------------------------------


def _arranged(recording: Recording, loop: Loop, known: Sequence[Flags]) -> Arranged:
    carried, body = loop_flags(loop, known)
    groups = _split(CARRIED, carried, [False] * len(carried), carried)
    for source, read in ((ITEM, loop.items), (FIXED, [[i] for i in loop.fixed])):
        found = [combined(known[i] for i in item) for item in read]
        index = [all(recording.rows[i] is INDEX for i in item) for item in read]
        kinds = [frozenset(_kind(recording, i) for i in item) for item in read]
        groups += _split(source, found, index, kinds)
    while True:  # what is computed by different statements is carried in different arrays
        form = normal(_by_group(loop.body, groups))
        finer = [
            part
            for group in groups
            for part in (_by_colour(group, loop, form) if group.source is CARRIED else [group])
        ]
        if len(finer) == len(groups):
            break
        groups = finer
    plan = layout.layout(form)
    groups = [
        group._replace(members=sorted(group.members, key=lambda k: plan.cells[loop.last[k]]))
        if group.source is CARRIED and len({plan.homes[loop.last[k]] for k in group.members}) == 1
        else group
        for group in groups
    ]
    form = normal(_by_group(loop.body, groups))
    validate(form)
    stacks: dict[Hashable, list[int]] = {}
    for i in loop.stacked:
        stacks.setdefault((form.colours[i], body[i]), []).append(i)
    ordered = [
        sorted(stack, key=lambda i: (plan.homes[i], plan.cells[i])) for stack in stacks.values()
    ]
    return Arranged(loop, form, groups, ordered)


def _kind(recording: Recording, i: int) -> Hashable:
    """What an entry outside is, as far as it matters for what lies together."""
    row, leaf = recording.rows[i], recording.leaves[i]
    if row is LOOPED:
        return row.label, leaf.loop, leaf.which >= 0
    return row.name, row.label, leaf[0] if row is ARGUMENT or row is INDEX else None


def _split(
    source: Op, flags: Sequence[Flags], index: Sequence[bool], kinds: Sequence[Hashable]
) -> list[Group]:
    """Groups of what has the same flags and kind."""
    found: dict[tuple[Flags, bool, Hashable], Group] = {}
    for k, key in enumerate(zip(flags, index, kinds, strict=True)):
        found.setdefault(key, Group(source, [], key[1], key[0])).members.append(k)
    return list(found.values())


def _by_colour(group: Group, loop: Loop, form: Normal) -> list[Group]:
    found: dict[int, Group] = {}
    for k in group.members:
        colour = form.colours[loop.last[k]]
        found.setdefault(colour, group._replace(members=[])).members.append(k)
    return list(found.values())


def _by_group(body: Recording, groups: Sequence[Group]) -> Recording:
    """The body as a recording whose arguments are the groups."""
    places = {
        (group.source, number): (k, cell)
        for k, group in enumerate(groups)
        for cell, number in enumerate(group.members)
    }
    rows, leaves = list(body.rows), list(body.leaves)
    for i, (row, leaf) in enumerate(zip(body.rows, body.leaves, strict=True)):
        if row is CARRIED or row is ITEM or row is FIXED:
            k, cell = places[row, leaf]
            rows[i], leaves[i] = INDEX if groups[k].selects else ARGUMENT, (k, cell)
    alike = frozenset(k for k, group in enumerate(groups) if not group.flags.batched)
    return body._replace(rows=rows, leaves=leaves, alike=alike)


# --- arrays ---------------------------------------------------------------------------------------


def maker(plans: Sequence[tuple[Arranged, Layout]]) -> Callable[[Builder, int], list[Array]]:
    """What makes the arrays of each loop."""

    def make(outside: Builder, number: int) -> list[Array]:
        return _BodyBuilder(outside, *plans[number]).results_of_loop()

    return make


class _BodyBuilder(Builder):
    """The work in progress of building one loop."""

    def __init__(self, outside: Builder, loop: Arranged, plan: Layout) -> None:
        super().__init__(loop.form, plan, (), theta=outside.theta)
        self.outside = outside
        self.arranged = loop
        self.views = outside.views
        self.counts = outside.counts
        self.inside: set[Array] = set()
        """The arrays that change from round to round."""

    def results_of_loop(self) -> list[Array]:
        """The statements, and the arrays that are their results."""
        loop = self.arranged
        given = list(map(self._given, loop.groups))
        for number, i in zip(*np.unique(self.plan.homes, return_index=True), strict=True):
            row = self.form.rows[i]
            if row is ARGUMENT or row is INDEX:
                self.homes[int(number)] = given[self.form.recording.leaves[i][0]]
        self._blocks()
        carries = given[: len(loop.carried)]
        members = [[loop.loop.last[k] for k in group.members] for group in loop.carried]
        made = [self._output(np.array(ids)) for ids in (*members, *loop.stacks)]
        self.arrays = fused(self.arrays, made)
        self.outside.matrices |= self.matrices
        self._name([])
        nexts, stacked = made[: len(carries)], made[len(carries) :]
        before = [np.array([loop.loop.first[k] for k in group.members]) for group in loop.carried]
        firsts = [
            self.outside._access(ids, carry.shape, True)
            for ids, carry in zip(before, carries, strict=True)
        ]
        self.arrays = changing(map(self._lifted, self.arrays), self.inside, self.outside._add)
        body = Body(loop.loop.rounds, False, self.arrays, carries, firsts, nexts, stacked)
        return results(self.outside._add, body)

    def _given(self, group: Group) -> Array:
        """The array that stands for a group in the body."""
        read, loop, count = group.members, self.arranged.loop, len(group.members)
        shape = (count,) if count > 1 else ()
        if group.source is CARRIED:
            name = self.outside._numbered("s")
            made = Array("carry", (), shape, batched=group.flags.batched, name=name)
            made.active = group.flags.active
            self.inside.add(made)
            return made
        if group.source is FIXED:
            return self.outside._access(np.array([loop.fixed[k] for k in read]), shape, True)
        ids = np.array([loop.items[k] for k in read]).T.reshape(loop.rounds, *shape)
        rows = self.outside._access(ids.ravel(), ids.shape, True)
        return self._add(Array("item", [rows], shape, detail=0))

    def _lifted(self, array: Array) -> Array:
        """Where every round multiplies a row of one array by one matrix, all do so at once."""
        if array.kind != "dot":
            return array
        x, w = array.operands
        rows = x.operands[0] if x.kind == "item" else x
        rounds = self.arranged.loop.rounds
        if rows is x or w in self.inside or rows.shape != (rounds, *x.shape):
            return array
        shape = (rounds, *array.shape)
        whole = self.outside._add(Array("dot", [rows, w], shape, batched=array.batched))
        array.kind, array.operands, array.detail = "item", (whole,), 0
        return array


def changing(
    arrays: Iterable[Array], inside: set[Array], outside: Callable[[Array], object]
) -> list[Array]:
    """The statements that read what is inside; the others, alike in each round, go outside."""
    kept = []
    for array in arrays:
        if array.kind == "item" or not inside.isdisjoint(array.operands):
            inside.add(array)
            kept.append(array)
        else:
            outside(array)
    return kept


def results(add: Callable[[Array], Array], body: Body) -> list[Array]:
    """The statement ``loop``, and its results."""
    read = body.read()
    made = [*body.carries, *body.stacked]
    loop = Array("loop", read, (), batched=any(x.batched for x in made), detail=body)
    loop.active = any(x.active for x in made)
    add(loop)
    return [add(result(loop, k)) for k in range(len(made))]


def result(loop: Array, k: int) -> Array:
    """A result of a loop: every round's value of what is carried, with the last, or stacked."""
    body: Body = loop.detail
    one = [*body.carries, *body.stacked][k]
    shape = (body.rounds + (k < len(body.carries)), *one.shape)
    made = Array("result", [loop], shape, batched=one.batched, detail=k, name=one.name)
    made.active = one.active
    return made
