"""Loops in straight-line code: ``for t in range(n)``, and the same backwards for the gradient.

What is carried stands in lists, one number for each round and one more. The rounds of the reversed
loop compute again what they need of the forward round, from what it was handed; so nothing else is
kept.

Vocabulary: names end in the number of the loop and of what they stand for: ``s`` for what is
carried (a list of all rounds), ``c`` for it in one round, ``e`` for what is stacked, ``i`` for an
item, ``u`` for what a round computes; with ``d`` in front, their adjoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.recording import (
    ARGUMENT,
    CARRIED,
    FIXED,
    ITEM,
    PARAMETER,
    Flags,
    Loop,
    loop_flags,
)
from autograd_mini.compiler.straight_lines import Entries


class Rounds(Entries):
    """The code of one loop.

    Attributes:
        of_each: whether it is run for each example.
    """

    def __init__(self, outer: Entries, number: int, loop: Loop, flags: Sequence[Flags]) -> None:
        self.outer, self.number, self.loop = outer, number, loop
        self.carried, inner = loop_flags(loop, flags)
        super().__init__(loop.body, [True] * len(inner), [flag.active for flag in inner])
        self.of_each = any(outer.inside[i] for i in loop.read())
        self.seeds: dict[int, dict[int, str]] = {}
        """By what is carried or stacked, and the round, the text of its adjoint from outside."""

    def _named(self, stem: str, k: int) -> str:
        return f"{stem}{self.number}_{k}"

    def result(self, which: int, t: int) -> str:
        """The text of a result."""
        name = self._named("s", which) if which >= 0 else self._named("e", -1 - which)
        return f"{name}[{t}]"

    # --- forward --------------------------------------------------------------------------------

    def forward(self) -> list[str]:
        """The lines that run it."""
        loop = self.loop
        values = list(self._values())
        self._count(formula for _, formula in values)
        for i in self.loop.body.roots:
            self.uses[i] = self.uses.get(i, 0) + 2
        lines, head = self._head()
        lines += [
            f"{self._named('s', k)} = [{self.outer.texts[i][0]}]" for k, i in enumerate(loop.first)
        ]
        lines += [f"{self._named('e', k)} = []" for k in range(len(loop.stacked))]
        body = [*head]
        for i, formula in values:
            self._assign(i, self._named("u", i), formula, body)
        for stem, ends in (("s", loop.last), ("e", loop.stacked)):
            for k, i in enumerate(ends):
                body.append(f"{self._named(stem, k)}.append({self.texts[i][0]})")
        return [*lines, f"for t in range({loop.rounds}):", *[f"    {line}" for line in body]]

    def _head(self) -> tuple[list[str], list[str]]:
        """Name the leaves; lines before the loop, and at the head of each round."""
        before, head = [], []
        for i, (row, leaf) in enumerate(zip(self.rows, self.leaves, strict=True)):
            if row.arity != 0 or self._named_alike(i):
                continue
            if row is FIXED:
                self.texts[i] = self.outer.texts[self.loop.fixed[leaf]]
                continue
            name = self._named("c" if row is CARRIED else "i", leaf)
            self.texts[i] = name, 99
            lines, text = self._item(leaf) if row is ITEM else ([], f"{self._named('s', leaf)}[t]")
            before += lines
            head.append(f"{name} = {text}")
        return before, head

    def _item(self, k: int) -> tuple[list[str], str]:
        """Lines before the loop, and the text of round t's item."""
        outer, ids = self.outer, self.loop.items[k]
        leaves = [outer.leaves[i] for i in ids]
        if all(outer.rows[i] is ARGUMENT for i in ids) and len({leaf[0] for leaf in leaves}) == 1:
            cells = [leaf[1] for leaf in leaves]
            step = cells[1] - cells[0]
            if cells == [cells[0] + t * step for t in range(len(ids))]:
                place = f"{step} * t" if step != 1 else "t"
                place += f" + {cells[0]}" if cells[0] else ""
                return [], f"x{leaves[0][0]}[{place}]"
        name = self._named("items", k)
        texts = ", ".join(outer.texts[i][0] for i in ids)
        return [f"{name} = ({texts})"], f"{name}[t]"

    # --- backward -------------------------------------------------------------------------------

    def seeded(self, which: int, t: int, text: str) -> None:
        """The adjoint of a result, from outside."""
        self.seeds.setdefault(which, {})[t] = text

    def handed(self) -> Iterable[tuple[int, f.Formula]]:
        """The entries outside that receive adjoints, and the names of these."""
        for k, i in enumerate(self.loop.first):
            if self.outer.active[i]:
                yield i, self._outward("dc", k)
        for k, ids in enumerate(self.loop.items):
            for t, i in enumerate(ids):
                if self.outer.active[i]:
                    yield i, self._outward("di", k, f"[{t}]")
        for k, i in enumerate(self.loop.fixed):
            if self.outer.active[i]:
                yield i, self._outward("df", k)
        entries = self.outer.parameters_at
        for row, leaf in zip(self.rows, self.leaves, strict=True):
            if row is PARAMETER:
                yield entries[leaf], self._outward("dp", leaf)

    def _outward(self, stem: str, k: int, cell: str = "") -> f.Formula:
        text = f"{self._named(stem, k)}{cell}"
        self.outer.texts["loop", text, self.of_each] = text, 99
        return f.Name(("loop", text, self.of_each))

    def backward(self) -> list[str]:
        """The lines of the reversed loop."""
        loop = self.loop
        received: dict[int, list[f.Formula]] = {}
        for k, i in enumerate(loop.last):
            if self.carried[k].active:
                received.setdefault(i, []).append(f.Name(("carried", k)))
                self.texts["carried", k] = self._named("dc", k), 99
        for k, i in enumerate(loop.stacked):
            if -1 - k in self.seeds:
                received.setdefault(i, []).append(f.Name(("stacked", k)))
                self.texts["stacked", k] = f"{self._named('de', k)}[t]", 99
        steps = self._steps(received)
        self.uses = {}
        for _, formulas in steps:
            self._count(formulas)
        again = self._again()
        before, head = self._head()
        for i, formula in again:
            self._assign(i, self._named("u", i), formula, head)
        ends: list[tuple[str, str]] = []
        for i, formulas in steps:
            if self.rows[i].arity != 0:
                self._assign(("d", i), self._named("du", i), f.added(formulas), head)
            else:
                text, _ = self._write(f.added(formulas))
                ends.append(self._leaf(i, text))
        head += [f"{place} += {text}" for place, text in ends if place.startswith(("df", "dp"))]
        head += [f"{place} = {text}" for place, text in ends if place.startswith("di")]
        moved = dict(pair for pair in ends if pair[0].startswith("dc"))
        head += self._moved(moved)
        body = [f"    {line}" for line in head]
        return [*before, *self._starts(), f"for t in reversed(range({loop.rounds})):", *body]

    def _steps(self, received: dict[int, list[f.Formula]]) -> list[tuple[int, list[f.Formula]]]:
        """The active entries of a round with what they receive, last to first."""
        found = []
        for i in reversed(range(len(self.rows))):
            if self.active[i] and i in received:
                found.append((i, received[i]))
                self._hand_on(i, received)
        leaves = [step for step in found if self.rows[step[0]].arity == 0]
        return [*[step for step in found if self.rows[step[0]].arity != 0], *leaves]

    def _again(self) -> list[tuple[int, f.Formula]]:
        """What the round must compute again."""
        found = []
        for i, formula in reversed(list(self._values())):
            if self.uses.get(i):
                found.append((i, formula))
                self._count([formula])
        return found[::-1]

    def _leaf(self, i: int, text: str) -> tuple[str, str]:
        """Where the adjoint of a leaf goes."""
        row, leaf = self.rows[i], self.leaves[i]
        if row is ITEM:
            return f"{self._named('di', leaf)}[t]", text
        stem = "dc" if row is CARRIED else "dp" if row is PARAMETER else "df"
        return self._named(stem, leaf), text

    def _moved(self, found: dict[str, str]) -> list[str]:
        """All that is carried backwards moves on at once."""
        names, texts = [], []
        for k, flag in enumerate(self.carried):
            if flag.active:
                name = self._named("dc", k)
                seeds = self.seeds.get(k, {})
                text = found.get(name, "0.0")
                if set(seeds) - {self.loop.rounds}:
                    text += f" + {self._named('ds', k)}[t]"
                names.append(name)
                texts.append(text)
        return [f"{', '.join(names)} = {', '.join(texts)}"] if names else []

    def _starts(self) -> list[str]:
        """What stands in the names before the reversed loop."""
        loop, lines = self.loop, []
        for which, seeds in self.seeds.items():
            last = loop.rounds + (which >= 0)
            texts = ", ".join(seeds.get(t, "0.0") for t in range(last))
            if which < 0:
                lines.append(f"{self._named('de', -1 - which)} = [{texts}]")
            elif set(seeds) - {loop.rounds}:
                lines.append(f"{self._named('ds', which)} = [{texts}]")
        for k, flag in enumerate(self.carried):
            if flag.active:
                text = self.seeds.get(k, {}).get(loop.rounds, "0.0")
                lines.append(f"{self._named('dc', k)} = {text}")
        for row, leaf in zip(self.rows, self.leaves, strict=True):
            if row is ITEM and any(self.outer.active[i] for i in loop.items[leaf]):
                lines.append(f"{self._named('di', leaf)} = [0.0] * {loop.rounds}")
            elif row is FIXED and self.outer.active[loop.fixed[leaf]]:
                lines.append(f"{self._named('df', leaf)} = 0.0")
            elif row is PARAMETER:
                lines.append(f"{self._named('dp', leaf)} = 0.0")
        return lines
