"""A folder that any web server can serve: the playground and the course, with their own Python.

Vocabulary: the *engine* is here a Python that runs in the browser (Pyodide), with this package in
it and a layout program, all in a folder of that name. A worker runs it beside the page, which
stays quick meanwhile.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from autograd_mini.lessons.folder import Folder
from autograd_mini.lessons.tour import NoProgress, Tour
from autograd_mini.play.packages import PACKAGES, cache_folder, files_of
from autograd_mini.play.page import page_files

ENGINE, COURSE = "engine", "course"
SUFFIXES = {".py", ".js", ".css", ".html", ".txt", ".typed"}
LEFT_OUT = {"notebooks", "__pycache__"}
"""Folders of the package that the browser has no use for."""


def build(
    out: Path,
    say: Callable[[str], None] = print,
    watch: NoProgress = lambda title: None,
    cache: Path | None = None,
) -> Path:
    """Write the folder; returns its first page.

    Args:
        out: the folder, which is made if need be; files in it that are not ours are left alone.
        say: where lines of progress go.
        watch: gives, for a lesson's title, whom to tell of its progress.
        cache: where packages are kept; left out, the user's cache folder.

    Raises:
        PackageError: a package cannot be had.
        OSError: a file cannot be written.
    """
    folder, engine = Folder(out, "site"), Folder(out / ENGINE, "site")
    found = {"package.zip": package(), **_licences()}
    for each in PACKAGES:
        found |= files_of(each, cache or cache_folder())
    for name, content in found.items():
        engine.write(name, content)
    say("The engine: Python for the browser, the layout program, this package")
    ask, worker = (files(__package__).joinpath(name) for name in ("ask-worker.js", "worker.js"))
    found = {**page_files(course=True), "ask.js": ask.read_bytes()}  # of the worker, no server
    for name, content in {**found, "worker.js": worker.read_bytes()}.items():
        folder.write(name, content)
    say("The playground")
    Tour(out / COURSE, say, watch=watch).walk()
    return out / "index.html"


@cache
def package() -> bytes:
    """This package and the one that writes DOT, as a zip; equal files give equal bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("autograd_mini", "graphviz"):
            root = Path(str(files(name)))
            for path in _sources(root):
                inside = zipfile.ZipInfo(f"{name}/{path.relative_to(root).as_posix()}")
                archive.writestr(inside, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _sources(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.suffix in SUFFIXES and not LEFT_OUT & {*path.relative_to(root).parts}:
            yield path


def _licences() -> dict[str, bytes]:
    """Under which licence each part may be passed on, and their texts."""
    ours = {"autograd-mini": "MIT License", "graphviz": "MIT License (the package that writes DOT)"}
    lines = [f"{each.name} {each.version}: {each.licence}." for each in PACKAGES]
    found = {"licence-mpl-2.0.txt": files(__package__).joinpath("MPL-2.0.txt").read_bytes()}
    for name, licence in ours.items():
        lines.append(f"{name} {metadata.version(name)}: {licence}, licence-{name}.txt.")
        for file in metadata.distribution(name).files or []:
            if file.name.startswith("LICENSE") and ".dist-info" in str(file):
                found[f"licence-{name}.txt"] = Path(str(file.locate())).read_bytes()
    head = (
        "What this folder is made of. The sources of each are in its package of that version.\n\n"
    )
    return {**found, "licences.txt": (head + "\n".join(lines) + "\n").encode()}
