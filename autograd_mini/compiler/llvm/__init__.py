"""The tier "llvm": the array program as native loops over vectors, through llvmlite.

Each file has one idea, and they are read in this order:

===============  =================================================================================
``prepare``      rewrites the rare kinds of statement as common ones
``places``       where each cell of each array lies in memory, worked out in numbers
``kernels``      which statements become which loops: maps, reductions, contractions
``memory``       buffers that are not needed at the same time share their place
``text``         writes LLVM's language: values, loops, addresses
``mathematics``  exp, log, tanh … as polynomials on vectors
``rows``         the table's rows on vectors
``sweep``        maps and reductions: element by element, and along an axis
``tiles``        matrix products: sums of products in registers
``lower``        the driver: from the array program to a module
``loop``         the optimiser's update, and the loop over steps and batches
``host``         this machine: its vectors, its code generator
``engine``       the tier at run time
===============  =================================================================================

Vocabulary: a *lane* is one of the numbers in a vector; a *kernel* is one function of the module,
a nest of loops; the *batch axis* is the innermost, so that the examples lie beside each other in
memory (a struct of arrays), each row of them filled up to whole vectors. The lanes beyond the last
example hold anything: they are computed, never read by a sum.
"""
