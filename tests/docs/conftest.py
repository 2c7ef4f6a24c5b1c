"""The site, built by the README's command, which makes a warning an error.

The tests marked `docs` need Sphinx: pip install -e '.[test,docs]', then pytest -m docs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / ".docs"


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site; what has not changed is not built again."""
    target = DOCS / "build" / "site"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-qW", DOCS, target],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return target
