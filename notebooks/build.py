"""Build the notebooks from their sources, with outputs.

    python notebooks/build.py            build every notebook beside its source
    python notebooks/build.py --check    say whether those here are what their sources give

A *source* is a text file in the py:percent format: ``# %%`` begins a cell of code,
``# %% [markdown]`` one of prose whose lines are comments. What stands before the first cell is not
in the notebook. The same source gives the same bytes: cells have fixed names, nothing tells when or
how long they ran, and pictures are kept as PNG, which GitHub shows. Letters in a PNG depend on the
machine's fonts, so the check compares everything but the pixels.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MARK = re.compile(r"^# %%(?P<kind> \[markdown\])?(?: .*)?$")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
TIMEOUT = 120
"""Seconds that one cell may take."""


def sources(folder: Path = HERE) -> list[Path]:
    """The sources in a folder, in the order of their numbers."""
    return sorted(folder.glob("[0-9][0-9]_*.py"))


def cells(text: str) -> Iterator[tuple[str, str]]:
    """The cells of a source: "markdown" or "code", and the text.

    >>> list(cells("# %% [markdown]\\n# # Title\\n# %%\\nx = 1\\n"))
    [('markdown', '# Title'), ('code', 'x = 1')]
    """
    kind, lines = "", list[str]()
    for line in [*text.splitlines(), "# %%"]:
        mark = MARK.match(line)
        if mark is None:
            lines.append(line)
            continue
        if kind and "".join(lines).strip():
            yield kind, _cell_text(kind, lines)
        kind, lines = "markdown" if mark["kind"] else "code", []


def _cell_text(kind: str, lines: list[str]) -> str:
    if kind == "markdown":
        lines = [re.sub(r"^# ?", "", line) for line in lines]
    return "\n".join(lines).strip("\n")


def notebook(source: Path) -> dict[str, Any]:
    """The notebook of a source, without outputs."""
    made = []
    for i, (kind, text) in enumerate(cells(source.read_text(encoding="utf-8")), 1):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{i:02}", "metadata": {}}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell | {"source": text.splitlines(keepends=True)})
    return {"cells": made, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def executed(source: Path) -> dict[str, Any]:
    """The notebook of a source, with the outputs that a new kernel gives.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    import nbformat
    from nbclient import NotebookClient

    given = nbformat.reads(written(notebook(source)), as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        given,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(HERE)}},
    )
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = folder  # nobody's own settings and start-up files
        os.environ["PYTHONPATH"] = str(HERE.parent)  # the package of this tree
        done = json.loads(nbformat.writes(client.execute()))  # type: ignore[no-untyped-call]
    done["metadata"] = METADATA
    for cell in done["cells"]:
        cell["metadata"] = {}
        for output in cell.get("outputs", []):
            _settle(output)
    return done  # type: ignore[no-any-return]


def _settle(output: dict[str, Any]) -> None:
    """Leave in an output what the same source always gives."""
    if "metadata" in output:
        output["metadata"] = {}
    data = output.get("data", {})
    if "image/png" in data:
        data.pop("image/svg+xml", None)
        output["metadata"] = {"image/png": {"width": _shown_width(data["image/png"])}}


def _shown_width(picture: str) -> int:
    """How wide a page shows a PNG of 144 dots per inch, in pixels of 1/96 inch."""
    header = base64.b64decode(picture[:64])
    return int.from_bytes(header[16:20], "big") * 96 // 144


def written(made: dict[str, Any]) -> str:
    """A notebook as the text of its file."""
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def without_pixels(text: str) -> dict[str, Any]:
    """A notebook whose pictures are only known to be PNG."""
    made: dict[str, Any] = json.loads(text)
    for cell in made["cells"]:
        for output in cell.get("outputs", []):
            picture = output.get("data", {}).get("image/png")
            if picture is not None:
                is_png = base64.b64decode(picture).startswith(b"\x89PNG")
                output["data"]["image/png"] = "a PNG" if is_png else "no PNG"
                output["metadata"] = {}
    return made


def differences(source: Path, text: str) -> Iterator[str]:
    """What the notebook beside a source has otherwise than ``text``, a sentence for each cell."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        yield f"{target.name} is missing"
        return
    here, fresh = (without_pixels(t) for t in (target.read_text(encoding="utf-8"), text))
    if len(here["cells"]) != len(fresh["cells"]):
        yield f"{target.name} has {len(here['cells'])} cells, its source {len(fresh['cells'])}"
    for old, new in zip(here["cells"], fresh["cells"], strict=False):
        if old != new:
            parts = [key for key in new if old.get(key) != new[key]]
            yield f"{target.name}, {new['id']}: {', '.join(parts)} differ"
    if {**here, "cells": []} != {**fresh, "cells": []}:
        yield f"{target.name}: its metadata differ"


def main() -> int:
    """Build or check all notebooks; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the notebooks from their sources.")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("--out", type=Path, help="another folder for what is built")
    options = parser.parse_args()
    found: list[str] = []
    for source in sources():
        text = written(executed(source))
        if options.check:
            found += differences(source, text)
        else:
            target = (options.out or HERE) / source.with_suffix(".ipynb").name
            target.write_text(text, encoding="utf-8", newline="\n")
            print(target)
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print("build anew with: python notebooks/build.py", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
