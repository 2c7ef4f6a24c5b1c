"""Loops, collapsed: the first and the last step of a recurrence, and one box for those between.

Vocabulary: a *step* is what a recurrence computes once for each of its inputs, by the same weights;
:mod:`autograd_mini.show.draw.scopes` finds them. A step is *left out* where it is neither the first
nor the last, and with it what lies between such steps, what is made of them alone, and what only
they use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show import text
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.elision import Ellipses
from autograd_mini.show.draw.expanded import in_order
from autograd_mini.show.kinds import INDICES
from autograd_mini.show.picture import Picture
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

FEWEST = 3
"""The first step, the last, and one to leave out."""
NO_LOOP = "loops='collapsed' left nothing out: no three steps with the same weights are shown."
NOTE = "Left out at …: {}, which the same weights compute as the others; loops='all' shows {}."


def collapsed(picture: Picture, outputs: Sequence[Node]) -> Picture:
    """The picture with an ellipsis for the steps between; where there are none, a note says so."""
    steps = scopes.steps(in_order(outputs), outputs)
    step_of = {picture.box_of[x]: i for x, i in steps.items() if x in picture.box_of}
    shown = sorted(set(step_of.values()))
    if len(shown) < FEWEST:
        return picture._replace(notes=(NO_LOOP, *picture.notes))
    first, last = shown[1], shown[-2]
    said, them = (f"steps {first} to {last}", "them") if first < last else (f"step {first}", "it")
    gone = _left_out(picture, step_of, range(first, last + 1))
    members = [box for box in picture.boxes if box.id in gone]
    leaves = [name for name in _by_step(picture, step_of) if name in gone]
    ellipses = Ellipses("loop")
    named = set(leaves)
    rest = [box for box in members if box.id not in named]
    levels = zip(*[box.scope for box in rest], strict=False)
    scope = [level[0] for level in takewhile(lambda level: len({*level}) == 1, levels)]
    ellipses.add([box.id for box in rest], (said, f"× {last - first + 1}"), tuple(scope))
    if len(leaves) > 1:  # a single one is no larger than an ellipsis
        ellipses.add(leaves, (_names(picture, leaves),), ())
    return ellipses.within(picture, NOTE.format(said, them))


def _left_out(picture: Picture, step_of: Mapping[str, int], between: range) -> set[str]:
    """The names of the boxes that are left out."""
    inside = set(step_of)
    users: dict[str, set[str]] = {}
    latest = dict(step_of)  # the last step that a box depends on
    for arrow in picture.arrows:  # operands before results
        users.setdefault(arrow.tail, set()).add(arrow.head)
        latest[arrow.head] = max(latest.get(arrow.tail, 0), latest.get(arrow.head, 0))
    gone = {
        name
        for name, step in latest.items()
        if step in between and (name in inside or users.get(name, set()).isdisjoint(inside))
    }
    after, before = set(gone), set(gone)
    for arrow in picture.arrows:
        after |= {arrow.head} if arrow.tail in after else set()
    for arrow in reversed(picture.arrows):
        before |= {arrow.tail} if arrow.head in before else set()
    gone |= after & before
    for name in (box.id for box in reversed(picture.boxes)):
        used = users.get(name, set())
        of_the_first = 0 < latest.get(name, 0) < between.start and used.isdisjoint(inside)
        if used and used <= gone and name not in inside and not of_the_first:
            gone.add(name)
    return gone


def _by_step(picture: Picture, step_of: Mapping[str, int]) -> list[str]:
    """The boxes of leaves in the order of the steps that use them first."""
    first = dict(step_of)
    for arrow in reversed(picture.arrows):
        if arrow.head in first:
            first[arrow.tail] = min(first[arrow.head], first.get(arrow.tail, first[arrow.head]))
    leaves = [name for name, x in picture.nodes.items() if graph.is_leaf(x)]
    named = [name for name in leaves if not graph.is_constant(picture.nodes[name])]
    return sorted(named, key=lambda name: first.get(name, 0))


def _names(picture: Picture, leaves: Sequence[str]) -> str:
    """The first and the last, where their names differ in an index alone; else how many."""
    labels = [text.one_line(graph.label(picture.nodes[name]), 16) for name in leaves]
    alike = all(labels) and len({label.rstrip(INDICES) for label in labels}) == 1
    return f"{labels[0]} to {labels[-1]}" if alike else plural(len(leaves), "input")
