"""no_grad, strict and watchers: blocks that belong to one context and always end."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import math
import signal
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

import pytest

from autograd_mini import AutogradError, StrictError, Value, graph, modes, nn, no_grad, ops, strict
from autograd_mini.graph import Node


def test_no_grad_gives_constants_and_ends_with_its_block() -> None:
    x = Value(2.0)
    with no_grad():
        y = x * 3 + x.exp() + ops.affine([x], [x], 1)
        with no_grad():
            pass
        assert not (x * 3).operands
    assert (y.operands, y.op) == ((), "")
    assert y.data == 6 + math.exp(2) + 5
    z = x * y
    z.backward()
    assert x.grad == y.data
    assert not y.has_grad
    assert modes.active == []


def test_no_grad_ends_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (Value(1.0) + 1).operands
    assert modes.active == []


def test_no_grad_belongs_to_one_thread() -> None:
    inside, done = threading.Event(), threading.Event()

    def elsewhere() -> None:
        with no_grad():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    inside.wait(10)
    recorded = Value(1.0) + 1
    done.set()
    thread.join()
    assert recorded.operands


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda x: ops.log(x - 3), r"log\(-1\.0\) is nan"),
        (lambda x: x / 0, r"div\('x' = 2\.0, 0\.0\) is inf"),
        (lambda x: ops.exp(x * 1000), r"exp\(2000\.0\) is inf"),
        (lambda x: (-x) ** 0.5, r"pow\(-2\.0, 0\.5\) is nan"),
        (lambda x: x * 1e308, r"mul\('x' = 2\.0, 1e\+308\) is inf"),
    ],
)
def test_strict_names_operation_operands_label_and_line(make: Any, said: str) -> None:
    x = Value(2.0, "x")
    make(x)  # without strict, IEEE 754 decides
    with strict(), pytest.raises(StrictError, match=said) as error:
        make(x)
    assert "test_modes.py, line" in str(error.value)


def test_strict_lets_infinities_through_that_came_in() -> None:
    with strict():
        assert (Value(math.inf) + 1).data == math.inf
        assert ops.tanh(Value(math.inf)).data == 1.0


def test_strict_covers_the_backward_pass() -> None:
    x = Value(0.0, "x")
    y = ops.sqrt(x)
    y.backward()
    assert x.grad == math.inf
    x.grad = 7
    with strict(), pytest.raises(StrictError, match=r"backward.*sqrt\('x' = 0\.0\).*inf"):
        y.backward()
    assert x.grad == 7.0


def test_a_watched_pass_gives_the_same_bits() -> None:
    x, y = Value(0.3), Value(-1.7)
    z = ops.tanh(x * y + x) * (y - x) + ops.affine([x, y], [y, x], x)
    z.backward()
    plain = (x.grad, y.grad)
    z.zero_grad()
    with strict():
        z.backward()
    assert (x.grad, y.grad) == plain


def test_watchers_nest_and_close_in_any_order() -> None:
    class Counting(modes.Watcher):
        def __init__(self) -> None:
            self.nodes = 0

        def made(self, node: Any) -> None:
            self.nodes += 1

    outer, inner = Counting(), Counting()
    x = Value(1.0)
    with outer:
        x + 1
        inner.__enter__()
        x + 1
    x + 1
    inner.__exit__()
    x + 1
    assert (outer.nodes, inner.nodes, modes.active) == (2, 2, [])


def test_errors_share_a_base() -> None:
    assert issubclass(StrictError, AutogradError)
    assert graph.order(Value(1.0))


WAYS: dict[str, Callable[[Value], Value]] = {
    "a method": lambda x: x.exp(),
    "a method of two operands": lambda x: x.hypot(2.0),
    "a function": ops.tanh,
    "+": lambda x: x + 1.0,
    "×": lambda x: x * x,
    "a number first": lambda x: 3 - x,
    "−": lambda x: x - 1,
    "÷": lambda x: x / 2.0,
    "^": lambda x: x**2,
    "negation": lambda x: -x,
    "abs": abs,
    "sum": lambda x: ops.sum([x, x]),
    "affine": lambda x: ops.affine([x], [x], x),
    "a neuron": lambda x: nn.Neuron(2, None)([x, x]),
    "a neuron with its activation": lambda x: nn.Neuron(1, "tanh")([x]),
}
"""Each of them records a node in code of its own."""


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_making_a_node_obeys_the_modes(way: str) -> None:
    x = Value(0.5)
    recorded = WAYS[way](x)
    assert recorded.operands
    with no_grad():
        made = WAYS[way](x)
    assert made.operands == ()
    with pytest.raises(AutogradError, match="constant"):
        made.backward()
    with Seen() as seen:
        WAYS[way](x)
    assert seen.rows


class Seen(modes.Watcher):
    """The rows of the nodes made in the block."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: list[str] = []

    def made(self, node: Node) -> None:
        self.rows.append(node._row.name)


# --- tasks, generators, interruptions -------------------------------------------------------------


def recorded() -> bool:
    return bool((Value(1.0) + 1).operands)


def test_each_task_has_its_own_modes() -> None:
    async def quiet(inside: asyncio.Event, done: asyncio.Event) -> list[bool]:
        with no_grad():
            inside.set()
            await done.wait()
            return [recorded()]

    async def loud(inside: asyncio.Event, done: asyncio.Event) -> list[bool]:
        await inside.wait()
        said = [recorded()]
        with strict():
            await asyncio.sleep(0)
            said.append(recorded())
            done.set()
            await asyncio.sleep(0)
        return said

    async def main() -> list[list[bool]]:
        events = asyncio.Event(), asyncio.Event()
        return list(await asyncio.gather(quiet(*events), loud(*events)))

    assert asyncio.run(main()) == [[False], [True, True]]
    assert recorded()
    assert modes.active == []


