"""``autograd-mini play``: the playground, in the browser, from a server on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd_mini.cli.terminal import Commands, Refusal, refusing, say, verb


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "play",
        run,
        "a playground in the browser: move a number, watch the gradients",
        "Open a page in the browser where numbers can be moved: the chain rule of any expression, "
        "a network that learns, and ways to do it wrong. The page and its engine are on this "
        "machine; nothing is fetched from elsewhere. Ctrl-C ends it.",
        (
            ("autograd-mini play", "opens the browser"),
            ("autograd-mini play --course autograd-mini-tour", "with the pages that a tour wrote"),
            ("autograd-mini play --port 8000 --no-browser", "prints the address alone"),
        ),
        "The address that is printed opens the page once, in one window.",
    )
    parser.add_argument(
        "--port", metavar="N", type=int, default=0, help="where to listen (default: a free port)"
    )
    parser.add_argument(
        "--course",
        metavar="DIR",
        help="a folder that autograd-mini tour wrote: its pages, with exercises that are checked",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from autograd_mini.play.server import PlayServer

    if not 0 <= options.port < 65536:
        raise Refusal(f"--port {options.port}: ports go from 0 (any that is free) to 65535")
    course = None if options.course is None else Path(options.course).expanduser()
    if course is not None and not (course / "index.html").is_file():
        raise Refusal(f"--course {course}: there is no course; autograd-mini tour --out writes one")
    with refusing(OSError), PlayServer(options.port, course) as server:
        say(f"Open {server.address}\nCtrl-C ends it.")
        _shown()
        if not options.no_browser:
            import webbrowser

            webbrowser.open(server.address)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            say("\nended")
    return 0


def _shown() -> None:
    """What was said is read by whoever waits for it, also through a pipe."""
    import sys

    if sys.stdout is not None:
        sys.stdout.flush()
