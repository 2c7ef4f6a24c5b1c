"""Stage 4: the derivative, as more statements of the same program.

Vocabulary: the *adjoint* of an array is ∂cost/∂array, for each example and each cell. Every kind of
statement has one rule that says what its adjoint hands on to each operand
(:mod:`~autograd_mini.compiler.adjoints`). Arrays that do not depend on a parameter get no adjoint.

Source: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapter 3, with arrays for numbers.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler import derive_loops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.adjoints import Reverse
from autograd_mini.compiler.kinds import KINDS
from autograd_mini.compiler.program import Array, Program


def differentiate(program: Program) -> Program:
    """The program with the gradient of its one output with respect to theta."""
    (output,) = program.outputs
    theta = program.arrays[0]
    if not output.active:
        zeros = Array("constant", (), theta.shape, batched=False, detail=np.zeros(theta.shape))
        return program._replace(arrays=[*program.arrays, zeros], gradient=zeros)
    work = Reverse(program)
    seed = work.add(Array("seed", (), (), batched=True, name="weight"))
    work.hand(output, f.Name(seed))
    adjoints: dict[Array, Array] = {}
    for array in reversed(program.arrays):
        if array in work.loops:
            derive_loops.reverse(work, array, work.loops.pop(array))
        if not work.reaches(array):
            continue
        adjoint = work.adjoint(array)
        if array.kind != "formula":
            adjoint = work.expanded(adjoint, array)
        adjoints[array] = adjoint
        rule = KINDS[array.kind].adjoint
        if rule is not None:
            rule(work, array, adjoint)
    return program._replace(arrays=work.arrays, gradient=adjoints[theta], adjoints=adjoints)
