"""The compact view: one box per neuron, its weights on the arrows (slide 11).

Vocabulary: a *neuron's box* has two compartments: Σ with the weighted sum z, and the activation
with a = g(z), each with its number and gradient; a linear neuron has the first alone. What belongs
to no neuron, such as a loss, is shown as in the expanded view. A graph that is too large for this
has another form (:mod:`autograd_mini.show.draw.merged`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.numbers import MINUS
from autograd_mini.show import text
from autograd_mini.show.dot import Marks
from autograd_mini.show.dot_syntax import record
from autograd_mini.show.draw import loss_boxes, scopes, selection
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.expanded import EDGE_NOTE, Expanded
from autograd_mini.show.draw.neurons import Neuron, Term
from autograd_mini.show.draw.options import DEFAULTS, Options
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.shapes import LINE, SIZE
from autograd_mini.show.text import named

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

NO_NEURON = (
    "No neuron was found here: a neuron is a weighted sum of inputs, w₁x₁ + … + b, then at most "
    "one unary operation. Every operation is shown by itself."
)
MOST_TEXTS = 60
"""With more weights than this, their numbers are in the tooltips alone."""


def picture(
    nodes: Sequence[Node],
    outputs: Sequence[Node],
    found: Sequence[Neuron],
    captions: Captions,
    options: Options = DEFAULTS,
) -> tuple[Picture, Marks]:
    """The compact view of a graph, with a box for each application of a neuron.

    Args:
        nodes: everything that the outputs depend on, constants included, operands before results.
        outputs: the nodes that the picture is of.
        found: the neurons.
        captions: what boxes and arrows say.
        options: what is shown, and how.
    """
    return _Compact(nodes, outputs, found, captions, options).made()


class _Compact:
    def __init__(
        self,
        nodes: Sequence[Node],
        outputs: Sequence[Node],
        found: Sequence[Neuron],
        captions: Captions,
        options: Options,
    ) -> None:
        self._captions = captions
        self._options = options
        self._neurons = {neuron.output: neuron for neuron in found}
        self._outputs = set(outputs)
        kinds = leaf_kinds(nodes)
        self._losses = loss_boxes.losses(nodes, kinds, outputs, options.open_loss)
        inside = {x for loss in self._losses.values() for x in loss.inside}
        nodes = [node for node in nodes if node not in inside]
        near = selection.selected(
            _shown(nodes, self._operands, outputs, found),
            self._operands,
            outputs,
            options.focus,
            options.depth,
        )
        self._kept, self._said = selection.without(near, options, kinds)
        self._shown = self._kept.nodes
        self._places = scopes.places(nodes, outputs) if options.clusters else {}
        gradients, short = captions.gradients, captions.short
        self._view = Expanded(self._shown, outputs, gradients, short, kinds, losses=self._losses)
        self._arrows: list[Arrow] = []
        self._marks: dict[str, dict[str, str]] = {}
        self._texts = sum(len(neuron.terms) for neuron in found) <= MOST_TEXTS

    def made(self) -> tuple[Picture, Marks]:
        """Boxes in order, and the arrows into each."""
        boxes = []
        for node in self._shown:
            if neuron := self._neurons.get(node):
                boxes.append(self._box(neuron))
                self._into(neuron)
            else:
                boxes.append(self._view.box(node))
                self._arrows += self._view.arrows(node, self._view.tails(node))
        stubs, more = selection.stubs(self._kept, self._view.ids)
        clustered = len({box.scope for box in boxes if box.scope}) > 1
        made = Picture(
            (*boxes, *stubs),
            (*self._arrows, *more),
            self._notes(),
            clustered,
            {name: node for node, name in self._view.ids.items()},
            self._box_of(),
        )
        return made, Marks(self._marks)

    def _operands(self, node: Node) -> Sequence[Node]:
        """The nodes from whose boxes arrows lead into a node's box."""
        neuron = self._neurons.get(node)
        if node in self._losses:
            return self._losses[node].operands
        if neuron is None:
            operands: Sequence[Node] = node.operands
            return operands
        return [term.input for term in neuron.terms]

    def _box_of(self) -> dict[Node, str]:
        """The boxes of all nodes, those inside of neurons too."""
        ids = dict(self._view.ids)
        for node, loss in self._losses.items():
            if node in ids:
                ids |= dict.fromkeys(loss.inside, ids[node])
        for output, neuron in self._neurons.items():
            if output in ids:
                ids |= dict.fromkeys((neuron.sum, *neuron.inside), ids[output])
                if neuron.bias is not None:
                    ids.setdefault(neuron.bias.weight, ids[output])
        return ids

    def _box(self, neuron: Neuron) -> Box:
        compartments = [[self._half(neuron.sum, "Σ"), *self._bias(neuron)]]
        if neuron.activation is not None:
            row = ops.row_named(neuron.activation.op)
            compartments.append([self._half(neuron.activation, row.label)])
        name = self._view.ids[neuron.output]
        is_output = neuron.output in self._outputs
        self._marks[name] = {**halves(compartments), **({"penwidth": "2.5"} if is_output else {})}
        gradients = self._captions.gradients
        parts = [x for x in (neuron.sum, neuron.activation) if x is not None]
        return Box(
            name,
            "output" if is_output else "neuron",
            tuple(line for cells in compartments for lines in cells for line in lines),
            "\n".join(self._tooltips(neuron)),
            scope=self._places.get(neuron.output, ())[:-1],
            flagged=any(map(gradients.warns, parts)),
        )

    def _tooltips(self, neuron: Neuron) -> list[str]:
        parts = [neuron.sum] if neuron.activation is None else [neuron.sum, neuron.activation]
        bias = [self._captions.weight_tooltip(neuron.bias)] if neuron.bias is not None else []
        return [*map(self._view.tooltip, parts), *bias]

    def _bias(self, neuron: Neuron) -> list[list[str]]:
        """The cell of the bias, with its sign."""
        bias = neuron.bias
        if bias is None or self._options.hides(bias.weight, "bias"):
            return []
        short = self._captions.short
        sign = MINUS if bias.sign < 0 else "+"
        first, *more = named(graph.label(bias.weight), short(bias.weight.data))
        gradient = self._captions.gradients.lines(bias.weight, short)
        return [[f"{sign} {first}", *more, *gradient]]

    def _half(self, node: Node, sign: str) -> list[str]:
        short = self._captions.short
        return [
            sign,
            *named(graph.label(node), short(node.data)),
            *self._captions.gradients.lines(node, short),
        ]

    def _into(self, neuron: Neuron) -> None:
        """The arrows into a neuron: from each input, with the weight."""
        ids = self._view.ids
        head = ids[neuron.output]
        for term in neuron.terms:
            if term.input in ids:
                lines = self._weight(term)
                tooltip = self._captions.weight_tooltip(term)
                tail = ids[term.input]
                self._arrows.append(Arrow(tail, head, lines, tooltip, weight=term.weight))

    def _weight(self, term: Term) -> str:
        if not self._texts or self._options.hides(term.weight, "weight"):
            return ""
        gradients, short = self._captions.gradients, self._captions.short
        lines = [*self._captions.weight(term, "weight"), *gradients.lines(term.weight, short)]
        return "\n".join(lines)

    def _notes(self) -> tuple[str, ...]:
        notes = [*self._said]
        if self._neurons:
            notes.append("On an arrow into Σ: the weight and its gradient.")
            if not self._texts:
                notes.append("Too many weights to write beside their arrows: tooltips have them.")
            weights = [t.weight for n in self._neurons.values() for t in n.terms]
            if len(set(weights)) < len(weights):
                notes.append(
                    "A weight on several arrows is one number; its gradient sums over all of them."
                )
        else:
            notes.append(NO_NEURON)
        own = [x for x in self._shown if x not in self._neurons and not graph.is_leaf(x)]
        notes += [EDGE_NOTE.replace("an arrow", "any other arrow")] if own and self._neurons else []
        notes += [EDGE_NOTE] if own and not self._neurons else []
        return (*notes, *self._captions.gradients.notes())


