"""nan_origin names the first nan or inf, forward or backward, and keeps nothing but its node."""

from __future__ import annotations

import gc
import linecache
import math
import sys
import threading
import weakref

import pytest

from autograd_mini import Value, grad, nn, no_grad, ops, strict
from autograd_mini.check import nan_origin
from autograd_mini.errors import StrictError
from autograd_mini.show import draw


def this_line() -> int:
    """The number of the line that calls this."""
    return sys._getframe(1).f_lineno


def test_nothing_appears() -> None:
    x = Value(2.0, "x")
    with nan_origin() as origin:
        (x * 3.0).backward()
    assert not origin
    assert (origin.node, origin.op, origin.phase, origin.where) == (None, "", "", "")
    assert origin.corner is None
    assert str(origin) == "no nan and no inf has appeared"
    assert repr(origin) == "<nan_origin: nothing found>"


def test_the_first_operation_is_named() -> None:
    x = Value(-1.0, "x")
    with nan_origin() as origin:
        y = x * 2.0
        z, line = ops.log(y), this_line()
        (z + 1.0) * 0.0
    assert origin
    assert origin.node is z
    assert (origin.phase, origin.op, origin.operands) == ("forward", "log", (-2.0,))
    assert math.isnan(origin.number)
    assert (origin.file, origin.line) == (__file__, line)
    assert origin.where == f"{__file__}, line {line}"
    assert str(origin).splitlines() == [
        "log(-2.0) is nan",
        f"  {__file__}, line {line}",
        "    z, line = ops.log(y), this_line()",
    ]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda x: ops.exp(x * 1e3), "exp(1000.0) is inf"),
        (lambda x: x / 0.0, "div('x' = 1.0, 0.0) is inf"),
        (lambda x: x * 1e308 * 10.0, "mul(1e+308, 10.0) is inf"),
        (lambda x: x * math.nan, "mul('x' = 1.0, nan) is nan"),
        (lambda x: ops.affine([x, x], [1e308, 1e308], 0.0), "affine("),
        (lambda x: ops.acos(x + 1.0), "acos(2.0) is nan"),
    ],
)
def test_forward(make: object, said: str) -> None:
    assert callable(make)
    with nan_origin() as origin:
        make(Value(1.0, "x")) + 1.0
    assert str(origin).startswith(said)
    assert origin.phase == "forward"


def test_a_leaf_that_was_nan_from_the_start() -> None:
    bad = Value(math.nan, "age")
    with nan_origin() as origin:
        Value(2.0) * bad
    assert origin.node is bad
    assert (origin.op, origin.operands) == ("", ())
    assert str(origin).startswith("'age' is nan where mul uses it")


def test_a_node_made_before_the_block() -> None:
    y = ops.log(Value(0.0, "x"))
    with nan_origin() as origin:
        y * 2.0
    assert origin.node is y
    assert (origin.op, origin.number) == ("log", -math.inf)


def test_backward_names_the_line_that_made_the_node() -> None:
    x = Value(0.0, "x")
    with nan_origin() as origin:
        z, line = ops.sqrt(x * 3.0), this_line()
        loss = z * 2.0
        loss.backward()
    assert origin.node is z
    assert (origin.phase, origin.op, origin.operands) == ("backward", "sqrt", (0.0,))
    assert (origin.number, origin.line) == (math.inf, line)
    assert str(origin).startswith(
        "backward: the gradient inf of operand 1 of sqrt(0.0) is 2.0 · inf"
    )
    assert "ops.sqrt(x * 3.0)" in str(origin)
    assert x.grad == math.inf  # nothing was stopped or changed


def test_backward_through_a_graph_made_before() -> None:
    loss = ops.sqrt(Value(0.0, "x"))
    with nan_origin() as origin:
        loss.backward()
    assert (origin.op, origin.where) == ("sqrt", "")
    assert str(origin).endswith("made before the block, so its line is not known")


def test_contributions_that_add_up_to_inf() -> None:
    x = Value(1.0, "x")
    with nan_origin() as origin:
        y = x * 1.0
        loss = (y * 0.95e308 - 0.95e308) + (y * 0.95e308 - 0.95e308)
        loss.backward()
    assert origin.node is y
    assert (origin.phase, origin.number) == ("backward", math.inf)
    assert "add up to inf" in str(origin)


