"""Models as JSON files.

Vocabulary: the *record* of a model, or of a part of it, is a JSON object of lists, strings and
numbers; *where* says for a message which part, as ``model.layers[1].neurons[0].w[2]``. Numbers are
written as ``float.hex`` does, so nan, inf, −0.0 and 5e−324 come back as they were (a nan loses its
payload). Labels are not kept: they follow from the notation. The file holds the record beside the
name of the *format*, its *version* and the *checksum*, the SHA-256 of the record without blanks,
which finds a changed digit that would otherwise be another number.

A record may only choose among the kinds and the activations known here: nothing in it is ever run,
looked up or allocated beyond what it holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from reprlib import repr as shown
from typing import Any

from autograd_mini.errors import ModelFileError
from autograd_mini.nn import notation
from autograd_mini.nn.layers import MLP, Layer
from autograd_mini.nn.neuron import LinearRegression, LogisticRegression, Module, Neuron

# What only saving and loading need is imported there: pathlib, json and hashlib are slow to import.

FORMAT = "autograd_mini model"
VERSION = 1

DEEPEST = 1000
"""So deep a file's brackets may be nested; a model's are eight deep."""

FIELDS = ("format", "version", "sha256", "model")
"""The fields of a file."""

Record = dict[str, object]


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

    kind = type(model).__name__
    if type(model) not in (Neuron, Layer, MLP, LinearRegression, LogisticRegression):
        raise TypeError(
            f"nn.save keeps {', '.join(KINDS)}, not {kind}; save its parts, or its parameters' "
            ".data"
        )
    record = {"kind": kind, **_record(model)}
    _model(record)
    write_atomically(path, _as_json(record))


def model_in(data: bytes) -> Module:
    """The model in the bytes of a file that :func:`save` has written.

    Raises:
        ModelFileError: they are damaged, incomplete, or no model; the message says where.
    """
    return _model(_record_in(data))


# --- models and records ---------------------------------------------------------------------------


def _record(part: Module) -> Record:
    """The record of a model or of a part of one."""
    if isinstance(part, MLP):
        return {"layers": [_record(layer) for layer in part.layers]}
    if isinstance(part, Layer):
        return {"number": part.number, "neurons": [_record(neuron) for neuron in part.neurons]}
    assert isinstance(part, Neuron)
    numbers = {"w": [w.data.hex() for w in part.w], "b": part.b.data.hex()}
    if isinstance(part, LinearRegression | LogisticRegression):
        return {"unit": part.unit, **numbers}
    return {"activation": part.activation, **numbers}


def _model(record: object) -> Module:
    """The model that a record describes.

    Raises:
        ModelFileError: the record describes none; the message says where it goes wrong.
    """
    kind = record.get("kind") if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(kind, str) or kind not in KINDS:
        raise ModelFileError(f"model: its kind is {shown(kind)}; known are {', '.join(KINDS)}")
    rest = {name: value for name, value in record.items() if name != "kind"}
    return KINDS[kind](rest, "model")


def _mlp(record: object, where: str) -> MLP:
    (given,) = _fields(record, ("layers",), where)
    made = MLP.__new__(MLP)
    made.layers = [_layer(part, at) for part, at in _parts(given, f"{where}.layers")]
    for i, (before, layer) in enumerate(pairwise(made.layers), 1):
        if layer.nin != before.nout:
            raise ModelFileError(
                f"{where}.layers[{i}] has {layer.nin} input(s), "
                f"the layer before {before.nout} neuron(s)"
            )
    return made


def _layer(record: object, where: str) -> Layer:
    number, given = _fields(record, ("number", "neurons"), where)
    made = Layer.__new__(Layer)
    made.number = _counter(number, f"{where}.number")
    made.neurons = [
        _neuron(part, at, partial(notation.in_layer, neuron=j, layer=made.number))
        for j, (part, at) in enumerate(_parts(given, f"{where}.neurons"), 1)
    ]
    for j, neuron in enumerate(made.neurons):
        if neuron.nin != made.nin:
            raise ModelFileError(
                f"{where}.neurons[{j}] has {neuron.nin} weight(s), the first {made.nin}"
            )
    return made


def _neuron(
    record: object, where: str, names: Callable[[int], notation.Names] = notation.alone
) -> Neuron:
    activation, w, b = _fields(record, ("activation", "w", "b"), where)
    weights, bias = _numbers(w, b, where)
    try:
        return Neuron._of(weights, bias, activation, names(len(weights)))
    except (TypeError, ValueError) as error:  # there is no such activation
        raise ModelFileError(f"{where}: {error}") from None


def _regression(
    cls: type[LinearRegression | LogisticRegression], record: object, where: str
) -> Module:
    unit, w, b = _fields(record, ("unit", "w", "b"), where)
    made = cls.__new__(cls)
    made._become(*_numbers(w, b, where), _counter(unit, f"{where}.unit"))
    return made


KINDS: dict[str, Callable[[object, str], Module]] = {
    "Neuron": _neuron,
    "Layer": _layer,
    "MLP": _mlp,
    "LinearRegression": partial(_regression, LinearRegression),
    "LogisticRegression": partial(_regression, LogisticRegression),
}


def _fields(record: object, names: tuple[str, ...], where: str) -> list[Any]:
    """The values of just these fields."""
    if not isinstance(record, dict):
        raise ModelFileError(f"{where}: expected an object, found {shown(record)}")
    if set(record) != set(names):
        raise ModelFileError(
            f"{where}: expected the fields {', '.join(names)}, found {shown(list(record))}"
        )
    return [record[name] for name in names]


def _parts(given: object, where: str) -> list[tuple[object, str]]:
    """The elements of a list that is not empty, each with its place."""
    if not isinstance(given, list) or not given:
        raise ModelFileError(f"{where}: expected a list that is not empty, found {shown(given)}")
    return [(part, f"{where}[{i}]") for i, part in enumerate(given)]


def _numbers(w: object, b: object, where: str) -> tuple[list[float], float]:
    return [_number(x, at) for x, at in _parts(w, f"{where}.w")], _number(b, f"{where}.b")


def _number(text: object, where: str) -> float:
    """A number as ``float.hex`` writes it; any other spelling betrays damage."""
    try:
        number = float.fromhex(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number.hex() != text:
        raise ModelFileError(
            f"{where}: expected a number as float.hex writes it, found {shown(text)}"
        )
    return number


def _counter(given: object, where: str) -> int | None:
    if given is None or (type(given) is int and given >= 1):
        return given
    raise ModelFileError(f"{where}: expected null or a number from 1, found {shown(given)}")


# --- records and files ----------------------------------------------------------------------------


def _as_json(record: Record) -> bytes:
    import json

    whole = dict(zip(FIELDS, (FORMAT, VERSION, _checksum(record), record), strict=True))
    return (json.dumps(whole, indent=1) + "\n").encode()


def _checksum(record: object) -> str:
    import hashlib
    import json

    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _record_in(data: bytes) -> object:
    """The model's record in the bytes of a file, its checksum compared."""
    try:
        whole = _parsed(data)
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise ModelFileError("it is no model saved by autograd_mini.nn.save")
        version = whole.get("version")
        if type(version) is not int or version != VERSION:
            raise ModelFileError(
                f"its version is {shown(version)}, and this autograd_mini reads version {VERSION}; "
                "load it with the autograd_mini that saved it"
            )
        _, _, checksum, record = _fields(whole, FIELDS, "the file")
        if checksum != _checksum(record):
            raise ModelFileError("it was changed after it was saved: its checksum does not fit")
    except RecursionError:
        raise ModelFileError("its brackets are nested too deep for a model") from None
    return record


def _parsed(data: bytes) -> object:
    import json

    try:
        text = data.decode()
        _refuse_depth(text)
        found: object = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except ModelFileError:
        raise
    except ValueError as error:  # no UTF-8, no JSON, an integer of thousands of digits
        raise ModelFileError(f"it is damaged or incomplete ({error})") from error
    return found


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


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ModelFileError(f"a field stands twice among {shown([key for key, _ in pairs])}")
    return record


def _refuse(word: str) -> None:
    raise ModelFileError(f"it holds the bare word {word}, which is not JSON")
