"""What a leaf is for: a weight, a bias, an input, a target, a constant, or none of these.

Vocabulary: a leaf has a *role* when ``nn`` or a loss gave it one with its label. Where there is
none, its *use* tells: in w₁x₁ + … + wₙxₙ + b, one affine node, the places of weights, inputs and
bias are known. Where that does not tell either, a *letter* may: a label that is one letter of
mathematics, with or without indices: w and θ a weight, b and β a bias, x an input, y and t a
target. Letters are read only where some leaf is a weight: in a · b + c, b is no more a bias than a.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

ROLES = ("weight", "bias", "input", "target")
LETTERS = {"wWθΘ": "weight", "bBβ": "bias", "xX": "input", "ytYT": "target"}
GREEK = {"theta": "θ", "beta": "β"}
INDICES = "₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾0123456789_^,()[]{}"


def leaf_kinds(nodes: Sequence[Node]) -> dict[Node, str]:
    """The kind of each leaf among the nodes of a graph."""
    leaves = [node for node in nodes if graph.is_leaf(node)]
    uses = _uses(nodes)
    sure = {node: role if (role := graph.role(node)) in ROLES else uses[node] for node in leaves}
    letters = {node: kind_of_letter(graph.label(node)) for node in leaves if not sure[node]}
    if "weight" not in sure.values() and "weight" not in letters.values():
        letters = {}
    return {
        node: sure[node] or letters.get(node) or ("constant" if graph.is_constant(node) else "leaf")
        for node in leaves
    }


def _uses(nodes: Sequence[Node]) -> dict[Node, str]:
    """For each node its place in affine nodes, "" where it has none or several."""
    uses: dict[Node, str] = {}
    for node in nodes:
        if node.op != "affine":
            uses.setdefault(node, "")
            continue
        last = len(node.operands) - 1
        for i, operand in enumerate(node.operands):
            place = "bias" if i == last else ("weight", "input")[i % 2]
            uses[operand] = place if uses.get(operand) in {None, "", place} else "several"
    return {node: use if use in ROLES else "" for node, use in uses.items()}


def kind_of_letter(label: str) -> str:
    """What a label suggests, "" for nothing.

    >>> kind_of_letter("w₁⁽²⁾"), kind_of_letter("theta_0"), kind_of_letter("x[3]")
    ('weight', 'weight', 'input')
    >>> kind_of_letter("bedrooms"), kind_of_letter("")
    ('', '')
    """
    letter = label.rstrip(INDICES)
    letter = GREEK.get(letter.lower(), letter)
    for letters, kind in LETTERS.items():
        if len(letter) == 1 and letter in letters:
            return kind
    return ""
