"""Losses, found in a graph by their structure, to be shown as one box each.

Vocabulary: a *form* is a loss of :mod:`autograd_mini.losses` called on names; a graph holds the
loss where its nodes are the same operations on the same constants, around targets that are known
to be some. The cross-entropy of logits has a class instead of a target; it is recognised for three
classes or more, since that of two is the softplus of a difference, which need be no loss.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph, losses
from autograd_mini.expr import Expr, Name, Number
from autograd_mini.show import text
from autograd_mini.sweeps import slopes

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node


class Loss(NamedTuple):
    """A loss in a graph.

    Attributes:
        lines: its name, its formula, and its derivative with respect to the prediction.
        operands: the predictions and the targets.
        hidden: the operations between, without the last, and the constants that only they use.
    """

    lines: tuple[str, ...]
    operands: tuple[Node, ...]
    hidden: frozenset[Node]

    def slopes(self, node: Node) -> list[float]:
        """∂L/∂ŷ and ∂L/∂y as numbers, for each: the sums over all ways from the loss's node."""
        gathered = {node: 1.0}
        for x in reversed([x for x in graph.order(node) if x is node or x in self.hidden]):
            if graph.is_leaf(x):
                continue
            slope, gradient = slopes(x), gathered.get(x, 0.0)
            for i, operand in enumerate(x.operands):
                if not graph.is_constant(operand) or operand in self.operands:
                    gathered[operand] = gathered.get(operand, 0.0) + gradient * slope(i)
        return [gathered.get(x, 0.0) for x in self.operands]


def losses_in(
    nodes: Sequence[Node],
    kinds: Mapping[Node, str],
    outputs: Collection[Node],
    opened: bool | Collection[Node] = False,
) -> dict[Node, Loss]:
    """The losses among the nodes of a graph, by the node that holds the number.

    Args:
        nodes: everything that the outputs depend on, constants included, operands before results.
        kinds: the kinds of the leaves.
        outputs: the nodes that count as used from outside.
        opened: the losses that stay as their operations: True for all.

    >>> from autograd_mini import Value
    >>> L = losses.squared_error(Value(2.5, "ŷ"), 2.0)
    >>> nodes = [*L.operands[0].operands, L.operands[0], L]
    >>> losses_in(nodes, {nodes[0]: "target"}, [L])[L].lines
    ('squared error', '(y − ŷ)²', '∂/∂ŷ = 2 (ŷ − y)')
    """
    targets = {node for node, kind in kinds.items() if kind == "target"}
    some = targets or any(node.op in WITHOUT_TARGET for node in nodes)
    if opened is True or not some:
        return {}
    uses: Counter[Node] = Counter(outputs)
    for node in nodes:
        uses.update(node.operands)
    found: dict[Node, Loss] = {}
    for node in nodes:
        if node.op in FORMS and not (opened and node in opened):
            name, formula, gradient, _ = FORMS[node.op]
            predictions, wanted = _ends(node)
            ends = (*predictions, *wanted)
            if ends and targets.issuperset(wanted) and len(set(ends)) == len(ends):
                hidden = _between(node, ends)
                within = Counter(x for user in (*hidden, node) for x in user.operands)
                if all(uses[x] == within[x] for x in hidden):
                    if not wanted:
                        formula += f", zₜ: {_class_of(node)}"
                    lines = (name, *formula.split("\n"), f"∂/∂{gradient}")
                    found[node] = Loss(lines, ends, frozenset(hidden))
    return found


def _between(node: Node, ends: Collection[Node]) -> set[Node]:
    found: set[Node] = set()
    todo = list(node.operands)
    while todo:
        x = todo.pop()
        if x not in found and x not in ends:
            found.add(x)
            todo += x.operands
    return found


