"""Whether the tests notice a mutant: a run of pytest in a process of its own, forked when warm.

Vocabulary: the *outcome* of a trial is "killed" by a test that failed, "timeout" where the limit
on processor time (or, for threads that wait, on time) stopped it, or "survived". The file on disk
is never touched: the child takes the mutant's source for the module's, so that several trials,
and whoever works in the same folder, do not see each other.
"""

from __future__ import annotations

import importlib.machinery
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import mpmath
import numpy as np
import pytest

from tests.mutation.mutants import Mutant

WARM = (hypothesis, mpmath, np, pytest)
"""What every child would import first; nothing of the package under test."""

SECONDS = 60
"""Of processor time; a run without a fault takes a third of it."""

PATIENCE = 10 * SECONDS


OPTIONS = [
    *("-x", "-q", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the plugins are warm already
]


class Notes:
    """A plugin of pytest that remembers the first test that failed."""

    def __init__(self) -> None:
        self.failed = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Called with the report of each phase of each test."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        """Called with the report of each file collected."""
        if report.failed and not self.failed:
            self.failed = report.nodeid or "collection"


def trials(
    module: Path, found: Iterable[Mutant], tests: list[str], workers: int
) -> Iterator[tuple[Mutant, str, str]]:
    """Try the mutants, so many at a time: each with its outcome and the test that killed it."""
    waiting = iter(found)
    running: dict[int, tuple[Mutant, int, float]] = {}
    while True:
        while len(running) < workers and (mutant := next(waiting, None)) is not None:
            child, pipe = _start(module, mutant, tests)
            running[child] = (mutant, pipe, time.monotonic())
        if not running:
            return
        select.select([pipe for _, pipe, _ in running.values()], [], [], 1.0)
        for child, (mutant, pipe, since) in list(running.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if not ended:
                if time.monotonic() - since > PATIENCE:
                    os.kill(child, signal.SIGKILL)
                continue
            told = os.read(pipe, 4000).decode("utf-8", "replace")
            os.close(pipe)
            del running[child]
            yield mutant, _outcome(status), told


def _outcome(status: int) -> str:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGXCPU):
        return "timeout"
    return "survived" if status == 0 else "killed"


def _start(module: Path, mutant: Mutant, tests: list[str]) -> tuple[int, int]:
    """Fork a child that runs the tests on the mutant; its id, and where it tells what failed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.close(reading)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        replace_source(module, mutant.source)
        notes = Notes()
        arguments = [*OPTIONS, *tests]
        if mutant.subject:  # the tests with the row's name in theirs are enough
            code = int(pytest.main([*arguments, "-k", mutant.subject], plugins=[notes]))
        else:  # one file alone starts in a third of the time, and sees most faults
            code = int(pytest.main([*OPTIONS, tests[0]], plugins=[notes]))
            code = code or int(pytest.main(arguments, plugins=[notes]))
        os.write(writing, notes.failed.encode()[:3000])
    finally:
        os._exit(code)


def replace_source(module: Path, source: str) -> None:
    """In this process, importing the module executes ``source``."""
    path, loader = str(module.resolve()), importlib.machinery.SourceFileLoader
    original = loader.get_code

    def get_code(self: Any, fullname: str) -> Any:
        if self.path == path:
            return compile(source, path, "exec", dont_inherit=True)
        return original(self, fullname)

    loader.get_code = get_code  # type: ignore[method-assign]
    assert not any(name.startswith("autograd_mini") for name in sys.modules), "imported too early"
