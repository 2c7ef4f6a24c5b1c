"""The report as a table, as one line, and in a failing pytest run."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import ops
from autograd_mini.check import Estimate, Report, gradcheck
from autograd_mini.check.report import Row


def wrong() -> Report:
    def loss(w: float, b: float) -> float:
        return math.tanh(w * 2.0 + b)

    def gradient(w: float, b: float) -> list[float]:
        slope = 1.0 - loss(w, b) ** 2
        return [2.0 * slope * (1.0 + 1e-6), slope]

    return gradcheck(loss, [0.5, -0.25], gradients=gradient)


TABLE = """\
gradcheck of loss: fail (1 of 2)
function  input  point        analytic         numeric  difference    bound  verdict
loss      w        0.5   1.19317280973   1.19317161656     1.2 × 10⁻⁶  BOUND  fail
loss      b      −0.25  0.596585808281  0.596585808281     SMALL  BOUND  pass
loss by w: off by 1.2 × 10⁻⁶, which is more than BOUND"""


def test_the_table() -> None:
    lines = str(wrong()).splitlines()
    for line, expected in zip(lines, TABLE.splitlines(), strict=True):
        for word in expected.replace("BOUND", "").replace("SMALL", "").split():
            assert word in line, line
    verdicts = zip(lines[1:4], ("verdict", "fail", "pass"), strict=True)
    assert len({line.rindex(word) for line, word in verdicts}) == 1  # the columns are aligned


def test_the_line() -> None:
    said = repr(wrong())
    assert "\n" not in said
    for part in (
        "function loss",
        "input w",
        "point 0.5",
        "analytic 1.19317280973",
        "numeric 1.19317161656",
        "difference 1.2 × 10⁻⁶",
        "verdict fail",
    ):
        assert part in said
    assert repr(gradcheck(ops.exp, [0.5])) == "<gradcheck of exp: pass (1 of 1)>"


def row(analytic: float, value: float, error: float, **more: Any) -> Row:
    slope = more.pop("slope", 0.0)
    return Row(("f", "x", 0.5), analytic, Estimate(value, error, slope=slope), **more)


@pytest.mark.parametrize(
    ("analytic", "value", "error", "verdict"),
    [
        (1.0, 1.0, 1e-4, "pass"),
        (1.0, 1.0 + 0.9e-4, 1e-4, "pass"),
        (1.0, 1.0 + 1.1e-4, 1e-4, "fail"),
        (1.0, 1.0 + 1.1e-13, 1e-13, "fail"),
        (1.0, 1.0, 0.9e-3, "pass"),
        (1.0, 1.0, 1.1e-3, "inconclusive"),
        (1.0, 0.5, 1.0, "inconclusive"),
        (1.0, 1.0 + 2.0**-50, 0.0, "pass"),
        (1.0, 1.0 + 2.0**-48, 0.0, "fail"),
        (1e3, 1e3 * (1.0 + 2.0**-50), 0.0, "pass"),
    ],
)
def test_the_verdict(analytic: float, value: float, error: float, verdict: str) -> None:
    found = row(analytic, value, error)
    assert found.verdict == verdict
    assert found.bound == error + 2.0**-49 * abs(analytic)
    assert found.difference == abs(analytic - value)
    assert (not found.reason) is (verdict == "pass")


@pytest.mark.parametrize(
    ("error", "slope", "products", "verdict"),
    [
        # beside the slopes around the point
        (0.9e-10, 1.0, None, "pass"),
        (1.1e-10, 1.0, None, "inconclusive"),
        (0.9e-7, 1e3, None, "pass"),
        (1.1e-13, 1e-3, None, "inconclusive"),
        # where f does not move: beside 1, or its path products
        (0.9e-10, 0.0, None, "pass"),
        (1.1e-10, 0.0, None, "inconclusive"),
        (1.1e-10, 0.0, (2.0, math.inf), "pass"),
        (0.9e-10, 0.0, (0.5, math.inf), "inconclusive"),
        (1e-5, 0.0, (0.0, 0.0), "pass"),
        # where path products cancel out
        (63e-15, 1.0, (1.0, 1e-15), "pass"),
        (65e-10, 1.0, (1.0, 1e-10), "inconclusive"),
        (63e-10, 1.0, (1.0, 1e-10), "pass"),
    ],
)
def test_the_verdict_on_a_derivative_of_0(
    error: float, slope: float, products: tuple[float, float] | None, verdict: str
) -> None:
    found = row(0.0, 0.0, error, slope=slope, products=products)
    assert found.verdict == verdict
    assert ("would not be seen" in found.reason) is (verdict == "inconclusive")


def test_rounding_of_path_products_widens_the_bound() -> None:
    found = row(1e-16, 0.0, 1e-17, products=(1.0, 3e-16))
    assert (found.verdict, found.bound) == ("pass", 1e-17 + 3e-16)
    assert row(4e-16, 0.0, 1e-17, products=(1.0, 3e-16)).verdict == "fail"
    assert row(1e-16, 0.0, 1e-17, products=(1.0, math.inf)).verdict == "fail"


def test_a_kink_decides_nothing() -> None:
    assert "a convention" in row(2.0, 1.0, 1e-3, kink="relu(0.0)").reason
    assert row(2.0, 1.0, 1e-3).verdict == "fail"
    assert row(2.0, 1.0, 1e-3, kink="relu(0.0)").verdict == "inconclusive"


def test_why_a_given_derivative_is_not_decided() -> None:
    assert "nobody knows" in row(1e-20, 0.0, 1e-16, is_given=True).reason
    assert "nobody knows" not in row(1e-20, 0.0, 1e-16).reason
    assert "nobody knows" not in row(1.0, 1.0, 1e-2, is_given=True).reason


def test_minus_zero_is_zero() -> None:
    assert "-0 " not in str(gradcheck(ops.cos, [0.0]))


def test_what_ipython_shows() -> None:
    class Printer:
        said = ""

        def text(self, said: str) -> None:
            self.said += said

    printer = Printer()
    report = wrong()
    report._repr_pretty_(printer, cycle=False)
    assert printer.said == str(report)


def test_the_worst_verdict_counts() -> None:
    assert gradcheck(lambda x, y: ops.relu(x) + y, [0.0, 1.0]).verdict == "inconclusive"

    def gradient(x: float, y: float) -> list[float]:
        return [0.0, 2.0]

    assert gradcheck(lambda x, y: max(x, 0.0) + y, [0.0, 1.0], gradients=gradient).verdict == "fail"


PROGRAM = """
import math
from autograd_mini import gradcheck

def gradient(x):
    return [1.000001 * math.cos(x)]

def test_sine():
    assert gradcheck(math.sin, [0.3], gradients=gradient)
"""


def test_a_failing_run_shows_the_table(tmp_path: Path) -> None:
    program = tmp_path / "test_program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(program)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout
    table = str(gradcheck(math.sin, [0.3], gradients=lambda x: [1.000001 * math.cos(x)]))
    assert table.replace("∂", "") in done.stdout.replace("∂", "")
    assert (
        "assert <gradcheck of sin: fail (1 of 1): function sin, input x, point 0.3" in done.stdout
    )


def test_nothing_is_written_outside_pytest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    assert not wrong()
    assert capsys.readouterr().out == ""
