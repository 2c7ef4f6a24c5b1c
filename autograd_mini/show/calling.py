"""What the nodes of one graph are called in formulas: short, and told apart.

Vocabulary: a node with a *label* is called by it, in one line and cut where it is long. A constant
is called by its number. The others are called v₁, v₂, … in the order of their making, as in
Griewank and Walther, "Evaluating Derivatives"; labels that read the same keep their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.numbers import short
from autograd_mini.show import text

if TYPE_CHECKING:
    from autograd_mini.value import Value

LONGEST = 28
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters without a shape that turn the direction of the text around them."""
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


def names(nodes: Sequence[Value], digits: int) -> dict[Value, str]:
    """A name for each node of a graph.

    >>> from autograd_mini import Value
    >>> x = Value(2.0, "x")
    >>> product = x * 3.0
    >>> list(names([x, *product.operands[1:], product], 4).values())
    ['x', '3', 'v₁']
    """
    taken = {in_line(graph.label(node)) for node in nodes}
    found: dict[Value, str] = {}
    number = 0
    for node in nodes:
        if label := graph.label(node):
            found[node] = in_line(label)
        elif graph.is_constant(node):
            found[node] = short(node.data, digits)
        else:
            name = ""
            while not name or name in taken:
                number += 1
                name = f"v{number}".translate(SUBSCRIPTS)
            found[node] = name
    return found


def in_line(label: str) -> str:
    r"""A label that can stand in a formula and cannot disturb it.

    >>> in_line("a\nb"), len(in_line("x" * 10_000)), in_line("\u202eabc")
    ('a\\nb', 28, '\\u202eabc')
    """
    shown = text.one_line(spelled(label[: LONGEST + 1]), LONGEST)
    return f"{ISOLATE}{shown}{END_ISOLATE}" if text.turns(shown) else shown


def spelled(label: str) -> str:
    """A label with the characters that turn the text around them written as escapes."""
    if label.isascii():
        return label
    return "".join(f"\\u{ord(c):04x}" if c in TURNING else c for c in label)


def derivative(result: str, operand: str) -> str:
    """How ∂result/∂operand is written.

    >>> derivative("J", "w₁"), derivative("cost", "hours of sleep")
    ('∂J/∂w₁', '∂cost/∂(hours of sleep)')
    """
    return f"∂{_whole(result)}/∂{_whole(operand)}"


def _whole(name: str) -> str:
    return f"({name})" if any(c in name for c in " +−-*/·^=") else name
