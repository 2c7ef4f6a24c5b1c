"""Models as plain records of lists, strings and numbers, and models made from records again.

Vocabulary: a *record* is the JSON object of a model or of a part of it; *where* says for a message
which part, as ``model.layers[1].neurons[0].w[2]``. Numbers are written as ``float.hex`` does, so
nan, inf, −0.0 and 5e−324 come back as they were (a nan loses its payload). A record may only choose
among the kinds and the activations known here: nothing in it is ever run, looked up or allocated
beyond what it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from reprlib import repr as shown
from typing import Any

from autograd_mini.errors import ModelFileError
from autograd_mini.nn import notation
from autograd_mini.nn.activations import activation_row
from autograd_mini.nn.layer import Layer
from autograd_mini.nn.mlp import MLP
from autograd_mini.nn.module import Module
from autograd_mini.nn.neuron import Neuron
from autograd_mini.nn.regression import LinearRegression, LogisticRegression

Record = dict[str, Any]


def encode(model: Module) -> Record:
    """The record of a model.

    Raises:
        TypeError: the model is of another class than those of this package.
    """
    kind = type(model).__name__
    if type(model) is Neuron:
        return {"kind": kind, **_neuron_record(model)}
    if type(model) is LinearRegression or type(model) is LogisticRegression:
        return {"kind": kind, "unit": model.unit, **_numbers(model)}
    if type(model) is Layer:
        return {"kind": kind, **_layer_record(model)}
    if type(model) is MLP:
        return {"kind": kind, "layers": [_layer_record(layer) for layer in model.layers]}
    raise TypeError(
        f"nn.save keeps {', '.join(_KINDS)}, not {kind}; save its parts, or its parameters' .data"
    )


def _layer_record(layer: Layer) -> Record:
    return {"number": layer.number, "neurons": [_neuron_record(n) for n in layer.neurons]}


def _neuron_record(neuron: Neuron) -> Record:
    return {"activation": neuron.activation, **_numbers(neuron)}


def _numbers(neuron: Neuron) -> Record:
    return {"w": [w.data.hex() for w in neuron.w], "b": neuron.b.data.hex()}


def decode(record: Any) -> Module:
    """The model that a record describes.

    Raises:
        ModelFileError: the record describes none; the message says where it goes wrong.
    """
    kind = record.get("kind") if isinstance(record, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ModelFileError(f"model: its kind is {shown(kind)}; known are {', '.join(_KINDS)}")
    rest = {key: value for key, value in record.items() if key != "kind"}
    return _KINDS[kind](rest, "model")


def _neuron(record: Any, where: str) -> Neuron:
    weights, bias, activation = _neuron_parts(record, where)
    return Neuron._of(weights, bias, activation, notation.alone(len(weights)))


def _regression(cls: type[LinearRegression | LogisticRegression]) -> Callable[[Any, str], Module]:
    def regression(record: Any, where: str) -> Module:
        unit, weights, bias = fields(record, ("unit", "w", "b"), where)
        made = cls.__new__(cls)
        made._become(_weights(weights, where), _bias(bias, where), _counter(unit, f"{where}.unit"))
        return made

    return regression


def _layer(record: Any, where: str) -> Layer:
    number, given = fields(record, ("number", "neurons"), where)
    place = _counter(number, f"{where}.number")
    neurons: list[Neuron] = []
    for j, neuron in enumerate(_list(given, f"{where}.neurons")):
        here = f"{where}.neurons[{j}]"
        weights, bias, activation = _neuron_parts(neuron, here)
        nin = len(weights)
        if neurons and nin != neurons[0].nin:
            raise ModelFileError(f"{here} has {nin} weight(s), the first {neurons[0].nin}")
        names = notation.in_layer(nin, j + 1, place)
        neurons.append(Neuron._of(weights, bias, activation, names))
    return Layer._of(neurons, place)


def _mlp(record: Any, where: str) -> MLP:
    (given,) = fields(record, ("layers",), where)
    layers: list[Layer] = []
    for i, part in enumerate(_list(given, f"{where}.layers")):
        here = f"{where}.layers[{i}]"
        layer = _layer(part, here)
        if layers and layer.nin != layers[-1].nout:
            raise ModelFileError(
                f"{here} has {layer.nin} input(s), the layer before {layers[-1].nout} neuron(s)"
            )
        layers.append(layer)
    return MLP._of(layers)


_KINDS: dict[str, Callable[[Any, str], Module]] = {
    "Neuron": _neuron,
    "Layer": _layer,
    "MLP": _mlp,
    "LinearRegression": _regression(LinearRegression),
    "LogisticRegression": _regression(LogisticRegression),
}


# --- the pieces of a record, each checked ---------------------------------------------------------


def fields(record: Any, names: tuple[str, ...], where: str) -> list[Any]:
    """The values of just these fields.

    Raises:
        ModelFileError: it is no object, or one field is missing or is one too many.
    """
    if not isinstance(record, dict):
        raise ModelFileError(f"{where}: expected an object, found {shown(record)}")
    if set(record) != set(names):
        raise ModelFileError(
            f"{where}: expected the fields {', '.join(names)}, found {shown(list(record))}"
        )
    return [record[name] for name in names]


def _neuron_parts(record: Any, where: str) -> tuple[list[float], float, str | None]:
    activation, weights, bias = fields(record, ("activation", "w", "b"), where)
    try:
        activation_row(activation)
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"{where}: {error}") from None
    return _weights(weights, where), _bias(bias, where), activation


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list) or not given:
        raise ModelFileError(f"{where}: expected a list that is not empty, found {shown(given)}")
    return given


def _weights(given: Any, where: str) -> list[float]:
    return [_number(w, f"{where}.w[{k}]") for k, w in enumerate(_list(given, f"{where}.w"))]


def _bias(given: Any, where: str) -> float:
    return _number(given, f"{where}.b")


def _number(text: Any, where: str) -> float:
    """A number as ``float.hex`` writes it; any other spelling betrays damage."""
    try:
        number = float.fromhex(text)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number.hex() != text:
        raise ModelFileError(
            f"{where}: expected a number as float.hex writes it, found {shown(text)}"
        )
    return number


def _counter(given: Any, where: str) -> int | None:
    if given is None or (type(given) is int and given >= 1):
        return given
    raise ModelFileError(f"{where}: expected null or a number from 1, found {shown(given)}")
