"""What a walk prints: its words, its width, its manners at terminals, in pipes and with keys."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from typing import Any, TextIO, cast

import pytest
from hypothesis import given

from autograd_mini import Value, ops
from autograd_mini.show import Lesson, walk, without_zero_grad, wrong_way_round
from autograd_mini.show.walk import terminal
from tests import graphs
from tests.show.test_labels import CONTROL, FORBIDDEN, NASTY

DOUBLED = """\
Forward and backward through c

Step 1 of 9 · Start: the numbers that are given
    given  a\xa0=\xa03

Step 2 of 9 · Forward: compute b
    formula  b = a + a
    numbers  b = 3 + 3 = 6

Step 3 of 9 · Forward: compute c
    formula  c = b + b
    numbers  c = 6 + 6 = 12

Step 4 of 9 · Backward: begin at the output c
    gradient  ∂c/∂c = 1
    The output changes as fast as itself.

Step 5 of 9 · Backward: from c to b (1st use)
    incoming gradient  ∂c/∂c = 1
    local derivative   ∂c/∂b|₁ = 1
    contribution       ∂c/∂c · ∂c/∂b|₁ = 1 · 1 = 1
    running total      grad of b = 1 (first contribution)
    b waits for the contribution of 1 more use.

Step 6 of 9 · Backward: from c to b (2nd use)
    incoming gradient  ∂c/∂c = 1
    local derivative   ∂c/∂b|₂ = 1
    contribution       ∂c/∂c · ∂c/∂b|₂ = 1 · 1 = 1
    running total      grad of b accumulates: 1 + 1 = 2
    All uses of b have contributed: ∂c/∂b = 2.

Step 7 of 9 · Backward: from b to a (1st use)
    incoming gradient  ∂c/∂b = 2
    local derivative   ∂b/∂a|₁ = 1
    contribution       ∂c/∂b · ∂b/∂a|₁ = 2 · 1 = 2
    running total      grad of a = 2 (first contribution)
    a waits for the contribution of 1 more use.

Step 8 of 9 · Backward: from b to a (2nd use)
    incoming gradient  ∂c/∂b = 2
    local derivative   ∂b/∂a|₂ = 1
    contribution       ∂c/∂b · ∂b/∂a|₂ = 2 · 1 = 2
    running total      grad of a accumulates: 2 + 2 = 4
    All uses of a have contributed: ∂c/∂a = 4.

