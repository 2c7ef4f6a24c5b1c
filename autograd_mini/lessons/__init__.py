"""The slides as running lessons: functions that compute what a slide shows.

One module for each part of the deck. A function takes the slide's numbers as arguments, so that
another input can be tried, and returns a :class:`~autograd_mini.lessons.lesson.Lesson`: formulas,
numbers, tables and pictures, all from the engine. The command ``autograd-mini tour`` and the
notebooks call the same functions. :mod:`~autograd_mini.lessons.course` lists them in order.

>>> from autograd_mini.lessons import regression
>>> regression.house_price()["z"]
495.0
>>> regression.house_price(x=(4, 2, 2000))["z"]
360.0
"""
