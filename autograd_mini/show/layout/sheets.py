"""Sheets: a picture, or what one of its frames holds, laid out as columns of items.

Vocabulary: see :mod:`autograd_mini.show.layout.items`. Before each column is a *zone* for the
labels of the arrows into it, where they run straight, and before that one in which they curve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from autograd_mini.show.layout.columns import Columns, Join
from autograd_mini.show.layout.items import (
    EDGE,
    MARGIN,
    ROUND,
    TIP,
    TITLE,
    Contents,
    Ends,
    Item,
    Measures,
    Run,
)
from autograd_mini.show.layout.ports import align, enter, equal, leave, straighten, widths
from autograd_mini.show.layout.stacking import apart, rows, spine, stacked, wishes
from autograd_mini.show.picture import Picture, Place, Point, Rectangle, Route


class Sheet:
    """What is laid out at once.

    Args:
        measures: the picture and its sizes.
        place: of the frame, () for the whole picture.
        framed: whether the places within it have frames.
        arrows: which arrows touch it; left out, all.

    Attributes:
        along, across: its size, once it is settled.
        widths: of its columns.
        entries, exits: where arrows cross its edges, as ports of its frame.
        pieces: how arrows run on it, once it is settled.

    Raises:
        ValueError: what it holds leads in a circle.
    """

    def __init__(
        self,
        measures: Measures,
        place: Place,
        framed: bool,
        members: Sequence[str] | None = None,
        arrows: Iterable[int] | None = None,
    ) -> None:
        self._measures = measures
        self._place = place
        self._drawn_as: dict[int, int] = {}
        contents = Contents(measures, place, framed, members, arrows)
        self._names, joins = contents.names, contents.joins
        self._sheets = {
            contents.numbers[key]: Sheet(measures, key, True, names, contents.into[key])
            for key, names in contents.inner.items()
        }
        self._number_of = contents.numbers
        self._items = [self._item(key) for key in self._names]
        enter(self._items, joins, [across for _, across in measures.labels])
        self._columns = Columns(len(self._names), self._joins(joins), self._pins())
        self._ends = joins
        self._add_lanes()
        self._set_ports_out()
        self._stack()
        self._settle_inner()
        equal(self._columns.columns, self._items, [*map(self._kind, self._names)])
        self._rank = {x: r for r, column in enumerate(self._columns.columns) for x in column}
        self.widths = widths(self._columns, self._items, joins, measures.labels, self._at)

    # --- what there is ---

    def _item(self, key: str | Place) -> Item:
        if isinstance(key, str):
            item = Item(*self._measures.sizes[key], "box")
            item.side = ROUND.get(self._measures.kind[key], 1.0)
            return item
        sheet = self._sheets[self._number_of[key]]
        item = Item(0.0, sheet.across, "frame")
        item.ins, item.outs = dict(sheet.entries), dict(sheet.exits)
        return item

    def _pins(self) -> dict[int, object]:
        """Frames stay in their order, and so do inputs."""
        kinds = {i: self._kind(key) or "frame" for i, key in enumerate(self._names)}
        return {i: kind for i, kind in kinds.items() if kind in {"input", "frame"}}

    def _kind(self, key: str | Place) -> str:
        return self._measures.kind[key] if isinstance(key, str) else ""

    def _joins(self, ends: Mapping[int, Ends]) -> dict[int, Join]:
        found = {}
        for i, (tail, head) in ends.items():
            place = 0.0
            if head is not None:
                item = self._items[head]
                place = (item.ins[i] + item.up) / (item.up + item.down)
            found[i] = Join(tail, head, place)
        return found

    # --- ports ---

    def _add_lanes(self) -> None:
        for lane in self._columns.lane_of:
            assert lane == len(self._items)
            self._items.append(Item(0.0, 0.0, "lane"))
            name = self._columns.lane_of[lane]
            self._items[lane].ins[name] = self._items[lane].outs[name] = 0.0

    def _set_ports_out(self) -> None:
        """Ports in the order of what the arrows lead to next."""
        at = {x: i for column in self._columns.columns for i, x in enumerate(column)}
        leaving: dict[int, list[tuple[float, int]]] = {}
        for name, chain in self._columns.chains.items():
            if self._ends[name][0] is None:
                continue
            port = 0.0
            if len(chain) > 1:
                item = self._items[chain[1]]
                port = at[chain[1]] + (item.ins[name] + item.up) / (item.up + item.down + 1)
            leaving.setdefault(chain[0], []).append((port, name))
        for number, arrows in leaving.items():
            names = [name for _, name in sorted(arrows)]
            item = self._items[number]
            if item.what == "frame":
                self._sheets[number].exchange(names, self._measures.picture)
                item.outs = dict(self._sheets[number].exits)
            else:
                leave(item, names)

    def exchange(self, wanted: Sequence[int], picture: Picture) -> None:
        """Give the exits of each box to its arrows in the order in which they lead on."""
        by_tail: dict[str, list[int]] = {}
        for name in wanted:
            by_tail.setdefault(picture.arrows[name].tail, []).append(name)
        for names in by_tail.values():
            old = sorted(names, key=self.exits.__getitem__)
            exits, drawn = self.exits.copy(), self._drawn_as.copy()
            for name, other in zip(names, old, strict=True):
                self.exits[name] = exits[other]
                self._drawn_as[name] = drawn.get(other, other)

    # --- places across ---

    def _stack(self) -> None:
        items, columns, chains = self._items, self._columns.columns, self._columns.chains
        pairs = spine(self._ends.values())
        before, after = wishes(pairs, items, chains)
        gaps = [
            [apart(items[x], items[y], self._same(x, y)) for x, y in pairwise(column)]
            for column in columns
        ]
        self._at = stacked(columns, gaps, before, after, rows(pairs, items, columns))
        straighten(items, chains, self._at)
        self._move_down()

    def _same(self, upper: int, lower: int) -> bool:
        """Whether two items are lanes of arrows from one box."""
        lane_of, arrows = self._columns.lane_of, self._measures.picture.arrows
        both = upper in lane_of and lower in lane_of
        return both and arrows[lane_of[upper]].tail == arrows[lane_of[lower]].tail

    def _move_down(self) -> None:
        """The places count from the upper edge of the frame, from then on."""
        at, items = self._at, self._items
        inside = bool(self._place)
        margin = MARGIN if inside else EDGE
        top = min((at[i] - item.up for i, item in enumerate(items)), default=0.0)
        bottom = max((at[i] + item.down for i, item in enumerate(items)), default=0.0)
        shift = margin + (TITLE if inside and not self._measures.down else 0.0) - top
        self.across = bottom + shift + margin
        if inside and self._measures.down:
            self.across = max(self.across, self._measures.title(self._place))
        for i in at:
            at[i] += shift
        self.entries: dict[int, float] = {}
        self.exits: dict[int, float] = {}
        for name, chain in self._columns.chains.items():
            tail, head = self._ends[name]
            if tail is None:
                self.entries[name] = self._y(chain[0], name, "ins") - self.across / 2
            if head is None:
                self.exits[name] = self._y(chain[-1], name, "outs") - self.across / 2

    # --- places along ---

    def _settle_inner(self) -> None:
        """The frames in one column with equally many columns have them in the same places."""
        for column in self._columns.columns:
            sheets = [self._sheets[x] for x in column if x in self._sheets]
            align([sheet.widths for sheet in sheets])
            for sheet in sheets:
                sheet.settle()
        for number, sheet in self._sheets.items():
            self._items[number].along = sheet.along

    def _y(self, item: int, name: int, side: str) -> float:
        return self._at[item] + float(getattr(self._items[item], side)[name])

    def settle(self) -> None:
        """The places along, and the routes, with what the frame needs around them."""
        inside, down = bool(self._place), self._measures.down
        margin = MARGIN if inside else EDGE
        x, self._starts = margin + (TITLE if inside and down else 0.0), []
        for zone, curve, wide in self.widths:
            x += zone + curve
            self._starts.append(x)
            x += wide
        self.along = x + margin
        if inside and not down:
            self.along = max(self.along, self._measures.title(self._place))
        self.pieces = {x: self._route(x, chain) for x, chain in self._columns.chains.items()}
        for number, sheet in self._sheets.items():
            for name in sheet.pieces.keys() - self.pieces.keys():
                self.pieces[name] = self._piece(number, name)

    def _left(self, item: int) -> float:
        rank = self._rank[item]
        spare = self.widths[rank].wide - self._items[item].along
        return self._starts[rank] + (spare / 2 if self._items[item].what == "box" else 0.0)

    def _route(self, name: int, chain: Sequence[int]) -> Route:
        """From what the arrow leaves, through lanes, to what it enters."""
        tail, head = self._ends[name]
        run = Run()
        label: Point | None = None
        for x in chain:
            item, rank = self._items[x], self._rank[x]
            y = self._y(x, name, "outs" if x == tail else "ins")
            left = self._left(x)
            if x == tail and x == chain[0] and item.what == "frame":
                run.follow(self._piece(x, name).points)
            elif x == tail and x == chain[0]:
                run.to(left + item.along / 2, y)
            else:
                if tail is None and x == chain[0]:
                    run.to(0.0, y)
                run.curve(self._starts[rank] - self.widths[rank].zone, y)
                run.to(left, y)
            if x == head and item.what == "frame":
                piece = self._piece(x, name)
                run.follow(piece.points)
                label = piece.label
            elif x == head:
                along, across = self._measures.labels[name]
                if along:
                    label = (left - TIP - 2 - along / 2, y - across / 2 - 1)
            else:
                run.to(self._starts[rank] + self.widths[rank].wide, y)
        if head is None:
            run.to(self.along, self._y(chain[-1], name, "outs"))
        return Route(tuple(run.points), label)

    def _piece(self, number: int, name: int) -> Route:
        """How the arrow runs within a frame on this sheet."""
        return self._sheets[number].piece(name).shifted(*self._corner(number))

    def piece(self, name: int) -> Route:
        """How an arrow runs on this sheet."""
        return self.pieces[self._drawn_as.get(name, name)]

    def _corner(self, number: int) -> Point:
        """Where a frame on this sheet begins."""
        return self._left(number), self._at[number] - self._sheets[number].across / 2

    def drawn(self) -> tuple[dict[str, Rectangle], dict[Place, Rectangle], dict[int, Route]]:
        """The boxes, frames and routes."""
        boxes: dict[str, Rectangle] = {}
        frames: dict[Place, Rectangle] = {}
        for number, key in enumerate(self._names):
            item = self._items[number]
            if isinstance(key, str):
                corner = self._left(number), self._at[number] - item.half
                boxes[key] = Rectangle(*corner, item.along, 2 * item.half)
                continue
            x, y = self._corner(number)
            frames[key] = Rectangle(x, y, item.along, 2 * item.half)
            inner_boxes, inner_frames, _ = self._sheets[number].drawn()
            boxes |= {name: place.shifted(x, y) for name, place in inner_boxes.items()}
            frames |= {name: place.shifted(x, y) for name, place in inner_frames.items()}
        return boxes, frames, self.pieces
