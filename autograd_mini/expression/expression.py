"""Expressions as they are typed: ``sigmoid(w*x + b)``.

Vocabulary: the *expression* is read by Python's own parser into a syntax *tree*, and the tree is
followed here, node by node. Nothing of it is ever evaluated by Python: what is not a number, a
name, an operator of arithmetic or a function of the table of operations is refused, with the place
where it stands. A *name* is a variable that got a number; ``(z := w*x + b)``
names an intermediate result. A *chain* is what lies between operators of one strength, a + b + …;
its tree leans to the left, and is followed in a loop, however long it is.
"""

from __future__ import annotations

import ast
import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograd_mini import ops
from autograd_mini.expression.parsing import DEEPEST, ExpressionError, parsed, too_deep
from autograd_mini.value import Value

USUAL = ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "sum", "max", "where")
"""Functions that a message names."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.pow,
}

_SIGNS = str.maketrans({"·": "*", "×": "*", "−": "-"})
"""What explanations print, and Python does not read."""

_SCHOOL = {"ln": "log", "σ": "sigmoid", "ReLU": "relu", "arctan": "atan"}
"""Functions by the names that a textbook gives them."""

_REMEDIES: dict[type[ast.AST], str] = {
    ast.Attribute: "attributes are not looked up; write functions by name alone, as in exp(x)",
    ast.Compare: "comparisons are not numbers; where(step(x), a, b) is a when x is above 0",
    ast.BoolOp: "`and` and `or` are not arithmetic",
    ast.IfExp: "write where(step(x), a, b) instead of `a if … else b`",
    ast.Subscript: "there is nothing to index; write x1, x2 for several inputs",
    ast.Lambda: "functions cannot be made here; take one of the table",
    ast.Starred: "write the operands one by one",
    ast.Tuple: "one expression is asked for; inside sum, max and affine use brackets: [x, y]",
}


class Expression:
    """An expression that can be computed for numbers or Values of its names.

    Args:
        text: as typed.

    Attributes:
        text: as typed, without what surrounds it.
        names: the variables, in the order of their appearance.

    Raises:
        ExpressionError: it cannot be parsed, is too long or too deep, or holds something else than
            arithmetic and functions of the table.

    >>> expression = Expression("sigmoid(w*x + b)")
    >>> expression.names
    ('w', 'x', 'b')
    >>> expression({"w": 2.0, "x": 1.5, "b": -3.0})
    0.5
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.translate(_SIGNS).split())
        self._terms = list(parsed(self.text))
        found: dict[str, None] = {}
        given: set[str] = set()
        for _, tree in self._terms:
            for node in _in_order(tree):
                if isinstance(node, ast.NamedExpr):
                    given.add(node.target.id)
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found.setdefault(node.id)
        self.names = tuple(name for name in found if name not in given)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The result for numbers (a float) or Values (a Value).

        Raises:
            ExpressionError: a name has no value, a function is unknown or has another number of
                operands, or a power is beyond the largest double.
        """
        reader = _Reader(values)
        (_, first), *others = self._terms
        total = reader.value(first, 0)
        for sign, tree in others:
            term = reader.value(tree, 0)
            total = ops.sub(total, term) if sign == "-" else ops.add(total, term)
        return total


def _in_order(tree: ast.expr) -> Iterator[ast.AST]:
    """Every node, in the order of the text, without recursion."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.Call):
            stack += [*map(_argument, reversed(node.keywords)), *reversed(node.args)]
        else:
            stack += reversed(list(ast.iter_child_nodes(node)))


def _argument(keyword: ast.keyword) -> ast.expr:
    return keyword.value


