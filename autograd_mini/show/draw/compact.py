"""The compact view: one box per neuron, its weights on the arrows (slide 11).

Vocabulary: a *neuron's box* has two compartments: Σ with the weighted sum z, and the activation
with a = g(z), each with its number and gradient; a linear neuron has the first alone. What belongs
to no neuron, such as a loss, is shown as in the expanded view. Where the graph is too large for a
box for each application of a neuron, each *part* of its network (:mod:`autograd_mini.show.draw.
units`) is one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.numbers import MINUS
from autograd_mini.show import text
from autograd_mini.show.dot_syntax import record
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.expanded import EDGE_NOTE, Boxes, in_order
from autograd_mini.show.draw.gradients import Gradients
from autograd_mini.show.draw.loss_boxes import losses_in
from autograd_mini.show.draw.neurons import Neuron, Term, neurons
from autograd_mini.show.draw.options import Options
from autograd_mini.show.draw.units import Network, Part
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.picture import USUAL, Arrow, Box, Look, Picture
from autograd_mini.show.shapes import LINE, SIZE
from autograd_mini.show.text import named, plural

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

NO_NEURON = (
    "No neuron was found here: a neuron is a weighted sum of inputs, w₁x₁ + … + b, then at most "
    "one unary operation. Every operation is shown by itself."
)
MOST_TEXTS = 60
"""With more weights than this, their numbers are in the tooltips alone."""

Compartments = Sequence[Sequence[Sequence[str]]]
"""The halves of a box, each of cells, each of lines."""


def picture(
    outputs: Sequence[Node], options: Options, gradients: Gradients | None = None
) -> Picture:
    """The compact view of a graph, with a box for each application of a neuron.

    Args:
        outputs: the nodes that the picture is of.
        options: what is shown, and how.
        gradients: what is known about the gradients; left out, it is found out.
    """
    nodes = in_order(outputs)
    view = _Neurons(nodes, outputs, gradients or Gradients(nodes, outputs), options)
    made = view.picture(nodes, options.focus)
    box_of = {
        neuron.bias.weight: view.ids[output]
        for output, neuron in reversed(view.found.items())  # of several the first shows it
        if neuron.bias is not None and output in view.ids
    }
    framed = len({box.scope for box in made.boxes if box.scope}) > 1
    return made._replace(clustered=framed, box_of={**box_of, **made.box_of})


class _Neurons(Boxes):
    """Boxes of neurons, and of what belongs to none."""

    def __init__(
        self,
        nodes: Sequence[Node],
        outputs: Sequence[Node],
        gradients: Gradients,
        options: Options,
    ) -> None:
        self.found = {neuron.output: neuron for neuron in neurons(nodes, outputs)}
        self._captions = Captions(gradients, options.short)
        self._texts = sum(len(neuron.terms) for neuron in self.found.values()) <= MOST_TEXTS
        kinds = leaf_kinds(nodes)
        places = scopes.places(nodes, outputs) if options.clusters else {}
        losses = losses_in(nodes, kinds, outputs, options.open_loss)
        super().__init__(outputs, gradients, options, kinds, places, {**losses, **self.found})

    def box(self, node: Node) -> Box:
        """The box of a node, or of the neuron that it is the output of."""
        neuron = self.found.get(node)
        if neuron is None:
            return super().box(node)._replace(scope=())
        halves = [[self._half(neuron.sum, "Σ"), *self._bias(neuron)]]
        parts = [neuron.sum]
        if neuron.activation is not None:
            parts.append(neuron.activation)
            label = ops.row_named(neuron.activation.op).label
            halves.append([self._half(neuron.activation, label)])
        is_output = node in self.outputs
        bias = [self._captions.weight_tooltip(neuron.bias)] if neuron.bias is not None else []
        return Box(
            self.ids[node],
            "output" if is_output else "neuron",
            tuple(line for cells in halves for lines in cells for line in lines),
            "\n".join([*map(self.tooltip, parts), *bias]),
            scope=self.places.get(node, ())[:-1],
            flagged=any(map(self.gradients.warns, parts)),
            look={**_record(halves), **({"penwidth": "2.5"} if is_output else {})},
        )

    def shown_by(self, node: Node, shown: Collection[Node]) -> list[Node]:
        """The node itself, or those whose boxes show it; of a weight, what weighs by it."""
        found = super().shown_by(node, shown)
        for output, neuron in self.found.items() if not found else ():
            weights = [term.weight for term in (*neuron.terms, neuron.bias) if term is not None]
            found += [output] if node in weights else []
        return found

    def _half(self, node: Node, sign: str) -> list[str]:
        number = named(graph.label(node), self.short(node.data))
        return [sign, *number, *self.gradients.lines(node, self.short)]

    def _bias(self, neuron: Neuron) -> list[list[str]]:
        """The cell of the bias, with its sign."""
        bias = neuron.bias
        if bias is None or self.options.hides(bias.weight, "bias"):
            return []
        sign, *lines = self._half(bias.weight, MINUS if bias.sign < 0 else "+")
        return [[f"{sign} {lines[0]}", *lines[1:]]]

    def arrows(self, node: Node, tails: Mapping[int, str]) -> list[Arrow]:
        """The arrows into a node; those into a neuron have the weights on them."""
        neuron = self.found.get(node)
        if neuron is None:
            return super().arrows(node, tails)
        found = []
        for i, tail in tails.items():
            term = neuron.terms[i]
            said, tooltip = self._weight(term), self._captions.weight_tooltip(term)
            found.append(Arrow(tail, self.ids[node], said, tooltip, weight=term.weight))
        return found

    def _weight(self, term: Term) -> str:
        if not self._texts or self.options.hides(term.weight, "weight"):
            return ""
        gradient = self.gradients.lines(term.weight, self.short)
        return "\n".join([*self._captions.weight(term, "weight"), *gradient])

    def notes(self, nodes: Sequence[Node], arrows: Sequence[Arrow]) -> list[str]:
        """What to know about neurons and arrows."""
        own = any(x not in self.found and not graph.is_leaf(x) for x in nodes)
        if not self.found:
            return [NO_NEURON, *([EDGE_NOTE] if own else [])]
        notes = ["On an arrow into Σ: the weight and its gradient."]
        if not self._texts:
            notes.append("Too many weights to write beside their arrows: tooltips have them.")
        weights = [term.weight for neuron in self.found.values() for term in neuron.terms]
        if len(set(weights)) < len(weights):
            notes.append(
                "A weight on several arrows is one number; its gradient sums over all of them."
            )
        return notes + ([EDGE_NOTE.replace("an arrow", "any other arrow")] if own else [])


def _record(halves: Compartments) -> Look:
    """The look of a neuron's box: both halves are as wide as the widest line."""
    em = SIZE / 72
    widest = max(text.widest(list(lines)) for cells in halves for lines in cells)
    wide = (widest + 1.2) * len(halves) * em
    tall = max(sum(len(lines) * LINE + 0.5 for lines in cells) for cells in halves) * em
    return {
        "shape": "Mrecord",
        "style": "filled",
        "label": record(halves),
        "width": f"{wide:.2f}",
        "height": f"{tall:.2f}",
    }


