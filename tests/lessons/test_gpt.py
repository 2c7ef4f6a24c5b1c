"""The transformer in scalars against the same model written with NumPy's matrices."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from autograd_mini import gradcheck, optim
from autograd_mini.lessons import gpt


def numbers(matrix: Any) -> Any:
    return np.array([[w.data for w in row] for row in matrix])


def normed(x: Any) -> Any:
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5)


def attended(layer: gpt.Layer, x: Any, heads: int) -> Any:
    q, k, v = (x @ numbers(W).T for W in (layer.query, layer.key, layer.value))
    q, k, v = (z.reshape(len(x), heads, -1).swapaxes(0, 1) for z in (q, k, v))
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    scores[:, np.triu(np.ones((len(x), len(x)), bool), 1)] = -np.inf
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return (shares @ v).swapaxes(0, 1).reshape(len(x), -1) @ numbers(layer.out).T


def loss(model: gpt.GPT, document: list[int]) -> float:
    seen, following = document[:-1], document[1:]
    x = normed(numbers(model.tokens)[seen] + numbers(model.places)[: len(seen)])
    for layer in model.layers:
        x = x + attended(layer, normed(x), model.heads)
        hidden = np.maximum(normed(x) @ numbers(layer.up).T, 0.0)
        x = x + hidden @ numbers(layer.down).T
    logits = x @ numbers(model.logits).T
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return float(-np.log(shares[range(len(seen)), following]).mean())


@pytest.mark.parametrize("name", ["", "a", "isabella"])
@pytest.mark.parametrize(("width", "heads", "layers"), [(16, 4, 1), (6, 3, 2)])
def test_the_loss_is_that_of_matrices(name: str, width: int, heads: int, layers: int) -> None:
    model = gpt.GPT(width=width, heads=heads, layers=layers, rng=random.Random(3))
    document = gpt.tokens(name)
    assert model.loss(document).data == pytest.approx(loss(model, document), rel=1e-13)
    assert model.floats().loss(document) == model.loss(document).data


def test_the_gradient() -> None:
    model = gpt.GPT(2, 2, 1, 1, 2, rng=random.Random(5))
    assert gradcheck(lambda *_: model.loss([0, 1, 1]), model.parameters())


def test_it_learns_one_name_by_heart() -> None:
    model = gpt.GPT(width=8, heads=2, rng=random.Random(1))
    adam = optim.Adam(model.parameters(), lr=0.05)
    for _ in range(25):
        adam.zero_grad()
        model.loss(gpt.tokens("eve")).backward()
        adam.step()
    assert {model.write(random.Random(seed)) for seed in range(5)} == {"eve"}


def test_the_names() -> None:
    assert list(gpt.NAMES) == sorted(set(gpt.NAMES))
    assert set("".join(gpt.NAMES)) <= set(gpt.LETTERS)
    assert len(gpt.NAMES) > 500
    assert max(map(len, gpt.documents(random.Random(0)))) - 1 <= 16


def test_heads_share_the_width() -> None:
    with pytest.raises(ValueError, match="3 heads cannot share a width of 16"):
        gpt.GPT(heads=3, rng=random.Random(0))
