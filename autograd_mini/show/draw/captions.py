"""What the shapes and lines of the compact and the network view say, and the notes below them.

Vocabulary: see :mod:`autograd_mini.show.draw.units`. A *caption* is a few short lines; the tooltip
has every digit.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph, ops
from autograd_mini.numbers import MINUS, Format, full
from autograd_mini.show import text
from autograd_mini.show.draw.gradients import Gradients
from autograd_mini.show.text import named, plural

if TYPE_CHECKING:
    from autograd_mini.show.draw.neurons import Term
    from autograd_mini.show.draw.units import Link, Network, Part
    from autograd_mini.value import Value as Node

MOST_LISTED = 8
"""How many applications a tooltip lists."""


class Captions(NamedTuple):
    """The captions of one picture: of these gradients, with numbers in this form."""

    gradients: Gradients
    short: Format

    # --- weights ---

    def weight(self, term: Term, what: str) -> list[str]:
        """The text of a line: the weight's name and number, or its gradient."""
        label = text.one_line(graph.label(term.weight), 16)
        name = f"{MINUS if term.sign < 0 else ''}{label}" if label else ""
        if what == "weight":
            return named(name, self.short((1.0 if name else term.sign) * term.weight.data))
        constant = graph.is_constant(term.weight)
        said = "constant" if constant else self.gradients.lines(term.weight, self.short)[-1]
        if not name or text.turns(name):
            return [*([name] if name else []), said]
        return [f"{name}: {said}"]

    def weight_tooltip(self, term: Term) -> str:
        """The weight and its gradient in full."""
        counts = ["counts negative"] if term.sign < 0 else []
        return "\n".join([*_in_full(term.weight, "weight without a label"), *counts])

    def link(self, link: Link) -> list[str]:
        """The text of a line: its weight, or how many arrows it stands for."""
        return [plural(link.uses, "use")] if link.term is None else self.weight(link.term, "weight")

    def link_tooltip(self, link: Link) -> str:
        """The weight in full, or how many arrows the line stands for."""
        return plural(link.uses, "use") if link.term is None else self.weight_tooltip(link.term)

    # --- parts ---

    def part(self, part: Part, full: bool) -> list[str]:
        """The lines in a shape: a name, and where there is room its number and gradient."""
        if part.kind == "operations":
            return self._operations(part)
        node, name = part.nodes[0], self.name(part)
        alone = len(part.nodes) == 1
        if not full:
            return [name] if name else [self.short(node.data)] if alone else []
        one_number = len({node.data for node in part.nodes}) == 1
        number = self.short(node.data) if one_number else f"{len(part.nodes):,} values"
        gradient = self.gradients.lines(node, self.short) if alone else ()
        lines = [*([name] if name else []), number, *gradient]
        if part.kind == "unit":
            activation = part.applications[0].activation
            row = "" if activation is None else f" {ops.row_named(activation.op).label}"
            lines.append(f"Σ{row}")
        return lines

    def name(self, part: Part) -> str:
        """The label of what a part stands for, if all it stands for agrees on one."""
        labels = {graph.label(node) for node in part.nodes}
        return text.one_line(labels.pop(), 16) if len(labels) == 1 else ""

    def _operations(self, part: Part) -> list[str]:
        """The last one's name and number, and how many there are."""
        last, count = part.nodes[-1], len(part.nodes)
        label = text.lines(graph.label(last))[:1] if graph.label(last) else []
        number = self.short(last.data)
        if label and not text.turns(label[0]):
            head = [f"{label[0]} = {number}"]
        else:
            head = [*label, number]
        row = [ops.row_named(last.op).label] if count == 1 else []
        more = [plural(count, "operation")] if count > 1 else []
        return [*row, *head, *self.gradients.lines(last, self.short), *more]

    def part_tooltip(self, part: Part) -> str:
        """Everything about a part, or about the first few things it stands for."""
        if part.kind == "operations":
            counts = Counter(node.op for node in part.nodes).most_common()
            head = ", ".join(f"{count:,} × {name}" for name, count in counts)
            return "\n".join([head, *_in_full(part.nodes[-1], "no label")])
        unnamed = "neuron" if part.kind == "unit" else "no label"
        shown = part.nodes[:MOST_LISTED]
        lines = [line for node in shown for line in _in_full(node, unnamed)]
        if len(part.nodes) > MOST_LISTED:
            lines.append(f"and {len(part.nodes) - MOST_LISTED:,} more")
        if part.kind == "unit" and len(part.nodes) == 1:
            neuron = part.applications[0]
            if neuron.activation is not None:
                lines += _in_full(neuron.sum, "weighted sum")
        return "\n".join(lines)

    def shared(self, found: Network) -> list[str]:
        """What is drawn once though the graph holds it several times."""
        most = max((len(part.applications) for part in found.parts), default=0)
        if most < 2:
            return []
        return [
            f"The same weights are used {most:,} times (as for {most:,} examples): each neuron is "
            "drawn once, and the gradient of a weight sums over all its uses."
        ]


def _in_full(node: Node, unnamed: str) -> list[str]:
    """A node's label, its number and its gradient, with every digit."""
    lines = [str(graph.label(node)) or unnamed, f"data {full(node.data)}"]
    if graph.is_constant(node):
        return [*lines, "constant"]
    return [*lines, f"gradient {full(node.grad) if node.has_grad else 'not computed'}"]
