"""Derivatives of outputs and of functions, under one name each.

Given a Value, :func:`grad`, :func:`jacobian`, :func:`hessian` and :func:`hvp` are those of
:mod:`autograd_mini.derivatives`. Given a function they are transforms: they give a function of the
same arguments that computes its derivatives.

Vocabulary: the *function* takes scalars or nested lists of them, f(x, y) or f(xs), and is ordinary
code over Values. The *argnums* say which of its arguments it is differentiated by. Each number in
those is replaced by a node of its own before the function is called, also where it is a Value, so
that derivatives inside of derivatives are not confused: in d/dx [x · d/dy (x + y)] the inner one
sees y alone (Siskind and Pearlmutter, "Perturbation confusion and referential transparency", 2005).
The results of a transform are Values that depend on the Values it was called with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from autograd_mini import derivatives, modes, nested
from autograd_mini.real import is_real, real, shown
from autograd_mini.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    Inputs = Value | Iterable[Value]
    Packed = Callable[[Sequence[object]], object]
    Rule = Callable[[object, list[Value], Packed], object]
    Function = Callable[..., Any]
    Argnums = int | tuple[int, ...] | list[int] | None


@overload
def grad(output: Value, inputs: Inputs) -> tuple[Value, ...]: ...
@overload
def grad(output: Function, inputs: Argnums = None, argnums: Argnums = 0) -> Function: ...
def grad(output: Any, inputs: Any = None, argnums: Any = 0) -> Any:
    """∂output/∂input for each of the inputs, as Values that can be differentiated again.

    Args:
        output: the Value to differentiate, or a function.
        inputs: Values that it may depend on: leaves or interior nodes; or a single one.
        argnums: of a function, the place of the argument to differentiate by, or a tuple of places.

    Returns:
        Of a Value, one Value for each input; a constant 0 where the output does not depend on it.
        Of a function, the function that takes the same arguments, numbers, Values or nested lists
        of them, and gives the derivatives in the structure of the argument. ``grad(f, 1)`` is
        ``grad(f, argnums=1)``.

    Raises:
        StaleGraphError: a leaf's data was changed after a node had used it.
        TypeError: an input is not a Value, or the output is neither a Value nor a number.
        AutogradError: the output depends on a copy of an input, which no gradient flows through.

    >>> x = Value(2.0)
    >>> (slope,) = grad(x**3, [x])
    >>> (curvature,) = grad(slope, [x])
    >>> slope.data, curvature.data, x.has_grad
    (12.0, 12.0, False)

    Of functions:

    >>> grad(lambda x: x**3)(2.0).data
    12.0
    >>> grad(grad(lambda x: x**3))(2.0).data
    12.0
    >>> def f(xs, y):
    ...     return y * xs[0] * xs[1]
    >>> [slope.data for slope in grad(f)([2.0, 3.0], 10.0)]
    [30.0, 20.0]
    >>> slopes, slope = grad(f, argnums=(0, 1))([2.0, 3.0], 10.0)
    >>> slope.data
    6.0
    """
    if callable(output):
        return _transformed(output, _argnums(inputs, argnums), "grad", _gradient)
    return derivatives.grad(output, inputs)


@overload
def jacobian(outputs: Inputs, inputs: Inputs) -> list[list[Value]]: ...
@overload
def jacobian(outputs: Function, inputs: Argnums = None, argnums: Argnums = 0) -> Function: ...
def jacobian(outputs: Any, inputs: Any = None, argnums: Any = 0) -> Any:
    """∂outputs[i]/∂inputs[j] as a list of rows of Values, one row for each output.

    Reverse mode, one sweep for each output; forward mode where the inputs are fewer.

    Of a function, with ``argnums`` as for :func:`grad`: the function that gives the results'
    structure with the derivatives of each result, in the structure of the argument, in its place.

    >>> x, y = Value(3.0), Value(4.0)
    >>> [[entry.data for entry in row] for row in jacobian([x * y, x + y], [x, y])]
    [[4.0, 3.0], [1.0, 1.0]]
    >>> rows = jacobian(lambda xs: [xs[0] * xs[1], xs[0] + xs[1]])([3.0, 4.0])
    >>> [[entry.data for entry in row] for row in rows]
    [[4.0, 3.0], [1.0, 1.0]]
    """
    if callable(outputs):
        return _transformed(outputs, _argnums(inputs, argnums), "jacobian", _rows)
    return derivatives.jacobian(outputs, inputs)


@overload
def hessian(output: Value, inputs: Inputs) -> list[list[Value]]: ...
@overload
def hessian(output: Function, inputs: Argnums = None, argnums: Argnums = 0) -> Function: ...
def hessian(output: Any, inputs: Any = None, argnums: Any = 0) -> Any:
    """∂²output/∂inputs[i]∂inputs[j] as a list of rows of Values.

    Of a function, with ``argnums`` as for :func:`grad`: the function that gives the argument's
    structure with such a structure in each of its places.

    >>> x, y = Value(3.0), Value(4.0)
    >>> [[entry.data for entry in row] for row in hessian(x * x * y, [x, y])]
    [[8.0, 6.0], [6.0, 0.0]]
    >>> rows = hessian(lambda xs: xs[0] * xs[0] * xs[1])([3.0, 4.0])
    >>> [[entry.data for entry in row] for row in rows]
    [[8.0, 6.0], [6.0, 0.0]]
    """
    if callable(output):
        return _transformed(output, _argnums(inputs, argnums), "hessian", _curvatures)
    return derivatives.hessian(output, inputs)


@overload
def hvp(output: Value, inputs: Inputs, vector: object) -> tuple[Value, ...]: ...
@overload
def hvp(output: Function, inputs: Argnums = None, *, argnums: Argnums = 0) -> Function: ...
def hvp(output: Any, inputs: Any = None, vector: Any = None, *, argnums: Any = 0) -> Any:
    """The Hessian times a vector, Σⱼ ∂²output/∂inputs[i]∂inputs[j] · vector[j], for each i.

    Two sweeps, forward over reverse, however many inputs there are (Pearlmutter, "Fast exact
    multiplication by the Hessian", 1994).

    Args:
        output: the Value to differentiate, or a function.
        inputs: Values that it may depend on, or a single one.
        vector: for each input a number or a Value; a single one for a single input.
        argnums: of a function, as for :func:`grad`; the function that ``hvp`` gives takes the
            vector after the arguments, in the structure of what is differentiated by.

    Raises:
        ValueError: the inputs and the vector differ in number, or an input is given twice.
        StaleGraphError, TypeError: as for :func:`grad`.

    >>> x, y = Value(3.0), Value(4.0)
    >>> [entry.data for entry in hvp(x * x * y, [x, y], [1.0, 10.0])]
    [68.0, 6.0]
    >>> [entry.data for entry in hvp(lambda xs: xs[0] * xs[0] * xs[1])([3.0, 4.0], [1.0, 10.0])]
    [68.0, 6.0]
    """
    if callable(output):
        return _times_hessian(output, _argnums(inputs, argnums))
    return derivatives.hvp(output, inputs, vector)


def value_and_grad(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives f's value and its derivatives, as ``grad(f, argnums)`` does, at once.

    >>> value, slope = value_and_grad(lambda x: x**3)(2.0)
    >>> value.data, slope.data
    (8.0, 12.0)
    """
    if not callable(f):
        raise TypeError(
            f"value_and_grad takes a function, not {type(f).__name__} {shown(f)}; "
            "of an output take .data, and grad(output, inputs)"
        )

    return _transformed(f, _argnums(None, argnums), "value_and_grad", _value_and_gradient)


def _argnums(inputs: object, argnums: object) -> object:
    """What stands second in ``grad(f, 0)``, or by its name in ``grad(f, argnums=0)``."""
    given = argnums if inputs is None else inputs
    return tuple(given) if isinstance(given, list) else given


def _value_and_gradient(result: object, inputs: list[Value], packed: Packed) -> object:
    output = _scalar(result, "value_and_grad")
    return output, packed(derivatives.grad(output, inputs))


def _gradient(result: object, inputs: list[Value], packed: Packed) -> object:
    return packed(derivatives.grad(_scalar(result, "grad"), inputs))


def _rows(result: object, inputs: list[Value], packed: Packed) -> object:
    outputs = [_scalar(x, "jacobian") for x in nested.elements(result)]
    return nested.rebuilt(result, map(packed, derivatives.jacobian(outputs, inputs)))


def _curvatures(result: object, inputs: list[Value], packed: Packed) -> object:
    rows = derivatives.hessian(_scalar(result, "hessian"), inputs)
    return packed([packed(row) for row in rows])


def _times_hessian(f: Function, argnums: object) -> Function:
    def product(*args: object, **kwargs: object) -> object:
        *point, vector = args or (None,)
        flat = nested.elements(vector)

        def along(result: object, inputs: list[Value], packed: Packed) -> object:
            return packed(derivatives.hvp(_scalar(result, "hvp"), inputs, flat))

        return _transformed(f, argnums, "hvp", along)(*point, **kwargs)

    _places(argnums, "hvp")  # refuses wrong ones at once
    return product


class _Recorded(modes.Watcher):
    """While it is open operations are recorded, although a ``no_grad()`` stands around it."""

    __slots__ = ()
    records = True


def _transformed(f: Function, argnums: object, where: str, rule: Rule) -> Function:
    """The function that calls ``f`` and gives what ``rule`` makes of the call.

    The rule takes what f returned, the nodes that stood for its numbers, and a function that puts
    one thing for each of them into the structure of the arguments.
    """
    places = _places(argnums, where)

    def transform(*args: object, **kwargs: object) -> object:
        chosen = [_argument(args, place, where) for place in places]
        if modes.is_recording():
            return call(args, kwargs, chosen)
        with _Recorded():
            answer = call(args, kwargs, chosen)
        return nested.mapped(lambda x: Value.constant(x.data), answer)

    def call(args: tuple[object, ...], kwargs: dict[str, object], chosen: list[object]) -> object:
        inputs = [_input(x, where) for x in nested.elements(chosen)]
        given, fresh = list(args), iter(inputs)
        for place, argument in zip(places, chosen, strict=True):
            given[place] = nested.rebuilt(argument, fresh)
        single = not isinstance(argnums, tuple)
        like = chosen[0] if single else tuple(chosen)
        return rule(f(*given, **kwargs), inputs, lambda new: nested.rebuilt(like, iter(new)))

    transform.__name__ = transform.__qualname__ = f"{where}_{getattr(f, '__name__', 'f')}"
    transform.__doc__ = f"{where} of {getattr(f, '__name__', 'a function')} by argument {argnums}."
    return transform


def _scalar(result: Any, where: str) -> Value:
    """What a function of one result returned, as a Value."""
    if isinstance(result, Value):
        return result
    if isinstance(result, (list, tuple)) or nested.is_array(result):
        raise TypeError(
            f"{where}: the function returned {len(result)} results in a {type(result).__name__}, "
            "and the gradient belongs to one; return one Value, their sum say, or use jacobian"
        )
    if not is_real(result):
        raise TypeError(
            f"{where}: the function returned {type(result).__name__} {shown(result)}; "
            "it must return a Value or a real number"
        )
    return Value.constant(result)


def _input(x: object, where: str) -> Value:
    """A node of its own with this number, which depends on it where it is a Value."""
    made: Value = (x if isinstance(x, Value) else Value.constant(real(x, f"{where}: input"))) * 1.0
    if isinstance(x, Value) and x.label:
        made.label = x.label
    return made


def _places(argnums: object, where: str) -> tuple[int, ...]:
    places = argnums if isinstance(argnums, tuple) else (argnums,)
    for place in places:
        if isinstance(place, bool) or not isinstance(place, int):
            raise TypeError(
                f"{where} of a function takes argnums, the place of an argument or a tuple of "
                f"places, not {type(argnums).__name__} {shown(argnums)}; call what it gives "
                f"with the arguments: {where}(f)(x)"
            )
    if not places or len(set(places)) < len(places):
        raise ValueError(
            f"{where}: argnums is {shown(argnums)}; give each place once, and at least one"
        )
    return places


def _argument(args: tuple[object, ...], place: int, where: str) -> object:
    if not -len(args) <= place < len(args):
        raise TypeError(
            f"{where}: argnums names the argument {place}, and {len(args)} positional argument(s) "
            "were given; pass what is to be differentiated by its position"
        )
    return args[place]
