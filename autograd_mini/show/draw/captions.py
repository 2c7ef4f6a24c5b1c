"""What the shapes and lines of the compact and the network view say, and the notes below them.

Vocabulary: see :mod:`autograd_mini.show.draw.units`. A *caption* is a few short lines; the tooltip
has every digit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.numbers import MINUS, Format, full
from autograd_mini.show import text
from autograd_mini.show.draw.gradients import NOT_COMPUTED, Gradients
from autograd_mini.show.draw.units import Network, Part
from autograd_mini.show.text import named, plural

if TYPE_CHECKING:
    from autograd_mini.show.draw.neurons import Neuron, Term
    from autograd_mini.value import Value as Node

MOST_LISTED = 8
"""How many applications a tooltip lists."""

WHERE = (
    "Where are the weights? They are the lines: each line from an input to a neuron is one weight."
)


class Captions:
    """The captions of one picture.

    Args:
        gradients: what is known about the gradients.
        short: how numbers are shown.
    """

    def __init__(self, gradients: Gradients, short: Format) -> None:
        self.gradients = gradients
        self.short = short

    # --- weights ---

    def number(self, term: Term, what: str) -> float | None:
        """The weight with its sign in the sum, or its gradient; None if not computed."""
        if what == "weight":
            return float(term.sign * term.weight.data)
        if graph.is_constant(term.weight) or not term.weight.has_grad:
            return None
        return float(term.weight.grad)

    def weight(self, term: Term, what: str) -> list[str]:
        """The text of a line: the weight's name and number, or its gradient."""
        name = self.name(term)
        if what == "weight":
            number = self.short(term.weight.data)
            return named(name, number) if name else [self.short(term.sign * term.weight.data)]
        constant = graph.is_constant(term.weight)
        said = "constant" if constant else self.gradients.lines(term.weight, self.short)[-1]
        return (
            [f"{name}: {said}"] if name and not text.turns(name) else [*([name] * bool(name)), said]
        )

    def name(self, term: Term) -> str:
        """The weight's label with its sign, "" where it has none."""
        label = text.one_line(graph.label(term.weight), 16)
        return f"{MINUS if term.sign < 0 else ''}{label}" if label else ""

    def weight_tooltip(self, term: Term) -> str:
        """The weight and its gradient in full."""
        weight = term.weight
        label = str(graph.label(weight)) or "weight without a label"
        counts = ["counts negative"] if term.sign < 0 else []
        return "\n".join([label, f"data {full(weight.data)}", *self._gradient(weight), *counts])

    def _gradient(self, node: Node) -> list[str]:
        if graph.is_constant(node):
            return ["constant"]
        return [f"gradient {full(node.grad) if node.has_grad else 'not computed'}"]

    # --- inputs and neurons ---

    def circle(self, part: Part, full: bool) -> list[str]:
        """The lines in a circle: its name, and where there is room its number and gradient."""
        node = part.nodes[0]
        name = self.part_name(part)
        if not full:
            return [name] if name else [self.short(node.data)] if len(part.nodes) == 1 else []
        several = len(part.nodes) > 1 and not self._one_number(part)
        number = f"{len(part.nodes):,} values" if several else self.short(node.data)
        gradient = self.gradients.lines(node, self.short) if len(part.nodes) == 1 else ()
        function = [self._function(part)] if part.kind == "unit" else []
        return [*([name] if name else []), number, *gradient, *function]

    def _one_number(self, part: Part) -> bool:
        return len({node.data for node in part.nodes}) == 1

    def _function(self, part: Part) -> str:
        activation = part.applications[0].activation
        return "Σ" if activation is None else f"Σ {ops.row_named(activation.op).label}"

    def part_name(self, part: Part) -> str:
        """The label of what a part stands for, if all it stands for agrees on one."""
        labels = {graph.label(node) for node in part.nodes}
        return text.one_line(labels.pop(), 16) if len(labels) == 1 else ""

    def part_tooltip(self, part: Part) -> str:
        """Everything about a part, or about the first few things it stands for."""
        lines = []
        if part.kind == "operations":
            lines = [counted(Counter(node.op for node in part.nodes))]
            nodes: Sequence[Node] = [part.nodes[-1]]
        else:
            nodes = part.nodes[:MOST_LISTED]
        for node in nodes:
            label = str(graph.label(node))
            lines.append(label or ("neuron" if part.kind == "unit" else "no label"))
            lines += [f"data {full(node.data)}", *self._gradient(node)]
        if part.kind != "operations" and len(part.nodes) > MOST_LISTED:
            lines.append(f"and {len(part.nodes) - MOST_LISTED:,} more")
        if part.kind == "unit" and len(part.nodes) == 1:
            lines += self._sum(part.applications[0])
        return "\n".join(lines)

    def _sum(self, neuron: Neuron) -> list[str]:
        if neuron.activation is None:
            return []
        z = neuron.sum
        name = str(graph.label(z)) or "weighted sum"
        return [name, f"data {full(z.data)}", *self._gradient(z)]

    # --- what is no neuron ---

    def operations(self, part: Part) -> list[str]:
        """The lines of a box of operations: the last one's name and number, and how many."""
        last = part.nodes[-1]
        label = text.lines(graph.label(last))[:1] if graph.label(last) else []
        number = self.short(last.data)
        several = len(part.nodes) > 1
        count = [plural(len(part.nodes), "operation")] if several else []
        row = [] if several else [ops.row_named(last.op).label]
        head = f"{label[0]} = {number}" if label and not text.turns(label[0]) else number
        own = [label[0]] if label and text.turns(label[0]) else []
        return [*row, *own, head, *self.gradients.lines(last, self.short), *count]

    # --- notes ---

    def network_notes(self, found: Network, edges: str, lines: Collection[str]) -> list[str]:
        """The sentences below the network view, about what its lines of text hold."""
        what = "weight" if edges == "weight" else "weight's gradient"
        notes = [
            f"{WHERE} Its width and shade show the size of the {what}; solid blue is positive, "
            "dashed orange negative."
        ]
        biases = [x.bias for p in found.parts for x in p.applications[:1] if x.bias is not None]
        if any(self.weight(bias, edges)[0] in lines for bias in biases):
            notes.append("A bias is a weight of the constant 1; it stands below its neuron.")
        return notes + self.shared(found) + about(self.gradients.notes(), lines)

    def shared(self, found: Network) -> list[str]:
        """What is drawn once though the graph holds it several times."""
        most = max((len(part.applications) for part in found.parts), default=0)
        if most < 2:
            return []
        return [
            f"The same weights are used {most:,} times (as for {most:,} examples): each neuron is "
            "drawn once, and the gradient of a weight sums over all its uses."
        ]


def counted(names: Counter[str]) -> str:
    """What there is how often, the most frequent first."""
    return ", ".join(f"{count:,} × {name}" for name, count in names.most_common())


def about(notes: Sequence[str], lines: Collection[str]) -> list[str]:
    """The notes less those that explain words which nothing in the picture says."""
    words = (NOT_COMPUTED, "(sum of", "(set by hand)")
    said = {word for word in words if any(word in line for line in lines)}
    return [note for note in notes if not note.startswith(words) or note.startswith(tuple(said))]
