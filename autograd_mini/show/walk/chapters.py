"""Steps put together: one chapter for each neuron, or for each layer, in either pass.

Vocabulary: a *chapter* is a run of steps about one neuron, one layer, or one piece of what belongs
to no neuron, such as a loss. The order of the steps is that of the engine wherever it matters: a
neuron's products are moved next to their sum only if every gradient stays the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.show import text
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.neurons import neurons
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.walk.sentences import Describer, Description
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
    """Puts steps together into chapters."""

    def __init__(self, describer: Describer, told: Sequence[Description]) -> None:
        self._describer, self._told = describer, told
        self._steps, self._names = describer.recorder.steps, describer.names
        nodes, outputs = describer.recorder.nodes, [describer.recorder.root]
        self._kinds = leaf_kinds(nodes)
        self._places = scopes.places(nodes, outputs)
        self._output: dict[Value, Value] = {}
        """For each node of a neuron, the neuron's output."""
        for neuron in neurons(nodes, outputs):
            inside = (*neuron.inside, neuron.sum, neuron.output)
            self._output |= dict.fromkeys(inside, neuron.output)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that tell something else than the one before."""
        outputs = {*self._output.values()}
        layers = {self._layer(node) for node in outputs}
        return LEVELS[: 1 if not outputs else 2 if len(outputs) == len(layers) else 3]

    def tell(self, level: str) -> tuple[Chapter, ...]:
        """The chapters of a level, in order."""
        keys = [i if level == "step" else self._key(i, level) for i in range(len(self._steps))]
        runs = [list(run) for _, run in groupby(range(len(keys)), keys.__getitem__)]
        return tuple(Chapter(run[0], run[-1], self._describe(run, level)) for run in runs)

    def _key(self, i: int, level: str) -> Hashable:
        """What a step is about: the phase, and the neuron or the layer."""
        step = self._steps[i]
        if step.phase not in {"forward", "backward"} or step.node is None:
            return i
        is_in_layer = level == "layer" and step.node in self._output
        about = self._layer(step.node) if is_in_layer else self._output.get(step.node, "")
        return step.phase, about

    def _layer(self, node: Value) -> str:
        place = self._places.get(self._output[node], ())
        return ", ".join(place[:-1] or place)

    def _describe(self, run: Sequence[int], level: str) -> Description:
        first = self._told[run[0]]
        if len(run) == 1:
            return first
        is_forward = self._steps[run[0]].phase == "forward"
        lines = self._forward(run) if is_forward else self._backward(run)
        wrong = any(self._told[i].wrong for i in run)
        return Description(first.part, self._heading(run, level), tuple(lines), wrong=wrong)

    def _heading(self, run: Sequence[int], level: str) -> str:
        """Which neuron, layer or piece it is about."""
        nodes = [node for i in run if (node := self._steps[i].node) is not None]
        is_forward = self._steps[run[0]].phase == "forward"
        if nodes[0] not in self._output:
            last = nodes[-1 if is_forward else 0]
            return f"{self._names[last]}, in {text.plural(len(run), 'step')}"
        if level == "layer":
            count = len({self._output[node] for node in nodes})
            return f"{self._layer(nodes[0])}, {text.plural(count, 'neuron')}"
        output = self._output[nodes[0]]
        return f"{', '.join(self._places.get(output, ('neuron',)))}: {self._names[output]}"

    def _forward(self, run: Sequence[int]) -> Iterator[tuple[str, str]]:
        nodes = [node for i in run if (node := self._steps[i].node) is not None]
        said = {x: f"{self._names[x]} {self._describer.equal(x.data)}" for x in nodes}
        if len(run) <= MOST_STEPS:
            for i, number in zip(run, said.values(), strict=True):
                lines = self._told[i].lines
                is_short = sum(len(line) for _, line in lines) <= LONGEST_FORMULA
                yield from lines if is_short else [("number", number)]
            return
        outputs = [said[node] for node in nodes if node in {*self._output.values()}]
        caption = "outputs" if outputs else "numbers"
        yield caption, text.listed(outputs or [*said.values()], MOST_LISTED)

    def _backward(self, run: Sequence[int]) -> Iterator[tuple[str, str]]:
        steps = [self._steps[i] for i in run]
        own = {step.operand for step in steps} & {step.node for step in steps}
        incoming = {
            step.node: self._gradient(step.node, step.incoming)
            for step in steps
            if step.node is not None and step.incoming is not None and step.node not in own
        }
        yield "incoming gradient", text.listed([*incoming.values()], MOST_LISTED)
        totals: dict[Value, str] = {}
        for step in steps:
            if step.operand is not None and step.total is not None:
                said = self._gradient(step.operand, step.total, bool(step.awaited))
                totals[step.operand] = said.replace(" ", "\xa0")
        received: dict[str, list[str]] = {}
        for node, line in totals.items():
            inner = "inside" if node in own else "inputs"
            caption = CAPTIONS.get(self._kinds.get(node, ""), inner)
            received.setdefault(caption, []).append(line)
        for caption in ("inside", "weights", "biases", "inputs", "targets"):
            if caption in received:
                yield caption, text.listed(received[caption], MOST_LISTED)

    def _gradient(self, node: Value, number: float, goes_on: bool = False) -> str:
        grad = f"grad of {self._names[node]}" if goes_on else self._describer.gradient(node)
        return f"{grad} {self._describer.equal(number)}{' + …' if goes_on else ''}"
