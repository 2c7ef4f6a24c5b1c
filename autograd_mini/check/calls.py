"""Calling the function under test, whichever scalars it takes and gives.

Vocabulary: the *kind* of a call is "values", with leaves of this engine that record a graph, or
"floats", plain numbers for functions of math, NumPy or another engine. The *outcome* is the number
that came back, with the graph where there is one. An *argument* is a number or a list, nested as
deep as one likes; the *point* is all of their numbers in a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import nested
from autograd_mini.check.rounding import Recording
from autograd_mini.given import described
from autograd_mini.numbers import lowered
from autograd_mini.real import is_real, real
from autograd_mini.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any


class Outcome(NamedTuple):
    """What one call gave: the number, and for a graph of this engine its root and leaves."""

    value: float
    root: Value | None = None
    leaves: Sequence[Value] = ()

    def recording(self) -> Recording | None:
        """What the call has recorded; None if it records nothing."""
        return None if self.root is None else Recording(self.root, self.leaves)


class Function:
    """A function of scalars, or of lists of them, with the point at which it is looked at.

    Args:
        f: the function; it is called as ``f(x₁, x₂, …)``.
        inputs: its arguments: real numbers, Values (whose numbers and labels are used), or lists of
            these, nested as f takes them. Several inputs are one list where f takes one argument.
        where: who asks, for messages.

    Raises:
        TypeError, ValueError: f is not callable, or the inputs are not a sequence of numbers.
    """

    def __init__(self, f: Callable[..., object], inputs: object, where: str) -> None:
        if not callable(f):
            raise TypeError(
                f"{where}: the first argument is {described(f)}; pass the function itself, "
                f"as {where}(f, [0.5, -1.0])"
            )
        self.f = f
        self.where = where
        self.kind = "values"
        given = _listed(inputs, where)
        if len(given) > 1 and _takes_one(f, len(given)):
            given = [given]
        self.arguments = given
        usual = _parameter_names(f, len(given))
        named = [
            pair
            for argument, name in zip(given, usual, strict=True)
            for pair in _numbered(argument, name)
        ]
        if not named:
            raise ValueError(f"{where}: no inputs given; there is nothing to differentiate by")
        self.point = [
            x.data if isinstance(x, Value) else real(x, f"{where}: input {i}")
            for i, (x, _) in enumerate(named, 1)
        ]
        self.names = [str((x.label if isinstance(x, Value) else "") or name) for x, name in named]
        name = getattr(f, "__name__", getattr(f, "name", ""))  # a row of the table has a name
        self.name = name if isinstance(name, str) and name.isidentifier() else "f"

    def __call__(self, numbers: Sequence[float]) -> Outcome:
        """Call f at ``numbers``.

        Raises:
            TypeError: f returned something else than one scalar.
            ValueError: f changed its inputs.
        """
        if self.kind == "floats":
            return self._outcome(self.f(*self.arranged(numbers)), ())
        leaves = [Value(x, name) for x, name in zip(numbers, self.names, strict=True)]
        outcome = self._outcome(self.f(*self.arranged(leaves)), leaves)
        for leaf, number in zip(leaves, numbers, strict=True):
            if leaf.data != number and number == number:
                raise ValueError(
                    f"{self.where}: {self.name} set the data of its input {leaf.label} from "
                    f"{number!r} to {leaf.data!r}; compute a new Value instead of changing one"
                )
        return outcome

    def arranged(self, numbers: Iterable[object]) -> list[object]:
        """The arguments of a call: ``numbers`` in lists as those that were given."""
        left = iter(numbers)
        return [nested.rebuilt(x, left) for x in self.arguments]

    def choose_kind(self, *kinds: str) -> None:
        """Take the first kind of scalars that f accepts.

        Raises:
            TypeError, AttributeError: f accepts none of them.
        """
        for self.kind in kinds[:-1]:
            try:
                self.f(*self.arranged(map(Value if self.kind == "values" else float, self.point)))
            except (TypeError, AttributeError):
                continue
            return
        self.kind = kinds[-1]

    def _outcome(self, result: object, leaves: Sequence[Value]) -> Outcome:
        if isinstance(result, Value):
            return Outcome(result.data, result if leaves else None, leaves)
        return Outcome(number_of(result, f"{self.where}: {self.name} returned"), None, leaves)


def number_of(result: object, said: str) -> float:
    """The float in a real number or in another engine's scalar, by its ``.item()`` or ``.data``.

    Raises:
        TypeError: it holds no single real number; ``said`` begins the message.
    """
    inner: Any = result
    if not is_real(result):
        item = getattr(result, "item", None)
        try:
            inner = item() if callable(item) else getattr(result, "data", None)
        except (TypeError, ValueError, RuntimeError):  # an array of several numbers
            inner = None
    if is_real(inner):
        return float(inner)
    raise TypeError(
        f"{said} {described(result)}; it must be one real scalar: a Value, a number, or an "
        "object with .item() or .data. Of several numbers return one, or their sum"
    )


def flattened(given: Any) -> list[object]:
    """The elements of nested lists, tuples or arrays in a row; of anything else itself."""
    if isinstance(given, (list, tuple)) or getattr(given, "shape", None):
        return [element for part in given for element in flattened(part)]
    return [given]


def _listed(inputs: Any, where: str) -> list[object]:
    if isinstance(inputs, Value) or is_real(inputs):
        return [inputs]
    if isinstance(inputs, (str, bytes, dict, set)) or not hasattr(inputs, "__iter__"):
        raise TypeError(
            f"{where}: inputs is {described(inputs)}; give a list of numbers or Values, one for "
            "each argument of the function, as [0.5, -1.0]"
        )
    return list(inputs)


def _numbered(x: object, name: str) -> list[tuple[object, str]]:
    """The numbers in an argument with their names: x itself, or x[0], x[1] and so on."""
    if not isinstance(x, (list, tuple)):
        return [(x, name)]
    return [pair for i, part in enumerate(x) for pair in _numbered(part, f"{name}[{i}]")]


def _takes_one(f: Callable[..., object], given: int) -> bool:
    """Whether f can be called with one argument, and not with so many."""
    import inspect

    def fits(count: int) -> bool:
        try:
            signature.bind(*[None] * count)
        except TypeError:
            return False
        return True

    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # a function of C need not have one
        return False
    return fits(1) and not fits(given)


def _parameter_names(f: object, count: int) -> list[str]:
    """The names of f's parameters if they are plain, else x₁, x₂, …; x for a single one."""
    code = getattr(f, "__code__", None)
    if code is not None:
        names = list(code.co_varnames[: code.co_argcount])[hasattr(f, "__self__") :]
        if len(names) >= count:
            return names[:count]
    if count == 1:
        return ["x"]
    return [f"x{lowered(i)}" for i in range(1, count + 1)]
