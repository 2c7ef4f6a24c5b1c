"""The same errors in other engines, measured where they are installed.

``python -m tests.accuracy peers`` needs PyTorch and JAX and writes results/peers.json; nothing else
imports this module. Both compute in float64, differentiate by their own reverse mode, twice for
the second derivative, and see the points that our rows see. A row that an engine lacks, or whose
last operand it takes as a fixed setting, is left out of the errors; at edges the latter is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

from mpmath import mp

from tests.accuracy.measure import Computed, Witness, errors, is_worse
from tests.accuracy.points import Point
from tests.accuracy.references import DIGITS

Of = tuple[int, ...]
"""() for the value, (i,) for ∂/∂xᵢ, (i, j) for ∂²/∂xᵢ∂xⱼ."""


def torch_rows() -> dict[str, Callable[..., Any]]:
    """PyTorch's functions by the names of our rows."""
    torch = import_module("torch")
    functional = torch.nn.functional
    same = (
        "abs exp expm1 log log1p sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh"
    )
    rows = {name: getattr(torch, name) for name in same.split()}
    two = "hypot atan2 logaddexp xlogy maximum minimum sub mul div pow where"
    rows |= {name: getattr(torch, name) for name in two.split()}
    rows |= {"add": torch.add, "neg": torch.neg, "erf": torch.erf, "sign": torch.sign}
    rows |= {"sigmoid": torch.sigmoid, "relu": torch.relu}
    for name in ("logsigmoid", "softplus", "gelu", "silu"):
        rows[name] = getattr(functional, name)
    rows["where"] = lambda c, x, y: torch.where(c != 0, x, y)
    more = "erfc lgamma digamma floor ceil round trunc copysign fmod exp2 log2 log10 square"
    rows |= {name: getattr(torch, name) for name in more.split()}
    rows |= {"mod": torch.remainder, "normal_cdf": torch.special.ndtr}
    return rows


