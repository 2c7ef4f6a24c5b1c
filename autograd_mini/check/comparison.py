"""gradcheck: derivatives compared with what finite differences and complex steps make of f."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from autograd_mini import graph, modes
from autograd_mini.check.calls import Function, Outcome, flattened, number_of
from autograd_mini.check.differences import estimates
from autograd_mini.check.report import Estimate, Report, Row, unsettled
from autograd_mini.check.rounding import path_products
from autograd_mini.derivatives import grad
from autograd_mini.numbers import raised

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_mini.graph import Node

    Call = Callable[[Sequence[float]], Outcome]

MOST_ORDER = 10

MOST_ROWS = 10_000
"""So many derivatives of second and higher orders are compared in one call."""

NEAR = 1e-6
"""The step to either side at which a kink is looked for, relative to the operand."""


def gradcheck(
    f: Callable[..., object],
    inputs: object,
    order: int = 1,
    gradients: Callable[..., object] | None = None,
) -> Report:
    """Compare the derivatives of f at a point with estimates made from values of f alone.

    Args:
        f: called as ``f(x₁, x₂, …)`` with Values; it returns one Value. With ``gradients`` it is
            called with floats and may belong to any engine: it returns a number or anything with
            ``.item()`` or ``.data``.
        inputs: the point: a list with a number, a Value, or a nested list of them for each
            argument. Where f takes one argument, several inputs are the list ``f(xs)`` takes.
        order: 1 compares the first derivatives, by ``backward()`` and by ``grad``; 2 the second
            ones as well, each with differences of a first one; and so on, up to 10, as long as
            there are no more than 10,000 derivatives.
        gradients: a derivative to check instead of this engine's, called with the same floats; it
            returns a sequence with a derivative for each input, nested or not (or a single one).

    Returns:
        A :class:`Report`: true when all agree within the estimates' own errors. Its verdict is
        "pass", "fail", or "inconclusive" where nothing could be decided: at a kink, next to a
        jump, where no step size settles, where a derivative of 0 would pass as well, or where f
        branches on its inputs or rounds, so that it is not what it has recorded. A derivative that
        is 0 but for rounding passes if its path products explain that much.

    Raises:
        TypeError: f returns no scalar, or an input is not a number.
        ValueError: there are no inputs, f changes them, ``gradients`` has another number, or
            ``order`` asks for too many derivatives.

    In a test of yours this is one line:

        >>> from autograd_mini import ops
        >>> assert gradcheck(lambda x, y: ops.sin(x) * y, [0.3, -1.2])
        >>> assert gradcheck(lambda xs, w: w * ops.sum(xs), [[0.5, 2.0, 1.0], 3.0])

    A derivative written by hand, of a function of floats:

        >>> import math
        >>> def f(x): return math.sin(3 * x)
        >>> print(gradcheck(f, [0.25], gradients=lambda x: [2.99 * math.cos(3 * x)]))
        gradcheck of f: fail (1 of 1)
        function  input  point       analytic        numeric  difference        bound  verdict
        f         x       0.25  2.18774971793  2.19506660662      0.0073  1.5 × 10⁻¹³  fail
        f by x: off by 0.0073, which is more than 1.5 × 10⁻¹³
    """
    function = Function(f, inputs, "gradcheck")
    if gradients is not None:
        return _check_gradients(function, order, gradients)
    _refuse_order(order, len(function.point))
    rows: list[Row] = []
    for times in range(order):
        for places in product(range(len(function.point)), repeat=times):
            rows += _rows(function, _derivative(function, places), places)
    return Report(function.name, rows)


def _refuse_order(order: object, count: int) -> None:
    """Raise unless so many derivatives can be compared within a lifetime."""
    if type(order) is not int or not 1 <= order <= MOST_ORDER:
        raise ValueError(
            f"gradcheck: order is {order!r}; it must be 1, 2, … {MOST_ORDER}: "
            "the graph of a derivative about triples with each order"
        )
    rows = sum([count**k for k in range(1, order + 1)])
    if order > 1 and rows > MOST_ROWS:
        raise ValueError(
            f"gradcheck: order {order} of {count} inputs is {rows:,} derivatives, more than "
            f"{MOST_ROWS:,}; take a lower order, or fix some of the inputs"
        )


def _check_gradients(function: Function, order: int, gradients: Callable[..., object]) -> Report:
    """Compare a derivative that was written elsewhere."""
    if order != 1:
        raise ValueError(
            f"gradcheck: order {order!r} with gradients=; to check a second derivative of your "
            "own, pass the first one as f and the second one as gradients="
        )
    if not callable(gradients):
        raise TypeError(
            f"gradcheck: gradients is a {type(gradients).__name__}; pass a function of the inputs "
            "that returns a sequence of derivatives"
        )
    function.choose_kind("floats", "values")
    given = gradients(*function.arranged(function.point))
    count = len(function.point)
    listed = flattened(list(given) if isinstance(given, Iterator) else given)
    if len(listed) != count:
        raise ValueError(
            f"gradcheck: gradients returned {len(listed)} derivative(s) for {count} input(s); "
            "return one for each input, in their order"
        )
    analytic = [[number_of(x, "gradcheck: gradients returned")] for x in listed]
    return Report(function.name, _rows(function, function, (), analytic))


def _derivative(function: Function, places: Sequence[int]) -> Call:
    """f differentiated with respect to the inputs at ``places``, one after the other."""

    def call(numbers: Sequence[float]) -> Outcome:
        outcome = function(numbers)
        root = outcome.root
        if not places:
            return outcome
        if root is None:  # a number that depends on nothing
            return outcome._replace(value=0.0)
        for i in places:
            (root,) = grad(root, [outcome.leaves[i]])
        return Outcome(root.data, root, outcome.leaves)

    return call


def _gradients(outcome: Outcome) -> list[list[float]]:
    """For each input the derivatives that the engine gives: by grad, and by backward()."""
    leaves, root = outcome.leaves, outcome.root
    if root is None:
        return [[0.0] for _ in leaves]
    found = [[slope.data] for slope in grad(root, leaves)]
    if not graph.is_constant(root):
        root.backward()
        for numbers, leaf in zip(found, leaves, strict=True):
            numbers.append(leaf.grad)
    return found


def _rows(
    function: Function, call: Call, places: Sequence[int], given: list[list[float]] | None = None
) -> list[Row]:
    """A row for each input of ``call``, a function or a derivative of it."""
    point = function.point
    outcome = call(point)
    root, leaves = outcome.root, outcome.leaves
    kink = "" if root is None else kink_at(root, leaves)
    found = _steady(call, point, outcome)
    gradients = _gradients(outcome) if given is None else given
    products: list[tuple[float, float]] = []
    rows = []
    for i, (numbers, estimate) in enumerate(zip(gradients, found, strict=True)):
        place = (_named(function, places), function.names[i], point[i])
        worst = _farthest(numbers, estimate.value)
        row = Row(place, worst, estimate, kink, is_given=given is not None)
        if given is None and root is not None and (row.verdict != "pass" or row.is_flat):
            products = products or path_products(root, leaves)
            row = Row(place, worst, estimate, kink, products[i])
        rows.append(row)
    return rows


def _steady(call: Call, point: Sequence[float], outcome: Outcome) -> Sequence[Estimate]:
    """The estimates, if f gives the same number at the same point before and after them."""
    again = call(point)
    if _same(outcome.value, again.value):
        found = estimates(call, point, outcome)
        again = call(point)
        if _same(outcome.value, again.value):
            return found
    reason = f"f is not deterministic: it gave {outcome.value!r} and then {again.value!r}"
    return [unsettled("unsettled", reason) for _ in point]


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)


def _farthest(numbers: Sequence[float], value: float) -> float:
    """The number that is farthest from the value; a nan is the farthest."""
    return max(numbers, key=lambda x: abs(x - value) if x == x else math.inf)


def _named(function: Function, places: Sequence[int]) -> str:
    """f, ∂f/∂x, ∂²f/∂x∂y."""
    if not places:
        return function.name
    power = raised(len(places)) if len(places) > 1 else ""
    return f"∂{power}{function.name}/{''.join(f'∂{function.names[i]}' for i in places)}"


# --- kinks ----------------------------------------------------------------------------------------


def kink_at(root: Node, leaves: Sequence[Node]) -> str:
    """The first operation that stands at a kink, as a call with its operands; "" for none.

    A row with declared kinks (:mod:`autograd_mini.rows`) kinks at its operands if the slopes of its
    forward function to the right and to the left of them differ, along any operand that moves with
    the inputs. Asking the function itself finds a tie of maximum at any number, and finds none in
    relu where relu is straight.
    """
    moving = set(leaves)
    for node in graph.order(root):
        operands = graph.raw_operands(node)
        moved = [i for i, x in enumerate(operands) if type(x) is not float and x in moving]
        if moved:
            moving.add(node)
            if node._row.kinks and any(_kinks(node, i) for i in moved):
                return modes.called(node)
    return ""


def _kinks(node: Node, i: int) -> bool:
    """Whether the row's slopes along operand ``i`` differ on the two sides, or it jumps.

    What the value bends by within a step shrinks faster than the step where the row is smooth, and
    what it changes by shrinks with the step unless the row jumps.
    """
    numbers = graph.numbers(graph.raw_operands(node))
    scale = abs(numbers[i]) or min([abs(x) for x in numbers if x], default=1.0)
    bend, change = _bend_and_change(node, numbers, i, NEAR * scale)
    wide_bend, wide_change = _bend_and_change(node, numbers, i, 100.0 * NEAR * scale)
    least = 64.0 * math.ulp(max(abs(node._data), min(scale, 1.0) * NEAR))
    bends = least < bend < math.inf and bend > 1e-3 * wide_bend
    return bends or (least < change < math.inf and change > 0.5 * wide_change)


def _bend_and_change(node: Node, numbers: list[float], i: int, step: float) -> tuple[float, float]:
    """How far the row's value is off a line, and how far it moves, within a step to either side."""

    def at(x: float) -> float:
        return float(node._row.forward(*numbers[:i], x, *numbers[i + 1 :]))

    middle = at(numbers[i])
    right, left = at(numbers[i] + step) - middle, middle - at(numbers[i] - step)
    return abs(right - left), max(abs(right), abs(left))
