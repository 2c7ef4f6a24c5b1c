"""The tier "python": straight-line code on floats, with the standard library alone.

It is written from the recording itself, an entry after the other, without looking for patterns; so
it serves graphs of any shape, and it is the way on where the array program fails its check.

Vocabulary: an entry is *outside* if it does not depend on an argument; then it is computed before
the loop over the examples, and its adjoint is accumulated in the loop and handed on after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from autograd_mini import ieee
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.recording import ARGUMENT, INDEX, LOOPED, Recording, flags
from autograd_mini.compiler.straight_lines import Entries
from autograd_mini.compiler.straight_loops import Rounds
from autograd_mini.rows import all_rows


def lower(recording: Recording, parameters: int, arguments: Sequence[int], gradient: bool) -> str:
    """The source of ``step(theta, rows, weight)``; with a gradient for one result only.

    ``arguments`` says how many numbers each argument has. ``rows`` holds for each example its
    arguments as flat lists. The function returns the results of each example (a list for several
    results) and the gradient with respect to theta.
    """
    return _Straight(recording, parameters, arguments, gradient).source()


def namespace() -> dict[str, object]:
    """What the generated code calls."""
    found: dict[str, object] = {name: row.forward for name, row in all_rows().items()}
    return found | {"nan": ieee.nan, "inf": ieee.inf, "abs": abs}


class _Straight(Entries):
    """The work in progress of :func:`lower`."""

    def __init__(
        self, recording: Recording, parameters: int, arguments: Sequence[int], gradient: bool
    ) -> None:
        known = flags(recording)
        inside: list[bool] = []
        for row, operands, leaf in zip(*recording[:3], strict=True):
            reads = recording.loops[leaf.loop].read() if row is LOOPED else operands
            given = row is ARGUMENT or row is INDEX
            inside.append(given or any(map(inside.__getitem__, reads)))
        super().__init__(recording, inside, [flag.active for flag in known])
        self.roots, self.loops = recording.roots, recording.loops
        self.parameters, self.arguments, self.gradient = parameters, arguments, gradient
        self.rounds = [Rounds(self, number, loop, known) for number, loop in enumerate(self.loops)]
        self.results: dict[int, list[int]] = {}
        """For each loop the entries that are its results."""
        for i, row in enumerate(self.rows):
            if row is LOOPED:
                self.results.setdefault(self.leaves[i].loop, []).append(i)
        outside = chain.from_iterable(item for loop in self.loops for item in loop.items)
        self.listed = {self.leaves[i][0] for i in outside if self.rows[i] is ARGUMENT}
        """The arguments that loops read; in lists."""

    def source(self) -> str:
        """The text of ``step``."""
        values = dict(self._values())
        adjoints = list(self._adjoints()) if self.gradient else []
        self._count(values.values())
        for i, received in adjoints:
            self._count(received)
            if i >= 0 and self.rows[i] is LOOPED:
                self.uses["d", i] = 1
        for root in (*self.roots, *chain.from_iterable(x.read() for x in self.loops)):
            self.uses[root] = self.uses.get(root, 0) + 2
        self._name_leaves()
        before: list[str] = []
        loop: list[str] = []
        after: list[str] = []
        for i, row in enumerate(self.rows):
            if i in values:
                self._assign(i, f"v{i}", values[i], loop if self.inside[i] else before)
            elif row is LOOPED:
                leaf = self.leaves[i]
                rounds = self.rounds[leaf.loop]
                if i == self.results[leaf.loop][0]:
                    (loop if rounds.of_each else before).extend(rounds.forward())
                self.texts[i] = rounds.result(leaf.which, leaf.round), 99
        texts = [self.texts[root][0] for root in self.roots]
        results = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        loop.append(f"results.append({results})")
        self.texts["weight"] = "weight", 99
        for i, received in adjoints:
            if i >= 0:
                self._adjoint(i, received, loop, after)
            else:
                rounds = self.rounds[-1 - i]
                (loop if rounds.of_each else after).extend(rounds.backward())
        return self._function(before, loop, after)

    def _function(self, before: list[str], loop: list[str], after: list[str]) -> str:
        names = ", ".join(f"p{i}" for i in range(self.parameters))
        head = [f"[{names}] = theta"] if names else []
        if self.gradient:  # entries outside of the loop that have an adjoint
            kept = [i for i, on in enumerate(self.active) if on and not self.inside[i]]
            before = [*before, *[f"g{i} = 0.0" for i in kept]]
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
        body = [*head, *before, "results = []", each, *[f"    {line}" for line in loop]]
        body += [*after, f"return results, [{', '.join(gradient)}]"]
        lines = "\n".join(f"    {line}" for line in body)
        return f"def step(theta, rows, weight):\n{lines}\n"

    def _name_leaves(self) -> None:
        for i, (row, leaf) in enumerate(zip(self.rows, self.leaves, strict=True)):
            if row.arity == 0 and row is not LOOPED and not self._named_alike(i):
                text = (
                    f"x{leaf[0]}[{leaf[1]}]" if leaf[0] in self.listed else "x{}_{}".format(*leaf)
                )
                self.texts[i] = text, 99

    def _cell_names(self, argument: int, count: int) -> str:
        used = {
            leaf[1]
            for row, leaf in zip(self.rows, self.leaves, strict=True)
            if (row is ARGUMENT or row is INDEX) and leaf[0] == argument
        }
        names = [f"x{argument}_{k}" if k in used else "_" for k in range(count)]
        return f"[{', '.join(names)}]"

    # --- adjoints -------------------------------------------------------------------------------

    def _adjoints(self) -> Iterator[tuple[int, list[f.Formula]]]:
        """For every active entry the contributions to its adjoint, results first.

        A loop, with the number -1 - its own, comes after its results, if one of them has any.
        """
        received: dict[int, list[f.Formula]] = {self.roots[0]: [f.Name("weight")]}
        firsts = {made[0]: loop for loop, made in self.results.items()}
        for i in reversed(range(len(self.rows))):
            if self.active[i] and i in received:
                yield i, received[i]
                self._hand_on(i, received)
            if i in firsts:
                made = self.results[firsts[i]]
                if any(self.active[j] and j in received for j in made):
                    yield -1 - firsts[i], []
                    for j, contribution in self.rounds[firsts[i]].handed():
                        received.setdefault(j, []).append(contribution)

    def _adjoint(
        self, i: int, formulas: list[f.Formula], loop: list[str], after: list[str]
    ) -> None:
        """The adjoint of entry i: named in the loop, or added up over it."""
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
            inner = any(self._varies(name) for name in f.names(formula))
            (loop if inner else after).append(f"g{i} += {self._write(formula)[0]}")

    def _varies(self, name: Any) -> bool:
        if isinstance(name, tuple) and name[0] == "loop":
            of_each: bool = name[2]
            return of_each
        return name == "weight" or self._is_inside(name)
