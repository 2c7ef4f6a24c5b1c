"""train and notebooks: what they write can be used, and what they say is so."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import cli, data, nn, training
from autograd_mini.cli import notebooks
from tests.cli.running import WITH_CTRL_C, environment, on_a_terminal, run

COURSE = sorted(path.name for path in notebooks.BESIDE.glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture
def unplotted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where matplotlib is not installed: plots take longer than the training of XOR."""
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "matplotlib" else found(name)
    )


def told(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    assert cli.main([*words, "--json"]) == code
    said, complained = capsys.readouterr()
    assert complained == ""
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.usefixtures("unplotted")
def test_a_trained_model_is_saved_and_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", "xor", "--seed", "3"]) == 0
    said, complained = capsys.readouterr()
    assert complained == ""
    assert "Right: 4 of 4 (100.0%)" in said
    assert "13 parameters, 4 examples, 500 epochs, 500 steps, seed 3" in said
    model = nn.load("autograd-mini-xor/model.json")
    assert training.accuracy(model, data.xor()) == 1.0
    history = json.loads(Path("autograd-mini-xor/history.json").read_text())
    assert len(history["costs"]) == 500
    assert f"{history['costs'][-1]:.4g} at last" in said
    assert {path.name for path in Path("autograd-mini-xor").iterdir()} == {
        "model.json", "history.json", "report.html", "autograd-mini-train.json"
    }  # fmt: skip
    first = Path("autograd-mini-xor/model.json").read_bytes()
    assert cli.main(["train", "xor", "--seed", "3"]) == 0  # once more, into the same folder
    assert Path("autograd-mini-xor/model.json").read_bytes() == first


@pytest.mark.usefixtures("unplotted")
def test_the_figures_for_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "moons", "--out", str(tmp_path), "--epochs", "30", "--patience", "5"]
    found = told(words, capsys)
    model = nn.load(found["model"])
    trained = training.run(training.RECIPES["moons"], 0, epochs=30, patience=5)
    assert trained.test is not None
    assert [p.data for p in model.parameters()] == [p.data for p in trained.model.parameters()]
    assert found["right of them"] == round(40 * training.accuracy(model, trained.test, 0.0))
    assert found["history"]["costs"] == trained.history.costs
    assert found["epochs"] == len(trained.history) <= 30
    assert (found["stopped"] != "") == (found["epochs"] < 30)


@pytest.mark.usefixtures("unplotted")
def test_no_epochs_leave_the_first_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(["train", "xor", "--epochs", "0", "--out", str(tmp_path)], capsys)
    assert (found["epochs"], found["first cost"]) == (0, None)
    assert cli.main(["train", "xor", "--epochs", "0", "--out", str(tmp_path)]) == 0
    assert "autograd-mini[plot]" in capsys.readouterr().out


@pytest.mark.usefixtures("unplotted")
def test_a_trained_model_is_not_replaced_by_an_untrained_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "xor", "--out", str(tmp_path), "--epochs"]
    assert cli.main([*words, "2"]) == 0
    kept = (tmp_path / "model.json").read_bytes()
    assert cli.main([*words, "0"]) == 2
    assert "would put an untrained one in its place" in capsys.readouterr().err
    assert (tmp_path / "model.json").read_bytes() == kept
    assert cli.main([*words, "3"]) == 0
    assert (tmp_path / "model.json").read_bytes() != kept


@pytest.mark.usefixtures("unplotted")
def test_a_cost_that_runs_away_has_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    recipe = replace(training.RECIPES["xor"], lr=1e300)
    monkeypatch.setitem(training.RECIPES, "xor", recipe)
    assert cli.main(["train", "xor", "--out", str(tmp_path)]) == 1
    assert "take a smaller learning rate" in capsys.readouterr().out


