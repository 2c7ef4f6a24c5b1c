"""A theme is an entry of one table, and is found wherever a theme can be asked for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import autograd_mini
from autograd_mini import Value, draw, walk
from autograd_mini.cli import main
from autograd_mini.show.palette import LIGHT, THEMES, ends

SOURCES = Path(autograd_mini.__file__).parent
SHEETS = sorted(SOURCES.rglob("*.css"))
SCRIPTS = sorted(SOURCES.rglob("*.js"))
PAPER, FILL, INK = "#fdf6e3", "#eee8d5", "#073642"


@pytest.fixture
def sepia(monkeypatch: pytest.MonkeyPatch) -> str:
    """A theme that is registered here alone."""
    boxes = dict.fromkeys(LIGHT.boxes, (FILL, INK))
    page = {**LIGHT.page, "paper": PAPER, "ink": INK}
    theme = LIGHT._replace(background=PAPER, text=INK, boxes=boxes, page=page)
    monkeypatch.setitem(THEMES, "sepia", theme)
    return "sepia"


def product() -> Value:
    return Value(2.0, "w") * Value(3.0, "x")


@pytest.mark.parametrize("view", ["expanded", "compact", "network"])
def test_a_picture_has_the_colours_of_a_new_theme(view: str, sepia: str) -> None:
    dot = draw(product(), view, theme=sepia).dot
    assert PAPER in dot
    assert FILL in dot


def test_a_page_and_a_strip_have_the_colours_of_a_new_theme(sepia: str, tmp_path: Path) -> None:
    found = walk(product(), theme=sepia)
    page = found.save(tmp_path / "a.html").read_text(encoding="utf-8")
    for colour in (f"--paper: {PAPER}", f"--ink: {INK}", FILL):
        assert colour in page
    assert "prefers-color-scheme" not in page
    assert PAPER in found.strip([1]).svg


def test_the_command_line_knows_a_new_theme(sepia: str, tmp_path: Path) -> None:
    picture, page = tmp_path / "a.dot", tmp_path / "a.html"
    assert main(["draw", "w*2", "-s", "w=1", "--theme", sepia, "-o", str(picture)]) == 0
    assert main(["walk", "w*2", "-s", "w=1", "--theme", sepia, "-o", str(page)]) == 0
    for path in (picture, page):
        assert PAPER in path.read_text(encoding="utf-8")


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="walk: there is no theme 'x'; take 'light' or 'dark'"):
        walk(product(), theme="x")


def test_themes_have_one_colour_for_each_purpose() -> None:
    for theme in THEMES.values():
        assert theme.page.keys() == LIGHT.page.keys()
        assert len(theme.series) == len(LIGHT.series)


def test_sheets_use_colours_that_every_theme_has() -> None:
    assert SHEETS
    for sheet in SHEETS:
        text = sheet.read_text(encoding="utf-8")
        used = set(re.findall(r"var\(--([\w-]+)", text))
        own = set(re.findall(r"--([\w-]+):", text))
        assert used - own <= LIGHT.page.keys() | ends(LIGHT).keys(), sheet


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js reads the scripts")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_well_formed(script: Path) -> None:
    subprocess.run(["node", "--check", script], check=True)
