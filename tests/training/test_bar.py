"""The progress bar on a pretended terminal, and its silence everywhere else."""

from __future__ import annotations

import io
import re

import pytest

from autograd_mini.training import bar as module
from autograd_mini.training.bar import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setenv("COLUMNS", "80")


def on_screen(said: str) -> str:
    """The last line as a terminal shows it: what follows the last carriage return."""
    return said.rsplit("\r", 1)[-1].replace("\x1b[K", "")


@pytest.mark.usefixtures("hasty")
def test_it_is_drawn_over_itself_and_wiped() -> None:
    out = Terminal()
    with Bar("training", stream=out) as bar:
        bar(1, 4, 0.25)
        assert (
            on_screen(out.getvalue()) == f"training: {'█' * 7}{'░' * 23} 1 of 4 epochs, cost 0.25"
        )
        bar(2, 4, 0.125)
        assert on_screen(out.getvalue()).endswith("2 of 4 epochs, cost 0.125")
        bar(4, 4, 0.1)
    assert on_screen(out.getvalue()) == ""
    assert "\n" not in out.getvalue()


@pytest.mark.usefixtures("hasty")
def test_it_is_wiped_when_the_work_is_broken_off() -> None:
    out = Terminal()

    def work() -> None:
        with Bar("training", stream=out) as bar:
            bar(1, 4)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert "1 of 4" in out.getvalue()
    assert on_screen(out.getvalue()) == ""


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("columns", [10, 20, 40, 60, 200])
def test_it_never_fills_a_line(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = Terminal()
    bar = Bar("training digits", stream=out)
    bar(300, 1000, 1.2345678)
    shown = on_screen(out.getvalue())
    assert 0 < len(shown) < columns
    assert re.search(r"300( of |/)1000", shown) or columns < 25


def test_what_is_done_at_once_needs_no_bar() -> None:
    out = Terminal()
    bar = Bar("training", stream=out)
    bar(1, 4)
    bar(4, 4)
    assert out.getvalue() == ""


@pytest.mark.usefixtures("hasty")
def test_it_is_silent_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    with Bar("training", stream=out) as bar:
        for done in range(1, 5):
            bar(done, 4, 0.5)
    assert out.getvalue() == ""


def test_it_is_silent_without_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    Bar("training")(1, 4)
