"""Weights by name: they arrive where their names say, and what does not fit changes nothing."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import Value, nn
from autograd_mini.errors import ModelFileError


def network() -> nn.MLP:
    return nn.MLP(3, [2, 1], "tanh", rng=random.Random(0))


def fitting() -> dict[str, Any]:
    return {
        "layers.0.weight": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
        "layers.0.bias": [7.0, -0.0],
        "layers.1.weight": [[math.inf, 10]],
        "layers.1.bias": [math.nan],
    }


def numbers(model: nn.Module) -> list[str]:
    return [p.data.hex() for p in model.parameters()]


NUMBERS = [x.hex() for x in (1.0, 2.0, 3.0, 7.0, 4.0, 5.0, 6.0, -0.0, math.inf, 10.0, math.nan)]
"""What ``fitting`` says, neuron by neuron."""


class Mine(nn.Module):
    """A model of one's own: a number, a table, modules in a dict, and one parameter twice."""

    def __init__(self) -> None:
        self.slope = Value(1.0)
        self.table = [[Value(0.0), Value(0.0)], [Value(0.0), Value(0.0)]]
        self.heads = {"first": nn.LinearRegression(2, rng=0)}
        self.tied = self.slope
        self.seen = Value(3.0)  # no parameter

    def parameters(self) -> list[Value]:
        return [self.slope, *self.table[0], *self.table[1], *self.heads["first"].parameters()]


MINE = {
    "slope": 2,
    "table": ((1, 2), (3, 4)),
    "heads.first.weight": [5, 6],
    "heads.first.bias": 7,
    "tied": 2.0,
}


def test_lists_arrive_where_their_names_say() -> None:
    model = network()
    assert nn.load(fitting(), into=model) is model
    assert numbers(model) == NUMBERS


def test_a_model_of_ones_own_has_the_names_of_its_attributes() -> None:
    model = nn.load(MINE, into=Mine())
    assert [p.data for p in model.parameters()] == [2.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert model.seen.data == 3.0


def test_arrays_and_their_files(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    for kind in (np.float64, np.float32, np.float16, ">f8"):
        arrays = {name: np.array(x, dtype=kind) for name, x in fitting().items()}
        arrays["layers.0.weight"] = np.asfortranarray(arrays["layers.0.weight"])
        assert numbers(nn.load(arrays, into=network())) == NUMBERS
        for write in (np.savez, np.savez_compressed):
            write(tmp_path / "weights.npz", **arrays)
            model = network()
            assert nn.load(tmp_path / "weights.npz", into=model) is model
            assert numbers(model) == NUMBERS


def test_the_network_of_pytorch_gives_the_same() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layers = torch.nn.ModuleList([torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)]).double()
    theirs = torch.nn.ModuleDict({"layers": layers})
    ours = nn.load(theirs.state_dict(), into=nn.MLP(3, [4, 2], "tanh"))
    x = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64)
    expected = layers[1](torch.tanh(layers[0](x))).tolist()
    assert [y.data for y in ours(x.tolist())] == pytest.approx(expected, rel=1e-14)
    half = {name: t.to(torch.bfloat16) for name, t in theirs.state_dict().items()}
    assert nn.load(half, into=ours).layers[0].W[0][0].data == float(half["layers.0.weight"][0, 0])


def test_the_same_call_sees_new_weights() -> None:
    """A neuron keeps the numbers of its weights between calls."""
    neuron = nn.LinearRegression(2, rng=0)
    neuron([1.0, 1.0])
    nn.load({"weight": [2.0, 3.0], "bias": 0.5}, into=neuron)
    assert neuron([1.0, 1.0]).data == 5.5


# --- what is refused, and changes nothing ---------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another shape": (
        {"layers.1.weight": [[1.0], [2.0]]},
        r"^layers\.1\.weight: its shape is \(2, 1\), the model wants \(1, 2\)$",
    ),
    "a transposed matrix": (
        {"layers.0.weight": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]},
        r"^layers\.0\.weight: its shape is \(3, 2\), the model wants \(2, 3\)$",
    ),
    "a number for a list": ({"layers.1.bias": 1.0}, r"^layers\.1\.bias: .* \(\), .* \(1,\)$"),
    "nothing": ({"layers.1.bias": []}, r"^layers\.1\.bias: its shape is \(0,\)"),
    "lists of two lengths": (
        {"layers.0.weight": [[1.0, 2.0, 3.0], [4.0]]},
        r"^layers\.0\.weight: its lists differ in their lengths",
    ),
    "a list beside a number": (
        {"layers.0.weight": [[1.0, 2.0, 3.0], 4.0]},
        r"^layers\.0\.weight: its lists differ in their lengths",
    ),
    "a string": ({"layers.1.bias": ["1.0"]}, r"layers\.1\.bias: expected a real number"),
    "a complex number": ({"layers.1.bias": [1j]}, r"layers\.1\.bias: .* complex number"),
    "a Value": ({"layers.1.bias": [Value(1.0)]}, r"layers\.1\.bias: .* its \.data"),
    "too large": ({"layers.1.bias": [10**400]}, r"layers\.1\.bias"),
    "another name": (
        {"0.weight": [1.0]},
        r"^the names do not fit: not in the model are 0\.weight; the model has layers\.0\.weight, ",
    ),
    "a name that is no string": ({7: [1.0]}, r"not in the model are 7;"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG.keys())
def test_one_wrong_name_changes_nothing(change: dict[str, Any], message: str) -> None:
    model = network()
    before = numbers(model)
    with pytest.raises(ModelFileError, match=message):
        nn.load(fitting() | change, into=model)
    assert numbers(model) == before


def test_missing_and_extra_names_are_both_said() -> None:
    weights = fitting()
    weights["0.bias"] = weights.pop("layers.0.bias")
    with pytest.raises(
        ModelFileError, match=r"missing are layers\.0\.bias; not in the model are 0\.bias;"
    ):
        nn.load(weights, into=network())
    many = fitting() | {f"n{i}": 0.0 for i in range(1000)}
    with pytest.raises(ModelFileError, match=r"n7 and 992 more; the model") as caught:
        nn.load(many, into=network())
    assert len(str(caught.value)) < 300


def test_a_parameter_of_two_names_gets_one_number() -> None:
    model = Mine()
    with pytest.raises(ModelFileError, match=r"^tied: it shares a parameter with slope"):
        nn.load(MINE | {"tied": 3.0}, into=model)
    assert model.slope.data == 1.0


def test_parameters_that_cannot_be_named_or_set() -> None:
    class Hidden(nn.Module):
        def parameters(self) -> list[Value]:
            return HIDDEN

    class Computed(nn.Module):
        def __init__(self) -> None:
            self.w = Value(1.0) * 2.0

        def parameters(self) -> list[Value]:
            return [self.w]

    with pytest.raises(TypeError, match=r"^nn\.load: Hidden has parameters that no attribute"):
        nn.load({}, into=Hidden())
    with pytest.raises(TypeError, match="computed from others"):
        nn.load({"w": 1.0}, into=Computed())


HIDDEN = [Value(1.0)]


def test_weights_without_a_model_and_a_model_for_weights(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"nn\.load\(weights, into=model\)"):
        nn.load(fitting())
    with pytest.raises(TypeError, match=r"^nn\.load: into must be a model, not list"):
        nn.load(fitting(), into=[])  # type: ignore[arg-type]
    nn.save(network(), tmp_path / "model.json")
    with pytest.raises(ModelFileError, match=r"nn\.save wrote is read without into="):
        nn.load(tmp_path / "model.json", into=network())
