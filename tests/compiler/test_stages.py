"""What each stage hands on is checked, and each check notices what is planted in it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, ops
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import (
    blocks,
    holes,
    kinds,
    layout,
    normal,
    pipeline,
    program,
    recording,
)
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.build import build
from autograd_mini.compiler.derive import differentiate
from autograd_mini.compiler.llvm import prepare
from autograd_mini.compiler.program import Array, Program, Window, formula
from autograd_mini.compiler.trace import Trace, trace
from autograd_mini.lessons import gpt
from tests.compiler.chains import CHAINS


def recorded(seed: int = 0) -> Trace:
    model = gpt.GPT(width=4, heads=2, block=4, rng=random.Random(seed))
    example = gpt.tokens("abc")[:4]
    return trace(model.loss, model.parameters(), [example], [args.form_of(example, "d")], ["d"])


def formed() -> normal.Normal:
    return normal.normal(recorded().recording)


def laid_out() -> tuple[normal.Normal, blocks.Layout]:
    form = formed()
    return form, layout.layout(form)


def built() -> Program:
    return differentiate(build(*laid_out(), [("D", (4,))]))


def test_what_the_stages_hand_on_is_sound() -> None:
    recording.validate(recorded().recording)
    normal.validate(formed())
    blocks.validate(*laid_out())
    kinds.validate(built())


def operand_ahead(table: recording.Recording) -> Any:
    table.operands[-1] = (len(table.rows), *table.operands[-1][1:])
    return table


def operand_below(table: recording.Recording) -> Any:
    table.operands[-1] = (-1, *table.operands[-1][1:])
    return table


def operand_missing(table: recording.Recording) -> Any:
    place = table.rows.index(ops.mul)
    table.operands[place] = table.operands[place][:1]
    return table


RECORDINGS: dict[str, Callable[[recording.Recording], Any]] = {
    "a later operand": operand_ahead,
    "no operand": operand_below,
    "arity": operand_missing,
    "root": lambda table: table._replace(roots=[len(table.rows)]),
    "a number too few": lambda table: table._replace(numbers=table.numbers[1:]),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_fault_in_a_recording(name: str) -> None:
    broken = RECORDINGS[name](recorded().recording)
    with pytest.raises(AssertionError):
        recording.validate(broken)


def uses_a_swallowed_entry(form: normal.Normal) -> None:
    gone = form.rows.index(None)
    terms = list(form.terms.values())[-1]
    terms.append(1, gone, normal.NONE)


def is_as_deep_as_its_operand(form: normal.Normal) -> None:
    form.known[form.colours[-1]] = form.known[form.colours[-1]]._replace(depth=1)


def has_half_a_term(form: normal.Normal) -> None:
    next(iter(form.terms.values())).right.pop()


def swallows_the_root(form: normal.Normal) -> None:
    form.rows[form.recording.roots[0]] = None


@pytest.mark.parametrize(
    "plant",
    [uses_a_swallowed_entry, is_as_deep_as_its_operand, has_half_a_term, swallows_the_root],
)
def test_a_fault_in_a_normal_form(plant: Callable[[normal.Normal], None]) -> None:
    form = formed()
    plant(form)
    with pytest.raises(AssertionError):
        normal.validate(form)


def two_in_one_cell(plan: blocks.Layout) -> None:
    members = next(iter(plan.blocks.values())).members
    plan.cells[members[0]] = plan.cells[members[1]]


def a_strange_home(plan: blocks.Layout) -> None:
    plan.homes[list(plan.blocks.values())[-1].members[0]] = blocks.THETA


def parameters_exchanged(plan: blocks.Layout) -> None:
    plan.order[0], plan.order[1] = plan.order[1], plan.order[0]


def a_hole_that_is_not_said(plan: blocks.Layout) -> None:
    block = next(b for b in plan.blocks.values() if b.shape is not None)
    block.members[block.members == normal.NONE] = block.members[0]


@pytest.mark.parametrize(
    "plant", [two_in_one_cell, a_strange_home, parameters_exchanged, a_hole_that_is_not_said]
)
def test_a_fault_in_a_layout(plant: Callable[[blocks.Layout], None]) -> None:
    form, plan = laid_out()
    plant(plan)
    with pytest.raises(AssertionError):
        blocks.validate(form, plan)


def of_kind(made: Program, kind: str) -> Array:
    return next(array for array in made.arrays if array.kind == kind)


def used_before_it_is_made(made: Program) -> None:
    made.arrays.append(made.arrays.pop(0))


def a_window_that_reaches_outside(made: Program) -> None:
    view = of_kind(made, "view")
    view.detail = view.detail._replace(offset=view.operands[0].size)


def a_window_below_the_first_cell(made: Program) -> None:
    view = next(a for a in made.arrays if a.kind == "view" and a.shape)
    view.detail = Window(0, view.shape, tuple(-1 for _ in view.shape))


def rows_that_differ_in_length(made: Program) -> None:
    dot = of_kind(made, "dot")
    dot.operands = (dot.operands[0], made.arrays[0])


def shapes_that_do_not_broadcast(made: Program) -> None:
    array = next(a for a in made.arrays if a.kind == "formula" and len(a.shape) == 2)
    array.shape = (array.shape[0] + 1, *array.shape[1:])


def a_sum_along_another_axis(made: Program) -> None:
    array = of_kind(made, "sum")
    array.shape = (*array.shape, 7)


@pytest.mark.parametrize(
    "plant",
    [
        used_before_it_is_made,
        a_window_that_reaches_outside,
        a_window_below_the_first_cell,
        rows_that_differ_in_length,
        shapes_that_do_not_broadcast,
        a_sum_along_another_axis,
    ],
)
def test_a_fault_in_a_program(plant: Callable[[Program], None]) -> None:
    made = built()
    plant(made)
    with pytest.raises(AssertionError):
        kinds.validate(made)


def selecting() -> Program:
    """A program with the kinds that the language model has not."""
    table = [Value(0.1 * i) for i in range(12)]

    def fn(i: Any, x: Any, j: Any) -> Any:
        rows = ops.take([table[k : k + 3] for k in range(0, 12, 3)], i)
        chosen = ops.take([ops.exp(v * x) for v in rows], j)
        total = ops.exp(ops.sum([c * v for c, v in zip([1.0, 2.0, 5.0], table, strict=False)]))
        one = ops.take([ops.tanh(table[0] * x), ops.tanh(ops.sin(table[1])), x], j)
        return chosen * one * total * ops.sum(table[3:8]) ** 2

    example = [1, 2.0, 0]
    forms = [args.form_of(x, "x") for x in example]
    form = normal.normal(trace(fn, table, example, forms, ["i", "x", "j"]).recording)
    return differentiate(build(form, layout.layout(form), [(name, ()) for name in "ixj"]))


def repeating() -> Program:
    """A program with a loop, and the one that leads back."""
    fn, params, (xs, ys) = CHAINS["labelled"](5)
    forms = [args.form_of(x, "x") for x in (xs[0], ys[0])]
    found = trace(fn, params, [xs[0], ys[0]], forms, ["xs", "ys"])
    return pipeline.grouped(found, ["xs", "ys"], True)


PROGRAMS = [built, selecting, repeating]


def every(program: Program) -> list[Array]:
    """The arrays of a program, those of its loops' bodies too."""
    found = list(program.arrays)
    for array in program.arrays:
        if array.kind == "loop":
            found += [*array.detail.carries, *array.detail.arrays]
    return found


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_says_what_does_not_fit(kind: str) -> None:
    """A size more, an axis more: for some array of the kind, all of which fitted before."""
    found = [array for make in PROGRAMS for array in every(make()) if array.kind == kind]
    assert found, "a program for the tests has every kind"
    assert all(kinds.fits(array) for array in found)
    for array in found:
        shape = array.shape
        free = kind in ("argument", "index", "theta", "expand", "scatter", "unselect", "carry")
        if shape and not free:
            array.shape = (shape[0] + 1, *shape[1:])
            assert unfit(array), f"{array}: a size more"
        if kind == "scatter":  # zeros may lie around what is added
            array.detail, kept = array.detail[1:], array.detail
            assert unfit(array), f"{array}: a piece more than places"
            array.detail = kept
        elif kind not in ("argument", "index", "carry"):
            array.shape = (*shape, 7)
            assert unfit(array), f"{array}: an axis more"
        array.shape = shape


