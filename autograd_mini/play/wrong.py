"""*Wrong ways*: what people do wrong, run beside what is right.

Each mistake is really made: a run without ``zero_grad()`` adds up its gradients, and a backward
pass in the wrong order hands on what it has no right to yet. Both sides have the same points, the
same first weights but for the mistake, and the same order of examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autograd_mini.play.graph import Passes
from autograd_mini.play.settings import SettingError
from autograd_mini.show.walk.pitfalls import doubled, recursively
from autograd_mini.show.walk.steps import Recorder, passes


class Way(NamedTuple):
    """One mistake.

    Attributes:
        title: what is done wrong.
        about: why that is wrong.
        watch: what to look at.
        names: of the two sides, the wrong one first.
        wrong, right: the settings of both; none where a graph shows it.
    """

    title: str
    about: str
    watch: str
    names: tuple[str, str]
    wrong: Mapping[str, object] = {}
    right: Mapping[str, object] = {}


PLAIN = {"optimizer": "SGD", "data": "circles", "layers": [6], "rate": 0.3}

WAYS = {
    "zero_grad": Way(
        "No zero_grad()",
        "backward() adds to the gradients of leaves, so that several uses and several examples add "
        "up. Whoever does not forget them before the next step walks along the sum of all "
        "gradients that there ever were, not along the present one.",
        "The left cost falls at first as the right one does; then the old gradients carry it past "
        "the valley, and it swings up and down.",
        ("without zero_grad()", "with zero_grad()"),
        {**PLAIN, "flaw": "no zero_grad"},
        PLAIN,
    ),
    "order": Way(
        "The wrong order",
        "b = a + a and c = b + b, so c is 4·a. A node may hand its gradient on only when every use "
        "of it has contributed: results come before operands, in reverse topological order. On the "
        "left a recursion hands on as soon as a contribution arrives.",
        "On the left b hands on twice, the second time with the first part once more: 6 in place "
        "of 4.",
        ("recursion, at once", "reverse topological order"),
    ),
    "rate": Way(
        "α too large",
        "The gradient is the slope here; a few steps away it is another one. A step that is too "
        "long lands on the other side of the valley, higher up, where the slope is steeper and the "
        "next step longer still.",
        "The left cost jumps, and the boundary with it; the activations run into their flat ends, "
        "from where no gradient leads back.",
        ("α = 30", "α = 0.3"),
        {**PLAIN, "rate": 30.0},
        PLAIN,
    ),
    "activation": Way(
        "No activation",
        "A weighted sum of weighted sums is a weighted sum: without an activation between them, "
        "all layers together are one, and the boundary is a straight line.",
        "However long the left one learns, its boundary stays straight, and the cost stays high.",
        ("linear", "tanh"),
        {"data": "circles", "activation": "none"},
        {"data": "circles"},
    ),
    "equal": Way(
        "All weights equal",
        "Neurons of a layer that begin with equal weights compute the same, get the same gradients "
        "and make the same steps: a layer of them is one neuron. That is why weights are drawn at "
        "random.",
        "All neurons of a layer on the left show one picture, and keep it.",
        ("equal weights", "random weights"),
        {"data": "moons", "flaw": "equal weights"},
        {"data": "moons"},
    ),
}


def answer(question: Mapping[str, object]) -> dict[str, object]:
    """The mistakes that there are, and one of them.

    Args:
        question: ``way`` is a name of WAYS; left out, the first.
    """
    name = question.get("way") or next(iter(WAYS))
    if not isinstance(name, str) or name not in WAYS:
        raise SettingError(f"there is no such mistake; there are {', '.join(WAYS)}")
    way = WAYS[name]
    found: dict[str, object] = {
        "way": name,
        "ways": {key: each.title for key, each in WAYS.items()},
        **way._asdict(),
    }
    if not way.right:
        found["graphs"] = [passes_.told() for passes_ in _orders()]
    return found


def _orders() -> tuple[Passes, Passes]:
    """The wrong order and the right one, on one graph."""
    wrong = Recorder(doubled())
    wrong.seed()
    recursively(wrong, wrong.root)
    wrong.end(right=passes(wrong.root).totals)
    return Passes(wrong), Passes(passes(doubled()))
