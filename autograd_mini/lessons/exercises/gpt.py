"""The exercises of the notebook on the language model: right answers, and the usual mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_mini import ops
from autograd_mini.lessons import gpt
from autograd_mini.lessons.exercises.exercise import Exercise, Mistake, Trial


def surprise(shares: Sequence[float], token: int) -> float:
    """−log p of the token that did come next.

    >>> surprise([0.5, 0.25, 0.25], 0) == math.log(2.0)
    True
    """
    return -float(ops.log(shares[token]))


def attended(scores: Sequence[float], place: int) -> list[float]:
    """What a position takes from the positions up to its own: shares that sum to 1."""
    return gpt.softmax(list(scores[: place + 1]))


GPT: dict[str, Exercise | Trial] = {
    "causal": Exercise(
        attended,
        "the list of shares",
        (
            Mistake(
                lambda scores, place: gpt.softmax(list(scores)),
                "It looks at positions to the right: take the scores up to this position only.",
            ),
            Mistake(
                lambda scores, place: gpt.softmax(list(scores[:place])),
                "The position itself is missing: a slice ends before its second number.",
            ),
            Mistake(
                lambda scores, place: [math.exp(s) for s in scores[: place + 1]],
                "They do not sum to 1 yet: divide by their sum.",
            ),
        ),
        (((0.5, -1.0, 2.0), 1), ((1.0, 0.0, 0.25), 2), ((0.5, 1.5, 0.1, 3.0), 2)),
    ),
    "surprise": Exercise(
        surprise,
        "the surprise",
        (
            Mistake(
                lambda shares, token: -math.log(max(shares)),
                "That is the surprise of the likeliest token; the one that came next is asked for.",
            ),
            Mistake(
                lambda shares, token: 1.0 - shares[token],
                "That falls with p too, but by at most 1: a model that rules out what happens "
                "must pay more. Take the logarithm.",
            ),
            Mistake(
                lambda shares, token: -math.log2(shares[token]),
                "In bits it is right; the loss takes the natural logarithm, math.log.",
            ),
        ),
        (((0.5, 0.2, 0.3), 1), ((0.1, 0.2, 0.7), 2), ((0.25, 0.5, 0.25), 0)),
    ),
}
