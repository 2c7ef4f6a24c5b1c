"""The chain rule in reverse topological order.

Vocabulary:

- *adjoint*: the derivative of the output with respect to a node, ∂output/∂node; ``.grad`` holds it.
- *local derivative*: ∂node/∂operand, the row's partial at the operands' numbers.
- *contribution*: adjoint of the node times local derivative; the adjoint of an operand is the sum
  of the contributions of all nodes that use it (slide 38; Griewank and Walther,
  "Evaluating Derivatives", 2nd ed., chapter 3).
- *pass*: one sweep over the graph. Interior nodes hold the adjoints of the last pass only; leaves
  add up, as in PyTorch, until they are set to zero.

An adjoint starts as *nothing*: −0.0, the one float that changes nothing when it is added to, and
one object of this pass alone, so that it can be told from a 0 that was computed. What received
nothing hands nothing on, and what is not chosen receives nothing (:mod:`autograd_mini.choices`).
(``.grad`` reads a zero without its sign.)

A pass lists the nodes, operands before results (:func:`graph.order`), sets the output's adjoint to
1, and lets each node hand on what it has, results first (:func:`sweep`). That is all;
:mod:`autograd_mini.fast.backward` does the same faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import choices, copying, graph, modes
from autograd_mini.errors import AutogradError
from autograd_mini.fast import backward as fast
from autograd_mini.rows import CONSTANT, LEAF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_mini.choices import States
    from autograd_mini.graph import Node


def backward(output: Node, seed: float = 1.0) -> None:
    """Give every node that ``output`` depends on its adjoint ∂output/∂node, in ``.grad``.

    ``seed`` is the output's own adjoint: every adjoint is so many times as large.

    Raises:
        StaleGraphError: a leaf was changed after a node had used it. No leaf is touched then.
        AutogradError: the output is a constant, or depends on a copy that nobody else holds.
    """
    if output._row is CONSTANT:
        raise AutogradError(
            f"backward: {graph.name(output)} is a constant, made from a number or under "
            "no_grad(), and depends on nothing; compute it from Values outside no_grad()"
        )
    with graph.lock:
        walk = fast.Walk()
        try:
            fast.visit(output, walk)
            if copying.unread:
                copying.refuse_lost(output, walk.leaves)
            output._grad = seed
            if modes.watchers():
                sweep(walk.nodes, walk.nothing)
            else:
                fast.sweep(walk.nodes, walk.nothing, hand_on)
            fast.settle(walk)
        except BaseException:  # Ctrl-C too
            walk.undo(output)
            raise
        fast.remember(walk)


def sweep(nodes: list[Node], nothing: float) -> None:
    """Hand every node's adjoint on to its operands, results before operands.

    This context's watchers are shown every contribution before it is added.
    """
    states: States = {}
    for node in reversed(nodes):
        for i, contribution in contributions(node, nothing, states):
            for watcher in modes.watchers():
                watcher.contributed(node, i, contribution)
        hand_on(node, nothing, states)


def hand_on(node: Node, nothing: float, states: States) -> None:
    """Add this node's contributions to the adjoints of its operands: the chain rule itself."""
    operands = graph.raw_operands(node)
    for i, contribution in contributions(node, nothing, states):
        operands[i]._grad += contribution


def contributions(node: Node, nothing: float, states: States) -> Iterator[tuple[int, float]]:
    """For each operand that receives a gradient its place, and adjoint · local derivative."""
    if node._grad is nothing:
        return
    operands = graph.raw_operands(node)
    local = node._row.at(node._data, graph.numbers(operands))
    taken = choices.chosen(node, states)
    for i, (operand, chosen) in enumerate(zip(operands, taken, strict=False)):
        if chosen is not False and type(operand) is not float and operand._row is not CONSTANT:
            yield i, node._grad if chosen else node._grad * local(i)


def zero_grad(output: Node) -> None:
    """Forget the gradients of ``output`` and of everything it depends on."""
    with graph.lock:
        for node in graph.order(output):
            if node._row is CONSTANT:
                continue
            node._grad = None
            if node._row is LEAF:
                node._a = 0
                node._b = None
