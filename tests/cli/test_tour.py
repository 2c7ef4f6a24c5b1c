"""The tour, as a person, a pipe and a terminal take it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograd_mini import cli
from autograd_mini.lessons import course, folder
from tests.cli.running import WITH_CTRL_C, environment, on_a_terminal, run, unread


def test_the_tour_of_one_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "tour"
    assert cli.main(["tour", "--part", "10", "--out", str(out), "--verbose"]) == 0
    said, complained = capsys.readouterr()
    assert complained == ""
    assert "\x1b" not in said
    for expected in ("0.6986", "0.45", "0.798508", "slide 28", f"Open {out / 'index.html'}"):
        assert expected in said
    assert {path.suffix for path in out.iterdir()} == {".svg", ".png", ".html", ".js", ".json"}


def test_the_whole_tour_walks_the_deck_in_order(tmp_path: Path) -> None:
    done = run("tour", "--out", str(tmp_path), PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    *lines, last = done.stdout.decode().splitlines()
    parts = [int(number) for line in lines for number in re.findall(r"^Part +(\d+): ", line)]
    assert parts == [part.number for part in course.PARTS]
    assert len(lines) == len(parts)
    assert last == f"Open {tmp_path / 'index.html'}"
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")]
    linked = re.findall(r'(?:src|href|srcset)="([^"#:]+)"', "".join(pages))
    assert set(linked) == {path.name for path in tmp_path.iterdir()} - {folder.LIST}
    assert all(tmp_path.joinpath(name).stat().st_size > 0 for name in linked)


def test_the_default_folder_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["tour", "--part", "8"]) == 0
    assert tmp_path.joinpath("autograd-mini-tour", "index.html").exists()


def test_the_list_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["tour", "--list"]) == 0
    said = capsys.readouterr().out
    for part in course.PARTS:
        assert f"{part.number:2}  {part.title} (slide" in said
    assert "XOR: a linear classifier fails (slide 20)" in said
    assert cli.main(["tour", "--list", "--part", "12"]) == 0
    assert "XOR" not in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tour", "--part", "99"]) == 2
    said, complained = capsys.readouterr()
    assert said == ""
    assert "there is no part 99" in complained
    assert "12 The chain rule" in complained


@pytest.mark.parametrize("words", [["tour", "--part", "x"], ["tour", "--outt", "d"], ["walk"]])
def test_what_is_typed_wrong(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 2
    assert "usage: autograd-mini" in capsys.readouterr().err


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "file"
    place.write_text("mine")
    for out in (place, place / "below"):
        assert cli.main(["tour", "--out", str(out)]) == 2
        said, complained = capsys.readouterr()
        assert said == ""
        assert complained.startswith("autograd-mini tour: ")
        assert "--out" in complained
    assert place.read_text() == "mine"


def test_a_folder_that_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(folder, "write_atomically", refuse)
    assert cli.main(["tour", "--out", str(tmp_path)]) == 2
    said, complained = capsys.readouterr()
    assert said == ""
    assert "cannot be written (Permission denied); choose another folder with --out" in complained


@pytest.mark.parametrize(
    "given",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["ascii", "cp1252", "C locale"],
)
def test_a_terminal_that_knows_few_characters(tmp_path: Path, given: dict[str, str]) -> None:
    done = run("tour", "--part", "11", "--out", str(tmp_path), "--verbose", **given)
    assert done.returncode == 0, done.stderr
    assert b"theta := theta " in done.stdout
    assert run("tour", "--list", **given).returncode == 0
    page = tmp_path.joinpath("36-rule.html").read_text(encoding="utf-8")
    assert "θ" in page


@pytest.mark.parametrize("words", [["tour", "--part", "11", "--out", "."], ["tour", "--list"]])
def test_a_reader_that_stops_reading(tmp_path: Path, words: list[str]) -> None:
    assert unread(*words, cwd=tmp_path) == (cli.NOBODY_READS, b"")


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent otherwise on Windows")
@pytest.mark.parametrize("pause", [0.3, 0.0])
def test_ctrl_c_ends_the_tour_cleanly(tmp_path: Path, pause: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", WITH_CTRL_C, "tour", "--verbose", "--out", str(tmp_path)],
        env=environment(PYTHONIOENCODING="utf-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    while b"Picture: 05" not in process.stdout.readline():
        pass
    time.sleep(pause)
    process.send_signal(signal.SIGINT)
    _, complained = process.communicate(timeout=60)
    assert process.returncode == cli.INTERRUPTED
    assert b"interrupted" in complained
    assert b"Traceback" not in complained
    files = list(tmp_path.iterdir())
    assert not [path for path in files if path.name.startswith(".")]
    assert not tmp_path.joinpath("index.html").exists()
    for path in files:
        end = {".svg": b"</svg>\n", ".png": b"IEND\xaeB`\x82", ".json": b"\n}"}[path.suffix]
        assert path.read_bytes().endswith(end), path
    # What was begun can be finished.
    assert run("tour", "--part", "1", "--out", str(tmp_path)).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals on Windows")
@pytest.mark.parametrize(
    ("words", "given", "coloured"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
    ],
    ids=["terminal", "--no-color", "NO_COLOR", "dumb"],
)
def test_colours_and_progress_on_a_terminal(
    tmp_path: Path, words: list[str], given: dict[str, str], coloured: bool
) -> None:
    said = on_a_terminal(["tour", "--part", "7", "--out", str(tmp_path), *words], given)
    without_bar = re.sub(r"\r[^\n]*?\x1b\[K", "", said)
    assert ("\x1b[1m" in without_bar) == coloured
    assert re.search(r"\rXOR: two layers[^\r]*: [█░]+ \d+ of 500 steps", said)
    assert "Traceback" not in said
