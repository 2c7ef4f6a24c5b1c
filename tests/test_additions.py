"""An operation, an activation, a loss, a theme, a lesson: each is one file, and works everywhere.

Each is written as a user writes it, in a temporary file that imports the package and says what is
new; the command line takes it by ``--import``. Nothing else is told of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from autograd_mini import (
    Value,
    cli,
    compile,
    data,
    draw,
    explain,
    grad,
    gradcheck,
    hessian,
    jvp,
    losses,
    nn,
    optim,
    training,
    walk,
)
from autograd_mini.lessons import course
from autograd_mini.lessons.lesson import DECLARED
from autograd_mini.rows import TABLE
from autograd_mini.show.palette import THEMES
from autograd_mini.training import RECIPES
from tests import rows
from tests.accuracy import page
from tests.accuracy.edges import kinks
from tests.accuracy.measure import is_within, worst
from tests.accuracy.points import points
from tests.accuracy.test_pages import OURS, PEERS
from tests.accuracy.test_references import complaints

BACKENDS = ["python", *(["numpy"] if find_spec("numpy") else [])]
BACKENDS += ["llvm"] if find_spec("llvmlite") else []

OPERATION = """
from math import copysign
from autograd_mini.ops import abs, maximum, op, sign, step

op("shrink", lambda x: copysign(max(x - 0.5 if x > 0.0 else -x - 0.5, 0.0), x) if x == x else x,
   lambda z, x: step(abs(x) - 0.5),
   domain=((-3.0, 3.0),), kinks=[((0.5,), (0.0,)), ((-0.5,), (0.0,))],
   definition=lambda x: sign(x) * maximum(abs(x) - 0.5, 0.0))
"""
ACTIVATION = r"""
from autograd_mini.ops import abs, div, op, over_square

op("softsign", lambda x: x / (1.0 + (x if x > 0.0 else -x)) if x - x == 0.0 else x / x,
   lambda z, x: over_square(1.0, 1.0 + abs(x)),
   label="Softsign", latex=r"\operatorname{{softsign}}({0})", domain=((-3.0, 3.0),),
   definition=lambda x: div(x, 1.0 + abs(x)))
"""
LOSS = """
from dataclasses import replace
from autograd_mini.ops import abs, square, step, where
from autograd_mini.training import RECIPES

def huber(prediction, target):
    off = abs(prediction - target)
    return where(step(off - 1.0), off - 0.5, 0.5 * square(off))

RECIPES["robust"] = replace(RECIPES["xor"], name="robust", loss=huber)
"""
THEME = """
from autograd_mini.show.palette import LIGHT, THEMES

THEMES["sepia"] = LIGHT._replace(background="#f4ecd8")
"""
LESSON = """
from autograd_mini import Value
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides

@on_slides(5, title="A line through the origin", edits=[edit("y", m=3.0)])
def through_origin(m=2.0, x=1.5):
    y = Value(m, "m") * Value(x, "x")
    return Lesson(formulas=["y = mx"], numbers=[number("y", y)])
"""


@pytest.fixture
def added(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Writes a file and runs it; what it has added is taken away again."""
    tables: list[dict[Any, Any]] = [TABLE, RECIPES, THEMES, DECLARED]
    before = [dict(table) for table in tables]

    def add(text: str) -> Path:
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        run_path(str(path))
        return path

    yield add
    for table, old in zip(tables, before, strict=True):
        table.clear()
        table.update(old)


