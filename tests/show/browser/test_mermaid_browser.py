"""Mermaid's own program draws the charts."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import draw
from tests.show.kit.test_formats import VIEWS, named, network
from tests.show.test_labels import NASTY

pytestmark = pytest.mark.browser

MERMAID = "mermaid@11.17.2"


@pytest.fixture(scope="session")
def mermaid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mermaid's program for browsers, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm, which brings Mermaid, is not installed")
    folder = tmp_path_factory.mktemp("mermaid")
    command = [npm, "pack", "--silent", MERMAID]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    (folder / "program").mkdir()
    unpack = ["tar", "xzf", done.stdout.strip(), "-C", "program", "package/dist/mermaid.min.js"]
    subprocess.run(unpack, cwd=folder, check=True)
    return folder / "program/package/dist/mermaid.min.js"


def test_a_browser_draws_the_charts(
    mermaid: Path, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    page_file = tmp_path / "a.html"
    page_file.write_text("<!DOCTYPE html><meta charset=utf-8><body></body>", "utf-8")
    page = open_page(page_file)
    page.add_script_tag(path=str(mermaid))
    page.evaluate("mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")
    drawings = [draw(network(), view) for view in VIEWS]
    drawings += [draw(named(label)) for label in NASTY if label.isprintable() and label.strip()]
    for i, drawing in enumerate(drawings):
        chart = drawing.to_mermaid()
        said = page.evaluate(
            "async ([id, text]) => { const {svg} = await mermaid.render(id, text);"
            " document.body.innerHTML = svg; return document.body.textContent; }",
            [f"chart{i}", chart],
        )
        assert "Unsupported markdown" not in said
        assert "Syntax error" not in said
        assert page.locator(".node").count() == len(re.findall(r":::k", chart))
        if i < len(VIEWS):
            assert "x₁" in said
            assert "tanh" in said
