"""The notebooks run from a clean kernel, and are what their sources give.

The builder runs in a process of its own, as a person runs it.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
BUILDER = FOLDER / "build.py"


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_notebooks", BUILDER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = builder()
SOURCES: list[Path] = BUILD.sources()
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


def test_the_notebooks_run_and_are_what_their_sources_give() -> None:
    done = run("--check")
    assert done.returncode == 0, done.stderr


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    built = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        done = run("--out", str(folder))
        assert done.returncode == 0, done.stderr
        built.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert built[0] == built[1]
    assert set(built[0]) == {path.name for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_pictures_and_nothing_of_the_run(path: Path) -> None:
    notebook = read(path)
    assert [cell["id"] for cell in notebook["cells"]] == [
        f"cell-{i:02}" for i in range(1, len(notebook["cells"]) + 1)
    ]
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


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_says_which_slides_it_shows(source: Path) -> None:
    first = next(BUILD.cells(source.read_text(encoding="utf-8")))
    assert first[0] == "markdown"
    assert first[1].startswith("# ")
    assert "Slides " in first[1] or "Slide " in first[1]


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
    assert list(BUILD.cells(text)) == [("markdown", "# T\n\np"), ("code", "x = 1"), ("code", "x")]
