"""``autograd-mini play`` and ``site``: the playground, from a server here or as a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd_mini.cli.options import argument, flag, verb
from autograd_mini.cli.terminal import Refusal, flush, refusing, say


@verb(
    argument(
        "--port", metavar="N", type=int, default=0, help="where to listen (default: a free port)"
    ),
    argument(
        "--course",
        metavar="DIR",
        help="a folder that autograd-mini tour wrote: its pages, with exercises that are checked",
    ),
    flag("--no-browser", "print the address, open nothing"),
)
def play(options: argparse.Namespace) -> int:
    """A playground in the browser: move a number, watch the gradients.

    Open a page in the browser where numbers can be moved: the chain rule of any expression, a
    network that learns, and ways to do it wrong. The page and its engine are on this machine;
    nothing is fetched from elsewhere. Ctrl-C ends it.

        autograd-mini play  # opens the browser
        autograd-mini play --course autograd-mini-tour  # with the pages that a tour wrote
        autograd-mini play --port 8000 --no-browser  # prints the address alone

    The address that is printed opens the page once, in one window.
    """
    from autograd_mini.play.server import PlayServer

    if not 0 <= options.port < 65536:
        raise Refusal(f"--port {options.port}: ports go from 0 (any that is free) to 65535")
    course = None if options.course is None else Path(options.course).expanduser()
    if course is not None and not (course / "index.html").is_file():
        raise Refusal(f"--course {course}: there is no course; autograd-mini tour --out writes one")
    with refusing(OSError), PlayServer(options.port, course) as server:
        say(f"Open {server.address}\nCtrl-C ends it.")
        flush()
        if not options.no_browser:
            import webbrowser

            webbrowser.open(server.address)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            say("\nended")
    return 0


@verb(argument("folder", metavar="DIR", help="the folder to write"))
def site(options: argparse.Namespace) -> int:
    """The playground and the course as a folder, with a Python that runs in the browser.

    Write a folder that any web server can serve: the playground, and the course with its exercises,
    answered by a Python in the reader's own browser. Python for browsers and the layout program are
    fetched once, with npm, and kept in your cache folder.

        autograd-mini site public  # into ./public
        autograd-mini site ~/www/learn  # to where a web server finds it

    To look at it here: python -m http.server -d DIR, and open localhost:8000
    """
    from autograd_mini.play.packages import PackageError
    from autograd_mini.play.site import build

    with refusing(OSError, PackageError):
        found = build(Path(options.folder).expanduser(), say)
    say(f"Wrote {found}")
    return 0
