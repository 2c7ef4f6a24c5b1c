"""Which activation functions a neuron may have: the table's rows of one operand, by name.

Vocabulary: an *activation* is named as its row in :mod:`autograd_mini.ops`, such as "relu"; None is
the linear one, g(z) = z. A row counts as *unary* when one operand is enough to call it, so
``leaky_relu`` and ``elu`` count, with their default slopes.
"""

from __future__ import annotations

import reprlib

from autograd_mini import ops
from autograd_mini.given import described
from autograd_mini.real import shown
from autograd_mini.rows import Op

LINEAR = "linear"


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
            f"not {type(name).__name__} {reprlib.repr(name)}"
        )
    row = ops.TABLE.get(name)
    if row is not None and _is_unary(row):
        return row
    raise ValueError(
        f"activation {reprlib.repr(name)} is not a unary row of ops.TABLE; {_advice(name)}"
    )


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