class _Reader:
    """Follows a tree with values for its names."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def value(self, node: ast.expr, depth: int) -> Any:
        """The value of a node; ``depth`` counts what lies around it."""
        if depth > 2 * DEEPEST:
            raise ExpressionError(too_deep("operations"))
        if isinstance(node, ast.BinOp):
            return self._chain(node, depth)
        if isinstance(node, ast.Constant):
            return _number(node)
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            operand = self.value(node.operand, depth + 1)
            return ops.neg(operand) if isinstance(node.op, ast.USub) else operand
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.NamedExpr):
            return self._name(node.target.id, self.value(node.value, depth + 1))
        remedy = _REMEDIES.get(type(node), "write arithmetic and functions of the table")
        raise ExpressionError(f"{_shown(node)} cannot stand here: {remedy}")

    def _chain(self, node: ast.BinOp, depth: int) -> Any:
        """a + b + …, from the left."""
        links = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            links.append(first)
            first = first.left
        total = self.value(first, depth + 1)
        for link in reversed(links):
            operation = _BINARY.get(type(link.op))
            if operation is None:
                raise ExpressionError(
                    f"the operator of {_shown(link)} is not there; take +, -, *, / or **"
                )
            other = self.value(link.right, depth + 1)
            result = operation(total, other)
            if operation is ops.pow:
                _refuse_overflow(total, other, result)
            total = result
        return total

    def _named(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name in ops.TABLE:
            raise ExpressionError(f"{name} is a function; write {name}(…)")
        raise ExpressionError(f"{name} has no value; add -s {name}=NUMBER")

    def _name(self, name: str, value: Any) -> Any:
        if name in self.values:
            raise ExpressionError(f"the name {name} is taken; choose another one for (… := …)")
        if isinstance(value, Value) and not value.label:
            value.label = name
        self.values[name] = value
        return value

    def _call(self, node: ast.Call, depth: int) -> Any:
        function = node.func
        if not isinstance(function, ast.Name):
            raise ExpressionError(
                f"{_shown(function)} cannot be called; functions have plain names, as in exp(x)"
            )
        row = ops.TABLE.get(function.id)
        if row is None:
            raise ExpressionError(_unknown(function.id))
        if node.keywords:
            raise ExpressionError(f"{function.id} takes its operands by place, without names")
        operands = [self._operand(x, row, depth + 1) for x in node.args]
        try:
            if row.name == "affine":
                return _affine(row, operands)
            if isinstance(row, ops.NaryOp):
                return row([part for x in operands for part in (x if type(x) is list else [x])])
            return row(*operands)
        except (TypeError, ValueError) as error:
            raise ExpressionError(str(error).removeprefix("ops.")) from None

    def _operand(self, node: ast.expr, row: ops.Op, depth: int) -> Any:
        """An operand; the rows of any number of operands take lists too."""
        if isinstance(node, ast.List) and isinstance(row, ops.NaryOp):
            return [self.value(part, depth) for part in node.elts]
        return self.value(node, depth)


def _affine(row: ops.Op, operands: Sequence[Any]) -> Any:
    if [type(x) is list for x in operands] != [True, True, False]:
        raise ValueError("affine takes two lists and a number: affine([w1, w2], [x1, x2], b)")
    return row(*operands)


def _number(node: ast.Constant) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        raise ExpressionError(f"{node.value!r:.40} is no real number")
    try:
        number = float(node.value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise ExpressionError("a number is beyond the largest double, about 1.8e308")
    return number


def _refuse_overflow(base: Any, exponent: Any, result: Any) -> None:
    """A power that is infinite although base and exponent are finite, and the base is not 0."""
    a, b, c = (x.data if isinstance(x, Value) else x for x in (base, exponent, result))
    if math.isinf(c) and math.isfinite(a) and math.isfinite(b) and a != 0.0:
        raise ExpressionError(f"{a:g} ** {b:g} is beyond the largest double, about 1.8e308")


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    if name in _SCHOOL:
        return f"{name} is written {_SCHOOL[name]} here"

    near = get_close_matches(name, ops.TABLE, n=1)
    advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(USUAL)} and others"
    return f"there is no function {name!r:.40}; {advice}"


def _shown(node: ast.expr) -> str:
    """The text of a node, cut where it is long; a deep one is not written out."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "an expression"
    return f"‘{text if len(text) <= 40 else text[:39] + '…'}’"


def settings(pairs: Sequence[str]) -> dict[str, float]:
    """The numbers of ``-s w=2 -s x=1.5``.

    Raises:
        ExpressionError: one is no NAME=NUMBER, or a name is given twice.

    >>> settings(["w=2", "x = -1.5e-3"])
    {'w': 2.0, 'x': -0.0015}
    """
    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, number = (part.strip() for part in pair.partition("="))
        name = unicodedata.normalize("NFKC", name)  # as Python's parser does to names
        if not equals or not name.isidentifier():
            raise ExpressionError(f"-s {pair!r:.60}: write NAME=NUMBER, as in -s w=2")
        if name in found:
            raise ExpressionError(f"-s gives {name} two numbers")
        try:
            found[name] = float(number)
        except ValueError:
            raise ExpressionError(f"-s {pair!r:.60}: {number!r:.40} is no number") from None
        if not math.isfinite(found[name]):
            raise ExpressionError(f"-s {pair!r:.60}: take a finite number")
    return found
