"""What the README's comparison says, tried: ``python -m tests.readme.facts``.

Vocabulary: a *fact* is a few lines that are run with one engine and give what the table says of it.
Engines that are not installed are left out; micrograd comes with the tests, PyTorch and HIPS
autograd with the extra ``bench``, JAX is installed by hand.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from typing import Any

from autograd_mini import Value, grad, gradcheck

DEEP = 2000
SMALL = 1e-7


def tried(fact: Callable[[], Any]) -> str:
    """What a fact gives, or the name of the error that it raises."""
    try:
        found = fact()
    except Exception as error:  # noqa: BLE001  (whatever another engine raises is the fact)
        return type(error).__name__
    return f"{found:.3g}" if isinstance(found, float) else str(found)


def chain(x: Any) -> Any:
    """x times one, two thousand times."""
    for _ in range(DEEP):
        x = x * 1.0
    return x


# --- ours -----------------------------------------------------------------------------------------


def _backward(make: Callable[[Any], Any], x: float) -> float:
    leaf = Value(x)
    make(leaf).backward()
    return leaf.grad


def _second() -> float:
    x = Value(0.5)
    (first,) = grad(x.tanh(), [x])
    (second,) = grad(first, [x])
    return second.data


def _twice() -> float:
    a = Value(2.0)
    b = a * 3.0
    c = b * b
    c.backward()
    c.backward()
    return b.grad


def _half(x: float) -> list[float]:
    return [SMALL * x]


OURS: dict[str, Callable[[], Any]] = {
    "tanh′(20)": lambda: _backward(lambda x: x.tanh(), 20.0),
    "deep chain": lambda: _backward(chain, 1.0),
    "second derivative": _second,
    "second backward()": _twice,
    "half a derivative": lambda: gradcheck(lambda x: SMALL * x * x, [0.3], gradients=_half).verdict,
    "relu at 0": lambda: gradcheck(lambda x: x.relu(), [0.0]).verdict,
    "relu(√x − 1)′(0)": lambda: _backward(lambda x: (x**0.5 - 1.0).relu(), 0.0),
}


# --- the others -----------------------------------------------------------------------------------


def micrograd() -> dict[str, Callable[[], Any]]:
    """micrograd 0.1.0."""
    other = importlib.import_module("micrograd.engine").Value

    def deep() -> float:
        x = other(1.0)
        chain(x).backward()
        return float(x.grad)

    def dead() -> float:
        x = other(0.0)
        (x**0.5 - 1.0).relu().backward()
        return float(x.grad)

    def twice() -> float:
        a = other(2.0)
        b = a * 3.0
        c = b * b
        c.backward()
        c.backward()
        return float(b.grad)

    return {
        "tanh′(20)": lambda: other(20.0).tanh(),
        "deep chain": deep,
        "second derivative": lambda: "none: a gradient is a float",
        "second backward()": twice,
        "half a derivative": lambda: "no checker",
        "relu at 0": lambda: "no checker",
        "relu(√x − 1)′(0)": dead,
    }


def pytorch() -> dict[str, Callable[[], Any]]:
    """PyTorch."""
    torch = importlib.import_module("torch")
    autograd = importlib.import_module("torch.autograd")

    def leaf(x: float) -> Any:
        return torch.tensor(x, dtype=torch.float64, requires_grad=True)

    def backward(make: Callable[[Any], Any], x: float) -> float:
        at = leaf(x)
        make(at).backward()
        return float(at.grad)

    def second() -> float:
        x = leaf(0.5)
        (first,) = autograd.grad(torch.tanh(x), x, create_graph=True)
        return float(autograd.grad(first, x)[0])

    def twice() -> float:
        a = leaf(2.0)
        c = (a * 3.0) ** 2
        c.backward()
        c.backward()
        return float(a.grad)

    def half(x: Any) -> Any:
        return SMALL * x * x.detach()  # the derivative is half of what it ought to be

    return {
        "tanh′(20)": lambda: backward(torch.tanh, 20.0),
        "deep chain": lambda: backward(chain, 1.0),
        "second derivative": second,
        "second backward()": twice,
        "half a derivative": lambda: autograd.gradcheck(half, (leaf(0.3),)),
        "relu at 0": lambda: autograd.gradcheck(torch.relu, (leaf(0.0),)),
        "relu(√x − 1)′(0)": lambda: backward(lambda x: torch.relu(torch.sqrt(x) - 1.0), 0.0),
    }


def jax() -> dict[str, Callable[[], Any]]:
    """JAX, with 64-bit numbers."""
    made = importlib.import_module("jax")
    made.config.update("jax_enable_x64", True)
    check = importlib.import_module("jax.test_util").check_grads

    def half(x: Any) -> Any:
        return SMALL * x * made.lax.stop_gradient(x)

    return {
        "tanh′(20)": lambda: float(made.grad(made.numpy.tanh)(20.0)),
        "deep chain": lambda: float(made.grad(chain)(1.0)),
        "second derivative": lambda: float(made.grad(made.grad(made.numpy.tanh))(0.5)),
        "second backward()": lambda: "no graph is kept",
        "half a derivative": lambda: check(half, (0.3,), order=1) or True,
        "relu at 0": lambda: check(made.nn.relu, (0.0,), order=1) or True,
        "relu(√x − 1)′(0)": lambda: float(
            made.grad(lambda x: made.nn.relu(made.numpy.sqrt(x) - 1.0))(0.0)
        ),
    }


def hips() -> dict[str, Callable[[], Any]]:
    """HIPS autograd."""
    made = importlib.import_module("autograd")
    numpy = importlib.import_module("autograd.numpy")
    check = importlib.import_module("autograd.test_util").check_grads

    def half(x: Any) -> Any:
        return SMALL * x * made.tracer.getval(x)

    return {
        "tanh′(20)": lambda: float(made.grad(numpy.tanh)(20.0)),
        "deep chain": lambda: float(made.grad(chain)(1.0)),
        "second derivative": lambda: float(made.grad(made.grad(numpy.tanh))(0.5)),
        "second backward()": lambda: "no graph is kept",
        "half a derivative": lambda: check(half, modes=["rev"], order=1)(0.3) or True,
        "relu at 0": lambda: (
            check(lambda x: numpy.maximum(x, 0.0), modes=["rev"], order=1)(0.0) or True
        ),
        "relu(√x − 1)′(0)": lambda: float(
            made.grad(lambda x: numpy.maximum(numpy.sqrt(x) - 1.0, 0.0))(0.0)
        ),
    }


OTHERS = {"micrograd": micrograd, "torch": pytorch, "jax": jax, "autograd": hips}


def main() -> None:
    """Print every fact of every engine that is installed."""
    found = {"autograd_mini": OURS}
    found |= {name: make() for name, make in OTHERS.items() if importlib.util.find_spec(name)}
    for fact in OURS:
        sys.stdout.write(f"{fact}\n")
        for engine, facts in found.items():
            sys.stdout.write(f"  {engine:15} {tried(facts[fact])}\n")


if __name__ == "__main__":
    main()
