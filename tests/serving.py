"""A server of the playground that runs beside the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograd_mini.play.server import PlayServer


@contextmanager
def serving(course: Path | None = None) -> Iterator[PlayServer]:
    """The server, answering until the block ends."""
    with PlayServer(course=course) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()