def _ends(node: Node) -> tuple[Sequence[Node], Sequence[Node]]:
    """The predictions and the targets of a loss; none where the node is no loss."""
    operands = node.operands[0].operands
    if node.op == "softplus" and operands:
        operands = operands[0].operands
    predictions, targets, form = _form(node.op, len(operands) if node.op in OF_CLASSES else 0)
    bound: dict[Expr, Node] = {}
    todo = [(form, node)]
    while todo:
        part, x = todo.pop()
        if bound.setdefault(part, x) is not x or not _is_alike(part, x):
            return (), ()
        todo += zip(part.operands, x.operands, strict=False)
    found = [bound[name] for name in predictions]
    return found if targets else _by_class(found), [bound[name] for name in targets]


def _is_alike(part: Expr, node: Node) -> bool:
    """Whether a node can stand for a part of a form, apart from its operands."""
    if isinstance(part, Number):
        return graph.is_constant(node) and node.data == part.number
    if isinstance(part, Name):
        return True
    return node.op == part.row.name and len(node.operands) == len(part.operands)


@lru_cache(maxsize=64)
def _form(op: str, wide: int) -> tuple[Sequence[Expr], Sequence[Expr], Expr]:
    """The predictions, the targets and the loss that ends so, for so many classes."""
    loss = FORMS[op].loss
    if loss is losses.cross_entropy:
        z = [Name(k) for k in range(max(wide, 2) + 1)]
        return z, [], losses.cross_entropy(z, len(z) - 1)
    if loss is losses.categorical_cross_entropy:
        p, y = ([Name((which, k)) for k in range(max(wide, 1))] for which in "py")
        return p, y, losses.categorical_cross_entropy(p, y)
    prediction, target = Name("ŷ"), Name("y")
    return [prediction], [target], loss(prediction, target)


def _by_class(logits: Sequence[Node]) -> Sequence[Node]:
    """In the order of the indices in their labels; as they are where those do not tell it."""
    plain = [unicodedata.normalize("NFKC", str(graph.label(z))) for z in logits]
    indices = [tuple(map(int, re.findall(r"\d+", name))) for name in plain]
    index = dict(zip(logits, indices, strict=True))
    alike = len({re.sub(r"\d+", "", name) for name in plain}) == 1
    others = indices[:-1]
    told = alike and len({*index.values()}) == len(logits) and others == sorted(others)
    return sorted(logits, key=index.__getitem__) if told else logits


def _class_of(node: Node) -> str:
    """Which logit is that of the right class."""
    right = node.operands[0].operands[0].operands[0].operands[1]
    return text.one_line(graph.label(right), 16) or "the last"


class Form(NamedTuple):
    """How the box of a loss reads: its name, its formula, its derivative; and the loss."""

    name: str
    formula: str
    gradient: str
    loss: Callable[..., Expr]


FORMS = {
    "pow": Form("squared error", "(y − ŷ)²", "ŷ = 2 (ŷ − y)", losses.squared_error),
    "sub": Form(
        "binary cross-entropy",
        "−y log ŷ\n− (1 − y) log(1 − ŷ)",
        "ŷ = (ŷ − y) / (ŷ (1 − ŷ))",
        losses.binary_cross_entropy,
    ),
    "add": Form(
        "binary cross-entropy of z",
        "y log(1 + e⁻ᶻ)\n+ (1 − y) log(1 + eᶻ)",
        "z = σ(z) − y",
        losses.binary_cross_entropy_with_logits,
    ),
    "neg": Form(
        "categorical cross-entropy",
        "−Σ yᵢ log ŷᵢ",
        "ŷᵢ = −yᵢ / ŷᵢ",
        losses.categorical_cross_entropy,
    ),
    "softplus": Form(
        "cross-entropy of logits",
        "−log softmax(z)ₜ",
        "zₖ = softmax(z)ₖ − [k = t]",
        losses.cross_entropy,
    ),
    "relu": Form("hinge loss", "max(0, 1 − y s)", "s = −y, or 0 where L = 0", losses.hinge),
}
"""By the last operation."""
WITHOUT_TARGET = frozenset({"softplus"})
OF_CLASSES = frozenset({"softplus", "neg"})
