"""The chain rule written out: every path from an output to an input, in symbols and in numbers.

Vocabulary: a *flow* (:mod:`~autograd_mini.show.explain.paths`) is all that lies between output and
input; a *document* (:mod:`~autograd_mini.show.explain.blocks`) is what is written down, free of any
format; an *explanation* is what ``explain`` returns.
"""

from autograd_mini.show.explain.derivations import Explanation
from autograd_mini.show.explain.explaining import explain
from autograd_mini.show.explain.matrices import MatrixExplanation
from autograd_mini.show.explain.paths import Factor, Path

__all__ = ["Explanation", "Factor", "MatrixExplanation", "Path", "explain"]
