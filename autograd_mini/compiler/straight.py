"""The tier "python": straight-line code on floats, with the standard library alone.

It is written from the recording itself, an entry after the other, without looking for patterns; so
it serves graphs of any shape, and it is the way on where the array program fails its check.

Vocabulary: an entry is *outside* if it does not depend on an argument; then it is computed before
the loop over the examples, and its adjoint is accumulated in the loop and handed on after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from autograd_mini import ieee
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.recording import ARGUMENT, INDEX, LOOPED, PARAMETER, Recording, flags
from autograd_mini.compiler.straight_lines import Entries, template
from autograd_mini.compiler.straight_loops import Rounds
from autograd_mini.rows import CONSTANT, all_rows


def lower(recording: Recording, parameters: int, arguments: Sequence[int], gradient: bool) -> str:
    """The source of ``step(theta, rows, weight)``; with a gradient for one result only.

    ``arguments`` says how many numbers each argument has. ``rows`` holds for each example its
    arguments as flat lists. The function returns the results of each example (a list for several
    results) and the gradient with respect to theta.
    """
    return Straight(recording, parameters, arguments, gradient).source()


def namespace() -> dict[str, object]:
    """What the generated code calls."""
    found: dict[str, object] = {name: row.forward for name, row in all_rows().items()}
    return found | {"nan": ieee.nan, "inf": ieee.inf, "abs": abs}


class Straight(Entries):
    """The work in progress of :func:`lower`."""

    def __init__(
        self, recording: Recording, parameters: int, arguments: Sequence[int], gradient: bool
    ) -> None:
        self.flags = flags(recording)
        super().__init__(recording, [], [flag.active for flag in self.flags])
        inside: list[bool] = []
        for row, operands, leaf in zip(*recording[:3], strict=True):
            reads = recording.loops[leaf.loop].read() if row is LOOPED else operands
            given = row is ARGUMENT or row is INDEX
            inside.append(given or any(map(inside.__getitem__, reads)))
        self.inside = inside
        self.roots, self.loops = recording.roots, recording.loops
        self.parameters, self.arguments, self.gradient = parameters, arguments, gradient
        self.rounds = [
            Rounds(self, number, loop, self.flags) for number, loop in enumerate(self.loops)
        ]
        self.begun: set[int] = set()
        """The loops whose results have adjoints."""
        self.listed = {
            self.leaves[i][0]
            for loop in self.loops
            for item in loop.items
            for i in item
            if self.rows[i] is ARGUMENT
        }
        """The arguments that loops read; in lists."""

    def source(self) -> str:
        """The text of ``step``."""
        values = [(i, self._value(i)) for i, row in enumerate(self.rows) if row.arity != 0]
        adjoints = list(self._adjoints()) if self.gradient else []
        for _, formula in values:
            self._count(formula)
        for i, received in adjoints:
            for formula in received:
                self._count(formula)
            if i >= 0 and self.rows[i] is LOOPED:
                self.uses["d", i] = 1
        for root in (*self.roots, *chain.from_iterable(x.read() for x in self.loops)):
            self.uses[root] = self.uses.get(root, 0) + 2
        self._name_leaves()
        before: list[str] = []
        loop: list[str] = []
        after: list[str] = []
        formulas = dict(values)
        for i, row in enumerate(self.rows):
            if i in formulas:
                self._assign(i, f"v{i}", formulas[i], loop if self.inside[i] else before)
            elif row is LOOPED:
                self._result(i, before, loop)
        loop.append(f"results.append({self._results()})")
        for i, received in adjoints:
            if i >= 0:
                self._adjoint(i, received, loop, after)
            else:
                rounds = self.rounds[-1 - i]
                (loop if rounds.of_each else after).extend(rounds.backward())
        return self._function(before, loop, after)

    def _result(self, i: int, before: list[str], loop: list[str]) -> None:
        """Name the result of a loop; the first one runs it."""
        leaf = self.leaves[i]
        rounds = self.rounds[leaf.loop]
        if not rounds.texts:
            (loop if rounds.of_each else before).extend(rounds.forward())
        self.texts[i] = rounds.result(leaf.which, leaf.round), 99

    def _function(self, before: list[str], loop: list[str], after: list[str]) -> str:
        names = ", ".join(f"p{i}" for i in range(self.parameters))
        head = [f"[{names}] = theta"] if names else []
        sums = [f"g{i} = 0.0" for i in self._accumulated()] if self.gradient else []
        cells = [
            f"x{k}" if k in self.listed else self._cell_names(k, count)
            for k, count in enumerate(self.arguments)
        ]
        each = f"for {', '.join(cells)}, in rows:" if cells else "for _ in rows:"
        entries = self.parameters_at
        gradient = [
            f"g{entries[i]}" if self.gradient and i in entries else "0.0"
            for i in range(self.parameters)
        ]
        body = [*head, *before, *sums, "results = []", each, *[f"    {line}" for line in loop]]
        body += [*after, f"return results, [{', '.join(gradient)}]"]
        lines = "\n".join(f"    {line}" for line in body)
        return f"def step(theta, rows, weight):\n{lines}\n"

    def _results(self) -> str:
        texts = [self.texts[root][0] for root in self.roots]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"

    # --- leaves ---------------------------------------------------------------------------------

    def _name_leaves(self) -> None:
        for i, row in enumerate(self.rows):
            leaf = self.leaves[i]
            if row is LOOPED:
                continue
            if row is PARAMETER:
                self.texts[i] = f"p{leaf}", 99
            elif row is CONSTANT:
                self.texts[i] = f.write(f.Number(leaf), template, self.texts.__getitem__)
            elif row.arity == 0:
                listed = leaf[0] in self.listed
                self.texts[i] = f"x{leaf[0]}[{leaf[1]}]" if listed else f"x{leaf[0]}_{leaf[1]}", 99

    def _cell_names(self, argument: int, count: int) -> str:
        used = {
            leaf[1]
            for row, leaf in zip(self.rows, self.leaves, strict=True)
            if (row is ARGUMENT or row is INDEX) and leaf[0] == argument
        }
        names = [f"x{argument}_{k}" if k in used else "_" for k in range(count)]
        return f"[{', '.join(names)}]"

    def _accumulated(self) -> list[int]:
        """The entries outside of the loop that have an adjoint."""
        return [i for i, on in enumerate(self.active) if on and not self.inside[i]]

    # --- formulas -------------------------------------------------------------------------------

    def _adjoints(self) -> Iterable[tuple[int, list[f.Formula]]]:
        """For every active entry the contributions to its adjoint, results first."""
        received: dict[int, list[f.Formula]] = {self.roots[0]: [f.Name("weight")]}
        for i in range(len(self.rows) - 1, -1, -1):
            if self._after_loop(i + 1, i):
                loop = self.leaves[i + 1].loop
                yield -1 - loop, []
                for j, contribution in self.rounds[loop].handed():
                    received.setdefault(j, []).append(contribution)
            if not self.active[i] or i not in received:
                continue
            yield i, received[i]
            if self.rows[i] is LOOPED:
                self.begun.add(self.leaves[i].loop)
            if self.rows[i].arity != 0:
                for j, contribution in self._handed_on(i):
                    if self.active[j]:
                        received.setdefault(j, []).append(contribution)

    def _after_loop(self, i: int, before: int) -> bool:
        """Whether entry i is the first result of a loop whose adjoints are not 0."""
        if i == len(self.rows) or self.rows[i] is not LOOPED:
            return False
        loop = self.leaves[i].loop
        same = self.rows[before] is LOOPED and self.leaves[before].loop == loop
        return not same and loop in self.begun

    # --- text -----------------------------------------------------------------------------------

    def _adjoint(
        self, i: int, formulas: list[f.Formula], loop: list[str], after: list[str]
    ) -> None:
        """The adjoint of entry i: named in the loop, or added up over it."""
        self.texts["weight"] = "weight", 99
        if self.inside[i]:
            self._assign(("d", i), f"d{i}", f.added(formulas), loop)
        else:
            self.texts["d", i] = f"g{i}", 99
        if self.rows[i] is LOOPED:
            leaf = self.leaves[i]
            self.rounds[leaf.loop].seeded(leaf.which, leaf.round, self.texts["d", i][0])
        if self.inside[i]:
            return
        for formula in formulas:
            text, _ = self._write(formula)
            inner = any(self._varies(name) for name in f.names(formula))
            (loop if inner else after).append(f"g{i} += {text}")

    def _varies(self, name: Any) -> bool:
        if isinstance(name, tuple) and name[0] == "loop":
            of_each: bool = name[2]
            return of_each
        return name == "weight" or self._is_inside(name)
