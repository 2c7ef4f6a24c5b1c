"""The graphs whose pictures are measured, and in which order a reader expects their boxes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import comb
from typing import NamedTuple

from autograd_mini import Value, nn, ops


class Sight(NamedTuple):
    """A graph to draw.

    Attributes:
        root: its output.
        columns: nodes that stand one below another, in order; what is not drawn does not count.
        crossings: how often lines may cross in the expanded view.
    """

    root: Value
    columns: tuple[tuple[Value, ...], ...] = ()
    crossings: int = 0


def network(*sizes: int) -> Sight:
    """A network of `nn`; between two layers lines cross where they must."""
    model = nn.MLP(sizes[0], list(sizes[1:]), "tanh", output="sigmoid", rng=random.Random(3))
    x = [Value(0.5 + i, f"x{i + 1}") for i in range(sizes[0])]
    y = model(x)
    y.backward()
    neurons = [n for layer in model.layers for n in layer.neurons]
    columns = (tuple(x), *((*n.w, n.b) for n in neurons))
    return Sight(y, columns, crossings_between(sizes))


def crossings_between(sizes: Sequence[int]) -> int:
    """Two straight lines of a full join cross where their ends are in opposite orders."""
    return sum(comb(a, 2) * comb(b, 2) for a, b in pairwise(sizes))


def by_hand(spelling: str) -> Sight:
    """A network 2-2-1 without `nn`, in one of three ways to write a weighted sum."""
    x = [Value(1.5, "x1"), Value(-0.5, "x2")]
    columns: list[tuple[Value, ...]] = [tuple(x)]

    def neuron(inputs: Sequence[Value], place: str) -> Value:
        w = [Value(0.3 * i - 0.4, f"w{place}{i}") for i in range(1, len(inputs) + 1)]
        b = Value(0.1, f"b{place}")
        pairs = list(zip(w, inputs, strict=True))
        if spelling == "sums":
            z = pairs[0][0] * pairs[0][1] + pairs[1][0] * pairs[1][1] + b
            columns.append((*w, b))
        elif spelling == "bias first":
            z = b + pairs[0][1] * pairs[0][0] + pairs[1][1] * pairs[1][0]
            columns.append((b, *w))
        else:
            z = ops.sum([*(a * c for a, c in pairs), b])
            columns.append((*w, b))
        return z.tanh()

    hidden = [neuron(x, "1"), neuron(x, "2")]
    y = neuron(hidden, "3")
    y.backward()
    return Sight(y, tuple(columns), 2)  # once before the neurons of the first layer, once inside


def recurrence(steps: int) -> Sight:
    """h ← tanh(w x + u h + b), unrolled; the inputs are no column, since each has its step."""
    w, u, b = Value(0.5, "w"), Value(-0.8, "u"), Value(0.1, "b")
    h = Value(0.0, "h0")
    for step in range(1, steps + 1):
        h = ops.affine([w, u], [Value(0.4 * step, f"x{step}"), h], b).tanh()
        h.label = f"h{step}"
    h.backward()
    return Sight(h, crossings=UNROLLED[steps])


def attention(tokens: int) -> Sight:
    """One head of causal attention over numbers, and the sum of what it reads."""
    weights = [Value(0.3 + 0.2 * i, name) for i, name in enumerate("qkv")]
    x = [Value(0.5 * i - 0.7, f"x{i + 1}") for i in range(tokens)]
    q, k, v = ([w * one for one in x] for w in weights)
    read = []
    for i in range(tokens):
        shares = ops.softmax([q[i] * k[j] for j in range(i + 1)])
        read.append(ops.sum([a * c for a, c in zip(shares, v, strict=False)]))
    out = ops.sum(read)
    out.backward()
    return Sight(out, (tuple(x),), 215 if tokens == 4 else 0)


def tangle(seed: int, crossings: int, size: int = 14) -> Sight:
    """A random graph in which results are used again."""
    source = random.Random(seed)
    made = [Value(source.uniform(-1, 1), name) for name in "abc"]
    for _ in range(size):
        one, two = source.choice(made), source.choice(made[-6:])
        made.append(source.choice([one * two, one - two, (one + two).tanh()]))
    made[-1].backward()
    return Sight(made[-1], crossings=crossings)


UNROLLED = {2: 2, 3: 4, 4: 8, 5: 25, 6: 62, 7: 104, 8: 249}
"""As often as where `dot` laid recurrences of so many steps out."""
NETWORKS = (
    (1, 1),
    (2, 1),
    (2, 2, 1),
    (2, 3, 1),
    (3, 4, 1),
    (2, 4, 4, 1),
    (4, 6, 6, 1),
    (8, 8, 8, 1),
)
SPELLINGS = ("sums", "bias first", "sum of a list")
TANGLED = (7, 4, 3, 1, 6, 4)
"""How often the lines of each random graph may cross: no more than where `dot` laid it out, but for
the second and the last, whose operands were out of order there, with 1 and 3 crossings."""

SIGHTS: dict[str, Callable[[], Sight]] = {
    **{"-".join(map(str, sizes)): partial(network, *sizes) for sizes in NETWORKS},
    **{f"by hand, {spelling}": partial(by_hand, spelling) for spelling in SPELLINGS},
    **{f"recurrence of {steps} steps": partial(recurrence, steps) for steps in range(2, 9)},
    "attention over 4 tokens": partial(attention, 4),
    **{f"random graph {i}": partial(tangle, i, most) for i, most in enumerate(TANGLED)},
}
