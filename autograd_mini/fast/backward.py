"""The walk and the sweep of a backward pass, written out for speed.

Vocabulary: see :mod:`autograd_mini.diff`, which says the same in a few lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.engine import core
from autograd_mini.rows import CONSTANT, LEAF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from autograd_mini.choices import States
    from autograd_mini.graph import Node

ADD, MUL, RELU, AFFINE, SUM = ops.add, ops.mul, ops.relu, ops.affine, ops.sum
MAXIMUM, MINIMUM = ops.maximum, ops.minimum


def begin() -> tuple[float, int]:
    """What every adjoint of a new pass starts as, an object of its own; and the pass."""
    return float("-0.0"), graph.new_pass()


class Walk:
    """What the walk of a new pass has come to, and what the pass changes in the leaves.

    Attributes:
        nothing: where every adjoint starts; a node that has it in ``_grad`` has been met, so that
            no set of nodes is needed.
        made: the pass.
        nodes: the results, operands before results.
        leaves: the leaves.
        before: for each the gradient that it had; None for none.
        fields: all of these, for the core.
    """

    __slots__ = ("before", "fields", "leaves", "made", "nodes", "nothing")

    nothing: float
    made: int
    nodes: list[Node]
    leaves: list[Node]
    before: list[float | None]
    fields: tuple[float, int, list[Node], list[Node], list[float | None]]

    def __init__(self) -> None:
        fields = self.fields = (*begin(), [], [], [])
        self.nothing, self.made, self.nodes, self.leaves, self.before = fields

    def note(self, leaf: Node) -> None:
        """Keep a leaf with the gradient it had, and mark it."""
        self.before.append(leaf._grad)
        self.leaves.append(leaf)
        leaf._grad = self.nothing

    def next_result(self, operands: Iterable[Node]) -> Node | None:
        """The first of the operands that is a result and new; leaves before it are noted."""
        for node in operands:
            if node._grad is not self.nothing:
                if node._row is LEAF:
                    self.note(node)
                elif node._row is not CONSTANT:
                    return node
        return None

    def undo(self, output: Node) -> None:
        """Give the leaves the gradients they had; results have none any more."""
        for leaf, gradient in zip(self.leaves, self.before, strict=False):
            leaf._grad = gradient
        for node in graph.order(output):
            if node._row.arity != 0:
                node._grad = None


def visit(output: Node, walk: Walk) -> None:  # noqa: C901, PLR0915 (calls would cost more than they say)
    """List the results under ``output`` in :func:`graph.order`, and note the leaves.

    It takes a third of the time of ``graph.order`` on a random graph, a sixth on a network. It goes
    down the first operands as far as they are new, then back up through the second ones, so a node
    waits on the stack only while something new stands below it; one with a tuple of operands waits
    below an iterator over them and a None. A tuple that was finished with another node needs no
    second look: the neurons of a layer share their inputs, and each its weights with itself.
    """
    nodes, nothing, this = walk.nodes, walk.nothing, walk.made
    now = graph.epoch
    aged: list[Node] = []
    finished: set[int] = set()
    inputs = None
    stack: list[Any] = [None]
    node = walk.next_result((output,))
    while node is not None:  # on the way down, at a new result
        node._grad = nothing
        stamp = node._stamp
        if stamp is now or stamp > now:  # identity is quicker to tell
            node._stamp = this
        else:
            aged.append(node)
        a = node._a
        if type(a) is tuple:
            b = node._b
            if id(a) not in finished:
                stack += (node, iter(graph.operand_nodes(node)))
                node = None
            elif b is inputs or id(b) in finished:
                nodes.append(node)
                node = stack.pop()
            else:
                stack += (node, iter(b))
                node = None
        elif type(a) is not float and a._grad is not nothing:
            if a._row is LEAF:
                walk.note(a)
            elif a._row is not CONSTANT:
                stack.append(node)
                node = a
                continue
        while True:  # on the way up, at a node whose first operand is done
            if node is None:
                if not stack:
                    break
                b = walk.next_result(stack[-1])
                if b is not None:
                    stack.append(None)
                    node = b
                    break
                stack.pop()
                node = stack.pop()
                inputs = node._b
                finished.add(id(node._a))
                finished.add(id(inputs))
            else:
                b = node._b
                if b is not None and type(b) is not float and b._grad is not nothing:
                    if b._row is LEAF:
                        walk.note(b)
                    elif b._row is not CONSTANT:
                        stack.append(node)
                        node = b
                        break
            nodes.append(node)
            node = stack.pop()
    admit(aged, this)


def admit(aged: list[Node], this: int) -> None:
    """Take nodes of earlier epochs into the pass, unless one of them is stale."""
    graph.refuse_stale(aged)
    for node in aged:
        node._stamp = this


def sweep(  # noqa: C901, PLR0915 (rows written out)
    nodes: list[Node], nothing: float, hand_on: Callable[[Node, float, States], None]
) -> None:
    """Hand every node's adjoint on to its operands, results before operands.

    What most nodes are is written out; ``hand_on`` alone takes eight times as long on a random
    graph, and on a network, where half of the units are dead, nineteen times.
    """
    states: States = {}
    for node in reversed(nodes):
        adjoint = node._grad
        if adjoint is nothing:
            continue
        row = node._row
        if row is MUL:
            a, b = node._a, node._b
            if type(b) is float:
                a._grad += adjoint * b
            elif type(a) is float:
                b._grad += adjoint * a
            else:
                a._grad += adjoint * b._data
                b._grad += adjoint * a._data
        elif row is ADD:
            a, b = node._a, node._b
            if type(a) is not float:
                a._grad += adjoint
            if type(b) is not float:
                b._grad += adjoint
        elif row is RELU:
            a, z = node._a, node._data
            if z > 0.0:
                a._grad += adjoint
            elif not a._data < 0.0:  # 0 or nan, as its local derivative is
                a._grad += adjoint * z
        elif row is AFFINE:
            for w, x in zip(node._a, node._b, strict=False):
                w._grad += adjoint * x._data
                x._grad += adjoint * w._data
            node._a[-1]._grad += adjoint
        elif row.plain == 1:
            a = node._a
            a._grad += adjoint * row.slopes[0](node._data, a._data)
        elif row.plain == 2:
            a, b, z = node._a, node._b, node._data
            x = a if type(a) is float else a._data
            y = b if type(b) is float else b._data
            if type(a) is not float and a._row is not CONSTANT:
                a._grad += adjoint * row.slopes[0](z, x, y)
            if type(b) is not float and b._row is not CONSTANT:
                b._grad += adjoint * row.slopes[1](z, x, y)
        elif row is MAXIMUM or row is MINIMUM:  # a local derivative of 0 is one not chosen
            a, b, z = node._a, node._b, node._data
            x = a if type(a) is float else a._data
            y = b if type(b) is float else b._data
            if type(a) is not float and (slope := row.slopes[0](z, x, y)) != 0.0:
                a._grad += adjoint * slope
            if type(b) is not float and (slope := row.slopes[1](z, x, y)) != 0.0:
                b._grad += adjoint * slope
        elif row is SUM:
            for x in node._a:
                x._grad += adjoint
        else:
            hand_on(node, nothing, states)


def settle(walk: Walk) -> None:
    """Let the leaves add up; the core then remembers the pass at once, as :func:`remember` does."""
    for leaf, gradient in zip(walk.leaves, walk.before, strict=True):
        if gradient is not None:
            leaf._grad += gradient


def remember(walk: Walk) -> None:
    """Let the leaves remember the pass that their gradients sum up, too."""
    for leaf in walk.leaves if core is None else ():
        leaf._a += 1
        leaf._b = walk.made


if core is not None:
    begin, visit, sweep, settle = core.begin, core.visit, core.sweep, core.settle
