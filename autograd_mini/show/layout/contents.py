"""What is on a sheet: boxes, the frames that hold other boxes, and the arrows that touch them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_mini.show.layout.items import Ends, Measures
from autograd_mini.show.picture import Place


class Contents:
    """The contents of one sheet.

    Args:
        measures: the picture and its sizes.
        place: of the sheet's own frame, () for the whole picture.
        framed: whether the places within it have frames.
        members: the names of the boxes in it; None for all.
        arrows: which arrows touch it; None for all.

    Attributes:
        names: the boxes and frames that stand on it, by their numbers.
        numbers: the other way round.
        inner: for each frame the boxes in it.
        into: for each frame the arrows that touch it.
        joins: for each arrow the two that it joins, where it is not within one frame.
    """

    def __init__(
        self,
        measures: Measures,
        place: Place,
        framed: bool,
        members: Sequence[str] | None,
        arrows: Iterable[int] | None,
    ) -> None:
        picture = measures.picture
        self.inner: dict[Place, list[str]] = {}
        key_of: dict[str, str | Place] = {}
        for name in measures.scope if members is None else members:
            scope = measures.scope[name] if framed else ()
            key: str | Place = name if len(scope) <= len(place) else scope[: len(place) + 1]
            key_of[name] = key
            if not isinstance(key, str):
                self.inner.setdefault(key, []).append(name)
        self.names = list(dict.fromkeys(key_of.values()))
        self.numbers = {key: i for i, key in enumerate(self.names)}
        self.into: dict[Place, list[int]] = {key: [] for key in self.inner}
        self.joins: dict[int, Ends] = {}
        for i in range(len(picture.arrows)) if arrows is None else arrows:
            arrow = picture.arrows[i]
            tail, head = key_of.get(arrow.tail), key_of.get(arrow.head)
            for end in dict.fromkeys((tail, head)):
                if isinstance(end, tuple):
                    self.into[end].append(i)
            if tail != head or isinstance(tail, str):
                self.joins[i] = (self._number(tail), self._number(head))

    def _number(self, key: str | Place | None) -> int | None:
        return None if key is None else self.numbers[key]