def command(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> str:
    """What the command line prints, which takes the file as somebody's who starts it anew."""
    for name in ("shrink", "softsign"):
        TABLE.pop(name, None)
    assert cli.main(["--import", str(path), *words]) == 0
    return capsys.readouterr().out


def as_it_is_declared(name: str) -> None:
    """The checks to which the table's own rows are held."""
    assert rows.complaints(name) == []
    assert complaints(name) == []
    found = worst(name, points(name, 400))
    assert all(is_within(name, witness) for witness in found), found
    measured = [{"ulps": w.ulps, "at": list(w.at), "of": list(w.of)} for w in found]
    ours = {**OURS, "rows": {**OURS["rows"], name: measured}}
    assert f"| `{name}` |" in page.accuracy(ours, PEERS)
    assert [edge.at for edge in kinks() if edge.row == name] == [k.at for k in TABLE[name].kinks]


def in_every_engine(row: Any, point: float) -> None:
    """Value, gradient and second derivative, forward and backward, node by node and compiled."""
    x = Value(point, "x")
    z = row(x)
    z.backward()
    (slope,) = grad(z, [x])
    assert x.grad == slope.data == jvp(z, [x], [1.0]).data
    assert hessian(z, [x])[0][0].data == grad(slope, [x])[0].data
    w = Value(0.7, "w")
    eager = row(w * point) * w
    eager.backward()
    for backend in BACKENDS:
        value, (gradient,) = compile(lambda x: row(w * x) * w, [w], backend)([point])
        assert math.isclose(value, eager.data, rel_tol=1e-12), backend
        assert math.isclose(gradient, w.grad, rel_tol=1e-12), backend


def shown(row: Any, name: str, label: str) -> None:
    """In pictures, a walk and an explanation."""
    x = Value(1.5, "x")
    z = row(2.0 * x)
    assert label in draw(z).dot
    assert label in draw(z, "compact").dot
    assert name in str(walk(z))
    found = explain(z, wrt=x)
    assert name in found.text
    assert name in found.latex
    assert "<math" in found.mathml


def test_an_operation_with_a_kink(
    added: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = added(OPERATION)
    shrink: Any = TABLE["shrink"]
    as_it_is_declared("shrink")
    in_every_engine(shrink, 1.75)
    shown(shrink, "shrink", "shrink")
    assert gradcheck(shrink, [1.5], order=2)
    report = gradcheck(shrink, [0.5])
    assert report.verdict == "inconclusive"
    assert "a kink of shrink(" in str(report)
    for slope in (Value(0.5), Value(-0.5)):
        shrink(slope).backward()
        assert slope.grad == 0.0
    typed = ("-shrink(2*x)", "-s", "x=1.5")
    said = json.loads(command(capsys, path, "explain", *typed, "--wrt", "x", "--json"))
    assert (said["value"], said["derivative"]) == (-2.5, -2.0)
    assert "shrink" in command(capsys, path, "draw", *typed)
    assert "shrink" in command(capsys, path, "walk", *typed)
    assert "pass" in command(capsys, path, "check", *typed, "--order", "2")


def test_an_activation(
    added: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = added(ACTIVATION)
    softsign: Any = TABLE["softsign"]
    as_it_is_declared("softsign")
    in_every_engine(softsign, 1.75)
    shown(softsign, "softsign", "Softsign")
    model = nn.MLP(2, [4, 1], "softsign", "sigmoid", rng=1)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    history = training.fit(
        model, data.xor(), losses.binary_cross_entropy, optimizer, epochs=60, engine="auto"
    )
    assert history.costs[-1] < history.costs[0]
    nn.save(model, tmp_path / "model.json")
    read = nn.load(tmp_path / "model.json")
    assert training.outputs(read, [[0.0, 1.0]]) == training.outputs(model, [[0.0, 1.0]])
    assert "Softsign" in draw(model([0.0, 1.0]), "compact").dot
    assert draw(model([0.0, 1.0]), "network").dot
    said = command(capsys, path, "explain", "softsign(x)", "--wrt", "x", "-s", "x=2")
    assert "1 / (1 + |x|)² ≈ 0.1111" in said


def test_a_loss(
    added: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = added(LOSS)
    huber: Any = RECIPES["robust"].loss
    w = Value(0.5, "w")
    for target in (0.0, 4.0):
        J = huber(w * 1.5, target)
        J.backward()
        w.grad = 0.0
        J.backward()
        for backend in BACKENDS:
            compiled = compile(lambda x, y: huber(w * x, y), [w], backend)
            value, (gradient,) = compiled([1.5], [target])
            assert math.isclose(value, J.data, rel_tol=1e-12)
            assert math.isclose(gradient, w.grad, rel_tol=1e-12)
        assert math.isclose(explain(J, wrt=w).gradient, w.grad, rel_tol=1e-12)
        assert gradcheck(lambda x, target=target: huber(x, target), [0.7])
        w.grad = 0.0
    assert losses.mean(huber, [1.0, 5.0], [1.0, 1.0]) == 1.75
    said = command(
        capsys, path, "train", "robust", "--epochs", "3", "--out", str(tmp_path / "out"), "--json"
    )
    assert json.loads(said)["recipe"] == "robust"
    assert "huber" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_theme(added: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = added(THEME)
    root = nn.MLP(2, [2, 1], "tanh", rng=1)([1.0, 2.0])
    for view in ("expanded", "compact", "network"):
        assert "#f4ecd8" in draw(root, view, theme="sepia").dot
    THEMES.pop("sepia")
    said = command(capsys, path, "draw", "x*x", "-s", "x=2", "--theme", "sepia")
    assert "#f4ecd8" in said


def test_a_lesson(
    added: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = added(LESSON)
    titles = [DECLARED[make].title for part in course.parts() for make in part.lessons]
    assert "A line through the origin" in titles
    for make in [make for make in DECLARED if make.__name__ == "through_origin"]:
        del DECLARED[make]
    number = next(part.number for part in course.parts() if 5 in part.slides)
    listed = command(capsys, path, "tour", "--part", str(number), "--list")
    assert "A line through the origin" in listed
    for make in [make for make in DECLARED if make.__name__ == "through_origin"]:
        del DECLARED[make]
    out = str(tmp_path / "tour")
    told = command(capsys, path, "tour", "--part", str(number), "--out", out, "--verbose")
    assert "A line through the origin" in told
    assert "A line through the origin" in (tmp_path / "tour" / "index.html").read_text("utf-8")


def test_a_file_that_cannot_be_run_is_a_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("1 / 0\n", encoding="utf-8")
    for path, said in (
        (wrong, "ZeroDivisionError: division by zero"),
        (tmp_path / "none.py", "No such file"),
    ):
        assert cli.main(["--import", str(path), "check", "x", "-s", "x=1"]) == 2
        assert said in capsys.readouterr().err
