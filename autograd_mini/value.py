"""The Value: a number that remembers the operation that made it.

Vocabulary: *data* is the number; the *operands* are the nodes it was computed from, in order; the
*operation* is a row of the table (:mod:`autograd_mini.ops`); a *leaf* is a Value that the user
made; a *constant* is a number that entered an expression beside a Value. Arithmetic on Values
builds the graph, ``backward()`` walks it (:mod:`autograd_mini.diff`).
"""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat
from operator import call
from typing import TYPE_CHECKING

from autograd_mini import copying, diff, graph, modes, ops
from autograd_mini.fast import forward as fast
from autograd_mini.graph import Tag
from autograd_mini.real import is_real, real, shown
from autograd_mini.rows import CONSTANT, LEAF, Op

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

MICROGRAD = {"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"}
MICROGRAD |= {"pow": "**", "relu": "ReLU"}
"""What micrograd calls operations, where that is not the name of the row."""


def _record(row: Op, data: float, a: Any, b: Any = None) -> Value:
    """A new node: the result of an operation and what it was computed from."""
    node = _Node()
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
        left = _operand(left, row, True)
    if type(right) is not _Node and type(right) is not float:
        right = _operand(right, row, True)
    if left is NotImplemented or right is NotImplemented:
        return NotImplemented  # type: ignore[no-any-return]
    x = left if type(left) is float else left._data
    y = right if type(right) is float else right._data
    return _record(row, row.forward(x, y), left, right)


DEGREE = 0.017453292519943295
"""π / 180."""

_EXACT = 1 << 53
"""Integers within ±this are floats exactly; they need none of the questions that others get."""

_HOPELESS = (str, bytes, complex, list, tuple, dict, set, type(None))
"""Types that have no way of their own to compute with a Value: refused with the remedy."""


def _operand(x: Any, row: Op, infix: bool = False) -> Any:
    """A Value as it is, a real number as a float, NotImplemented for what may know better."""
    if type(x) is int and -_EXACT < x < _EXACT:
        return float(x)
    if type(x) is _Node or type(x) is float or isinstance(x, Value):
        return x
    if infix and not is_real(x) and type(x) not in _HOPELESS:
        return NotImplemented
    if hasattr(type(x), "_apply_op"):
        return NotImplemented
    return real(x, f"Value {row.label}" if infix else f"ops.{row.name}")


def _checked(label: Any) -> str:
    """The label, if it is a string."""
    if not isinstance(label, str):
        raise TypeError(f"label: expected a string, not {type(label).__name__} {shown(label)}")
    return label


def _comparand(x: Any) -> Any:
    """The number to compare with, exact for an int or a Fraction; None for anything else."""
    return x._data if isinstance(x, Value) else x if is_real(x) else None


def set_data(leaves: Sequence[Value], numbers: Sequence[float], *also: Callable[[], None]) -> None:
    """Set the data of many leaves as one change: one epoch, and no checks.

    ``also`` is called with it. All of it is one call of a function in C, so Ctrl-C comes before or
    after, if what is called is in C too.
    """
    if len(leaves) != len(numbers):
        raise ValueError("set_data: the list of numbers is shorter or longer than that of leaves")
    with graph.lock:
        epoch = graph.new_epoch()
        changes = map(_set_number, leaves, numbers), map(_set_stamp, leaves, repeat(epoch))
        any(chain(*changes, map(call, also)))  # each gives None


