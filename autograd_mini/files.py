"""Files that are there whole or not at all.

Vocabulary: the *target* is the file meant, at the end of all symbolic links; the text is written to
a *temporary* file beside it, forced to the disk, and then put in the target's place in one step.
Whoever reads meanwhile, or after a crash, finds the old file or the new one. The temporary file of
a process that was killed is an *orphan*: nobody holds its lock any more, and the next write into
that folder removes it.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograd_mini.given import described

try:
    import fcntl
except ImportError:  # not on Windows, where an open file cannot be removed
    fcntl = None  # type: ignore[assignment]

LONGEST_PATH = 4096
"""Bytes; PATH_MAX of Linux."""

TEMPORARY = ".autograd_mini-"

NEW_FILE = 0o666
"""The permissions of a file that did not exist, before the process's umask."""


def place(path: object, who: str) -> Path:
    """A path as it was given, checked before anything is done with it.

    Raises:
        TypeError: it is no string and no path.
        ValueError: no file can have that name.
    """
    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise TypeError(f"{who}: the path must be a string or a Path, not {described(path)}")
    name = os.fspath(path)
    try:
        usable = "\0" not in name and len(os.fsencode(name)) <= LONGEST_PATH
    except UnicodeError:
        usable = False
    if not usable:
        raise ValueError(
            f"{who}: {described(name)} can be the name of no file: it is too long, or holds a "
            "character that the system's file names cannot have"
        )
    return Path(name)


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file; a device, a pipe or a folder is refused before it is opened.

    Raises:
        OSError: there is no such file, or it may not be read, or is no regular file.
    """
    file = place(path, "load")
    _refuse_special(file, file.stat().st_mode)
    return file.read_bytes()


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Put ``data`` into the file at ``path``, in one step.

    A symbolic link stays and the file it leads to is replaced; a file that is replaced hands on its
    permissions, and one that may not be written is left alone.

    Raises:
        OSError: the folder does not exist, the file may not be written, the disk is full, …; the
            old file is then unharmed and the temporary one removed.
    """
    target = place(path, "save").resolve()
    permissions = _permissions(target)
    _remove_orphans(target.parent)
    try:
        while not _put(target, data, permissions):
            pass
    except OSError as error:  # of a file that nobody has heard of, and perhaps of two
        raise OSError(error.errno, error.strerror, str(target)) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """A block in which no other process is inside of such a block for the same folder."""
    if fcntl is None:
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


AGE = 60.0
"""Seconds after which a temporary file is an orphan where there are no locks to tell."""


def _remove_orphans(folder: Path) -> None:
    """Remove the temporary files that killed processes have left; none is worth an error."""
    for orphan in folder.glob(f"{TEMPORARY}*.tmp"):
        with suppress(OSError):
            if fcntl is None:
                if time.time() - orphan.stat().st_mtime > AGE:
                    orphan.unlink()
                continue
            with orphan.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # or it is being written
                orphan.unlink()


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


def _put(target: Path, data: bytes, permissions: int | None) -> bool:
    """Write the data beside the target, force it to the disk, and put it in its place.

    Returns:
        False if another process took the temporary file for an orphan before it was locked.
    """
    temporary = target.with_name(f"{TEMPORARY}{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        opened = os.open(temporary, flags, NEW_FILE if permissions is None else stat.S_IRWXU)
        with os.fdopen(opened, "wb") as file:
            if permissions is not None:  # so it is never more open than the target
                temporary.chmod(permissions)
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file.fileno()).st_nlink == 0:
                    return False
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if fcntl is not None:  # while the lock is held
                temporary.replace(target)
        if fcntl is None:  # an open file cannot be moved there
            temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # where folders can be opened: the new name goes to the disk, too
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return True
