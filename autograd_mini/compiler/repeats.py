"""Where the program repeats along a chain: runs of entries of a recording that are one loop.

Vocabulary:

- *round*: one execution of the loop's body; round t + 1 does to the results of round t what that
  did to those of round t − 1.
- *period*: how many entries a round has; entry i and entry i + period apply the same row.
- An operand of an entry of the body is *inside*, if the same round made it; *carried*, if an
  earlier round did (in the first round it is something from before the loop, its *first*); *fixed*,
  if it is the same entry in every round; an *item*, if each round reads another entry from before
  the loop: step t's number of the argument, say.

What is found: a chain of rounds that follow each other in the order of recording, at least
:data:`LEAST` of them and :data:`WORTH` entries in all, each with the same rows in the same order
and operands in the same places. The first and the last rounds may differ (states that begin as
constants, what nobody reads at the end): they stay outside. What was made before the loop for its
rounds alone, alike for each, is made in them. Several loops, one after the other, are all found; a
loop inside of a loop is not, it is written out in the body of the outer one.

What is not found: rounds of different length (all pairs i < j, shrinking panels), and what repeats
without a chain, as the units of a layer do: colours bring these together already (:mod:`normal`).
A mere sum over many terms is no loop either.

How: the longest chain of the recording, sums counted as one link, shows the period; the cut between
rounds is where the fewest entries are handed over; then every entry of every round is compared.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from operator import itemgetter, sub
from typing import Any, NamedTuple

from autograd_mini.compiler.periods import LEAST, SUMS, alike, longest_path, periods
from autograd_mini.compiler.record import PARAMETER, Recording
from autograd_mini.rows import CONSTANT, Op, leaf_row

LOOPED, CARRIED, ITEM, FIXED = map(leaf_row, ("looped", "carried", "item", "fixed"))
"""Leaves: of the surrounding recording, the result of a loop; of a body, what it reads."""


DEEPER = 8
"""And where each round has parameters of its own, as layers have."""

NONE = -1

DEEPEST = 100
"""The longest chain of entries before a loop that its rounds make themselves."""

MOST = 16
"""So many loops are looked for."""

WORTH = 150
"""Fewer entries in all are written out: that is short, and runs faster."""

FAR = 4
"""How many rounds ago something may have been made that is carried."""


class Looped(NamedTuple):
    """What a leaf LOOPED stands for.

    Attributes:
        loop: the number of the loop.
        which: the number of what is carried, or -1 - the number of what is stacked.
        round: of what is carried the value before this round (their count: after the last); of
            what is stacked that of this round.
    """

    loop: int
    which: int
    round: int


class Loop(NamedTuple):
    """A loop; *outside* are entries of the recording that holds it.

    Attributes:
        rounds: how many there are.
        body: one round, its leaves PARAMETER, CONSTANT, and CARRIED, ITEM, FIXED, each with a
            number; the numbers are those of the first round.
        first: for each that is carried the entry outside with which it begins.
        last: for each that is carried the entry of the body that it is in the next round.
        items: for each item its entries outside, one for each round.
        fixed: the entries outside that are fixed.
        stacked: entries of the body of which every round's is a result.
    """

    rounds: int
    body: Recording
    first: list[int]
    last: list[int]
    items: list[list[int]]
    fixed: list[int]
    stacked: list[int]

    def moved(self, new: Callable[[int], int]) -> Loop:
        """The loop where the entries outside have new numbers."""
        return self._replace(
            first=list(map(new, self.first)),
            items=[list(map(new, item)) for item in self.items],
            fixed=list(map(new, self.fixed)),
        )

    def read(self) -> list[int]:
        """The entries outside that it reads."""
        return [*self.first, *chain.from_iterable(self.items), *self.fixed]


class Run(NamedTuple):
    """Rounds of a recording.

    Attributes:
        start: the first entry of the first round.
        period: the entries of a round.
        rounds: how many there are.
        slots: for each round its operands, one after the other.
        outside: for each slot that reads from before the loop, what it reads in each round.
        steady: the number of a round that is like its neighbours.
    """

    start: int
    period: int
    rounds: int
    slots: list[list[int]]
    outside: dict[int, tuple[int, ...]]
    steady: int


def folded(recording: Recording) -> Recording:
    """The recording with its loops folded; the recording itself, if there are none."""
    for _ in range(MOST):
        found = _with_one(recording)
        if found is None:
            return recording
        recording = found
    return recording


def _with_one(recording: Recording) -> Recording | None:
    """The recording with one more loop folded; None if there is none."""
    path = longest_path(recording)
    if not path:
        return None
    behind = [row.arity != 0 or row is LOOPED for row in recording.rows]
    leaves = behind.count(False)
    ahead = list(accumulate(behind, initial=0))
    places = [
        leaves + n if late else i - n
        for i, (n, late) in enumerate(zip(ahead, behind, strict=False))
    ]
    found = periods(path, places, recording.rows)
    if not found:
        return None
    leading = _leaves_first(recording, places)
    finder = _Finder(leading)
    for period, at in found:
        run = finder.run(period, at)
        if run is not None:
            return _Folder(leading, run).folded()
    return None


class _Finder:
    """The search for one loop in a recording whose leaves come first."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.operands = recording.operands
        kinds: dict[Any, int] = {}
        arities = map(len, recording.operands)
        pairs = zip(recording.rows, arities, strict=True)
        self.kinds = array("L", [kinds.setdefault(pair, len(kinds)) for pair in pairs]).tobytes()

    def run(self, period: int, at: int) -> Run | None:
        """The rounds of this period around an entry; None if there are too few."""
        ahead = alike(self.kinds, at, at + period, 1)
        back = alike(self.kinds, at - 1, at - 1 + period, -1)
        low, high = at - back, at + ahead + period
        if (high - low) // period < LEAST:
            return None
        best = None
        for part in (2, 4, 1.5):  # two loops of equal rounds may follow each other
            start = low + self._cut(low, period, int((high - low) // period // part))
            found = self._rounds(start, period, (high - start) // period, part)
            if found is not None and self._chained(found):
                best = found if best is None or found.rounds > best.rounds else best
                if 2 * best.rounds * period > high - low:
                    break
        return best

    def _flat(self, start: int, period: int) -> list[int]:
        """The operands of all entries of a round, one after the other."""
        return list(chain.from_iterable(self.operands[start : start + period]))

    def _cut(self, low: int, period: int, number: int) -> int:
        """Where in the period the fewest entries are handed from round ``number`` to the next.

        Of several such places the one where they are most alike, the first of these.
        """
        middle = low + max(0, number - 1) * period
        reach: dict[int, int] = {}
        for i in range(middle, middle + period):
            for j, k in zip(self.operands[i], self.operands[i + period], strict=True):
                if k - j == period and j >= low and i - j <= FAR * period:
                    place = (j - low) % period
                    reach[place] = max(reach.get(place, 0), i - j)
        handed = [0] * (period + 1)
        for place, length in reach.items():  # the cuts place + 1 … place + length, round and round
            whole, rest = divmod(length, period)
            handed[0] += whole
            start, stop = place + 1, place + rest + 1
            for a, b in ((start, min(stop, period)), (0, stop - period)):
                if a < b:
                    handed[a] += 1
                    handed[b] -= 1
        crossing = list(accumulate(handed[:period]))
        fewest = min(crossing)
        rows, operands = self.recording.rows, self.operands

        def alike(cut: int) -> tuple[int, int]:
            found = set()
            for place, length in reach.items():
                if (cut - place - 1) % period < length:
                    i = middle + place
                    found.add((rows[i], *[rows[j] for j in operands[i]]))
            return len(found), cut

        return min((cut for cut, n in enumerate(crossing) if n == fewest), key=alike)

    def _rounds(self, start: int, period: int, count: int, part: float) -> Run | None:
        """The rounds that agree, operands and all, around one in this part of them."""
        while count >= LEAST:
            rounds = [self._flat(start + t * period, period) for t in range(count)]
            middle = max(0, int(count // part) - 1)
            one, next_ = rounds[middle], rounds[middle + 1]
            steps = list(map(sub, next_, one))
            late = [j for j, step in zip(one, steps, strict=True) if step == 0 and j >= start]
            if not late:
                break
            skipped = (max(late) - start) // period + 1  # what is fixed must come before the loop
            start, count = start + skipped * period, count - skipped
        else:
            return None
        moving = [k for k, j in enumerate(one) if j >= start]
        far = start + (middle - FAR) * period
        if not moving or any(steps[k] != period or one[k] < far for k in moving):
            return None
        resting = [k for k, j in enumerate(one) if j < start]
        inside, outside = _picker(moving), _picker(resting)
        exact = [period] * len(moving)

        def follows(t: int) -> bool:
            """Whether round t + 1 does to round t + 1 − d what round t does to round t − d."""
            return list(map(sub, inside(rounds[t + 1]), inside(rounds[t]))) == exact

        def rests(t: int) -> bool:
            return max(outside(rounds[t]), default=-1) < start

        last = middle
        while last + 1 < count and rests(last + 1) and follows(last):
            last += 1
        first = middle
        while first > 0 and rests(first - 1) and follows(first - 1):
            first -= 1
        odd: list[int] = []
        """Where the rounds would read that read something else, from before the loop."""
        while first > 0 and rests(first - 1):
            begins, back = start + (first - 1) * period, (middle - first + 1) * period
            pairs = zip(inside(rounds[first - 1]), inside(one), strict=True)
            others = [(j, k - back) for j, k in pairs if j != k - back]
            odd += [k for _, k in others]
            if any(j >= begins for j, _ in others) or max(odd, default=-1) >= begins:
                break
            first -= 1
        if last - first + 1 < LEAST or not rests(middle):
            return None
        columns = list(zip(*map(outside, rounds[first : last + 1]), strict=True))
        return Run(
            start + first * period, period, last - first + 1, rounds[first : last + 1],
            dict(zip(resting, columns, strict=True)), middle - first,
        )  # fmt: skip

    def _chained(self, run: Run) -> bool:
        """Whether it is a chain, not a mere sum, and worth a loop."""
        rows = self.recording.rows
        own = any(
            rows[column[0]] is PARAMETER and len(set(column)) > 1 for column in run.outside.values()
        )
        if (own and run.rounds < DEEPER) or run.rounds * run.period < WORTH:
            return False
        begins = run.start + run.steady * run.period
        reached: set[int] = set()
        for i in range(begins, begins + run.period):
            carried = any(run.start <= j < begins or j in reached for j in self.operands[i])
            if carried:
                reached.add(i)
        return any(rows[i] not in SUMS for i in reached)


def _picker(places: Sequence[int]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    """A function that picks what stands in these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda numbers: tuple(numbers[k] for k in places)


def _leaves_first(recording: Recording, places: Sequence[int]) -> Recording:
    """The recording with its leaves in front; results of loops stay where they are."""
    if all(place == i for i, place in enumerate(places)):
        return recording
    order = sorted(range(len(places)), key=places.__getitem__)
    new = places.__getitem__
    rows, operands, leaves, numbers, roots, loops, _ = recording
    return Recording(
        [rows[i] for i in order],
        [tuple(map(new, operands[i])) for i in order],
        [leaves[i] for i in order],
        [numbers[i] for i in order],
        [new(root) for root in roots],
        [loop.moved(new) for loop in loops],
    )


def _needed(recording: Recording) -> Recording:
    """The recording without what neither its roots nor its loops depend on; leaves stay."""
    rows, operands, leaves, numbers, roots, loops, _ = recording
    wanted = bytearray(row.arity == 0 and row is not LOOPED for row in rows)
    for i in chain(roots, *(loop.read() for loop in loops)):
        wanted[i] = 1
    for i in range(len(rows) - 1, -1, -1):
        if wanted[i]:
            for j in operands[i]:
                wanted[j] = 1
    if all(wanted):
        return recording
    kept = [i for i, is_wanted in enumerate(wanted) if is_wanted]
    new = dict(zip(kept, range(len(kept)), strict=True)).__getitem__
    return Recording(
        [rows[i] for i in kept],
        [tuple(map(new, operands[i])) for i in kept],
        [leaves[i] for i in kept],
        [numbers[i] for i in kept],
        [new(root) for root in roots],
        [loop.moved(new) for loop in loops],
    )


# --- folding --------------------------------------------------------------------------------------


class _Folder:
    """The work in progress of folding one run."""

    def __init__(self, recording: Recording, run: Run) -> None:
        self.old = recording
        self.run = run
        self.body = Recording([], [], [], [], [])
        self.known: dict[Any, int] = {}
        self.first: list[int] = []
        self.last: list[int] = []
        self.items: list[list[int]] = []
        self.fixed: list[int] = []
        self.stacked: list[int] = []
        self.made: list[int] = []
        """For each place in the period the body's entry."""
        self.uses = Counter(chain.from_iterable(recording.operands))
        self.uses.update(recording.roots)
        self.asked = Counter(run.outside.values())
        self.deep = 0
        """How many entries from before the loop are being made, one for another."""
        self.handed: dict[int, int] = {}
        """For a place in the period what is carried and was made there."""

    def folded(self) -> Recording:
        """The recording with the run in a loop."""
        self._body()
        return _needed(self._around())

    def _add(self, row: Op, operands: tuple[int, ...], leaf: Any, number: float) -> int:
        for column, x in zip(self.body, (row, operands, leaf, number), strict=False):
            column.append(x)  # type: ignore[attr-defined]
        return len(self.body.rows) - 1

    def _body(self) -> None:
        run, old = self.run, self.old
        begins = run.start + run.steady * run.period
        wanted: list[tuple[int, int]] = []
        slot = 0
        for place in range(run.period):
            read = []
            for j in old.operands[begins + place]:
                if slot in run.outside:
                    read.append(self._resting(run.outside[slot]))
                elif j >= begins:
                    read.append(self.made[j - begins])
                else:
                    back = -((j - begins) // run.period)
                    firsts = tuple(run.slots[t][slot] for t in range(back - 1, -1, -1))
                    read.append(self._carried((j - begins) % run.period, firsts, wanted))
                slot += 1
            i = run.start + place
            self.made.append(self._add(old.rows[i], tuple(read), None, old.numbers[i]))
        for which, place in wanted:
            self.last[which] = self.made[place]
            self.handed.setdefault(place, which)

    def _resting(self, column: tuple[int, ...]) -> int:
        """The leaf for what each round reads from before the loop."""
        i = column[0]
        if column.count(i) < len(column):
            key: Any = (ITEM, column)
            if key not in self.known:
                made = self._sunk(column)
                if made == NONE:
                    self.items.append(list(column))
                    made = self._leaf(ITEM, len(self.items) - 1, i)
                self.known[key] = made
        else:
            key = i
            row = self.old.rows[i]
            if key not in self.known and (row is PARAMETER or row is CONSTANT):
                self.known[key] = self._leaf(row, self.old.leaves[i], i)
            elif key not in self.known:
                self.fixed.append(i)
                self.known[key] = self._leaf(FIXED, len(self.fixed) - 1, i)
        return self.known[key]

    def _sunk(self, column: tuple[int, ...]) -> int:
        """An entry that each round can make itself; NONE if they are not alike, or not its own."""
        rows, operands = self.old.rows, self.old.operands
        kinds = {(rows[i], len(operands[i])) for i in column}
        own = self.deep or all(self.uses[i] == self.asked[column] for i in column)
        if len(kinds) > 1 or not operands[column[0]] or not own or self.deep > DEEPEST:
            return NONE
        self.deep += 1
        read = zip(*[operands[i] for i in column], strict=True)
        made = tuple(self._resting(part) for part in list(read))
        self.deep -= 1
        return self._add(rows[column[0]], made, None, self.old.numbers[column[0]])

    def _leaf(self, row: Op, stands_for: Any, i: int) -> int:
        return self._add(row, (), stands_for, self.old.numbers[i])

    def _carried(self, place: int, firsts: tuple[int, ...], wanted: list[tuple[int, int]]) -> int:
        """The leaf for what was made so many rounds ago: each round hands it to the next."""
        key = (CARRIED, place, firsts)
        if key not in self.known:
            before = self._carried(place, firsts[:-1], wanted) if len(firsts) > 1 else NONE
            which = len(self.first)
            if before == NONE:
                wanted.append((which, place))
            self.first.append(firsts[-1])
            self.last.append(before)
            self.known[key] = self._leaf(CARRIED, which, firsts[-1])
        return self.known[key]

    def _around(self) -> Recording:
        """The recording around the loop."""
        run, old = self.run, self.old
        stop = run.start + run.period * run.rounds
        rows, operands, leaves, numbers, roots, loops, _ = old
        after = operands[stop:]
        read = {*chain.from_iterable(after), *roots}
        read.update(chain.from_iterable(loop.read() for loop in loops))
        results = sorted(i for i in read if run.start <= i < stop)
        new: list[int] = list(range(run.start))
        new += [NONE] * (stop - run.start)
        for k, i in enumerate(results):
            new[i] = run.start + k
        new += range(run.start + len(results), run.start + len(results) + len(after))
        place = new.__getitem__
        stands = [self._result(i) for i in results]
        body = self.body._replace(roots=[*self.last, *self.stacked])
        loop = Loop(run.rounds, body, self.first, self.last, self.items, self.fixed, self.stacked)
        return Recording(
            [*rows[: run.start], *[LOOPED] * len(results), *rows[stop:]],
            [*operands[: run.start], *[()] * len(results), *(tuple(map(place, x)) for x in after)],
            [*leaves[: run.start], *stands, *leaves[stop:]],
            [*numbers[: run.start], *[numbers[i] for i in results], *numbers[stop:]],
            [place(root) for root in roots],
            [*(known.moved(place) for known in loops), loop],
        )

    def _result(self, i: int) -> Looped:
        """What an entry of the run is to those outside."""
        number = len(self.old.loops)
        t, place = divmod(i - self.run.start, self.run.period)
        if place in self.handed:
            return Looped(number, self.handed[place], t + 1)
        entry = self.made[place]
        if entry not in self.stacked:
            self.stacked.append(entry)
        return Looped(number, -1 - self.stacked.index(entry), t)