def test_a_gradient_that_is_zero_times_inf() -> None:
    with nan_origin() as origin:
        (ops.sqrt(Value(0.0, "x")) * 0.0).backward()
    assert math.isnan(origin.number)
    assert "is 0.0 · inf" in str(origin)


def test_the_derivatives_of_grad_are_watched_too() -> None:
    x = Value(0.0, "x")
    with nan_origin() as origin:
        y = ops.sqrt(x) * x
        _, line = grad(y, [x]), this_line()
    assert origin.phase == "forward"  # grad records new operations
    assert (origin.number, origin.line) == (math.inf, line)


def test_a_line_in_a_model_is_the_line_that_called_it() -> None:
    model = nn.Neuron(2, activation="log")
    with nan_origin() as origin:
        _, line = model([Value(0.0), Value(0.0)]), this_line()
    assert (origin.op, origin.file, origin.line) == ("log", __file__, line)


def test_the_corner_is_a_graph_of_its_own() -> None:
    x = Value(-2.0, "x")
    with nan_origin() as origin:
        y = x * 1.0
        for _ in range(10):
            y = y + 0.0
        z = ops.log(y)
        z * 2.0
    corner = origin.corner
    assert corner is not None
    assert corner is not z
    assert (corner.op, corner.operands[0].op) == ("log", "add")
    assert corner.operands[0].operands[0].operands[0].label == "add(…)"
    assert not corner.operands[0].operands[0].operands[0].operands
    assert z.operands[0] is y
    assert "log" in draw(corner).dot


def test_the_corner_keeps_shared_operands_shared() -> None:
    a, b = Value(1e200, "a"), Value(0.0, "b")
    with nan_origin() as origin:
        ops.affine([a, b], [a, b], a - b)
    corner = origin.corner
    assert corner is not None
    assert corner.op == "affine"
    assert corner.operands[0] is corner.operands[1]
    assert corner.operands[4].op == "sub"
    assert corner.operands[4].operands[0] is corner.operands[0]
    assert corner.operands[0] is not a
    assert corner.operands[0].label == "a"


def test_it_can_be_used_again() -> None:
    origin = nan_origin()
    with origin:
        ops.log(Value(-1.0))
    assert origin
    with origin:
        ops.log(Value(1.0))
    assert not origin


def test_the_first_one_stays() -> None:
    with nan_origin() as origin:
        ops.log(Value(-1.0))
        ops.sqrt(Value(-1.0))
    assert origin.op == "log"


def test_an_exception_ends_the_block() -> None:
    with pytest.raises(StrictError), nan_origin() as origin, strict():
        ops.log(Value(-1.0))
    assert origin.op == "log"
    ops.log(Value(-1.0))  # nobody watches any more


def test_values_that_are_not_recorded_are_watched() -> None:
    with nan_origin() as origin, no_grad():
        ops.log(Value(-1.0, "x"))
    assert str(origin).startswith("log('x' = -1.0) is nan")


def test_other_threads_are_left_alone() -> None:
    with nan_origin() as origin:
        thread = threading.Thread(target=lambda: ops.log(Value(-1.0)))
        thread.start()
        thread.join()
    assert not origin


def test_nodes_are_freed_while_the_block_is_open() -> None:
    gc.disable()
    try:
        with nan_origin():
            y = Value(1.0) * 2.0
            gone = weakref.ref(y)
            del y
            assert gone() is None
    finally:
        gc.enable()


def test_lines_are_forgotten_with_their_nodes() -> None:
    with nan_origin() as origin:
        kept = Value(1.0) * 2.0
        assert len(origin._lines) == 1
    assert kept.data == 2.0
    del kept
    assert len(origin._lines) == 0


def test_code_without_a_source_file() -> None:
    linecache.checkcache()
    with nan_origin() as origin:
        exec(compile("ops.log(Value(-1.0))", "<typed>", "exec"), {"ops": ops, "Value": Value})
    assert str(origin) == "log(-1.0) is nan\n  <typed>, line 1"
