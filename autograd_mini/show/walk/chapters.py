"""Steps put together: one chapter for each neuron, or for each layer, in either pass.

Vocabulary: a *chapter* is a run of steps about one neuron, one layer, or one piece of what belongs
to no neuron, such as a loss. The order of the steps is that of the engine wherever it matters: a
neuron's products are moved next to their sum only if every gradient stays the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.numbers import equals, short
from autograd_mini.show import text
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.neurons import neurons
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.names import derivative
from autograd_mini.show.walk.descriptions import Description
from autograd_mini.show.walk.steps import Recorder, passes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograd_mini.value import Value

LEVELS = ("step", "neuron", "layer")
MOST_LISTED = 6
"""A chapter names so many numbers of a kind."""
LONGEST_FORMULA = 120
MOST_STEPS = 3
"""A chapter of no more steps shows the formula of each."""

CAPTIONS = {"weight": "weights", "bias": "biases", "input": "inputs", "target": "targets"}


class Chapter(NamedTuple):
    """The steps from ``first`` to ``last``, both counted from 0, and what they come to."""

    first: int
    last: int
    description: Description


class _Key(NamedTuple):
    """What a step is about: the phase, the neuron's number (−1 for none), and its layer."""

    phase: str
    neuron: int
    layer: str


def recorded(root: Value) -> Recorder:
    """The passes of a graph, the steps of each neuron one after another where that may be."""
    recorder = passes(root)
    inside = {
        node: neuron.sum for neuron in neurons(recorder.nodes, [root]) for node in neuron.inside
    }
    order = list(_together(recorder.nodes, inside))
    if order == recorder.nodes:
        return recorder
    moved = passes(root, order)
    same = all(moved.totals[node].hex() == x.hex() for node, x in recorder.totals.items())
    return moved if same else recorder


def _together(nodes: Sequence[Value], inside: Mapping[Value, Value]) -> Iterator[Value]:
    """The nodes, those inside of a neuron right before its sum."""
    waiting: dict[Value, list[Value]] = {}
    for node in nodes:
        if node in inside:
            waiting.setdefault(inside[node], []).append(node)
        else:
            yield from waiting.pop(node, [])
            yield node


