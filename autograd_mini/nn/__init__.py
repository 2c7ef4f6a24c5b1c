"""Neurons, layers, networks and the two regressions; saving and loading them.

A model is called with one example, a sequence of numbers or Values, and gives a Value for each
output. Its labels follow the slides (:mod:`autograd_mini.nn.notation`).

>>> import random
>>> from autograd_mini import nn
>>> nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))
MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)], Layer of [LinearNeuron(3)]]
"""

from autograd_mini.nn.layers import MLP, Layer
from autograd_mini.nn.loading import load
from autograd_mini.nn.neuron import LinearRegression, LogisticRegression, Module, Neuron
from autograd_mini.nn.saving import save

__all__ = [
    "MLP",
    "Layer",
    "LinearRegression",
    "LogisticRegression",
    "Module",
    "Neuron",
    "load",
    "save",
]
