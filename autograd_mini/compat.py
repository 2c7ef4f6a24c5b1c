"""What programs written for other packages ask of a number: micrograd's, NumPy's, Python's own.

A gradient is never lost on the way: what would give a plain number is refused with the remedy.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import copying, ops
from autograd_mini.engine import base_of_nodes
from autograd_mini.real import real, shown
from autograd_mini.rows import CONSTANT, Op

if TYPE_CHECKING:
    from typing import Any, NoReturn, Self

MICROGRAD = {"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"}
MICROGRAD |= {"pow": "**", "relu": "ReLU"}
"""What micrograd calls operations, where that is not the name of the row."""


@base_of_nodes
class Compatible:
    """A number that other packages' programs and functions can use."""

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
        def data(self) -> float: ...
        @property
        def grad(self) -> float: ...
        @property
        def has_grad(self) -> bool: ...
        @property
        def op(self) -> str: ...
        @property
        def label(self) -> str: ...
        @property
        def operands(self) -> tuple[Self, ...]: ...

    def item(self) -> float:
        """The number, as ``.data``: what scalars of NumPy and PyTorch are asked for.

        >>> from autograd_mini import Value
        >>> Value(2.0).item()
        2.0
        """
        return self.data

    # --- micrograd's names, so that its pictures can be drawn ---------------------------------

    @property
    def _prev(self) -> set[Self]:
        """The operands as a set, without an exponent that is a number."""
        operands = self.operands
        return {operands[0]} if self._is_power() else set(operands)

    @property
    def _op(self) -> str:
        """The operation in micrograd's letters, "" for a leaf."""
        if self._is_power():
            return f"**{self._b if type(self._b) is float else self._b._data:g}"
        return MICROGRAD.get(self._row.name, self._row.name)

    def _is_power(self) -> bool:
        """Whether this is a power with a number as its exponent."""
        b = self._b
        return self._row is ops.pow and (type(b) is float or b._row is CONSTANT)

    # --- NumPy --------------------------------------------------------------------------------

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
            if isinstance(x, Compatible):
                boxed[i] = np.empty((), dtype=object)
                boxed[i][()] = x
            elif getattr(x, "ndim", 1) == 0 and x.dtype != object:  # a long double would ask again
                boxed[i] = real(x[()], f"np.{ufunc.__name__}")
        return getattr(ufunc, method)(*boxed, **named)

    # --- text, copies ---------------------------------------------------------------------------

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        parts = [f"data={self._data!r}"]
        parts += [f"grad={self.grad!r}"] if self.has_grad else []
        parts += [f"op={self.op!r}"] if self.op else []
        parts += [f"label={shown(str(self.label))}"] if self.label else []
        return f"Value({', '.join(parts)})"

    def __copy__(self) -> Self:
        return copying.copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return copying.deep_copy(self, memo)

    def __reduce_ex__(self, protocol: object) -> Any:
        return copying.reduce(self)

    # --- ways to lose the gradient, refused -----------------------------------------------------

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


def _number(x: Any) -> float:
    return x.data if isinstance(x, Compatible) else float(x)


WITHOUT_LOOP = {
    "logaddexp": ops.logaddexp,
    "copysign": ops.copysign,
    "sign": ops.sign,
    "isnan": lambda x: math.isnan(_number(x)),
    "isinf": lambda x: math.isinf(_number(x)),
    "isfinite": lambda x: math.isfinite(_number(x)),
    "signbit": lambda x: math.copysign(1.0, _number(x)) < 0.0,
}
"""What NumPy's functions give for Values that have no loop over objects, or a comparison in it."""
