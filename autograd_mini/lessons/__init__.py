"""The slides as running lessons: functions that compute what a slide shows.

:mod:`~autograd_mini.lessons.slides` has a module for each part of the deck. A function takes the
slide's numbers as arguments, so that another input can be tried, and returns a
:class:`~autograd_mini.lessons.lesson.Lesson`: formulas, numbers, tables and pictures, all from the
engine; what it says stands in ``slides/course.txt`` (:mod:`~autograd_mini.lessons.deck`). The
command ``autograd-mini tour`` and the notebooks call the same functions.
:mod:`~autograd_mini.lessons.course` lists them in order.

>>> from autograd_mini.lessons import regression
>>> regression.house_price()["z"]
495.0
>>> regression.house_price(x=(4, 2, 2000))["z"]
360.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """``from autograd_mini.lessons import regression`` finds a module of ``slides``."""
    module = f"{__name__}.slides.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
