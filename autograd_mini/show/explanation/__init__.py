"""The chain rule written out: every path from an output to an input, in symbols and in numbers.

Vocabulary: a *flow* (:mod:`~autograd_mini.show.explanation.flow`) is all that lies between output
and input; a *board* (:mod:`~autograd_mini.show.explanation.board`) is what is written down, free
of any format; an *explanation* is what ``explain`` returns.
"""

from autograd_mini.show.explanation.explaining import explain
from autograd_mini.show.explanation.matrices import MatrixExplanation
from autograd_mini.show.explanation.paths import Factor, Path
from autograd_mini.show.explanation.telling import Explanation

__all__ = ["Explanation", "Factor", "MatrixExplanation", "Path", "explain"]
