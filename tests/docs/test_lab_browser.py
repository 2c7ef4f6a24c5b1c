"""The course in JupyterLite: every notebook opened, and its cells run one after another.

Python runs in the page (Pyodide), Graphviz too; no other machine may be reached. What is compared
is what the kernel gives: the outputs of the notebook as JupyterLite would save it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import blocked_elsewhere
from tests.docs.conftest import DOCS, served

pytestmark = [pytest.mark.docs, pytest.mark.browser, pytest.mark.slow]

PATIENCE = 180_000
"""For a kernel and for a cell, in milliseconds: a busy machine is slow."""

NOTEBOOKS = sorted((DOCS.parent / "notebooks").glob("[0-9]*.ipynb"))
WIDGET = "jupyterapp.shell.currentWidget"
KERNEL = f"{WIDGET}?.sessionContext?.session?.kernel"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    pytest.importorskip("jupyterlite_core")
    folder = tmp_path_factory.mktemp("lab")
    subprocess.run([sys.executable, DOCS / "lite.py", folder], check=True, capture_output=True)
    with served(folder) as address:
        yield address, folder


def test_it_is_small_and_names_no_other_host(lab: tuple[str, Path]) -> None:
    _, folder = lab
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 60_000_000
    settings = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))
    assert "://" not in json.dumps(settings["jupyter-config-data"]["litePluginSettings"])


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_every_cell_runs(browser: Any, lab: tuple[str, Path], notebook: Path) -> None:
    address, _ = lab
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    strangers = blocked_elsewhere(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}lab/index.html?path={notebook.name}")
    page.wait_for_function(f"window.jupyterapp && {KERNEL}?.status === 'idle'")
    cells = page.evaluate(f"{WIDGET}.content.widgets.map(c => c.model.type)")
    for place, kind in enumerate(cells):
        if kind == "code":
            page.evaluate(f"{WIDGET}.content.activeCellIndex = {place}")
            page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
            page.wait_for_function(
                f"{WIDGET}.content.widgets[{place}].model.executionCount > 0"
                f" && {KERNEL}.status === 'idle'"
            )
    ran = page.evaluate(f"{WIDGET}.content.model.toJSON()")["cells"]
    context.close()
    assert strangers == []

    codes = [cell for cell in ran if cell["cell_type"] == "code"]
    assert len(codes) > 2
    for cell in codes:
        assert not [o for o in cell["outputs"] if o["output_type"] == "error"], cell
    there = {c["id"]: c for c in json.loads(notebook.read_text(encoding="utf-8"))["cells"]}
    for cell in codes[1:]:
        assert said(cell) == said(there[cell["id"]]), cell["id"]
        assert drawn(cell) == drawn(there[cell["id"]]), cell["id"]


def said(cell: dict[str, Any]) -> str:
    """What a cell prints, and the plain text of what it is worth."""
    texts = [output.get("text", "") for output in cell["outputs"]]
    texts += [output.get("data", {}).get("text/plain", "") for output in cell["outputs"]]
    return "\n".join("".join(text) for text in texts)


def drawn(cell: dict[str, Any]) -> int:
    """How many pictures a cell shows: here as SVG, in the built notebook as PNG."""
    kinds = [set(output.get("data", {})) for output in cell["outputs"]]
    return sum(bool(kind & {"image/svg+xml", "image/png"}) for kind in kinds)
