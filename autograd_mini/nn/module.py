"""What every model has: parameters, and a way to forget their gradients.

Vocabulary: a *module* is a function with *parameters*, the Values that training changes (slide 31;
what is set by hand, such as the learning rate, is a hyperparameter and lives in the optimiser).
"""

from __future__ import annotations

from autograd_mini.value import Value


class Module:
    """The base class of models; a subclass says what its parameters are.

    >>> from autograd_mini import Value, nn
    >>> class Slope(nn.Module):
    ...     def __init__(self):
    ...         self.m = Value(2.0, "m")
    ...     def __call__(self, x):
    ...         return self.m * x
    ...     def parameters(self):
    ...         return [self.m]
    >>> slope = Slope()
    >>> slope(3.0).backward()
    >>> slope.m.grad
    3.0
    >>> slope.zero_grad()
    >>> slope.m.has_grad
    False
    """

    def parameters(self) -> list[Value]:
        """The Values that training changes, always in the same order; none here."""
        return []

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next pass starts from nothing."""
        for parameter in self.parameters():
            parameter.zero_grad()
