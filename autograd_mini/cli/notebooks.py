"""``autograd-mini notebooks``: the course, copied to where it can be worked on."""

from __future__ import annotations

import argparse
import filecmp
from pathlib import Path

from autograd_mini.cli.options import argument, flag, verb
from autograd_mini.cli.terminal import Refusal, refusing, say, say_json

INSIDE = Path(__file__).parents[1] / "notebooks"
"""Where an installed package has them."""

BESIDE = Path(__file__).parents[2] / "notebooks"
"""Where a checkout has them."""


@verb(
    argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default="autograd-mini-notebooks",
        help="the folder to copy to (default: ./autograd-mini-notebooks)",
    ),
    flag("--list", "list the notebooks, copy nothing"),
    flag("--overwrite", "replace notebooks that differ"),
    flag("--json", "the paths as JSON, for a program"),
)
def notebooks(options: argparse.Namespace) -> int:
    """Copy the course's notebooks into a folder.

    Copy the notebooks of the course into a folder, to be opened with JupyterLab. Notebooks there
    that differ, your own work perhaps, are kept, unless --overwrite is given.

        autograd-mini notebooks course  # into ./course
        autograd-mini notebooks --list  # what there is

    To open them: pip install 'autograd-mini[notebook]', then jupyter lab DIR
    """
    found = course()
    if options.list:
        if options.json:
            say_json({"notebooks": [path.name for path in found]})
        else:
            say("\n".join(path.name for path in found))
        return 0
    folder = Path(options.folder).expanduser()
    with refusing(OSError):
        targets = _copied(found, folder, options.overwrite)
    if options.json:
        say_json({"folder": str(folder), "notebooks": [str(path) for path in targets]})
    else:
        say("\n".join(map(str, targets)))
        say(f"Open them with: jupyter lab {folder}")
    return 0


def course() -> list[Path]:
    """The notebooks, in the order of the deck.

    Raises:
        Refusal: there are none.
    """
    for folder in (INSIDE, BESIDE):
        found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        if found:
            return found
    raise Refusal(f"there are no notebooks in {INSIDE} or {BESIDE}; install the package again")


def _copied(found: list[Path], folder: Path, overwrite: bool) -> list[Path]:
    """Copy all of them, or none if one would be lost."""
    from autograd_mini.files import write_atomically

    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is a file; choose a folder")
    targets = {path: folder / path.name for path in found}
    changed = [
        target.name
        for path, target in targets.items()
        if target.exists() and not filecmp.cmp(path, target, shallow=False)
    ]
    if changed and not overwrite:
        raise Refusal(
            f"{folder} has its own {', '.join(changed)}; choose another folder, or --overwrite"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, target in targets.items():
        write_atomically(target, path.read_bytes())
    return list(targets.values())
