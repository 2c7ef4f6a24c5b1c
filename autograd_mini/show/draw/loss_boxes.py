"""Losses, found in a graph by their structure, to be shown as one box each.

Vocabulary: the *inside* of a loss is what it computes on the way from its operands, which are the
predictions ŷ and the targets y, to its number. A loss is recognised as :mod:`autograd_mini.losses`
writes it, around targets that are known to be some. The cross-entropy of logits has a class instead
of a target; it is recognised for three classes or more, since that of two is the softplus of a
difference, which need be no loss.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph
from autograd_mini.show import text
from autograd_mini.sweeps import slopes

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

    Ends = tuple[Sequence[Node], Sequence[Node]]
    Match = Callable[[Node], Ends | None]


class Loss(NamedTuple):
    """A loss in a graph.

    Attributes:
        name, formula: in words, and with y and ŷ, in lines.
        gradient: its derivative with respect to ŷ, as a formula.
        operands: the predictions and the targets.
        inside: the operations between, without the last, and the constants that only they use.
    """

    name: str
    formula: str
    gradient: str
    operands: tuple[Node, ...]
    inside: frozenset[Node]


def losses(
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
    >>> from autograd_mini.losses import squared_error
    >>> L = squared_error(Value(2.5, "ŷ"), 2.0)
    >>> nodes = [*L.operands[0].operands, L.operands[0], L]
    >>> losses(nodes, {nodes[0]: "target"}, [L])[L].formula
    '(y − ŷ)²'
    """
    if opened is True:
        return {}
    targets = {node for node, kind in kinds.items() if kind == "target"}
    uses: Counter[Node] = Counter(outputs)
    found: dict[Node, Loss] = {}
    if not targets and not any(node.op in WITHOUT_TARGET for node in nodes):
        return found
    for node in nodes:
        uses.update(node.operands)
    for node in nodes:
        if node.op in FORMS and not (opened and node in opened):
            name, formula, gradient, match = FORMS[node.op]
            predictions, wanted = match(node) or ((), ())
            ends = (*predictions, *wanted)
            if ends and targets.issuperset(wanted) and len(set(ends)) == len(ends):
                inside = _inside(node, ends)
                if all(uses[x] == _uses_within(x, inside | {node}) for x in inside):
                    said = formula if wanted else f"{formula}, {_the_right_one(node)}"
                    found[node] = Loss(name, said, gradient, ends, frozenset(inside))
    return found


def derivatives(node: Node, loss: Loss) -> list[float]:
    """∂L/∂ŷ and ∂L/∂y as numbers, for each: the sums over all ways through the inside."""
    gathered = {node: 1.0}
    for x in reversed([x for x in graph.order(node) if x is node or x in loss.inside]):
        if graph.is_leaf(x):
            continue
        slope, gradient = slopes(x), gathered.get(x, 0.0)
        for i, operand in enumerate(x.operands):
            if not graph.is_constant(operand) or operand in loss.operands:
                gathered[operand] = gathered.get(operand, 0.0) + gradient * slope(i)
    return [gathered.get(x, 0.0) for x in loss.operands]


def _inside(node: Node, ends: Collection[Node]) -> set[Node]:
    found: set[Node] = set()
    todo = list(node.operands)
    while todo:
        x = todo.pop()
        if x not in found and x not in ends:
            found.add(x)
            todo += x.operands
    return found


def _uses_within(node: Node, users: Collection[Node]) -> int:
    return sum(x is node for user in users for x in user.operands)


# --- how each is written ---


def _is(node: Node, op: str, *numbers: float | None) -> bool:
    """Whether a node is an operation on operands of which some are these constants."""
    if node.op != op or len(node.operands) < len(numbers):
        return False
    return all(
        number is None or (graph.is_constant(x) and x.data == number)
        for x, number in zip(node.operands, numbers, strict=False)
    )


def _squared_error(node: Node) -> Ends | None:
    if not _is(node, "pow", None, 2.0) or node.operands[0].op != "sub":
        return None
    y, prediction = node.operands[0].operands
    return [prediction], [y]


def _binary_cross_entropy(node: Node) -> Ends | None:
    minus, fails = node.operands
    if not _is(minus, "neg") or not _is(minus.operands[0], "xlogy") or not _is(fails, "xlogy"):
        return None
    y, prediction = minus.operands[0].operands
    for x, other in zip(fails.operands, (y, prediction), strict=True):
        if not _is(x, "sub", 1.0) or x.operands[1] is not other:
            return None
    return [prediction], [y]


