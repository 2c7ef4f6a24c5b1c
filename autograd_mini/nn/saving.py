"""Models as JSON files.

Vocabulary: the *record* of a model is described in :mod:`autograd_mini.nn.records`; the file holds
it beside the name of the *format*, its *version* and the *checksum*, the SHA-256 of the record
without blanks, which finds a changed digit that would otherwise be another number. Labels are not
kept: they follow from the notation.
"""

from __future__ import annotations

import os
from reprlib import repr as shown
from typing import Any

from autograd_mini.errors import ModelFileError
from autograd_mini.nn.module import Module

# What only saving and loading need is imported there: pathlib, json and hashlib are slow to import.

FORMAT = "autograd_mini model"
VERSION = 1

DEEPEST = 1000
"""So deep a file's brackets may be nested; a model's are eight deep."""


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, as JSON, whole or not at all.

    A symbolic link is followed; a file that is there already keeps its permissions.

    Raises:
        TypeError: the model is of a class of your own, which a file cannot name.
        ModelFileError: its widths do not fit together, so it could not be loaded again.
        OSError: the file cannot be written; the old one is then unharmed.

    >>> import pathlib, tempfile
    >>> from autograd_mini import nn
    >>> model = nn.MLP(2, [3, 1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "model.json")
    ...     nn.save(model, path)
    ...     again = nn.load(path)
    >>> [p.data for p in again.parameters()] == [p.data for p in model.parameters()]
    True
    """
    from autograd_mini.files import write_atomically
    from autograd_mini.nn.records import decode, encode

    record = encode(model)
    decode(record)
    write_atomically(path, _as_json(record))


def load(path: str | os.PathLike[str]) -> Any:
    """Read a model that :func:`save` has written; it is of the class that was saved.

    Raises:
        ModelFileError: the file is damaged, incomplete, or no model; the message says where.
        OSError: the file cannot be read.
    """
    from autograd_mini.files import read_regular
    from autograd_mini.nn.records import decode

    try:
        return decode(_record_in(read_regular(path)))
    except ModelFileError as error:
        raise ModelFileError(f"{os.fspath(path)}: {error}") from error.__cause__


def _as_json(record: dict[str, Any]) -> bytes:
    import json

    whole = {"format": FORMAT, "version": VERSION, "sha256": _checksum(record), "model": record}
    return (json.dumps(whole, indent=1) + "\n").encode()


def _checksum(record: Any) -> str:
    import hashlib
    import json

    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _record_in(data: bytes) -> Any:
    """The model's record in the bytes of a file, its checksum compared."""
    from autograd_mini.nn.records import fields

    try:
        whole = _parse(data)
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise ModelFileError("it is no model saved by autograd_mini.nn.save")
        version = whole.get("version")
        if type(version) is not int or version != VERSION:
            raise ModelFileError(
                f"its version is {shown(version)}, and this autograd_mini reads version {VERSION}; "
                "load it with the autograd_mini that saved it"
            )
        names = ("format", "version", "sha256", "model")
        _, _, checksum, record = fields(whole, names, "the file")
        if checksum != _checksum(record):
            raise ModelFileError("it was changed after it was saved: its checksum does not fit")
    except RecursionError:
        raise ModelFileError("its brackets are nested too deep for a model") from None
    return record


def _parse(data: bytes) -> Any:
    import json

    try:
        text = data.decode()
        _refuse_depth(text)
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except ModelFileError:
        raise
    except ValueError as error:  # no UTF-8, no JSON, an integer of thousands of digits
        raise ModelFileError(f"it is damaged or incomplete ({error})") from error


def _refuse_depth(text: str) -> None:
    """Look at the brackets before json does, whose C code recurses.

    It would crash the process where the program has raised Python's recursion limit. Strings are
    passed over without a way back, which would take a hundred bytes for each of their characters.
    """
    import re

    depth = 0
    for found in re.finditer(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', text, re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > DEEPEST:
            raise RecursionError


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ModelFileError(f"a field stands twice among {shown([key for key, _ in pairs])}")
    return record


def _refuse(word: str) -> None:
    raise ModelFileError(f"it holds the bare word {word}, which is not JSON")
