"""Random programs with ragged rows, repeated runs, selections, masks and shared factors.

``python -m tests.compiler.fuzz --seed S --count N`` draws N programs from seed S on and runs each
in every tier, in batches of all sizes, with a reduction and an order of calls that are drawn too.
What differs from the eager engine is printed with its seed.

A program is a list of *stages*; each makes a new row or table of numbers from earlier ones. It is
drawn before the function runs, so that the function is the same for every example.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini import Value, ops
from autograd_mini.compiler import compile
from tests.compiler.agreement import EVERY_TIER, Expected, _assert_trains

Row = list[Any]
Stage = Callable[[list[Row]], Row]
"""From the rows made so far to a new one; all have the same length."""

UNARY = ("tanh", "sigmoid", "softplus", "sin", "relu", "abs", "gauss", "silu", "atan", "step")


def dot(x: Sequence[Any], y: Sequence[Any]) -> Any:
    return ops.sum([a * b for a, b in zip(x, y, strict=True)])


def bounded(x: Any) -> Any:
    return ops.tanh(0.5 * x)


class Program:
    """A random function with its parameters and examples.

    Attributes:
        fn: the function.
        params: its parameters.
        examples: a list for each argument.
    """

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.size = rng.randint(2, 5)
        self.params: list[Value] = []
        self.gated = rng.random() < 0.5
        stages = [self.stage() for _ in range(rng.randint(1, 5))]
        ends = [self.end() for _ in range(rng.randint(1, 2))]
        decay = rng.choice([0.0, 0.01])
        first = self.vector()

        def fn(x: Row, i: Any, gate: Any) -> Any:
            rows = [x, [a * b for a, b in zip(first, x, strict=True)]]
            for stage in stages:
                rows.append(stage([*rows, [i]]))
            loss = sum(end(rows) for end in ends) + 0.1 * first[0]
            if self.gated:
                loss = loss * ops.relu(gate)
            return loss + decay * sum(p * p for p in self.params) if decay else loss

        self.fn = fn
        count = rng.randint(1, 5)
        self.examples: list[list[Any]] = [
            [[rng.gauss(0.0, 1.0) for _ in range(self.size)] for _ in range(count)],
            [rng.randrange(self.size) for _ in range(count)],
            [rng.choice([-1.0, 0.5, 2.0]) for _ in range(count)],
        ]
        if self.gated and rng.random() < 0.7:
            self.examples[2][0] = -1.0

    # --- what is drawn --------------------------------------------------------------------------

    def vector(self) -> Row:
        """New parameters."""
        made = [
            Value(self.rng.gauss(0.0, 0.7), f"w{len(self.params) + k}") for k in range(self.size)
        ]
        self.params += made
        return list(made)

    def old(self) -> Row:
        """Parameters that are there already, or new ones."""
        if len(self.params) < self.size or self.rng.random() < 0.6:
            return self.vector()
        start = self.rng.randrange(len(self.params) - self.size + 1)
        return self.params[start : start + self.size]

    def table(self) -> list[Row]:
        return [self.old() for _ in range(self.size)]

    def pick(self) -> Callable[[list[Row]], Row]:
        """One of the rows that there will be."""
        place = self.rng.random()

        def row(rows: list[Row]) -> Row:
            return rows[int(place * (len(rows) - 1))]

        return row

    def reach(self) -> list[list[int]]:
        """For each place the places that it sees: rows that differ in length."""
        n, kind = self.size, self.rng.randrange(7)
        if kind == 0:
            return [list(range(i + 1)) for i in range(n)]
        if kind == 1:
            return [list(range(max(1, i))) for i in range(n)]
        if kind == 2:
            return [list(range(max(0, i - 1), min(n, i + 2))) for i in range(n)]
        if kind == 3:
            return [[j for j in range(n) if j != i] for i in range(n)]
        if kind == 4:
            return [list(range(i, n)) for i in range(n)]
        if kind == 5:
            return [list(range(n)) for _ in range(n)]
        found = [[j for j in range(n) if self.rng.random() < 0.6] for _ in range(n)]
        return [row or [0] for row in found]

    def unary(self) -> Callable[[Any], Any]:
        name = self.rng.choice(UNARY)
        row = ops.TABLE[name]
        return lambda x: row(x)

    def stage(self) -> Stage:
        makers = (
            self.elementwise, self.linear, self.pairs, self.pairs, self.attention, self.attention,
            self.largest, self.selection, self.condition, self.normalised, self.turned,
            self.repeated, self.gram, self.triangular, self.distances,
        )  # fmt: skip
        return self.rng.choice(makers)()

    # --- stages ---------------------------------------------------------------------------------

    def elementwise(self) -> Stage:
        x, y, f, kind = self.pick(), self.pick(), self.unary(), self.rng.randrange(5)
        w = self.old()

        def stage(rows: list[Row]) -> Row:
            a, b = x(rows), y(rows)
            if kind == 0:
                return [f(p) for p in a]
            if kind == 1:
                return [p * q for p, q in zip(a, b, strict=True)]
            if kind == 2:
                return [bounded(p) / (1.0 + q * q) for p, q in zip(a, b, strict=True)]
            if kind == 3:
                return [f(p + v) - q for p, q, v in zip(a, b, w, strict=True)]
            return [w[0] * p for p in a]

        return stage

    def linear(self) -> Stage:
        x, W, f = self.pick(), self.table(), self.unary()
        turned = self.rng.random() < 0.3
        table = [list(column) for column in zip(*W, strict=True)] if turned else W
        return lambda rows: [f(dot(w, x(rows))) for w in table]

    def pairs(self) -> Stage:
        """Σⱼ g(aᵢ·bⱼ) cⱼ over what each place sees."""
        x, y, z, g = self.pick(), self.pick(), self.pick(), self.unary()
        reach, kind, w = self.reach(), self.rng.randrange(4), self.old()

        def stage(rows: list[Row]) -> Row:
            a, b, c = x(rows), y(rows), z(rows)
            if kind == 0:
                return [
                    bounded(ops.sum([g(a[i] * b[j]) * c[j] for j in r]))
                    for i, r in enumerate(reach)
                ]
            if kind == 1:
                k = [ops.exp(bounded(v)) for v in w]
                return [bounded(sum(g(a[i] - b[j]) * k[j] for j in r)) for i, r in enumerate(reach)]
            if kind == 2:
                return [bounded(sum([c[i] * b[j] for j in r])) for i, r in enumerate(reach)]
            return [
                ops.sum([ops.maximum(g(a[i] * w[j]), c[j]) for j in r]) for i, r in enumerate(reach)
            ]

        return stage

    def attention(self) -> Stage:
        """Softmax over what each place sees, perhaps with −∞ added elsewhere."""
        x, y, z = self.pick(), self.pick(), self.pick()
        reach, w, u = self.reach(), self.old(), self.old()
        masked, shifted = self.rng.random() < 0.3, self.rng.random() < 0.7
        wide = self.rng.random() < 0.5

        def stage(rows: list[Row]) -> Row:
            a, b, c = x(rows), y(rows), z(rows)
            q, k = [[p * w[0], p * w[1]] for p in a], [[p * u[0], u[1]] for p in b]
            made = []
            for i, r in enumerate(reach):
                seen = range(len(a)) if masked else r
                scores = [dot(q[i], k[j]) if wide else a[i] * b[j] * w[0] for j in seen]
                if masked:
                    scores = [s + (0.0 if j in r else float("-inf")) for j, s in enumerate(scores)]
                top: Any = ops.max(scores) if shifted else 0.0
                e = [ops.exp(s - top) for s in scores]
                total = ops.sum(e)
                made.append(ops.sum([p / total * c[j] for p, j in zip(e, seen, strict=True)]))
            return made

        return stage

    def largest(self) -> Stage:
        x, y, reach = self.pick(), self.pick(), self.reach()

        def stage(rows: list[Row]) -> Row:
            a, b = x(rows), y(rows)
            return [ops.max([a[j] * b[i] for j in r]) for i, r in enumerate(reach)]

        return stage

    def selection(self) -> Stage:
        """``ops.take`` from parameters, constants, computed numbers, or rows of a table."""
        x, w, kind, W = self.pick(), self.old(), self.rng.randrange(7), self.table()

        def stage(rows: list[Row]) -> Row:
            (i,), a = rows[-1], x(rows)
            if kind == 0:
                return [ops.take(w, i) * p for p in a]
            if kind == 1:
                return [ops.take(w[::-1], i) * p + ops.take(w, i) for p in a]
            if kind == 2:
                return [ops.take([1.0 + k for k in range(len(a))], i) * p * w[0] for p in a]
            if kind == 3:
                return [p + ops.take([ops.tanh(q * w[1]) for q in a], i) for p in a]
            if kind == 4:
                return [p * q for p, q in zip(ops.take(W, i), a, strict=True)]
            if kind == 5:
                return [p * ops.take([w[0], *a[1:-1], w[0]] if len(a) > 1 else w, i) for p in a]
            return [dot(ops.take(W[::-1], i), a) * p for p in w]

        return stage

    def condition(self) -> Stage:
        x, y, kind = self.pick(), self.pick(), self.rng.randrange(3)
        known = [float(self.rng.randrange(2)) for _ in range(self.size)]
        w = self.old()

        def stage(rows: list[Row]) -> Row:
            a, b = x(rows), y(rows)
            if kind == 0:
                return [ops.where(c, p * p, q) for c, p, q in zip(known, a, b, strict=True)]
            if kind == 1:
                return [ops.where(ops.step(q), p, v) for p, q, v in zip(a, b, w, strict=True)]
            return [ops.where(c, v * p, v) for c, p, v in zip(known, a, w, strict=True)]

        return stage

    def normalised(self) -> Stage:
        x, w = self.pick(), self.old()

        def stage(rows: list[Row]) -> Row:
            a = x(rows)
            mean = sum(a) / len(a)
            spread = sum((p - mean) ** 2 for p in a) / len(a)
            return [v * (p - mean) / ops.sqrt(spread + 0.1) for p, v in zip(a, w, strict=True)]

        return stage

    def turned(self) -> Stage:
        x, kind = self.pick(), self.rng.randrange(3)
        order = self.rng.sample(range(self.size), self.size)

        def stage(rows: list[Row]) -> Row:
            a = x(rows)
            if kind == 0:
                return a[::-1]
            if kind == 1:
                return [a[k] for k in order]
            return [*a[1:], a[0]]

        return stage

    def repeated(self) -> Stage:
        """The same step again and again."""
        x, y, w, f = self.pick(), self.pick(), self.old(), self.unary()
        count = self.rng.randint(2, 6)

        def stage(rows: list[Row]) -> Row:
            state, given = x(rows), y(rows)
            for k in range(count):
                drive = given[k % len(given)]
                state = [bounded(f(w[0] * p + w[1] * drive)) for p in state]
            return state

        return stage

    def gram(self) -> Stage:
        x, w, W = self.pick(), self.old(), self.table()

        def stage(rows: list[Row]) -> Row:
            a = x(rows)
            scaled = [[p * q * v for q, v in zip(a, w, strict=True)] for p in a]
            first = [bounded(sum(row[i] * row[0] for row in scaled)) for i in range(len(a))]
            return [p + bounded(dot(W[i], W[-1 - i])) for i, p in enumerate(first)]

        return stage

    def triangular(self) -> Stage:
        """A triangular product of functions of parameters."""
        W, x, lower = self.table(), self.pick(), self.rng.random() < 0.5

        def stage(rows: list[Row]) -> Row:
            a = x(rows)
            centred = []
            for row in W:
                mean = ops.sum(row) / len(row)
                centred.append([p - mean for p in row])
            n = len(a)
            reach = [range(i + 1) if lower else range(i, n) for i in range(n)]
            return [
                a[i] * ops.tanh(ops.sum([centred[i][p] * W[p][0] for p in reach[i]]))
                for i in range(n)
            ]

        return stage

    def distances(self) -> Stage:
        """What would be 1/0 at the place itself."""
        x, W, reach = self.pick(), self.table(), self.reach()

        def stage(rows: list[Row]) -> Row:
            a = x(rows)
            places = [[p * v for v in W[0][:2]] for p in a]
            made = []
            for i, r in enumerate(reach):
                terms = [
                    1.0
                    / ops.sqrt(
                        sum((p - q) ** 2 for p, q in zip(places[i], places[j], strict=True)) + 0.01
                    )
                    for j in r
                    if j != i
                ]
                made.append(bounded(ops.sum(terms)) if terms else a[i])
            return made

        return stage

    # --- ends -----------------------------------------------------------------------------------

    def end(self) -> Callable[[list[Row]], Any]:
        x, y, kind = self.pick(), self.pick(), self.rng.randrange(5)
        last = self.rng.random() < 0.7

        def end(rows: list[Row]) -> Any:
            a, b = rows[-1] if last else x(rows), y(rows)
            if kind == 0:
                return sum(p * p for p in a)
            if kind == 1:
                return ops.max(a) + ops.sum(b)
            if kind == 2:
                return dot(a, b)
            if kind == 3:
                return ops.log(ops.sum([ops.exp(bounded(p)) for p in a]))
            return ops.sum([ops.softplus(p - q) for p, q in zip(a, b, strict=True)]) / len(a)

        return end


def check(seed: int, tiers: Sequence[str] = EVERY_TIER) -> None:
    """Assert that a program is the eager engine's in these tiers, in calls in a random order."""
    program = Program(seed)
    rng, count = random.Random(seed), len(program.examples[0])
    fn, params, examples = program.fn, program.params, program.examples
    expected = Expected(fn, params, *examples)
    spans = [(a, b) for a in range(count) for b in range(a + 1, count + 1)]
    for tier in tiers:
        reduce = rng.choice(["mean", "sum", "none"])
        compiled = compile(fn, params, tier, reduce=reduce)
        for start, stop in rng.sample(spans, min(len(spans), 4)):
            batch = [column[start:stop] for column in examples]
            where = f"seed {seed}, {tier}, {reduce}, {start}:{stop}"
            value, gradient = compiled(*batch)
            assert compiled.tier == tier, where
            if reduce == "none":
                for i, (one, row) in enumerate(zip(value, gradient, strict=True)):
                    expected.check(where, [start + i], 1.0, one, row)
            else:
                weight = 1.0 / (stop - start) if reduce == "mean" else 1.0
                expected.check(where, range(start, stop), weight, value, gradient)
        if rng.random() < 0.3:
            for i, result in enumerate(compiled.forward(*examples)):
                expected.check(f"seed {seed}, {tier}, forward", [i], 1.0, result)
        if rng.random() < 0.5:
            _assert_trains(fn, params, tier, rng.randint(1, count), expected, *examples)


def main() -> int:
    """Run programs from the command line; the exit status says whether one was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--tiers", nargs="*", default=EVERY_TIER)
    given = parser.parse_args()
    warnings.simplefilter("error")
    wrong, began = 0, time.perf_counter()
    for seed in range(given.seed, given.seed + given.count):
        try:
            check(seed, given.tiers)
        except Exception as fault:  # noqa: BLE001 (that is what it looks for)
            wrong += 1
            frame = traceback.extract_tb(fault.__traceback__)[-1]
            said = f"{seed}: {type(fault).__name__} {str(fault)[:300]} ({frame.name})\n"
            sys.stdout.write(said)
            sys.stdout.flush()
    seconds = time.perf_counter() - began
    sys.stdout.write(f"{given.count} programs, {wrong} wrong, {seconds:.0f} s\n")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
