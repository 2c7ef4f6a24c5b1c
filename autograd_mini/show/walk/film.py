"""What changes in the picture behind a walk, step by step.

Vocabulary: *lit* is what a step is about: the box whose number or gradient changes, the box that
hands on, the arrows between. Boxes and arrows are told by their places in the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
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
    """What changes from step to step, a step being whatever it is cut into.

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

    def cut(self, runs: Iterable[tuple[int, int]]) -> Film:
        """The same with a step for each run of steps, given by its first and last."""
        spans = [slice(first, last + 1) for first, last in runs]
        return self._replace(
            changes=[_together(self.changes[span]) for span in spans],
            notes=[_together(self.notes[span]) for span in spans],
            born=[[*chain.from_iterable(self.born[span])] for span in spans],
            lit=[united(self.lit[span]) for span in spans],
        )

    def moments(self) -> Iterator[Moment]:
        """What the picture shows after each step: the same lists and sets, which go on."""
        lines, notes, born, seen = [*self.first], {**self.first_notes}, set[int](), set[int]()
        for i, lit in enumerate(self.lit):
            for place, changed in self.changes[i].items():
                lines[place] = changed
            notes |= self.notes[i]
            born.update(self.born[i])
            seen.update(() if lit.forward else lit.arrows)
            yield Moment(lines, notes, born, seen, lit)

    def at(self, step: int) -> Moment:
        """What the picture shows after a step, counted from 0; past the last one, at the end."""
        *_, moment = islice(self.moments(), step + 1)
        return moment


def _together(changes: Iterable[Mapping[int, Lines]]) -> dict[int, Lines]:
    """Changes one after another as one."""
    return {place: lines for one in changes for place, lines in one.items()}


def united(lits: Sequence[Lit]) -> Lit:
    """What several steps are about, as one."""
    boxes = dict.fromkeys(place for lit in lits for place in lit.boxes)
    arrows = dict.fromkeys(place for lit in lits for place in lit.arrows)
    return Lit(tuple(boxes), lits[0].source, tuple(arrows), lits[0].forward)