class Page(HTMLParser):
    """What a page holds: the addresses that it would fetch, and whether its tags close."""

    VOID = {"meta", "img", "source", "br", "link"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.images = 0
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.images += tag == "img"
        self.scripts += tag == "script"
        self.addresses += [v or "" for k, v in attrs if k in {"src", "srcset", "href"}]
        if tag == "img":
            assert dict(attrs)["alt"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read_page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.open == []
    return page


@pytest.mark.parametrize(("recipe", "images"), [("xor", 3), ("moons", 5)])
def test_the_report_holds_its_plots_and_fetches_nothing(
    recipe: str, images: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(["train", recipe, "--out", str(tmp_path), "--epochs", "20"], capsys)
    page = read_page(Path(found["report"]))
    assert page.images == images
    icon, *plots = page.addresses
    assert icon == "data:,"
    assert len(plots) == 2 * images  # for a light and for a dark page
    assert all(address.startswith("data:image/png;base64,") for address in plots)
    text = Path(found["report"]).read_text(encoding="utf-8")
    assert f"<b>{found['right']:,} of {found['examples']:,}</b>" in text
    assert "The trained network" in text
    assert page.scripts == 0


@pytest.mark.usefixtures("unplotted")
def test_without_matplotlib_the_report_names_the_extra(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = told(["train", "xor", "--epochs", "5", "--out", str(tmp_path)], capsys)
    page = read_page(Path(figures["report"]))
    assert page.images == 0
    assert "autograd-mini[plot]" in Path(figures["report"]).read_text(encoding="utf-8")


def test_digits_without_scikit_learn_name_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert cli.main(["train", "digits", "--out", str(tmp_path / "d")]) == 2
    said, complained = capsys.readouterr()
    assert said == ""
    assert "autograd-mini[data]" in complained
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--epochs", "-1"], "epochs=-1"),
        (["--patience", "0"], "patience=0"),
        (["--engine", "llvm"], "llvm"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, "llvmlite", None)  # as where it is not installed
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    assert cli.main(["train", "xor", *words, "--out", str(tmp_path)]) == 2
    complained = capsys.readouterr().err
    assert complained.startswith("autograd-mini train: ")
    assert said in complained


def test_what_somebody_else_wrote_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "model.json"
    mine.write_text("mine")
    assert cli.main(["train", "xor", "--out", str(tmp_path)]) == 2
    assert "was not written by the train" in capsys.readouterr().err
    assert mine.read_text() == "mine"


def test_progress_is_shown_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    words = ["train", "xor", "--epochs", "3000", "--out", str(tmp_path)]
    said = on_a_terminal(words, {"COLUMNS": "80"})
    assert re.search(r"\rTraining xor: █+░* +\d+ of 3000 epochs, cost 0\.\d+", said)
    last = said[said.rindex("\r") :]
    assert last.startswith("\r\x1b[K")  # wiped
    assert "█" not in last
    assert run("train", "xor", "--epochs", "40", "--out", str(tmp_path)).stderr == b""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent otherwise on Windows")
def test_ctrl_c_ends_a_training_cleanly(tmp_path: Path) -> None:
    words = ["train", "xor", "--epochs", "10000000", "--out", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", WITH_CTRL_C, *words],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(600):
        if (tmp_path / "autograd-mini-train.json").exists():
            break
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    assert process.returncode == cli.INTERRUPTED
    assert said == b""
    assert b"interrupted" in complained
    assert b"Traceback" not in complained
    assert not (tmp_path / "model.json").exists()


def test_the_course_is_copied_whole_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(COURSE) >= 10
    folder = tmp_path / "deep" / "course"
    assert cli.main(["notebooks", str(folder)]) == 0
    assert f"jupyter lab {folder}" in capsys.readouterr().out
    assert sorted(path.name for path in folder.iterdir()) == COURSE
    for path in folder.iterdir():
        assert path.read_bytes() == (notebooks.BESIDE / path.name).read_bytes()
    assert cli.main(["notebooks", str(folder)]) == 0  # nothing has changed
    capsys.readouterr()
    mine = folder / COURSE[2]
    mine.write_text("my answers")
    (folder / COURSE[0]).unlink()
    assert cli.main(["notebooks", str(folder)]) == 2
    complained = capsys.readouterr().err
    assert COURSE[2] in complained
    assert "--overwrite" in complained
    assert mine.read_text() == "my answers"
    assert not (folder / COURSE[0]).exists()  # all or nothing
    found = told(["notebooks", str(folder), "--overwrite"], capsys)
    assert [Path(path).name for path in found["notebooks"]] == COURSE
    assert mine.read_bytes() == (notebooks.BESIDE / COURSE[2]).read_bytes()


def test_the_course_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["notebooks", "--list"]) == 0
    assert capsys.readouterr().out.split() == COURSE
    assert told(["notebooks", "--list"], capsys) == {"notebooks": COURSE}


def test_where_the_course_cannot_go_or_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert cli.main(["notebooks", str(file)]) == 2
    assert cli.main(["notebooks", str(file / "below")]) == 2
    assert file.read_text() == "mine"
    monkeypatch.setattr(notebooks, "BESIDE", tmp_path)
    monkeypatch.setattr(notebooks, "INSIDE", tmp_path)
    assert cli.main(["notebooks", str(tmp_path / "n")]) == 2
    assert "install the package again" in capsys.readouterr().err
