"""Build the notebooks from their sources, with outputs.

    python notebooks/build.py            build every notebook beside its source
    python notebooks/build.py 03 05      build those of these numbers
    python notebooks/build.py --check    say whether those here are what their sources give

A *source* is a text file in the py:percent format: ``# %%`` begins a cell of code,
``# %% [markdown]`` one of prose whose lines are comments. A word after the mark is the cell's name,
``# %% house-price``; without one it is named after its place. What stands before the first cell is
not in the notebook. The same source gives the same bytes: cells have fixed names, nothing tells
when or how long they ran, and pictures are kept as PNG, which GitHub shows. Letters in a PNG depend
on the machine's fonts, and the slider of a walk is a page and a script with tests of their own: the
check compares everything else, their text included.

Each notebook runs in a kernel of its own, two of them at a time.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
MARK = re.compile(r"^# %%(?P<kind> \[markdown\])?(?: (?P<name>[A-Za-z0-9-]+))?$")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
TIMEOUT = 120
"""Seconds that one cell may take."""


AT_ONCE = 2
"""How many notebooks run at a time."""


class Cell(NamedTuple):
    """One cell of a source: "markdown" or "code", its text, and its name, "" for none."""

    kind: str
    text: str
    name: str = ""


def sources(folder: Path = HERE) -> list[Path]:
    """The sources in a folder, in the order of their numbers."""
    return sorted(folder.glob("[0-9][0-9]_*.py"))


def cells(text: str) -> Iterator[Cell]:
    """The cells of a source.

    Raises:
        ValueError: a mark is misspelt.

    >>> for cell in cells("# %% [markdown]\\n# # Title\\n# %% two\\nx = 1\\n"):
    ...     print(cell)
    Cell(kind='markdown', text='# Title', name='')
    Cell(kind='code', text='x = 1', name='two')
    """
    kind, name, lines = "", "", list[str]()
    for line in [*text.splitlines(), "# %%"]:
        mark = MARK.match(line)
        if mark is None:
            if line.startswith("# %%"):
                raise ValueError(f"{line!r} begins no cell; a name has letters, digits and dashes")
            lines.append(line)
            continue
        if kind and "".join(lines).strip():
            yield Cell(kind, _cell_text(kind, lines), name)
        kind, name, lines = "markdown" if mark["kind"] else "code", mark["name"] or "", []


def _cell_text(kind: str, lines: list[str]) -> str:
    if kind == "markdown":
        lines = [re.sub(r"^# ?", "", line) for line in lines]
    return "\n".join(lines).strip("\n")


def notebook(source: Path) -> dict[str, Any]:
    """The notebook of a source, without outputs.

    Raises:
        ValueError: two cells have one name.
    """
    made: list[dict[str, Any]] = []
    for i, part in enumerate(cells(source.read_text(encoding="utf-8")), 1):
        name = part.name or f"cell-{i:02}"
        if name in [cell["id"] for cell in made]:
            raise ValueError(f"{source.name}: two cells are called {name}")
        cell: dict[str, Any] = {"cell_type": part.kind, "id": name, "metadata": {}}
        if part.kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell | {"source": part.text.splitlines(keepends=True)})
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
    done = json.loads(nbformat.writes(client.execute()))  # type: ignore[no-untyped-call]
    done["metadata"] = METADATA
    for cell in done["cells"]:
        cell["metadata"] = {}
        if "outputs" in cell:
            cell["outputs"] = _joined(cell["outputs"])
        for output in cell.get("outputs", []):
            _settle(output)
    return done  # type: ignore[no-any-return]


def _joined(outputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outputs, what was printed in one piece: a kernel sends it in pieces, by the clock."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        printed = output["output_type"] == "stream"
        if printed and joined and joined[-1].get("name") == output["name"]:
            text = "".join([*joined[-1]["text"], *output["text"]])
            joined[-1]["text"] = text.splitlines(keepends=True)
        else:
            joined.append(output)
    return joined


def _settle(output: dict[str, Any]) -> None:
    """Leave in an output what the same source always gives."""
    if "metadata" in output:
        output["metadata"] = {}
    data = output.get("data", {})
    if "image/png" in data:
        data.pop("image/svg+xml", None)
        output["metadata"] = {"image/png": {"width": _shown_width(data["image/png"])}}


def _shown_width(picture: str) -> int:
    """How wide a page shows a PNG, in pixels of 1/96 inch.

    Matplotlib writes how many dots a metre has (the chunk pHYs); the layout program does not, and
    draws 144 to an inch.
    """
    content = base64.b64decode(picture)
    width = int.from_bytes(content[16:20], "big")
    place = content.find(b"pHYs", 0, 1000)
    dots = int.from_bytes(content[place + 4 : place + 8], "big") * 0.0254 if place > 0 else 144.0
    return round(width * 96.0 / dots)


def written(made: dict[str, Any]) -> str:
    """A notebook as the text of its file."""
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def without_looks(text: str) -> dict[str, Any]:
    """A notebook whose pictures are only known to be PNG, and whose stepper to have a script."""
    made: dict[str, Any] = json.loads(text)
    for cell in made["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                is_png = base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
                data["image/png"] = "a PNG" if is_png else "no PNG"
                output["metadata"] = {}
            if "<script>" in "".join(data.get("text/html", "")):
                data["text/html"] = "a page with a script"
    return made


def differences(source: Path, text: str) -> Iterator[str]:
    """What the notebook beside a source has otherwise than ``text``, a sentence for each cell."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        yield f"{target.name} is missing"
        return
    here, fresh = (without_looks(t) for t in (target.read_text(encoding="utf-8"), text))
    if len(here["cells"]) != len(fresh["cells"]):
        yield f"{target.name} has {len(here['cells'])} cells, its source {len(fresh['cells'])}"
    for old, new in zip(here["cells"], fresh["cells"], strict=False):
        if old != new:
            parts = [key for key in new if old.get(key) != new[key]]
            yield f"{target.name}, {new['id']}: {', '.join(parts)} differ"
    if {**here, "cells": []} != {**fresh, "cells": []}:
        yield f"{target.name}: its metadata differ"


def built(chosen: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each source with the text of its notebook, some run at the same time."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = folder  # nobody's own settings and start-up files
        os.environ["PYTHONPATH"] = str(HERE.parent)  # the package of this tree
        with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
            yield from zip(chosen, map(written, pool.map(executed, chosen)), strict=True)


def main() -> int:
    """Build or check notebooks; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the notebooks from their sources.")
    parser.add_argument("numbers", nargs="*", help="which ones, by number; all if left out")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("--out", type=Path, help="another folder for what is built")
    options = parser.parse_args()
    if unknown := set(options.numbers) - {source.name[:2] for source in sources()}:
        parser.error(f"there is no notebook {', '.join(sorted(unknown))}")
    chosen = [s for s in sources() if not options.numbers or s.name[:2] in options.numbers]
    found: list[str] = []
    began = time.perf_counter()
    for source, text in built(chosen):
        if options.check:
            found += differences(source, text)
        else:
            target = (options.out or HERE) / source.with_suffix(".ipynb").name
            target.write_text(text, encoding="utf-8", newline="\n")
            print(target)
    print(f"{len(chosen)} notebooks run in {time.perf_counter() - began:.0f} s")
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print("build anew with: python notebooks/build.py", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
