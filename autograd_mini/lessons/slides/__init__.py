"""The lessons themselves, a module or two for each part of the deck.

Arguments of one name mean the same in every lesson. Left alone they are the slide's numbers, or
ours where it gives none; where they do not fit together, a ValueError says so.

- ``w``, ``x``, ``b``: weights, inputs and bias of one neuron or regression;
- ``parameters``, ``x``, ``y``: a network, an example, and what the data say of it; ``samples`` and
  ``targets``, or ``predictions`` and ``targets``, where there are several;
- ``points``: data, pairs (x, y); ``theta``, ``theta0``, ``theta1``: parameters of a model for them;
- ``alpha``, ``steps``, ``seed``: the learning rate α, how many steps are taken, and where the first
  weights come from;
- ``progress``: is told after each step how many are done.
"""
