"""Builds of the core beside the installed one: other flags, or another source.

Vocabulary: a *build* is a folder with a package ``autograd_mini`` whose Python files are those of
the checkout, by links, and whose core is its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "autograd_mini" / "_core.c"
ORDINARY = ("-O1",)
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")


def compiler() -> str | None:
    """The C compiler of this machine that makes the tests' builds."""
    found = shutil.which(os.environ.get("CC", "cc"))
    headers = Path(sysconfig.get_paths()["include"], "Python.h")
    return found if headers.exists() and sys.platform == "linux" else None


def made(folder: Path, text: str | None = None, flags: Sequence[str] = ORDINARY) -> bool:
    """Build the core in a folder, from its source or another text; False if it does not compile."""
    package = folder / "autograd_mini"
    package.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "autograd_mini").iterdir():
        if not path.name.startswith("_core") and not (package / path.name).exists():
            (package / path.name).symlink_to(path)
    source = folder / "_core.c"
    source.write_text(
        SOURCE.read_text(encoding="utf-8") if text is None else text, encoding="utf-8"
    )
    done = subprocess.run(
        [
            compiler() or "cc", "-shared", "-fPIC", "-w", "-ffp-contract=off",
            "-fno-strict-aliasing", *flags, f"-I{sysconfig.get_paths()['include']}", str(source),
            "-o", str(package / "_core.abi3.so"), "-lm",
        ],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode == 0


def run(
    folder: Path, *words: str, limit: float = 120.0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with the build's package before all others."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", **environment},
        capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=limit,
    )  # fmt: skip
