"""A recorded graph as steps that can be run at another point, to compare and to find its rounding.

Vocabulary: a *recording* is the graph that one call of a function has left, as a list of steps over
places. Another call of the same function *records alike* if it left the same steps with the same
constants; then the function did there what it did here, and branched and rounded nowhere else. A
run may let the result of every operation *slip* by up to an ulp, at random: what the root changes
by is a sample of its rounding error. Partials are not used, so a wrong derivative cannot hide in
it. Source: J. Vignes, "A stochastic arithmetic for reliable scientific computation", Math. Comput.
Simulation 35 (1993).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from autograd_mini.graph import Node
    from autograd_mini.rows import Op

SLIP = 2.0**-52

LINEAR = ("add", "sub", "neg", "sum", "affine")
"""Rows that hand the rounding of their operands on as it is."""


class Recording:
    """What a call has recorded: its inputs, its constants, and what was done with them.

    The inputs have the first places, whether they are used or not; constants and results have the
    places after them, in the order of the graph.
    """

    __slots__ = ("constants", "numbers", "root", "steps")

    def __init__(self, root: Node, leaves: Sequence[Node]) -> None:
        self.numbers = [leaf._data for leaf in leaves]
        self.constants: list[float] = []
        self.steps: list[tuple[Op, tuple[int, ...], int]] = []
        places = {leaf: place for place, leaf in enumerate(leaves)}
        for node in graph.order(root):
            if node in places:
                continue
            if graph.is_leaf(node):
                places[node] = self._constant(node._data)
                continue
            operands = [
                self._constant(x) if type(x) is float else places[x]
                for x in graph.raw_operands(node)
            ]
            places[node] = len(self.numbers)
            self.steps.append((node._row, tuple(operands), len(self.numbers)))
            self.numbers.append(node._data)
        self.root = places[root]

    def _constant(self, number: float) -> int:
        self.constants.append(number)
        self.numbers.append(number)
        return len(self.numbers) - 1

    def is_like(self, other: Recording) -> bool:
        """Whether the other one has the same steps and constants, whatever its inputs."""
        if self.root != other.root or self.steps != other.steps:
            return False
        pairs = zip(self.constants, other.constants, strict=True)
        return all(a == b or a != a != b != b for a, b in pairs)

    def terms(self) -> float:
        """The largest of the numbers that are added up to the root, by size.

        They may cancel out, and leave their rounding.
        """
        found, largest = {self.root}, 0.0
        for row, places, to in reversed(self.steps):
            if to in found and row.name in LINEAR:
                numbers = [abs(self.numbers[place]) for place in places]
                if row.name == "affine":
                    products = zip(numbers[:-1:2], numbers[1::2], strict=True)
                    numbers = [*[w * x for w, x in products], numbers[-1]]
                else:
                    found.update(places)
                largest = max(largest, *numbers)
        return largest

    def run(self, inputs: Sequence[float], slips: Random | None = None) -> float:
        """The number of the root at other inputs.

        A result that equals an operand up to its sign, as of max or relu, is exact and does not
        slip.
        """
        numbers = self.numbers.copy()
        numbers[: len(inputs)] = inputs
        for row, places, to in self.steps:
            operands = [numbers[place] for place in places]
            result = row.forward(*operands)
            if slips and result not in operands and -result not in operands:
                result *= 1.0 + SLIP * (2.0 * slips.random() - 1.0)
            numbers[to] = result
        root: float = numbers[self.root]
        return root
