"""The chain rule in reverse topological order.

Vocabulary:

- *adjoint*: the derivative of the output with respect to a node, ∂output/∂node; ``.grad`` holds it.
- *local derivative*: ∂node/∂operand, the row's partial at the operands' numbers.
- *contribution*: adjoint of the node times local derivative; the adjoint of an operand is the sum
  of the contributions of all nodes that use it (slides 46 and 47; Griewank and Walther,
  "Evaluating Derivatives", 2nd ed., chapter 3).
- *pass*: one sweep over the graph. Interior nodes hold the adjoints of the last pass only; leaves
  add up, as in PyTorch, until they are set to zero.

An adjoint starts at −0.0, the one float that changes nothing when it is added to.
"""

from __future__ import annotations

from typing import Any

from autograd_mini import graph, ops
from autograd_mini.errors import AutogradError
from autograd_mini.graph import Node, Pass
from autograd_mini.rows import CONSTANT, LEAF

ADD, MUL, RELU, AFFINE = ops.add, ops.mul, ops.relu, ops.affine


def backward(output: Node) -> None:
    """Give every node that ``output`` depends on its adjoint ∂output/∂node, in ``.grad``.

    Raises:
        StaleGraphError: a leaf was changed after a node had used it. No gradient is touched then.
        AutogradError: the output is a constant.
    """
    if output._row is CONSTANT:
        raise AutogradError(
            f"backward: {graph.name(output)} is a constant, made from a number or under "
            "no_grad(), and depends on nothing; compute it from Values outside no_grad()"
        )
    with graph.lock:
        nodes, leaves = _visit(output)
        before = [leaf._grad for leaf in leaves]
        for leaf in leaves:
            leaf._grad = -0.0
        try:
            output._grad = 1.0
            _sweep(nodes)
        except BaseException:  # Ctrl-C too: the leaves keep what they had
            for leaf, gradient in zip(leaves, before, strict=True):
                leaf._grad = gradient
            _forget(nodes)
            raise
        for leaf, gradient in zip(leaves, before, strict=True):
            if gradient is not None:
                leaf._grad += gradient
            leaf._a += 1


def _visit(output: Node) -> tuple[list[Node], list[Node]]:
    """The interior nodes in :func:`graph.order`, adjoints at −0.0, and the leaves.

    A node is marked as seen by this pass's own −0.0 in its adjoint, which no other pass shares
    (a fast path of :func:`graph.order`: a comparison of references instead of a hash).
    """
    unseen = graph.order(output)
    nodes = [node for node in unseen if node._row.arity != 0]
    graph.refuse_stale(nodes)
    this = Pass(graph.epoch)
    for node in nodes:
        node._grad = -0.0
        node._stamp = _stamp_of(node, this)
    return nodes, [node for node in unseen if node._row is LEAF]


def _stamp_of(node: Node, this: Pass) -> Pass:
    made = graph._made_in(node)
    return this if made == this.epoch else Pass(made, this)


def _sweep(nodes: list[Node]) -> None:
    """Hand every node's adjoint on to its operands, results before operands."""
    for node in reversed(nodes):
        operands = graph.raw_operands(node)
        numbers = graph.numbers(operands)
        for i, operand in enumerate(operands):
            if type(operand) is not float and operand._row is not CONSTANT:
                local = node._row.partial(i, node._data, numbers)
                operand._grad += node._grad * local


def _forget(nodes: list[Node]) -> None:
    for node in nodes:
        node._grad = None


def zero_grad(output: Node) -> None:
    """Forget the gradients of ``output`` and of everything it depends on."""
    with graph.lock:
        for node in graph.order(output):
            node._grad = None
            if node._row.arity == 0:
                node._a = 0


