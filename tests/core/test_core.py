"""The compiled core beside the Python source: the same bits, order and messages, and no leak."""

from __future__ import annotations

import copy
import gc
import math
import os
import pkgutil
import random
import shutil
import signal
import subprocess
import sys
import tracemalloc
import weakref
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, engine, graph, ieee, nn, ops
from autograd_mini.engine import core
from tests.core import build

pytestmark = pytest.mark.core


def both(seed: int, count: int, pure: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.both", str(seed), str(count)],
        cwd=build.ROOT, env={**os.environ, "AUTOGRAD_MINI_PURE": pure, "PYTHONHASHSEED": "0"},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_both_engines_answer_alike_to_the_bit() -> None:
    pure, core = both(2026, 1300, "1"), both(2026, 1300, "")
    assert len(pure) == len(core) == 1300
    for one, other in zip(pure, core, strict=True):
        assert one == other


def test_which_engine_runs_is_said() -> None:
    said = [sys.executable, "-c", "import autograd_mini; print(autograd_mini.engine_info())"]
    for pure, text in (("1", "pure Python"), ("", "compiled core")):
        environment = {**os.environ, "AUTOGRAD_MINI_PURE": pure}
        assert subprocess.check_output(said, env=environment, text=True).strip() == text


def test_a_core_that_is_older_than_its_source_is_left_alone(tmp_path: Path) -> None:
    assert engine.core is not None
    package = Path(shutil.copytree(build.SOURCE.parent, tmp_path / "autograd_mini"))
    library = package / Path(engine.core.__file__).name
    said = [sys.executable, "-m", "autograd_mini", "--version"]
    for age, text in ((-1.0, "compiled core"), (1.0, "pure Python); the compiled core is older")):
        source = package / build.SOURCE.name
        os.utime(source, (library.stat().st_mtime + age,) * 2)
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        found = subprocess.check_output(said, env=environment, text=True, cwd=tmp_path)
        assert f"({text}" in found


def test_the_core_is_at_most_800_lines_and_names_the_python_it_stands_for() -> None:
    lines = build.SOURCE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 800
    sections = [line.strip("/*- ") for line in lines if line.startswith("/* --- ")]
    assert len(sections) >= 8
    for section in sections:
        room = ""
        for name in section.partition(": ")[2].split(", "):
            whole = f"{room}{name}" if name.startswith(".") else name
            room = whole.rpartition(".")[0]
            assert pkgutil.resolve_name(f"autograd_mini.{whole}"), section


def test_a_node_is_64_bytes_and_no_business_of_the_collector() -> None:
    y = Value(1.0) * 2.0
    assert sys.getsizeof(y) == 64
    assert not gc.is_tracked(y)
    before = len(gc.get_objects())
    kept = [y := y + 1.0 for _ in range(1000)]
    assert len(gc.get_objects()) - before < 10
    assert len(kept) == 1000


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("nnnndc")), max_size=300), st.randoms()
)
def test_labels_stay_with_their_nodes(steps: list[tuple[int, str]], rng: Random) -> None:
    known: dict[int, tuple[Value, str]] = {}
    for count, (first, what) in enumerate(steps):
        for i in range(first, first + rng.choice((1, 1, 1, 500))):
            if what == "n":  # one that is there already is given another name, or freed
                node = known[i][0] if i in known and rng.random() < 0.5 else Value(0.0) * 2.0
                node._label = text = f"{count}, {i}"
                known[i] = node, text
            elif what == "d" and i in known:
                node = known.pop(i)[0]
                if rng.random() < 0.5:
                    del node._label
                    assert node.label == ""
            elif i in known:
                copied = copy.copy(known[i][0])
                assert copied.label == known[i][1]
    assert all(node.label == text for node, text in known.values())


def test_an_age_has_47_bits_and_a_sign() -> None:
    node = Value(1.0) * 2.0
    for stamp in (0, -2, 1, 2**46 - 1, -(2**46)):
        node._stamp = stamp
        assert node._stamp == stamp


