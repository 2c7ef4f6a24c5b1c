"""*Learn*: runs that go on while the page asks, their pictures, and any number of them opened.

Vocabulary: a question's *budget* is how many seconds it may take. Steps get what the last picture
left of it, and half at least, so that neither starves the other.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from autograd_mini.numbers import equal, short
from autograd_mini.play.chain import formula
from autograd_mini.play.graph import DIGITS
from autograd_mini.play.health import remarks
from autograd_mini.play.pictures import curves, heat_maps, lines, places, sure
from autograd_mini.play.run import Run, grid
from autograd_mini.play.settings import MOST_POINTS, SettingError, Settings, read
from autograd_mini.show.explain import explain
from autograd_mini.show.names import Names, derivative
from autograd_mini.show.walk.sentences import Describer
from autograd_mini.show.walk.steps import Recorder
from autograd_mini.value import Value

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

_runs: OrderedDict[str, tuple[Run, dict[str, float]]] = OrderedDict()


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
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


def _run(name: str, settings: Settings, fresh: bool) -> tuple[Run, dict[str, float]]:
    if fresh or name not in _runs or _runs[name][0].settings != settings:
        _runs[name] = Run(settings), {"picture": 0.0}
    _runs.move_to_end(name)
    while len(_runs) > MOST_RUNS:
        _runs.popitem(last=False)
    return _runs[name]


def _within(number: object, least: float, most: float) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise SettingError(f"{str(number)[:40]!r} is no number")
    return min(max(float(number), least), most)


def _told(run: Run, question: Mapping[str, Any]) -> dict[str, Any]:
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
    found: dict[str, Any] = {
        "key": key,
        "made": f"{run.made:,}",
        "epoch": f"{run.epoch:,}",
        "tier": run.tier if run.made else "",
        "speed": f"{run.steps_a_second:,.0f}" if run.steps_a_second else "",
        "ended": run.ended,
        "costs": [_cost(cost) for cost in run.costs],
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
        is_cost = opened.get("cost") is not None
        found["opened"] = opened_cost(run) if is_cost else _opened(run, place, opened)
    return found


def _cost(cost: float) -> str:
    return short(cost, 3)


def _right(run: Run, outputs: list[float]) -> str:
    cost = run.settings.cost
    right = sum(
        (sure(cost, output) > 0.0) == (target == cost.targets[1])
        for output, target in zip(outputs, run.train.Y, strict=True)
    )
    return f"{right / len(outputs):.0%}"


# --- one number opened --------------------------------------------------------------------------


def _opened(run: Run, place: int, opened: Mapping[str, Any]) -> dict[str, Any]:
    """A neuron or a weight for the present example: how it is computed, where its gradient is from.

    Args:
        run: the run.
        place: of the example.
        opened: ``layer`` and ``neuron`` from 0, and ``weight`` from 0 for one of its weights; the
            one after the last is the bias.
    """
    cost, inputs = run.example(place)
    at = _neuron(run, opened)
    layer, j = at
    neuron = run.model.layers[layer].neurons[j]
    parameters = neuron.parameters()
    z, a = run.neurons(cost)[layer][j]
    wanted = a
    weight = opened.get("weight")
    if weight is not None:
        if type(weight) is not int or not 0 <= weight < len(parameters):
            raise SettingError("there is no such weight")
        wanted = parameters[weight]
    return {
        "layer": layer,
        "neuron": j,
        "weight": weight,
        "title": _title(cost, wanted, weight is None),
        "about": _about(run, place, inputs, cost),
        "number": _computed(cost, wanted, z, a),
        "formula": formula(explain(cost, wrt=wanted, most=MOST_PATHS, digits=DIGITS).mathml),
        "parameters": [f"{p.label} {equal(p.data, 3)}" for p in parameters],
    }


def opened_cost(run: Run) -> dict[str, Any]:
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


def _neuron(run: Run, opened: Mapping[str, Any]) -> tuple[int, int]:
    layer, j = opened.get("layer"), opened.get("neuron")
    layers = run.model.layers
    if type(layer) is not int or not 0 <= layer < len(layers):
        raise SettingError("there is no such layer")
    if type(j) is not int or not 0 <= j < len(layers[layer].neurons):
        raise SettingError("there is no such neuron")
    return layer, j


def _title(cost: Value, wanted: Value, is_neuron: bool) -> str:
    name = str(wanted.label)
    which = "Neuron" if is_neuron else "Weight" if name.startswith("w") else "Bias"
    return f"{which} {name}, and where {derivative(str(cost.label), name)} comes from"


def _about(run: Run, place: int, inputs: list[Value], cost: Value) -> list[list[str]]:
    which = "trained on" if place < len(run.train) else "held out"
    given = ", ".join(f"{x.label} {equal(x.data, DIGITS)}" for x in inputs)
    y = run.at(place)[1]
    return [
        ["present example", f"{given}, y = {short(y, DIGITS)} ({which})"],
        ["its loss", f"J {equal(cost.data, DIGITS)}"],
    ]


def _computed(cost: Value, wanted: Value, z: Value, a: Value) -> list[list[str]]:
    """How a number was computed: the neuron's sum and activation, or the weight as it is."""
    if not wanted.operands:
        return [["now", f"{wanted.label} {equal(wanted.data, DIGITS)}"]]
    recorder = Recorder(cost)
    names = Names(recorder.nodes, DIGITS)
    called = {node: names.text(node) for node in recorder.nodes}
    describer = Describer(recorder, called, DIGITS)
    return [
        list(line)
        for step in recorder.steps
        if step.phase == "forward" and step.node in {z, a}
        for line in describer.tell(step).lines
    ]
