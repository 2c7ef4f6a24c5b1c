"""Exceptions that say what to do.

Vocabulary: an error names the *operation*, the *operand* that was refused, and the *remedy*.
Wrong types and wrong widths are plain ``TypeError`` and ``ValueError``; the classes here are the
conditions a program may want to catch by name.
"""

from __future__ import annotations


class AutogradError(Exception):
    """Base class of the exceptions that belong to this package."""


class StaleGraphError(AutogradError, RuntimeError):
    """A leaf was given new data after a node had used the old number.

    The recorded forward pass no longer describes the leaf, so any derivative taken from it would
    be silently wrong. Remedy: compute the forward pass again.
    """


class StrictError(AutogradError, ArithmeticError):
    """Under ``strict()``: an operation produced nan or inf from finite operands."""


class ModelFileError(AutogradError, ValueError):
    """A file is damaged, incomplete, or holds no model; the message says where."""


class RenderError(AutogradError, RuntimeError):
    """A picture could not be laid out; the message says what to install or to pass.

    Attributes:
        dot: the DOT text of the picture that could not be drawn ("" when there is none).
    """

    def __init__(self, message: str, dot: str = "") -> None:
        super().__init__(message)
        self.dot = dot
