"""The site, built by the README's command, which makes a warning an error.

The tests marked `docs` need Sphinx: pip install -e '.[test,docs]', then pytest -m docs.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

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


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, format: str, *given: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Where a folder is, on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
