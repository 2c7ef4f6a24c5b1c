"""Look at the installed wheel, from a folder that is not the checkout.

The argument says whether it is to have the compiled core: ``must`` or ``no``. Prints what it found
and exits non-zero at the first thing that is not as it should be.
"""

from __future__ import annotations

import importlib.metadata
import statistics
import subprocess
import sys
from pathlib import Path

IMPORT = """
import sys, time
before = set(sys.modules)
began = time.perf_counter()
import autograd_mini
print(time.perf_counter() - began)
new = {name.split(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - sys.stdlib_module_names))
"""


def check(held: bool, what: str) -> None:
    """Go on if it held; say what did not and exit otherwise."""
    if not held:
        sys.exit(f"the installed wheel: {what}")


def main() -> None:
    """Check the files, the metadata and the import of the installed package."""
    files = importlib.metadata.files("autograd-mini") or []
    names = {str(path) for path in files if path.suffix != ".pyc"}
    check("autograd_mini/py.typed" in names, "py.typed is missing")
    sheets = [name for name in names if name.endswith((".css", ".js"))]
    check(len(sheets) >= 3, f"of the style sheets and scripts of pages it holds {sheets}")
    check(any(name.endswith("licenses/LICENSE") for name in names), "LICENSE is missing")
    with_core = sys.argv[1:] == ["must"]
    cores = [name for name in names if "/_core." in name and not name.endswith(".c")]
    check(len(cores) == with_core, f"it holds {cores}")

    stray = {name.split("/")[0] for name in names if ".dist-info" not in name}
    check(stray <= {"autograd_mini", ".."}, f"it installs {sorted(stray)}")

    course = [name for name in names if name.startswith("autograd_mini/notebooks/")]
    check(len(course) >= 13, f"it holds {len(course)} notebooks of the course")
    check(all(name.endswith(".ipynb") for name in course), "beside the notebooks lies more")

    seconds = []
    for _ in range(7):
        done = subprocess.run(
            [sys.executable, "-I", "-c", IMPORT], capture_output=True, encoding="utf-8", check=False
        )
        check(done.returncode == 0, f"it cannot be imported\n{done.stderr}")
        took, others = done.stdout.splitlines()
        check(others == "autograd_mini", f"importing it loads {others}")
        seconds.append(float(took))

    import autograd_mini

    place = Path(autograd_mini.__file__).resolve()
    check(place.is_relative_to(Path(sys.prefix).resolve()), f"{place} was imported instead")
    version = importlib.metadata.version("autograd-mini")
    check(autograd_mini.__version__ == version, f"{autograd_mini.__version__} is not {version}")
    engine = autograd_mini.engine_info()
    check((engine == "compiled core") == with_core, f"it runs as {engine}")
    milliseconds = 1000 * statistics.median(seconds)
    print(
        f"autograd-mini {version}: {len(names)} files, {engine}, imported in {milliseconds:.1f} ms"
    )


if __name__ == "__main__":
    main()
