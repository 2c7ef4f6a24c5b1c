"""Every block of the README and of the documentation runs, here or in `.ci/run`, and claims hold.

A *page* is the README, or a text of the documentation. A *command* is the one line of the fenced
block that follows a comment `<!-- command: NAME -->` in the README; `.ci/run` runs it, since it
installs something. A *session* is a block of commands, each after `$ `, with what they print. The
other blocks run in a folder of their own, with the installed program.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from autograd_mini import Value
from autograd_mini.compiler.choice import EXTRAS
from autograd_mini.rows import TABLE
from tests.readme import facts, pictures

ROOT = Path(__file__).parents[1]
README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
DOCS = ROOT / ".docs"
FILES = [ROOT / "README.md", ROOT / ".github" / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in FILES if path.exists()}
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^<!-- command: (\w+) -->\n```sh\n([^\n]+)\n```$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its page, its language, its text, and where it stands."""

    page: str
    kind: str
    text: str
    start: int
    line: int


def blocks(kind: str = "") -> Iterator[Block]:
    """The fenced blocks of all pages, or those of one language."""
    for name, page in PAGES.items():
        for found in FENCED.finditer(page):
            if kind in ("", found[1]):
                line = page.count("\n", 0, found.start(2))
                yield Block(name, found[1], found[2], found.start(), line)


def examples(name: str) -> str:
    """A page with everything but its Python blocks blanked out, line for line.

    A fence after an example's output would otherwise be read as more output.
    """
    kept = [""] * len(PAGES[name].splitlines())
    for block in blocks("python"):
        if block.page == name:
            body = block.text.splitlines()
            kept[block.line : block.line + len(body)] = body
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("name", dict.fromkeys(block.page for block in blocks("python")))
def test_the_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # for what an example may write
    test = doctest.DocTestParser().get_doctest(examples(name), {}, name, name, 0)
    report: list[str] = []
    rows = dict(TABLE)
    try:
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    finally:  # without the rows that an example adds
        TABLE.clear()
        TABLE.update(rows)
    assert result.attempted > 0
    assert result.failed == 0, "".join(report)


def test_no_block_goes_without_running() -> None:
    assert {block.kind for block in blocks()} == {"python", "sh", "console"}
    for block in blocks("python"):
        assert block.text.startswith(">>> "), block
    for block in blocks("console"):
        assert block.text.startswith("$ "), block