def jax_rows() -> dict[str, Callable[..., Any]]:
    """JAX's functions by the names of our rows."""
    jax, jnp = import_module("jax"), import_module("jax.numpy")
    same = "abs exp expm1 log log1p sqrt sin cos tan sinh cosh tanh hypot logaddexp maximum minimum"
    rows = {name: getattr(jnp, name) for name in same.split()}
    for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "atan2", "sign"):
        rows[name] = getattr(jnp, name)
    rows |= {"add": jnp.add, "sub": jnp.subtract, "mul": jnp.multiply, "div": jnp.divide}
    rows |= {"neg": jnp.negative, "pow": jnp.power, "erf": jax.scipy.special.erf}
    rows |= {"xlogy": jax.scipy.special.xlogy, "sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu}
    rows |= {"logsigmoid": jax.nn.log_sigmoid, "softplus": jax.nn.softplus, "silu": jax.nn.silu}
    rows["gelu"] = lambda x: jax.nn.gelu(x, approximate=False)
    rows["where"] = lambda c, x, y: jnp.where(c != 0, x, y)
    more = "floor ceil round trunc copysign fmod exp2 log2 log10 square cbrt mod"
    rows |= {name: getattr(jnp, name) for name in more.split()}
    special = jax.scipy.special
    rows |= {"erfc": special.erfc, "lgamma": special.gammaln, "digamma": special.digamma}
    rows["normal_cdf"] = special.ndtr
    return rows


def by_torch(fn: Callable[..., Any], points: Sequence[Point], twice: bool = True) -> list[Computed]:
    """Value, gradient and Hessian of a row by PyTorch."""
    torch = import_module("torch")
    columns = [
        torch.tensor(column, dtype=torch.float64, requires_grad=True)
        for column in zip(*points, strict=True)
    ]

    def gradients(y: Any) -> list[Any]:
        if not y.requires_grad:
            return [torch.zeros_like(columns[0])] * len(columns)
        found = torch.autograd.grad(y.sum(), columns, create_graph=True, allow_unused=True)
        # a gradient that is zero everywhere is None, or a tensor that has no numbers in it
        return [
            torch.zeros_like(columns[0]) if g is None or g._is_zerotensor() else g for g in found
        ]

    arrays: dict[Of, Any] = {(): fn(*columns)}
    for i, slope in enumerate(gradients(arrays[()])):
        arrays[i,] = slope
        if twice:
            arrays |= {(i, j): curvature for j, curvature in enumerate(gradients(slope))}
    return _by_point({of: array.detach().tolist() for of, array in arrays.items()})


def by_jax(fn: Callable[..., Any], points: Sequence[Point], twice: bool = True) -> list[Computed]:
    """The same by JAX."""
    jax, jnp = import_module("jax"), import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    columns = [jnp.array(column, dtype=jnp.float64) for column in zip(*points, strict=True)]
    functions: dict[Of, Callable[..., Any]] = {(): fn}
    for i in range(len(columns)):
        functions[i,] = jax.grad(fn, i)
        if twice:
            functions |= {(i, j): jax.grad(functions[i,], j) for j in range(len(columns))}
    return _by_point({of: jax.jit(jax.vmap(f))(*columns).tolist() for of, f in functions.items()})


def _by_point(arrays: dict[Of, list[float]]) -> list[Computed]:
    return [
        dict(zip(arrays, numbers, strict=True)) for numbers in zip(*arrays.values(), strict=True)
    ]


def worst(name: str, points: Sequence[Point], computed: list[Computed]) -> list[Witness]:
    """For each order the worst witness among numbers that were computed elsewhere."""
    found: dict[int, Witness] = {}
    with mp.workdps(DIGITS):
        for point, numbers in zip(points, computed, strict=True):
            for witness in errors(name, point, numbers):
                if is_worse(witness, found.get(len(witness.of))):
                    found[len(witness.of)] = witness
    return [found[order] for order in sorted(found)]


def measured(points_of: Callable[[str], list[Point]]) -> Iterator[tuple[str, str, list[Witness]]]:
    """For each engine and each row that it has the worst witnesses."""
    engines = {"PyTorch": (torch_rows(), by_torch), "JAX": (jax_rows(), by_jax)}
    for engine, (rows, run) in engines.items():
        for name, fn in rows.items():
            points = points_of(name)
            yield engine, name, worst(name, points, run(fn, points))


Fixed = dict[str, Callable[[Any, float], Any]]
"""Functions whose last operand the engine takes as a setting, without a derivative."""


def torch_fixed() -> Fixed:
    """PyTorch's, by the names of our rows."""
    functional = import_module("torch").nn.functional
    return {"leaky_relu": functional.leaky_relu, "elu": functional.elu}


def jax_fixed() -> Fixed:
    """JAX's, by the names of our rows."""
    nn = import_module("jax").nn
    return {"leaky_relu": nn.leaky_relu, "elu": nn.elu}


def torch_lists() -> dict[str, Callable[..., Any]]:
    """PyTorch's reductions of a list, by the names of our rows."""
    torch = import_module("torch")
    return {
        "max": lambda *xs: torch.amax(torch.stack(xs), 0),
        "sum": lambda *xs: torch.sum(torch.stack(xs), 0),
    }


def jax_lists() -> dict[str, Callable[..., Any]]:
    """JAX's reductions of a list, by the names of our rows."""
    jnp = import_module("jax.numpy")
    return {
        "max": lambda *xs: jnp.max(jnp.stack(xs), 0),
        "sum": lambda *xs: jnp.sum(jnp.stack(xs), 0),
    }


def at_edge(engine: str, name: str, operands: Point) -> list[float | None] | None:
    """The value and the first derivatives at one point; None where the engine lacks the row.

    None among the derivatives is one that the engine does not have.
    """
    torch = engine == "PyTorch"
    run = by_torch if torch else by_jax
    fixed = torch_fixed() if torch else jax_fixed()
    if name in fixed:
        *free, setting = operands
        (numbers,) = run(lambda x: fixed[name](x, setting), [tuple(free)], twice=False)
        return [*[numbers[of] for of in sorted(numbers)], None]
    rows = {**torch_rows(), **torch_lists()} if torch else {**jax_rows(), **jax_lists()}
    if name not in rows:
        return None
    (numbers,) = run(rows[name], [operands], twice=False)
    return [numbers[of] for of in sorted(numbers)]


def versions() -> dict[str, str]:
    """The versions of the other engines."""
    return {
        "PyTorch": str(import_module("torch").__version__),
        "JAX": str(import_module("jax").__version__),
    }
