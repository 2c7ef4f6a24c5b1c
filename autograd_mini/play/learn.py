"""*Learn*: runs that go on while the page asks, their pictures, and any number of them opened.

Vocabulary: a question's *budget* is how many seconds it may take. Steps get what the last picture
left of it, and half at least, so that neither starves the other.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping

from autograd_mini.numbers import equal, short
from autograd_mini.play.chain import formula
from autograd_mini.play.graph import DIGITS, Passes
from autograd_mini.play.reading import curves, heat_maps, lines, places, remarks, sure
from autograd_mini.play.run import NetworkRun, grid
from autograd_mini.play.settings import MOST_POINTS, SettingError, Settings, read
from autograd_mini.show.names import derivative
from autograd_mini.show.walk.steps import Recorder

MOST_RUNS = 6
"""So many runs are kept at a time; the one that was asked about longest ago is forgotten."""

MOST_STEPS = 2000
"""In one question."""

LONGEST = 0.5
"""The largest budget, in seconds."""

MOST_EXACT = 16
"""Steps of a question that must be made, so that two runs stay side by side."""

WORST = 6
"""So many of the largest losses are listed."""

MOST_PATHS = 4
"""Paths that are listed of a gradient; how many there are is said."""

SIDES = (12, 20, 30, 40)
"""How fine a picture may be: points a side."""

_runs: OrderedDict[str, tuple[NetworkRun, dict[str, float]]] = OrderedDict()


def answer(question: Mapping[str, object]) -> dict[str, object]:
    """Go on with a run, and tell how it stands.

    Args:
        question: ``run`` names the run, ``settings`` defines it (other settings begin anew, and so
            does ``fresh``), ``steps`` is how many it may make, ``budget`` the seconds, ``side`` the
            points on a side of the pictures, ``show`` whether lines are "weights" or "gradients",
            ``example`` the present example, ``open`` a neuron or a weight to be opened, ``known``
            the settings whose points the page has.
    """
    name = question.get("run", "")
    if not isinstance(name, str) or not 1 <= len(name) <= 40:
        raise SettingError("a run has a name of 1 to 40 characters")
    settings = read(question.get("settings"))
    began = time.perf_counter()
    run, spent = _run(name, settings, bool(question.get("fresh")))
    budget = _within(question.get("budget", 0.06), 0.0, LONGEST)
    steps = int(_within(question.get("steps", 0), 0, MOST_STEPS))
    if steps and question.get("exactly"):
        run.go(min(steps, MOST_EXACT), LONGEST)
    elif steps:
        run.go(steps, max(budget - spent["picture"], budget / 2.0))
    drawn = time.perf_counter()
    found = _told(run, question)
    spent["picture"] = time.perf_counter() - drawn
    found["seconds"] = round(time.perf_counter() - began, 4)
    return found


def _run(name: str, settings: Settings, fresh: bool) -> tuple[NetworkRun, dict[str, float]]:
    if fresh or name not in _runs or _runs[name][0].settings != settings:
        _runs[name] = NetworkRun(settings), {"picture": 0.0}
    _runs.move_to_end(name)
    while len(_runs) > MOST_RUNS:
        _runs.popitem(last=False)
    return _runs[name]


def _within(number: object, least: float, most: float) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise SettingError(f"{str(number)[:40]!r} is no number")
    return min(max(float(number), least), most)


def _told(run: NetworkRun, question: Mapping[str, object]) -> dict[str, object]:
    side = question.get("side", SIDES[1])
    if side not in SIDES:
        raise SettingError(f"pictures have {', '.join(map(str, SIDES))} points a side")
    place = int(_within(question.get("example", 0), 0, MOST_POINTS))
    place = min(place, len(run.train) + len(run.test) - 1)
    read_out = run.reading([*grid(side), *run.train.X])
    count = side * side
    on_examples = [values[count:] for values in read_out]
    numbers = [p.data for p in run.parameters]
    if question.get("show") == "gradients":
        numbers = run.gradients(run.train)[1]
    key = repr(run.settings)
    found: dict[str, object] = {
        "key": key,
        "made": f"{run.made:,}",
        "epoch": f"{run.epoch:,}",
        "tier": run.tier if run.made else "",
        "speed": f"{run.steps_a_second:,.0f}" if run.steps_a_second else "",
        "ended": run.ended,
        "costs": [short(cost, 3) for cost in run.costs],
        "right": _right(run, on_examples[-1]),
        "side": side,
        **heat_maps(run, [values[:count] for values in read_out]),
        "lines": lines(run, numbers),
        "curves": curves(run),
        "remarks": [remark._asdict() for remark in remarks(run, on_examples)],
        "example": place,
    }
    if question.get("known") != key:
        found["points"] = places(run)
    opened = question.get("open")
    if isinstance(opened, Mapping):
        found["opened"] = (
            _opened(run, place, opened) if opened.get("cost") is None else _opened_cost(run)
        )
    return found


def _right(run: NetworkRun, outputs: list[float]) -> str:
    cost = run.settings.cost
    right = sum(
        (sure(cost, output) > 0.0) == (target == cost.targets[1])
        for output, target in zip(outputs, run.train.Y, strict=True)
    )
    return f"{right / len(outputs):.0%}"


# --- one number opened --------------------------------------------------------------------------


def _opened(run: NetworkRun, place: int, opened: Mapping[str, object]) -> dict[str, object]:
    """A neuron or a weight for the present example: how it is computed, where its gradient is from.

    Args:
        run: the run.
        place: of the example.
        opened: ``layer`` and ``neuron`` from 0, and ``weight`` from 0 for one of its weights; the
            one after the last is the bias.
    """
    layers = run.model.layers
    layer = _place(opened.get("layer"), len(layers), "layer")
    j = _place(opened.get("neuron"), layers[layer].nout, "neuron")
    parameters = layers[layer].neurons[j].parameters()
    cost, inputs = run.example(place)
    made = run.nodes_of(layers[layer].neurons[j], cost)
    wanted, what, weight = made[-1], "Neuron", opened.get("weight")
    if weight is not None:
        wanted = parameters[_place(weight, len(parameters), "weight")]
        what = "Bias" if wanted is parameters[-1] else "Weight"
    x, y = ", ".join(f"{x.label} {equal(x.data, DIGITS)}" for x in inputs), run.at(place)[1]
    which = "trained on" if place < len(run.train) else "held out"
    name = str(wanted.label)
    return {
        "layer": layer,
        "neuron": j,
        "weight": weight,
        "title": f"{what} {name}, and where {derivative(str(cost.label), name)} comes from",
        "about": [
            ["present example", f"{x}, y = {short(y, DIGITS)} ({which})"],
            ["its loss", f"J {equal(cost.data, DIGITS)}"],
        ],
        "number": Passes(Recorder(cost)).computed(*made)
        if weight is None
        else [("now", f"{name} {equal(wanted.data, DIGITS)}")],
        "formula": formula(cost, wanted, MOST_PATHS),
        "parameters": [f"{p.label} {equal(p.data, 3)}" for p in parameters],
    }


def _place(given: object, count: int, what: str) -> int:
    if type(given) is not int or not 0 <= given < count:
        raise SettingError(f"there is no such {what}")
    return given


def _opened_cost(run: NetworkRun) -> dict[str, object]:
    """The cost: the mean of the examples' losses, of which the largest are listed."""
    losses = run.losses()
    worst = sorted(range(len(losses)), key=losses.__getitem__, reverse=True)[:WORST]
    total = short(sum(losses), DIGITS)
    mean = equal(run.costs[0], DIGITS)
    return {
        "cost": True,
        "title": "The cost, and the examples that it comes from",
        "about": [
            ["cost", f"the mean of {len(losses)} losses: {total} / {len(losses)} {mean}"],
            ["most of it", "the examples below; each can be made the present one"],
        ],
        "number": [],
        "formula": "",
        "examples": [[i, f"J {equal(losses[i], 3)}"] for i in worst],
    }
