"""Files that are there whole or not at all.

Vocabulary: the *target* is the file meant, at the end of all symbolic links; the text is written to
a *temporary* file beside it, forced to the disk, and then put in the target's place in one step.
Whoever reads meanwhile, or after a crash, finds the old file or the new one.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

NEW_FILE = 0o666
"""The permissions of a file that did not exist, before the process's umask."""


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file; a device, a pipe or a folder is refused before it is opened.

    Raises:
        OSError: there is no such file, or it may not be read, or is no regular file.
    """
    place = Path(path)
    _refuse_special(place, place.stat().st_mode)
    return place.read_bytes()


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Put ``data`` into the file at ``path``, in one step.

    A symbolic link stays and the file it leads to is replaced; a file that is replaced hands on its
    permissions, and one that may not be written is left alone.

    Raises:
        OSError: the folder does not exist, the file may not be written, the disk is full, …; the
            old file is then unharmed and the temporary one removed.
    """
    target = Path(path).resolve()
    permissions = _permissions(target)
    temporary = target.with_name(f".autograd_mini-{os.urandom(8).hex()}.tmp")
    try:
        _write_through(temporary, data, permissions)
        temporary.replace(target)
    except BaseException as error:
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(target), None  # not a name nobody has heard of
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _permissions(target: Path) -> int | None:
    """The permissions of the file that will be replaced, None if there is none."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    _refuse_special(target, mode)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file may not be written", str(target))
    return stat.S_IMODE(mode)


def _refuse_special(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "expected a file, found a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "expected a regular file, found a device or a pipe", str(path))


def _write_through(temporary: Path, data: bytes, permissions: int | None) -> None:
    """Make the file, fill it and force it to the disk; it is never more open than the target."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    opened = os.open(temporary, flags, NEW_FILE if permissions is None else stat.S_IRWXU)
    with os.fdopen(opened, "wb") as file:
        if permissions is not None:
            temporary.chmod(permissions)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Force the new name to the disk too, where the system can open folders."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
