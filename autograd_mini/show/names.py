"""What the nodes of one graph are called, in walks, explanations and pictures alike.

Vocabulary: a node with a *label* is called by it; several with one label are numbered, x#1, x#2, in
the order of their making. A constant is called by its number. The others are called v₁, v₂, …, in
the order of their making, as in Griewank and Walther, "Evaluating Derivatives".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count

from autograd_mini import expr, graph, ops
from autograd_mini.expr import Expr, Name, Number
from autograd_mini.numbers import lowered, short
from autograd_mini.rows import Op
from autograd_mini.show import labels, text
from autograd_mini.value import Value

LONGEST_FORMULA = 12  # in a formula a node without a label is written out up to this length
MOST_OPERANDS = 8  # the formula of a row with more operands is not written out
DOTS = Name(labels.read("…"))  # what stands for an operand that is not named


class Names:
    """The names of the nodes of one graph.

    Args:
        nodes: all nodes of the graph, operands before results.
        digits: how many significant digits numbers get.

    >>> from autograd_mini import Value
    >>> w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    >>> y = (w * x + b) * (w * x + 2.0)
    >>> names = Names(graph.order(y), 4)
    >>> [labels.plain(names.of(x)) for x in (w, y.operands[0], y.operands[1].operands[1], y)]
    ['w', 'v₂', '2', 'v₅']
    >>> [labels.plain(name) for pair in names.legend(5) for name in pair]
    ['v₁', 'w · x', 'v₂', 'v₁ + b', 'v₃', 'w · x', 'v₄', 'v₃ + 2', 'v₅', 'v₂ · v₄']
    """

    def __init__(self, nodes: Sequence[Value], digits: int) -> None:
        self.digits = digits
        self._asked: dict[Value, Expr] = {}
        seen = cache(labels.seen)
        shown = {node: seen(label) for node in nodes if (label := graph.label(node))}
        counts = Counter(shown.values())
        met: Counter[str] = Counter()
        self._copies: dict[Value, int] = {}
        for node, label in shown.items():
            if counts[label] > 1:
                met[label] += 1
                self._copies[node] = met[label]
        others = (node for node in nodes if node not in shown and not graph.is_constant(node))
        taken = {label for label in counts if label.startswith("v")}
        self._free = (i for i in count(1) if not taken or _numbered(i) not in taken)
        self._number = dict(zip(others, self._free, strict=False))

    def of(self, node: Value | float) -> Expr:
        """The name of a node; a number goes by itself."""
        if isinstance(node, float):
            return Number(node)
        if node not in self._asked:
            self._asked[node] = self._made(node)
        return self._asked[node]

    def text(self, node: Value) -> str:
        """The name in one line of text, which writing from right to left cannot disturb."""
        if graph.is_constant(node) and not graph.label(node):
            return short(node._data, self.digits)
        return text.isolated(labels.plain(self._made(node)))

    def _made(self, node: Value) -> Expr:
        if graph.label(node):
            return Name(labels.label_of(node, self._copies.get(node, 0)))
        if graph.is_constant(node):
            return Number(node._data)
        if node not in self._number:  # no node of the graph
            self._number[node] = next(self._free)
        return Name(labels.read(_numbered(self._number[node])))

    def written(self, node: Value | float) -> Expr:
        """A node in a formula: one without a label is written out where that is short."""
        if isinstance(node, float) or graph.label(node) or graph.is_leaf(node):
            return self.of(node)
        operands = graph.raw_operands(node)
        if len(operands) > MOST_OPERANDS or not all(map(_has_name, operands)):
            return self.of(node)
        formula = expr.call(node._row, [*map(self.of, operands)])
        is_short = len(labels.plain(formula, self.digits)) <= LONGEST_FORMULA
        return formula if is_short else self.of(node)

    @property
    def has_copies(self) -> bool:
        """Whether a name that was asked for bears a number because its label is not unique."""
        return any(node in self._copies for node in self._asked)

    def legend(self, most: int) -> list[tuple[Expr, Expr]]:
        """What the numbered names that were asked for stand for, and those they are made of.

        They come in the order of their making, at most so many.
        """
        found: dict[Value, Expr] = {}
        waiting = dict.fromkeys(node for node in self._asked if node in self._number)
        while waiting and len(found) < most:
            node = next(iter(waiting))
            del waiting[node]
            if node not in found:
                found[node] = self._definition(node, most - len(found) - len(waiting) - 1)
                asked = [x for x in graph.operand_nodes(node) if x in self._asked]
                waiting |= dict.fromkeys(x for x in asked if x in self._number)
        listed = sorted(found, key=self._number.__getitem__)
        return [(self.of(node), found[node]) for node in listed]

    @property
    def numbered(self) -> int:
        """How many numbered names were asked for."""
        return sum(node in self._number for node in self._asked)

    def _definition(self, node: Value, room: int) -> Expr:
        """The formula of a numbered name, with dots for one name too many; a leaf is its number."""
        operands = graph.raw_operands(node)
        if graph.is_leaf(node):
            return Number(node._data)
        if len(operands) > MOST_OPERANDS:
            return Name(labels.read(f"{node._row.label} ({len(operands)} operands)"))
        terms = []
        for x in operands:
            is_new = type(x) is not float and x in self._number and x not in self._asked
            terms.append(DOTS if is_new and room <= 0 else self.of(x))
            room -= is_new
        return expr.call(node._row, terms)


def _has_name(operand: Value | float) -> bool:
    return isinstance(operand, float) or bool(graph.label(operand)) or graph.is_constant(operand)


def _numbered(number: int) -> str:
    return f"v{lowered(number)}"


def local(node: Value, place: int, term: Callable[[Value | float], Expr]) -> Expr | None:
    """The local derivative of a node at one of its places; None where it is too long.

    ``term`` gives what stands for the node and for its operands.
    """
    row, operands = node._row, graph.raw_operands(node)
    if row is ops.affine:
        if place == len(operands) - 1:
            return Number(1.0)
        return term(operands[place - 1 if place % 2 else place + 1])
    if len(operands) > MOST_OPERANDS:
        return Number(1.0) if row is ops.sum else None
    # First with stand-ins, because only what the derivative mentions gets a name.
    given = [x if type(x) is float else Name(i) for i, x in enumerate((node, *operands))]
    is_shared = row is ops.max and graph.numbers(operands).count(node._data) > 1
    mentioned = set(expr.names(expr.derivative(row, place, given, not is_shared)))
    found = [
        term(x) if type(x) is float or i in mentioned else DOTS
        for i, x in enumerate((node, *operands))
    ]
    return expr.derivative(row, place, found, not is_shared)


def operand_names(row: Op) -> list[str]:
    """What the operands of a row are called, as in the row's own rule.

    >>> operand_names(ops.where), operand_names(ops.sum), operand_names(ops.affine)
    (['c', 'x', 'y'], ['x₁', 'x₂'], ['w', 'x', 'b'])
    """
    if row.arity is None:
        return ["w", "x", "b"] if row is ops.affine else ["x₁", "x₂"]
    code = getattr(row.partials[0], "__code__", None)
    names = code.co_varnames[1 : row.arity + 1] if code else ()
    plain = [*names] if len(names) == row.arity else []
    return plain or [f"x{lowered(i)}" for i in range(1, row.arity + 1)]


def derivative(result: str, operand: str) -> str:
    """How ∂result/∂operand is written in text.

    >>> derivative("J", "w₁"), derivative("cost", "hours of sleep")
    ('∂J/∂w₁', '∂cost/∂(hours of sleep)')
    """
    return f"∂{_whole(result)}/∂{_whole(operand)}"


def _whole(name: str) -> str:
    return f"({name})" if any(c in name for c in " +−*-/·^=") else name
