"""What a picture says about gradients: which were computed, in which pass, and where to beware.

Vocabulary:

- *pass*: one ``backward()``. Interior nodes hold the gradient of the last pass that reached them,
  so two outputs that share nodes can leave a *mixture* in the graph of one of them. Passes are
  named A, B, … from the output back.
- *sum*: leaves add up passes until they are set to zero.
- *stale*: a node that was computed before one of its leaves was given new data.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph

if TYPE_CHECKING:
    from autograd_mini.numbers import Format
    from autograd_mini.value import Value as Node

NOT_COMPUTED = "grad –"


class Gradients:
    """What is known about the gradients of the nodes of one graph.

    Args:
        nodes: all of them, operands before results.
        outputs: the nodes that the picture is of.

    Attributes:
        stale: the stale nodes.
    """

    def __init__(self, nodes: Sequence[Node], outputs: Sequence[Node]) -> None:
        self.stale = set(filter(graph.is_stale, nodes))
        self._changed = {leaf for node in self.stale for leaf in graph.younger_leaves(node)}
        held = [node for node in reversed(nodes) if not graph.is_constant(node)]
        computed = [node for node in held if node.has_grad]
        leaves = [node for node in held if graph.is_leaf(node)]
        self._missing = len(computed) < len(held)
        self._summed = any(graph.passes(node) > 1 for node in leaves)
        self._by_hand = any(node.has_grad and graph.passes(node) == 0 for node in leaves)
        passes = dict.fromkeys(map(graph.pass_of, held))
        passes.pop(None, None)
        self._letters = {written: _letter(i) for i, written in enumerate(passes)}
        own = {graph.pass_of(output) for output in outputs if not graph.is_leaf(output)}
        self._own = own - {None}
        self._foreign = bool(computed) and own == {None}

    def lines(self, node: Node, short: Format) -> tuple[str, ...]:
        """The lines in a box that tell whether its number is out of date, and its gradient."""
        gradient = self._gradient(node, short)
        if node in self.stale:
            return ("(old)", *gradient)
        return ("(changed)", *gradient) if node in self._changed else gradient

    def _gradient(self, node: Node, short: Format) -> tuple[str, ...]:
        if graph.is_constant(node):
            return ()
        if not node.has_grad:
            return (NOT_COMPUTED,)
        line = f"grad {short(node.grad)}"
        count = graph.passes(node)
        if graph.is_leaf(node) and count != 1:
            return (line, f"(sum of {count} passes)" if count else "(set by hand)")
        written = graph.pass_of(node)
        return (f"{line} (pass {self._letters[written]})",) if self.mixed and written else (line,)

    def warns(self, node: Node) -> bool:
        """Whether a reader must not take the node's gradient for one of this output's pass."""
        if graph.is_constant(node):
            return False
        if node in self.stale or node in self._changed or graph.passes(node) > 1:
            return True
        return self.mixed and node.has_grad and graph.pass_of(node) not in self._own

    @property
    def mixed(self) -> bool:
        """Whether the nodes hold gradients of more than one pass."""
        return len(self._letters) > 1

    def notes(self, said: Collection[str] | None = None) -> list[str]:
        """A sentence for everything that a reader has to know before believing the numbers.

        Args:
            said: the lines in the picture; where given, words that none has are not explained.
        """

        def seen(word: str) -> bool:
            return said is None or any(word in line for line in said)

        notes = []
        if self._missing and seen(NOT_COMPUTED):
            notes.append(f"{NOT_COMPUTED}: not computed; backward() on the output computes it.")
        if self._foreign:
            notes.append(
                "The gradients shown are not those of this output: its own backward() has not "
                "been run."
            )
        if self.mixed:
            notes.append(
                f"Mixture: gradients come from {len(self._letters)} backward passes (A "
                "is the one nearest to the output). Red outline: not from the output's own pass."
            )
        if self._summed and seen("(sum of"):
            notes.append(
                "(sum of n passes): a leaf adds up the gradients of n backward passes; "
                "zero_grad() starts afresh."
            )
        if self._by_hand and seen("(set by hand)"):
            notes.append("(set by hand): this gradient was assigned, not computed.")
        if self.stale:
            notes.append(
                "Stale: (changed) leaves were given new data after the (old) nodes had used them. "
                "The numbers that follow from them are the old ones and have old gradients; the "
                "derivatives marked ? are not known. Compute the forward pass again."
            )
        return notes


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else str(index + 1)
