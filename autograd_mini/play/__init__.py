"""The playground: a page that asks the engine and shows what it answers.

Vocabulary: a *question* is a JSON object whose ``ask`` names what is wanted; the *answer* is a JSON
object too, with an ``error`` in it where there is none. All texts in it are ready to be shown: the
page computes nothing, it draws what it is told. :func:`answer` knows of no browser and no server,
so the same page stands before a server on this machine (:mod:`autograd_mini.play.server`) and
before a Python in the browser itself.
"""

from autograd_mini.play.answers import answer

__all__ = ["answer"]
