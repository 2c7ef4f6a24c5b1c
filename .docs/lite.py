"""The course as live notebooks in a folder that any web server can serve (JupyterLite).

    python .docs/lite.py FOLDER

Python runs in the reader's browser; nothing is installed and nothing leaves the page. What the
folder is made of comes from npm and PyPI once, at pinned versions, compared with hashes; a page
fetches from the folder alone. It needs ``pip install -e '.[lite]'`` and npm.

Vocabulary: a *wheel* is a package as pip and Pyodide install it. The *lock* is Pyodide's list of
the wheels that it may load, each with its hash; here it lists those that lie beside it.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import autograd_mini
from autograd_mini.play import packages, site

ROOT = Path(__file__).parents[1]
REQUIREMENTS = Path(__file__).parent / "lite.txt"
KERNEL = "@jupyterlite/pyodide-kernel-extension"

LOADED = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
LOADED += ["autograd-mini"]
"""What a kernel begins with; it would ask PyPI for what is missing here."""

BEGIN = """\
# Python runs in this browser, and Graphviz too: it lays out the pictures.
from autograd_mini_browser import start
await start()"""
BROWSER = '''\
"""In a browser no layout program can be started: Graphviz, compiled for browsers, stands for it."""


async def start():
    """Load Graphviz from beside Pyodide and lay out all pictures with it."""
    import pyodide_js
    from pyodide.code import run_js

    from autograd_mini.show.layout_program import use

    module = await run_js("url => import(url)")(pyodide_js.lockfileBaseUrl + "graphviz.js")
    graphviz = await module.Graphviz.load()

    def layout(dot, form):
        if form != "svg":
            raise ValueError("Graphviz in the browser writes SVG")
        return graphviz.layout(dot, form, "dot").encode()

    use(layout)
'''
WITHOUT = "*In the browser there is no {}; this is what the cell shows elsewhere.*\n\n{}"
REST = (
    "*The rest of this notebook compiles with NumPy, which is not in this browser. "
    "`autograd-mini notebooks course` copies it to your machine.*"
)


def build(out: Path) -> None:
    """Write the folder.

    Raises:
        PackageError: a package cannot be had, or is not what it should be.
        CalledProcessError: pip or JupyterLite failed; they have said why.
    """
    with TemporaryDirectory() as folder:
        work = Path(folder)
        pyodide(work / "static" / "pyodide")
        notebooks(work / "files")
        settings = {"pyodideUrl": "./static/pyodide/pyodide.mjs", "disablePyPIFallback": True}
        settings["loadPyodideOptions"] = {"packages": LOADED}
        config = {
            "appName": "autograd_mini: the course",
            "exposeAppInBrowser": True,
            "litePluginSettings": {f"{KERNEL}:kernel": settings},
        }
        put(
            work / "jupyter-lite.json",
            {"jupyter-lite-schema-version": 0, "jupyter-config-data": config},
        )
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", work]
        command += ["--contents", work / "files", "--output-dir", out.resolve(), "--apps", "lab"]
        command += ["--no-sourcemaps", "--no-unused-shared-packages"]
        subprocess.run(command, check=True, cwd=work, stdout=subprocess.DEVNULL)


def put(path: Path, content: object) -> None:
    """Write something as JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


# --- Python and what it loads ---------------------------------------------------------------------


def pyodide(folder: Path) -> None:
    """Pyodide with the wheels that a kernel needs, and Graphviz."""
    folder.mkdir(parents=True)
    for package in packages.PACKAGES:
        for name, content in packages.files_of(package, packages.cache_folder()).items():
            (folder / name).write_bytes(content)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes"]
    pip += ["--only-binary=:all:", "--python-version", "3.14", "-r", REQUIREMENTS, "-d", folder]
    subprocess.run(pip, check=True)
    for wheel in (Path(sys.prefix) / "share/jupyter/labextensions" / KERNEL).rglob("*.whl"):
        shutil.copy(wheel, folder)
    ours = folder / f"autograd_mini-{autograd_mini.__version__}-py3-none-any.whl"
    ours.write_bytes(our_wheel())
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    needs = {normal(name): entry["depends"] for name, entry in lock["packages"].items()}
    needs |= {"pyodide-kernel": ["comm", "ipython"], "ipykernel": ["pyodide-kernel"]}
    entries = [locked(path, needs) for path in sorted(folder.glob("*.whl"))]
    lock["packages"] = {entry["name"]: entry for entry in entries}
    put(folder / "pyodide-lock.json", lock)


def normal(name: str) -> str:
    """A package's name as PyPI writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(wheel: Path, needs: dict[str, list[str]]) -> dict[str, object]:
    """What the lock says of a wheel."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": normal(name),
        "version": version,
        "file_name": wheel.name,
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
        "depends": [normal(one) for one in needs.get(normal(name), [])],
        "imports": [],
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def our_wheel() -> bytes:
    """This package as a wheel for browsers, without the notebooks, which lie beside it."""
    version = autograd_mini.__version__
    info = f"autograd_mini-{version}.dist-info"
    more = {
        "autograd_mini_browser.py": BROWSER,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: autograd-mini\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    written = io.BytesIO(site.package())
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, text in more.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return written.getvalue()


# --- the course -----------------------------------------------------------------------------------


def notebooks(folder: Path) -> None:
    """The notebooks, each of which begins with Graphviz."""
    folder.mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        begin = {
            "cell_type": "code",
            "id": "in-the-browser",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": BEGIN,
        }
        notebook["cells"] = [begin, *cells(notebook["cells"])]
        notebook["metadata"]["kernelspec"] = {
            "display_name": "Python (Pyodide)",
            "language": "python",
            "name": "python",
        }
        put(folder / path.name, notebook)


def cells(given: list[dict[str, object]]) -> list[dict[str, object]]:
    """The cells that run in a browser, with texts in one piece; for the others what they show."""
    kept: list[dict[str, object]] = []
    for cell in given:
        source = joined(cell["source"])
        if 'backend="numpy"' in source and cell["cell_type"] == "code":
            return [*kept, prose(cell, REST)]
        if "plots." in source and cell["cell_type"] == "code":
            kept.append(prose(cell, WITHOUT.format("matplotlib", picture(cell))))
            continue
        outputs = [whole(output) for output in cell.get("outputs", [])]  # type: ignore[attr-defined]
        kept.append(cell | {"source": source} | ({"outputs": outputs} if outputs else {}))
    return kept


def joined(text: object) -> str:
    """A text that a notebook may keep line by line."""
    return text if isinstance(text, str) else "".join(text)  # type: ignore[arg-type]


def whole(output: dict[str, object]) -> dict[str, object]:
    """An output with its texts in one piece: JupyterLite does not put lines together."""
    if "text" in output:
        return output | {"text": joined(output["text"])}
    data: dict[str, object] = output.get("data", {})  # type: ignore[assignment]
    return output | {"data": {kind: joined(text) for kind, text in data.items()}}


def prose(cell: dict[str, object], text: str) -> dict[str, object]:
    """A cell of prose in the place of one of code."""
    return {"cell_type": "markdown", "id": cell["id"], "metadata": {}, "source": text}


def picture(cell: dict[str, object]) -> str:
    """The picture that a cell shows, in Markdown."""
    for output in cell["outputs"]:  # type: ignore[attr-defined]
        png = output.get("data", {}).get("image/png")
        if png:
            content = b64encode(b64decode(joined(png))).decode()
            return f"![What the cell shows](data:image/png;base64,{content})"
    raise LookupError(f"the cell {cell['id']} shows no picture")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
