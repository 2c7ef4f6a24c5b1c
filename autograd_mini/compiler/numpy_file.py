"""A compiled function as a file of NumPy that runs without this package.

The file holds the parameters as arrays, the generated source of the tier "numpy", what it calls,
and two functions that look at what they are given.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import numpy_rows
from autograd_mini.compiler.choice import differing
from autograd_mini.compiler.engines import RefusedError
from autograd_mini.compiler.numpy_tier import Grouped
from autograd_mini.compiler.program import Shape, leaves
from autograd_mini.compiler.standalone import Copied, UnknownSourceError
from autograd_mini.compiler.trace import Trace
from autograd_mini.rows import all_rows

WAYS = ("flat", "window", "add_at", "concat", "select", "unselect")
"""What generated source calls beside rows."""

OWN = ("np", "PARAMETERS", "_ARGUMENTS", "_theta", "_given", "_forward", "_step", "forward", "step")
"""What the file itself gives names to."""

USED = ("float", "isinstance", "parameters", "tuple", "zip")
"""Other names that its two functions use, so that no argument may have them."""

HELPERS = '''
def _theta(parameters):
    """The parameters one after the other."""
    if parameters.keys() != PARAMETERS.keys():
        raise ValueError(f"parameters: expected {list(PARAMETERS)}, not {list(parameters)}")
    for name, known in PARAMETERS.items():
        if np.shape(parameters[name]) != known.shape:
            raise ValueError(
                f"{name}: expected the shape {known.shape}, not {np.shape(parameters[name])}"
            )
    parts = [np.ravel(parameters[name]) for name in PARAMETERS]
    return np.concatenate([np.zeros(0), *parts]).astype(float)


def _given(arguments):
    """The batch as arrays of one length, each argument by its name."""
    arrays = {}
    for name, x in arguments.items():
        shape, whole, limits = _ARGUMENTS[name]
        array = np.asarray(x)
        if array.ndim == 0 or array.shape[1:] != shape or len(array) == 0:
            wanted = ", ".join(map(str, ("examples", *shape)))
            raise ValueError(f"{name}: expected the shape ({wanted}), not {array.shape}")
        if array.dtype.kind not in ("biu" if whole else "biuf"):
            kind = "whole" if whole else "real"
            raise ValueError(f"{name}: expected {kind} numbers, not {array.dtype}")
        for cell, limit in limits.items():
            column = array.reshape(len(array), -1)[:, cell]
            if column.min() < 0 or column.max() >= limit:
                raise IndexError(f"{name}: an index is outside 0 to {limit - 1}")
        arrays[name] = array
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = {name: len(array) for name, array in arrays.items()}
        raise ValueError(f"the arguments differ in their number of examples: {lengths}")
    return arrays, max(map(len, arrays.values()), default=1)
'''

FORWARD = '''
def forward({arguments}parameters=PARAMETERS):
    """The results of each example, of shape {shape}."""
    arrays, count = _given({{{named}}})
    with np.errstate(all="ignore"):
        results = _forward(
            _theta(parameters),{read}
        )
    results = results if isinstance(results, tuple) else (results,)
    columns = [
        (x if batched else np.broadcast_to(x, (count, *np.shape(x)))).reshape(count, -1)
        for x, batched in zip(results, {batched})
    ]
    return np.concatenate(columns, axis=1).reshape(count{inner})
'''

STEP = '''
def step({arguments}parameters=PARAMETERS):
    """The {cost} of a batch's losses, and its gradient: an array for each parameter, by name."""
    arrays, count = _given({{{named}}})
    with np.errstate(all="ignore"):
        weight = np.full(count, {weight})
        losses, gradient = _step(
            _theta(parameters),{read}
            weight,
        )
    cost = float(np.broadcast_to(losses, (count,)).sum()) * {weight}
    ends = np.cumsum([x.size for x in PARAMETERS.values()])[:-1]
    parts = np.split(gradient, ends) if PARAMETERS else []
    return cost, {{k: g.reshape(x.shape) for (k, x), g in zip(PARAMETERS.items(), parts)}}
