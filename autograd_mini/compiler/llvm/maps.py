"""Kernels without a core: element by element through a grid."""

from __future__ import annotations

from autograd_mini.compiler.llvm.actions import Body
from autograd_mini.compiler.llvm.axes import along, merged, nest, score
from autograd_mini.compiler.llvm.kernels import Kernel, formula_accesses
from autograd_mini.compiler.llvm.places import Access
from autograd_mini.compiler.llvm.reach import Frame, Lanes
from autograd_mini.compiler.llvm.text import Code, Index, Value
from autograd_mini.compiler.windows import axes, breaks


def write_map(frame: Frame, kernel: Kernel, code: Code) -> None:
    """A kernel without a core."""
    found: dict[Access, None] = {}
    for action in kernel.actions:
        found[action.target] = None
        found.update(dict.fromkeys(formula_accesses(action.formula)))
    shape = axes(kernel.size, [breaks(access.cells) for access in found])
    body = Body(frame, kernel, shape)
    batched = kernel.batched and frame.batch > 1
    sizes = [*shape, frame.row] if batched else list(shape)
    keys = list(body.reaches)
    sizes, reaches = merged(sizes, [body.reaches[key] for key in keys])
    body.reaches = dict(zip(keys, reaches, strict=True))
    if not sizes:
        body.write(code, [], Lanes(0, 1, 1))
        return
    if batched:
        axis = len(sizes) - 1
    else:
        axis = max(range(len(sizes)), key=lambda a: score(reaches, a, sizes[a], frame.width))
    width = 1 if kernel.serial and not batched else frame.width
    if sizes[axis] == 1 or width == 1:
        nest(code, sizes, lambda i, values: _point(code, body, i, values))
        return
    others = [size for a, size in enumerate(sizes) if a != axis]

    def inner(indices: list[Index], values: list[Value]) -> list[Value]:
        def at(index: Index, count: int) -> None:
            here = [*indices[:axis], index, *indices[axis:]]
            body.write(code, here, Lanes(axis, width, count))

        along(code, sizes[axis], width, at)
        return values

    nest(code, others, inner)


def _point(code: Code, body: Body, indices: list[Index], values: list[Value]) -> list[Value]:
    body.write(code, indices, Lanes(0, 1, 1))
    return values
