"""Scalar code, run as array code: trace it once, find its matrix products, run whole batches.

The stages, each in its own file, with what they hand on and a validator:

0. :mod:`traced`, :mod:`record`, :mod:`trace`: run the function once; a *recording*
   (:mod:`recording`), and what the eager engine says of the example (:mod:`scalar`).
   :mod:`repeats` (:mod:`folding`) finds the *loops* in it.
1. :mod:`normal`: all ways of writing a weighted sum become one; *colours* say what is alike.
2. :mod:`layout`: which numbers lie together, and in which order; *blocks* (:mod:`blocks`), whose
   products fill *grids*.
3. :mod:`build`, :mod:`access`: the *array program* (:mod:`program`), whose :mod:`kinds` are a table
   (with :mod:`semantics` and :mod:`adjoints`), with :mod:`windows` for addresses and :mod:`holes`
   for rows that differ in length; :mod:`bodies` builds the loops, and :mod:`peephole` joins
   statements.
4. :mod:`derive`: its derivative, as statements of the same program; of a loop, one that runs
   backwards.
5. :mod:`numpy_text`: how each kind is written with NumPy; :mod:`lower_numpy`: as source to be
   read, with :mod:`numpy_rows` and :mod:`kernels`; :mod:`bound`, :mod:`calls`: as a step whose
   buffers stay, for training; :mod:`llvm`: native loops; :mod:`straight` (:mod:`straight_lines`,
   :mod:`straight_loops`): Python source, from the recording itself.

Every program is compared with the eager engine before it is used: cell by cell
(:mod:`reference`), and what its code answers for batches of any size (:mod:`witness`).

:mod:`formula` lets the table's rows run on symbols, :mod:`update` traces the optimisers with it.

A call goes from :mod:`compiled`, its face, to :mod:`programs`, which takes apart what was given
(:mod:`given`, :mod:`arguments`), watches what the function reads (:mod:`captured`), traces it, has
a tier chosen (:mod:`choice`) and keeps the engine (:mod:`engines`, :mod:`arrays`,
:mod:`python_tier`, :mod:`numpy_tier`, :mod:`several`); :mod:`training` is the loop.
"""

from autograd_mini.compiler.compiled import Compiled, compile
from autograd_mini.compiler.traced import TracingError

__all__ = ["Compiled", "TracingError", "compile"]
