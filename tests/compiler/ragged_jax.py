"""The programs of :mod:`tests.compiler.ragged` as a user of JAX writes them: masks, no loops."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.compiler import chains_jax
from tests.compiler.ragged import edges


class Peer(chains_jax.Peer):
    """JAX, in doubles on one thread, and one of the programs; ``steps`` is its size."""

    def attention(self, theta: Any, xs: Any, ys: Any) -> Any:
        np = self.np
        q, k, v = (xs @ w.T for w in self.split(theta, (8, 8), (8, 8), (8, 8)))
        at = np.arange(self.steps)
        scores = np.where(abs(at[:, None] - at) <= 4, q @ k.T / 3, -np.inf)
        return ((self.jax.nn.softmax(scores) @ v - ys) ** 2).sum()

    def graph(self, theta: Any, xs: Any, ys: Any) -> Any:
        shares = np.zeros((self.steps, self.steps))
        for i, of in enumerate(edges(self.steps)):
            shares[i, of] = 1 / len(of)
        h = xs
        matrices = self.split(theta, (4, 4), (4, 4), (4, 4), (4, 4))
        for w, u in (matrices[:2], matrices[2:]):
            h = self.np.tanh(shares @ h @ w.T + h @ u.T)
        return ((h[:, 0] - ys) ** 2).sum()

    def bodies(self, theta: Any, places: Any, seen: Any) -> Any:
        np = self.np
        apart = places - places[:, None]
        r = (apart**2).sum(-1) + 0.1
        pull = theta * (1 - np.eye(self.steps)) / (r * np.sqrt(r))
        return (((pull[..., None] * apart).sum(1) - seen) ** 2).sum()

    def convolutions(self, theta: Any, image: Any, y: Any) -> Any:
        np = self.np
        w, b, u, c = self.split(theta, (3, 3), (), (3, 3), ())
        for filter_, bias in ((w, b), (u, c)):
            convolved = self.jax.lax.conv(image[None, None], filter_[None, None], (1, 1), "SAME")
            image = np.tanh(convolved[0, 0] + bias)
        return (image.mean() - y) ** 2

    def _positive(self, theta: Any) -> Any:
        n = self.steps
        low = self.np.zeros((n, n)).at[np.tril_indices(n)].set(theta)
        return self.np.tril(low) + self.np.tril(low, -1).T

    def cholesky(self, theta: Any, xs: Any) -> Any:
        np = self.np
        factor = np.linalg.cholesky(self._positive(theta))
        z = self.jax.scipy.linalg.solve_triangular(factor, xs, lower=True)
        return z @ z / 2 + np.log(np.diag(factor)).sum()

    def inverse(self, theta: Any, xs: Any) -> Any:
        return xs @ self.np.linalg.inv(self._positive(theta)) @ xs
