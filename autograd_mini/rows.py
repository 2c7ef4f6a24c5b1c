"""What a row of the table of operations is.

Vocabulary:

- *row*: everything the package knows of one operation. The engine, the pictures, the checks and
  the compiler read it there and nowhere else.
- *forward*: floats to float, with IEEE 754's results (:mod:`autograd_mini.ieee`).
- *partial*: the local derivative ∂z/∂xᵢ as a function of the output z and the operands, written
  in the library's own operations. Given floats it yields a number, given Values a derivative that
  can be differentiated again, given symbols a formula.
- *slope*: the same partial for floats alone, with forward functions in the place of the rows.
- *shown*: the partial as a lesson writes it, where the numerically good formula differs.
- *definition*: the operation as a textbook defines it, in terms of other rows. It is exact for real
  numbers; floats lose digits in it. The accuracy of the row is measured against it.
- *domain*: for each operand the interval from which tests and examples draw.
- *kink*: a point where the derivative does not exist, with the number that is used there.
- *boundary*: of a row that chooses among its operands, or is constant between jumps, where the
  choice changes: relu's 0, a jump of ``step``. Away from it the row is locally constant in an
  operand whose partial is 0, and goes along with one whose partial is 1
  (:mod:`autograd_mini.choices`).

The rule for kinks and ties: the gradient where the function is differentiable; else the
subgradient of least norm where it is convex, the supergradient where it is concave; else the limit
of the derivative; else nan.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import ieee
from autograd_mini.ieee import total
from autograd_mini.real import real

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    Partial = Callable[..., Any]

ANY = (-3.0, 3.0)
POSITIVE = (0.1, 4.0)
"""Domains that many rows share."""

CALL = 40
"""The precedence of a function call: it binds tighter than any infix operation."""

TABLE: dict[str, Op] = {}
"""Every row by its name."""

HIGHER: dict[str, Op] = {}
"""Rows beside the table, made when a derivative of high order asks for them."""

FAMILIES: dict[str, Callable[[str], Op]] = {}
"""For the beginning of such a row's name what makes the row from the rest of it."""


class Kink(NamedTuple):
    """A point where the derivative does not exist, and the partials that are used there."""

    at: tuple[float, ...]
    partials: tuple[float, ...]


class Op:
    """One row: an operation, callable on floats (giving a float) and on Values (giving a Value)."""

    name: str
    arity: int | None  # None for any number of operands
    forward: Callable[..., float]
    rules: tuple[Partial, ...]
    slopes: tuple[Partial, ...]
    label: str
    precedence = CALL
    latex: str
    text: str
    note = ""
    array: str
    domain: tuple[tuple[float, float], ...]
    kinks: tuple[Kink, ...]
    shown: tuple[Partial, ...]
    defaults: tuple[float, ...]
    definition: Partial | None = None
    boundary: Partial | None = None
    on_boundary: Partial | None = None  # the same for floats alone
    jumps = False
    takes_list = False
    plain: int | None = None  # the arity of a row without a boundary: partials are all of it

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (row_named, (self.name,))

    @property
    def partials(self) -> tuple[Partial, ...]:
        """For each operand the function ``(z, *operands) -> ∂z/∂operand``."""
        return self.rules

    @partials.setter
    def partials(self, rules: tuple[Partial, ...]) -> None:
        self.rules = rules
        self.slopes = tuple(map(on_floats, rules))
        self.on_boundary = self.boundary and on_floats(self.boundary)

    def __call__(self, *operands: Any) -> Any:
        """Apply the operation: floats give a float, one Value among the operands gives a Value."""
        assert self.arity is not None
        missing = self.arity - len(operands)
        if missing:
            if not 0 < missing <= len(self.defaults):
                raise TypeError(self.wrong_count(len(operands)))
            operands += self.defaults[-missing:]
        return self.apply(operands)

    def apply(self, operands: Sequence[object]) -> Any:
        """Hand over to the first operand whose type records them; else compute the float."""
        for x in operands:
            if type(x) is float:
                continue
            hook = getattr(type(x), "_apply_op", None)
            if hook is not None:
                result = hook(self, operands)
                if result is not NotImplemented:
                    return result
        where = f"ops.{self.name}"
        return self.forward(*[x if type(x) is float else real(x, where) for x in operands])

    def partial(self, i: int, z: object, operands: Sequence[object], shown: bool = False) -> Any:
        """∂z/∂operands[i] in whatever the operands are: floats, Values or symbols.

        With ``shown`` it is written as a lesson does.
        """
        rules = self.shown if shown and self.shown else self.rules
        return rules[i](z, *operands)

    def local(self, i: int, z: float, operands: Sequence[float]) -> float:
        """The local derivative ∂z/∂operands[i] as a number, at the output z and the operands."""
        return float(self.slopes[i](z, *operands))

    def at(self, z: object, operands: Sequence[object]) -> Callable[[int], Any]:
        """The function i -> ∂z/∂operands[i] at one place; what all of them share is computed once.

        >>> from autograd_mini import ops
        >>> [ops.mul.at(6.0, (2.0, 3.0))(i) for i in (0, 1)]
        [3.0, 2.0]
        """
        return lambda i: self.partial(i, z, operands)

    def wrong_count(self, given: int) -> str:
        """The sentence that refuses so many operands."""
        least = (self.arity or 0) - len(self.defaults)
        wanted = f"{least}" if not self.defaults else f"{least} to {self.arity}"
        return f"ops.{self.name} takes {wanted} operand(s), {given} given"


