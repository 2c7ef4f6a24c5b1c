"""Reading models, and weights from elsewhere by name.

Weights come as a mapping, such as PyTorch's ``state_dict``, or in an ``.npz`` of NumPy. Vocabulary:
a *name* is a path of attributes and positions, as ``layers.0.weight``; a neuron's and a layer's
parameters are called ``weight`` and ``bias``, those of a module of your own as its attributes. The
*shape* is that of nested lists: (outputs, inputs) for a layer's weights.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from autograd_mini.bulk import set_data
from autograd_mini.errors import ModelFileError
from autograd_mini.nn.layers import Layer
from autograd_mini.nn.neuron import Module, Neuron
from autograd_mini.nn.saving import model_in
from autograd_mini.real import real, shown
from autograd_mini.value import Value

if TYPE_CHECKING:
    import zipfile

Shape = tuple[int, ...]

PICKLED = (".pt", ".pth", ".pkl", ".pickle", ".ckpt")
"""Endings of checkpoints that are pickled."""

ZIP = b"PK"

COMPRESSED = {0, 8}
"""The numbers of the compressions, none and deflate, of ``savez`` and ``savez_compressed``."""

INSTEAD = (
    "it is pickled, and to read that is to run code from it; where it was made, write "
    "numpy.savez('weights.npz', **{name: t.detach().cpu().numpy() for name, t in "
    "model.state_dict().items()}), and give nn.load that"
)


Weights = Mapping[str, object]
"""Numbers, nested lists, arrays or tensors by name."""


def load(source: str | os.PathLike[str] | Weights, *, into: Module | None = None) -> Any:
    """Read a model that :func:`~autograd_mini.nn.save` has written, or put weights into one.

    Args:
        source: the file of a model; with ``into``, the weights by name: a mapping such as
            PyTorch's ``model.state_dict()`` to numbers, nested lists, arrays or tensors, or an
            ``.npz`` of arrays (which needs NumPy).
        into: the model that the weights are for; all of it is changed, or nothing where anything
            is wrong.

    Returns:
        The model; without ``into`` a new one, of the class that was saved.

    Names are paths: in an MLP ``layers.0.weight``, of shape (outputs, inputs), ``layers.0.bias``,
    of shape (outputs,), and so on; in a layer ``weight`` and ``bias`` likewise; in a neuron they
    have the shapes (inputs,) and (); in a module of your own attributes have their own names. Each
    name must be there, and no other.

    Raises:
        ModelFileError: the file is damaged, incomplete, or no model, or the weights do not fit by
            name and shape; the message says where. Or the file is pickled: nothing in it is run.
        TypeError: there are weights and no model, or a model with parameters in no attribute.
        ImportError: an ``.npz`` needs NumPy.
        OSError: the file cannot be read.

    >>> from autograd_mini import nn
    >>> layer = nn.load({"weight": [[0.5, -1.0]], "bias": [0.25]}, into=nn.Layer(2, 1))
    >>> [p.data for p in layer.parameters()]
    [0.5, -1.0, 0.25]
    >>> nn.load({"weight": [0.5, -1.0], "bias": [0.25]}, into=layer)
    Traceback (most recent call last):
        ...
    autograd_mini.errors.ModelFileError: weight: its shape is (2,), the model wants (1, 2)
    """
    from autograd_mini.files import read_regular

    if into is not None and not isinstance(into, Module):
        raise TypeError(f"nn.load: into must be a model, not {type(into).__name__} {shown(into)}")
    if isinstance(source, Mapping):
        if into is None:
            raise TypeError(
                "nn.load: weights need the model that they are for: nn.load(weights, into=model)"
            )
        _put(source, into)
        return into
    data = read_regular(source)
    path = os.fspath(source)
    try:
        if data[:1] == b"\x80" or path.lower().endswith(PICKLED):
            raise ModelFileError(INSTEAD)
        if data[:2] == ZIP:
            return _from_archive(data, into)
        if into is None:
            return model_in(data)
        raise ModelFileError(
            "it is no .npz of weights; a model that nn.save wrote is read without into="
        )
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error.__cause__


def _put(weights: Weights, model: Module) -> None:
    """Set the parameters of a model; all of them, or none where something is wrong."""
    wanted = _named(model)
    _refuse_names(weights, wanted)
    found: dict[int, tuple[str, Value, float]] = {}
    for name, (shape, values) in wanted.items():
        for value, number in zip(values, _numbers(weights[name], name, shape), strict=True):
            other, _, before = found.setdefault(id(value), (name, value, number))
            if before.hex() != number.hex():
                raise ModelFileError(
                    f"{name}: it shares a parameter with {other}, and the two have other numbers"
                )
    if any(value.operands for _, value, _ in found.values()):
        raise TypeError("nn.load: a parameter of the model is computed from others; keep leaves")
    set_data([value for _, value, _ in found.values()], [x for *_, x in found.values()])


def _named(model: Module) -> dict[str, tuple[Shape, list[Value]]]:
    """The parameters of a model by name, each with its shape.

    >>> from autograd_mini import nn
    >>> {name: shape for name, (shape, _) in _named(nn.MLP(3, [4])).items()}
    {'layers.0.weight': (4, 3), 'layers.0.bias': (4,)}
    """
    trained = {id(p) for p in model.parameters()}
    found: dict[str, tuple[Shape, list[Value]]] = {}
    for name, part in _parts(model, ""):
        values: list[Value] = []
        shape = _gathered(part, values)
        if shape is not None and values and {*map(id, values)} <= trained:
            found[name] = shape, values
    if trained - {id(value) for _, values in found.values() for value in values}:
        raise TypeError(
            f"nn.load: {type(model).__name__} has parameters that no attribute names; keep each "
            "in an attribute, alone or in nested lists of equal lengths, or in modules there"
        )
    return found


def _parts(part: object, name: str) -> Iterator[tuple[str, object]]:
    """What may be parameters, with names; modules are gone into."""
    inner: Iterator[tuple[str, object]]
    if isinstance(part, (Layer, Neuron)):
        inner = iter([("weight", part.W if isinstance(part, Layer) else part.w), ("bias", part.b)])
    elif isinstance(part, Module):
        inner = iter(vars(part).items())
    elif isinstance(part, Mapping):
        inner = ((str(key), value) for key, value in part.items())
    elif isinstance(part, (list, tuple)) and any(isinstance(x, Module) for x in part):
        inner = ((str(i), value) for i, value in enumerate(part))
    else:
        yield name, part
        return
    for key, value in inner:
        yield from _parts(value, f"{name}.{key}" if name else key)


def _gathered(part: object, into: list[Value]) -> Shape | None:
    """The shape of nested lists of Values, which are appended; None if it is something else."""
    if isinstance(part, Value):
        into.append(part)
        return ()
    if not isinstance(part, (list, tuple)) or not part:
        return None
    shapes = {_gathered(x, into) for x in part}
    inner = shapes.pop()
    return None if shapes or inner is None else (len(part), *inner)


def _refuse_names(given: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    missing = [name for name in wanted if name not in given]
    extra = [name for name in given if name not in wanted]
    if missing or extra:
        said = [
            f"{what} {_listed(names)}"
            for what, names in (("missing are", missing), ("not in the model are", extra))
            if names
        ]
        raise ModelFileError(
            f"the names do not fit: {'; '.join(said)}; the model has {_listed(wanted)}"
        )


def _listed(names: Iterable[object], most: int = 8) -> str:
    """Names in a message, the first few of them."""
    known = list(map(str, names))
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def _numbers(given: object, name: str, wanted: Shape) -> list[float]:
    """The numbers of one name, left to right; nested lists, an array or a tensor."""
    listed = given
    if not isinstance(given, (list, tuple)) and hasattr(given, "tolist"):
        try:
            listed = given.tolist()
        except Exception as fault:
            raise ModelFileError(f"{name}: its numbers cannot be read ({fault})") from fault
    shape, level = list[int](), [listed]
    while rows := [x for x in level if isinstance(x, (list, tuple))]:
        if len(rows) < len(level) or len({*map(len, rows)}) > 1:
            raise ModelFileError(f"{name}: its lists differ in their lengths")
        shape.append(len(rows[0]))
        level = [x for row in rows for x in row]
    _refuse_shape(name, tuple(shape), wanted)
    try:
        return [real(x, f"nn.load: {name}") for x in level]
    except (TypeError, OverflowError) as fault:
        raise ModelFileError(str(fault)) from None


def _refuse_shape(name: str, given: Shape, wanted: Shape) -> None:
    """Raise ModelFileError where they differ."""
    if given != wanted:
        raise ModelFileError(f"{name}: its shape is {given}, the model wants {wanted}")


# --- files ----------------------------------------------------------------------------------------


def _from_archive(data: bytes, model: Module | None) -> Module:
    """The model with the arrays of an ``.npz``."""
    import io
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            weights = _arrays(archive, model)
    except ModelFileError:
        raise
    # damage, or a password
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError) as fault:
        raise ModelFileError(f"it is no .npz, or damaged ({shown(str(fault))})") from fault
    assert model is not None
    _put(weights, model)
    return model


def _arrays(archive: zipfile.ZipFile, model: Module | None) -> dict[str, object]:
    """The arrays by name; only those that the model has, of its shapes, are ever read."""
    files = archive.namelist()
    if any(file.endswith(".pkl") for file in files):  # as PyTorch writes it
        raise ModelFileError(INSTEAD)
    if model is None:
        raise ModelFileError("it holds weights and no model; write nn.load(path, into=model)")
    wanted = _named(model)
    names = {file.removesuffix(".npy"): file for file in files}
    if len(names) != len(files):
        raise ModelFileError("a name stands twice in it")
    if {info.compress_type for info in archive.infolist()} - COMPRESSED:
        raise ModelFileError("its compression is none of NumPy's; write it with numpy.savez")
    _refuse_names(names, wanted)
    found = {}
    for name, (shape, _) in wanted.items():
        with archive.open(names[name]) as file:
            found[name] = _array(file, name, shape)
    return found


def _array(file: IO[bytes], name: str, wanted: Shape) -> object:
    """One array; its header is looked at before there is room for its numbers."""
    try:
        from numpy.lib import format as npy
    except ImportError:
        raise ImportError(
            "nn.load: an .npz needs NumPy; install it with pip install 'autograd-mini[fast]'"
        ) from None
    headers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    version = npy.read_magic(file)
    if version not in headers:
        raise ModelFileError(f"{name}: its format {version} is not read; write it with numpy.savez")
    shape, turned, dtype = headers[version](file)
    if dtype.hasobject:
        raise ModelFileError(f"{name} is an array of Python objects: {INSTEAD}")
    _refuse_shape(name, shape, wanted)
    if dtype.kind not in "fiub":
        raise ModelFileError(f"{name}: its elements are {dtype}, not real numbers")
    import numpy as np

    count = int(np.prod(shape, dtype=int))
    cells = np.frombuffer(file.read(count * dtype.itemsize), dtype)
    if len(cells) != count or file.read(1):
        raise ModelFileError(f"{name}: it does not hold {count} numbers")
    return cells.reshape(shape, order="F" if turned else "C")
