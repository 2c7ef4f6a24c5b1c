"""Calling the function under test, whichever scalars it takes and gives.

Vocabulary: the *kind* of a call is "values", with leaves of this engine that record a graph, or
"floats", plain numbers for functions of math, NumPy or another engine. The *outcome* is the number
that came back, with the graph where there is one.
"""

from __future__ import annotations

import math

from autograd_mini.check.rounding import replayed
from autograd_mini.real import is_real, real
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random
    from typing import Any

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Outcome:
    """What one call gave: the number, and for a graph of this engine its root and leaves."""

    __slots__ = ("leaves", "root", "value")

    def __init__(self, value: float, root: Value | None = None, leaves: Sequence[Value] = ()):
        self.value = value
        self.root = root
        self.leaves = list(leaves)


class Function:
    """A function of scalars with the point at which it is looked at.

    Args:
        f: the function; it is called as ``f(x₁, x₂, …)``.
        inputs: the point, real numbers or Values (whose numbers and labels are used).
        where: who asks, for messages.

    Raises:
        TypeError, ValueError: f is not callable, or the inputs are not a sequence of numbers.
    """

    __slots__ = ("f", "kind", "name", "names", "point", "where")

    def __init__(self, f: Any, inputs: Any, where: str) -> None:
        if not callable(f):
            raise TypeError(
                f"{where}: the first argument is {_described(f)}; pass the function itself, "
                f"as {where}(f, [0.5, -1.0])"
            )
        self.f: Callable[..., Any] = f
        self.where = where
        self.kind = "values"
        given = _listed(inputs, where)
        self.point = [
            x.data if isinstance(x, Value) else real(x, f"{where}: input {i}")
            for i, x in enumerate(given, 1)
        ]
        name = getattr(f, "__name__", getattr(f, "name", ""))  # a row of the table has a name
        self.name = name if isinstance(name, str) and name.isidentifier() else "f"
        labels = [x.label if isinstance(x, Value) else "" for x in given]
        usual = _parameter_names(f, len(given))
        self.names = [str(a or b) for a, b in zip(labels, usual, strict=True)]

    def __call__(self, numbers: Sequence[float]) -> Outcome:
        """Call f at ``numbers``.

        Raises:
            TypeError: f returned something else than one scalar.
            ValueError: f changed its inputs.
        """
        if self.kind == "floats":
            return self._outcome(self.f(*numbers), ())
        leaves = [Value(x, name) for x, name in zip(numbers, self.names, strict=True)]
        outcome = self._outcome(self.f(*leaves), leaves)
        for leaf, number in zip(leaves, numbers, strict=True):
            if leaf.data != number and number == number:
                raise ValueError(
                    f"{self.where}: {self.name} set the data of its input {leaf.label} from "
                    f"{number!r} to {leaf.data!r}; compute a new Value instead of changing one"
                )
        return outcome

    def choose_kind(self, *kinds: str) -> None:
        """Take the first kind of scalars that f accepts.

        Raises:
            TypeError, AttributeError: f accepts none of them.
        """
        for kind in kinds[:-1]:
            self.kind = kind
            try:
                self.f(*(map(Value, self.point) if kind == "values" else self.point))
            except (TypeError, AttributeError):
                continue
            else:
                return
        self.kind = kinds[-1]

    def _outcome(self, result: Any, leaves: Sequence[Value]) -> Outcome:
        if isinstance(result, Value):
            return Outcome(result.data, result, leaves)
        return Outcome(number_of(result, f"{self.where}: {self.name} returned"), None, leaves)


def number_of(result: Any, said: str) -> float:
    """The float in a real number or in another engine's scalar, by its ``.item()`` or ``.data``.

    Raises:
        TypeError: it holds no single real number; ``said`` begins the message.
    """
    if is_real(result):
        return float(result)
    inner = result
    if callable(getattr(result, "item", None)):
        try:
            inner = result.item()
        except (TypeError, ValueError, RuntimeError):  # an array of several numbers
            inner = None
    elif hasattr(result, "data"):
        inner = result.data
    if is_real(inner):
        return float(inner)
    raise TypeError(
        f"{said} {_described(result)}; it must be one real scalar: a Value, a number, or an "
        "object with .item() or .data. Of several numbers return one, or their sum"
    )


def sampler(
    call: Callable[[list[float]], Outcome], point: Sequence[float], i: int, rng: Random
) -> Callable[[float], tuple[float, float] | None]:
    """The function along input ``i``: a number to the value there and the noise in it.

    None where there is no finite value, or where f raises a ``ValueError`` or an arithmetic error,
    as the functions of ``math`` do outside their domains.
    """

    def sample(x: float) -> tuple[float, float] | None:
        numbers = [*point[:i], x, *point[i + 1 :]]
        try:
            outcome = call(numbers)
        except (ArithmeticError, ValueError):
            return None
        value, root = outcome.value, outcome.root
        if not math.isfinite(value):
            return None
        noise = math.ulp(value)
        if root is not None:
            noise = max(noise, abs(replayed(root, rng) - value))
        return value, noise if noise < math.inf else abs(value)

    return sample


def _listed(inputs: Any, where: str) -> list[Any]:
    if isinstance(inputs, Value) or is_real(inputs):
        return [inputs]
    if isinstance(inputs, (str, bytes, dict, set)) or not hasattr(inputs, "__iter__"):
        raise TypeError(
            f"{where}: inputs is {_described(inputs)}; give a list of numbers or Values, one for "
            "each argument of the function, as [0.5, -1.0]"
        )
    given = list(inputs)
    if not given:
        raise ValueError(f"{where}: no inputs given; there is nothing to differentiate by")
    return given


def _parameter_names(f: Any, count: int) -> list[str]:
    """The names of f's parameters if they are plain, else x₁, x₂, …; x for a single one."""
    code = getattr(f, "__code__", None)
    if code is not None:
        names = list(code.co_varnames[: code.co_argcount])[hasattr(f, "__self__") :]
        if len(names) >= count:
            return names[:count]
    if count == 1:
        return ["x"]
    return [f"x{i}".translate(SUBSCRIPTS) for i in range(1, count + 1)]


def _described(x: Any) -> str:
    text = repr(x)
    kind = type(x).__name__
    return f"{kind} {text}" if len(text) <= 60 else f"{kind} {text[:57]}..."
