"""The folder that a command writes, and no other file in it.

Vocabulary: the *list* is a small file in the folder that names what earlier runs wrote there. Only
a file that is on the list, or that does not exist yet, is written; nothing is ever removed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from autograd_mini.files import alone_in, write_atomically

LIST = "autograd-mini-tour.json"
"""The list of the tour; other commands have their own."""


class Folder:
    """A folder to write to.

    Args:
        path: where it is; it is made if need be.
        command: what writes: "tour", "train".

    Raises:
        OSError: it cannot be made or written to, or is a file; the message says what to do.
    """

    def __init__(self, path: Path, command: str = "tour") -> None:
        self.path = path
        self.list = f"autograd-mini-{command}.json"
        self._title = f"written by autograd-mini {command}"
        self._command = command
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(f"{path} is a file; choose a folder with --out")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise type(error)(
                f"the folder {path} cannot be made ({error.strerror}); choose another with --out"
            ) from None
        self._own = listed(path, command)
        self.claim([self.list])

    def claim(self, names: Iterable[str]) -> None:
        """Put names on the list before their files are written.

        Raises:
            FileExistsError: a file of that name is there and is not ours.
            OSError: the list cannot be written.
        """
        new = [name for name in names if name not in self._own]
        if not new:
            return
        with alone_in(self.path):
            self._own |= listed(
                self.path, self._command
            )  # by a run that writes to the same folder meanwhile
            for name in set(new) - self._own:
                if os.path.lexists(self.path / name):  # a link that leads nowhere is there, too
                    raise FileExistsError(
                        f"{self.path / name} is there already and was not written by the "
                        f"{self._command}; move it away or choose another folder with --out"
                    )
            self._own |= set(new)
            files = json.dumps({self._title: sorted(self._own)}, indent=1)
            self._write(self.list, files)

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, whole or not at all."""
        self.claim([name])
        self._write(name, content)

    def _write(self, name: str, content: str | bytes) -> None:
        try:
            write_atomically(
                self.path / name, content.encode() if isinstance(content, str) else content
            )
        except OSError as error:
            raise type(error)(
                f"{self.path / name} cannot be written ({error.strerror}); "
                "choose another folder with --out"
            ) from None


def listed(path: Path, command: str = "tour") -> set[str]:
    """The files that a command wrote to a folder; none where there is no readable list."""
    try:
        found = json.loads((path / f"autograd-mini-{command}.json").read_text(encoding="utf-8"))
        names = found[f"written by autograd-mini {command}"]
        return {name for name in names if isinstance(name, str) and name == Path(name).name}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