Step 9 of 9 · End: the gradients
    gradient  ∂c/∂a = 4"""


def doubled() -> Value:
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return lambda number: monkeypatch.setenv("COLUMNS", str(number))


def test_the_text_of_the_doubled_doubling_is_this() -> None:
    assert str(walk(doubled())) == DOUBLED


def test_show_prints_the_same_to_a_pipe() -> None:
    out = io.StringIO()
    walk(doubled()).show(file=out)
    assert out.getvalue() == DOUBLED + "\n"


def test_waiting_is_only_for_terminals() -> None:
    out = io.StringIO()
    walk(doubled()).show(wait=True, file=out)
    walk(doubled()).show(wait=1000.0, file=out)
    assert out.getvalue() == (DOUBLED + "\n") * 2


def test_a_terminal_gets_colour_and_its_own_width(columns: Any) -> None:
    columns(40)
    out = Terminal()
    walk(doubled(), title="A walk").show(file=out)
    shown = out.getvalue()
    assert "\x1b[1mStep 1 of 9 · Start" in shown
    plain = shown
    for code in (terminal.BOLD, terminal.WARN, terminal.QUIET, terminal.PLAIN):
        plain = plain.replace(code, "")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) < 40
    assert "        ∂c/∂b|₁ = 1\n" in plain


def test_no_color_is_heeded(columns: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    columns(80)
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    walk(doubled()).show(file=out)
    assert out.getvalue() == DOUBLED + "\n"


def test_what_an_encoding_lacks_becomes_a_question_mark() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    walk(doubled()).show(file=out)
    out.flush()
    assert b"?c/?b|? = 1" in raw.getvalue()


@given(graphs.recipes(most=8))
def test_every_step_has_a_text_at_every_width(recipe: Any) -> None:
    _, root = graphs.build(recipe)
    walked = walk(root)
    for step in range(len(walked)):
        for width in (30, 60, 100):
            assert max(map(len, walked.text(step, width).splitlines())) <= width


def test_local_derivatives_stand_in_symbols_and_in_numbers() -> None:
    z = Value(0.5, "z")
    a = z.tanh()
    a.label = "a"
    said = walk(a).text(3)
    assert "∂a/∂z = 1 − a · a ≈ 1 − 0.4621 · 0.4621 ≈ 0.7864" in said


def test_the_largest_of_equal_operands_share_what_comes_in() -> None:
    a, b, c = Value(3.0, "a"), Value(3.0, "b"), Value(1.0, "c")
    said = walk(ops.max([a, b, c])).descriptions[3].lines[1][1]
    ties = " + ".join(f"[{x} = v₁]" for x in "abc")
    numbers = "[3 = 3] / ([3 = 3] + [3 = 3] + [1 = 3])"
    assert said == f"∂v₁/∂a = [a = v₁] / ({ties}) = {numbers} = 0.5"


def test_negative_numbers_are_in_brackets_where_they_must_be() -> None:
    x, w = Value(-2.0, "x"), Value(-3.0, "w")
    walked = walk(ops.affine([w], [x], Value(-1.0, "b")))
    assert "v₁ = −3 · (−2) + (−1) = 5" in walked.text(1)
    assert "(−2) ^ 2 = 4" in walk(x**2).text(1)
    assert "tanh(−2) ≈ −0.964" in walk(x.tanh()).text(1)
    assert "∂v₁/∂x = 2 · x = 2 · (−2) = −4" in walk(x**2).text(3)


def test_contributions_accumulate_with_their_numbers() -> None:
    x = Value(2.0, "x")
    y = x * 0.3 + x * 0.12
    y.label = "y"
    said = str(walk(y))
    assert "grad of x = 0.12 (first contribution)" in said
    assert "running total      grad of x accumulates: 0.12 + 0.30 = 0.42" in said
    assert "All uses of x have contributed: ∂y/∂x = 0.42." in said
    assert "running total      ∂y/∂v₁ = 1 (only contribution)" in said


def test_the_start_lists_what_is_given_by_its_kind() -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b")
    cost = ((w * x + b) * 3.0 - Value.constant(1.0, "y")) ** 2
    lines = walk(cost).text(0).replace("\xa0", " ").split("\n")[1:]
    assert [line.split(maxsplit=1) for line in lines] == [
        ["inputs", "x = 2"],
        ["weights", "w = 0.5"],
        ["biases", "b = −0.25"],
        ["targets", "y = 1"],
    ]


@pytest.mark.parametrize("label", [*NASTY, *FORBIDDEN, "long" * 2500, "a\nb"])
def test_labels_of_any_content_keep_to_their_line(label: str) -> None:
    x = Value(1.0, label)
    y = x * x
    y.label = label + "!"
    said = str(walk(y))
    assert said.count("\n") < 60
    assert not any(control in said for control in CONTROL if control != "\xa0")
    assert "\u202e" not in said
    said.encode("utf-8")


def test_text_from_right_to_left_is_kept_apart() -> None:
    assert "\u2068עברית#1\u2069 · \u2068עברית#2\u2069" in walk(
        Value(1.0, "עברית") * Value(1.0, "עברית")
    ).text(1)


def test_a_pipe_that_closes_early_is_no_harm(tmp_path: Any) -> None:
    program = (
        "from autograd_mini import Value\n"
        "from autograd_mini.show import walk\n"
        "x = Value(2.0, 'x')\n"
        "y = x\n"
        "for _ in range(200): y = y * x\n"
        "walk(y).show()\n"
    )
    made = subprocess.run(
        ["bash", "-o", "pipefail", "-c", '"$0" -c "$1" | head -1', sys.executable, program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert made.stdout == "Forward and backward through v₂₀₀\n"
    assert made.stderr == ""


@pytest.mark.parametrize("lesson", [wrong_way_round(), without_zero_grad()])
def test_a_lesson_prints_the_mistake_and_then_the_right_way(lesson: Lesson) -> None:
    out = io.StringIO()
    lesson.show(wait=True, file=out)
    assert out.getvalue().strip() == str(lesson)
    said = str(lesson)
    assert max(map(len, said.splitlines())) <= 80
    places = [said.index(part) for part in (lesson.title, "\nWrong: ", "    ! ", "\nRight: ")]
    assert places == sorted(places)
    assert "!" not in said[places[-1] :]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_a_key_goes_on_and_q_ends() -> None:
    import pty

    program = (
        "from autograd_mini import Value\n"
        "from autograd_mini.show import walk\n"
        "a = Value(3.0, 'a')\n"
        "walk(a * a).show(wait=True)\n"
        "print('THE END')\n"
    )
    place, inner = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "TERM": "xterm"},
    ) as process:
        os.close(inner)
        seen = until(place, "q: quit")
        assert "Step 1 of 6" in seen
        assert "Step 2" not in seen
        os.write(place, b" ")
        assert "Step 2 of 6" in until(place, "q: quit")
        os.write(place, b"\x1b[C")
        assert "Step 3 of 6" in until(place, "q: quit")
        os.write(place, b"q")
        assert "Step 4" not in until(place, "THE END")
        assert process.wait(10) == 0
    os.close(place)


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_an_interrupt_ends_it_and_leaves_the_terminal_as_it_was() -> None:
    import pty
    import signal
    import termios

    program = (
        "from autograd_mini import Value\n"
        "from autograd_mini.show import walk\n"
        "a = Value(3.0, 'a')\n"
        "try: walk(a * a).show(wait=True)\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    place, inner = pty.openpty()
    before = termios.tcgetattr(inner)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=inner, stdout=inner, stderr=inner, env=environment
    ) as process:
        until(place, "q: quit")
        process.send_signal(signal.SIGINT)
        assert until(place, "interrupted").startswith("\r  ")  # the line of keys is wiped
        assert process.wait(10) == 0
    assert termios.tcgetattr(inner) == before
    os.close(inner)
    os.close(place)


def until(place: int, mark: str) -> str:
    """What a terminal shows, up to a mark."""
    import select

    seen = b""
    while mark.encode() not in seen:
        assert select.select([place], [], [], 30)[0], seen
        seen += os.read(place, 4096)
    return seen.decode("utf-8", "replace")


def test_the_step_where_a_nan_begins_says_so() -> None:
    x = Value(-1.0, "x")
    lesson = walk(ops.log(x) * 2.0 + x)
    said = [lesson.text(i) for i in range(len(lesson.steps))]
    begins = [i for i, text in enumerate(said) if "the nan begins here" in text]
    assert len(begins) == 1
    assert "log(−1) = nan" in said[begins[0]]
    assert not any("nan begins" in text for text in _texts(walk(ops.log(x + 2.0) * 2.0)))


def _texts(lesson: Any) -> list[str]:
    return [lesson.text(i) for i in range(len(lesson.steps))]


def test_a_stream_that_cannot_tell_whether_it_is_closed_is_no_terminal() -> None:
    class Stream:
        """As JupyterLite's."""

        def write(self, text: str) -> None: ...

        def flush(self) -> None: ...

    with redirect_stdout(cast("TextIO", Stream())):
        assert "Step 1 of" in str(walk(doubled()))
