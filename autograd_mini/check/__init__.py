"""Checking derivatives: finite differences with an error bound, and the comparison with them.

Vocabulary: an *estimate* is a derivative found from values of a function alone, with a bound on its
error. A *verdict* is pass, fail, or inconclusive where the comparison decides nothing.
"""

from autograd_mini.check.comparison import gradcheck
from autograd_mini.check.differences import finite_difference
from autograd_mini.check.origin import nan_origin
from autograd_mini.check.report import Estimate, Report

__all__ = ["Estimate", "Report", "finite_difference", "gradcheck", "nan_origin"]
