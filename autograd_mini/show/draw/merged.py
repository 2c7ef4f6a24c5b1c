"""The compact view of a graph that is too large for a box for each application of a neuron.

Vocabulary: as in :mod:`autograd_mini.show.draw.units`. Each neuron is one box, however many
examples it serves, and each connected piece of other operations is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.show import text
from autograd_mini.show.dot import Marks
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.compact import MOST_TEXTS, halves
from autograd_mini.show.draw.neurons import Term
from autograd_mini.show.draw.options import DEFAULTS, Options
from autograd_mini.show.draw.units import Network, Part
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node


def picture(
    found: Network, captions: Captions, nodes: int, options: Options = DEFAULTS
) -> tuple[Picture, Marks]:
    """The compact view with each unit once, and each piece of other operations as one box.

    Args:
        found: the network.
        captions: what boxes and arrows say.
        nodes: how many nodes the graph has.
        options: whether weights are hidden.
    """
    boxes, marks = [], {}
    for place, part in enumerate(found.parts):
        box = _part(place, part, captions)
        boxes.append(box)
        if part.kind == "unit":
            compartments = _compartments(part, captions)
            marks[box.id] = halves([[lines] for lines in compartments])
    texts = len(found.links) <= MOST_TEXTS and "weight" not in options.hide
    arrows = [
        Arrow(
            f"p{link.tail}",
            f"p{link.head}",
            _link_text(link.term, link.uses, captions) if texts else "",
            captions.weight_tooltip(link.term) if link.term else plural(link.uses, "use"),
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
    shown, box_of = boxes_of(found)
    made = Picture(tuple(boxes), tuple(arrows), notes, nodes=shown, box_of=box_of)
    return made, Marks(marks)


def boxes_of(found: Network) -> tuple[dict[str, Node], dict[Node, str]]:
    """The one node that each part shows, where it is one, and the part that each node is in."""
    shown = {f"p{i}": part.nodes[-1] for i, part in enumerate(found.parts) if _shows_one(part)}
    box_of: dict[Node, str] = {}
    for i, part in enumerate(found.parts):
        inner = [x for neuron in part.applications for x in (neuron.sum, *neuron.inside)]
        box_of |= dict.fromkeys((*part.nodes, *inner), f"p{i}")
    return shown, box_of


def _shows_one(part: Part) -> bool:
    return part.kind == "operations" or len(part.nodes) == 1


def _part(place: int, part: Part, captions: Captions) -> Box:
    kinds: Mapping[str, str] = {"input": "input", "unit": "neuron", "operations": "summary"}
    kind = kinds[part.kind]
    if part.is_output:
        kind = "output" if part.kind == "unit" else kind
    if part.kind == "operations":
        lines = captions.operations(part)
    elif part.kind == "unit":
        lines = [line for half in _compartments(part, captions) for line in half]
    else:
        lines = captions.circle(part, full=True)
    flagged = any(map(captions.gradients.warns, part.nodes))
    return Box(f"p{place}", kind, tuple(lines), captions.part_tooltip(part), flagged=flagged)


def _compartments(part: Part, captions: Captions) -> list[list[str]]:
    """Σ and the activation with their names, and how often they are used."""
    neuron = part.applications[0]
    uses = plural(len(part.nodes), "use")
    halves = [["Σ", text.one_line(graph.label(neuron.sum), 16), uses]]
    if neuron.activation is not None:
        row = ops.row_named(neuron.activation.op)
        halves.append([row.label, captions.part_name(part), uses])
    return [[line for line in half if line] for half in halves]


def _link_text(term: Term | None, uses: int, captions: Captions) -> str:
    if term is None:
        return plural(uses, "use")
    return "\n".join(captions.weight(term, "weight"))
