"""Sheets: a picture, or what one of its frames holds, laid out as columns of items.

Vocabulary: see :mod:`autograd_mini.show.layout.columns`. *Along* is the direction of the arrows,
*across* the one in which a column runs. A *port* is where an arrow meets its item, as a distance
across from its middle. Before each column is a *zone* for the labels of the arrows into it, where
they run straight, and before that one in which they curve.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from autograd_mini.show import text
from autograd_mini.show.layout.columns import Columns, Join
from autograd_mini.show.layout.stacking import Wish, pooled, stacked
from autograd_mini.show.picture import Picture

Point = tuple[float, float]
Place = tuple[str, ...]

LABEL = 13.0
"""The size of the text on arrows, in points."""
LINE = 1.2
TIP = 7.0
"""How long the head of an arrow is."""
BETWEEN = {"box": 10.0, "frame": 14.0, "lane": 9.0, "same": 5.0}
"""How far items of a column are apart; lanes of arrows from one box stand closer."""
PORTS = 9.0
"""How far arrows into one box are apart that have no labels."""
EDGE, MARGIN = 4.0, 8.0
TITLE = 17.0
"""The room around the picture, around what a frame holds, and for a frame's name."""
CORNER = 8.0
"""How far from its corner an arrow leaves a box at least."""
CURVE, SLOPE, WIDEST = 20.0, 0.28, 420.0
BEND = 0.25
"""Which part of a curve is spent on turning at either end."""
"""A zone of curves: its least width, its width for each point that a curve rises, its largest."""
ROUND = {"leaf": 0.8, "target": 0.8, "input": 0.8, "bias": 0.8}
"""How much of its side a box that is no rectangle offers to arrows."""


class Rectangle(NamedTuple):
    """A place: the corner at the top left, and the size."""

    x: float
    y: float
    width: float
    height: float


class Route(NamedTuple):
    """How an arrow runs, and where the middle of its label is; None where it has none."""

    points: tuple[Point, ...]
    label: Point | None


class Measures:
    """A picture with the sizes of its boxes, those along the arrows first.

    Args:
        picture: as it is.
        sizes: of the boxes.
        down: whether the arrows point downwards.
    """

    def __init__(
        self, picture: Picture, sizes: Mapping[str, tuple[float, float]], down: bool
    ) -> None:
        self.picture = picture
        self.sizes = sizes
        self.down = down
        self.scope = {box.id: box.scope for box in picture.boxes}
        self.kind = {box.id: box.kind for box in picture.boxes}
        self.labels = [self._label(arrow.text) for arrow in picture.arrows]

    def _label(self, said: str) -> tuple[float, float]:
        if not said:
            return 0.0, 0.0
        lines = said.split("\n")
        wide, tall = text.widest(lines) * LABEL, len(lines) * LABEL * LINE
        return (tall, wide) if self.down else (wide, tall)

    def title(self, place: Place) -> float:
        """How wide a frame's name is."""
        return text.width(place[-1]) * LABEL + 10 if place else 0.0


class _Item:
    """A box, a frame or a lane: its size, and the ports of the arrows before and after it."""

    def __init__(self, along: float, across: float, what: str) -> None:
        self.along = along
        self.up = self.down = across / 2
        self.half = across / 2
        self.what = what  # "box", "frame" or "lane"
        self.ins: dict[int, float] = {}
        self.outs: dict[int, float] = {}
        self.side = 1.0


