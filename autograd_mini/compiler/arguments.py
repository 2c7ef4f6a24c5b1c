"""What the function is called with: the structure of one example, and batches of examples.

Vocabulary: a *form* is the structure of one argument of one example: ``float``, ``int`` or a tuple
of forms. A *cell* is one number of an example; cells are counted through all arguments, left to
right. A *column* is one cell over the whole batch. Arrays and nested sequences mean the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, KeysView, Mapping, Sequence, Set, ValuesView
from functools import lru_cache, reduce
from typing import Any, NamedTuple

from autograd_mini.nested import elements, is_array
from autograd_mini.real import is_real, real, shown

Form = Any  # float, int, or a tuple of Forms


class ForeignError(TypeError):
    """An example holds something that may be turned into numbers: see :func:`native`."""


class Given(NamedTuple):
    """The arguments of a call, with dicts taken apart.

    Attributes:
        columns: the batches that stand in them.
        names: what they are called.
        tree: for each argument None, or of a dict the keys, each with such a tree; None for all
            where there is no dict.
    """

    columns: list[Any]
    names: list[str]
    tree: Any = None

    def function(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        """The function of as many arguments as there are columns."""
        return lambda *columns: fn(*_put(self.tree, iter(columns)))


def given(arguments: Sequence[Any], names: Sequence[str]) -> Given:
    """Batches from the arguments of a call.

    A dict of batches and a list of dicts are the same; so are an array and a tensor, a pandas
    Series and the list of what is in it.

    Raises:
        TypeError: dicts differ in their keys; a tensor does not give its numbers.
    """
    if all(map(_is_plain, arguments)):
        return Given(list(arguments), list(names))
    found = Given([], [])
    tree = [_taken(x, name, found) for x, name in zip(arguments, names, strict=True)]
    return found if not any(tree) else found._replace(tree=tuple(tree))


def _is_plain(x: Any) -> bool:
    """Whether it is a list of numbers or of lists, or an array of numbers: by far the most."""
    if type(x) is list:
        return bool(x) and type(x[0]) in (float, int, list)
    return is_array(x) and type(x).__name__ == "ndarray" and x.dtype.kind in "fiu"


def _taken(x: Any, name: str, found: Given) -> Any:
    """Append the batches in one argument, and return its tree."""
    if isinstance(x, (list, tuple)) and x and isinstance(x[0], Mapping):
        for i, example in enumerate(x):
            if not isinstance(example, Mapping) or example.keys() != x[0].keys():
                raise TypeError(
                    f"compiled: {name}[{i}] is {shown(example)}, and {name}[0] a dict with the "
                    f"keys {', '.join(map(repr, x[0]))}; give all examples the same keys"
                )
        x = {key: [example[key] for example in x] for key in x[0]}
    if isinstance(x, Mapping):
        keys = sorted(x, key=str)
        return tuple((key, _taken(x[key], f"{name}_{key}", found)) for key in keys)
    found.columns.append(_batch(x, name))
    found.names.append(name)
    return None


def _put(tree: Any, columns: Iterator[Any]) -> list[Any]:
    return [
        next(columns)
        if part is None
        else dict(
            zip([key for key, _ in part], _put([sub for _, sub in part], columns), strict=True)
        )
        for part in tree
    ]


def _batch(x: Any, name: str) -> Any:
    """A batch as a sequence or an array of numbers."""
    if isinstance(x, (list, tuple)) or (type(x).__name__ == "ndarray" and is_array(x)):
        return x.tolist() if is_array(x) and x.dtype == object else x
    if _is_foreign(x):
        return _batch(_as_array(x, name), name) if getattr(x, "ndim", 1) else x
    if hasattr(x, "toarray"):
        raise TypeError(f"compiled: {name} is a sparse {type(x).__name__}; give {name}.toarray()")
    if isinstance(x, (KeysView, ValuesView)):
        return list(x)
    return x


def _is_foreign(x: Any) -> bool:
    """Whether it is a tensor, a Series or the like: something that can be made an array."""
    return hasattr(type(x), "__array__") or hasattr(type(x), "to_numpy")


def _as_array(x: Any, name: str) -> Any:
    import numpy as np

    if np.ma.isMaskedArray(x) and np.ma.getmaskarray(x).any():
        raise TypeError(
            f"compiled: {name} has masked entries; give numbers for them with .filled()"
        )
    try:
        return np.asarray(x.to_numpy() if hasattr(x, "to_numpy") else x)
    except Exception as fault:  # each library has its own
        kind = f"{type(x).__module__.partition('.')[0]}.{type(x).__name__}"
        remedy = (
            ".detach().cpu().double().numpy()" if kind.startswith("torch") else "numpy.array(...)"
        )
        raise TypeError(
            f"compiled: {name} is a {kind} that gives no array ({fault}); give {remedy} of it"
        ) from fault


def native(x: Any, name: str) -> Any:
    """Nested lists in which tensors, arrays without axes and the like are lists and numbers."""
    if isinstance(x, (list, tuple)):
        return [native(item, name) for item in x]
    if type(x).__name__ == "ndarray" and is_array(x):
        return x
    return _as_array(x, name).tolist() if _is_foreign(x) and not is_real(x) else x


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
        try:
            refused = isinstance(argument, (str, bytes, Set)) or not hasattr(
                argument, "__getitem__"
            )
            lengths[name] = len(argument)
        except TypeError:
            refused = True
        if refused:
            raise TypeError(
                f"compiled: {name} is {type(argument).__name__}; give a list or an array with one "
                "element for each example"
            )
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {n}" for name, n in lengths.items())
        raise ValueError(f"compiled: the arguments differ in their number of examples: {said}")
    if 0 in lengths.values():
        raise ValueError("compiled: no examples given; give at least one")
    return next(iter(lengths.values()))


def form_of(x: Any, name: str) -> Form:
    """The form of one argument of one example.

    Raises:
        TypeError: something in it is neither a real number nor a sequence.
    """
    if is_array(x):
        x = x.tolist()
    if isinstance(x, (list, tuple)):
        kinds = set(map(type, x))
        if len(kinds) == 1 and (kind := kinds.pop()) in (int, float):
            return _of_one_kind(kind, len(x))
        return tuple(form_of(item, name) for item in x)
    if not is_real(x):
        kind = ForeignError if _is_foreign(x) else TypeError
        raise kind(
            f"compiled: {name} holds {type(x).__name__} {shown(x)}; examples are real numbers, "
            "integers for ops.take, or nested lists of them"
        )
    return int if hasattr(x, "__index__") and not isinstance(x, bool) else float


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
    columns = [_forms(argument, name) for argument, name in zip(arguments, names, strict=True)]
    if all(len(column) == 1 for column in columns):
        return [Structure(tuple(next(iter(column)) for column in columns), None)]
    count = len(arguments[0])
    groups: dict[Any, list[int]] = {}
    each = [_outlines(column, count) for column in columns]
    for i, outline in enumerate(zip(*each, strict=True)):
        groups.setdefault(outline, []).append(i)
    found = []
    for examples in groups.values():
        members = set(examples)
        forms = tuple(
            reduce(_common, [form for form, where in column.items() if members & set(where)])
            if len(column) > 1
            else next(iter(column))
            for column in columns
        )
        found.append(Structure(forms, examples if len(groups) > 1 else None))
    return found


def _forms(argument: Any, name: str) -> dict[Form, list[int]]:
    """The forms of one argument's examples, each with the examples that have it."""
    if is_array(argument):
        return {form_of(argument[0], name): []}
    found: dict[Form, list[int]] = {}
    for i, example in enumerate(argument):
        found.setdefault(form_of(example, name), []).append(i)
    return found


def _outlines(column: dict[Form, list[int]], count: int) -> list[Form]:
    """For each example its form with int and float taken as one."""
    made: list[Form] = [_outline(next(iter(column)))] * count
    for form, where in column.items():
        outline = _outline(form)
        for i in where:
            made[i] = outline
    return made


def _outline(form: Form) -> Form:
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
    return (sum(1 for _ in leaves(form)),) if shape is None else shape


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


def leaves(form: Form) -> Iterator[type]:
    """``int`` or ``float`` for each cell, left to right."""
    if isinstance(form, tuple):
        for part in form:
            yield from leaves(part)
    else:
        yield form


def numbers(argument: Any, form: Form, name: str) -> list[list[float]]:
    """For each example the list of its numbers, checked against the form.

    Raises:
        TypeError, ValueError: an example has another structure.
    """
    kinds = list(leaves(form))
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
