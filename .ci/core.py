"""Builds the compiled core where there is a C compiler; without one the Python source runs alone.

A hook of hatchling. ``AUTOGRAD_MINI_CORE`` in the environment says ``auto`` (the default), ``no``,
or ``must``, where a build without the core is a failure. An editable install has the core beside
its source; a wheel holds the one that was built for it, in a folder of its own, and no other.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CORE = "AUTOGRAD_MINI_CORE"
SOURCE = "autograd_mini/_core.c"
STABLE = "cp311"
"""The oldest Python whose stable ABI the core is built for."""


class Core(BuildHookInterface):  # type: ignore[type-arg]
    """The hook: it adds the core to a wheel, or says why there is none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless that is not wanted or not possible here."""
        wanted = os.environ.get(CORE, "auto")
        if wanted not in ("auto", "no", "must"):
            raise ValueError(f"{CORE}={wanted}: say auto, no or must")
        if self.target_name != "wheel":
            return
        package = Path(self.root, "autograd_mini")
        if version == "editable":
            for old in (*package.glob("_core.*so"), *package.glob("_core.*pyd")):
                old.unlink()  # it may be of another source
        if wanted == "no":
            return
        try:
            refuse_other_pythons()
            self.folder = tempfile.TemporaryDirectory(prefix="autograd-mini-core-")
            made = built(Path(self.root), Path(self.folder.name))
            if version == "editable":
                shutil.copy(made, package)
                return
        except (Exception, SystemExit) as fault:
            if wanted == "must":
                raise
            self.app.display_warning(f"no compiled core: {fault}; the Python source runs alone")
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"{STABLE}-abi3-{re.sub('[.-]', '_', sysconfig.get_platform())}"
        build_data["force_include"][str(made)] = f"autograd_mini/{made.name}"


def refuse_other_pythons() -> None:
    """Raise where the core is not known to be safe."""
    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        raise RuntimeError(f"it is not for {sys.implementation.name} {sys.version.split()[0]}")


def built(root: Path, folder: Path) -> Path:
    """Compile the core into the folder; the path of the library."""
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    flags = ["/O2"] if os.name == "nt" else ["-O3", "-ffp-contract=off", "-fno-strict-aliasing"]
    core = Extension(
        "autograd_mini._core",
        [SOURCE],
        py_limited_api=True,
        define_macros=[("Py_LIMITED_API", "0x030B0000")],
        extra_compile_args=flags,
    )
    command = build_ext(Distribution({"name": "autograd-mini", "ext_modules": [core]}))
    command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "objects")
    before = Path.cwd()
    os.chdir(root)
    try:
        command.ensure_finalized()
        command.run()
    finally:
        os.chdir(before)
    return Path(command.get_ext_fullpath("autograd_mini._core"))