def unfit(array: Array) -> bool:
    try:
        return not kinds.fits(array)
    except AssertionError:  # sizes that do not go with each other
        return True


def test_every_kind_is_written_in_both_languages() -> None:
    assert kinds.KINDS.keys() == prepare.KINDS
    without = {kind for kind, row in kinds.KINDS.items() if row.text is None}
    assert without == {*kinds.LEAVES, "scatter", "loop", "result", "item"}


def test_a_gradient_of_another_length() -> None:
    made = built()
    with pytest.raises(AssertionError):
        kinds.validate(made._replace(order=made.order[1:]))


def test_rows_of_different_lengths_are_found_to_begin_alike() -> None:
    rows = blocks.padded([np.array([5]), np.array([5, 6]), np.array([7, 8, 9]), np.array([7, 9])])
    longer = blocks.prolonged(rows)
    assert longer.tolist() == [[5, 6, -1], [5, 6, -1], [7, 8, 9], [7, 9, -1]]
    assert blocks.one_side_prolonged(rows, rows) is None


def test_holes_are_known_where_a_number_is_sure() -> None:
    mask = np.array([True, False])
    scores = Array("argument", (), (2,), batched=True, holes=holes.Holes(mask, -np.inf))
    shares = Array("argument", (), (2,), batched=True, holes=holes.Holes(mask, 0.0))
    other = Array("argument", (), (2,), batched=True)
    s, e, m = f.Name(scores), f.Name(shares), f.Name(other)
    exp = f.apply(ops.exp, [s - m])
    assert holes.stands(s - m, mask) == -np.inf
    assert holes.stands(exp, mask) == holes.stands(f.Name(formula(exp)), mask) == 0.0
    assert holes.stands(e / m, mask) == holes.stands(m * e, mask) == 0.0
    assert holes.stands(f.apply(ops.over_square, [e, m]), mask) == 0.0
    for unknown in (
        m,
        s * m,  # −∞ or ∞
        f.apply(ops.maximum, [exp, m]),
        m - s * 0.0,
        f.Number(1.0) / e,  # a zero of either sign
        f.apply(ops.where, [e, m, m]),
        f.apply(ops.where, [e, f.Number(1.0), f.Number(2.0)]),  # a nan would choose the first
    ):
        assert np.isnan(holes.stands(unknown, mask)), unknown
    half = formula(holes.filled(m, program.mask(mask, []), 0.5))
    assert holes.stands(half.detail, mask) == 0.5
    assert np.isnan(holes.stands(half.detail, np.array([False, True])))


def test_holes_do_not_leak_however_large_the_numbers_are() -> None:
    """Scores that would overflow e^s beyond the diagonal leave no nan in the gradient."""
    from autograd_mini.compiler import compile

    model = gpt.GPT(width=4, heads=1, block=6, rng=random.Random(4))
    for layer in model.layers:
        for W in (layer.query, layer.key):
            for row in W:
                for w in row:
                    w.data = w.data * 400.0
    document = gpt.tokens("zebra")
    compiled = compile(model.loss, model.parameters(), "numpy")
    value, gradient = compiled([document])
    assert compiled.tier == "numpy"
    loss = model.loss(document)
    loss.backward()
    assert value == pytest.approx(loss.data, rel=1e-12)
    for g, p in zip(gradient, model.parameters(), strict=True):
        assert g == pytest.approx(p.grad, rel=1e-9, abs=1e-12)
