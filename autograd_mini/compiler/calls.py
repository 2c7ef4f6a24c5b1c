"""Formulas as calls of NumPy's functions whose results go into buffers that stay.

Vocabulary: a *line* is one call, such as ``add(z1, b1, z1)``. Its names stand for arrays that are
made once; what a formula needs on the way goes into *spare* arrays, which are used again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler import numpy_rows
from autograd_mini.rows import Op

UFUNCS: dict[Op, str] = {
    ops.add: "add",
    ops.sub: "subtract",
    ops.mul: "multiply",
    ops.div: "divide",
    ops.neg: "negative",
    ops.abs: "absolute",
    ops.sqrt: "sqrt",
    ops.exp: "exp",
    ops.expm1: "expm1",
    ops.log: "log",
    ops.log1p: "log1p",
    ops.tanh: "tanh",
    ops.sin: "sin",
    ops.cos: "cos",
    ops.sign: "sign",
    ops.equal: "np_equal",
}
"""The rows that are one function of NumPy, which writes its result where it is told."""

TEMPLATES: dict[Op, str] = {
    ops.relu: "clip({0}, zero, inf, {out})",
    ops.maximum: "maximum({0}, {1}, out={out})",
    ops.minimum: "minimum({0}, {1}, out={out})",
}

SQUARE = "multiply({0}, {0}, {out})"

ENDS = {"zero": np.array(0.0), "inf": np.array(np.inf)}


def _clip(x: Any, low: Any, high: Any, out: Any) -> Any:
    """NumPy's own clip, between 0 and ∞; its inner function takes a third of the time."""
    return np.maximum(x, low, out)


CLIP = getattr(getattr(getattr(np, "_core", None), "umath", None), "clip", _clip)


class Lines:
    """Lines in the making, and what their names stand for.

    Args:
        text: for what a name in a formula stands for, its text.
        shape: and its shape.
    """

    def __init__(self, text: Callable[[Any], str], shape: Callable[[Any], tuple[int, ...]]) -> None:
        self.text = text
        self.shape = shape
        self.names: dict[str, Any] = {**vars(np), **numpy_rows.library(), "np_equal": np.equal}
        self.names |= {**ENDS, "clip": CLIP}
        self.arguments: dict[str, int] = {}
        """The names of what is given to the function, and how many axes each has."""
        self.masks: dict[str, str] = {}
        """For numbers 0 and 1 in an array of the program: the same as booleans."""
        self.lines: list[str] = []
        self.spare: dict[tuple[int, ...], list[str]] = {}
        self.borrowed: dict[str, tuple[int, ...]] = {}
        self.constants: dict[Any, str] = {}

    def named(self, x: Any) -> str:
        """A name for an object."""
        name = f"v{len(self.names)}"
        self.names[name] = x
        return name

    def add(self, line: str) -> None:
        """One more line."""
        self.lines.append(line)

    def multiply(self, left: str, right: str, out: str) -> None:
        """A matrix product; ``dot`` has less to look at than ``matmul``, where it can be used."""
        flat = all(self.axes(text) <= 2 for text in (left, right, out))
        function = "dot" if flat and self.names[out].flags.c_contiguous else "matmul"
        self.add(f"{function}({left}, {right}, {out})")

    def axes(self, text: str) -> int:
        """How many axes an operand has; many if that is not known."""
        value = self.names.get(text)
        return self.arguments.get(text, 9) if value is None else np.ndim(value)

    def reshaped(self, value: Any, shape: tuple[int, ...]) -> str | None:
        """The name of an array's memory in another shape; None if that needs a copy."""
        flat = value.reshape(shape)
        return self.named(flat) if np.may_share_memory(flat, value) else None

    def function(self, name: str, given: Iterable[str], last: str) -> Callable[..., Any]:
        """The lines as a function of these arguments."""
        body = "\n".join(f"    {line}" for line in [*self.lines, last])
        exec(f"def {name}({', '.join(given)}):\n{body}\n", self.names)  # noqa: S102 (our own)
        return self.names[name]  # type: ignore[no-any-return]

    def run_from(self, first: int) -> None:
        """Run the lines from here on once and for all, and take them away."""
        now = "\n".join(self.lines[first:])
        del self.lines[first:]
        exec(now, self.names)  # noqa: S102 (our own source)

    def compute(self, formula: f.Formula, out: str | None = None) -> str:
        """Lines that compute a formula into ``out``, or into a spare array; returns its text."""
        if isinstance(formula, f.Name):
            return self.text(formula.of)
        if isinstance(formula, f.Number):
            return numpy_rows.number(formula.number)
        shape = np.broadcast_shapes(*[self.shape(name) for name in f.names(formula)])
        if shape == () and out is None:
            return self._scalar(formula)
        operands = formula.operands
        if formula.row is ops.pow and f.is_number(operands[1], 2.0):
            operands = operands[:1]
        texts = [self._operand(x, formula.row, shape) for x in operands]
        mine = [text for text in texts if text in self.borrowed]
        wanted = out is not None
        if out is None:
            out = next((text for text in mine if self.borrowed[text] == shape), None)
            out = out or self._borrow(shape)
        if not (wanted and self._chosen(formula, texts, out)):
            self.add(self._call(formula, texts, out))
        for text in mine:
            if text != out:
                self.spare.setdefault(self.borrowed.pop(text), []).append(text)
        return out

    def _operand(self, x: f.Formula, row: Op, shape: tuple[int, ...]) -> str:
        """A number as an array of no axes, which NumPy need not convert in each call."""
        if isinstance(x, f.Number) and row in UFUNCS and shape != ():
            return self._constant(np.array(x.number))
        return self.compute(x)

    def _constant(self, value: Any) -> str:
        key = value.shape, float(value.flat[0])
        if key not in self.constants:
            self.constants[key] = self.named(value)
        return self.constants[key]

    def _borrow(self, shape: tuple[int, ...]) -> str:
        free = self.spare.get(shape)
        name = free.pop() if free else self.named(np.empty(shape))
        self.borrowed[name] = shape
        return name

    def _scalar(self, formula: f.Formula) -> str:
        """A number that is computed as it stands."""
        text, _ = f.write(formula, numpy_rows.template, lambda of: (self.text(of), 99))
        return f"({text})"

    def _chosen(self, formula: f.Formula, texts: list[str], out: str) -> bool:
        """Whether lines were written that compare, or choose, by booleans; these are kept."""
        shape = np.shape(self.names[out]) if out in self.names else ()
        if formula.row is ops.equal and shape:
            mask = self.masks[out] = self.named(np.empty(shape, dtype=bool))
            self.add(f"np_equal({', '.join(texts)}, {mask})")
            self.add(f"copyto({out}, {mask})")
            return True
        mask = self.masks.get(texts[0], "") if formula.row is ops.where else ""
        if not mask or self.names[mask].shape != shape:
            return False
        if not isinstance(formula.operands[1], f.Number):
            return False
        self.add(f"copyto({out}, {texts[2]})")
        self.add(f"putmask({out}, {mask}, {texts[1]})")
        return True

    def _call(self, formula: f.Formula, texts: list[str], out: str) -> str:
        row = formula.row
        if row is ops.pow and len(texts) == 1:
            return SQUARE.format(*texts, out=out)
        if row in TEMPLATES:
            return TEMPLATES[row].format(*texts, out=out)
        if row in UFUNCS:
            return f"{UFUNCS[row]}({', '.join(texts)}, {out})"
        template = numpy_rows.template(row).replace("np.", "")
        bracketed = [text if text.isidentifier() else f"({text})" for text in texts]
        return f"copyto({out}, {template.format(*bracketed)})"


