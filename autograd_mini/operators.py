"""What Values can be written with, and what programs for other packages ask of a number.

Python's operators and rows of the table as methods are stated in the class and made from the table
in one loop (:func:`define`). Beside them stand comparisons, which look at the numbers, and what
micrograd's programs, NumPy's functions and Python's own use. A gradient is never lost on the way:
what would give a plain number is refused with the remedy.
"""

from __future__ import annotations

import math
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, TypeVar

from autograd_mini import copying, ops
from autograd_mini.engine import base_of_nodes
from autograd_mini.fast import forward as fast
from autograd_mini.labels import label
from autograd_mini.real import is_real, real, shown
from autograd_mini.rows import CONSTANT, Op

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, Self

S = TypeVar("S", bound="Operators")

# fmt: off
MICROGRAD = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-", "pow": "**", "relu": "ReLU",
}
"""What micrograd calls operations, where that is not the name of the row."""

NUMPY = {
    "arcsin": ops.asin, "arccos": ops.acos, "arctan": ops.atan, "arcsinh": ops.asinh,
    "arccosh": ops.acosh, "arctanh": ops.atanh, "arctan2": ops.atan2, "fabs": ops.abs,
    "rint": ops.round,
}
"""NumPy's names of rows that have another one here; its functions of arrays call them."""
# fmt: on

DEGREE = math.pi / 180.0


def _of_one(self: S) -> S:
    """Stands in the class for a row of one operand until :func:`define` makes its method."""
    raise NotImplementedError


def _of_more(self: S, *others: object, **named: object) -> S:
    """The same for a row of more operands."""
    raise NotImplementedError


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Any, object], bool]:
    """A comparison of the number with another one, exact also beside an int or a Fraction."""

    def method(self: Operators, other: object) -> bool:
        number = _comparand(other)
        return NotImplemented if number is None else compare(self._data, number)

    return method


@base_of_nodes
class Operators:
    """The operators and methods of a Value; all but the comparisons record an operation."""

    __slots__ = ()
    _data: float
    _grad: float | None
    _row: Op
    _a: Any
    _b: Any
    _stamp: Any
    _label: str
    _legible = True  # while compile records a function, what depends on its numbers is not

    if TYPE_CHECKING:

        @property
        def grad(self) -> float: ...
        @property
        def has_grad(self) -> bool: ...
        @property
        def operands(self) -> tuple[Self, ...]: ...

        def _infix(self, other: object) -> Self: ...
        def __pow__(self, exponent: object, modulo: object = None) -> Self: ...

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _infix
        __truediv__ = __rtruediv__ = __rpow__ = _infix
        __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = _infix
        __neg__ = __abs__ = _of_one

    # the rows that are methods too
    exp = expm1 = exp2 = log = log1p = log2 = log10 = sqrt = cbrt = square = _of_one
    sin = cos = tan = asin = acos = atan = arcsin = arccos = arctan = _of_one
    sinh = cosh = tanh = asinh = acosh = atanh = arcsinh = arccosh = arctanh = _of_one
    erf = erfc = normal_cdf = lgamma = digamma = _of_one
    sigmoid = logsigmoid = softplus = relu = gelu = silu = _of_one
    abs = fabs = sign = step = floor = ceil = round = rint = trunc = _of_one
    leaky_relu = elu = hypot = atan2 = arctan2 = logaddexp = xlogy = maximum = minimum = _of_more
    pow = where = fmod = copysign = _of_more
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

    __lt__, __le__ = _comparison(lt), _comparison(le)
    __gt__, __ge__ = _comparison(gt), _comparison(ge)

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

    def item(self) -> float:
        """The number, as ``.data``: what scalars of NumPy and PyTorch are asked for.

        >>> from autograd_mini import Value
        >>> Value(2.0).item()
        2.0
        """
        return self._data

    @property
    def _prev(self) -> set[Self]:
        """micrograd's operands: a set, without an exponent that is a number."""
        operands = self.operands
        return {operands[0]} if self._is_power() else set(operands)

    @property
    def _op(self) -> str:
        """micrograd's name of the operation, "" for a leaf."""
        if self._is_power():
            return f"**{self._b if type(self._b) is float else self._b._data:g}"
        return MICROGRAD.get(self._row.name, self._row.name)

    def _is_power(self) -> bool:
        b = self._b
        return self._row is ops.pow and (type(b) is float or b._row is CONSTANT)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        """NumPy's function of operands of which one is a Value itself.

        It computes as with an array of objects. For some functions NumPy has no loop over objects:
        those work with Values here (:data:`WITHOUT_LOOP`), and with arrays of Values they do not,
        for which NumPy asks nobody: ``np.frompyfunc(ops.logaddexp, 2, 1)`` makes a function of
        arrays out of one of Values.
        """
        import numpy as np

        known = WITHOUT_LOOP.get(ufunc.__name__) if method == "__call__" and not named else None
        if known is not None:
            ufunc = np.frompyfunc(known, len(inputs), 1)
        boxed = list(inputs)
        for i, x in enumerate(inputs):
            if isinstance(x, Operators):
                boxed[i] = np.empty((), dtype=object)
                boxed[i][()] = x
            elif getattr(x, "ndim", 1) == 0 and x.dtype != object:  # a long double would ask again
                boxed[i] = real(x[()], f"np.{ufunc.__name__}")
        return getattr(ufunc, method)(*boxed, **named)

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        parts = [f"data={self._data!r}"]
        parts += [f"grad={self.grad!r}"] if self.has_grad else []
        parts += [f"op={self._row.name!r}"] if self._row.name else []
        parts += [f"label={shown(str(label(self)))}"] if label(self) else []
        return f"Value({', '.join(parts)})"

    __copy__, __deepcopy__ = copying.copied, copying.deep_copy

    def __reduce_ex__(self, protocol: object) -> Any:
        return copying.reduce(self)

    def __float__(self, *_: object) -> NoReturn:
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
    """The number to compare with; None for what is none."""
    return x._data if isinstance(x, Operators) else x if is_real(x) else None


