"""Children of a process: none hangs, none begins with half of a change, however it is started.

A forked child has the forking thread alone. Whatever another thread was in the middle of, a
backward pass, a recording, a block of a mode, must not reach into it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from autograd_mini import Value, compile, grad, graph, modes, nn, no_grad, ops, strict
from autograd_mini.compiler import record

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
PATIENCE = 20


def in_a_fork(work: Callable[[], Any]) -> Any:
    """What ``work`` gives in a forked child; an AssertionError where the child hangs or dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(PATIENCE)  # ends a child that hangs
            try:
                answer = (True, work())
            except BaseException:  # noqa: BLE001 (it is told to the parent)
                answer = (False, traceback.format_exc())
            os.write(writing, pickle.dumps(answer))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    assert said, "the child hung or died"
    good, answer = pickle.loads(said)
    assert good, answer
    return answer


@contextmanager
def meanwhile(work: Callable[[], Any]) -> Iterator[None]:
    """The block runs while another thread repeats ``work``."""
    over = threading.Event()
    begun = threading.Event()

    def repeat() -> None:
        while not over.is_set():
            work()
            begun.set()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        assert begun.wait(PATIENCE)
        yield
    finally:
        over.set()
        thread.join()


def cubes() -> list[float]:
    """A training step: backward passes, new data, gradients forgotten."""
    w = Value(0.5, "w")
    for _ in range(5):
        w.zero_grad()
        ((w * 2.0 - 1.0) ** 3).backward()
        w.data -= 0.1 * w.grad
    return [w.data, w.grad]


def compiled() -> tuple[float, list[float]]:
    w = Value(0.5, "w")
    value, slopes = compile(lambda x: (w * x).tanh() ** 2, [w], backend="python")([1.0, 2.0])
    return value, slopes


def native() -> tuple[float, list[float]]:
    w = Value(0.5, "w")
    value, slopes = compile(lambda x: (w * x).tanh() ** 2, [w], backend="llvm")([1.0, 2.0])
    return value, slopes


@forks
@pytest.mark.parametrize("work", [cubes, compiled])
def test_a_child_forked_while_a_thread_computes_computes_too(work: Callable[[], Any]) -> None:
    wanted = work()
    with meanwhile(work):
        for _ in range(20):
            assert in_a_fork(work) == wanted


@forks
def test_a_child_forked_while_a_thread_makes_machine_code_makes_its_own() -> None:
    pytest.importorskip("llvmlite")
    wanted = native()
    with meanwhile(native):
        for _ in range(3):
            assert in_a_fork(native) == wanted


@forks
@pytest.mark.parametrize("held", [graph.lock, record._one_at_a_time], ids=["graph", "recording"])
def test_a_fork_waits_for_a_lock_that_another_thread_holds(held: Any) -> None:
    inside, forked = threading.Event(), threading.Event()
    seen: list[bool] = []

    def hold() -> None:
        with held:
            inside.set()
            time.sleep(0.2)
            seen.append(forked.is_set())

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(PATIENCE)
    assert in_a_fork(cubes) == cubes()
    forked.set()
    thread.join()
    assert seen == [False]  # the fork came after
    assert held.acquire(timeout=1.0)  # and the parent's lock is free again
    held.release()


@forks
def test_a_thread_that_holds_a_lock_may_fork() -> None:
    with graph.lock:
        assert in_a_fork(cubes) == cubes()
    x = Value(2.0, "x")

    class Forks(modes.Watcher):
        __slots__ = ()

        def contributed(self, node: Any, i: int, contribution: float) -> None:
            if not looked_at:  # the child is inside of this block too
                looked_at.append(node)
                answers.append(in_a_fork(cubes))

    looked_at: list[Any] = []
    answers: list[Any] = []
    with Forks():
        (x * 3.0).backward()
    assert answers == [cubes()]
    assert x.grad == 3.0


@forks
def test_a_leaf_reaches_a_child_without_half_of_a_pass() -> None:
    x = Value(2.0, "x")
    x.grad = 5.0
    y = x
    for _ in range(20_000):
        y = y * 1.0
    # The pass takes a while, and puts 5 aside in the meantime.
    with meanwhile(y.backward):
        for _ in range(5):
            assert in_a_fork(lambda: x.grad) >= 5.0


@forks
def test_a_child_is_in_the_blocks_of_the_thread_that_forked_it_alone() -> None:
    inside, over = threading.Event(), threading.Event()

    def elsewhere() -> None:
        with no_grad(), strict():
            inside.set()
            over.wait(PATIENCE)

    def work() -> tuple[int, bool]:
        return len(modes.active), bool((Value(1.0) + 1.0).operands)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    assert inside.wait(PATIENCE)
    try:
        assert in_a_fork(work) == (0, True)
        with no_grad():
            assert in_a_fork(work) == (1, False)
        with strict(), pytest.raises(AssertionError, match="StrictError"):
            in_a_fork(lambda: ops.log(Value(-1.0)))
    finally:
        over.set()
        thread.join()


@forks
def test_a_child_may_leave_the_block_in_which_it_was_forked() -> None:
    def work() -> bool:
        blocks.close()
        return bool((Value(1.0) + 1.0).operands)

    with ExitStack() as blocks:
        blocks.enter_context(no_grad())
        assert in_a_fork(work)
        assert not (Value(1.0) + 1.0).operands


def square(v: Value) -> Value:
    return v**2


def trained(model: nn.MLP) -> list[float]:
    (model([0.5, -1.0]) ** 2).backward()
    return [p.grad for p in model.parameters()]


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_graphs_and_models_go_to_a_process_and_come_back(method: str) -> None:
    model = nn.MLP(2, [3, 1], "tanh")
    wanted = trained(model)
    with meanwhile(cubes), multiprocessing.get_context(method).Pool(1) as pool:
        y = pool.apply_async(square, (Value(3.0, "x"),)).get(PATIENCE * 3)
        slopes = pool.apply_async(trained, (model,)).get(PATIENCE * 3)
    assert grad(y, y.operands[:1])[0].data == 6.0
    assert y.operands[0].label == "x"
    assert slopes == [2 * slope for slope in wanted]  # the model brought its gradients along