def _of_logit(node: Node) -> Ends | None:
    happens, fails = node.operands
    if not _is(happens, "mul") or not _is(fails, "mul"):
        return None
    (y, above), (rest, below) = happens.operands, fails.operands
    if not (_is(above, "softplus") and _is(above.operands[0], "neg") and _is(below, "softplus")):
        return None
    logit = below.operands[0]
    same = above.operands[0].operands[0] is logit and _is(rest, "sub", 1.0)
    return ([logit], [y]) if same and rest.operands[1] is y else None


def _hinge(node: Node) -> Ends | None:
    inner = node.operands[0]
    if not _is(inner, "sub", 1.0) or inner.operands[1].op != "mul":
        return None
    y, score = inner.operands[1].operands
    return [score], [y]


def _of_classes(node: Node) -> Ends | None:
    total = node.operands[0]
    if total.op != "sum" or any(x.op != "xlogy" for x in total.operands):
        return None
    return [x.operands[1] for x in total.operands], [x.operands[0] for x in total.operands]


def _of_logits(node: Node) -> Ends | None:
    """The logits; that of the right class is taken from each of the others."""
    log_sum_exp = node.operands[0]
    if log_sum_exp.op != "add":
        return None
    largest, log = log_sum_exp.operands
    if largest.op != "max" or log.op != "log" or log.operands[0].op != "sum":
        return None
    above, powers = largest.operands, log.operands[0].operands
    for difference, power in zip(above, powers, strict=False):
        shifted = power.operands[0] if power.op == "exp" else power
        if shifted.op != "sub" or [*shifted.operands] != [difference, largest]:
            return None
    if len(above) != len(powers) or any(x.op != "sub" for x in above):
        return None
    right = {x.operands[1] for x in above}
    return (_by_class([*(x.operands[0] for x in above), *right]), []) if len(right) == 1 else None


def _by_class(logits: Sequence[Node]) -> Sequence[Node]:
    """In the order of the indices in their labels; as they are where those do not tell it."""
    plain = [unicodedata.normalize("NFKC", str(graph.label(z))) for z in logits]
    indices = [tuple(map(int, re.findall(r"\d+", name))) for name in plain]
    index = dict(zip(logits, indices, strict=True))
    alike = len({re.sub(r"\d+", "", name) for name in plain}) == 1
    others = indices[:-1]
    told = alike and len({*index.values()}) == len(logits) and others == sorted(others)
    return sorted(logits, key=index.__getitem__) if told else logits


def _the_right_one(node: Node) -> str:
    """Which logit is that of the right class."""
    right = node.operands[0].operands[0].operands[0].operands[1]
    label = text.one_line(graph.label(right), 16)
    return f"zₜ: {label}" if label else "zₜ: the last"


FORMS: Mapping[str, tuple[str, str, str, Match]] = {
    "pow": ("squared error", "(y − ŷ)²", "2 (ŷ − y)", _squared_error),
    "sub": (
        "binary cross-entropy",
        "−y log ŷ\n− (1 − y) log(1 − ŷ)",
        "(ŷ − y) / (ŷ (1 − ŷ))",
        _binary_cross_entropy,
    ),
    "add": (
        "binary cross-entropy of z",
        "y log(1 + e⁻ᶻ)\n+ (1 − y) log(1 + eᶻ)",
        "σ(z) − y",
        _of_logit,
    ),
    "neg": ("categorical cross-entropy", "−Σ yᵢ log ŷᵢ", "−yᵢ / ŷᵢ", _of_classes),
    "softplus": (
        "cross-entropy of logits",
        "−log softmax(z)ₜ",
        "softmax(z)ₖ − [k = t]",
        _of_logits,
    ),
    "relu": ("hinge loss", "max(0, 1 − y s)", "−y, or 0 where L = 0", _hinge),
}
"""By the last operation: the name, the formula, its derivative, and what finds the operands."""
WITHOUT_TARGET = frozenset({"softplus"})
SYMBOL = {
    "binary cross-entropy of z": "z",
    "hinge loss": "s",
    "categorical cross-entropy": "ŷᵢ",
    "cross-entropy of logits": "zₖ",
}
"""What stands for the prediction, where it is not ŷ."""
