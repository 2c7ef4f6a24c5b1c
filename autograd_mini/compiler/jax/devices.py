"""Where the arrays lie: on one device, or split over those of a mesh; and who else is there.

Vocabulary: a *mesh* is JAX's: devices in a grid whose axes have names. Batches are split over all
of them, along their first axis. Parameters are whole on every device, except that along an axis
called "parameters" large ones are split too.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import jax
import numpy as np
from jax._src import distributed
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from autograd_mini.errors import AutogradError

SPLIT = "parameters"
LARGE = 2**12
"""A parameter with fewer numbers is not split."""

SLOW = 2.0
"""After so many seconds a step is waited for that a lost process may hold up."""


class Devices:
    """The devices of a mesh, or JAX's own choice of one where there is none."""

    def __init__(self, mesh: Any) -> None:
        self.mesh: Any = None
        if mesh is None:
            return
        axes = mesh.axis_names
        self.mesh = Mesh(mesh.devices, axes, axis_types=(AxisType.Auto,) * len(axes))
        self.batch = NamedSharding(self.mesh, PartitionSpec(axes))
        self.everywhere = NamedSharding(self.mesh, PartitionSpec())

    def put_tree(self, tree: Any) -> Any:
        """Parameters, or what an optimiser keeps of them."""
        if self.mesh is None:
            return jax.device_put(tree)
        return jax.tree.map(lambda x: self._put(x, self.sharding(x)), tree)

    def put_data(self, data: list[Any]) -> list[Any]:
        """A batch: split where the devices divide it, else whole on each of them."""
        if self.mesh is None:
            placed: list[Any] = jax.device_put(data)
            return placed
        return [
            self._put(x, self.everywhere if len(x) % self.mesh.size else self.batch) for x in data
        ]

    def _put(self, x: Any, sharding: Any) -> Any:
        """The array in place; each process puts its own part there."""
        if isinstance(x, jax.Array) and x.sharding == sharding:
            return x
        host = np.asarray(x)
        return jax.make_array_from_callback(host.shape, sharding, lambda index: host[index])

    def sharding(self, x: Any) -> Any:
        """How a parameter lies: split along its longest axis that the devices divide, or whole."""
        if SPLIT not in self.mesh.axis_names or np.size(x) < LARGE:
            return self.everywhere
        count = self.mesh.shape[SPLIT]
        fitting = [axis for axis, n in enumerate(np.shape(x)) if n % count == 0]
        if not fitting:
            return self.everywhere
        longest = max(fitting, key=lambda axis: np.shape(x)[axis])
        return NamedSharding(self.mesh, PartitionSpec(*[None] * longest, SPLIT))

    def results(self, kept: Any) -> Any:
        """How such parameters and states lie; None where it is for JAX to say."""
        return None if self.mesh is None else jax.tree.map(self.sharding, kept)

    def whole(self, tree: Any) -> Any:
        """The numbers of a tree on the host, from all processes."""
        if any(_apart(x) for x in jax.tree.leaves(tree)):
            tree = jax.jit(lambda x: x, out_shardings=self.everywhere)(tree)
        return jax.device_get(tree)


def _apart(x: Any) -> bool:
    """Whether other processes have parts of an array that this one has not."""
    return isinstance(x, jax.Array) and not (x.is_fully_addressable or x.is_fully_replicated)


# --- processes ------------------------------------------------------------------------------------


def lost(made: int) -> AutogradError:
    """What is said where a process has ended after so many steps."""
    return AutogradError(
        f"train: of the {jax.process_count()} processes that train together one has ended or "
        f"cannot be reached, after {made} of these steps; start all of them again, and go on from "
        "the parameters that were saved last"
    )


def awaited(value: Any, made: int) -> None:
    """Wait for a number to which all processes contribute, as long as all of them live.

    JAX itself would wait on for a process that is gone. It knows which are alive from their
    heartbeats (``heartbeat_timeout_seconds`` of ``jax.distributed.initialize``), if
    ``jax_enable_recoverability`` is set.
    """
    gone: list[int] = []
    began, asking = time.monotonic(), False
    while not value.is_ready():
        if gone:
            raise lost(made)
        if not asking and time.monotonic() - began > SLOW:
            asking = True
            threading.Thread(target=_ask, args=(gone,), daemon=True).start()
        time.sleep(1e-4)


def _ask(gone: list[int]) -> None:
    """Which processes are gone; it waits until the others ask too, or are gone."""
    client = getattr(distributed.global_state.client, "get_live_nodes", None)
    everybody = range(jax.process_count())
    if client is not None:
        with suppress(jax.errors.JaxRuntimeError):
            gone += sorted({*everybody} - {*client([*everybody])})
