"""The tier "llvm": the array program as native loops over vectors, through llvmlite.

Each file has one idea, and they are read in this order:

===============  =================================================================================
``prepare``      rewrites the rare kinds of statement as common ones; the two sides of products
``kernels``      buffers and accesses; what a kernel is: a grid, a core, actions
``placing``      decides where each array is computed, and reads arrays as formulas over accesses
``schedule``     which actions share a kernel, and which kernel waits for which
``planner``      which kernels compute the statements, and the rounds of loops
``memory``       buffers that are not needed at the same time share their place
``values``       instructions of LLVM, written by values
``text``         loops and addresses in that language
``mathematics``  exp, log, tanh … as polynomials on vectors
``functions``    the table's rows as instructions
``reach``        accesses as strides: what loads and stores use
``grid``         axes joined, and one chosen for the vectors; the actions at a point
``folds``        kernels that sum, take the largest, or go element by element
``tiles``        kernels that are matrix products: sums in registers
``lower``        the driver: from the plan to a module
``loop``         the optimiser's update, and the loop over steps and batches
``host``         this machine: its vectors, its registers, its code generator
``runner``       code for one size of batch, and examples as it reads them
``tier``         the tier at run time
``training``     one call of ``train``
===============  =================================================================================

Vocabulary: a *lane* is one of the numbers in a vector; a *kernel* is one function of the module,
a nest of loops; the *batch axis* is the innermost, so that the examples lie beside each other in
memory (a struct of arrays), each row of them filled up to whole vectors. The lanes beyond the last
example hold anything: they are computed, never read by a sum.
"""
