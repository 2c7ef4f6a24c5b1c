"""A file is there whole or not at all; links and permissions are respected."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import nn
from autograd_mini.files import TEMPORARY, alone_in, place, read_regular, write_atomically

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_atomically(path, b"one\n\r\x00")
    assert read_regular(path) == b"one\n\r\x00"
    write_atomically(str(path), b"two")
    assert read_regular(str(path)) == b"two"
    assert names(tmp_path) == ["a.bin"]


@posix
@pytest.mark.usefixtures("umask")
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new", b"")
    (tmp_path / "plain").write_bytes(b"")
    assert mode(tmp_path / "new") == mode(tmp_path / "plain") == 0o640


@posix
@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("permissions", [0o600, 0o644, 0o777])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, permissions: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(permissions)
    write_atomically(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", permissions)


@posix
def test_the_temporary_file_is_never_more_open_than_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    seen: list[tuple[int, bytes]] = []

    def chmod(temporary: Path, permissions: int) -> None:
        seen.append((mode(temporary) & 0o077, temporary.read_bytes()))
        os.chmod(temporary, permissions)  # noqa: PTH101

    monkeypatch.setattr(Path, "chmod", chmod)
    write_atomically(path, b"new")
    assert seen == [(0, b"")]
    assert mode(path) == 0o640


@posix
def test_a_file_that_may_not_be_written_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    # For root every file may be written, so the answer is put in.
    monkeypatch.setattr(os, "access", lambda target, wanted: False)
    with pytest.raises(PermissionError, match="may not be written"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


@posix
def test_a_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    target = tmp_path / "store" / "v1"
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "store") == ["v1"]


@posix
def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "later")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "later").read_bytes() == b"new"


@posix
def test_folders_devices_and_pipes_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError, match="found a folder"):
        write_atomically(tmp_path / "folder", b"")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="found a device or a pipe"):
        write_atomically(tmp_path / "pipe", b"")
    with pytest.raises(OSError, match="found a device or a pipe"):
        write_atomically(os.devnull, b"")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_an_error_names_the_file_meant(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "model.json"
    with pytest.raises(FileNotFoundError) as caught:
        nn.save(nn.Neuron(1), path)
    assert caught.value.filename == str(path.resolve())
    assert str(caught.value) == f"[Errno 2] No such file or directory: {str(path.resolve())!r}"


def test_an_error_of_two_files_names_the_one_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(source), None, str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    path = tmp_path / "model.json"
    with pytest.raises(PermissionError) as caught:
        nn.save(nn.Neuron(1), path)
    assert str(caught.value) == f"[Errno 13] Permission denied: {str(path.resolve())!r}"
    assert names(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    step: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.json"
    nn.save(nn.Neuron(1), path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(*((os, "fsync", fail) if step == "fsync" else (Path, "replace", fail)))
    with pytest.raises(type(error)):
        nn.save(nn.Neuron(2), path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert names(tmp_path) == ["model.json"]


def test_the_new_text_is_on_the_disk_before_it_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        seen.append("fsync")
        real_fsync(handle)

    def replace(source: Path, target: Path) -> Path:
        seen.append(f"replace {source.parent == target.parent} {source.read_bytes()!r}")
        return real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "a", b"text")
    assert seen[:2] == ["fsync", "replace True b'text'"]


KILLED_WHILE_WRITING = """
import os, sys, signal
from autograd_mini import files
os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
files.write_atomically(sys.argv[1], b"never there")
"""


@posix
def test_what_a_killed_process_has_left_is_removed_by_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(path)], check=False)
    left = names(tmp_path)
    assert len(left) == 1 + (len(left) > 1)
    assert all(name.startswith(TEMPORARY) for name in left)
    (tmp_path / ".autograd_mini-notes").write_text("not ours")
    write_atomically(path, b"there")
    assert sorted(names(tmp_path)) == [".autograd_mini-notes", "model.json"]


@posix
def test_what_another_process_is_writing_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside of one write, another one to the same folder is made."""
    real_fsync = os.fsync

    def fsync(handle: int) -> None:
        monkeypatch.setattr(os, "fsync", real_fsync)
        write_atomically(tmp_path / "b", b"second")
        real_fsync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(tmp_path / "a", b"first")
    assert (tmp_path / "a").read_bytes() == b"first"
    assert sorted(names(tmp_path)) == ["a", "b"]


@posix
def test_only_one_is_alone_in_a_folder(tmp_path: Path) -> None:
    inside = threading.Event()
    order: list[str] = []

    def other() -> None:
        inside.wait(10)
        with alone_in(tmp_path):
            order.append("second")

    thread = threading.Thread(target=other)
    thread.start()
    with alone_in(tmp_path):
        inside.set()
        thread.join(0.05)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


@pytest.mark.parametrize("name", [None, 3, b"a", ["a"], object])
def test_what_is_no_path_is_refused(name: Any) -> None:
    for call in (nn.load, lambda path: nn.save(nn.Neuron(1), path), lambda path: place(path, "x")):
        with pytest.raises(TypeError, match="path must be a string or a Path"):
            call(name)


@pytest.mark.parametrize("name", ["a\0b", "\ud800" * 300])
def test_a_name_that_no_file_can_have_is_refused(name: str, tmp_path: Path) -> None:
    for call in (nn.load, lambda path: nn.save(nn.Neuron(1), path)):
        with pytest.raises(ValueError, match="can be the name of no file") as caught:
            call(tmp_path / name)
        assert len(str(caught.value)) < 200
