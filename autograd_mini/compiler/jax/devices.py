"""Where the arrays lie: on one device, or split over the devices of a mesh.

Vocabulary: a *mesh* is JAX's: devices in a grid whose axes have names. Batches are split over all
of them, along their first axis. Parameters are whole on every device, except that along an axis
called "parameters" large ones are split too.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

SPLIT = "parameters"
LARGE = 2**12
"""A parameter with fewer numbers is not split."""


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
