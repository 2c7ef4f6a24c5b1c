"""Two processes train together over the loopback address, and one of them dies.

Within twenty seconds the other ends with an error of ours; what was saved last is whole; and the
two that go on from it end with the very numbers of two that nothing disturbed.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("jax")
pytest.importorskip("optax")
pytest.importorskip("orbax.checkpoint")

STEPS, KILLED_AT, NEVER = 60, 30, -1
PATIENCE = 20.0


def started(folder: Path, killed_at: int) -> list[subprocess.Popen[str]]:
    """Both processes, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(port), str(folder), str(STEPS), str(killed_at)]
    return [
        subprocess.Popen(
            [sys.executable, "-m", "tests.compiler.jax.worker", str(rank), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in (0, 1)
    ]


def finished(processes: list[subprocess.Popen[str]]) -> list[str]:
    """What they said of the beginning and the end."""
    said = []
    try:
        for process in processes:
            out, err = process.communicate(timeout=150)
            assert process.returncode == 0, out + err[-2000:]
            # Gloo writes to the same place, now and then into a line
            said.append(" ".join(re.findall(r"resumed at \d+|done [0-9a-f]{64}", out)))
    finally:
        for process in processes:
            process.kill()
    return said


def test_one_of_two_dies_and_training_goes_on(tmp_path: Path) -> None:
    undisturbed = finished(started(tmp_path / "undisturbed", NEVER))
    assert undisturbed[0].startswith("done ")
    assert len(set(undisturbed)) == 1

    survivor, victim = started(tmp_path / "disturbed", KILLED_AT)
    out, _ = victim.communicate(timeout=150)
    began = time.monotonic()
    assert victim.returncode == -9, out
    assert "gone" in out
    out, err = survivor.communicate(timeout=150)
    assert time.monotonic() - began < PATIENCE
    assert survivor.returncode == 3, err[-2000:]
    assert "error: train: of the 2 processes that train together one has ended" in out
    assert "saved last" in out

    resumed = finished(started(tmp_path / "disturbed", NEVER))
    assert resumed == [f"resumed at {KILLED_AT} {said}" for said in undisturbed]
