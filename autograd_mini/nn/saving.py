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
from itertools import pairwise
from reprlib import repr as shown
from typing import Any, TypeAlias

from autograd_mini.errors import ModelFileError
from autograd_mini.nn import notation
from autograd_mini.nn.arguments import activation_row
from autograd_mini.nn.layers import MLP, Layer
from autograd_mini.nn.neuron import LinearRegression, LogisticRegression, Module, Neuron

# What only saving and loading need is imported there: pathlib, json and hashlib are slow to import.

FORMAT = "autograd_mini model"
VERSION = 1

DEEPEST = 1000
"""So deep a file's brackets may be nested; a model's are eight deep."""


def _number(given: object, where: str) -> float:
    """A number as ``float.hex`` writes it; any other spelling betrays damage."""
    try:
        number = float.fromhex(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number.hex() != given:
        raise ModelFileError(
            f"{where}: expected a number as float.hex writes it, found {shown(given)}"
        )
    return number


def _counter(given: object, where: str) -> int | None:
    if given is None or (type(given) is int and given >= 1):
        return given
    raise ModelFileError(f"{where}: expected null or a number from 1, found {shown(given)}")


def _activation(given: object, where: str) -> object:
    try:
        activation_row(given)
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"{where.removesuffix('.activation')}: {error}") from None
    return given


Form: TypeAlias = "dict[str, Form] | list[Form] | Callable[[object, str], object]"
"""What a part of a record is: an object of fields, a list that is not empty, or something read."""

NEURON: Form = {"activation": _activation, "w": [_number], "b": _number}
LAYER: Form = {"number": _counter, "neurons": [NEURON]}
REGRESSION: Form = {"unit": _counter, "w": [_number], "b": _number}

KINDS: dict[type[Module], Form] = {
    Neuron: NEURON,
    Layer: LAYER,
    MLP: {"layers": [LAYER]},
    LinearRegression: REGRESSION,
    LogisticRegression: REGRESSION,
}
"""The form of the record of each kind of model."""

NAMES = {cls.__name__: cls for cls in KINDS}


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

    kind = type(model)
    if kind not in KINDS:
        raise TypeError(
            f"nn.save keeps {', '.join(NAMES)}, not {kind.__name__}; save its parts, or its "
            "parameters' .data"
        )
    fields: Any = _written(model, KINDS[kind])
    record = {"kind": kind.__name__, **fields}
    _model(record)
    write_atomically(path, _as_json(record))


def model_in(data: bytes) -> Module:
    """The model in the bytes of a file that :func:`save` has written.

    Raises:
        ModelFileError: they are damaged, incomplete, or no model; the message says where.
    """
    return _model(_record_in(data))


# --- models and records ---------------------------------------------------------------------------


def _written(part: Any, form: Form) -> object:
    """The record of a part of a model."""
    if isinstance(form, dict):
        return {name: _written(getattr(part, name), inner) for name, inner in form.items()}
    if isinstance(form, list):
        return [_written(element, form[0]) for element in part]
    return part.data.hex() if form is _number else part


def _read(record: Any, form: Form, where: str) -> Any:
    """The same record with its numbers read.

    Raises:
        ModelFileError: it has another form; the message says where.
    """
    if isinstance(form, dict):
        if not isinstance(record, dict):
            raise ModelFileError(f"{where}: expected an object, found {shown(record)}")
        if record.keys() != form.keys():
            raise ModelFileError(
                f"{where}: expected the fields {', '.join(form)}, found {shown(list(record))}"
            )
        return {name: _read(record[name], form[name], f"{where}.{name}") for name in form}
    if not isinstance(form, list):
        return form(record, where)
    if not isinstance(record, list) or not record:
        raise ModelFileError(f"{where}: expected a list that is not empty, found {shown(record)}")
    return [_read(element, form[0], f"{where}[{i}]") for i, element in enumerate(record)]


def _model(record: object) -> Module:
    """The model that a record describes."""
    kind = record.get("kind") if isinstance(record, dict) else None
    cls = NAMES.get(kind) if isinstance(kind, str) else None
    if not isinstance(record, dict) or cls is None:
        raise ModelFileError(f"model: its kind is {shown(kind)}; known are {', '.join(NAMES)}")
    rest = {name: value for name, value in record.items() if name != "kind"}
    found = _read(rest, KINDS[cls], "model")
    if cls is MLP:
        return _mlp(found["layers"])
    if cls is Layer:
        return _layer(found, "model")
    made = cls.__new__(cls)
    if isinstance(made, LinearRegression | LogisticRegression):
        made._become(found["w"], found["b"], found["unit"])
    elif isinstance(made, Neuron):
        made._build(found["w"], found["b"], found["activation"], notation.alone(len(found["w"])))
    return made


def _mlp(layers: list[Any]) -> MLP:
    made = MLP.__new__(MLP)
    made.layers = [_layer(part, f"model.layers[{i}]") for i, part in enumerate(layers)]
    for i, (before, layer) in enumerate(pairwise(made.layers), 1):
        if layer.nin != before.nout:
            raise ModelFileError(
                f"model.layers[{i}] has {layer.nin} input(s), "
                f"the layer before {before.nout} neuron(s)"
            )
    return made


def _layer(found: dict[str, Any], where: str) -> Layer:
    made = Layer.__new__(Layer)
    made.number = found["number"]
    made.neurons = []
    for j, part in enumerate(found["neurons"], 1):
        names = notation.in_layer(len(part["w"]), j, made.number)
        made.neurons.append(Neuron._of(part["w"], part["b"], part["activation"], names))
    for j, neuron in enumerate(made.neurons):
        if neuron.nin != made.nin:
            raise ModelFileError(
                f"{where}.neurons[{j}] has {neuron.nin} weight(s), the first {made.nin}"
            )
    return made


# --- records and files ----------------------------------------------------------------------------


FIELDS = ("format", "version", "sha256", "model")
FILE: dict[str, Form] = dict.fromkeys(FIELDS, lambda given, where: given)


def _as_json(record: object) -> bytes:
    import json

    whole = dict(zip(FILE, (FORMAT, VERSION, _checksum(record), record), strict=True))
    return (json.dumps(whole, indent=1) + "\n").encode()


def _checksum(record: object) -> str:
    import hashlib
    import json

    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _record_in(data: bytes) -> object:
    """The model's record in the bytes of a file, its checksum compared."""
    import json

    try:
        text = data.decode()
        _refuse_depth(text)
        whole = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise ModelFileError("it is no model saved by autograd_mini.nn.save")
        version = whole.get("version")
        if type(version) is not int or version != VERSION:
            raise ModelFileError(
                f"its version is {shown(version)}, and this autograd_mini reads version {VERSION}; "
                "load it with the autograd_mini that saved it"
            )
        found = _read(whole, FILE, "the file")
        if found["sha256"] != _checksum(found["model"]):
            raise ModelFileError("it was changed after it was saved: its checksum does not fit")
    except RecursionError:
        raise ModelFileError("its brackets are nested too deep for a model") from None
    except ModelFileError:
        raise
    except ValueError as error:  # no UTF-8, no JSON, an integer of thousands of digits
        raise ModelFileError(f"it is damaged or incomplete ({error})") from error
    record: object = found["model"]
    return record


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