'''


def to_python(trace: Trace, numbers: Sequence[float], reduce: str) -> str:
    """The text of the file.

    Raises:
        RefusedError: a row has no source here, examples are ragged, or the program is wrong.
    """
    if any(args.shape_of(form) is None for form in trace.forms):
        raise RefusedError(
            "export: the lists of an argument differ in their lengths; fill them up to one length"
        )
    engines = [_engine(trace, gradient=False)]
    trace = trace._replace(order=tuple(engines[0].order))  # the parameters lie alike in both
    if trace.derivatives is not None and trace.used and reduce != "none":
        engines.append(_engine(trace, gradient=True))
    sources, constants = [], {}
    for engine, function in zip(engines, ("_forward", "_step"), strict=False):
        text = engine.source.replace("def ", "def _", 1).rstrip()
        for name in filter(engine.constants.__contains__, engine.run.__code__.co_names):
            text = re.sub(rf"\b{name}\b", f"{function}_{name}", text)  # each source has its own
            constants[f"{function}_{name}"] = engine.constants[name]
        sources.append(text)
    copied = _called(sources, {*OWN, *constants})
    theta = engines[0].theta(numbers)
    parameters = [
        f'    "{leaf.name}": {_array(theta[leaf.start : leaf.stop].reshape(leaf.shape))},'
        for leaf in leaves(engines[0].program)
    ]
    names = _names(trace)
    parts = [
        _heading(names, len(engines) > 1, reduce),
        "\n".join(sorted({*copied.imports, "import numpy as np"})),
        "\n".join(["PARAMETERS = {", *parameters, "}"]),
        "\n".join(f"{name} = {_array(x)}" for name, x in constants.items()),
        "\n\n\n".join(copied.lines),
        "\n\n".join(sources),
        f"_ARGUMENTS = {_arguments(trace, names, engines)!r}",
        HELPERS.strip(),
        *[
            _call(template, engine, names, args.shape_of(trace.shape), reduce)
            for template, engine in zip((FORWARD, STEP), engines, strict=False)
        ],
    ]
    return "\n\n\n".join(part.rstrip() for part in parts if part) + "\n"


def _engine(trace: Trace, gradient: bool) -> Grouped:
    """The tier "numpy", compared with the eager engine."""
    engine = Grouped(trace, gradient)
    if wrong := differing(engine, trace, gradient, 1):
        raise RefusedError(f"export: the array program differs from the eager engine ({wrong})")
    return engine


def _called(sources: Sequence[str], taken: set[str]) -> Copied:
    """The definitions that the sources call."""
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    rows = [row for name, row in all_rows().items() if name in names]
    copied = Copied(taken | {row.name for row in rows})
    for way in WAYS:
        if way in names:
            copied.name(numpy_rows.__name__, way)
    library = numpy_rows.library()
    for row in rows:
        try:
            if row.name in library:
                copied.row(row)
        except UnknownSourceError:
            raise RefusedError(
                f"export: the row {row.name!r} is your own, and is called number by number; give "
                "it array= with functions of NumPy, such as array='xp.sin({0})'"
            ) from None
    return copied


def _array(x: Any) -> str:
    """An array as source."""
    flat = [re.sub("inf|nan", r"np.\g<0>", repr(number)) for number in x.ravel().tolist()]
    lines = [", ".join(flat[i : i + 4]) for i in range(0, len(flat), 4)]
    body = "".join(lines)
    if len(lines) > 1:
        body = "".join(f"\n        {line}," for line in lines) + "\n    "
    return f"np.array([{body}], dtype={x.dtype.name!r}).reshape({x.shape})"


def _arguments(trace: Trace, names: Sequence[str], engines: Sequence[Grouped]) -> dict[str, Any]:
    """For each argument the shape of an example, whether it is whole, and limits of indices."""
    indices = {k for engine in engines for kind, k in engine.given if kind == "index"}
    made = {}
    for k, (name, form) in enumerate(zip(names, trace.forms, strict=True)):
        limits = {cell: limit for (j, cell), limit in trace.limits.items() if j == k}
        made[name] = args.array_shape(form), k in indices, limits
    return made


def _names(trace: Trace) -> list[str]:
    """What the arguments are called; numbered where these are no names for them in the file."""
    good = [name.isidentifier() and name not in (*OWN, *USED) for name in trace.names]
    plain = all(good) and len({*trace.names}) == len(good)
    return list(trace.names) if plain else [f"x{k}" for k in range(len(good))]


def _call(
    template: str, engine: Grouped, names: Sequence[str], inner: Shape | None, reduce: str
) -> str:
    """A function of the file; ``inner`` is the shape of an example's results, if they have one."""
    size = "" if inner is None else "".join(f", {n}" for n in inner)
    return template.format(
        arguments="".join(f"{name}, " for name in names),
        named=", ".join(f'"{name}": {name}' for name in names),
        read="".join(
            f'\n            np.ascontiguousarray(arrays["{names[k]}"], '
            f"dtype={'np.intp' if kind == 'index' else 'float'}),"
            for kind, k in engine.given
        ),
        batched=engine.batched,
        inner=", -1" if inner is None else size,
        shape=f"(examples{', results' if inner is None else size or ','})",
        cost=reduce,
        weight="1.0 / count" if reduce == "mean" else "1.0",
    ).strip()


def _heading(names: Sequence[str], gradient: bool, reduce: str) -> str:
    given = "".join(f"{name}, " for name in names)
    listed = f"    forward({given}parameters): the results of each example of a batch"
    if gradient:
        listed += (
            f"\n    step({given}parameters): the {reduce} of a batch's losses, and the gradient"
        )
    return f'"""A program of NumPy alone, exported by autograd_mini.\n\n{listed}\n"""'
