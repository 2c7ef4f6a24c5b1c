"""How many numbers go in and out: widths checked when a model is built and when it is called.

Vocabulary: the *width* of a layer is the number of its neurons; the number of its inputs is the
width of what stands before it. One *example* is a sequence of as many numbers or Values. Nothing is
cut off or filled up silently.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice
from typing import Any

from autograd_mini.given import integer
from autograd_mini.nn import notation
from autograd_mini.real import is_real, real
from autograd_mini.value import Value


def width(given: Any, what: str) -> int:
    """A width as an int of at least 1; ``what`` names it for the message.

    Raises:
        TypeError: it is not a whole number (True and 2.0 are not).
        ValueError: it is 0 or negative.

    >>> width(0, "MLP: the width of layer 2")
    Traceback (most recent call last):
        ...
    ValueError: MLP: the width of layer 2 must be at least 1, not 0
    """
    number = integer(given)
    if number is None:
        raise TypeError(
            f"{what} must be a whole number, not {type(given).__name__} {reprlib.repr(given)}"
        )
    if number < 1:
        raise ValueError(f"{what} must be at least 1, not {number}")
    return number


def widths(given: Any, what: str) -> list[int]:
    """The widths of an MLP's layers, at least one of them; ``what`` names the argument.

    Raises:
        TypeError: ``given`` is not a sequence of whole numbers.
        ValueError: it is empty, or one of them is 0 or negative.
    """
    if isinstance(given, (str, bytes, Mapping, Set)) or not isinstance(given, Iterable):
        raise TypeError(
            f"{what} must be the list of the layers' widths, such as [4, 1], "
            f"not {type(given).__name__} {reprlib.repr(given)}"
        )
    if getattr(given, "shape", None) == ():
        raise TypeError(f"{what} must be a list such as [4, 1], not an array of no dimension")
    checked = [width(nout, f"{what}: the width of layer {i}") for i, nout in enumerate(given, 1)]
    if not checked:
        raise ValueError(f"{what} is empty; give the width of at least one layer, such as [1]")
    return checked


def example(x: Any, nin: int, whose: str) -> list[Any]:
    """One example as a list of Values, exactly ``nin`` of them; ``whose`` names the module.

    Values stay as they are. Numbers become constants called x₁, …, xₙ: one for each input, which
    all neurons of a layer share. Where nin is 1 the input may also come without a list around it.

    Raises:
        TypeError: ``x`` is no sequence of numbers.
        ValueError: it has another width.
    """
    given = _elements(x, nin, whose)
    if len(given) != nin:
        raise ValueError(_wrong_width(x, given, nin, whose))
    return [
        item
        if isinstance(item, Value) or hasattr(type(item), "_apply_op")
        else _constant(item, nin, k, whose)
        for k, item in enumerate(given)
    ]


def numbers_of(inputs: Sequence[Any]) -> list[float] | None:
    """The numbers of inputs that are all Values; None where something else records operations."""
    return [x._data for x in inputs] if all(isinstance(x, Value) for x in inputs) else None


def _elements(x: Any, nin: int, whose: str) -> Sequence[Any]:
    if isinstance(x, (list, tuple)):
        return x
    if nin == 1 and (is_real(x) or hasattr(type(x), "_apply_op")):
        return (x,)
    if isinstance(x, (str, bytes, Mapping, Set)) or not hasattr(type(x), "__iter__"):
        raise TypeError(
            f"{whose} expects {_counted(nin)}, one example as a sequence of numbers or Values "
            f"in order, not {type(x).__name__} {reprlib.repr(x)}"
        )
    if getattr(x, "shape", None) == ():  # an array of no dimension
        return (x.item(),)
    if hasattr(type(x), "__len__"):
        return list(x)
    return list(islice(x, nin + 1))  # a generator may be endless


def _constant(number: Any, nin: int, k: int, whose: str) -> Value:
    tag = notation.inputs(nin)[k]
    if type(number) is not float:
        number = real(number, f"{whose}: input {tag}")
    return Value.constant(number, tag)


def _wrong_width(x: Any, given: Sequence[Any], nin: int, whose: str) -> str:
    more = "" if hasattr(type(x), "__len__") or len(given) < nin else "more than "
    said = f"{whose} expects {_counted(nin)}, {more}{len(given) - bool(more)} given"
    if given and hasattr(type(given[0]), "__len__"):
        said += "; it takes one example at a time: [model(x) for x in X]"
    return said


def _counted(nin: int) -> str:
    return "1 input" if nin == 1 else f"{nin} inputs"
