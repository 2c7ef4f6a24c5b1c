"""Readable names for nodes, each name for one node only.

Vocabulary: a node with a *label* goes by it; several with one label are numbered, x#1, x#2, in the
order of their making. A number goes by itself. Any other node goes by its *formula* where that is
one operation and short, (w · x), and else by t with a number, which the *legend* defines:
t₁ = w · x + b.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from autograd_mini import expr, graph, ops
from autograd_mini.expr import Expr, Name, Number
from autograd_mini.show.explain import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_mini.value import Value as Node

LONGEST_FORMULA = 12
"""A node without a label goes by its formula up to this length."""

MOST_OPERANDS = 8
"""The formula of a row with more operands than so many is not written out."""

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Names:
    """The names of the nodes of one graph, given when they are first asked for.

    Args:
        nodes: all nodes of the graph, operands before results.

    >>> from autograd_mini import Value
    >>> w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    >>> y = (w * x + b) * (w * x + 2.0)
    >>> names = Names(graph.order(y))
    >>> [labels.plain(names.of(x)) for x in (w, y.operands[0].operands[0], y)]
    ['w', 'w · x', 't₁']
    >>> [(labels.plain(name), labels.plain(formula)) for name, formula in names.legend(5)]
    [('t₁', 't₂ · t₃'), ('t₂', 'w · x + b'), ('t₃', 't₄ + 2'), ('t₄', 'w · x')]
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._given: dict[Node, Expr] = {}
        self._defined: list[Node] = []
        self._numbered: set[str] = set()
        self._taken: set[str] = set()
        self._copies: dict[Node, int] = {}
        self._last = 0
        self._count(nodes)

    def _count(self, nodes: Iterable[Node]) -> None:
        """Number the nodes that share a label as it is shown."""
        seen: dict[str, str] = {}
        shown: dict[Node, str] = {}
        for node in nodes:
            if label := graph.label(node):
                if label not in seen:
                    seen[label] = labels.seen(label)
                shown[node] = seen[label]
        counts = Counter(shown.values())
        self._taken = set(counts)
        self._numbered = {label for label, count in counts.items() if count > 1}
        met: Counter[str] = Counter()
        for node, label in shown.items():
            if label in self._numbered:
                met[label] += 1
                self._copies[node] = met[label]

    @property
    def has_copies(self) -> bool:
        """Whether a name that was given so far bears a number because its label is not unique."""
        return any(node in self._copies for node in self._given)

    def of(self, node: Node | float) -> Expr:
        """The name of a node; a number goes by itself."""
        if isinstance(node, float):
            return Number(node)
        if node not in self._given:
            self._given[node] = self._made(node)
        return self._given[node]

    def formula(self, node: Node, place: int) -> Expr | None:
        """The local derivative of a node at one of its places; None where it is too long."""
        row, operands = node._row, graph.raw_operands(node)
        if row is ops.affine:
            return self._cofactor(operands, place)
        if len(operands) > MOST_OPERANDS:
            return Number(1.0) if row is ops.sum else None
        # First with stand-ins, because only what the derivative mentions gets a name.
        given = [x if type(x) is float else Name(i) for i, x in enumerate((node, *operands))]
        mentioned = set(expr.names(expr.derivative(row, place, given)))
        found = [
            self.of(x) if type(x) is float or i in mentioned else DOTS
            for i, x in enumerate((node, *operands))
        ]
        return expr.derivative(row, place, found)

    def legend(self, most: int) -> list[tuple[Expr, Expr]]:
        """What the numbered names stand for, about so many at most; names what they are made of."""
        found: list[tuple[Expr, Expr]] = []
        for node in self._defined:
            if len(found) == most:
                break
            found.append((self.of(node), self._definition(node, most)))
        return found

    @property
    def numbered(self) -> int:
        """How many numbered names have been given."""
        return len(self._defined)

    def _cofactor(self, operands: Sequence[Node], place: int) -> Expr:
        if place == len(operands) - 1:
            return Number(1.0)
        return self.of(operands[place - 1 if place % 2 else place + 1])

    def _made(self, node: Node) -> Expr:
        if graph.label(node):
            return Name(labels.label_of(node, self._copies.get(node, 0)))
        if graph.is_constant(node):
            return Number(node._data)
        if not graph.is_leaf(node):
            formula = self._short(node)
            if formula is not None and labels.plain(formula) not in self._taken:
                self._taken.add(labels.plain(formula))
                return formula
        return self._numbered_name(node)

    def _numbered_name(self, node: Node) -> Expr:
        while True:
            self._last += 1
            name = f"t{str(self._last).translate(_LOWERED)}"
            if name not in self._taken:
                break
        self._defined.append(node)
        return Name(labels.read(name))

    def _short(self, node: Node) -> Expr | None:
        """The formula of a node, if it is short and all it names has a name without more ado."""
        operands = graph.raw_operands(node)
        if len(operands) > MOST_OPERANDS or not all(map(self._has_name, operands)):
            return None
        formula = expr.call(node._row, [*map(self.of, operands)])
        return formula if len(labels.plain(formula)) <= LONGEST_FORMULA else None

    def _has_name(self, operand: Node | float) -> bool:
        if isinstance(operand, float):
            return True
        return bool(graph.label(operand)) or graph.is_constant(operand)

    def _definition(self, node: Node, most: int) -> Expr:
        """The formula of a numbered name; a leaf is its number."""
        operands = graph.raw_operands(node)
        if graph.is_leaf(node):
            return Number(node._data)
        if len(operands) > MOST_OPERANDS:
            return Name(labels.read(f"{node._row.label} ({len(operands)} operands)"))
        return expr.call(node._row, [self._mentioned(x, most) for x in operands])

    def _mentioned(self, operand: Node | float, most: int) -> Expr:
        """The name of an operand, or dots where it would be one name too many."""
        if type(operand) is float or operand in self._given or self._has_name(operand):
            return self.of(operand)
        return self.of(operand) if len(self._defined) < most else DOTS


DOTS = Name(labels.read("…"))
"""What stands for an operand that is not named."""
