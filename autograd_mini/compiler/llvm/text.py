"""Writing a function in LLVM's language: loops and addresses.

Vocabulary: an *index* is a loop's counter plus a constant. A *scope* is the body of a loop. Address
arithmetic is written at the head of the innermost scope that it needs, once; the module runs
through no optimisation passes, so what is written here is what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd_mini.compiler.llvm.values import Instructions, Value, vector


class Index(NamedTuple):
    """A loop's counter (or none) plus a constant."""

    name: str | None
    constant: int = 0
    depth: int = 0

    def plus(self, constant: int) -> Index:
        """The index moved on."""
        return self._replace(constant=self.constant + constant)


ZERO = Index(None)


class Code(Instructions):
    """The body of one function being written.

    Attributes:
        scopes: of each loop that is open (and of the function) the lines at its head, by what they
            compute: their names.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scopes: list[dict[str, str]] = [{}]
        self.block = "entry"

    def text(self) -> str:
        """The finished body."""
        (head,) = self.scopes
        return "\n".join(["entry:", *_written(head), *self.lines, "  ret void"])

    def hoisted(self, depth: int, text: str) -> str:
        """An integer or pointer, computed at the head of the scope of this depth, once."""
        known = self.scopes[depth]
        if text not in known:
            known[text] = self.fresh("a")
        return known[text]

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
        self.scopes.append({})
        outside, self.lines, self.block = self.lines, [], label
        leaving = body(Index(counter, 0, depth), entering)
        following = self.assign(f"add nuw nsw i64 {counter}, {step}")
        more = self.assign(f"icmp slt i64 {following}, {count}")
        done = self.fresh("done")[1:]
        self.line(f"br i1 {more}, label %{label}, label %{done}")
        outside += [f"  br label %{label}", f"{label}:"]
        outside.append(f"  {counter} = phi i64 [0, %{before}], [{following}, %{self.block}]")
        for into, first, last in zip(entering, carried, leaving, strict=True):
            kind = vector("double", into.width)
            sources = f"[{first.name}, %{before}], [{last.name}, %{self.block}]"
            outside.append(f"  {into.name} = phi {kind} {sources}")
        outside += [*_written(self.scopes.pop()), *self.lines, f"{done}:"]
        self.lines, self.block = outside, done
        return leaving


def _written(head: dict[str, str]) -> list[str]:
    return [f"  {name} = {text}" for text, name in head.items()]
