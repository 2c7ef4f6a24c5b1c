"""Loops are found where the program repeats, and folding a recording loses nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd_mini import Value, ops
from autograd_mini.compiler import arguments, repeats
from autograd_mini.compiler.recording import (
    CARRIED,
    FIXED,
    ITEM,
    LOOPED,
    PARAMETER,
    Loop,
    Recording,
)
from autograd_mini.compiler.trace import Trace, trace
from autograd_mini.rows import CONSTANT
from tests.compiler.chains import CHAINS, Chain, matrix, numbers

STEPS = (1, 2, 3, 4, 5, 9, 17)


@pytest.fixture(autouse=True)
def short_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops of few entries are loops here too."""
    monkeypatch.setattr(repeats, "WORTH", 0)


def traced(chain: Chain) -> Trace:
    fn, params, examples = chain
    example = [arguments.copied(column[0]) for column in examples]
    names = [f"x{k}" for k in range(len(example))]
    forms = [arguments.form_of(x, name) for x, name in zip(example, names, strict=True)]
    return trace(fn, params, example, forms, names)


class Written:
    """Recordings written out, in which equal entries have equal numbers."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def number(self, *key: Any) -> int:
        return self.known.setdefault(key, len(self.known))

    def roots(self, recording: Recording) -> list[int]:
        """What the results are."""
        made: list[int] = []
        runs: dict[int, tuple[list[list[int]], list[list[int]]]] = {}
        for row, operands, leaf in zip(*recording[:3], strict=True):
            if row is LOOPED:
                if leaf.loop not in runs:
                    runs[leaf.loop] = self.run(recording.loops[leaf.loop], made)
                trails, stacks = runs[leaf.loop]
                which = trails[leaf.which] if leaf.which >= 0 else stacks[-1 - leaf.which]
                made.append(which[leaf.round])
            else:
                made.append(self.number(row, leaf, *[made[i] for i in operands]))
        return [made[i] for i in recording.roots]

    def run(self, loop: Loop, outside: list[int]) -> tuple[list[list[int]], list[list[int]]]:
        """The rounds of a loop: what is carried, and what is stacked."""
        trails = [[outside[i]] for i in loop.first]
        stacks: list[list[int]] = [[] for _ in loop.stacked]
        for t in range(loop.rounds):
            made: list[int] = []
            for row, operands, leaf in zip(*loop.body[:3], strict=True):
                if row is CARRIED:
                    made.append(trails[leaf][t])
                elif row is ITEM:
                    made.append(outside[loop.items[leaf][t]])
                elif row is FIXED:
                    made.append(outside[loop.fixed[leaf]])
                else:
                    made.append(self.number(row, leaf, *[made[i] for i in operands]))
            for trail, i in zip(trails, loop.last, strict=True):
                trail.append(made[i])
            for stack, i in zip(stacks, loop.stacked, strict=True):
                stack.append(made[i])
        return trails, stacks


def same(one: Recording, other: Recording) -> bool:
    written = Written()
    return written.roots(one) == written.roots(other)


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("name", CHAINS)
def test_folding_loses_nothing(name: str, steps: int) -> None:
    found = traced(CHAINS[name](steps))
    assert found.folded is not None
    assert same(found.recording, found.folded)


@pytest.mark.parametrize("name", CHAINS)
def test_what_is_left_does_not_grow(name: str) -> None:
    sizes = []
    for steps in (9, 17):
        found = traced(CHAINS[name](steps)).folded
        assert found is not None
        (loop,) = found.loops
        assert loop.rounds >= steps - 1
        left = sum(row.arity != 0 for row in found.rows)
        sizes.append((len(loop.body.rows), left))
    (body, left), (other_body, other_left) = sizes
    assert body == other_body
    each = {"crf": 48, "pendulum": 1}.get(name, 0)  # scores made before, errors summed after
    assert other_left - left <= 8 * each + (name == "pendulum")


def chained(fn: Any, params: list[Value], *example: Any) -> Recording:
    found = traced(Chain(fn, params, tuple([x] for x in example)))
    assert found.folded is not None
    assert same(found.recording, found.folded)
    return found.folded


def test_of_two_layers_each_is_a_loop() -> None:
    rng = random.Random(0)
    layers = [matrix(rng, 4, 4) for _ in range(2)]

    def fn(xs: Any) -> Any:
        seen = xs
        for w in layers:
            h: list[Any] = [0.0] * 4
            states = []
            for x in seen:
                sums = [sum(a * b for a, b in zip(row, h, strict=True)) for row in w]
                h = [ops.tanh(s + x_i) for s, x_i in zip(sums, x, strict=True)]
                states.append(h)
            seen = states
        return sum(seen[-1])

    params = [p for w in layers for row in w for p in row]
    found = chained(fn, params, numbers(rng, 12, 4))
    assert [loop.rounds for loop in found.loops] == [12, 12]


def test_both_directions_are_loops() -> None:
    rng = random.Random(1)
    u, v = matrix(rng, 3, 3), matrix(rng, 3, 3)

    def states(w: Any, xs: Any) -> Any:
        h: list[Any] = [0.0] * 3
        for x in xs:
            sums = [sum(a * b for a, b in zip(row, h, strict=True)) for row in w]
            h = [ops.tanh(s + x_i) for s, x_i in zip(sums, x, strict=True)]
            yield h

    def fn(xs: Any) -> Any:
        there, back = list(states(u, xs)), list(states(v, xs[::-1]))[::-1]
        pairs = zip(there, back, strict=True)
        return sum(sum(a * b for a, b in zip(h, g, strict=True)) for h, g in pairs)

    params = [p for w in (u, v) for row in w for p in row]
    found = chained(fn, params, numbers(rng, 9, 3))
    assert sorted(loop.rounds for loop in found.loops) == [9, 9]


def test_what_was_made_two_rounds_ago_is_handed_on_twice() -> None:
    a, b = Value(0.3), Value(0.6)

    def fn(xs: Any) -> Any:
        before, now = a, b
        for x in xs:
            before, now = now, ops.sin(a * now + b * before + x)
        return now

    (loop,) = chained(fn, [a, b], numbers(random.Random(2), 10)).loops
    assert (len(loop.first), loop.rounds) == (2, 10)
    assert loop.last[0] in range(len(loop.body.rows))


def test_what_is_made_once_comes_before_the_loop() -> None:
    a = Value(0.3)

    def fn(xs: Any) -> Any:
        h: Any = a
        for x in xs:
            h = ops.tanh(h * x * ops.exp(a))  # e^a is one entry, made in the first round
        return h

    (loop,) = chained(fn, [a], numbers(random.Random(3), 8)).loops
    assert loop.rounds == 7
    assert len(loop.fixed) == 1


def test_the_last_round_may_hand_on_less() -> None:
    rng = random.Random(4)
    w = matrix(rng, 3, 3)

    def fn(xs: Any) -> Any:
        h: list[Any] = [0.0] * 3
        for x in xs:
            sums = [sum(a * b for a, b in zip(row, h, strict=True)) for row in w]
            h = [ops.tanh(s + x_i) for s, x_i in zip(sums, x, strict=True)]
        return h[1]  # the others of the last round are left out

    (loop,) = chained(fn, [p for row in w for p in row], numbers(rng, 10, 3)).loops
    assert loop.rounds == 9


@pytest.mark.parametrize(
    "fn",
    [
        lambda xs: sum(ops.tanh(x) * x for x in xs),
        lambda xs: ops.max([ops.exp(x) for x in xs]),
        lambda xs: ops.sum(xs) * xs[0],
    ],
)
def test_a_sum_is_no_loop(fn: Any) -> None:
    assert chained(fn, [], numbers(random.Random(5), 40)).loops == ()


def test_what_is_short_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    a = Value(0.5)

    def fn(xs: Any) -> Any:
        total: Any = 0.0
        for x in xs:  # Horner's rule
            total = total * a + x
        return total

    assert chained(fn, [a], numbers(random.Random(8), 12)).loops == ()
    assert len(chained(fn, [a], numbers(random.Random(8), 120)).loops) == 1


def test_a_few_layers_are_no_loop() -> None:
    rng = random.Random(6)
    layers = [matrix(rng, 4, 4) for _ in range(6)]

    def fn(x: Any) -> Any:
        for w in layers:
            x = [ops.tanh(sum(a * b for a, b in zip(row, x, strict=True))) for row in w]
        return sum(x)

    params = [p for w in layers for row in w for p in row]
    assert chained(fn, params, numbers(rng, 4)).loops == ()


def test_many_layers_are_a_loop_whose_parameters_are_items() -> None:
    rng = random.Random(7)
    layers = [matrix(rng, 3, 3) for _ in range(12)]

    def fn(x: Any) -> Any:
        for w in layers:
            x = [ops.tanh(sum(a * b for a, b in zip(row, x, strict=True))) for row in w]
        return sum(x)

    params = [p for w in layers for row in w for p in row]
    (loop,) = chained(fn, params, numbers(rng, 3)).loops
    assert loop.rounds == 12
    assert len(loop.items) == 9


def test_a_body_holds_what_it_reads() -> None:
    found = traced(CHAINS["labelled"](6)).folded
    assert found is not None
    (loop,) = found.loops
    rows = [row for row in loop.body.rows if row.arity == 0]
    assert set(rows) <= {PARAMETER, CONSTANT, CARRIED, ITEM, FIXED}
    for row, count in ((CARRIED, len(loop.first)), (ITEM, len(loop.items))):
        assert rows.count(row) == count


def test_the_checker_sees_what_is_wrong() -> None:
    """Planted faults: each changes what the recording computes."""
    found = traced(CHAINS["labelled"](7))
    assert found.folded is not None
    (loop,) = found.folded.loops
    late = [[*item[1:], item[0]] for item in loop.items]
    faults = [
        loop._replace(rounds=loop.rounds - 1, items=[item[:-1] for item in loop.items]),
        loop._replace(items=late),
        loop._replace(first=[loop.first[1], loop.first[0], *loop.first[2:]]),
        loop._replace(last=[loop.last[1], loop.last[0], *loop.last[2:]]),
    ]
    for wrong in faults:
        try:
            equal = same(found.recording, found.folded._replace(loops=[wrong]))
        except IndexError:
            continue
        assert not equal
