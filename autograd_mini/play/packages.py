"""What the playground without a server is built of: a Python for browsers and a layout program.

They are not in the wheel. ``npm`` fetches them once, at the versions below; what it brought is
compared with a hash that stands here, and kept in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """A package of the npm registry.

    Attributes:
        name, version: as ``npm`` names them.
        sha512: of the archive.
        files: what is taken from it: the name in the archive, and that in our folder.
        licence: under which it may be passed on.
    """

    name: str
    version: str
    sha512: str
    files: Mapping[str, str]
    licence: str


PACKAGES = (
    Package(
        "pyodide",
        "314.0.7",
        "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A==",
        {name: name for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm",
                                 "python_stdlib.zip", "pyodide-lock.json")},
        "Mozilla Public License 2.0 (licence-mpl-2.0.txt); the Python in it under the Python "
        "Software Foundation License 2",
    ),
    Package(
        "@hpcc-js/wasm-graphviz",
        "1.29.2",
        "AkArBAZERT5OxH52/+kvCHB07cZ6ZNd9GnOvjw+S880bR88D6i27XfK6xj4dBhUDxNA2QPPMdgEcky3x4TJ3KA==",
        {"dist/index.js": "graphviz.js", "LICENSE": "licence-wasm-graphviz.txt"},
        "Apache License 2.0 (licence-wasm-graphviz.txt); the Graphviz in it under the Eclipse "
        "Public License 2.0",
    ),
)  # fmt: skip

SECONDS = 300.0
"""How long a package may take to come."""


class PackageError(RuntimeError):
    """A package that cannot be had; the message says what to do."""


def cache_folder() -> Path:
    """Where packages are kept: the user's cache folder, as each system has it."""
    if sys.platform == "win32":
        above = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        above = "~/Library/Caches"
    else:
        above = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(above).expanduser() / "autograd-mini"


def files_of(package: Package, cache: Path) -> dict[str, bytes]:
    """The files that are taken from a package, by their names in our folder.

    Raises:
        PackageError: it is not in the cache and cannot be fetched, or is not what it should be.
    """
    kept = cache / _file(package)
    archive = _right(package, kept)
    if archive is None:
        cache.mkdir(parents=True, exist_ok=True)
        _fetch(package, cache)
        archive = _right(package, kept)
    if archive is None:
        kept.unlink(missing_ok=True)
        raise PackageError(
            f"what came as {package.name} {package.version} has another hash than it should: it "
            "was changed on its way, and is not used; try another network"
        )
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for inside, name in package.files.items():
            member = opened.extractfile(f"package/{inside}")
            if member is None:
                raise PackageError(f"{package.name} {package.version} has no file {inside}")
            found[name] = member.read()
    return found


def _right(package: Package, kept: Path) -> bytes | None:
    """The archive; None where it is not there or has another hash."""
    content = kept.read_bytes() if kept.is_file() else b""
    is_right = b64encode(hashlib.sha512(content).digest()).decode() == package.sha512
    return content if is_right else None


def _file(package: Package) -> str:
    """As ``npm pack`` calls the archive."""
    return f"{package.name.removeprefix('@').replace('/', '-')}-{package.version}.tgz"


def _fetch(package: Package, cache: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PackageError(
            "npm is not on PATH; it fetches the Python for browsers, once. Install Node.js, or put "
            f"{_file(package)} into {cache}"
        )
    named = f"{package.name}@{package.version}"
    command = [npm, "pack", named, "--ignore-scripts", "--silent", "--pack-destination", str(cache)]
    try:
        done = subprocess.run(
            command, cwd=cache, capture_output=True, timeout=SECONDS, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        raise PackageError(f"npm took longer than {SECONDS:g} s to fetch {named}") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise PackageError(f"npm could not fetch {named}: {said[-1][:200]}")
