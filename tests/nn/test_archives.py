"""Files of weights that are damaged, hostile or pickled: refused, and nothing in them is run."""

from __future__ import annotations

import io
import pickle
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import nn
from autograd_mini.errors import ModelFileError
from tests.nn.test_loading import NUMBERS, fitting, network, numbers


def refusal(path: Path, data: bytes, into: nn.Module | None) -> str:
    path.write_bytes(data)
    before = None if into is None else numbers(into)
    with pytest.raises(ModelFileError) as caught:
        nn.load(path, into=into)
    assert into is None or numbers(into) == before
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    return message


class Trap:
    """Unpickled, it is an error of its own."""

    def __reduce__(self) -> Any:
        return pytest.fail, ("something in the file was run",)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize("into", [None, network()], ids=["alone", "into a model"])
@pytest.mark.parametrize("name", ["a.pt", "a.pth", "a.pkl", "A.PT", "a.npz"])
def test_pickled_checkpoints_are_not_run(name: str, into: Any, tmp_path: Path) -> None:
    for data in (pickle.dumps(Trap()), zipped(**{"a/data.pkl": pickle.dumps(Trap())})):
        assert "numpy.savez('weights.npz'" in refusal(tmp_path / name, data, into)


def test_what_pytorch_saves_is_refused_as_pickled(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save({"w": torch.zeros(2)}, tmp_path / "weights.bin")
    data = (tmp_path / "weights.bin").read_bytes()
    assert "it is pickled" in refusal(tmp_path / "weights.bin", data, network())


def test_objects_in_an_archive_are_not_run(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    arrays = {name: np.array(x) for name, x in fitting().items()}
    arrays["layers.1.bias"] = np.array([Trap()], dtype=object)
    np.savez(tmp_path / "trap.npz", **arrays)
    data = (tmp_path / "trap.npz").read_bytes()
    message = refusal(tmp_path / "trap.npz", data, network())
    assert "layers.1.bias is an array of Python objects: it is pickled" in message


def test_archives_that_do_not_fit_or_are_damaged(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    path = tmp_path / "weights.npz"

    def archive(**change: Any) -> bytes:
        np.savez(path, **{name: np.array(x) for name, x in (fitting() | change).items()})
        return path.read_bytes()

    whole = archive()
    assert "nn.load(path, into=model)" in refusal(path, whole, None)
    wrong = archive(**{"layers.1.bias": [1.0, 2.0]})
    assert "layers.1.bias: its shape is (2,)" in refusal(path, wrong, network())
    assert "are <U1, not real" in refusal(path, archive(**{"layers.1.bias": ["1"]}), network())
    assert "complex128, not real" in refusal(path, archive(**{"layers.1.bias": [1j]}), network())
    assert "not in the model are x;" in refusal(path, archive(x=1.0), network())
    for length in range(2, len(whole), 7):
        assert "it is no .npz, or damaged" in refusal(path, whole[:length], network())
    for text in (b"", b"\x93NUMPY", b"0.5 0.5"):
        assert "it is no .npz of weights" in refusal(path, text, network())


def test_a_header_that_promises_more_than_there_is(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")

    def written(x: Any) -> bytes:
        made = io.BytesIO()
        np.lib.format.write_array(made, np.array(x))
        return made.getvalue()

    files = {f"{name}.npy": written(x) for name, x in fitting().items()}
    short = files | {"layers.0.weight.npy": files["layers.0.weight.npy"][:-8]}
    long = files | {"layers.0.weight.npy": files["layers.0.weight.npy"] + b"\0"}
    huge = files | {
        "layers.0.weight.npy": files["layers.0.weight.npy"].replace(b"(2, 3)", b"(2, 3000000000)")
    }
    for archive, message in (
        (short, "layers.0.weight: it does not hold 6 numbers"),
        (long, "layers.0.weight: it does not hold 6 numbers"),
        (huge, "layers.0.weight: its shape is (2, 3000000000)"),
    ):
        assert message in refusal(tmp_path / "a.npz", zipped(**archive), network())


def test_changed_bytes_are_found_or_harmless(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    path, rng = tmp_path / "a.npz", random.Random(0)
    np.savez_compressed(path, **{name: np.array(x, dtype=float) for name, x in fitting().items()})
    whole = path.read_bytes()
    bzip2 = io.BytesIO()
    with zipfile.ZipFile(bzip2, "w", zipfile.ZIP_BZIP2) as archive:
        for name in fitting():
            archive.writestr(f"{name}.npy", b"")
    assert "its compression is none of NumPy's" in refusal(path, bzip2.getvalue(), network())
    for _ in range(300):
        changed = bytearray(whole)
        changed[rng.randrange(len(changed))] = rng.randrange(256)
        path.write_bytes(changed)
        model = network()
        before = numbers(model)
        try:
            nn.load(path, into=model)
        except ModelFileError:
            assert numbers(model) == before
        else:
            assert numbers(model) == NUMBERS
