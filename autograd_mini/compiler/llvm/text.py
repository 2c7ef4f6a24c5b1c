"""Writing a function in LLVM's language: instructions, loops and addresses.

Vocabulary: a *scope* is the body of a loop. Address arithmetic is written at the head of the
innermost scope that it needs, once; the module runs through no optimisation passes, so what is
written here is what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.compiler.llvm.values import ZERO, Index, Value, every, real, vector


class _Scope:
    """The body of a loop (or of the function): head, then lines; and what is known in it."""

    def __init__(self) -> None:
        self.head: list[str] = []
        self.lines: list[str] = []
        self.known: dict[Any, str] = {}


class Code:
    """The body of one function being written."""

    def __init__(self) -> None:
        self.scopes = [_Scope()]
        self.block = "entry"
        self.count = 0
        self.used: set[str] = set()

    def text(self) -> str:
        """The finished body."""
        (scope,) = self.scopes
        return "\n".join(["entry:", *scope.head, *scope.lines, "  ret void"])

    # --- instructions ---------------------------------------------------------------------------

    def fresh(self, stem: str = "v") -> str:
        """A name that is not taken."""
        self.count += 1
        return f"%{stem}{self.count}"

    def assign(self, text: str) -> str:
        """Write an instruction, and name its result."""
        name = self.fresh()
        self.scopes[-1].lines.append(f"  {name} = {text}")
        return name

    def value(self, text: str, width: int) -> Value:
        """Write an instruction whose result is a double, or one in each lane."""
        return Value(self, self.assign(text), width)

    def line(self, text: str) -> None:
        """Write an instruction without a result."""
        self.scopes[-1].lines.append(f"  {text}")

    def hoisted(self, depth: int, text: str) -> str:
        """An integer or pointer, computed at the head of the scope of this depth, once."""
        known = self.scopes[depth].known
        if text not in known:
            name = self.fresh("a")
            self.scopes[depth].head.append(f"  {name} = {text}")
            known[text] = name
        return known[text]

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

    # --- memory ---------------------------------------------------------------------------------

    def address(
        self, base: str, offset: int, terms: Sequence[tuple[int, Index]], depth: int = 0
    ) -> str:
        """A pointer to a double: base + offset + Σ stride · index; the base is of this depth."""
        dynamic: dict[str, tuple[int, int]] = {}
        for stride, index in terms:
            offset += stride * index.constant
            if index.name is not None and stride != 0:
                known = dynamic.get(index.name, (0, index.depth))
                dynamic[index.name] = known[0] + stride, index.depth
        pointer, deepest = base, depth
        for name, (stride, level) in sorted(dynamic.items(), key=lambda item: item[1][1]):
            deepest = max(level, deepest)
            scaled = name
            if stride != 1:
                scaled = self.hoisted(level, f"mul nsw i64 {name}, {stride}")
            pointer = self.hoisted(deepest, f"getelementptr double, ptr {pointer}, i64 {scaled}")
        if offset:
            pointer = self.hoisted(deepest, f"getelementptr double, ptr {pointer}, i64 {offset}")
        return pointer

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

    # --- loops ----------------------------------------------------------------------------------

    def loop(
        self,
        count: int | str,
        body: Callable[[Index, list[Value]], list[Value]],
        carried: Sequence[Value] = (),
        step: int = 1,
    ) -> list[Value]:
        """Run the body for the counters 0, step, 2·step … below count, at least once.

        Args:
            count: a number, or the name of an i64.
            body: of the counter and the carried values; it returns the new ones.
            carried: the values with which the first round begins.
            step: how far the counter goes each time.
        """
        if isinstance(count, int) and count <= step:
            return body(ZERO, list(carried))
        depth = len(self.scopes)
        counter, label = self.fresh("i"), self.fresh("loop")[1:]
        before = self.block
        entering = [Value(self, self.fresh("c"), x.width) for x in carried]
        self.scopes.append(_Scope())
        self.block = label
        leaving = body(Index(counter, 0, depth), entering)
        following = self.assign(f"add nuw nsw i64 {counter}, {step}")
        more = self.assign(f"icmp slt i64 {following}, {count}")
        done = self.fresh("done")[1:]
        self.line(f"br i1 {more}, label %{label}, label %{done}")
        scope = self.scopes.pop()
        lines = self.scopes[-1].lines
        lines += [f"  br label %{label}", f"{label}:"]
        lines.append(f"  {counter} = phi i64 [0, %{before}], [{following}, %{self.block}]")
        for into, first, last in zip(entering, carried, leaving, strict=True):
            kind = vector("double", into.width)
            sources = f"[{first.name}, %{before}], [{last.name}, %{self.block}]"
            lines.append(f"  {into.name} = phi {kind} {sources}")
        lines += [*scope.head, *scope.lines, f"{done}:"]
        self.block = done
        return leaving