class Teller:
    """Puts steps together into chapters.

    Args:
        recorder: whose steps.
        names: what the nodes are called.
        digits: how many significant digits numbers get.
        steps: what each step says.
    """

    def __init__(
        self,
        recorder: Recorder,
        names: Mapping[Value, str],
        digits: int,
        steps: Sequence[Description],
    ) -> None:
        self._recorder, self._names, self._digits, self._steps = recorder, names, digits, steps
        nodes, root = recorder.nodes, recorder.root
        self._kinds = leaf_kinds(nodes)
        self._places = scopes.places(nodes, [root])
        self._neuron: dict[Value, int] = {}
        self._outputs: list[Value] = []
        for i, neuron in enumerate(neurons(nodes, [root])):
            self._neuron |= dict.fromkeys((*neuron.inside, neuron.sum, neuron.output), i)
            self._outputs.append(neuron.output)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that tell something else than the one before."""
        if not self._outputs:
            return LEVELS[:1]
        layers = {self._layer(node) for node in self._outputs}
        return LEVELS if len(self._outputs) > len(layers) else LEVELS[:2]

    def tell(self, level: str) -> tuple[Chapter, ...]:
        """The chapters of a level, in order."""
        if level == "step":
            return tuple(Chapter(i, i, told) for i, told in enumerate(self._steps))
        keys = [self._key(i, level) for i in range(len(self._steps))]
        runs = [list(run) for _, run in groupby(range(len(keys)), keys.__getitem__)]
        return tuple(Chapter(run[0], run[-1], self._told(run, level)) for run in runs)

    def _key(self, i: int, level: str) -> _Key | int:
        step = self._recorder.steps[i]
        if step.phase not in {"forward", "backward"} or step.node is None:
            return i
        neuron = self._neuron.get(step.node, -1)
        layer = self._layer(step.node) if neuron >= 0 else ""
        return _Key(step.phase, -1 if level == "layer" and neuron >= 0 else neuron, layer)

    def _layer(self, node: Value) -> str:
        place = self._places.get(self._outputs[self._neuron[node]], ())
        return ", ".join(place[:-1] or place)

    def _told(self, run: Sequence[int], level: str) -> Description:
        first = self._steps[run[0]]
        step = self._recorder.steps[run[0]]
        if len(run) == 1 or step.node is None:
            return first
        heading, part = self._heading(run, level), first.part
        lines = self._forward(run) if step.phase == "forward" else self._backward(run)
        return Description(
            part, heading, tuple(lines), wrong=any(self._steps[i].wrong for i in run)
        )

    def _heading(self, run: Sequence[int], level: str) -> str:
        """Which neuron, layer or piece it is about."""
        steps = self._recorder.steps
        node = steps[run[0]].node
        assert node is not None
        last = steps[run[-1] if steps[run[0]].phase == "forward" else run[0]].node
        assert last is not None
        if node not in self._neuron:
            return f"{self._names[last]}, in {text.plural(len(run), 'step')}"
        if level == "layer":
            count = len({self._neuron[x] for i in run if (x := steps[i].node) is not None})
            return f"{self._layer(node)}, {text.plural(count, 'neuron')}"
        output = self._outputs[self._neuron[node]]
        place = ", ".join(self._places.get(output, ("neuron",)))
        return f"{place}: {self._names[output]}"

    def _forward(self, run: Sequence[int]) -> Iterator[tuple[str, str]]:
        steps = self._recorder.steps
        if len(run) <= MOST_STEPS:
            for i in run:
                formula, numbers = (line for _, line in self._steps[i].lines)
                if len(formula) + len(numbers) <= LONGEST_FORMULA:
                    yield "formula", formula
                    yield "numbers", numbers
                elif (node := steps[i].node) is not None:
                    yield "number", f"{self._names[node]}{self._equal(node.data)}"
            return
        nodes = [node for i in run if (node := steps[i].node) is not None]
        outputs = [node for node in nodes if node in set(self._outputs)]
        for caption, found in (("outputs", outputs), ("numbers", [] if outputs else nodes)):
            if found:
                said = [f"{self._names[node]}{self._equal(node.data)}" for node in found]
                yield caption, text.listed(said, MOST_LISTED)

    def _backward(self, run: Sequence[int]) -> Iterator[tuple[str, str]]:
        steps = [self._recorder.steps[i] for i in run]
        begin = steps[0]
        root = self._names[self._recorder.root]
        assert begin.node is not None
        givers = dict.fromkeys(step.node for step in steps if step.node is not None)
        own = {step.operand for step in steps} & set(givers)
        incoming = {}
        for step in steps:
            if step.node is not None and step.node not in own and step.incoming is not None:
                incoming[step.node] = step.incoming
        said = [
            f"{derivative(root, self._names[node])}{self._equal(number)}"
            for node, number in incoming.items()
        ]
        yield "incoming gradient", text.listed(said, MOST_LISTED)
        totals: dict[Value, str] = {}
        for step in steps:
            if step.operand is not None and step.total is not None:
                totals[step.operand] = self._received(step.operand, step.total, step.awaited)
        received: dict[str, list[str]] = {}
        for node, line in totals.items():
            inner = "inside" if node in own else "inputs"
            caption = CAPTIONS.get(self._kinds.get(node, ""), inner)
            received.setdefault(caption, []).append(line)
        for caption in ("inside", "weights", "biases", "inputs", "targets"):
            if caption in received:
                yield caption, text.listed(received[caption], MOST_LISTED)

    def _received(self, node: Value, total: float, awaited: int) -> str:
        if awaited:
            return f"grad of {self._names[node]}{self._equal(total)} + …".replace(" ", "\xa0")
        root = self._names[self._recorder.root]
        whole = f"{derivative(root, self._names[node])}{self._equal(total)}"
        return whole.replace(" ", "\xa0")

    def _equal(self, number: float | None) -> str:
        shown = short(0.0 if number is None else number, self._digits)
        return f" {equals(shown)} {shown}"
