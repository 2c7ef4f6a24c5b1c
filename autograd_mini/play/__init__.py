"""The playground: a page that asks the engine and shows what it answers.

Vocabulary: a *question* is a JSON object whose ``ask`` names what is wanted; the *answer* is a JSON
object too, with an ``error`` in it where there is none. All texts in it are ready to be shown: the
page computes nothing, it draws what it is told. :func:`answer` knows of no browser and no server,
so the same page stands before a server on this machine (:mod:`autograd_mini.play.server`) and
before a Python in the browser itself.

*Links.* The fragment of the page's address holds its state, so a teacher can send a link; what is
left out is as usual.

- ``#do=chain&f=w*x%2Bb&at=w=2,x=1.5,b=-1``: an expression and its numbers; ``step`` is the step
  shown, ``box`` the box opened, ``nudge`` the variable nudged, ``predict=1`` hides what comes next.
- ``#do=learn&data=circles&layers=4,2``: a run; also ``activation``, ``loss``, ``optimizer``,
  ``rate``, ``batch``, ``noise``, ``seed``, ``points=x,y,class;…`` with ``data=own``, ``example``,
  ``lines=gradients``, and ``open=layer.neuron.weight`` (from 0) or ``open=cost``.
- ``#do=wrong&way=zero_grad``: a mistake, by its name in :data:`autograd_mini.play.wrong.WAYS`.
"""

from autograd_mini.play.answers import answer

__all__ = ["answer"]
