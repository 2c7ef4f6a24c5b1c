"""What the whole suite shares: which tests wait to be asked for, and when a skip is a failure.

Tests marked `browser` open pages in a Chromium, tests marked `latex` run LaTeX, tests marked `slow`
take minutes: they wait to be asked for, with `-m browser` and so on, and are named at the end when
they are left out. So are those marked `core` where the compiled core was not built.

Where AUTOGRAD_MINI_CI is set (`.ci/run` sets it), everything that a test could need has been
installed, so a test that skips itself is a fault of the run and fails. An expected failure (xfail)
is no skip. Only the peers, packages of hundreds of megabytes which a few tests compare with, may be
missing: pip install -e '.[test,bench]' brings them.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from autograd_mini.engine import core
from tests.browser import browser, open_page  # noqa: F401  (fixtures)

# A busy machine is slow, and that says nothing about the code. The examples are the same in every
# run, so a failure belongs to the change at hand; `--hypothesis-profile=default` draws new ones.
hypothesis.settings.register_profile("autograd_mini", deadline=None, derandomize=True)
hypothesis.settings.load_profile("autograd_mini")

# Options in the environment are for this run alone, not for those that its tests begin.
os.environ.pop("PYTEST_ADDOPTS", None)

collect_ignore = [] if importlib.util.find_spec("cosmic_ray") else ["mutation"]
"""Mutation testing needs an extra of its own, which the tests do not."""

PEERS = ("jax", "optax", "orbax", "torch")
"""What may be missing even there."""

LEFT_OUT = pytest.StashKey[dict[str, int]]()

ASKED_FOR = {
    "browser": "pip install -e '.[test,browser,notebook]' and a Chromium, then pytest -m browser",
    "docs": "pip install -e '.[test,docs]', then pytest -m docs",
    "latex": "Debian: texlive-pictures, -latex-recommended and poppler-utils, then pytest -m latex",
    "slow": "pytest -m slow (minutes, and some gigabytes)",
}
"""Marks whose tests run only when they are asked for, and how to ask."""

BUILT = {"core": "a C compiler and Python's headers, then pip install -e '.[test]'"}
"""A mark whose tests run wherever the compiled core was built and is not turned off."""


class SkipIsFailure:
    """A plugin that turns the report of a skip, of a test or of a whole file, into a failure.

    It is registered as a plugin because the hooks of this file itself do not reach the doctests,
    which lie outside this folder.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self,
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.skipped and not hasattr(report, "wasxfail") and not _lacks_a_peer(report):
            _fail(report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if report.skipped:
            _fail(report)
        return report


class WithoutPeers:
    """A plugin that passes by what is made for a peer where that is missing; see SkipIsFailure."""

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        missing = collection_path.name in PEERS and not importlib.util.find_spec(
            collection_path.name
        )
        return True if missing and collection_path.is_dir() else None


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    return where[2] if isinstance(where, tuple) else str(where)


def _lacks_a_peer(report: pytest.TestReport) -> bool:
    return any(f"could not import '{name}" in _reason(report) for name in PEERS)


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    report.outcome, reason = "failed", _reason(report)
    report.longrepr = f"AUTOGRAD_MINI_CI is set, so nothing may be skipped. {reason}"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(WithoutPeers(), "without-peers")
    if os.environ.get("AUTOGRAD_MINI_CI"):
        config.pluginmanager.register(SkipIsFailure(), "skip-is-failure")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[LEFT_OUT] = {}
    left_out = [mark for mark in ASKED_FOR if mark not in config.getoption("markexpr")]
    for mark in left_out + [mark for mark in BUILT if core is None]:
        waiting = [item for item in items if item.get_closest_marker(mark)]
        config.stash[LEFT_OUT][mark] = len(waiting)
        config.hook.pytest_deselected(items=waiting)
        items[:] = [item for item in items if not item.get_closest_marker(mark)]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for mark, count in config.stash.get(LEFT_OUT, {}).items():
        if count:
            how = {**ASKED_FOR, **BUILT}[mark]
            terminalreporter.write_line(f"LEFT OUT [{count}] {mark} tests: {how}")
