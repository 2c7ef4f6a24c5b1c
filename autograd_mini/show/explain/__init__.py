"""The chain rule written out: every path from an output to an input, in symbols and in numbers.

Vocabulary: a derivative with respect to one Value is explained by its *paths*; one with respect to
a list, or through chosen vectors, by a product of *matrices*. A *flow*
(:mod:`~autograd_mini.show.explain.paths`) is all that lies between output and input; a *document*
(:mod:`~autograd_mini.show.explain.blocks`) is what is written down, free of any format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_mini import copying, given, graph
from autograd_mini.real import shown
from autograd_mini.show.expansion import opened
from autograd_mini.show.explain.derivations import Explanation, Factor, Path
from autograd_mini.show.explain.matrices import MatrixExplanation
from autograd_mini.show.explain.vectors import of_layers, vector
from autograd_mini.value import Value

__all__ = ["Explanation", "Factor", "MatrixExplanation", "Path", "explain"]


def explain(
    root: Value,
    wrt: Any,
    through: Sequence[Any] | None = None,
    *,
    most: int = 10,
    digits: int = 4,
    open_affine: bool = False,
) -> Explanation | MatrixExplanation:
    """The chain rule written out: how ∂root/∂wrt comes about, in symbols and in numbers.

    For one Value: each path from the output to it as a product of factors, the sum of the paths,
    which is the gradient, the same with shared factors gathered, and each factor's formula. Where
    there are more than ``most`` paths, those of the largest contributions are listed, with the
    number of all paths and the share that the listed ones make up.

    For a list of Values, or a list of rows such as ``layer.W``: the product of the matrices of the
    slides, ∂J/∂W⁽¹⁾ = ∂J/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂a⁽¹⁾ · ∂a⁽¹⁾/∂z⁽¹⁾ · ∂z⁽¹⁾/∂W⁽¹⁾.

    It makes its own pass, and leaves every ``.grad`` alone. It takes time in proportion to the
    graph and to what is shown, however many paths there are.

    Args:
        root: the output.
        wrt: the input: a Value (a leaf or not), a list of Values, or a list of rows.
        through: the vectors of the product of matrices, from the output to the input, each a Value
            or a list of Values; every path must go through each of them. Left out for a list: the
            sums and activations of the layers, where ``nn`` made them.
        most: how many paths are listed.
        digits: how many significant digits numbers get.
        open_affine: whether w₁x₁ + … + wₙxₙ + b, which the engine keeps as one node, is taken
            apart into its products and its sum, which are factors of their own then.

    Returns:
        An :class:`Explanation` for one Value without vectors, else a :class:`MatrixExplanation`.
        Both have ``.text``, ``.latex``, ``.mathml``, ``.paths``, ``.gradient`` and ``.count``.

    Raises:
        StaleGraphError: a leaf's data was changed after a node had used it.
        TypeError: ``root``, ``wrt`` or a vector is something else.
        ValueError: a list is empty, a path goes around a vector, or a number is out of range.

    Source: slide 38 (the chain rule).

    >>> from autograd_mini import Value
    >>> x = Value(3.0, "x")
    >>> p, q = 2.0 * x, x * x
    >>> p.label, q.label = "p", "q"
    >>> y = p * q
    >>> y.label = "y"
    >>> print(explain(y, wrt=p))
    1 path leads from y to p.
    <BLANKLINE>
    ∂y/∂p = 9
    <BLANKLINE>
    Factors:
    ∂y/∂p = q = 9
    >>> explain(y, wrt=x).gradient, explain(y, wrt=x).count
    (54.0, 3)
    >>> explain(y, wrt=[x], through=[[p, q]])
    <MatrixExplanation: 1×2 · 2×1, 3 paths>
    """
    if not hasattr(type(root), "operands"):
        raise TypeError(f"explain: expected a Value, not {type(root).__name__} {shown(root)}")
    most = given.whole(most, "explain", "most", 1)
    digits = given.digits(digits, "explain")
    target = vector(wrt, "wrt")
    listed = [through] if hasattr(through, "operands") else through or ()
    stops = [vector(each, f"vector {i}") for i, each in enumerate(listed, 1)]
    if copying.known:
        copying.refuse_cut(graph.order(root), target.nodes, "explain")
    top, bottom = root, target
    if open_affine:
        twins = opened(root, *target.nodes, *[node for each in stops for node in each.nodes])
        top, bottom, *stops = twins[root], *[each.replaced(twins) for each in (target, *stops)]
    if through is None and not target.is_list:
        told: Explanation | MatrixExplanation = Explanation(top, bottom.nodes[0], most, digits)
    else:
        if through is None:
            stops = of_layers(top, bottom.nodes)
        told = MatrixExplanation(top, bottom, stops, digits)
    told.root, told.wrt = root, wrt
    return told
