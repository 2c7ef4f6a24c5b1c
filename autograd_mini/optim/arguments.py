"""What optimisers are given, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from reprlib import repr as shown
from typing import Any

from autograd_mini import graph
from autograd_mini.real import real
from autograd_mini.value import Value


def parameters(params: Any, name: str) -> list[Value]:
    """The parameters as a list: leaf Values, each once, at least one.

    Raises:
        TypeError, ValueError: they are something else; ``name`` begins the message.
    """
    if hasattr(params, "parameters"):
        raise TypeError(f"{name}: expected parameters, not a model; give model.parameters()")
    if isinstance(params, Value) or not isinstance(params, Iterable):
        kind = type(params).__name__
        raise TypeError(f"{name}: expected a list of parameters, not {kind} {shown(params)}")
    listed = list(params)
    if not listed:
        raise ValueError(f"{name}: the list of parameters is empty; give at least one")
    seen: dict[int, int] = {}
    for i, parameter in enumerate(listed):
        _refuse_unfit(parameter, f"{name}: parameter {i}")
        first = seen.setdefault(id(parameter), i)
        if first != i:
            raise ValueError(
                f"{name}: {graph.name(parameter)} is listed twice, at {first} and at {i}; "
                "a step would change it twice"
            )
    return listed


def _refuse_unfit(parameter: Any, what: str) -> None:
    if not isinstance(parameter, Value):
        raise TypeError(
            f"{what} is no Value but {type(parameter).__name__} {shown(parameter)}; "
            "make it a Value(...) before the graph is built"
        )
    if graph.is_constant(parameter):
        raise ValueError(
            f"{what} is the constant {graph.name(parameter)}, which receives no gradient; "
            "make it a Value(...)"
        )
    if not graph.is_leaf(parameter):
        raise ValueError(
            f"{what}, {graph.name(parameter)}, is the result of an operation ({parameter.op}), "
            "and only leaves can be changed; give the Values it is computed from"
        )


def at_least_0(given: Any, what: str, most: float = math.inf) -> float:
    """A finite number from 0 to ``most``.

    Raises:
        TypeError, ValueError: it is something else; ``what`` begins the message.
    """
    number = real(given, what)
    if not 0.0 <= number <= most or number == math.inf:
        wanted = "finite and at least 0" if most == math.inf else f"from 0 to {most:g}"
        raise ValueError(f"{what} must be {wanted}, not {number!r}")
    return number


def pair_below_1(betas: Any, name: str) -> tuple[float, float]:
    """Two numbers from 0 to below 1.

    Raises:
        TypeError, ValueError: they are something else; ``name`` begins the message.
    """
    if isinstance(betas, (str, bytes)) or not isinstance(betas, Iterable):
        raise TypeError(f"{name}: betas must be a pair of numbers, not {shown(betas)}")
    pair = tuple(betas)
    if len(pair) != 2:
        raise ValueError(f"{name}: betas must be two numbers, {len(pair)} given")
    beta1, beta2 = (at_least_0(beta, f"{name}: each of betas", most=1.0) for beta in pair)
    if 1.0 in (beta1, beta2):
        raise ValueError(f"{name}: each of betas must be below 1: with 1 the average never changes")
    return beta1, beta2