def _shown(
    nodes: Sequence[Node],
    operands: Callable[[Node], Sequence[Node]],
    outputs: Sequence[Node],
    found: Sequence[Neuron],
) -> list[Node]:
    """The nodes with a box of their own: no weights, and nothing from inside a neuron."""
    hidden: set[Node] = set()
    inner: set[Node] = set()
    needed: set[Node] = set(outputs)
    for neuron in found:
        parts = {neuron.sum, *neuron.inside, neuron.output}
        inner |= parts
        hidden |= parts - {neuron.output}
        needed.update(term.input for term in neuron.terms)
    for node in nodes:
        if node not in inner:
            needed.update(operands(node))
    return [x for x in nodes if (x in needed if graph.is_leaf(x) else x not in hidden)]


def halves(compartments: Sequence[Sequence[Sequence[str]]]) -> dict[str, str]:
    """The attributes of a neuron's box: both halves are as wide as the widest line."""
    em = SIZE / 72
    widest = max(text.widest(list(lines)) for cells in compartments for lines in cells)
    wide = (widest + 1.2) * len(compartments) * em
    tall = max(sum(len(lines) * LINE + 0.5 for lines in cells) for cells in compartments) * em
    return {
        "shape": "Mrecord",
        "style": "filled",
        "label": record(compartments),
        "width": f"{wide:.2f}",
        "height": f"{tall:.2f}",
    }
