"""What the engine does most often, written out for speed.

Nothing here is another rule: :mod:`~autograd_mini.fast.forward` makes the nodes that
:mod:`autograd_mini.value` describes, and :mod:`~autograd_mini.fast.backward` is the pass of
:mod:`autograd_mini.diff`. tests/test_value.py and tests/test_diff.py hold both to the plain ones,
bit for bit.
"""
