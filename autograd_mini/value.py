"""The Value: a number that remembers the operation that made it.

Vocabulary: *data* is the number; the *operands* are the nodes it was computed from, in order; the
*operation* is a row of the table (:mod:`autograd_mini.ops`); a *leaf* is a Value that the user
made; a *constant* is a number that entered an expression beside a Value. Arithmetic on Values
builds the graph, ``backward()`` walks it (:mod:`autograd_mini.diff`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import diff, graph, modes, ops
from autograd_mini.engine import class_of_all_nodes, core, kept_by_the_core
from autograd_mini.fast.core import connect
from autograd_mini.labels import Tag, checked
from autograd_mini.operators import Operators, define, operand_of
from autograd_mini.real import real
from autograd_mini.rows import CONSTANT, LEAF, Op

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _record(row: Op, data: float, a: object, b: object = None) -> Value:
    """A new node: the result of an operation and what it was computed from."""
    node: Value = _Node()
    node._data = data
    node._grad = None
    node._row = row
    node._a = a
    node._b = b
    node._stamp = graph.epoch
    if modes.active:
        modes.finish(node)
    return node


def _infix(row: Op, left: Any, right: Any) -> Value:
    """An infix operation; an operand that is unknown here gets its turn."""
    if type(left) is not _Node and type(left) is not float:
        left = operand_of(left, row, True)
    if type(right) is not _Node and type(right) is not float:
        right = operand_of(right, row, True)
    if left is NotImplemented or right is NotImplemented:
        return NotImplemented  # type: ignore[no-any-return]
    x = left if type(left) is float else left._data
    y = right if type(right) is float else right._data
    return _record(row, row.forward(x, y), left, right)


@kept_by_the_core
class Value(Operators):
    """One number of a computation, with the operation that made it.

    Args:
        data: any real number (int, float, Fraction, Decimal, bool, NumPy scalar); kept as a float.
        label: a name for pictures and messages.

    Raises:
        TypeError: ``data`` is not a real number, or ``label`` not a string.

    Source: slide 38 (the chain rule); A. Karpathy's micrograd for the interface.

    >>> w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    >>> z = w * x + b
    >>> z.data, z.op, z.operands[1] is b
    (7.0, 'add', True)
    >>> z.backward()
    >>> w.grad, x.grad, b.grad
    (3.0, 2.0, 1.0)
    """

    __slots__ = ("__weakref__", "_a", "_b", "_data", "_grad", "_label", "_row", "_stamp")

    def __init__(self, data: object, label: str = "") -> None:
        self._data = data if type(data) is float else real(data, "Value")
        self._grad = None
        self._row = LEAF
        self._a = 0
        self._b = None
        self._stamp = 0
        if label != "":
            self._label = checked(label)
        if type(self) is Value:
            # All nodes are of one class, so that the interpreter's inline caches hit.
            self.__class__ = _Node

    @classmethod
    def constant(cls, data: object, label: str = "") -> Value:
        """A Value that receives no gradient, like a number beside a Value in an expression.

        >>> (Value(2.0) * Value.constant(3.0)).operands[1].has_grad
        False
        """
        made = cls(data, label)
        made._row = CONSTANT
        made._grad = -0.0  # the sweep's written-out rows may add to it; nobody reads it
        return made

    @property
    def data(self) -> float:
        """The number. On a leaf it may be set, to a real number; graphs that used it turn stale."""
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        if self._row.arity != 0:
            raise AttributeError(
                f"data: {graph.name(self)} is the result of an operation and cannot be set; "
                "set the data of a leaf and compute the forward pass again"
            )
        if type(number) is not float:
            number = real(number, "data")
        with graph.lock:
            self._data = number
            self._stamp = graph.new_epoch()

    @property
    def grad(self) -> float:
        """∂output/∂self after ``output.backward()``; 0.0 before any pass (see ``has_grad``)."""
        gradient = self._grad
        if gradient is None or self._row is CONSTANT:
            return 0.0
        return gradient + 0.0  # −0.0, where adjoints start, reads as 0.0

    @grad.setter
    def grad(self, number: Any) -> None:  # None forgets it, as in PyTorch
        if self._row.arity != 0:
            raise AttributeError(
                f"grad: {graph.name(self)} is the result of an operation; its gradient is made "
                "by backward(). The gradient of a leaf may be set"
            )
        self._grad = None if number is None else real(number, "grad")
        self._a = 0
        self._b = None

    @property
    def has_grad(self) -> bool:
        """Whether a gradient was computed (or set by hand); 0.0 may also be a computed one."""
        return self._grad is not None and self._row is not CONSTANT

    @property
    def op(self) -> str:
        """The name of the operation's row in the table, "" for a leaf."""
        return self._row.name

    @property
    def operands(self) -> tuple[Value, ...]:
        """The Values this one was computed from, in order; numbers appear as constants.

        >>> [operand.data for operand in (Value(3.0) ** 2).operands]
        [3.0, 2.0]
        """
        if type(self._a) is float:
            self._a = Value.constant(self._a)
        if type(self._b) is float:
            self._b = Value.constant(self._b)
        return graph.raw_operands(self)

    @property
    def label(self) -> str:
        """The name shown in pictures and messages; any Value may be given one."""
        return graph.label(self)

    @label.setter
    def label(self, text: str) -> None:
        checked(text)
        here = graph.scope(self)
        self._label = Tag(text, here, graph.role(self)) if here and type(text) is str else text

    def backward(self, seed: float = 1.0) -> None:
        """Compute the derivative of this Value with respect to everything it depends on.

        Interior nodes then hold the gradient of this pass, leaves add it to what they had.

        Args:
            seed: the derivative of something else with respect to this Value: all gradients are
                so many times as large.

        Raises:
            StaleGraphError: a leaf's data was changed after a node had used it.
            TypeError: the seed is not a real number.

        >>> a = Value(3.0)
        >>> (a + a).backward()
        >>> a.grad
        2.0
        """
        diff.backward(self, seed if type(seed) is float else real(seed, "backward: seed"))

    def zero_grad(self) -> None:
        """Forget the gradient of this Value and of everything it depends on."""
        if self._row is LEAF:  # every parameter in every step: no graph to walk
            with graph.lock:
                self._grad, self._a, self._b = None, 0, None
        else:
            diff.zero_grad(self)

    def detach(self) -> Value:
        """A constant with the same number and label: no gradient flows through it.

        >>> x = Value(3.0)
        >>> y = x * x.detach()
        >>> y.backward()
        >>> x.grad
        3.0
        """
        return Value.constant(self._data, self.label)

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[object]) -> Value:
        """The hook by which a row, called on a Value, records a node."""
        lifted = [operand_of(x, row) for x in operands]
        for x in lifted:
            if x is NotImplemented:
                return NotImplemented  # type: ignore[no-any-return]
        data = row.forward(*[x if type(x) is float else x._data for x in lifted])
        if row.arity == 1:
            return _record(row, data, lifted[0])
        if row.arity == 2:
            return _record(row, data, *lifted)
        nodes = [Value.constant(x) if type(x) is float else x for x in lifted]
        if row is ops.affine:
            return _record(row, data, (*nodes[0:-1:2], nodes[-1]), tuple(nodes[1::2]))
        return _record(row, data, tuple(nodes))


@class_of_all_nodes
class _Node(Value):
    """A Value made by an operation: it skips the Python-level constructor (80 ns against 215)."""

    __slots__ = ()
    __init__ = object.__init__


_Node.__name__ = Value.__name__  # what messages print; pickle finds the class by __qualname__

define(Value, _Node, _infix)
if core is not None:
    _record = connect(Value, _infix)
