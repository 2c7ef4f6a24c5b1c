"""The engines that are measured, and how each is asked for the same thing.

Vocabulary: an *engine* builds a graph of scalars and differentiates it. A *kit* is what a workload
needs of it: ``leaf`` makes a variable, ``parameters`` the variables that a training loop updates,
``pass_`` runs forward and backward. Inside a workload all engines are written to alike: ``+ - * /
**`` and the methods ``relu``, ``exp``, ``log``. A *peer* is an engine that is not this project.

Numbers stand to the right of a node, as ``number`` of the kit gives them.
"""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import warnings
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from tests.benchmarks import baseline, stripped

OURS = "autograd_mini"
PURE = "autograd_mini, pure Python"
"""The same without the compiled core; where none was built, both are the Python source."""
ENVIRONMENT = {PURE: {"AUTOGRAD_MINI_PURE": "1"}}
"""What the process of an engine has in its environment."""
BOUND = "stripped"
"""What remains of this project's engine without all that it promises: no peer, but a bound."""

Cost = Callable[[Sequence[Any]], Any]
"""A program: from the variables to the one number that is differentiated."""


class Kit:
    """An engine whose graph is made by running the program: micrograd's interface."""

    def __init__(self, leaf: Callable[[float], Any], mlp: Any = None) -> None:
        self.leaf = leaf
        self.mlp = mlp

    def number(self, constant: float) -> Any:
        """A number as the engine wants it beside a node: as it is."""
        return constant

    def parameters(self, numbers: Sequence[float]) -> list[Any]:
        return [self.leaf(number) for number in numbers]

    def backward(self, root: Any) -> None:
        root.backward()

    def forget(self, parameters: Sequence[Any]) -> None:
        for parameter in parameters:
            parameter.grad = 0.0

    def forward(self, cost: Cost, parameters: Sequence[Any]) -> Any:
        """The recorded graph."""
        return cost(parameters)

    def pass_(self, cost: Cost, parameters: Sequence[Any]) -> Any:
        """Forward, then backward; the gradients are in ``.grad`` of the parameters after it."""
        root = self.forward(cost, parameters)
        self.backward(root)
        return root


class Minigrad(Kit):
    """Its operators take everything for a node and write into it, a float or an int 0 as well.

    So every number is made a node here, once, before the clock runs. And each node that dies gives
    back a reference to None which it never took: those are laid in beforehand.
    """

    nones: ClassVar[tuple[None, ...]] = ()

    def __init__(self, leaf: Callable[[float], Any], mlp: Any) -> None:
        super().__init__(leaf, mlp)
        Minigrad.nones = (None,) * 20_000_000
        gc.collect()  # the collector lets go of a tuple of numbers or Nones when it first sees it

    def number(self, constant: float) -> Any:
        return self.leaf(constant)


class Torch(Kit):
    """Scalar tensors of doubles; one thread, as everywhere."""

    def __init__(self, torch: Any) -> None:
        torch.set_num_threads(1)
        self._zeros_like = torch.zeros_like
        super().__init__(
            lambda number: torch.tensor(number, dtype=torch.float64, requires_grad=True)
        )

    def forget(self, parameters: Sequence[Any]) -> None:
        for parameter in parameters:
            parameter.grad = self._zeros_like(parameter)


class Nanograd(Kit):
    """Its backward pass has another name."""

    def backward(self, root: Any) -> None:
        root.backwards()


class Held:
    """A parameter of an engine that differentiates functions: a number and its derivative."""

    __slots__ = ("data", "grad")

    def __init__(self, data: float) -> None:
        self.data = data
        self.grad = 0.0


class Hips(Kit):
    """HIPS autograd differentiates a function, so the program is handed to it whole."""

    def __init__(self, autograd: Any) -> None:
        super().__init__(Held)
        self._gradient = autograd.value_and_grad
        self._array = importlib.import_module("numpy").array
        box = importlib.import_module("autograd.numpy.numpy_boxes").ArrayBox
        np = importlib.import_module("autograd.numpy")
        box.relu = lambda x: np.maximum(x, 0.0)
        box.exp, box.log = np.exp, np.log
        box.data = property(lambda x: x._value)

    def forward(self, cost: Cost, parameters: Sequence[Any]) -> Any:
        return self.pass_(cost, parameters)

    def pass_(self, cost: Cost, parameters: Sequence[Any]) -> Any:
        numbers = self._array([p.data for p in parameters])  # a list would cost it the square
        places = range(len(numbers))
        value, gradients = self._gradient(lambda box: cost([box[i] for i in places]))(numbers)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = float(gradient)
        return Held(float(value))


