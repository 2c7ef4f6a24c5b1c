"""What models are given, checked: widths, examples, activation functions.

Vocabulary: the *width* of a layer is the number of its neurons; the number of its inputs is the
width of what stands before it. One *example* is a sequence of as many numbers or Values; nothing is
cut off or filled up silently. An *activation* is named as its row in :mod:`autograd_mini.ops`, such
as "relu"; None is the linear one, g(z) = z. A row counts as *unary* when one operand is enough to
call it, so ``leaky_relu`` and ``elu`` count, with their default slopes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice
from reprlib import repr as brief
from typing import Any

from autograd_mini import ops
from autograd_mini.bulk import constant
from autograd_mini.given import described, integer
from autograd_mini.nn import notation
from autograd_mini.real import is_real, real, shown
from autograd_mini.rows import Op
from autograd_mini.value import Value

LINEAR = "linear"


def width(given: object, what: str) -> int:
    """A width as an int of at least 1; ``what`` names it for the message. True and 2.0 are none.

    >>> width(0, "MLP: the width of layer 2")
    Traceback (most recent call last):
        ...
    ValueError: MLP: the width of layer 2 must be at least 1, not 0
    """
    number = integer(given)
    if number is None:
        raise TypeError(f"{what} must be a whole number, not {type(given).__name__} {brief(given)}")
    if number < 1:
        raise ValueError(f"{what} must be at least 1, not {number}")
    return number


def widths(given: object, what: str) -> list[int]:
    """The widths of an MLP's layers, at least one of them; ``what`` names the argument."""
    if isinstance(given, (str, bytes, Mapping, Set)) or not isinstance(given, Iterable):
        raise TypeError(
            f"{what} must be the list of the layers' widths, such as [4, 1], "
            f"not {type(given).__name__} {brief(given)}"
        )
    if getattr(given, "shape", None) == ():
        raise TypeError(f"{what} must be a list such as [4, 1], not an array of no dimension")
    checked = [width(nout, f"{what}: the width of layer {i}") for i, nout in enumerate(given, 1)]
    if not checked:
        raise ValueError(f"{what} is empty; give the width of at least one layer, such as [1]")
    return checked


def example(x: object, nin: int, whose: str) -> list[object]:
    """One example as a list of Values, exactly ``nin`` of them; ``whose`` names the module.

    Values stay as they are. Numbers become constants called x₁, …, xₙ: one for each input, which
    all neurons of a layer share. Where nin is 1 the input may also come without a list around it.
    """
    given = _elements(x, nin, whose)
    if len(given) != nin:
        more = "" if hasattr(type(x), "__len__") or len(given) < nin else "more than "
        said = f"{whose} expects {_counted(nin)}, {more}{len(given) - bool(more)} given"
        if given and hasattr(type(given[0]), "__len__"):
            said += "; it takes one example at a time: [model(x) for x in X]"
        raise ValueError(said)
    return [
        item
        if isinstance(item, Value) or hasattr(type(item), "_apply_op")
        else _constant(item, nin, k, whose)
        for k, item in enumerate(given)
    ]


def numbers_of(inputs: Sequence[object]) -> list[float] | None:
    """The numbers of inputs that are all Values; None where something else records operations."""
    numbers = [x._data for x in inputs if isinstance(x, Value)]
    return numbers if len(numbers) == len(inputs) else None


def _elements(x: Any, nin: int, whose: str) -> Sequence[object]:
    if isinstance(x, (list, tuple)):
        return x
    if nin == 1 and (is_real(x) or hasattr(type(x), "_apply_op")):
        return (x,)
    if isinstance(x, (str, bytes, Mapping, Set)) or not hasattr(type(x), "__iter__"):
        raise TypeError(
            f"{whose} expects {_counted(nin)}, one example as a sequence of numbers or Values "
            f"in order, not {type(x).__name__} {brief(x)}"
        )
    if getattr(x, "shape", None) == ():  # an array of no dimension
        return (x.item(),)
    return list(x if hasattr(type(x), "__len__") else islice(x, nin + 1))  # it may be endless


def _constant(number: object, nin: int, k: int, whose: str) -> Any:
    tag = notation.inputs(nin)[k]
    if type(number) is not float:
        number = real(number, f"{whose}: input {tag}")
    return constant(number, tag)


def _counted(nin: int) -> str:
    return "1 input" if nin == 1 else f"{nin} inputs"


def unary_rows() -> list[str]:
    """The names of all rows that can be activations.

    >>> "relu" in unary_rows(), "leaky_relu" in unary_rows(), "add" in unary_rows()
    (True, True, False)
    """
    return [name for name, row in ops.TABLE.items() if _is_unary(row)]


def _is_unary(row: Op) -> bool:
    return row.arity is not None and row.arity - len(row.defaults) <= 1 <= row.arity


def activation_row(name: object) -> Op | None:
    """The row of an activation, None for the linear one.

    Raises:
        TypeError: ``name`` is not a string.
        ValueError: no row has this name, or its row takes more than one operand.

    >>> activation_row("tanh"), activation_row(None)
    (<operation tanh>, None)
    >>> activation_row("sigmiod")
    Traceback (most recent call last):
        ...
    ValueError: activation 'sigmiod' is not a unary row of ops.TABLE; did you mean 'sigmoid' ...
    """
    if name is None:
        return None
    if not isinstance(name, str):
        raise TypeError(
            f"activation: expected the name of a row such as 'relu', or None for a linear neuron, "
            f"not {type(name).__name__} {brief(name)}"
        )
    row = ops.TABLE.get(name)
    if row is not None and _is_unary(row):
        return row
    raise ValueError(f"activation {brief(name)} is not a unary row of ops.TABLE; {_advice(name)}")


def choose(activation: str | bool | None, nonlin: bool | None) -> str | None:
    """The activation meant by our argument and micrograd's.

    micrograd's neurons have ``nonlin``: True is ReLU and False is linear, and it is their second
    argument, so a bool in the place of a name means the same.

    Raises:
        ValueError: both are given and disagree.

    >>> choose("relu", False), choose("relu", True), choose("tanh", None), choose(False, None)
    (None, 'relu', 'tanh', None)
    """
    if nonlin is None:
        if not isinstance(activation, bool):
            return activation
        nonlin = activation
    elif not isinstance(nonlin, bool):
        raise TypeError(f"nonlin must be True or False, not {described(nonlin)}")
    elif activation not in ("relu", nonlin):
        raise ValueError(
            f"activation={shown(activation)} and nonlin={shown(nonlin)} contradict each other; "
            "give activation= alone"
        )
    return "relu" if nonlin else None


def kind(activation: str | None) -> str:
    """The first word of a neuron's repr, as micrograd writes it.

    >>> kind("relu"), kind(None), kind("tanh"), kind("leaky_relu")
    ('ReLU', 'Linear', 'Tanh', 'LeakyReLU')
    """
    words = (activation or LINEAR).split("_")
    return "".join("ReLU" if word == "relu" else word.capitalize() for word in words)


def _advice(name: str) -> str:
    if name == LINEAR:
        return "a linear neuron has activation=None"
    from difflib import get_close_matches  # looked up by mistakes only: it is slow to import

    near = get_close_matches(name[:40].lower(), unary_rows(), n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(map(repr, near))} (None is linear)?"
    return "take one of 'relu', 'sigmoid', 'tanh', …, or None for a linear neuron"
