"""What changes in the picture behind a walk, step by step.

Vocabulary: *lit* is what a step is about: the box whose number or gradient changes, the box that
hands on, the arrows between. Boxes and arrows are told by their places in the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

Lines = tuple[str, ...]


class Lit(NamedTuple):
    """What a step is about, as places in the picture's boxes and arrows.

    Attributes:
        boxes: those whose number or gradient changes.
        source: the box that hands on; None in the forward pass.
        arrows: along which numbers flow.
        forward: whether they flow with the arrows.
    """

    boxes: tuple[int, ...] = ()
    source: int | None = None
    arrows: tuple[int, ...] = ()
    forward: bool = True

    @property
    def side(self) -> str:
        """The colour's name, of a theme's page."""
        return "forward" if self.forward else "backward"


class Moment(NamedTuple):
    """What the picture shows after a step.

    Attributes:
        lines: of the boxes.
        notes: the lines of the arrows with a weight, by their places.
        born: the boxes that have their numbers.
        seen: the arrows along which a gradient has flowed.
        lit: what the step is about.
    """

    lines: list[Lines]
    notes: dict[int, Lines]
    born: set[int]
    seen: set[int]
    lit: Lit


class Film(NamedTuple):
    """What changes from step to step.

    Attributes:
        first: the boxes' lines before the first step.
        first_notes: those of the arrows with a weight, by their places.
        changes: for each step the boxes that it changes, and their lines from then on.
        notes: the same for the arrows with a weight.
        born: for each step the boxes that get their numbers in it.
        lit: for each step what it is about.
    """

    first: Sequence[Lines]
    first_notes: Mapping[int, Lines]
    changes: Sequence[Mapping[int, Lines]]
    notes: Sequence[Mapping[int, Lines]]
    born: Sequence[Sequence[int]]
    lit: Sequence[Lit]

    def moments(self, runs: Iterable[tuple[int, int]]) -> Iterator[Moment]:
        """What the picture shows after each run of steps, given by its first and last.

        The moments share their lists and sets, which go on.
        """
        lines, notes, born, seen = [*self.first], {**self.first_notes}, set[int](), set[int]()
        for first, last in runs:
            lits = self.lit[first : last + 1]
            for i, lit in enumerate(lits, first):
                for place, changed in self.changes[i].items():
                    lines[place] = changed
                notes |= self.notes[i]
                born.update(self.born[i])
                seen.update(() if lit.forward else lit.arrows)
            boxes = dict.fromkeys(place for lit in lits for place in lit.boxes)
            arrows = dict.fromkeys(place for lit in lits for place in lit.arrows)
            about = lits[0]._replace(boxes=tuple(boxes), arrows=tuple(arrows))
            yield Moment(lines, notes, born, seen, about)

    def at(self, step: int) -> Moment:
        """What the picture shows after a single step, counted from 0."""
        (moment,) = self.moments([(0, step)])
        return moment._replace(lit=self.lit[step])
