"""Values of LLVM's language, on which Python's operators write instructions.

Vocabulary: a *value* is a double or a vector of doubles in SSA form; a *mask* has one bit for each
lane.

Source: LLVM Language Reference Manual.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence


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

    def __init__(self, code: Instructions, name: str, width: int) -> None:
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


class Instructions:
    """Instructions in the making, one after the other.

    Attributes:
        lines: what has been written.
        used: declarations of functions that are called.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.used: set[str] = set()
        self.count = 0

    def fresh(self, stem: str = "v") -> str:
        """A name that is not taken."""
        self.count += 1
        return f"%{stem}{self.count}"

    def assign(self, text: str) -> str:
        """Write an instruction, and name its result."""
        name = self.fresh()
        self.lines.append(f"  {name} = {text}")
        return name

    def value(self, text: str, width: int) -> Value:
        """Write an instruction whose result is a double, or one in each lane."""
        return Value(self, self.assign(text), width)

    def line(self, text: str) -> None:
        """Write an instruction without a result."""
        self.lines.append(f"  {text}")

    def operand(self, given: Value | float, width: int) -> str:
        """A value of this width, or a number, as an operand."""
        if isinstance(given, Value):
            assert given.width == width, f"{given.width} lanes for {width}"
            return given.name
        return every("double", real(given), width)

    def number(self, given: float, width: int) -> Value:
        """A constant."""
        return Value(self, every("double", real(given), width), width)

    def spread(self, given: Value, width: int) -> Value:
        """A double in every lane."""
        if given.width == width:
            return given
        kind = vector("double", width)
        one = self.assign(f"insertelement {kind} poison, double {given.name}, i32 0")
        text = f"shufflevector {kind} {one}, {kind} poison, <{width} x i32> zeroinitializer"
        return self.value(text, width)

    def intrinsic(self, name: str, *operands: Value | float) -> Value:
        """Call one of LLVM's functions on doubles, lane by lane."""
        width = next(x.width for x in operands if isinstance(x, Value))
        kind = vector("double", width)
        suffix = "f64" if width == 1 else f"v{width}f64"
        function = f"@llvm.{name}.{suffix}"
        self.used.add(f"declare {kind} {function}({', '.join([kind] * len(operands))})")
        given = ", ".join(f"{kind} {self.operand(x, width)}" for x in operands)
        return self.value(f"call {kind} {function}({given})", width)

    def call(self, function: str, operands: Sequence[Value]) -> Value:
        """Call a function of doubles for each lane. ``function`` is a pointer's text."""
        width = operands[0].width
        lanes = []
        for i in range(width):
            given = ", ".join(f"double {x.lane(i)}" for x in operands)
            lanes.append(self.assign(f"call double {function}({given})"))
        return self.gathered(lanes)

    def gathered(self, lanes: list[str]) -> Value:
        """A vector of these doubles."""
        if len(lanes) == 1:
            return Value(self, lanes[0], 1)
        kind = vector("double", len(lanes))
        name = "poison"
        for i, lane in enumerate(lanes):
            name = self.assign(f"insertelement {kind} {name}, double {lane}, i32 {i}")
        return Value(self, name, len(lanes))

    def totals(self, given: Sequence[Value]) -> Value:
        """The sum of the lanes of each, side by side; there are 1, 2, 4 … of them.

        In each round two vectors become one: half as many partial sums of twice as many values.
        """
        vectors, partial = list(given), given[0].width
        if partial == 1:
            return vectors[0]
        while partial > 1:
            partial //= 2
            others: Sequence[Value | None] = vectors[1::2] or [None]
            pairs = zip(vectors[::2], others, strict=True)
            vectors = [self._halved(one, other, partial) for one, other in pairs]
        (made,) = vectors
        if made.width > 1 or len(given) > 1:
            return made
        return self.value(f"extractelement <1 x double> {made.name}, i32 0", 1)

    def _halved(self, one: Value, other: Value | None, half: int) -> Value:
        """In every run of 2 · half lanes the second half added to the first."""
        kind = vector("double", one.width)
        count = one.width * (2 if other else 1)
        sums = []
        for start in (0, half):
            runs = range(start, count, 2 * half)
            lanes = ", ".join(f"i32 {run + i}" for run in runs for i in range(half))
            second = f"{kind} {other.name if other else 'poison'}"
            text = f"shufflevector {kind} {one.name}, {second}, <{count // 2} x i32> <{lanes}>"
            sums.append(self.assign(text))
        return self.value(f"fadd <{count // 2} x double> {sums[0]}, {sums[1]}", count // 2)

    def load(self, pointer: str, width: int) -> Value:
        """Read neighbouring doubles."""
        kind = vector("double", width)
        return self.value(f"load {kind}, ptr {pointer}, align 8", width)

    def store(self, value: Value, pointer: str, lanes: int | None = None) -> None:
        """Write neighbouring doubles, or only the first ``lanes`` of them."""
        kind = vector("double", value.width)
        if lanes is None or lanes == value.width:
            self.line(f"store {kind} {value.name}, ptr {pointer}, align 8")
            return
        for i in range(lanes):
            place = self.assign(f"getelementptr double, ptr {pointer}, i64 {i}")
            self.line(f"store double {value.lane(i)}, ptr {place}, align 8")

    def first(self, value: Value, lanes: int, other: float = 0.0) -> Value:
        """The first lanes as they are, another number in the rest."""
        if lanes == value.width:
            return value
        kind, width = vector("double", value.width), value.width
        order = ", ".join(f"i32 {i if i < lanes else width}" for i in range(width))
        text = f"shufflevector {kind} {value.name}, {kind} {self.operand(other, width)}, "
        return self.value(f"{text}<{width} x i32> <{order}>", width)
