"""Exceptions that say what to do.

Vocabulary: an error names the *operation*, the *operand* that was refused, and the *remedy*.
Wrong types and wrong widths are plain ``TypeError`` and ``ValueError``; the classes here are the
conditions a program may want to catch by name.
"""

from __future__ import annotations

import sys


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


def user_line() -> str:
    """Where in the user's code the present operation stands, as "(at file, line n)"."""
    file, line = user_place()
    return f"(at {file}, line {line})"


def user_place() -> tuple[str, int]:
    """The file and the line of the user's code that the present operation stands in."""
    frame = sys._getframe(1)
    while frame.f_back and _is_below_the_user(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _is_below_the_user(module: str) -> bool:
    """Whether it is this package's or, such as ``copy``, the standard library's."""
    return (
        module.startswith("autograd_mini.") or module.partition(".")[0] in sys.stdlib_module_names
    )