def test_the_readme_is_short_and_says_what_comes_first() -> None:
    assert len(README.splitlines()) <= 150
    assert re.search(r"\*The slides\* are the deck “", README)


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader does whose environment is active."""
    programs = Path(sys.executable).parent
    assert (programs / "autograd-mini").exists(), "install the package: pip install -e '.[test]'"
    world = os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=world,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


SESSIONS = [
    (command, said)
    for block in blocks("console")
    for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE)
]


@pytest.mark.parametrize(("command", "said"), SESSIONS, ids=[c[:30] for c, _ in SESSIONS])
def test_a_session_prints_what_stands_there(command: str, said: str, tmp_path: Path) -> None:
    done = shell(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == said


BLOCKS = [
    block.text for block in blocks("sh") if not PAGES[block.page][: block.start].endswith(" -->\n")
]


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split('"')[0].strip() for block in BLOCKS])
def test_the_shell_blocks_run(block: str, tmp_path: Path) -> None:
    assert all(line.startswith("autograd-mini ") for line in block.splitlines())
    done = shell(block, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir())


def test_the_commands_are_those_that_ci_runs() -> None:
    commands = {match[1]: match[2] for match in COMMAND.finditer(README)}
    assert list(commands) == ["tour", "tests", "docs", "develop", "browser"]
    assert README.count("<!-- command:") == len(commands)
    assert commands["tour"].endswith("autograd-mini tour")
    assert commands["tests"].endswith("-m pytest")
    if (ROOT / ".ci").exists():  # a source distribution may come without
        ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
        for name in commands:
            assert f"$(readme_command {name})" in ci, name


def test_the_comparison_is_so_where_it_can_be_tried_here() -> None:
    ours = {name: facts.tried(fact) for name, fact in facts.OURS.items()}
    assert float(ours["tanh′(20)"]) == pytest.approx(1.7e-17, rel=0.01)
    assert ours["deep chain"] == "1"
    assert float(ours["second derivative"]) == pytest.approx(-0.727, abs=5e-4)
    assert ours["second backward()"] == "12"
    assert ours["relu(√x − 1)′(0)"] == "0"
    assert (ours["half a derivative"], ours["relu at 0"]) == ("fail", "inconclusive")
    theirs = {name: facts.tried(fact) for name, fact in facts.micrograd().items()}
    assert theirs["tanh′(20)"] == "AttributeError"
    assert theirs["deep chain"] == "RecursionError"
    assert theirs["relu(√x − 1)′(0)"] == "ZeroDivisionError"
    assert theirs["second backward()"] == "24"
    table = [line.split(" | ") for line in PAGES["engines"].splitlines() if line.startswith("| ")]
    cells = {row[0].strip("| "): row[1:3] for row in table}
    for beginning, found in {
        "tanh′(20)": ["1.7·10⁻¹⁷", "no tanh"],
        "ReLU(√x − 1)": ["0: what is not chosen contributes nothing", "ZeroDivisionError"],
        "2,000 operations": ["yes (10⁷ too)", "RecursionError"],
        "`backward()` twice": ["12", "24"],
        "its checker, given half": ["fails it", "has none"],
        "its checker, at the kink": ["says undecided", "has none"],
    }.items():
        (row,) = [row for name, row in cells.items() if name.startswith(beginning)]
        assert row == found
    assert sum("●" in name for name in cells) == len(facts.OURS)


def size(picture: Path) -> tuple[int, int]:
    """The width and height of a PNG."""
    header = picture.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    return int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")


def texts(picture: Path) -> list[str]:
    """What an SVG says, and how it moves."""
    svg = picture.read_text(encoding="utf-8")
    return [found.strip() for found in re.findall(r"<(?:text|style)\b[^>]*>([^<]*)<", svg)]


def test_the_pictures_are_those_that_the_project_makes(tmp_path: Path) -> None:
    made = pictures.make(tmp_path)
    assert {path.name for path in made} == {path.name for path in pictures.HERE.glob("*.*g")}
    for path in made:
        light = path.name.replace("-dark", "-light")
        assert any(f"tests/readme/{light}" in page for page in PAGES.values()), light
        there = pictures.HERE / path.name
        if path.suffix == ".svg":
            assert texts(path) == texts(there)
        else:
            # Letters depend on the machine's fonts, and the layout a little on them.
            assert size(path) == pytest.approx(size(there), rel=0.35)


def test_the_moving_picture_shows_every_step_of_the_walk_and_ends_with_the_gradients() -> None:
    w, x, b = Value(2.0, "w"), Value(1.5, "x"), Value(-1.0, "b")
    (w * x + b).sigmoid().backward()
    for theme in pictures.THEMES:
        said = texts(pictures.HERE / f"neuron-{theme}.svg")
        steps = [int(text.split()[1]) for text in said if text.startswith("Step ")]
        assert steps == list(range(1, len(steps) + 1))
        for leaf in (w, x, b):
            assert f"gradient: ∂a/∂{leaf.label} ≈ {leaf.grad:.4g}" in said


def test_the_named_files_and_extras_exist() -> None:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README):
        assert ROOT.joinpath(target).exists(), target
    targets = re.findall(r'(?:src|srcset)="([^"]+)"', README)
    assert targets
    assert all(ROOT.joinpath(target).exists() for target in targets)
    named = re.findall(r"\.\[([a-z,]+)\]", "".join(PAGES.values()))
    assert named
    assert {extra for group in named for extra in group.split(",")} <= set(
        project["optional-dependencies"]
    )


def test_every_extra_and_every_tier_is_explained() -> None:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {"bench", "browser", "dev", "mutation"}  # for who works on it, named where they are used
    rows = re.findall(r"^\| `(\w+)` \|", PAGES["install"], re.MULTILINE)
    assert set(rows) == set(project["optional-dependencies"]) - ours
    tiers = re.findall(r'^\| `"(\w+)"` \|', PAGES["fast"], re.MULTILINE)
    assert tiers == ["python", *EXTRAS, "auto"]