def on_floats(rule: Partial) -> Partial:
    """The partial for floats: the same code, where the names of rows mean their forward functions.

    A row called on floats first looks whether it has to be recorded, which takes several times as
    long as the function itself. A rule that names anything but rows stays as it is.

    >>> from autograd_mini import ops
    >>> on_floats(lambda z, x: ops.cos(x))(0.0, 0.0)
    1.0
    """
    if not isinstance(rule, FunctionType) or rule.__closure__:
        return rule
    world = [rule.__globals__.get(name) for name in rule.__code__.co_names]
    kernels = [x.forward for x in world if isinstance(x, Op) and x.arity and not x.defaults]
    if not kernels or len(kernels) < len(world):
        return rule
    names = dict(zip(rule.__code__.co_names, kernels, strict=True))
    return FunctionType(rule.__code__, names, rule.__name__, rule.__defaults__)


def op(
    name: str,
    forward: Callable[..., float],
    *partials: Partial,
    domain: tuple[tuple[float, float], ...],
    latex: str = "",
    array: str = "",
    text: str = "",
    note: str = "",
    label: str = "",
    precedence: int = CALL,
    kinks: Iterable[tuple[tuple[float, ...], tuple[float, ...]]] = (),
    shown: tuple[Partial, ...] = (),
    defaults: tuple[float, ...] = (),
    boundary: Partial | None = None,
    jumps: bool = False,
    definition: Partial | None = None,
    row: type[Op] = Op,
    table: dict[str, Op] = TABLE,
) -> Any:
    """Add a row to the table and return it; the row is the function that applies it.

    Args:
        name: the operation's name in the table; it must be new.
        forward: floats to float. A ``ValueError`` becomes nan, an ``OverflowError`` inf.
        partials: for each operand ``(z, *operands) -> ∂z/∂operand``.
        domain: for each operand the interval from which tests draw; required.
        latex, array, text: templates with ``{0}``, ``{1}``; an operand is bracketed where its
            precedence asks for it. Left out: a call of the function by its name.
        note: what a reader of a formula may not know of it: "1 where x is above 0, else 0".
        label: what a picture writes into the node.
        kinks: ``((point), (declared partials))`` for each point without a derivative.
        shown: the partials as a lesson writes them, where they differ.
        defaults: values for trailing operands that may be left out.
        boundary: for a row that chooses, operands → 0 away from the places where its choice
            changes; in the library's own operations. There a partial of 0 must mean that the row
            is locally constant in the operand, and one of 1 that it differs by a constant from it.
        jumps: whether the row's number jumps at its boundary.
        definition: ``operands → result`` by other rows; left out where mpmath has a function of
            the row's name.
        row: the class of the row, another one for any number of operands.
        table: where it is kept.

    Raises:
        ValueError: the name is taken, or the number of partials or domains is wrong.

    Example: a new operation works in the engine as soon as it is a row.

        >>> from autograd_mini import Value
        >>> cube = op("cube", lambda x: x * x * x, lambda z, x: 3 * x * x, domain=((-2, 2),))
        >>> x = Value(2.0)
        >>> cube(x).backward()
        >>> x.grad
        12.0
        >>> del TABLE["cube"]
    """
    if name in TABLE:
        raise ValueError(f"op: there is a row named {name!r} already; choose another name")
    if not partials or len(domain) != len(partials):
        raise ValueError(f"op: {name!r} needs a partial and a domain for each of its operands")
    made = row()
    made.name = name
    made.arity = None if row.takes_list else len(partials)
    is_total = str(forward.__module__).startswith(ieee.__name__)
    made.forward = forward if is_total else total(forward)
    made.boundary = boundary
    made.partials = partials
    made.label = label or name
    made.precedence = precedence
    places = ", ".join(f"{{{i}}}" for i in range(len(partials)))
    made.latex = latex or rf"\operatorname{{{{{name}}}}}({places})"
    made.array = array or f"xp.{name}({places})"
    made.text = text or f"{name}({places})"
    made.note = note
    made.domain = domain
    made.kinks = tuple(Kink(*kink) for kink in kinks)
    made.shown = shown
    made.defaults = defaults
    made.jumps = jumps
    made.definition = definition
    made.plain = made.arity if boundary is None else None
    table[name] = made
    return made


def row_named(name: str) -> Op:
    """The row of that name; a KeyError where there is none."""
    row = TABLE.get(name) or HIGHER.get(name)
    if row is None:
        for stem, member in FAMILIES.items():
            if name.startswith(stem):
                return member(name.removeprefix(stem))
        raise KeyError(f"there is no operation named {name!r} in the table")
    return row


def all_rows() -> dict[str, Op]:
    """The rows of the table, and those of high order that have been made."""
    return {**TABLE, **HIGHER}


def leaf_row(kind: str) -> Op:
    """A row without operands, outside the table: the mark of a leaf or of a constant."""
    made = Op()
    made.name = ""
    made.arity = 0
    made.label = kind
    made.partials = ()
    return made


LEAF = leaf_row("leaf")
"""The row of a Value that the user made."""

CONSTANT = leaf_row("constant")
"""The row of a number that was lifted into the graph; it receives no gradient."""
