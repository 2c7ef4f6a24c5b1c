"""Odd arguments in every place of the functions of data, training and plots: ours refuses them.

Vocabulary: a *refusal* is an exception that a ``raise`` of this package raises, on one line, cut
short and printable, whatever the argument's own repr is.
"""

from __future__ import annotations

import decimal
import inspect
import io
import math
import random
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_mini
from autograd_mini import (
    Value,
    data,
    draw,
    explain,
    given,
    losses,
    nn,
    optim,
    plots,
    training,
    walk,
)

matplotlib = pytest.importorskip("matplotlib")
PACKAGE = str(Path(autograd_mini.__file__).parent)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Liar:
    """It has a length and no such elements."""

    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Iterator[Any]:
        return iter([None])


def nested() -> list[Any]:
    itself: list[Any] = []
    itself.append(itself)
    return itself


def odd_arguments() -> list[Any]:
    return [
        *(None, True, 0, -1, 2, 2.5, math.nan, math.inf, 10**400, 1j, Ellipsis, NotImplemented),
        *("", "x", "\x1b[31m", "\ud800", "\0", "x" * 100_000, b"x", bytearray(b"x")),
        *([], [1], [1, 2], [[1, 2], [3, 4]], [[1], [2, 3]], ["a"], [None], [Value(1.0)], nested()),
        *((), {}, {"a": 1}, set(), range(3), iter([1, 2]), slice(1), object(), object, random),
        *(Value(1.0, "v"), Value(1.0) * 2, np.array([1.0, 2.0]), np.array(3.0), np.array([None])),
        *(np.float32(1.5), np.int64(2), decimal.Decimal("sNaN"), np.random.default_rng(0)),
        *(Unprintable(), Liar(), nn.Neuron(2), data.xor(), training.History(), io.StringIO()),
        Exception("e"),
    ]


MODEL = nn.MLP(2, [2, 1], "tanh", "sigmoid", rng=0)
XOR = data.xor()
X = Value(2.0, "x")
RESULT = (X * 3.0).tanh()

CALLS: dict[Callable[..., Any], dict[str, Any]] = {
    data.moons: {"n": 4, "noise": 0.1, "rng": 0},
    data.circles: {"n": 4, "noise": 0.1, "inner": 0.5, "rng": 0},
    data.house_prices: {"n": 2, "noise": 0.1, "rng": 0},
    data.going_to_class: {"n": 2, "noise": 0.1, "rng": 0},
    data.standardised: {"train": XOR},
    data.Dataset: {"name": "a", "X": [[1.0]], "Y": [0], "features": (), "classes": (), "rule": ""},
    XOR.take: {"places": [0]},
    XOR.shuffled: {"rng": 0},
    XOR.split: {"held_out": 0.25, "rng": 0},
    training.batches: {"examples": XOR, "size": 2, "rng": 0},
    training.fit: {
        "model": MODEL,
        "examples": XOR,
        "loss": losses.binary_cross_entropy,
        "optimizer": optim.SGD(MODEL.parameters(), 0.1),
        "epochs": 1,
        "batch_size": 2,
        "rng": 0,
        "validation": XOR,
        "patience": 1,
        "rate": None,
        "engine": "eager",
        "progress": None,
    },
    training.accuracy: {"model": MODEL, "examples": XOR, "threshold": 0.5},
    training.answer: {"output": 0.5, "threshold": 0.5},
    training.outputs: {"model": MODEL, "X": [[0.0, 1.0]]},
    training.cosine: {"first": 0.1, "epochs": 3, "last": 0.0},
    training.staircase: {"first": 0.1, "every": 3, "factor": 0.5},
    training.scale_weights: {"model": MODEL},
    training.run: {"recipe": training.RECIPES["xor"], "seed": 0, "epochs": 1, "engine": None},
    training.Bar: {"title": "a", "unit": "b", "stream": None},
    plots.decision_boundary: {
        "model": MODEL,
        "examples": XOR,
        "ax": None,
        "threshold": 0.5,
        "resolution": 3,
        "title": None,
    },
    plots.loss_curve: {"history": [1.0], "ax": None, "log": None, "title": "t"},
    plots.learning_rate: {"history": [1.0], "ax": None, "title": "t"},
    plots.loss_surface: {
        "cost": lambda a, b: a * a + b,
        "ax": None,
        "path": [(0.0, 1.0)],
        "log": False,
        "x_range": (0, 1),
        "y_range": None,
        "names": ("a", "b"),
        "resolution": 3,
        "title": "t",
    },
    plots.confusion: {"model": MODEL, "examples": XOR, "ax": None, "threshold": 0.5, "title": None},
    plots.weights: {"before": [1.0], "after": [2.0], "ax": None, "names": ["a"], "title": "t"},
    plots.activation: {"name": "relu", "ax": None, "span": (-1, 1), "title": None},
    plots.images: {
        "X": [[1.0] * 4],
        "ax": None,
        "shape": (2, 2),
        "captions": ["a"],
        "columns": 2,
        "title": "t",
    },
    plots.theme: {"name": "light"},
    draw: {
        "root": RESULT,
        "view": "expanded",
        "open_affine": False,
        "depth": 1,
        "focus": None,
        "hide": (),
        "colour": "kind",
        "clusters": None,
        "digits": 4,
        "format": None,
        "theme": "light",
        "legend": None,
        "max_nodes": 100,
        "timeout": 5.0,
    },
    walk: {"root": RESULT, "digits": 4, "max_steps": 100, "timeout": 5.0, "title": "t"},
    explain: {"root": RESULT, "wrt": X, "most": 3, "digits": 4},
    losses.mean: {"loss": losses.hinge, "predictions": [1.0], "targets": [1]},
    nn.MLP: {"nin": 2, "nouts": [2], "activation": "relu", "output": None, "rng": 0},
    MODEL: {"x": [1.0, 2.0]},
}
"""Arguments that are right, one of which is then put wrong."""

