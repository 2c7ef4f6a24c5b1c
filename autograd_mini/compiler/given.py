"""What a compiled function is given, and what it gives back, in the structure of what was given.

Vocabulary: a *column* is one batch, a sequence or an array with one element for each example. A
dict of columns and a list of dicts are the same, and are taken apart into columns; the function
gets a dict for each example. What is *foreign* (a tensor, a pandas Series) is made an array. A
*shape* is the structure of a function's results: None for one, else a tuple of such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, KeysView, Mapping, Sequence, ValuesView
from typing import Any, NamedTuple

from autograd_mini.nested import is_array
from autograd_mini.real import is_real, shown


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
        if self.tree is None:
            return fn

        def of_columns(*columns: Any) -> Any:
            given = iter(columns)
            return fn(*[_put(part, given) for part in self.tree])

        return of_columns


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
    return _is_ndarray(x) and x.dtype.kind in "fiu"


def _is_ndarray(x: Any) -> bool:
    """Whether it is an array of NumPy's own class."""
    return type(x).__name__ == "ndarray" and is_array(x)


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


def _put(part: Any, columns: Iterator[Any]) -> Any:
    """An argument by its tree, of the next columns."""
    if part is None:
        return next(columns)
    return {key: _put(inner, columns) for key, inner in part}


def _batch(x: Any, name: str) -> Any:
    """A batch as a sequence or an array of numbers."""
    if isinstance(x, (list, tuple)) or _is_ndarray(x):
        return x.tolist() if is_array(x) and x.dtype == object else x
    if is_foreign(x):
        return _batch(_as_array(x, name), name) if getattr(x, "ndim", 1) else x
    if hasattr(x, "toarray"):
        raise TypeError(f"compiled: {name} is a sparse {type(x).__name__}; give {name}.toarray()")
    return list(x) if isinstance(x, (KeysView, ValuesView)) else x


def is_foreign(x: Any) -> bool:
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
    if _is_ndarray(x) or not is_foreign(x) or is_real(x):
        return x
    return _as_array(x, name).tolist()


def list_or_array(numbers: Any, arrays: bool) -> Any:
    """Lists, or an array where arrays went in."""
    if not arrays:
        return numbers if isinstance(numbers, list) else numbers.tolist()
    import numpy as np

    try:
        return np.array(numbers)
    except ValueError as fault:  # the function returns lists of several lengths
        raise ValueError(
            "compiled: the results of an example differ in their lengths, and make no array; give "
            "lists instead of arrays, and lists come back"
        ) from fault


def is_nested(x: Any) -> bool:
    """Whether parameters are in it, not it one itself."""
    return isinstance(x, (list, tuple, Mapping))


def leaves(params: Any) -> Iterator[Any]:
    """The parameters in nested dicts and lists, left to right."""
    if not is_nested(params):
        yield params
        return
    for part in params.values() if isinstance(params, Mapping) else params:
        yield from leaves(part)


def filled(like: Any, numbers: Iterator[Any], arrays: bool = False) -> Any:
    """The next numbers in the structure of parameters, or in a shape.

    Lists of numbers are arrays where arrays went in.
    """
    if isinstance(like, Mapping):
        return {key: filled(part, numbers, arrays) for key, part in like.items()}
    if not is_nested(like):
        return next(numbers)
    parts = [filled(part, numbers, arrays) for part in like]
    return list_or_array(parts, arrays and all(isinstance(x, float) for x in parts))
