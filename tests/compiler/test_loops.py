"""Loops in every tier: they agree with the eager engine, do not grow, and are checked."""

from __future__ import annotations

import random
import re
import warnings
from typing import Any

import pytest

from autograd_mini import Value, ops
from autograd_mini.compiler import compile, derive, program, repeats, straight_loops
from autograd_mini.compiler.kinds import validate
from autograd_mini.compiler.program import Array, Body
from autograd_mini.compiler.trace import points
from tests.compiler.agreement import TIERS, assert_every_call
from tests.compiler.chains import CHAINS, Chain, lotka, matrix, numbers, rnn
from tests.compiler.test_repeats import traced


@pytest.fixture(autouse=True)
def short_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops of few entries are loops here too."""
    monkeypatch.setattr(repeats, "WORTH", 0)


GROWING = {"python": {"crf": 64, "pendulum": 1}}
"""Lines for each step that stand outside of the loop, in straight-line code."""


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("name", CHAINS)
def test_chains_agree(name: str, steps: int) -> None:
    fn, params, examples = CHAINS[name](steps + (name in ("hmm", "crf")))  # one step has no moves
    assert_every_call(fn, params, *examples, tiers=TIERS, spans=((0, 3), (0, 1), (1, 3)))


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", CHAINS)
def test_programs_do_not_grow(name: str, tier: str) -> None:
    lines = []
    for steps in (9, 13):
        fn, params, examples = CHAINS[name](steps)
        compiled = compile(fn, params, tier)
        compiled(*examples)
        lines.append(compiled.source.count("\n"))
        assert f"in range({steps})" in compiled.source or f"range({steps - 1})" in compiled.source
    each = GROWING.get(tier, {}).get(name, 0)
    assert 0 <= lines[1] - lines[0] <= 4 * each


def around(make: Any) -> Chain:
    """A chain whose every state and input matters outside too, and inputs that have adjoints."""
    rng = random.Random(14)
    u, w = matrix(rng, 3, 3), matrix(rng, 3, 2)
    first, share = [Value(rng.gauss(0, 1)) for _ in range(3)], Value(0.7)

    def fn(xs: Any, scale: Any) -> Any:
        made = [[ops.sin(sum(a * b for a, b in zip(row, x, strict=True))) for row in w] for x in xs]
        h, seen = list(first), []
        for x in made:
            sums = [sum(a * b for a, b in zip(row, h, strict=True)) for row in u]
            h = [ops.tanh(s * share + x_i * scale) for s, x_i in zip(sums, x, strict=True)]
            seen.append(h)
        return make(seen, scale) + made[2][0] * made[5][1]  # so they are not made in the rounds

    params = [*(p for m in (u, w) for row in m for p in row), *first, share]
    return Chain(fn, params, (numbers(rng, 3, 7, 2), numbers(rng, 3)))


USES = {
    "all": lambda seen, scale: sum(a * a for h in seen for a in h),
    "last": lambda seen, scale: seen[-1][0] * seen[-1][2],
    "one in the middle": lambda seen, scale: seen[3][1] + seen[-1][0],
    "none of the last": lambda seen, scale: seen[2][0] * seen[5][1],
    "the largest": lambda seen, scale: ops.max([h[0] for h in seen]),
    "both ways": lambda seen, scale: (
        scale * sum(a[0] * seen[-1 - t][1] for t, a in enumerate(seen))
    ),
}


@pytest.mark.parametrize("use", USES)
def test_results_are_used_outside(use: str) -> None:
    fn, params, examples = around(USES[use])
    assert_every_call(fn, params, *examples, tiers=TIERS)


def stepped(step: Any, *params: Value, rounds: int = 8) -> Chain:
    """A chain of numbers."""

    def fn(xs: Any, y: Any) -> Any:
        state: Any = y
        for t in range(rounds):
            state = step(state, xs, t, *params)
        return state

    rng = random.Random(12)
    return Chain(fn, list(params), (numbers(rng, 3, rounds + 2), numbers(rng, 3)))


STEPS = {
    "a window": lambda s, xs, t, a: ops.tanh(a * s + xs[t] * xs[t + 1] + xs[t + 2]),
    "backwards": lambda s, xs, t, a: ops.tanh(a * s + xs[7 - t]),
    "no pattern": lambda s, xs, t, a: ops.tanh(a * s + xs[(t * t) % 10]),
    "numbers of its own": lambda s, xs, t, a: ops.sin(a * s + t * t) * xs[t],
    "always the same": lambda s, xs, t, a: ops.tanh(a * s + xs[3]),
    "one state only": lambda s, xs, t, a: ops.tanh(s * a),
    "its own square": lambda s, xs, t, a: a * s * s / (1 + ops.exp(s)),
    "largest": lambda s, xs, t, a: ops.max([s * a, xs[t], -s]),
    "a branch": lambda s, xs, t, a: ops.where(ops.relu(s), ops.sin(s), a * s) + xs[t],
}


@pytest.mark.parametrize("step", STEPS)
def test_steps_agree(step: str) -> None:
    fn, params, examples = stepped(STEPS[step], Value(0.8))
    assert traced(Chain(fn, params, examples)).folded.loops  # type: ignore[union-attr]
    assert_every_call(fn, params, *examples, tiers=TIERS)


def test_a_state_of_parameters_alone_is_computed_once() -> None:
    a, b = Value(0.5), Value(1.2)

    def fn(x: Any) -> Any:
        s: Any = b
        for _ in range(9):
            s = ops.sin(a * s + 0.1)
        return (s - x) ** 2

    assert_every_call(fn, [a, b], numbers(random.Random(0), 3), tiers=TIERS)
    compiled = compile(fn, [a, b], "python")
    compiled([0.0])
    assert compiled.source.index("range(9)") < compiled.source.index("in rows")


def test_results_may_be_lists() -> None:
    a = Value(0.9)

    def fn(xs: Any) -> Any:
        s: Any = 0.3
        states = []
        for x in xs:
            s = ops.tanh(a * s + x)
            states.append(s)
        return states

    xs = numbers(random.Random(1), 2, 6)
    expected = [[s.data for s in fn(x)] for x in xs]
    for tier in TIERS:
        assert compile(fn, [a], tier).forward(xs) == pytest.approx(
            [pytest.approx(row, rel=1e-14) for row in expected]
        )


def test_the_source_is_read_like_the_function() -> None:
    fn, params, examples = rnn(256)
    compiled = compile(fn, params, "numpy")
    compiled(*examples)
    lines = [line.strip() for line in compiled.source.splitlines()]
    start = lines.index("for t in range(256):")
    assert lines[start + 1 : start + 3] == [
        "z1[:, t] = t1[:, t] + s1[:, t] @ W2.T + b1",
        "s1[:, t + 1] = np.tanh(z1[:, t])",
    ]
    back = lines.index("for t in reversed(range(256)):")
    assert lines[back + 1 : back + 3] == [
        "dz1[:, t] = ds1[:, t + 1] * sech2(z1[:, t])",
        "ds1[:, t] = dz1[:, t] @ W2",
    ]


# --- faults ---------------------------------------------------------------------------------------


def wrong_stride(loop: Any) -> Any:
    return loop._replace(items=[[item[0], *item[:-1]] for item in loop.items])


def wrong_carry(loop: Any) -> Any:
    return loop._replace(last=[*loop.last[1:], loop.last[0]])


def wrong_first(loop: Any) -> Any:
    return loop._replace(first=[*loop.first[1:], loop.first[0]])


def fewer_rounds(loop: Any) -> Any:
    items = [item[:-1] for item in loop.items]
    return loop._replace(rounds=loop.rounds - 1, items=items)


FINDING = {"stride": wrong_stride, "carry": wrong_carry, "first": wrong_first}
FOUND = "differs from the eager engine|could not be made"


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("fault", FINDING)
def test_faults_of_the_finder_are_seen(
    fault: str, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = CHAINS["labelled"](6) if fault != "stride" else rnn(6)
    folded = repeats.folded

    def broken(recording: Any) -> Any:
        found = folded(recording)
        return found._replace(loops=[FINDING[fault](loop) for loop in found.loops])

    monkeypatch.setattr(repeats, "folded", broken)
    assert_warned(chain, tier)


def assert_warned(chain: Chain, tier: str) -> None:
    """The fault is reported, and what is computed instead is right."""
    fn, params, examples = chain
    compiled = compile(fn, params, tier)
    with pytest.warns(RuntimeWarning, match=FOUND):
        value, gradient = compiled(*examples)
    assert "range(" not in compiled.source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, wanted = compile(fn, params, "python")(*examples)
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(wanted, rel=1e-9, abs=1e-12)


REVERSING: Any = derive._Reversing
RIGHT = {name: getattr(REVERSING, name) for name in ("_run_of", "_outside", "_next")}
ITEM = derive._item


def rows_one_off(self: Any, rows: Array, start: int) -> Array:
    made: Array = RIGHT["_run_of"](self, rows, 1 - start)
    return made


def states_one_off(rows: Array, shift: int) -> Array:
    """Of a trail, which has a row more than there are rounds, the other of two rows."""
    trail = rows.kind == "result" and rows.detail < len(rows.operands[0].detail.carries)
    return ITEM(rows, 1 - shift if trail else shift)


def nothing_added_up(self: Any) -> None:
    RIGHT["_outside"](self)
    self.sums.pop()


def nothing_from_outside(self: Any, k: int, adjoint: Array) -> Array:
    self.given.pop(k, None)
    made: Array = RIGHT["_next"](self, k, adjoint)
    return made


DERIVING = {
    "_run_of": rows_one_off,
    "_item": states_one_off,
    "_outside": nothing_added_up,
    "_next": nothing_from_outside,
}


@pytest.mark.parametrize("name", DERIVING)
def test_faults_of_the_derivative_are_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = REVERSING if hasattr(REVERSING, name) else derive
    monkeypatch.setattr(where, name, DERIVING[name])
    fn, params, examples = around(USES["all"])
    with pytest.warns(RuntimeWarning, match=FOUND):
        compile(fn, params, "numpy")(*examples)


@pytest.mark.parametrize("fault", ["forward row", "backward row", "range"])
def test_faults_of_the_writer_are_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd_mini.compiler import lower_numpy

    right = lower_numpy.lower

    def broken(*given: Any) -> Any:
        made = right(*given)
        changes: dict[str, Any] = {
            "forward row": lambda s: s.replace("[:, t + 1] =", "[:, t] =", 1),
            "backward row": lambda s: re.sub(r"\[:, t \+ 1\] \*", "[:, t] *", s, count=1),
            "range": lambda s: s.replace("reversed(range(6))", "range(6)"),
        }
        text = changes[fault](made.text)
        assert text != made.text
        return made._replace(text=text)

    monkeypatch.setattr(lower_numpy, "lower", broken)
    fn, params, examples = rnn(6)
    with pytest.warns(RuntimeWarning, match=FOUND):
        compile(fn, params, "numpy")(*examples)


def test_faults_of_the_straight_derivative_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = straight_loops.Rounds.backward
    monkeypatch.setattr(
        straight_loops.Rounds,
        "backward",
        lambda rounds: [line.replace("reversed(range(6))", "range(6)") for line in right(rounds)],
    )
    assert_warned(rnn(6), "python")


def test_a_chain_that_leaves_the_numbers_when_it_is_moved_is_not_accused() -> None:
    a = Value(0.88)

    def fn(xs: Any) -> Any:
        s: Any = 1.0
        for x in xs:
            s = a * s * s * s + x * 0.1
        return s

    xs = [[0.9] * 60, [0.8] * 60]
    found = traced(Chain(fn, [a], (xs,)))
    theta, (cells,) = points(found)[1]
    a.data, kept = theta[0], a.data
    assert not abs(fn(cells).data) < 1e100, "the chain leaves the numbers"
    a.data = kept
    for tier in TIERS:
        value, _ = compile(fn, [a], tier)(xs)
        assert value == pytest.approx(sum(fn(x).data for x in xs) / 2, rel=1e-12)


def loop_of(chain: Chain) -> tuple[program.Program, Body]:
    from autograd_mini.compiler import pipeline

    found = traced(chain)
    made = pipeline.grouped(found, ["xs", "y"], True)
    (loop, _) = [array for array in made.arrays if array.kind == "loop"]
    return made, loop.detail


def test_the_validator_sees_broken_bodies() -> None:
    made, body = loop_of(lotka(6))
    validate(made)
    faults: list[dict[str, Any]] = [
        {"nexts": body.nexts[1:]},
        {"firsts": [Array("constant", (), (7,), batched=False)] * 2},
        {"rounds": body.rounds + 1},
        {"arrays": body.arrays[::-1]},
    ]
    for broken in faults:
        wrong = Array("loop", (), (), detail=body._replace(**broken))
        wrong.operands = tuple(wrong.detail.read())
        arrays = [wrong if array.detail is body else array for array in made.arrays]
        for array in arrays:
            if array.kind == "result" and array.operands[0].detail is body:
                array.operands = (wrong,)
        with pytest.raises((AssertionError, ValueError)):
            validate(made._replace(arrays=arrays))
        made, body = loop_of(lotka(6))
