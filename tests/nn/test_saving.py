"""Saving and loading: every bit comes back, and a file that is not right is refused."""

from __future__ import annotations

import json
import math
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, nn
from autograd_mini.errors import AutogradError, ModelFileError
from autograd_mini.nn import saving

MAKERS: dict[str, Callable[[], Any]] = {
    "Neuron": lambda: nn.Neuron(3, "elu"),
    "linear Neuron": lambda: nn.Neuron(3, None),
    "Layer": lambda: nn.Layer(3, 2, "tanh"),
    "numbered Layer": lambda: nn.Layer(3, 2, number=12),
    "MLP": lambda: nn.MLP(3, [4, 1], "relu", "sigmoid"),
    "LinearRegression": lambda: nn.LinearRegression(3),
    "LogisticRegression": lambda: nn.LogisticRegression(3, unit=2),
}


def bits(model: nn.Module) -> list[bytes]:
    return [struct.pack("<d", p.data) for p in model.parameters()]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_model_comes_back_as_it_was(make: Callable[[], Any], tmp_path: Path) -> None:
    model, path = make(), tmp_path / "model.json"
    nn.save(model, path)
    state = random.getstate()
    again = nn.load(path)
    assert random.getstate() == state
    assert type(again) is type(model)
    assert bits(again) == bits(model)
    assert repr(again) == repr(model)
    assert [p.label for p in again.parameters()] == [p.label for p in model.parameters()]
    x = [0.5, -1.0, 2.0]
    assert repr(again(x)) == repr(model(x))


ODD = [math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, 0.1]


@given(st.lists(st.floats() | st.sampled_from(ODD), min_size=13, max_size=13))
def test_every_bit_comes_back(tmp_path_factory: pytest.TempPathFactory, data: list[float]) -> None:
    model = nn.MLP(3, [2, 1, 1, 1], "gelu")
    for p, number in zip(model.parameters(), data, strict=False):
        p.data = number
    path = tmp_path_factory.getbasetemp() / "bits.json"
    nn.save(model, path)
    for p, q in zip(nn.load(path).parameters(), model.parameters(), strict=True):
        if math.isnan(q.data):
            assert math.isnan(p.data)
        else:
            assert struct.pack("<d", p.data) == struct.pack("<d", q.data)


def test_the_file_is_plain_json_with_strict_numbers(tmp_path: Path) -> None:
    model, path = nn.LinearRegression(2), tmp_path / "model.json"
    for p, number in zip(model.parameters(), (math.nan, -math.inf, -0.0), strict=True):
        p.data = number
    nn.save(model, str(path))

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    whole = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert whole["format"] == "autograd_mini model"
    assert whole["version"] == 1
    assert whole["model"] == {
        "kind": "LinearRegression",
        "unit": None,
        "w": ["nan", "-inf"],
        "b": "-0x0.0p+0",
    }


def test_a_loaded_model_trains_on(tmp_path: Path) -> None:
    nn.save(nn.MLP(2, [2, 1], "tanh"), tmp_path / "model.json")
    model = nn.load(tmp_path / "model.json")
    model([1.0, 2.0]).backward()
    assert all(p.has_grad for p in model.parameters())


# --- what is refused when saving ------------------------------------------------------------------


def test_a_class_of_ones_own_is_refused(tmp_path: Path) -> None:
    class Twice(nn.MLP):
        pass

    for model in (Twice(2, [1]), nn.Module(), Value(1.0), None):
        with pytest.raises(TypeError, match=r"^nn\.save keeps Neuron, Layer, MLP, .*, not "):
            nn.save(model, tmp_path / "model.json")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_loaded_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    nn.save(nn.MLP(2, [2, 1]), path)
    before = path.read_bytes()
    model = nn.MLP(2, [2, 1])
    model.layers[1] = nn.Layer(3, 1)
    with pytest.raises(ModelFileError, match=r"model\.layers\[1\] has 3 input\(s\), .* 2 neuron"):
        nn.save(model, path)
    assert path.read_bytes() == before


# --- damaged and hostile files --------------------------------------------------------------------


