"""``autograd-mini site``: the playground and the course as a folder for any web server."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd_mini.cli.terminal import Commands, refusing, say, verb


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "site",
        run,
        "the playground and the course as a folder, with a Python that runs in the browser",
        "Write a folder that any web server can serve: the playground, and the course with its "
        "exercises, answered by a Python in the reader's own browser. Python for browsers and the "
        "layout program are fetched once, with npm, and kept in your cache folder.",
        (
            ("autograd-mini site public", "into ./public"),
            ("autograd-mini site ~/www/learn", "to where a web server finds it"),
        ),
        "To look at it here: python -m http.server -d DIR, and open localhost:8000",
    )
    parser.add_argument("folder", metavar="DIR", help="the folder to write")


def run(options: argparse.Namespace) -> int:
    """Build it."""
    from autograd_mini.play.packages import PackageError
    from autograd_mini.play.site import build

    with refusing(OSError, PackageError):
        found = build(Path(options.folder).expanduser(), say)
    say(f"Wrote {found}")
    return 0
