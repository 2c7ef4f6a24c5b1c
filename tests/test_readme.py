"""The README's examples run, and its two commands stand where `.ci/run` looks for them.

A *command* is the one line of the fenced block that follows a comment `<!-- command: NAME -->`.
"""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^<!-- command: (\w+) -->\n```sh\n([^\n]+)\n```$", re.MULTILINE)


def examples() -> str:
    """The README with everything but its Python blocks blanked out, line for line.

    A fence after an example's output would otherwise be read as more output.
    """
    kept = [""] * len(README.splitlines())
    for block in FENCED.finditer(README):
        if block[1] == "python":
            first = README.count("\n", 0, block.start(2))
            body = block[2].splitlines()
            kept[first : first + len(body)] = body
    return "\n".join(kept) + "\n"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # for what an example may write
    test = doctest.DocTestParser().get_doctest(examples(), {}, "README.md", "README.md", 0)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(report)


def test_no_python_block_goes_without_running() -> None:
    blocks = [block[2] for block in FENCED.finditer(README) if block[1] in {"python", "py", ""}]
    assert blocks
    for block in blocks:
        assert block.startswith(">>> "), block


def test_the_two_commands_are_where_ci_looks() -> None:
    commands = {match[1]: match[2] for match in COMMAND.finditer(README)}
    assert list(commands) == ["tour", "tests"]
    assert README.count("<!-- command:") == len(commands)
    assert commands["tour"].endswith("autograd-mini tour")
    assert commands["tests"].endswith("-m pytest")


def test_the_named_files_and_extras_exist() -> None:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README):
        assert ROOT.joinpath(target).exists(), target
    named = re.findall(r"\.\[([a-z,]+)\]", README)
    assert named
    assert {extra for group in named for extra in group.split(",")} <= set(
        project["optional-dependencies"]
    )
