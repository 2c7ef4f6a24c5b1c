"""What Values can be written with: Python's operators, and rows of the table as methods.

They are set from the table in one loop (:func:`define`); the class states them for readers and
type checkers, and has those that are no rows: comparisons, which look at the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import ops
from autograd_mini.engine import base_of_nodes
from autograd_mini.fast import forward as fast
from autograd_mini.real import is_real, real, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from autograd_mini.rows import Op

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
"""NumPy's names of rows that have another one here; its functions of arrays call them."""


DEGREE = 0.017453292519943295
"""π / 180."""


@base_of_nodes
class Operators:
    """The operators and methods of a Value; all but the comparisons record an operation."""

    __slots__ = ()
    _data: float

    if TYPE_CHECKING:

        def _infix(self, other: object) -> Self: ...

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _infix
        __truediv__ = __rtruediv__ = __rpow__ = _infix
        __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = _infix

        def __pow__(self, exponent: object, modulo: object = None) -> Self: ...
        def __neg__(self) -> Self: ...
        def __abs__(self) -> Self: ...
        def exp(self) -> Self: ...
        def expm1(self) -> Self: ...
        def exp2(self) -> Self: ...
        def log(self) -> Self: ...
        def log1p(self) -> Self: ...
        def log2(self) -> Self: ...
        def log10(self) -> Self: ...
        def sqrt(self) -> Self: ...
        def cbrt(self) -> Self: ...
        def square(self) -> Self: ...
        def sin(self) -> Self: ...
        def cos(self) -> Self: ...
        def tan(self) -> Self: ...
        def asin(self) -> Self: ...
        def acos(self) -> Self: ...
        def atan(self) -> Self: ...
        def sinh(self) -> Self: ...
        def cosh(self) -> Self: ...
        def tanh(self) -> Self: ...
        def asinh(self) -> Self: ...
        def acosh(self) -> Self: ...
        def atanh(self) -> Self: ...
        def arcsin(self) -> Self: ...
        def arccos(self) -> Self: ...
        def arctan(self) -> Self: ...
        def arcsinh(self) -> Self: ...
        def arccosh(self) -> Self: ...
        def arctanh(self) -> Self: ...
        def erf(self) -> Self: ...
        def erfc(self) -> Self: ...
        def normal_cdf(self) -> Self: ...
        def lgamma(self) -> Self: ...
        def digamma(self) -> Self: ...
        def sigmoid(self) -> Self: ...
        def logsigmoid(self) -> Self: ...
        def softplus(self) -> Self: ...
        def relu(self) -> Self: ...
        def gelu(self) -> Self: ...
        def silu(self) -> Self: ...
        def abs(self) -> Self: ...
        def fabs(self) -> Self: ...
        def sign(self) -> Self: ...
        def step(self) -> Self: ...
        def floor(self) -> Self: ...
        def ceil(self) -> Self: ...
        def round(self) -> Self: ...
        def rint(self) -> Self: ...
        def trunc(self) -> Self: ...
        def leaky_relu(self, *others: object, **named: object) -> Self: ...
        def elu(self, *others: object, **named: object) -> Self: ...
        def hypot(self, *others: object, **named: object) -> Self: ...
        def atan2(self, *others: object, **named: object) -> Self: ...
        def arctan2(self, *others: object, **named: object) -> Self: ...
        def logaddexp(self, *others: object, **named: object) -> Self: ...
        def xlogy(self, *others: object, **named: object) -> Self: ...
        def maximum(self, *others: object, **named: object) -> Self: ...
        def minimum(self, *others: object, **named: object) -> Self: ...
        def pow(self, *others: object, **named: object) -> Self: ...
        def where(self, *others: object, **named: object) -> Self: ...
        def fmod(self, *others: object, **named: object) -> Self: ...
        def copysign(self, *others: object, **named: object) -> Self: ...

    clip = ops.clip

    def __pos__(self) -> Self:
        return self

    def __divmod__(self, other: object) -> tuple[Self, Self]:
        return self // other, self % other

    def __rdivmod__(self, other: object) -> tuple[Self, Self]:
        return other // self, other % self

    def deg2rad(self) -> Self:
        """An angle of so many degrees in radians."""
        return self * DEGREE

    def rad2deg(self) -> Self:
        """An angle of so many radians in degrees."""
        return self / DEGREE

    radians, degrees = deg2rad, rad2deg

    def conjugate(self) -> Self:
        """Itself: a Value is real (``np.std`` and ``np.var`` ask)."""
        return self

    def __lt__(self, other: object) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data < number

    def __le__(self, other: object) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data <= number

    def __gt__(self, other: object) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data > number

    def __ge__(self, other: object) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else self._data >= number

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Operators):
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


_EXACT = 1 << 53
"""Integers within ±this are floats exactly; they need none of the questions that others get."""

_HOPELESS = (str, bytes, complex, list, tuple, dict, set, type(None))
"""Types that have no way of their own to compute with a Value: refused with the remedy."""


def operand_of(x: object, row: Op, infix: bool = False) -> Any:
    """A Value as it is, a real number as a float, NotImplemented for what may know better."""
    if type(x) is int and -_EXACT < x < _EXACT:
        return float(x)
    if type(x) is float or isinstance(x, Operators):
        return x
    if infix and not is_real(x) and type(x) not in _HOPELESS:
        return NotImplemented
    if hasattr(type(x), "_apply_op"):
        return NotImplemented
    return real(x, f"Value {row.label}" if infix else f"ops.{row.name}")


def _comparand(x: object) -> Any:
    """The number to compare with, exact for an int or a Fraction; None for anything else."""
    return x._data if isinstance(x, Operators) else x if is_real(x) else None


def define(cls: type[Operators], node: object, infix: Callable[..., Any]) -> None:
    """Give a class its operators and the methods of rows.

    Args:
        cls: the class.
        node: the class of its results.
        infix: what an operator does with operands of any type: (row, left, right) to a result.
    """
    rows = {**fast.INFIX, **fast.PREFIX}
    for name, operator in fast.operators(node, infix).items():
        _set(cls, f"__{name}__", rows[name], operator)
        if name in fast.INFIX:
            _set(cls, f"__r{name}__", rows[name], _reflected(rows[name], infix))
    for name, row in {**{name: getattr(ops, name) for name in METHODS.split()}, **NUMPY}.items():
        _set(cls, name, row, fast.of_one(row, node) if row.arity == 1 else _method(row))


def _method(row: Op) -> Callable[..., Any]:
    """The row as a method: a row is no function, and would not be given self."""

    def method(self: Operators, *others: object, **named: object) -> Any:
        return row(self, *others, **named)

    return method


def _reflected(row: Op, infix: Callable[..., Any]) -> Callable[[Operators, Any], Any]:
    """The operator of a Value on the right."""

    def method(self: Operators, other: object) -> Any:
        return infix(row, other, self)

    return method


def _set(cls: type[Operators], name: str, row: Op, method: Callable[..., Any]) -> None:
    method.__name__ = row.name
    method.__qualname__ = f"Value.{row.name}"
    formula = row.text.format("self", "…", "…")
    method.__doc__ = f"``{formula}``: the row ``{row.name}`` of the table."
    setattr(cls, name, method)