class Xad(Kit):
    """XAD writes operations on a tape, which each pass begins anew with the parameters' numbers."""

    def __init__(self, xad: Any, functions: Any) -> None:
        super().__init__(Held)
        self._real, self._tape = xad.Real, xad.Tape
        largest = functions.max
        self._real.relu = lambda x: largest(x, 0.0)
        exp, log = functions.exp, functions.log
        self._real.exp, self._real.log = lambda x: exp(x), lambda x: log(x)
        self._real.data = property(lambda x: x.value)

    def forward(self, cost: Cost, parameters: Sequence[Any]) -> Any:
        return self.pass_(cost, parameters)

    def pass_(self, cost: Cost, parameters: Sequence[Any]) -> Any:
        with self._tape() as tape:
            inputs = [self._real(p.data) for p in parameters]
            tape.registerInputs(inputs)
            tape.newRecording()
            output = cost(inputs)
            tape.registerOutput(output)
            output.derivative = 1.0
            tape.computeAdjoints()
            for parameter, x in zip(parameters, inputs, strict=True):
                parameter.grad = x.derivative
            return Held(output.value)


class Engine(NamedTuple):
    """One row of the tables."""

    name: str
    distribution: str
    language: str
    load: Callable[[], Kit]
    abilities: frozenset[str]

    @property
    def version(self) -> str:
        """The installed version, "" where it is not installed."""
        if self.name in (OURS, PURE):
            return importlib.import_module(OURS).__version__  # type: ignore[no-any-return]
        if not self.distribution:
            return "in tests/benchmarks"
        try:
            return importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return ""


def _ours() -> Kit:
    from autograd_mini import Value, nn

    return Kit(Value, nn.MLP)


def _micrograd() -> Kit:
    from_engine = importlib.import_module("micrograd.engine").Value
    return Kit(from_engine, importlib.import_module("micrograd.nn").MLP)


def _minigrad() -> Kit:
    from_engine = importlib.import_module("minigrad.engine").Value
    return Minigrad(from_engine, importlib.import_module("minigrad.nn").MLP)


def _nanograd() -> Kit:
    return Nanograd(importlib.import_module("nanograd_bgriebel").Value)


def _scalargrad() -> Kit:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a package that only its pictures need
        scalargrad = importlib.import_module("scalargrad")
        mlp = importlib.import_module("scalargrad.nn").MLP
    return Kit(scalargrad.Scalar, mlp)


def _propgrad() -> Kit:
    propgrad = importlib.import_module("propgrad")
    return Kit(propgrad.Value, propgrad.MLP)


def _torch() -> Kit:
    return Torch(importlib.import_module("torch"))


def _hips() -> Kit:
    return Hips(importlib.import_module("autograd"))


def _xad() -> Kit:
    module = importlib.import_module("xad.adj_1st")
    return Xad(module, importlib.import_module("xad.math"))


def _baseline() -> Kit:
    return Kit(baseline.Value)


def _stripped() -> Kit:
    return Kit(stripped.variable)


ARITHMETIC = frozenset({"relu"})
EVERYTHING = ARITHMETIC | {"exp"}

ENGINES = {
    engine.name: engine
    for engine in (
        Engine(OURS, "autograd-mini", "C, Python", _ours, EVERYTHING | {"mlp", "deep"}),
        Engine(PURE, "autograd-mini", "Python", _ours, EVERYTHING | {"mlp", "deep"}),
        Engine("micrograd", "micrograd", "Python", _micrograd, ARITHMETIC | {"mlp"}),
        Engine("slots", "", "Python", _baseline, EVERYTHING),
        Engine(BOUND, "", "Python", _stripped, EVERYTHING),
        Engine("scalargrad", "scalargrad", "Python", _scalargrad, EVERYTHING | {"mlp"}),
        Engine("propgrad", "propgrad", "Python", _propgrad, EVERYTHING | {"mlp"}),
        Engine("minigrad", "minigrad", "C", _minigrad, ARITHMETIC | {"mlp"}),
        Engine("nanograd", "nanograd-bgriebel", "C++", _nanograd, ARITHMETIC),
        Engine("XAD", "xad", "C++", _xad, EVERYTHING),
        Engine("PyTorch", "torch", "C++", _torch, EVERYTHING),
        Engine("HIPS autograd", "autograd", "Python, NumPy", _hips, EVERYTHING),
    )
}


def installed() -> list[Engine]:
    """The engines that can be measured here, this project first."""
    return [engine for engine in ENGINES.values() if engine.version]
