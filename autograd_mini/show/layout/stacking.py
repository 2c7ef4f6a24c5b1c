"""The places of items in their columns: each near what it is joined to, none over another.

For one column, given where every item would like to be, the best places in the least squares sense
are found at once by pooling neighbours that get in each other's way (Ayer et al., "An empirical
distribution function for sampling with incomplete information", 1955). Sweeps over all columns let
the wishes settle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Wish = tuple[int, float, float]
"""What an item is joined to, how far above it should be then, and how much that counts."""

FIRM = 1e6
"""How much it counts that an item stands in its row."""
SWEEPS = 24
WORK = 200_000
"""How many wishes all sweeps together may look at, but for the first four."""


def stacked(
    columns: Sequence[Sequence[int]],
    apart: Sequence[Sequence[float]],
    before: Mapping[int, Sequence[Wish]],
    after: Mapping[int, Sequence[Wish]],
    rows: Sequence[Sequence[int]] = (),
) -> dict[int, float]:
    """The places of all items, downwards.

    Args:
        columns: the items from top to bottom, column by column.
        apart: how far neighbours in each column are apart at least.
        before, after: for each item the wishes from the left and from the right.
        rows: items of different columns that stand in a row.
    """
    at: dict[int, float] = {}
    for column, gaps in zip(columns, apart, strict=True):
        y = -sum(gaps) / 2
        for x, gap in zip(column, [*gaps, 0.0], strict=False):
            at[x] = y
            y += gap
    wishes = sum(map(len, before.values())) + sum(map(len, after.values()))
    sweeps = max(4, min(SWEEPS, WORK // (wishes + 1)))
    ranks = range(len(columns))
    for sweep in range(sweeps):
        fixed = {x: sum(at[y] for y in row) / len(row) for row in rows for x in row}
        for rank in ranks if sweep % 2 else reversed(ranks):
            wanted, weights = _wanted(columns[rank], at, (before, after))
            for i, x in enumerate(columns[rank]):
                if x in fixed:
                    wanted[i], weights[i] = fixed[x], FIRM
            places = pooled(wanted, weights, apart[rank])
            at.update(zip(columns[rank], places, strict=True))
    return at


def _wanted(
    column: Sequence[int], at: Mapping[int, float], sides: Sequence[Mapping[int, Sequence[Wish]]]
) -> tuple[list[float], list[float]]:
    wanted, weights = [], []
    for x in column:
        total = weight = 0.0
        for side in sides:
            for other, offset, counts in side.get(x, ()):
                total += counts * (at[other] + offset)
                weight += counts
        wanted.append(total / weight if weight else at[x])
        weights.append(weight or 0.01)
    return wanted, weights


def pooled(
    wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]
) -> list[float]:
    """The places nearest to the wanted ones that keep neighbours apart.

    >>> pooled([0.0, 0.0, 9.0], [1.0, 1.0, 1.0], [2.0, 2.0])
    [-1.0, 1.0, 9.0]
    """
    offsets = [0.0]
    for gap in apart:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, float, int]] = []  # where, its weight, how many
    for place, weight, offset in zip(wanted, weights, offsets, strict=False):
        mean, total, count = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            above, heavy, many = pools.pop()
            mean = (above * heavy + mean * total) / (heavy + total)
            total, count = total + heavy, count + many
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]