def test_a_task_or_thread_begun_inside_shares_the_block_until_it_ends() -> None:
    async def later(go: asyncio.Event) -> list[bool]:
        said = [recorded()]
        await go.wait()
        return [*said, recorded()]

    async def main() -> tuple[list[bool], bool]:
        go = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(later(go))
            await asyncio.sleep(0)
            threaded = await asyncio.to_thread(recorded)
        go.set()
        return await task, threaded

    assert asyncio.run(main()) == ([False, True], False)


def generator() -> Generator[bool, None, None]:
    with no_grad():
        yield recorded()
        yield recorded()


async def asynchronous() -> AsyncIterator[bool]:
    with strict():
        yield recorded()


def test_a_suspended_generator_is_refused() -> None:
    running = generator()
    assert next(running) is False
    with pytest.raises(AutogradError, match=r"no_grad\(\): generator \(.*test_modes.*suspended"):
        recorded()
    assert next(running) is False  # inside it all is well
    with pytest.raises(AutogradError, match="suspended"):
        recorded()
    running.close()
    assert recorded()


def _in_a_thread(work: Callable[[], object]) -> list[object]:
    """What it returns there, or the exception."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except AutogradError as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found


def test_a_generator_resumed_in_another_thread_is_refused() -> None:
    def generator() -> Generator[Value]:
        with no_grad():
            yield Value(1.0) * 2.0
            yield Value(1.0) * 2.0

    steps = generator()
    next(steps)
    (found,) = _in_a_thread(lambda: next(steps))
    assert isinstance(found, AutogradError)
    assert "generator" in str(found)
    assert "another thread" in str(found)
    assert (Value(1.0) * 2.0).operands  # the block has ended with the generator
    copied = generator()
    context = contextvars.copy_context()
    context.run(next, copied)
    (made,) = _in_a_thread(lambda: context.run(next, copied))
    assert isinstance(made, Value)
    assert not made.operands
    copied.close()


def test_a_thread_beside_a_suspended_generator_is_not_refused() -> None:
    def generator() -> Generator[None]:
        with no_grad():
            yield

    steps = generator()
    next(steps)
    (made,) = _in_a_thread(lambda: Value(1.0) * 2.0)
    steps.close()
    assert isinstance(made, Value)
    assert made.operands


def test_a_suspended_asynchronous_generator_is_refused() -> None:
    async def main() -> None:
        running = asynchronous()
        assert await anext(running)
        with pytest.raises(AutogradError, match=r"strict\(\): asynchronous .*suspended"):
            recorded()
        await asyncio.gather(*[asyncio.to_thread(recorded)])  # a context of its own
        with pytest.raises(AutogradError, match="suspended"):
            Value(1.0).backward()
        await running.aclose()  # type: ignore[attr-defined]
        assert recorded()

    asyncio.run(main())


def test_a_coroutine_driven_by_hand_is_refused_while_it_waits() -> None:
    class Wait:
        def __await__(self) -> Generator[None, None, None]:
            yield

    async def waits() -> bool:
        with no_grad():
            await Wait()
            return recorded()

    coroutine = waits()
    coroutine.send(None)
    with pytest.raises(AutogradError, match=r"waits .*suspended"):
        recorded()
    with pytest.raises(StopIteration, match="False"):
        coroutine.send(None)
    assert recorded()


def test_a_context_manager_may_be_made_of_a_generator() -> None:
    @contextlib.contextmanager
    def quietly() -> Iterator[None]:
        with no_grad():
            yield

    @contextlib.asynccontextmanager
    async def calmly() -> AsyncIterator[None]:
        with no_grad():
            yield

    def through_it() -> Iterator[bool]:
        with quietly():
            yield recorded()

    async def main() -> bool:
        async with calmly():
            return recorded()

    with quietly(), quietly():
        assert not recorded()
    assert recorded()
    assert asyncio.run(main()) is False
    with contextlib.ExitStack() as stack:
        stack.enter_context(no_grad())
        assert not recorded()
    assert recorded()
    running = through_it()
    assert next(running) is False
    with pytest.raises(AutogradError, match=r"through_it .*suspended"):
        recorded()
    del running
    assert recorded()


def test_a_block_left_without_having_been_opened_changes_nothing() -> None:
    for mode in (no_grad(), strict()):
        with pytest.raises(RuntimeError, match="release"):
            mode.__exit__(None, None, None)
    assert recorded()
    with no_grad() as block:
        assert not recorded()
        block.__exit__(None, None, None)
        assert recorded()
        block.__enter__()
    assert recorded()


def test_one_block_opens_again_but_not_twice_at_a_time() -> None:
    block = no_grad()
    for _ in range(2):
        with block:
            assert not recorded()
            with pytest.raises(AutogradError, match=r"open already.*with no_grad"), block:
                pass
            assert not recorded()
        assert recorded()


@pytest.fixture
def alarm() -> Iterator[Callable[[float], object]]:
    """Raise Ctrl-C's exception after so many seconds, wherever the program then is.

    The collector is off: in its callbacks, of which hypothesis has one, Python ignores exceptions.
    Should one be lost all the same, the next comes after a second.
    """
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    gc.disable()
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    signal.signal(signal.SIGALRM, before)
    gc.enable()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that sends signals")
def test_ctrl_c_never_leaves_a_mode_on(alarm: Callable[[float], object]) -> None:
    def enter_and_leave(seconds: float) -> None:
        alarm(seconds)
        while True:
            with no_grad():
                pass

    for i in range(400):
        with pytest.raises(KeyboardInterrupt):
            enter_and_leave(2e-4 + i % 29 * 1e-5)
        alarm(0.0)
        assert recorded(), f"left on by interruption {i}"
    assert modes.active == []