PLACES = [(function, place) for function, right in CALLS.items() for place in right]
ENDLESS = {"n", "epochs", "resolution", "nin", "nouts", "columns"}
"""Counts that are as large as somebody wants them."""


def is_refusal(error: Exception) -> bool:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return last.filename.startswith(PACKAGE) and (last.line or "").startswith("raise")


def raised_by(call: Callable[[], Any]) -> Exception | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 (which ones come is the question)
        return error
    return None


@pytest.fixture(autouse=True)
def canvas() -> Iterator[None]:
    matplotlib.use("Agg")
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("function", "place"), PLACES, ids=[f"{getattr(f, '__name__', f)}({p})" for f, p in PLACES]
)
def test_an_odd_argument_is_taken_or_refused(function: Callable[..., Any], place: str) -> None:
    positional = {
        p.name
        for p in inspect.signature(function).parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL)
    }
    for odd in odd_arguments():
        if place in ENDLESS and isinstance(odd, int) and odd > 100:
            continue
        arguments = {**CALLS[function], place: odd}
        first = [arguments.pop(name) for name in list(arguments) if name in positional]
        error = raised_by(lambda: function(*first, **arguments))  # noqa: B023
        if error is None or (callable(odd) and not is_refusal(error)):
            continue  # taken, or a function of theirs that was called as ours would be
        assert is_refusal(error), (place, odd, error)
        said = str(error)
        assert said.replace("\n", "").isprintable()
        assert len(said) < 500


def test_a_source_of_randomness_is_the_same_everywhere() -> None:
    makers: list[Callable[..., Any]] = [
        lambda rng: data.moons(6, rng=rng).X,
        lambda rng: data.circles(6, rng=rng).X,
        lambda rng: data.house_prices(6, rng=rng).X,
        lambda rng: data.going_to_class(6, rng=rng).X,
        lambda rng: [part.X for part in data.moons(9, 0.0, rng=0).split(0.3, rng)],
        lambda rng: data.moons(9, 0.0, rng=0).shuffled(rng).X,
        lambda rng: [batch.X for batch in training.batches(data.moons(9, 0.0, rng=0), 2, rng)],
        lambda rng: [p.data for p in nn.MLP(2, [3, 1], rng=rng).parameters()],
        lambda rng: [p.data for p in nn.Layer(2, 3, rng=rng).parameters()],
        lambda rng: [p.data for p in nn.LogisticRegression(3, rng=rng).parameters()],
    ]
    for make in makers:
        seeded = [make(seed) for seed in (0, 1, np.int64(0), random.Random(0), random.Random(1))]
        assert seeded[0] == seeded[2] == seeded[3] != seeded[1] == seeded[4]
        random.seed(1)
        assert make(None) == seeded[1]
        state = random.getstate()
        make(7)
        assert random.getstate() == state  # a seed touches nobody else's numbers
        for wrong in (True, 1.0, "0", [0]):
            with pytest.raises(TypeError, match=r"rng must be random.Random\(seed\), a whole"):
                make(wrong)


@pytest.mark.parametrize("validation", [[([0.0], 1)], data.iris, data.house_prices(3, rng=0)])
def test_nothing_is_trained_before_the_held_out_examples_are_looked_at(validation: Any) -> None:
    model = nn.LogisticRegression(2, rng=0)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    before = [p.data for p in model.parameters()]
    with pytest.raises((TypeError, ValueError), match=r"fit: .*validation"):
        training.fit(
            model, data.or_(), losses.binary_cross_entropy, optimizer, validation=validation
        )
    assert [p.data for p in model.parameters()] == before
    assert not any(p.has_grad for p in model.parameters())


def test_names_are_cut_short() -> None:
    assert given.brief("moons") == "moons"
    assert len(given.brief("x" * 10**6)) == 40
    assert given.brief("\x1b[2J") == r"'\x1b[2J'"