def define(cls: type[Operators], node: fast.Make, infix: fast.Infix) -> None:
    """Give a class its operators and the methods of rows; ``node`` is the class of their results.

    ``infix`` does what an operator does with operands of any type: (row, left, right) to a result.
    """
    rows = {**fast.INFIX, **fast.PREFIX}
    for name, operator in fast.operators(node, infix).items():
        _set(cls, f"__{name}__", rows[name], operator)
    for name, row in fast.INFIX.items():
        _set(cls, f"__r{name}__", row, _reflected(row, infix))
    for name, stated in vars(Operators).items():
        if stated in (_of_one, _of_more):
            row = NUMPY.get(name) or getattr(ops, name)
            _set(cls, name, row, fast.of_one(row, node) if row.arity == 1 else _method(row))


def _method(row: Op) -> Callable[..., object]:
    """The row as a method: a row is no function, and would not be given self."""

    def method(self: Operators, *others: object, **named: object) -> object:
        return row(self, *others, **named)

    return method


def _reflected(row: Op, infix: fast.Infix) -> Callable[[Operators, object], object]:
    """The operator of a Value on the right."""
    return lambda self, other: infix(row, other, self)


def _set(cls: type[Operators], name: str, row: Op, method: Callable[..., object]) -> None:
    method.__name__ = row.name
    method.__qualname__ = f"Value.{row.name}"
    formula = row.text.format("self", "…", "…")
    method.__doc__ = f"``{formula}``: the row ``{row.name}`` of the table."
    setattr(cls, name, method)


WITHOUT_LOOP = {
    "logaddexp": ops.logaddexp,
    "copysign": ops.copysign,
    "sign": ops.sign,
    "isnan": lambda x: math.isnan(_comparand(x)),
    "isinf": lambda x: math.isinf(_comparand(x)),
    "isfinite": lambda x: math.isfinite(_comparand(x)),
    "signbit": lambda x: math.copysign(1.0, _comparand(x)) < 0.0,
}
"""What NumPy's functions give for Values that have no loop over objects, or a comparison in it."""