def advancing(
    update: Any, count: int, now: Any, states: Sequence[Sequence[Any]]
) -> list[Callable[..., None]]:
    """An optimiser's update, as functions of the gradient, the number of the step, and settings.

    ``now`` holds θ and that number, which are copied over in one call when all is computed. The
    states lie in two places: function number i reads those of place i and writes the others, so
    whether the number is even tells where those lie that belong to θ.
    """
    return [_advancing(update, count, now, states[i], states[1 - i]) for i in (0, 1)]


def _advancing(
    update: Any, count: int, now: Any, before: Sequence[Any], after: Sequence[Any]
) -> Callable[..., None]:
    arrays = ("theta", "g", *update.state)
    lines = Lines(str, lambda name: (count,) if name in arrays else ())
    later = now.copy()
    lines.names |= {"now": now, "later": later, "theta": now[:count], "theta_after": later[:count]}
    lines.names |= dict(zip(update.state, before, strict=True))
    lines.names |= {f"{name}_after": x for name, x in zip(update.state, after, strict=True)}
    twice = f.repeated(update.results)
    made: dict[Any, str] = {}

    def once(key: Any, formula: f.Formula) -> f.Formula:
        if key not in made:
            inner = f.Formula(formula.row, tuple(f.named(x, twice, once) for x in formula.operands))
            made[key] = lines.named(np.empty(count)) if _reads(formula, arrays) else ""
            if made[key]:
                lines.compute(inner, made[key])
        return f.Name(made[key]) if made[key] else formula

    def shape(name: Any) -> tuple[int, ...]:
        return (count,) if name in arrays or name in made.values() else ()

    lines.shape = shape
    changed = ("theta", *update.state)
    formulas = [f.named(formula, twice, once) for formula in update.results[: len(changed)]]
    for name, formula in zip(changed, formulas, strict=True):
        found = lines.compute(formula, f"{name}_after")
        if found != f"{name}_after":
            lines.add(f"copyto({name}_after, {found})")
    lines.add("later[-1] = number")
    return lines.function("advance", ("g", "number", *update.settings), "copyto(now, later)")


def _reads(formula: f.Formula, arrays: tuple[str, ...]) -> bool:
    return any(name in arrays for name in f.names(formula))