def saved(tmp_path: Path) -> Path:
    path = tmp_path / "model.json"
    nn.save(nn.MLP(2, [2, 1], rng=random.Random(0)), path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        nn.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert len(message) < len(str(path)) + 300
    return message


def forge(path: Path, model: Any) -> Path:
    """A file whose checksum fits, with any record in it."""
    path.write_bytes(saving._as_json(model))
    return path


def test_the_error_can_be_caught_as_what_it_is() -> None:
    assert issubclass(ModelFileError, AutogradError)
    assert issubclass(ModelFileError, ValueError)


def test_every_truncation_is_found(tmp_path: Path) -> None:
    path = saved(tmp_path)
    whole = path.read_bytes()
    for length in range(len(whole) - 2):  # the last two bytes are a bracket and a newline
        path.write_bytes(whole[:length])
        assert "damaged or incomplete" in refusal(path)


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    path = saved(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        for byte in (ord("7"), whole[place] ^ 1, 0xFF):
            if byte == whole[place]:
                continue
            path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            refusal(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "damaged or incomplete"),
        (b"\xff\xfe{}", "damaged or incomplete"),
        (b"\xef\xbb\xbf{}", "damaged or incomplete"),
        (b"hello", "damaged or incomplete"),
        (b"{} {}", "damaged or incomplete"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b'{"model": NaN}', "the bare word NaN"),
        (b'{"version": 1' + b"0" * 5000 + b"}", "damaged or incomplete"),
        (b'{"format": "x", "format": "autograd_mini model"}', "a field stands twice"),
        (b"null", "no model saved by"),
        (b"[]", "no model saved by"),
        (b'{"format": ["autograd_mini model"]}', "no model saved by"),
        (b'{"format": "autograd_mini model"}', "its version is None"),
        (b'{"format": "autograd_mini model", "version": 2}', "its version is 2"),
        (b'{"format": "autograd_mini model", "version": true}', "its version is True"),
        (b'{"format": "autograd_mini model", "version": 1}', "expected the fields"),
    ],
)
def test_files_that_are_no_models(text: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(text)
    assert message in refusal(path)


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_brackets_do_not_crash_a_program_without_recursion_limit(
    bracket: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.json"
    path.write_text(bracket * 200_000)
    program = (
        "import sys; sys.setrecursionlimit(10**6)\n"
        "from autograd_mini import ModelFileError, nn\n"
        "try:\n    nn.load(sys.argv[1])\n"
        "except ModelFileError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert "nested too deep" in run.stdout


def test_brackets_inside_strings_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"format": "' + "[" * 5000 + '\\"[", "x": "')
    assert "damaged or incomplete" in refusal(path)


NEURON = {
    "activation": "relu",
    "w": ["0x1.0000000000000p+0", "0x1.0000000000000p+0"],
    "b": "0x0.0p+0",
}
NARROW = {"activation": "relu", "w": ["0x1.0000000000000p+0"], "b": "0x0.0p+0"}
LAYER = {"number": 1, "neurons": [NEURON]}


def deep(levels: int) -> Any:
    record: Any = []
    for _ in range(levels):
        record = [record]
    return record


FORGED: dict[str, tuple[Any, str]] = {
    "nothing": (None, "model: its kind is None"),
    "no kind": (NEURON, "model: its kind is None; known are Neuron, Layer, MLP"),
    "an unknown kind": ({"kind": "Transformer"}, "its kind is 'Transformer'"),
    "a kind that is no string": ({"kind": ["MLP"]}, "its kind is ['MLP']"),
    "a class of Python": ({"kind": "os.system", "w": "ls"}, "its kind is 'os.system'"),
    "a kind beside its fields": ({"kind": "Layer", **NEURON}, "expected the fields number"),
    "a field too many": ({"kind": "Neuron", **NEURON, "x": 1}, "expected the fields"),
    "a field too few": ({"kind": "Neuron", "w": ["0x1.0000000000000p+0"]}, "expected the fields"),
    "an unknown activation": (
        {"kind": "Neuron", **NEURON, "activation": "__import__"},
        "model: activation '__import__' is not a unary row",
    ),
    "an activation of two": (
        {"kind": "Neuron", **NEURON, "activation": "add"},
        "activation 'add' is not",
    ),
    "an activation of the wrong type": (
        {"kind": "Neuron", **NEURON, "activation": {"a": 1}},
        "expected the name of a row",
    ),
    "a lone surrogate": (
        {"kind": "Neuron", **NEURON, "activation": "\ud800"},
        r"activation '\ud800' is not",
    ),
    "no weights": ({"kind": "Neuron", **NEURON, "w": []}, "model.w: expected a list"),
    "a count for weights": ({"kind": "Neuron", **NEURON, "w": 10**9}, "model.w: expected a list"),
    "a number as a number": (
        {"kind": "Neuron", **NEURON, "w": ["0x1.0000000000000p+0", 0.5]},
        "model.w[1]: expected a number as float.hex writes it, found 0.5",
    ),
    "a number in decimals": ({"kind": "Neuron", **NEURON, "b": "0.5"}, "model.b: expected"),
    "a number beyond all": ({"kind": "Neuron", **NEURON, "b": "0x1p99999"}, "model.b: expected"),
    "a long number": ({"kind": "Neuron", **NEURON, "b": "0x1." + "0" * 10**6}, "model.b: exp"),
    "a null number": ({"kind": "Neuron", **NEURON, "b": None}, "model.b: expected"),
    "a huge width": (
        {"kind": "MLP", "layers": 10**9},
        "model.layers: expected a list that is not empty, found 1000000000",
    ),
    "no layers": ({"kind": "MLP", "layers": []}, "model.layers: expected a list"),
    "an empty layer": (
        {"kind": "MLP", "layers": [{"number": 1, "neurons": []}]},
        "model.layers[0].neurons: expected a list",
    ),
    "a layer that is no object": ({"kind": "MLP", "layers": [3]}, "model.layers[0]: expected an"),
    "layers that do not fit": (
        {"kind": "MLP", "layers": [LAYER, LAYER]},
        "model.layers[1] has 2 input(s), the layer before 1 neuron(s)",
    ),
    "neurons of two widths": (
        {"kind": "Layer", "number": None, "neurons": [NEURON, NARROW]},
        "model.neurons[1] has 1 weight(s), the first 2",
    ),
    "a layer number 0": (
        {"kind": "Layer", "number": 0, "neurons": [NEURON]},
        "model.number: expected null or a number from 1, found 0",
    ),
    "a layer number true": (
        {"kind": "Layer", "number": True, "neurons": [NEURON]},
        "model.number: expected null",
    ),
    "a unit that is a string": (
        {"kind": "LogisticRegression", "unit": "1", "w": ["0x1.0000000000000p+0"], "b": "0x0.0p+0"},
        "model.unit: expected null",
    ),
    "brackets": ({"kind": "MLP", "layers": deep(500)}, "model.layers[0]: expected an object"),
}


@pytest.mark.parametrize(("record", "message"), FORGED.values(), ids=FORGED.keys())
def test_forged_records(record: Any, message: str, tmp_path: Path) -> None:
    assert message in refusal(forge(tmp_path / "model.json", record))


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["MLP", "Neuron", "relu", "0x1.0000000000000p+0", *NEURON, *LAYER, "kind", "layers"]
    ),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from([*NEURON, *LAYER, "kind", "layers", "unit"]), inner)
    ),
    max_leaves=30,
)


@pytest.mark.fuzz
@given(json_like)
def test_any_record_is_a_model_or_refused(
    tmp_path_factory: pytest.TempPathFactory, record: Any
) -> None:
    path = forge(tmp_path_factory.getbasetemp() / "any.json", record)
    try:
        model = nn.load(path)
    except ModelFileError:
        return
    nn.save(model, path)
    assert json.loads(path.read_text(encoding="utf-8"))["model"] == record


def test_a_missing_file_and_a_pipe(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        nn.load(tmp_path / "absent.json")
    with pytest.raises(IsADirectoryError, match="found a folder"):
        nn.load(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="found a device or a pipe"):
            nn.load(tmp_path / "pipe")  # and does not wait for a writer


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module there")
@pytest.mark.parametrize("text", ['"' + "a" * 4_000_000 + '"', '"' + r"\"" * 2_000_000])
def test_a_long_string_takes_no_more_than_its_own_room(text: str, tmp_path: Path) -> None:
    """A hundred bytes for each of its characters would be 400 MB."""
    path = tmp_path / "long.json"
    path.write_text(text)
    program = (
        "import resource, sys\n"
        "from autograd_mini import ModelFileError, nn\n"
        "try: nn.load(sys.argv[2])\n"
        "except ModelFileError: pass\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: nn.load(sys.argv[1])\n"
        "except ModelFileError: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    (tmp_path / "short.json").write_text("[]")
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), str(tmp_path / "short.json")],
        capture_output=True,
        check=True,
    )
    room = int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert room < 50 << 20