# --- each neuron once -----------------------------------------------------------------------------


def merged(found: Network, captions: Captions, nodes: int, options: Options) -> Picture:
    """The compact view with each unit once, and each piece of other operations as one box.

    Args:
        found: the network.
        captions: what boxes and arrows say.
        nodes: how many nodes the graph has.
        options: whether weights are hidden.
    """
    texts = len(found.links) <= MOST_TEXTS and "weight" not in options.hide
    arrows = [
        Arrow(
            f"p{link.tail}",
            f"p{link.head}",
            "\n".join(captions.link(link)) if texts else "",
            captions.link_tooltip(link),
            weight=link.term and link.term.weight,
        )
        for link in found.links
    ]
    note = (
        f"Collapsed: {plural(nodes, 'node')} are too many to show one by one. Each neuron is drawn "
        f"once for all its uses ({found.applications:,} in all), and operations that belong to no "
        "neuron are put together."
    )
    notes = (note, *captions.shared(found), *captions.gradients.notes())
    boxes = tuple(_part(f"p{i}", part, captions) for i, part in enumerate(found.parts))
    shown, box_of = found.shown()
    return Picture(boxes, tuple(arrows), notes, nodes=shown, box_of=box_of)


def _part(name: str, part: Part, captions: Captions) -> Box:
    kind = {"input": "input", "unit": "neuron", "operations": "summary"}[part.kind]
    look = USUAL
    lines = captions.part(part, full=True)
    if part.kind == "unit":
        kind = "output" if part.is_output else kind
        halves = _halves(part, captions)
        lines, look = [line for half in halves for line in half], _record([[x] for x in halves])
    flagged = any(map(captions.gradients.warns, part.nodes))
    return Box(name, kind, tuple(lines), captions.part_tooltip(part), flagged=flagged, look=look)


def _halves(part: Part, captions: Captions) -> list[list[str]]:
    """Σ and the activation with their names, and how often they are used."""
    neuron = part.applications[0]
    uses = plural(len(part.nodes), "use")
    halves = [["Σ", text.one_line(graph.label(neuron.sum), 16), uses]]
    if neuron.activation is not None:
        halves.append([ops.row_named(neuron.activation.op).label, captions.name(part), uses])
    return [[line for line in half if line] for half in halves]
