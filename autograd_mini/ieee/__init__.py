"""Real functions on Python floats with the results of IEEE 754: none of them raises.

Vocabulary: a *kernel* takes floats and returns a float. Where the number does not exist it
returns nan, at a pole or beyond the largest double it returns inf with the right sign, and a nan
goes in and comes out. Python's own ``math`` raises ``ValueError``, ``OverflowError`` or
``ZeroDivisionError`` in those places, and ``(-8) ** (1/3)`` turns complex.

Kernels are right to two units in the last place over the whole range of doubles, as far as the C
library's functions are right to one (its tanh and acosh are not, and are not used). A name that
ends in ``_d``, ``_dd``, ``_dx`` or ``_dxy`` is a derivative, of first or second order, that would
lose digits as a formula over other kernels.
"""

from __future__ import annotations

from autograd_mini.ieee.arithmetic import *
from autograd_mini.ieee.choice import *
from autograd_mini.ieee.elementary import *
from autograd_mini.ieee.gamma import *
from autograd_mini.ieee.logistic import *
from autograd_mini.ieee.normal import *
from autograd_mini.ieee.plane import *
from autograd_mini.ieee.powers import *
