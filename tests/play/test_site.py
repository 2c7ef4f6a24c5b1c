"""The folder with a Python of its own: what is in it, and where its parts come from."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from autograd_mini import cli
from autograd_mini.play import site
from autograd_mini.play.packages import PACKAGES, Package, PackageError, cache_folder, files_of


def archive(**files: str) -> bytes:
    """What npm packs."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as packed:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content.encode()))
    return written.getvalue()


CONTENT = archive(a="one", b="two")
SMALL = Package(
    "@some/small",
    "1.0.0",
    b64encode(hashlib.sha512(CONTENT).digest()).decode(),
    {"a": "first.txt"},
    "MIT License",
)
FILE = "some-small-1.0.0.tgz"


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands for npm: it copies what lies in a folder, and notes its calls."""
    folder = tmp_path / "npm"
    folder.mkdir()
    program = folder / "npm"
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/calls\n'
        f"cp {folder}/{FILE} . || {{ echo no network >&2; exit 1; }}\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for npm is a shell script")
def test_a_package_is_fetched_once_and_looked_at(npm: Path, tmp_path: Path) -> None:
    (npm / FILE).write_bytes(CONTENT)
    for _ in range(2):
        assert files_of(SMALL, tmp_path / "cache") == {"first.txt": b"one"}
    (call,) = (npm / "calls").read_text().splitlines()
    assert call.startswith("pack @some/small@1.0.0 --ignore-scripts")


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for npm is a shell script")
def test_what_was_changed_on_its_way_or_in_the_cache_is_not_used(npm: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (npm / FILE).write_bytes(archive(a="another"))
    with pytest.raises(PackageError, match="another hash than it should"):
        files_of(SMALL, cache)
    assert not (cache / FILE).exists()
    (npm / FILE).write_bytes(CONTENT)
    (cache / FILE).write_bytes(b"damaged")
    assert files_of(SMALL, cache) == {"first.txt": b"one"}


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for npm is a shell script")
def test_without_a_network_it_says_what_npm_said(npm: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"npm could not fetch @some/small@1\.0\.0: no network"):
        files_of(SMALL, tmp_path / "cache")


def test_without_npm_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    with pytest.raises(PackageError, match=f"Install Node.js, or put {FILE} into"):
        files_of(SMALL, tmp_path)
    assert cli.main(["site", str(tmp_path / "out")]) == 2
    assert "npm is not on PATH" in capsys.readouterr().err


def test_packages_are_kept_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/autograd-mini")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "autograd-mini"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_folder() == Path.home() / "Library" / "Caches" / "autograd-mini"


def test_the_package_in_the_folder_has_all_that_runs_and_nothing_else() -> None:
    site.package.cache_clear()
    first = site.package()
    site.package.cache_clear()
    assert site.package() == first
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    for needed in ("play/answers.py", "show/walk/walk.js", "lessons/exercises/exercises.txt"):
        assert f"autograd_mini/{needed}" in names
    assert "graphviz/__init__.py" in names
    assert not [name for name in names if name.endswith((".so", ".pyc", ".ipynb"))]


def test_every_licence_is_named_and_there() -> None:
    found = site._licences()
    text = found["licences.txt"].decode()
    taken = {name for package in PACKAGES for name in package.files.values()}
    for package in PACKAGES:
        assert f"{package.name} {package.version}: {package.licence}." in text
    for name in ("licence-mpl-2.0.txt", "licence-autograd-mini.txt", "licence-graphviz.txt"):
        assert name in text
        assert len(found[name]) > 500
    assert "licence-wasm-graphviz.txt" in taken
