"""nan_origin: where did this nan come from?

Vocabulary: the *origin* of a nan or an inf is the first place where one appeared: an operation that
made it of finite operands, a leaf that held it from the start, a derivative that was infinite, or a
sum of contributions that overflowed. The *phase* is "forward" or "backward". The *corner* is a cut
copy of the graph around the origin, small enough to draw.
"""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING

from autograd_mini import copying, errors, graph, modes
from autograd_mini.value import Value

if TYPE_CHECKING:
    from autograd_mini.graph import Node

    Place = tuple[str, int]
    """A file and a line."""

DEPTH = 3
"""How many levels of operands the corner shows below the origin."""


class nan_origin(modes.Watcher):  # noqa: N801 (a block reads like a statement)
    """Within the block, in this context, remember where the first nan or inf appears.

    Nothing is stopped or changed: print the origin afterwards. (``strict()`` raises instead.) It
    watches operations as they are recorded and the contributions of ``backward()``. Nodes that were
    made before the block are found too, but not their lines.

    Attributes:
        node: the Value it appeared in; for the backward phase the operation whose local derivative
            made it, or the Value whose contributions add up to it. None while all is finite.
        op: the name of its operation, "" for a leaf.
        phase: "forward" or "backward".
        operands: the operands' numbers.
        where: "file, line n" of the code that made the node; ``file`` and ``line`` are its parts.
        number: the nan or inf itself.
        corner: the node as a Value of its own with its operands three levels down, those below
            as leaves; ``draw(origin.corner)`` shows it.

    It is true once something was found, and it can be used again for another block.

    >>> from autograd_mini import Value, ops
    >>> x = Value(-1.0, "x")
    >>> with nan_origin() as origin:
    ...     loss = ops.log(x) * 2.0 + 1.0
    >>> bool(origin), origin.op, origin.operands
    (True, 'log', (-1.0,))
    >>> print(origin)
    log('x' = -1.0) is nan
      ...
    >>> origin.corner
    Value(data=nan, op='log')
    """

    def __init__(self, *given: object) -> None:
        if given:
            raise TypeError(
                "nan_origin() takes no output: it watches operations as they happen. Write "
                "'with nan_origin() as origin:', compute the output and call its backward() in "
                "that block, and print(origin)"
            )
        self._forget()

    def _forget(self) -> None:
        self.node: Value | None = None
        self.phase = ""
        self.operands: tuple[float, ...] = ()
        self.number = 0.0
        self.file = ""
        self.line = 0
        self._said = ""
        self._lines: weakref.WeakKeyDictionary[Node, Place] = weakref.WeakKeyDictionary()

    def __enter__(self) -> nan_origin:
        self._forget()
        return super().__enter__()

    def made(self, node: Node) -> None:
        """Look at a node that has just been made, and remember the line that made it."""
        if self.node is not None:
            return
        self._lines[node] = place = errors.user_place()
        if math.isfinite(node._data):
            return
        for operand in graph.operand_nodes(node):
            if not math.isfinite(operand._data):  # a leaf, or a node made before the block
                said = f"{graph.name(operand)} is {operand._data!r} where {node._row.name} uses it"
                self._found(operand, "forward", operand._data, said, place)
                return
        self._found(node, "forward", node._data, f"{modes.called(node)} is {node._data!r}", place)

    def contributed(self, node: Node, i: int, contribution: float) -> None:
        """Look at what a node adds to the adjoint of its operand, before it is added."""
        if self.node is not None:
            return
        operand = graph.raw_operands(node)[i]
        total = operand._grad + contribution
        if not math.isfinite(contribution):
            numbers = graph.numbers(graph.raw_operands(node))
            said = (
                f"backward: the gradient {contribution!r} of operand {i + 1} of "
                f"{modes.called(node)} is {node._grad!r} · "
                f"{node._row.local(i, node._data, numbers)!r}, "
                "its own gradient times its local derivative"
            )
            self._found(node, "backward", contribution, said, self._lines.get(node))
        elif not math.isfinite(total):
            said = f"backward: the contributions to {graph.name(operand)} add up to {total!r}"
            self._found(operand, "backward", total, said, self._lines.get(operand))

    def _found(self, node: Node, phase: str, number: float, said: str, place: Place | None) -> None:
        assert isinstance(node, Value)
        self.node = node
        self.phase = phase
        self.number = number
        self.operands = tuple(graph.numbers(graph.raw_operands(node)))
        self.file, self.line = place or ("", 0)
        self._said = said

    @property
    def op(self) -> str:
        """The name of the operation, "" for a leaf and while nothing was found."""
        return self.node.op if self.node is not None else ""

    @property
    def where(self) -> str:
        """The file and the line in one text; "" where they are not known."""
        return f"{self.file}, line {self.line}" if self.file else ""

    @property
    def corner(self) -> Value | None:
        """The node with its operands a few levels down, as a graph of its own; None without one."""
        return _cut(self.node) if self.node is not None else None

    def __bool__(self) -> bool:
        return self.node is not None

    def __str__(self) -> str:
        if self.node is None:
            return "no nan and no inf has appeared"
        if not self.file:
            return f"{self._said}\n  made before the block, so its line is not known"
        import linecache

        source = linecache.getline(self.file, self.line).strip()
        return f"{self._said}\n  {self.where}" + (f"\n    {source}" if source else "")

    def __repr__(self) -> str:
        return f"<nan_origin: {self._said or 'nothing found'}>"


def _cut(root: Value) -> Value:
    """A copy of the node and of its operands a few levels down; those below become leaves."""
    level, kept = [root], {root}
    for _ in range(DEPTH):
        level = [x for node in level for x in graph.operand_nodes(node) if x not in kept]
        kept.update(level)
    copies: dict[object, Value] = {}
    for node in kept:
        is_whole = kept.issuperset(graph.operand_nodes(node))
        copies[node] = copying.shallow_copy(node) if is_whole else _as_leaf(node)
    for copy in copies.values():
        if not graph.is_leaf(copy):
            copying.relink(copy, copies.__getitem__, {})
    return copies[root]


def _as_leaf(node: Value) -> Value:
    """The node's number and gradient without its operands, labelled with its operation."""
    made = Value(node._data, graph.label(node) or f"{node.op}(…)")
    made._grad = node._grad
    made._a, made._b = graph.passes(node), graph.pass_of(node)  # a gradient that was computed
    return made
