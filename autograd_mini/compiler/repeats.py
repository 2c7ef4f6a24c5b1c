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
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from operator import itemgetter, sub

from autograd_mini.compiler.folding import Folder, Run
from autograd_mini.compiler.recording import LOOPED, PARAMETER, SUMS, Recording, longest_path
from autograd_mini.rows import Op

LEAST = 4
"""Rounds from which on they are a loop."""

DEEPER = 8
"""And where each round has parameters of its own, as layers have."""

MOST = 16
"""So many loops are looked for."""

WORTH = 150
"""Fewer entries in all are written out: that is short, and runs faster."""

FAR = 4
"""How many rounds ago something may have been made that is carried."""


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
    path = longest_path(recording, LEAST)
    if not path:
        return None
    behind = [row.arity != 0 or row is LOOPED for row in recording.rows]
    order = sorted(range(len(behind)), key=behind.__getitem__)
    places = dict(zip(order, range(len(order)), strict=True))
    found = periods(path, places, recording.rows)
    if not found:
        return None
    leading = recording.picked(order)
    finder = _Finder(leading)
    for period, at in found:
        run = finder.run(period, at)
        if run is not None:
            return Folder(leading, run).folded()
    return None


class _Finder:
    """The search for one loop in a recording whose leaves come first."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.operands = recording.operands
        kinds: dict[Hashable, int] = {}
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
            begin = range(start, start + count * period, period)
            rounds = [list(chain.from_iterable(self.operands[i : i + period])) for i in begin]
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


def alike(kinds: bytes, i: int, j: int, way: int) -> int:
    """How many entries from i on, or back, are of the same kinds as those from j on."""
    unit = array("L").itemsize
    size = len(kinds) // unit
    most = size - max(i, j) if way > 0 else min(i, j) + 1
    done, chunk, growing = 0, 64, True
    while done < most and chunk:
        chunk = min(chunk, most - done)
        a, b = (x + way * done - (chunk - 1 if way < 0 else 0) for x in (i, j))
        if kinds[a * unit : (a + chunk) * unit] == kinds[b * unit : (b + chunk) * unit]:
            done += chunk
            chunk *= 2 if growing else 1
        else:
            growing = False
            chunk //= 2
    return done


SHORT, WINDOW, TRIES = 200, 6, 60


def periods(
    path: Sequence[int], places: Mapping[int, int], rows: Sequence[Op]
) -> list[tuple[int, int]]:
    """Periods that a path shows, and an entry in the middle; the best first.

    Args:
        path: the entries.
        places: for each entry its number when leaves come first.
        rows: of the entries.
    """
    codes: dict[Hashable, int] = {}
    where = [places[i] for i in path]
    steps = [
        codes.setdefault((rows[i], b - a), len(codes))
        for i, (a, b) in zip(path, pairwise(where), strict=False)
    ]
    data = array("L", steps).tobytes()
    size = len(steps)
    found: dict[int, tuple[int, int, int]] = {}
    for at in sorted({size * k // 8 for k in range(1, 8)}):
        for q in _returns(data, steps, at):
            ahead = alike(data, at, at + q, 1)
            back = alike(data, at - 1, at - 1 + q, -1)
            if ahead + back < q:  # not even two rounds
                continue
            period = where[at + q] - where[at]
            best = (ahead + back + q, -q, where[at + (ahead - back) // 2])
            found[period] = max(found.get(period, best), best)
            if 8 * best[0] > 7 * size:  # it repeats from one end to the other
                break
    order = sorted(found, key=lambda period: found[period][:2], reverse=True)
    return [(period, found[period][2]) for period in order[:8]]


def _returns(data: bytes, steps: Sequence[int], at: int) -> list[int]:
    """How far from a link of the chain links like it and its successors are."""
    if len(steps) <= SHORT:
        return [k - at for k in range(at + 1, len(steps)) if steps[k] == steps[at]]
    unit = array("L").itemsize
    window = data[at * unit : (at + WINDOW) * unit]
    found: list[int] = []
    k = at * unit
    while len(found) < TRIES and (k := data.find(window, k + 1)) >= 0:
        if k % unit == 0:
            found.append(k // unit - at)
    return found
