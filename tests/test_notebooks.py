"""The notebooks run from a clean kernel, and are what their sources give.

The builder runs in a process of its own, as a person runs it.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograd_mini.lessons.exercises import EXERCISES
from autograd_mini.lessons.lesson import Builder
from tests.lessons import declared
from tests.notebooks import BUILD, BUILDER, FOLDER, SOURCES, cells_of, ran, solution_after

DECK = [source for source in SOURCES if int(source.name[:2]) <= 13]
"""The notebooks on the slides; others go beyond them."""

NOTEBOOKS = [source.with_suffix(".ipynb") for source in SOURCES]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(BUILDER), *words],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def test_every_source_has_its_notebook_and_every_notebook_its_source() -> None:
    assert SOURCES
    assert sorted(FOLDER.glob("*.ipynb")) == NOTEBOOKS


def built_in(folder: Path, *numbers: str) -> dict[str, str]:
    """Notebooks built anew, each in a new kernel, by the names of their files."""
    folder.mkdir()
    done = run(*numbers, "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built_in(tmp_path_factory.mktemp("notebooks") / "first")


def test_the_notebooks_run_and_are_what_their_sources_give(built: dict[str, str]) -> None:
    assert set(built) == {path.name for path in NOTEBOOKS}
    assert len(DECK) == 13
    found = [
        difference
        for source, path in zip(SOURCES, NOTEBOOKS, strict=True)
        for difference in BUILD.differences(source, built[path.name])
    ]
    assert not found, "build anew with: python notebooks/build.py"


@pytest.mark.parametrize(
    "numbers",
    [
        # one of each kind of output: layered diagram, matplotlib, walk and strip, what is printed
        pytest.param(("05", "06", "11", "12"), id="some"),
        pytest.param((), id="all", marks=pytest.mark.slow),
    ],
)
def test_building_twice_gives_the_same_bytes(
    built: dict[str, str], tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    again = built_in(tmp_path / "second", *numbers)
    assert len(again) == len(numbers or SOURCES)
    assert [name for name, text in again.items() if text != built[name]] == []


def test_the_check_is_a_command() -> None:
    assert run("--check", "01").returncode == 0
    refused = run("--check", "99")
    assert refused.returncode == 2
    assert "there is no notebook 99" in refused.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_pictures_and_nothing_of_the_run(path: Path) -> None:
    notebook = read(path)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    assert "version" not in notebook["metadata"]["language_info"]
    pictures = [
        output["data"]["image/png"]
        for output in outputs(notebook)
        if "image/png" in output.get("data", {})
    ]
    assert pictures
    assert all(base64.b64decode(picture).startswith(b"\x89PNG") for picture in pictures)
    assert not any("image/svg+xml" in output.get("data", {}) for output in outputs(notebook))
    assert not [output for output in outputs(notebook) if output["output_type"] == "error"]
    assert str(FOLDER.parent) not in path.read_text(encoding="utf-8")
    assert " at 0x" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", DECK, ids=lambda source: source.stem)
def test_a_notebook_says_which_slides_it_shows(source: Path) -> None:
    first = cells_of(source)[0]
    assert first.kind == "markdown"
    assert first.text.startswith(f"# {int(source.name[:2])}. ")
    assert re.search(r"^Slides? \d", first.text, re.MULTILINE)


def changed(notebook: dict[str, Any]) -> str:
    return str(BUILD.written(notebook))


def test_drift_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / SOURCES[0].name
    source.write_text(SOURCES[0].read_text(encoding="utf-8"), encoding="utf-8")
    stored = source.with_suffix(".ipynb")
    text = NOTEBOOKS[0].read_text(encoding="utf-8")
    stored.write_text(text, encoding="utf-8")
    assert list(BUILD.differences(source, text)) == []

    other = read(NOTEBOOKS[0])
    other["cells"][0]["source"] = ["# Another title"]
    assert list(BUILD.differences(source, changed(other))) == [
        f"{stored.name}, cell-01: source differ"
    ]

    other = read(NOTEBOOKS[0])
    place = next(i for i, cell in enumerate(other["cells"]) if cell.get("outputs"))
    other["cells"][place]["outputs"] = []
    assert "outputs differ" in next(BUILD.differences(source, changed(other)))

    other = read(NOTEBOOKS[0])
    del other["cells"][-1]
    assert "cells, its source" in next(BUILD.differences(source, changed(other)))

    stored.unlink()
    assert list(BUILD.differences(source, text)) == [f"{stored.name} is missing"]


def test_a_cell_that_fails_fails_the_build(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import build; from pathlib import Path; "
        f"build.executed(Path({str(tmp_path / '01_x.py')!r}))"
    )
    tmp_path.joinpath("01_x.py").write_text("# %%\n1 / 0\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"ZeroDivisionError" in done.stderr


def test_prose_and_code_are_told_apart() -> None:
    text = "# ruff: noqa\n\n# %% [markdown]\n# # T\n#\n# p\n\n# %%\nx = 1\n\n\n# %% last\nx\n"
    assert list(BUILD.cells(text)) == [
        ("markdown", "# T\n\np", ""),
        ("code", "x = 1", ""),
        ("code", "x", "last"),
    ]


def test_two_cells_of_one_name_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "01_x.py"
    source.write_text("# %% one\n1\n# %% one\n2\n")
    with pytest.raises(ValueError, match="two cells are called one"):
        BUILD.notebook(source)


def test_a_misspelt_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="'# %% two words' begins no cell"):
        list(BUILD.cells("# %% one\n1\n# %% two words\n2\n"))


@pytest.mark.parametrize("path", NOTEBOOKS[: len(DECK)], ids=lambda path: path.stem)
def test_a_notebook_can_be_read_in_ten_minutes(path: Path) -> None:
    """At 150 words and 15 lines of code a minute; tables are looked at, not read."""
    cells = read(path)["cells"]
    prose = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    code = sum(len(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    words = re.findall(r"[A-Za-z’]{2,}", f"{prose} {shown(path)}")
    assert len(words) / 150 + code / 15 < 10


def test_the_table_of_contents_lists_every_notebook() -> None:
    table = FOLDER.joinpath("README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d+)\. [^]]+\]\(([^)]+)\) \| ([^|]*) \|", table, re.MULTILINE)
    assert [name for _, name, _ in rows] == [path.name for path in NOTEBOOKS]
    for source, (number, name, slides) in zip(DECK, rows, strict=False):
        assert int(number) == int(name[:2])
        told = re.search(r"^Slides? (.*?) of", cells_of(source)[0].text, re.MULTILINE)
        assert told is not None
        assert re.findall(r"\d+", told[1]) == re.findall(r"\d+", slides)


# What is to be filled in


def fill_ins(source: Path) -> list[tuple[Any, str]]:
    """The cells to be filled in, each with its solution."""
    cells = cells_of(source)
    return [
        (cell, solution_after(cells, place))
        for place, cell in enumerate(cells)
        if cell.name.startswith("fill-")
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_an_empty_cell_is_told_kindly_and_its_solution_is_right(source: Path) -> None:
    solved = {}
    for cell, solution in fill_ins(source):
        assert solution, f"{cell.name} has no solution below it"
        *_, question = cell.text.splitlines()
        assert question.startswith(f'check("{cell.name.removeprefix("fill-")}", ')
        solved[cell.name] = f"{solution}\n{question}"
    assert len(solved) >= 2 or source not in DECK
    empty = {
        cell["id"]: str(cell.get("outputs")) for cell in read(source.with_suffix(".ipynb"))["cells"]
    }
    assert [name for name in solved if "Not filled in yet" not in empty[name]] == []
    verdicts = {cell.name: value for cell, value in ran(source, solved) if cell.name in solved}
    assert [(name, verdict) for name, verdict in verdicts.items() if not verdict] == []
    assert set(verdicts) == set(solved)


def test_every_exercise_stands_in_a_notebook() -> None:
    asked = [cell.name for source in SOURCES for cell, _ in fill_ins(source)]
    assert asked == [f"fill-{name}" for name in EXERCISES]


@pytest.mark.parametrize("source", DECK, ids=lambda source: source.stem)
def test_every_notebook_has_questions_with_hidden_answers(source: Path) -> None:
    text = "\n".join(cell.text for cell in cells_of(source) if cell.kind == "markdown")
    questions = re.findall(r"^\*\*Question (\d)\.\*\*", text, re.MULTILINE)
    assert questions == [str(i) for i in range(1, len(questions) + 1)]
    assert len(questions) >= 2
    assert text.count("<summary>Answer</summary>") == len(questions)
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_every_link_leads_to_a_notebook(source: Path) -> None:
    for target in re.findall(r"\]\(([^)]*\.ipynb)\)", source.read_text(encoding="utf-8")):
        assert (FOLDER / target).with_suffix(".py").exists(), target


# What the deck says otherwise than it means


def shown(path: Path) -> str:
    """The prose in the outputs of a notebook, without tables, markup and line breaks."""
    pages = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs(read(path))]
    prose = " ".join(page for page in pages if "<script>" not in page)
    prose = re.sub(r"<(table|math|style)\b.*?</\1>|<[^>]+>", " ", prose, flags=re.DOTALL)
    return " ".join(html.unescape(prose).split())


@pytest.mark.parametrize("make", declared.LESSONS, ids=declared.name)
def test_every_note_on_a_slide_stands_in_its_notebook(make: Builder) -> None:
    cell = declared.shown(make)
    assert cell is not None
    text = shown(cell.source.with_suffix(".ipynb"))
    for slip in declared.built(make).slips:
        assert " ".join(slip.split()) in text