class Sheet:
    """What is laid out at once.

    Args:
        measures: the picture and its sizes.
        place: of the frame, () for the whole picture.
        framed: whether the places within it have frames.
        arrows: which arrows touch it; left out, all.

    Attributes:
        along, across: its size, once it is settled.

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
        picture = measures.picture
        members = [box.id for box in picture.boxes] if members is None else members
        self._names: list[str | Place] = []
        self._number: dict[str, int] = {}
        inner: dict[Place, list[str]] = {}
        for name in members:
            scope = measures.scope[name] if framed else ()
            key: str | Place = name if len(scope) <= len(place) else scope[: len(place) + 1]
            if not isinstance(key, str):
                if key not in inner:
                    self._names.append(key)
                inner.setdefault(key, []).append(name)
            else:
                self._names.append(key)
        numbers = self._number_of = {key: i for i, key in enumerate(self._names)}
        for key, number in numbers.items():
            self._number |= dict.fromkeys([key] if isinstance(key, str) else inner[key], number)
        touching = range(len(picture.arrows)) if arrows is None else arrows
        joins: dict[int, tuple[int | None, int | None]] = {}
        for i in touching:
            arrow = picture.arrows[i]
            ends = self._number.get(arrow.tail), self._number.get(arrow.head)
            if ends[0] != ends[1] or isinstance(self._names[ends[0] or 0], str):
                joins[i] = ends
        self._sheets = self._made_sheets(inner, numbers)
        self._items = [self._item(key) for key in self._names]
        self._set_ports_in(joins)
        self._columns = Columns(len(self._names), self._joins(joins), self._pins())
        self._ends = joins
        self._add_lanes()
        self._set_ports_out()
        self._stack()
        self._settle_inner()
        self._measure()

    # --- what there is ---

    def _made_sheets(
        self, inner: Mapping[Place, Sequence[str]], numbers: Mapping[str | Place, int]
    ) -> dict[int, Sheet]:
        arrows: dict[Place, list[int]] = {key: [] for key in inner}
        depth = len(self._place) + 1
        scope = self._measures.scope
        for i, arrow in enumerate(self._measures.picture.arrows):
            for key in dict.fromkeys((scope[arrow.tail][:depth], scope[arrow.head][:depth])):
                if key in arrows:
                    arrows[key].append(i)
        return {
            numbers[key]: Sheet(self._measures, key, True, names, arrows[key])
            for key, names in inner.items()
        }

    def _item(self, key: str | Place) -> _Item:
        if isinstance(key, str):
            item = _Item(*self._measures.sizes[key], "box")
            item.side = ROUND.get(self._measures.kind[key], 1.0)
            return item
        sheet = self._sheets[self._number_of[key]]
        item = _Item(0.0, sheet.across, "frame")
        item.ins, item.outs = dict(sheet.entries), dict(sheet.exits)
        return item

    def _pins(self) -> list[object]:
        kind = self._measures.kind
        return [
            ("input" if kind[key] == "input" else None) if isinstance(key, str) else "frame"
            for key in self._names
        ]

    def _joins(self, ends: Mapping[int, tuple[int | None, int | None]]) -> dict[int, Join]:
        found = {}
        for i, (tail, head) in ends.items():
            place = 0.0
            if head is not None:
                item = self._items[head]
                place = (item.ins[i] + item.up) / (item.up + item.down)
            found[i] = Join(tail, head, place)
        return found

    # --- ports ---

    def _set_ports_in(self, ends: Mapping[int, tuple[int | None, int | None]]) -> None:
        """Ports in the order of the operands, and boxes high enough for them and their labels."""
        into: dict[int, list[int]] = {}
        for i, (_, head) in ends.items():
            if head is not None and self._items[head].what == "box":
                into.setdefault(head, []).append(i)
        for head, names in into.items():
            item = self._items[head]
            labels = [self._measures.labels[i][1] for i in names]
            slots = [label + 4.0 if label else PORTS for label in labels]
            total = sum(slots)
            spread = max(1.0, min(1.6, (2 * item.half - 8) / total))
            y = -total * spread / 2
            for i, slot, label in zip(names, slots, labels, strict=True):
                y += slot * spread
                item.ins[i] = y - (3.0 if label else slot * spread / 2)
            if len(names) == 1:
                item.ins[names[0]] = 0.0
            item.half = max(item.half, total * spread / 2 + 4 if len(names) > 1 else 0.0)
            highest = min(item.ins[i] - label for i, label in zip(names, labels, strict=True))
            item.up, item.down = max(item.half, -highest + 2), item.half

    def _add_lanes(self) -> None:
        for lane in self._columns.lane_of:
            assert lane == len(self._items)
            self._items.append(_Item(0.0, 0.0, "lane"))
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
                pitch = self._pitch(item, len(names))
                for i, name in enumerate(names):
                    item.outs[name] = (i - (len(names) - 1) / 2) * pitch

    def _pitch(self, item: _Item, count: int) -> float:
        return min(8.0, 2 * self._slack(item) / (count - 1)) if count > 1 else 0.0

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
        before: dict[int, list[Wish]] = {}
        after: dict[int, list[Wish]] = {}
        spine = self._spine()
        for name, chain in self._columns.chains.items():
            for left, right in itertools.pairwise(chain):
                one, two = self._items[left], self._items[right]
                offset, counts = self._offset(one, two, name), self._counts(left, right, spine)
                before.setdefault(right, []).append((left, offset, counts))
                after.setdefault(left, []).append((right, -offset, counts))
        columns = self._columns.columns
        apart = [
            [self._apart(one, two) for one, two in itertools.pairwise(column)] for column in columns
        ]
        self._at = stacked(columns, apart, before, after, self._rows(spine))
        self._straighten()
        self._move_down()

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

    def _spine(self) -> set[tuple[int, int]]:
        """Pairs of results, the second of which has no other result among its operands."""
        results = {head for _, head in self._ends.values()}
        tails: dict[int, set[int]] = {}
        for tail, head in self._ends.values():
            if tail in results and tail is not None and head is not None:
                tails.setdefault(head, set()).add(tail)
        return {(next(iter(found)), head) for head, found in tails.items() if len(found) == 1}

    def _rows(self, spine: Iterable[tuple[int, int]]) -> list[list[int]]:
        """Frames one after another, as the steps of a loop, each alone in its column."""
        frames = [[x for x in c if x in self._sheets] for c in self._columns.columns]
        alone = {column[0] for column in frames if len(column) == 1}
        rows = []
        after = {left: right for left, right in spine if {left, right} <= alone}
        for start in sorted(after.keys() - after.values()):
            row = [start]
            while row[-1] in after:
                row.append(after[row[-1]])
            rows.append(row)
        return rows

    def _counts(self, left: int, right: int, spine: Container[tuple[int, int]]) -> float:
        """How much it counts that two items stand in a row."""
        kinds = [self._items[left].what, self._items[right].what]
        return (5.0 if (left, right) in spine else 1.0, 2.0, 8.0)[kinds.count("lane")]

    def _offset(self, one: _Item, two: _Item, name: int) -> float:
        """How far below the middle of one item that of the next should be.

        Frames stand in a row. Where an arrow leaves a box is still free within its side.
        """
        if {one.what, two.what} == {"frame"}:
            return 0.0
        offset = one.outs[name] - two.ins[name]
        slack = self._slack(one) if one.what == "box" else 0.0
        return math.copysign(max(abs(offset) - slack, 0.0), offset)

    def _slack(self, item: _Item) -> float:
        """How far from the middle of a box's side an arrow may leave it."""
        return max(item.half * item.side - CORNER, item.half * 0.45)

    def _apart(self, upper: int, lower: int) -> float:
        one, two = self._items[upper], self._items[lower]
        kinds = {one.what, two.what}
        gap = BETWEEN["frame" if kinds == {"frame"} else "box" if "lane" not in kinds else "lane"]
        if kinds == {"lane"}:
            lane_of, arrows = self._columns.lane_of, self._measures.picture.arrows
            if arrows[lane_of[upper]].tail == arrows[lane_of[lower]].tail:
                gap = BETWEEN["same"]
        return one.down + gap + two.up

    def _straighten(self) -> None:
        """Arrows leave a box at the height at which they arrive, where it is high enough."""
        chains = self._columns.chains
        for number, item in enumerate(self._items):
            if item.what != "box" or not item.outs:
                continue
            names = sorted(item.outs, key=item.outs.__getitem__)
            wanted = []
            for name in names:
                y = 0.0
                if len(chains[name]) > 1:
                    nxt = chains[name][1]
                    y = self._at[nxt] + self._items[nxt].ins[name] - self._at[number]
                wanted.append(y)
            pitch, most = self._pitch(item, len(names)), self._slack(item)
            last = len(names) - 1
            places = pooled(wanted, [1.0] * len(names), [pitch] * last)
            for i, (name, y) in enumerate(zip(names, places, strict=True)):
                item.outs[name] = min(max(y, i * pitch - most), most - (last - i) * pitch)

    # --- places along ---

    def _settle_inner(self) -> None:
        """The frames in one column with equally many columns have them in the same places."""
        for column in self._columns.columns:
            sheets = [self._sheets[x] for x in column if x in self._sheets]
            _align(sheets)
            for sheet in sheets:
                sheet.settle()
        for number, sheet in self._sheets.items():
            self._items[number].along = sheet.along

    def _measure(self) -> None:
        """How wide columns and zones are."""
        columns, items = self._columns.columns, self._items
        self._equal_widths()
        self.wide = [max((items[x].along for x in column), default=0.0) for column in columns]
        self.zone = [0.0] * len(columns)
        rises = [0.0] * len(columns)
        rank = {x: r for r, column in enumerate(columns) for x in column}
        for name, chain in self._columns.chains.items():
            head = self._ends[name][1]
            if head is not None and items[head].what == "box":
                label = self._measures.labels[name][0]
                room = TIP + 5 + (label + 2 if label else 0.0)
                self.zone[rank[head]] = max(self.zone[rank[head]], room)
            for left, right in itertools.pairwise(chain):
                rise = self._y(right, name, "ins") - self._y(left, name, "outs")
                rises[rank[right]] = max(rises[rank[right]], abs(rise))
        self.curve = [0.0, *(min(max(CURVE, SLOPE * rise), WIDEST) for rise in rises[1:])]
        self._rank = rank

    def _equal_widths(self) -> None:
        """Boxes of one kind in one column are equally wide."""
        kind = self._measures.kind
        for column in self._columns.columns:
            widest: dict[str, float] = {}
            boxes = [x for x in column if self._items[x].what == "box"]
            for x in boxes:
                key = kind[str(self._names[x])]
                widest[key] = max(widest.get(key, 0.0), self._items[x].along)
            for x in boxes:
                self._items[x].along = widest[kind[str(self._names[x])]]

    def _y(self, item: int, name: int, side: str) -> float:
        return self._at[item] + float(getattr(self._items[item], side)[name])

    def settle(self) -> None:
        """The places along, and the routes, with what the frame needs around them."""
        inside, down = bool(self._place), self._measures.down
        margin = MARGIN if inside else EDGE
        x, self._starts = margin + (TITLE if inside and down else 0.0), []
        for zone, curve, wide in zip(self.zone, self.curve, self.wide, strict=True):
            x += zone + curve
            self._starts.append(x)
            x += wide
        self.along = x + margin
        if inside and not down:
            self.along = max(self.along, self._measures.title(self._place))
        self._pieces = {
            name: self._route(name, chain) for name, chain in self._columns.chains.items()
        }
        for number, sheet in self._sheets.items():
            dx, dy = self._left(number), self._at[number] - sheet.across / 2
            for name, piece in sheet.pieces().items():
                if name not in self._pieces:
                    self._pieces[name] = _moved(piece, dx, dy)

    def _left(self, item: int) -> float:
        rank = self._rank[item]
        spare = self.wide[rank] - self._items[item].along
        return self._starts[rank] + (spare / 2 if self._items[item].what == "box" else 0.0)

    def _route(self, name: int, chain: Sequence[int]) -> Route:
        """From what the arrow leaves, through lanes, to what it enters."""
        tail, head = self._ends[name]
        run = _Run()
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
                run.curve(self._starts[rank] - self.zone[rank], y)
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
                run.to(self._starts[rank] + self.wide[rank], y)
        if head is None:
            run.to(self.along, self._y(chain[-1], name, "outs"))
        return Route(tuple(run.points), label)

    def _piece(self, number: int, name: int) -> Route:
        """How the arrow runs within a frame on this sheet."""
        sheet = self._sheets[number]
        return _moved(sheet.pieces()[name], self._left(number), self._at[number] - sheet.across / 2)

    def pieces(self) -> dict[int, Route]:
        """The routes on this sheet, by arrows."""
        return {name: self._pieces[self._drawn_as.get(name, name)] for name in self._pieces}

    def drawn(self) -> tuple[dict[str, Rectangle], dict[Place, Rectangle], dict[int, Route]]:
        """The boxes, frames and routes."""
        boxes: dict[str, Rectangle] = {}
        frames: dict[Place, Rectangle] = {}
        for number, key in enumerate(self._names):
            item, x = self._items[number], self._left(number)
            if isinstance(key, str):
                y = self._at[number] - item.half
                boxes[key] = Rectangle(x, y, item.along, 2 * item.half)
                continue
            y = self._at[number] - self._sheets[number].across / 2
            frames[key] = Rectangle(x, y, item.along, 2 * item.half)
            inner_boxes, inner_frames, _ = self._sheets[number].drawn()
            boxes |= {name: _shifted(place, x, y) for name, place in inner_boxes.items()}
            frames |= {name: _shifted(place, x, y) for name, place in inner_frames.items()}
        return boxes, frames, self._pieces