def test_ten_thousand_graphs_with_faults_in_the_middle_leave_nothing() -> None:
    def raising(z: Any, x: Any) -> Any:
        raise ArithmeticError

    row = ops.op("raising", lambda x: x, raising, domain=((0.0, 1.0),))
    x, model = Value(0.5, "x"), nn.MLP(2, [3, 1], rng=0)

    def step(i: int) -> None:
        y = (x * 2.0 + x).tanh() / (x**2 + 1) + model([x, 1.0])
        if i % 3 == 0:
            with pytest.raises(ArithmeticError):
                (row(y) * y).backward()
        else:
            y.backward()
        if i % 7 == 0:
            with pytest.raises(TypeError):
                x + "text"

    try:
        tracemalloc.start()
        for i in range(2000):
            step(i)
        gc.collect()
        grown: list[int] = []  # a leak is in every window, what others allocate meanwhile is not
        while len(grown) < 8 and min(grown, default=1_400) >= 1_400:
            before = tracemalloc.get_traced_memory()[0]
            for i in range(8_000 if not grown else 2_000):
                step(i)
            gc.collect()
            grown.append(tracemalloc.get_traced_memory()[0] - before)
        assert min(grown) < 1_400, grown
    finally:
        tracemalloc.stop()
        del ops.TABLE["raising"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that sends signals")
def test_ctrl_c_stops_a_pass_and_the_leaves_have_what_they_had() -> None:
    x, w = Value(0.5), Value(0.25)
    y = x
    for _ in range(400_000):
        y = y * 1.0 + w
    y.backward()
    whole = x.grad
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    stopped = 0
    gc.disable()  # its callbacks swallow exceptions
    try:
        for microseconds in (100, 1_000, 3_000, 8_000, 15_000, 25_000, 40_000):
            x.grad, w.grad = 7.0, None
            try:
                signal.setitimer(signal.ITIMER_REAL, microseconds * 1e-6)
                y.backward()
                signal.setitimer(signal.ITIMER_REAL, 0.0)
            except KeyboardInterrupt:
                stopped += not w.has_grad
            assert (x.grad, w.has_grad) in ((7.0, False), (7.0 + whole, True))
    finally:
        gc.enable()
        signal.signal(signal.SIGALRM, before)
    assert stopped >= 1


def near_halves(rng: random.Random, width: int) -> tuple[list[float], list[float]]:
    """Weights and a bias, and inputs, whose sum is next to the middle of two doubles, or on it."""
    unit = 2.0 ** rng.randrange(-60, 60)
    sign = rng.choice([1.0, -1.0])
    half = 2.0 ** rng.choice([-53, -54])  # of the doubles above 1, and below
    terms = [1.0, sign * half, rng.choice([0.0, 1.0, -1.0]) * 2.0 ** rng.randrange(-160, -53)]
    terms += [rng.uniform(-1, 1) for _ in range(width)]
    terms += [-x for x in terms[3:]] if rng.random() < 0.7 else []
    rng.shuffle(terms)
    inputs = [2.0 ** rng.randrange(-3, 3) for _ in terms[1:]]
    weights = [unit * t / x for t, x in zip(terms, inputs, strict=False)]
    return [*weights, unit * terms[-1]], inputs


@pytest.mark.parametrize("width", [0, 1, 2, 3, 5, 40, 124, 126, 127, 128, 200])
def test_a_weighted_sum_is_rounded_as_the_source_rounds_it(width: int) -> None:
    rng = random.Random(width)
    for _ in range(150):
        numbers, of_inputs = near_halves(rng, width)
        nodes, inputs = tuple(map(Value, numbers)), tuple(map(Value, of_inputs))
        z = core.neuron(nodes, inputs, numbers, of_inputs, "z", None, "")
        assert z.data.hex() == ieee.dot(numbers, of_inputs).hex()


def test_products_that_cancel_are_summed_with_their_errors() -> None:
    rng = random.Random(8)
    differ = 0
    for _ in range(300):
        half = [rng.uniform(-1, 1) for _ in range(rng.randrange(4, 40))]
        of_inputs = [rng.uniform(-1, 1) for _ in half] * 2
        numbers = [*half, *[-x * (1.0 + rng.choice([0.0, 1e-12, 0.1, 0.9])) for x in half], 1e-17]
        nodes, inputs = tuple(map(Value, numbers)), tuple(map(Value, of_inputs))
        z = core.neuron(nodes, inputs, numbers, of_inputs, "z", None, "")
        assert z.data.hex() == ieee.dot(numbers, of_inputs).hex()
        terms = [w * x for w, x in zip(numbers, of_inputs, strict=False)]
        differ += z.data != math.fsum([*terms, numbers[-1]])
    assert differ > 100  # the errors are seen in the sums


def test_nodes_that_were_tampered_with_are_refused() -> None:
    w, x = tuple(map(Value, (1.0, 2.0, 3.0))), tuple(map(Value, (4.0, 5.0)))

    def made() -> Any:
        return core.neuron(w, x, (1.0, 2.0, 3.0), (4.0, 5.0), "z", None, "")

    for a, b in ((w, x[:1]), (w[:2], x), ((*w[:2], 3.0), x), (w, None)):
        z = made()
        z._a, z._b = a, b
        with pytest.raises(TypeError):
            z.backward()
    with pytest.raises(AttributeError):
        core.neuron(w, x, (1.0, 2.0, 3.0), (4.0, 5.0), "z", object(), "a")


def test_nodes_carry_the_epoch_that_python_reads() -> None:
    leaf = Value(1.0)
    for change in (lambda: setattr(leaf, "data", 2.0), graph.new_epoch):
        change()
        assert graph.epoch % 2 == 0
        assert (leaf * 2.0)._stamp == graph.epoch


def test_labels_that_are_gone_leave_no_room_behind() -> None:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        nodes = [core.neuron((Value(1.0),), (), (1.0,), (), "z", None, "") for _ in range(20_000)]
        assert tracemalloc.get_traced_memory()[0] - before > 2_000_000
        nodes.clear()
        assert tracemalloc.get_traced_memory()[0] - before < 900_000  # freed nodes that are kept
    finally:
        tracemalloc.stop()


def test_what_is_no_walk_is_refused() -> None:
    with pytest.raises(AttributeError):
        core.visit(Value(1.0) * 2.0, object())
    with pytest.raises(TypeError, match="no Walk"):
        core.settle(SimpleNamespace(fields=(1, 2)))
    with pytest.raises(TypeError):
        core.visit(1.0, object())
    with pytest.raises(TypeError):
        core.sweep((), 0.0, None)
    with pytest.raises(TypeError):
        core.neuron([], [], [], [], "", None, "")
    with pytest.raises(RecursionError):
        core.sweep([], -0.0, None)


class Held(Value):
    """A node of a user's, which keeps a result."""

    result: Value


def test_a_node_that_keeps_its_own_result_lives_until_that_is_taken_away() -> None:
    # Documented in engine.py: a cycle through a subclass's attribute is not collected.
    x = Held(2.0)
    x.result = x * 3.0
    told = weakref.ref(x.result)
    result = x.result
    del x.result, result
    assert told() is None


@pytest.mark.parametrize("operand", ["text", 3, (1.0, "x"), None])
def test_operands_that_are_none_are_refused_and_never_followed(operand: Any) -> None:
    for make in (lambda: Value(1.0) * 2.0, lambda: Value(1.0).exp(), lambda: ops.sum([Value(1.0)])):
        y = make()
        y._a = operand
        with pytest.raises((TypeError, AttributeError)):
            y.backward()


@pytest.mark.parametrize("payload", [0x7FFC000000000000, 0x7FFC000000000001, 0xFFFC000000000007])
def test_a_nan_of_any_payload_is_an_ordinary_number(payload: int) -> None:
    import struct

    nan = struct.unpack("d", struct.pack("Q", payload))[0]
    x, k = Value(nan), Value(2.0)
    y = x * k + nan
    y.backward()
    assert (x.grad, k.has_grad, k.grad != k.grad) == (2.0, True, True)
    x.grad = nan
    assert x.has_grad
    assert x.grad != x.grad


@pytest.mark.skipif(build.compiler() is None, reason="the sanitizers take a C compiler")
def test_the_sanitizers_find_nothing(tmp_path: Path) -> None:
    source = build.SOURCE.read_text(encoding="utf-8")
    kept = "#define KEPT 4096"
    assert kept in source
    text = source.replace(kept, "#define KEPT 0")  # a use after a free is one at once
    assert build.made(tmp_path, text, build.SANITIZED)
    library = subprocess.check_output(
        [build.compiler() or "cc", "-print-file-name=libasan.so"], text=True
    ).strip()
    done = build.run(
        tmp_path, "-m", "tests.core.both", "7", "390", limit=600,
        LD_PRELOAD=library, ASAN_OPTIONS="detect_leaks=0", PYTHONMALLOC="malloc",
        AUTOGRAD_MINI_PURE="",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == both(7, 390, "1")


def test_engine_says_what_a_subclass_must_know() -> None:
    assert "cycle" in (engine.__doc__ or "")
