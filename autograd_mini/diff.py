"""The chain rule in reverse topological order.

Vocabulary:

- *adjoint*: the derivative of the output with respect to a node, ∂output/∂node; ``.grad`` holds it.
- *local derivative*: ∂node/∂operand, the row's partial at the operands' numbers.
- *contribution*: adjoint of the node times local derivative; the adjoint of an operand is the sum
  of the contributions of all nodes that use it (slide 38; Griewank and Walther,
  "Evaluating Derivatives", 2nd ed., chapter 3).
- *pass*: one sweep over the graph. Interior nodes hold the adjoints of the last pass only; leaves
  add up, as in PyTorch, until they are set to zero.

An adjoint starts at −0.0, the one float that changes nothing when it is added to.
"""

from __future__ import annotations

from autograd_mini import graph, modes, ops
from autograd_mini.errors import AutogradError
from autograd_mini.graph import Pass
from autograd_mini.rows import CONSTANT, LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from autograd_mini.graph import Node

ADD, MUL, RELU, AFFINE = ops.add, ops.mul, ops.relu, ops.affine


def backward(output: Node) -> None:
    """Give every node that ``output`` depends on its adjoint ∂output/∂node, in ``.grad``.

    Raises:
        StaleGraphError: a leaf was changed after a node had used it. No leaf is touched then.
        AutogradError: the output is a constant.
    """
    if output._row is CONSTANT:
        raise AutogradError(
            f"backward: {graph.name(output)} is a constant, made from a number or under "
            "no_grad(), and depends on nothing; compute it from Values outside no_grad()"
        )
    with graph.lock:
        found = _Found()
        try:
            _visit(output, found)
            output._grad = 1.0
            (_watched_sweep if modes.watchers() else _sweep)(found.nodes)
            for leaf, gradient in zip(found.leaves, found.before, strict=True):
                if gradient is not None:
                    leaf._grad += gradient
        except BaseException:  # Ctrl-C too: the leaves keep what they had
            found.undo()
            raise
        for leaf in found.leaves:
            leaf._a += 1
            leaf._b = found.sweep


class _Found:
    """What a pass has come to: enough to undo it wherever it stops."""

    __slots__ = ("before", "leaves", "nodes", "stack", "sweep")

    def __init__(self) -> None:
        self.sweep = Pass(graph.epoch)
        self.nodes: list[Node] = []
        self.leaves: list[Node] = []
        self.before: list[float | None] = []
        self.stack: list[Any] = []

    def undo(self) -> None:
        """Give the leaves the gradients they had; interior nodes have none any more."""
        for leaf, gradient in zip(self.leaves, self.before, strict=False):
            leaf._grad = gradient
        for node in (*self.nodes, *self.stack):
            if hasattr(node, "_row") and node._row.arity != 0:  # the stack holds marks as well
                node._grad = None


def _visit(output: Node, found: _Found) -> None:
    """List the interior nodes in :func:`graph.order`, and the leaves with the gradients they had.

    Every adjoint is set to −0.0, a float object of this pass alone, and so marks the node as seen:
    comparing references instead of looking into a set of nodes takes a third off the walk. Two
    tuples of operands that were finished with another node need no second look: the neurons of a
    layer share their inputs, and each shares its weights with itself in every example.
    """
    nodes, leaves, before, stack = found.nodes, found.leaves, found.before, found.stack
    this = found.sweep
    now = this.epoch
    zero = float("-0.0")
    aged: list[Node] = []
    finished: set[int] = set()
    pop, push = stack.pop, stack.append
    push(output)
    while stack:
        node = pop()
        if node is None:
            nodes.append(pop())
            continue
        if node is finished:
            node = pop()
            nodes.append(node)
            finished.add(id(node._a))
            finished.add(id(node._b))
            continue
        if node._grad is zero:
            continue
        row = node._row
        if row is LEAF:
            before.append(node._grad)
            leaves.append(node)
            node._grad = zero
            continue
        if row is CONSTANT:
            continue
        push(node)
        node._grad = zero
        stamp = node._stamp
        if stamp is now or (type(stamp) is Pass and stamp.epoch is now):
            node._stamp = this
        else:
            aged.append(node)
        a, b = node._a, node._b
        if type(a) is tuple:
            push(finished)
            if id(a) not in finished or id(b) not in finished:
                stack += graph.operand_nodes(node)[::-1]
            continue
        push(None)
        if b is not None and type(b) is not float and b._grad is not zero:
            push(b)
        if type(a) is not float and a._grad is not zero:
            push(a)
    _admit(aged, this)


def _admit(aged: list[Node], this: Pass) -> None:
    """Take nodes of earlier epochs into the pass, unless one of them is stale."""
    graph.refuse_stale(aged)
    for node in aged:
        made = graph.made_in(node)
        node._stamp = this if made == this.epoch else Pass(made, this)


def _sweep(nodes: list[Node]) -> None:  # noqa: C901 (a branch for each row written out)
    """Hand every node's adjoint on to its operands, results before operands.

    What most nodes are is written out; :func:`hand_on` alone does the same in twice the time.
    """
    for node in reversed(nodes):
        row = node._row
        if row is MUL:
            a, b, adjoint = node._a, node._b, node._grad
            if type(b) is float:
                a._grad += adjoint * b
            elif type(a) is float:
                b._grad += adjoint * a
            else:
                a._grad += adjoint * b._data
                b._grad += adjoint * a._data
        elif row is ADD:
            a, b, adjoint = node._a, node._b, node._grad
            if type(a) is not float:
                a._grad += adjoint
            if type(b) is not float:
                b._grad += adjoint
        elif row is AFFINE:
            adjoint = node._grad
            for w, x in zip(node._a, node._b, strict=False):
                w._grad += adjoint * x._data
                x._grad += adjoint * w._data
            node._a[-1]._grad += adjoint
        elif row is RELU:
            if node._data > 0.0:
                node._a._grad += node._grad
            elif node._data == 0.0:
                node._a._grad += node._grad * 0.0
            else:
                hand_on(node)
        elif row.arity == 1:
            a = node._a
            a._grad += node._grad * row.slopes[0](node._data, a._data)
        else:
            hand_on(node)


def _watched_sweep(nodes: list[Node]) -> None:
    """The sweep with every contribution shown to this thread's watchers before it is added."""
    for node in reversed(nodes):
        for i, contribution in contributions(node):
            for watcher in modes.watchers():
                watcher.contributed(node, i, contribution)
        hand_on(node)


def hand_on(node: Node) -> None:
    """Add this node's contributions to the adjoints of its operands: the chain rule itself."""
    operands = graph.raw_operands(node)
    for i, contribution in contributions(node):
        operands[i]._grad += contribution


def contributions(node: Node) -> Iterator[tuple[int, float]]:
    """For each operand that receives a gradient its place, and adjoint · local derivative."""
    operands = graph.raw_operands(node)
    numbers = graph.numbers(operands)
    for i, operand in enumerate(operands):
        if type(operand) is not float and operand._row is not CONSTANT:
            yield i, node._grad * node._row.local(i, node._data, numbers)


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