class _Run:
    """A route in the making."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def to(self, x: float, y: float) -> None:
        """A straight piece."""
        if not self.points:
            self.points = [(x, y)]
        elif x > self.points[-1][0] + 0.01:
            (a, b) = self.points[-1]
            self.points += [(a + (x - a) / 3, b), (a + (x - a) * 2 / 3, y), (x, y)]

    def curve(self, x: float, y: float) -> None:
        """A piece that is level at both ends."""
        (a, b) = self.points[-1]
        if abs(b - y) < 0.01:
            self.to(x, y)
        else:
            bend = (x - a) * BEND
            self.points += [(a + bend, b), (x - bend, y), (x, y)]

    def follow(self, points: Sequence[Point]) -> None:
        """Another route, from where this one is."""
        if self.points:
            self.to(*points[0])
            self.points += points[1:]
        else:
            self.points = list(points)


def _align(sheets: Sequence[Sheet]) -> None:
    """Give frames with equally many columns the same widths."""
    groups: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        groups.setdefault(len(sheet.wide), []).append(sheet)
    for group in groups.values():
        for what in ("wide", "zone", "curve"):
            most = [max(column) for column in zip(*(getattr(s, what) for s in group), strict=True)]
            for sheet in group:
                setattr(sheet, what, list(most))


def _moved(route: Route, dx: float, dy: float) -> Route:
    label = route.label and (route.label[0] + dx, route.label[1] + dy)
    return Route(tuple((x + dx, y + dy) for x, y in route.points), label)


def _shifted(place: Rectangle, dx: float, dy: float) -> Rectangle:
    return place._replace(x=place.x + dx, y=place.y + dy)
