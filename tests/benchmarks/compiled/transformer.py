"""What all transformers of the benchmark share: sizes, first parameters, Adam's settings."""

from __future__ import annotations

import random

from tests.benchmarks import microgpt
from tests.benchmarks.compiled.works import Matrix, Transformer

WIDTH, HEADS, LEAST = microgpt.WIDTH, microgpt.HEADS, 16
BETAS, EPS = (0.85, 0.99), 1e-8


def shapes(length: int) -> dict[str, tuple[int, int]]:
    """Rows and columns of every matrix."""
    return {**microgpt.SHAPES, "place": (max(length, LEAST), WIDTH)}


def first_matrices(work: Transformer) -> dict[str, Matrix]:
    """The first parameters."""
    rng = random.Random(3)
    return {
        name: [[rng.gauss(0.0, 0.08) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes(work.length).items()
    }


def numbers(work: Transformer) -> int:
    """How many parameters there are."""
    return sum(rows * columns for rows, columns in shapes(work.length).values())


def flops(work: Transformer) -> int:
    """Multiplications and additions of the matrix products of one step.

    Every position multiplies with every matrix but the embeddings, and once more for each of the
    two derivatives. Each of the n (n + 1) / 2 pairs of a query and a key costs a product of WIDTH
    numbers for its scores and one for its shares of the values, and each of them two more backward.
    """
    n = work.length
    matrices = sum(r * c for name, (r, c) in shapes(n).items() if name not in ("token", "place"))
    return work.batch * (3 * 2 * n * matrices + 3 * 2 * WIDTH * n * (n + 1))
