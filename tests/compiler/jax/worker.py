"""One of two processes that train together; started by :mod:`test_processes`.

    python -m tests.compiler.jax.worker RANK PORT FOLDER STEPS KILLED_AT

Every ten steps it saves parameters and the optimiser's state with orbax; where it finds them it
goes on from the last. Process 1 ends itself at a step, as a machine does that loses its power.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

import jax
import numpy as np
import optax
import orbax.checkpoint as ocp
from jax.experimental import multihost_utils

from autograd_mini import compile
from autograd_mini.errors import AutogradError
from tests.compiler.jax.networks import classifier

TOGETHER = 10


def main(rank: int, port: str, folder: str, steps: int, killed_at: int) -> None:
    """Train, and say what came of it on standard output."""
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.config.update("jax_enable_recoverability", True)
    jax.distributed.initialize(
        f"127.0.0.1:{port}", 2, rank, initialization_timeout=60, heartbeat_timeout_seconds=10
    )
    network = classifier(16)
    mesh = jax.make_mesh((len(jax.devices()),), ("batch",))
    compiled = compile(network.loss, network.params, "jax", mesh=mesh)
    adam = optax.adam(0.01)
    _, tree = compiled.jax_function(*network.examples)
    options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
    saved = ocp.CheckpointManager(Path(folder), options=options)
    made = saved.latest_step() or 0
    with jax.enable_x64(True):
        if made:
            like = {"tree": tree, "state": jax.tree.map(np.asarray, adam.init(host(tree)))}
            put = compiled._surroundings.last.devices.put_tree  # type: ignore[union-attr]
            found = saved.restore(made, args=ocp.args.StandardRestore(put(like)))
            compiled.write_back(found["tree"])
            compiled.optimizer_state = found["state"]
            say(f"resumed at {made}")
    while made < steps:
        if made == killed_at and rank == 1:
            say("gone")
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            compiled.train(adam, *network.examples, steps=TOGETHER)
        except AutogradError as fault:
            say(f"error: {fault}")
            os._exit(3)
        made += TOGETHER
        _, tree = compiled.jax_function(*network.examples)
        with jax.enable_x64(True):
            given = {"tree": tree, "state": compiled.optimizer_state}
            saved.save(made, args=ocp.args.StandardSave(given))
            saved.wait_until_finished()
    numbers = np.array([p.data for p in network.params])
    say(f"done {hashlib.sha256(numbers.tobytes()).hexdigest()}")
    # where processes may be lost, JAX lets each end by itself; the first must be the last
    multihost_utils.sync_global_devices("end")
    if rank == 0:
        time.sleep(1.0)
    os._exit(0)


def host(tree: dict[str, object]) -> dict[str, object]:
    """The numbers of replicated arrays."""
    return {name: np.asarray(x) for name, x in tree.items()}


def say(text: str) -> None:
    """A line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