class Value:
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

    _data: float
    _grad: float | None
    _row: Op
    _a: Any
    _b: Any
    _stamp: Any
    _label: str
    _legible = True  # while compile records a function, what depends on its numbers is not

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = data if type(data) is float else real(data, "Value")
        self._grad = None
        self._row = LEAF
        self._a = 0
        self._b = None
        self._stamp = 0
        if label != "":
            self._label = _checked(label)
        if type(self) is Value:
            # All nodes are of one class, so that the interpreter's inline caches hit.
            self.__class__ = _Node

    @classmethod
    def constant(cls, data: Any, label: str = "") -> Value:
        """A Value that receives no gradient, like a number beside a Value in an expression.

        >>> (Value(2.0) * Value.constant(3.0)).operands[1].has_grad
        False
        """
        made = cls(data, label)
        made._row = CONSTANT
        made._grad = -0.0  # the sweep's written-out rows may add to it; nobody reads it
        return made

    # --- what it holds ----------------------------------------------------------------------

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
        _checked(text)
        here = graph.scope(self)
        self._label = Tag(text, here, graph.role(self)) if here and type(text) is str else text

    def item(self) -> float:
        """The number, as ``.data``: what scalars of NumPy and PyTorch are asked for.

        >>> Value(2.0).item()
        2.0
        """
        return self.data

    # What micrograd calls its nodes' operands and operations, so that its pictures can be drawn.

    @property
    def _prev(self) -> set[Value]:
        """The operands as a set, without an exponent that is a number."""
        operands = self.operands
        return {operands[0]} if self._power() else set(operands)

    @property
    def _op(self) -> str:
        """The operation in micrograd's letters, "" for a leaf."""
        if self._power():
            return f"**{self._b if type(self._b) is float else self._b._data:g}"
        return MICROGRAD.get(self._row.name, self._row.name)

    def _power(self) -> bool:
        """Whether this is a power with a number as its exponent."""
        b = self._b
        return self._row is ops.pow and (type(b) is float or b._row is CONSTANT)

    # --- derivatives ------------------------------------------------------------------------

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

    # --- arithmetic: the operators and the methods of rows are set below ----------------------

    if TYPE_CHECKING:

        def _infix(self, other: Any) -> Value: ...
        def _unary(self) -> Value: ...
        def _row_method(self, *others: Any, **named: Any) -> Value: ...

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _infix
        __truediv__ = __rtruediv__ = __rpow__ = _infix
        __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = _infix

        def __pow__(self, exponent: Any, modulo: Any = None) -> Value: ...

        __neg__ = __abs__ = _unary
        exp = expm1 = log = log1p = sqrt = _unary
        sin = cos = tan = asin = acos = atan = sinh = cosh = tanh = asinh = acosh = atanh = _unary
        erf = sigmoid = logsigmoid = softplus = relu = gelu = silu = abs = sign = step = _unary
        leaky_relu = elu = hypot = atan2 = logaddexp = xlogy = maximum = minimum = _row_method
        pow = where = fmod = copysign = _row_method
        log2 = log10 = exp2 = cbrt = square = erfc = lgamma = digamma = normal_cdf = _unary
        floor = ceil = round = trunc = _unary
        arcsin = arccos = arctan = arcsinh = arccosh = arctanh = fabs = rint = _unary
        arctan2 = _row_method

    def __divmod__(self, other: Any) -> tuple[Value, Value]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Value, Value]:
        return other // self, other % self

    clip = ops.clip

    def __pos__(self) -> Value:
        return self

    # NumPy's functions of arrays of objects call methods of their own names; see NUMPY too.

    def deg2rad(self) -> Value:
        """An angle of so many degrees in radians."""
        return self * DEGREE

    def rad2deg(self) -> Value:
        """An angle of so many radians in degrees."""
        return self / DEGREE

    radians, degrees = deg2rad, rad2deg

    def conjugate(self) -> Value:
        """Itself: a Value is real (``np.std`` and ``np.var`` ask)."""
        return self

    # --- comparison -------------------------------------------------------------------------

    def __lt__(self, other: Any) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data < number

    def __le__(self, other: Any) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data <= number

    def __gt__(self, other: Any) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data > number

    def __ge__(self, other: Any) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data >= number

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Value):
            return self is other
        if is_real(other):
            raise TypeError(
                f"==: a Value is equal to itself only, so comparing it with {shown(other)} would "
                "always be False; compare its .data"
            )
        return NotImplemented

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return self._data != 0.0

    # --- ways to lose the gradient, refused -------------------------------------------------

    def __float__(self, *_: Any) -> NoReturn:
        raise TypeError(
            "float() of a Value, which math's functions and '%f' call too, would lose the "
            "gradient; use .data for the number, f'{value:.4f}' to print it, or the functions of "
            "autograd_mini.ops, such as autograd_mini.ops.exp"
        )

    def as_integer_ratio(self) -> NoReturn:
        """Refused: the functions of ``statistics`` and ``fractions`` ask numbers for it."""
        raise TypeError(
            "as_integer_ratio() of a Value, which the functions of statistics call, would lose the "
            "gradient; use .data for the number, or write the mean as ops.sum(values) / len(values)"
        )

    __int__ = __complex__ = __round__ = __trunc__ = __floor__ = __ceil__ = __float__

    # --- text, copies -----------------------------------------------------------------------

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        parts = [f"data={self._data!r}"]
        parts += [f"grad={self.grad!r}"] if self.has_grad else []
        parts += [f"op={self.op!r}"] if self.op else []
        parts += [f"label={shown(str(self.label))}"] if self.label else []
        return f"Value({', '.join(parts)})"

    def __copy__(self) -> Value:
        return copying.copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return copying.deep_copy(self, memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return copying.reduce(self)

    @classmethod
    def _apply_op(cls, row: Op, operands: Sequence[Any]) -> Value:
        """The hook by which a row, called on a Value, records a node."""
        lifted = [_operand(x, row) for x in operands]
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


_set_number = Value.__dict__["_data"].__set__
_set_stamp = Value.__dict__["_stamp"].__set__


class _Node(Value):
    """A Value made by an operation: it skips the Python-level constructor (80 ns against 215)."""

    __slots__ = ()
    if TYPE_CHECKING:

        def __init__(self) -> None: ...

    else:
        __init__ = object.__init__


_Node.__name__ = Value.__name__  # what messages print; pickle finds the class by __qualname__

METHODS = """
exp expm1 log log1p sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf sigmoid
logsigmoid softplus relu leaky_relu elu gelu silu abs hypot atan2 logaddexp xlogy maximum minimum
pow where sign step log2 log10 exp2 cbrt square erfc lgamma digamma normal_cdf floor ceil round
trunc fmod copysign
"""
"""The rows that are methods too."""

NUMPY = {
    "arcsin": ops.asin,
    "arccos": ops.acos,
    "arctan": ops.atan,
    "arcsinh": ops.asinh,
    "arccosh": ops.acosh,
    "arctanh": ops.atanh,
    "arctan2": ops.atan2,
    "fabs": ops.abs,
    "rint": ops.round,
}
"""NumPy's names of rows that have another one here."""

weighted_sum = partial(fast.weighted_sum, _Node)


def applied(row: Op) -> Callable[..., Any]:
    """The function that applies a row to Values."""
    return fast.of_one(row, _Node) if row.arity == 1 else row


def _method(row: Op) -> Callable[..., Any]:
    """The row as a method: a row is no function, and would not be given self."""

    def method(self: Value, *others: Any, **named: Any) -> Any:
        return row(self, *others, **named)

    return method


def _reflected(row: Op) -> Callable[[Value, Any], Any]:
    """The operator of a Value on the right."""

    def method(self: Value, other: Any) -> Any:
        return _infix(row, other, self)

    return method


def _set(name: str, row: Op, method: Any) -> None:
    method.__name__ = row.name
    method.__qualname__ = f"Value.{row.name}"
    method.__doc__ = f"{row.text.format('self', '…', '…')}: the row ``{row.name}`` of the table."
    setattr(Value, name, method)


for _name, _operator in fast.operators(_Node, _infix).items():
    _row = {**fast.INFIX, **fast.PREFIX}[_name]
    _set(f"__{_name}__", _row, _operator)
    if _name in fast.INFIX:
        _set(f"__r{_name}__", _row, _reflected(_row))
for _name, _row in {**{name: getattr(ops, name) for name in METHODS.split()}, **NUMPY}.items():
    _set(_name, _row, applied(_row) if _row.arity == 1 else _method(_row))
