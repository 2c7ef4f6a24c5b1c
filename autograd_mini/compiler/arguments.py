"""What one example looks like, and batches of examples as numbers.

Vocabulary: a *form* is the structure of one argument of one example: ``float``, ``int`` or a tuple
of forms. A *cell* is one number of an example; cells are counted through all arguments, left to
right. Arrays and nested sequences mean the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence, Set
from functools import lru_cache
from typing import Any, NamedTuple

from autograd_mini.compiler.given import ForeignError, is_foreign
from autograd_mini.nested import elements, is_array
from autograd_mini.real import is_real, real, shown

Form = Any  # float, int, or a tuple of Forms


def batch_length(arguments: Sequence[Any], names: Sequence[str]) -> int:
    """The number of examples, which all arguments share.

    Raises:
        TypeError: an argument is no sequence.
        ValueError: their lengths differ, or are 0.
    """
    if not arguments:
        return 1
    lengths = {}
    for name, argument in zip(names, arguments, strict=True):
        unordered = isinstance(argument, (str, bytes, Set)) or not hasattr(argument, "__getitem__")
        try:
            lengths[name] = None if unordered else len(argument)
        except TypeError:  # of no axes
            lengths[name] = None
        if lengths[name] is None:
            raise TypeError(
                f"compiled: {name} is {type(argument).__name__}; give a list or an array with one "
                "element for each example"
            )
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {n}" for name, n in lengths.items())
        raise ValueError(f"compiled: the arguments differ in their number of examples: {said}")
    if 0 in lengths.values():
        raise ValueError("compiled: no examples given; give at least one")
    return len(arguments[0])


def form_of(x: Any, name: str) -> Form:
    """The form of one argument of one example.

    Raises:
        TypeError: something in it is neither a real number nor a sequence.
    """
    if is_array(x):
        x = x.tolist()
    if isinstance(x, (list, tuple)):
        kind = _only_kind(x)
        return _of_one_kind(kind, len(x)) if kind else tuple(form_of(item, name) for item in x)
    if not is_real(x):
        fault = ForeignError if is_foreign(x) else TypeError
        raise fault(
            f"compiled: {name} holds {type(x).__name__} {shown(x)}; examples are real numbers, "
            "integers for ops.take, or nested lists of them"
        )
    return int if hasattr(x, "__index__") and not isinstance(x, bool) else float


def _only_kind(x: Sequence[Any]) -> type | None:
    """``int`` or ``float`` where all elements are just that."""
    kinds = set(map(type, x))
    return kinds.pop() if kinds in ({int}, {float}) else None


@lru_cache(maxsize=64)
def _of_one_kind(kind: type, count: int) -> Form:
    """The form of a list of plain numbers; one object for each, so that comparing is quick."""
    return (kind,) * count


class Structure(NamedTuple):
    """Examples that look alike: the forms of their arguments, and which ones they are."""

    forms: tuple[Form, ...]
    examples: list[int] | None  # None: all


def structures(arguments: Sequence[Any], names: Sequence[str]) -> list[Structure]:
    """The structures of a batch, each with its examples; a number is int only where all are."""
    columns = list(map(_forms, arguments, names))
    if all(len(column) == 1 for column in columns):
        return [Structure(tuple(form for (form,) in columns), None)]
    count = len(arguments[0])
    groups: dict[Form, list[int]] = {}
    whole = [column * count if len(column) == 1 else column for column in columns]
    for i, forms in enumerate(zip(*whole, strict=True)):
        groups.setdefault(forms, []).append(i)
    alike: dict[Form, Structure] = {}
    for forms, examples in groups.items():
        known = alike.setdefault(_outline(forms), Structure(forms, []))
        members = sorted([*(known.examples or ()), *examples])
        alike[_outline(forms)] = Structure(_common(known.forms, forms), members)
    found = list(alike.values())
    return found if len(found) > 1 else [found[0]._replace(examples=None)]


def _forms(argument: Any, name: str) -> list[Form]:
    """The form of each example; one alone where all have it."""
    if is_array(argument):
        return [form_of(argument[0], name)]
    kind = _only_kind(argument)
    if kind:
        return [kind]
    found = [form_of(example, name) for example in argument]
    return found[:1] if len(set(found)) == 1 else found


def _outline(form: Form) -> Form:
    """The form with int and float taken as one."""
    return tuple(map(_outline, form)) if isinstance(form, tuple) else float


def _common(one: Form, other: Form) -> Form:
    if isinstance(one, tuple):
        return one if one == other else tuple(map(_common, one, other))
    return int if one is other is int else float


def shape_of(form: Form) -> tuple[int, ...] | None:
    """The shape of a rectangular form; None for a ragged one."""
    if not isinstance(form, tuple):
        return ()
    shapes = {shape_of(part) for part in form}
    if len(shapes) != 1 or None in shapes:
        return None
    (inner,) = shapes
    return (len(form), *(inner or ()))


def array_shape(form: Form) -> tuple[int, ...]:
    """The shape of one example's numbers in an array; ragged ones lie in one axis."""
    shape = shape_of(form)
    return (len(elements(form)),) if shape is None else shape


def copied(x: Any) -> Any:
    """One example as nested lists of numbers, which nobody else can change."""
    if is_array(x):
        return x.tolist()
    return [copied(item) for item in x] if isinstance(x, (list, tuple)) else x


def build(form: Form, make: Callable[[str, bool], Any], name: str) -> Any:
    """A nested list of the form, with ``make(name, integer)`` called for each cell in order."""
    if isinstance(form, tuple):
        return [build(part, make, f"{name}[{i}]") for i, part in enumerate(form)]
    return make(name, form is int)


def numbers(argument: Any, form: Form, name: str) -> list[list[float]]:
    """For each example the list of its numbers, checked against the form.

    Raises:
        TypeError, ValueError: an example has another structure.
    """
    kinds = elements(form)
    rows = []
    for example in argument:
        flat = elements(example)
        if len(flat) != len(kinds):
            raise ValueError(
                f"compiled: an example of {name} holds {len(flat)} numbers, expected {len(kinds)}"
            )
        rows.append(
            [
                x if type(x) is float else operator.index(x) if k is int else real(x, name)
                for x, k in zip(flat, kinds, strict=True)
            ]
        )
    return rows


def source_names(forms: Sequence[Form], names: Sequence[str]) -> list[str]:
    """What the arguments are called in the source: a capital for a batch of lists, X for x.

    >>> source_names([(float,), float], ["x", "d_a key of words"])
    ['X', 'x1']
    """
    chosen: list[str] = []
    for k, (form, given) in enumerate(zip(forms, names, strict=True)):
        name = given if given.isidentifier() else f"x{k}"
        text = name[0].upper() + name[1:] if isinstance(form, tuple) else name
        while text in ("theta", "weight", "B", "np", *chosen):
            text += "_"
        chosen.append(text)
    return chosen
