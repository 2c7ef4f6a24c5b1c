"""The sources of the notebooks as tests see them, and a way to run their cells without a kernel."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parents[1] / "notebooks"
BUILDER = FOLDER / "build.py"
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def builder() -> ModuleType:
    """notebooks/build.py, which is not part of a package."""
    spec = importlib.util.spec_from_file_location("build_notebooks", BUILDER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = builder()
SOURCES: list[Path] = BUILD.sources()


def cells_of(source: Path) -> list[Any]:
    """The cells of a source, as the builder reads them."""
    return list(BUILD.cells(source.read_text(encoding="utf-8")))


def solution_after(cells: list[Any], place: int) -> str:
    """The code of the hidden solution in the prose that follows a cell; "" if there is none."""
    if place + 1 == len(cells) or "<summary>Solution</summary>" not in cells[place + 1].text:
        return ""
    found = FENCE.search(cells[place + 1].text)
    return found[1] if found else ""


def ran(source: Path, edits: Mapping[str, str] | None = None) -> Iterator[tuple[Any, Any]]:
    """Run the code cells in order; each with what its last line is worth, None for a statement.

    Args:
        source: of the notebook.
        edits: other code for the cells of these names.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells_of(source):
        if cell.kind == "code":
            code = (edits or {}).get(cell.name, cell.text)
            yield cell, value_of(code, namespace)


def value_of(code: str, namespace: dict[str, Any]) -> Any:
    """Run some code, and give what its last line is worth."""
    body = ast.parse(code).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
    if last is None:
        return None
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
