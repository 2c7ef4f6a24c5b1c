"""The suite's own switches: a skip that fails in CI, and tests that a mark asks for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "mark": "import pytest\n@pytest.mark.skip(reason='why')\ndef test_it(): pass\n",
    "call": "import pytest\ndef test_it(): pytest.skip('why')\n",
    "fixture": (
        "import pytest\n@pytest.fixture\ndef missing(): pytest.skip('why')\n"
        "def test_it(missing): pass\n"
    ),
    "file": "import pytest\npytest.importorskip('no_such_module_at_all', reason='why')\n",
    "doctest": "def f():\n    '''\n    >>> import pytest; pytest.skip('why')\n    '''\n",
}


def run(folder: Path, source: str, *options: str, ci: str) -> tuple[int, str]:
    """Run one file of tests beside a copy of this suite's conftest; its exit code and output."""
    tests = folder / "tests"
    tests.mkdir()
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    tests.joinpath("test_ok.py").write_text("def test_ok(): pass\n", encoding="utf-8")
    # Beside the folder of the conftest, as the package's doctests are.
    folder.joinpath("test_planted.py").write_text(source, encoding="utf-8")
    folder.joinpath("pytest.ini").write_text(
        "[pytest]\naddopts = -ra --doctest-modules\nmarkers = browser\n"
    )
    files = ["tests", "test_planted.py"]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "AUTOGRAD_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, *files],
        cwd=folder,
        env=env | {"AUTOGRAD_MINI_CI": ci},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS.keys())
def test_a_skip_fails_where_everything_is_installed(tmp_path: Path, source: str) -> None:
    code, output = run(tmp_path, source, ci="1")
    assert code != 0, output
    assert "nothing may be skipped" in output
    assert "why" in output
    assert not re.search(r"\d skipped", output)


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS.keys())
def test_a_skip_is_reported_with_its_reason_elsewhere(tmp_path: Path, source: str) -> None:
    code, output = run(tmp_path, source, ci="")
    assert code == 0, output
    assert re.search(r"SKIPPED \[\d\] .*why", output)


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n"
    code, output = run(tmp_path, source, ci="1")
    assert code == 0, output
    assert "1 xfailed" in output


BROWSER = "import pytest\n@pytest.mark.browser\ndef test_page(): assert False\n"


def test_tests_in_a_browser_wait_to_be_asked_for(tmp_path: Path) -> None:
    code, output = run(tmp_path, BROWSER, ci="1")
    assert code == 0, output
    assert "1 passed, 1 deselected" in output
    assert "LEFT OUT [1] browser tests" in output


def test_tests_in_a_browser_run_when_asked_for(tmp_path: Path) -> None:
    code, output = run(tmp_path, BROWSER, "-m", "browser", ci="1")
    assert code == 1, output
    assert "1 failed, 1 deselected" in output
    assert "LEFT OUT" not in output


def test_a_missing_peer_is_a_skip_everywhere(tmp_path: Path) -> None:
    source = (
        "import sys, pytest\nsys.modules['torch'] = None\n"
        "def test_it(): pytest.importorskip('torch')\n"
    )
    code, output = run(tmp_path, source, ci="1")
    assert code == 0, output
    assert "1 passed, 1 skipped" in output
