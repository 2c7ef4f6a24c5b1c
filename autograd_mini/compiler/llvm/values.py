"""Values of LLVM's language, on which Python's operators write instructions.

Vocabulary: a *value* is a double or a vector of doubles in SSA form; a *mask* has one bit for each
lane. An *index* is a loop's counter plus a constant.

Source: LLVM Language Reference Manual.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograd_mini.compiler.llvm.text import Code


class Index(NamedTuple):
    """A loop's counter (or none) plus a constant."""

    name: str | None
    constant: int = 0
    depth: int = 0

    def plus(self, constant: int) -> Index:
        """The index moved on."""
        return self._replace(constant=self.constant + constant)


ZERO = Index(None)


def real(number: float) -> str:
    """A double as LLVM writes it, bit by bit."""
    return f"0x{struct.unpack('>Q', struct.pack('>d', number))[0]:016X}"


def vector(element: str, width: int) -> str:
    """The type of so many lanes."""
    return element if width == 1 else f"<{width} x {element}>"


def every(element: str, number: str, width: int) -> str:
    """The same constant in every lane."""
    return number if width == 1 else f"splat ({element} {number})"


class Register:
    """A name in SSA form, of so many lanes."""

    __slots__ = ("code", "name", "width")

    def __init__(self, code: Code, name: str, width: int) -> None:
        self.code, self.name, self.width = code, name, width


class Mask(Register):
    """A truth value for each lane."""

    __slots__ = ()

    def _joined(self, name: str, other: Mask) -> Mask:
        text = f"{name} {vector('i1', self.width)} {self.name}, {other.name}"
        return Mask(self.code, self.code.assign(text), self.width)

    def __or__(self, other: Mask) -> Mask:
        return self._joined("or", other)

    def __and__(self, other: Mask) -> Mask:
        return self._joined("and", other)

    def choose(self, yes: Value | float, no: Value | float) -> Value:
        """In each lane one of two."""
        kind, bits = vector("double", self.width), vector("i1", self.width)
        left, right = self.code.operand(yes, self.width), self.code.operand(no, self.width)
        text = f"select {bits} {self.name}, {kind} {left}, {kind} {right}"
        return self.code.value(text, self.width)


def _operator(name: str, turned: bool = False) -> Callable[[Value, Value | float], Value]:
    """Python's operator for an instruction; turned, of a number and a value."""

    def operator(one: Value, other: Value | float) -> Value:
        kind, operands = vector("double", one.width), (other, one) if turned else (one, other)
        left, right = (one.code.operand(x, one.width) for x in operands)
        return one.code.value(f"{name} {kind} {left}, {right}", one.width)

    return operator


class Value(Register):
    """A double, or one in each lane; arithmetic writes instructions."""

    __slots__ = ()

    __add__, __radd__ = _operator("fadd"), _operator("fadd", turned=True)
    __sub__, __rsub__ = _operator("fsub"), _operator("fsub", turned=True)
    __mul__, __rmul__ = _operator("fmul"), _operator("fmul", turned=True)
    __truediv__, __rtruediv__ = _operator("fdiv"), _operator("fdiv", turned=True)

    def __neg__(self) -> Value:
        return self.code.value(f"fneg {vector('double', self.width)} {self.name}", self.width)

    def is_(self, order: str, other: Value | float) -> Mask:
        """Compare: oeq, olt, ole, ogt, oge, une, uno and so on, as LLVM calls them."""
        kind, right = vector("double", self.width), self.code.operand(other, self.width)
        text = f"fcmp {order} {kind} {self.name}, {right}"
        return Mask(self.code, self.code.assign(text), self.width)

    def times_plus(self, factor: Value | float, term: Value | float) -> Value:
        """self · factor + term, in one rounding where the machine has it."""
        return self.code.intrinsic("fmuladd", self, factor, term)

    def lane(self, i: int) -> str:
        """The name of one lane's double."""
        kind = vector("double", self.width)
        alone = self.width == 1
        return (
            self.name if alone else self.code.assign(f"extractelement {kind} {self.name}, i32 {i}")
        )
