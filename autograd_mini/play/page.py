"""The files of the page: what a server sends, and what a folder needs to hold.

Vocabulary: the page talks to its engine through one module, ``ask.js``, which has one function,
``ask(question)``: a promise of the answer. The one beside this file asks the server that the page
came from; whoever has another engine puts another ``ask.js`` in its place.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from autograd_mini.show.html import colours
from autograd_mini.show.palette import DARK, LIGHT, Theme, ends

SCRIPTS = (
    *("ask.js", "main.js", "page.js", "chain.js", "stage.js", "charts.js"),
    *("learn.js", "network.js", "plane.js", "wrong.js"),
)

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self'; "
    "style-src 'self'; connect-src 'self'; img-src data:"
)
"""The content security policy: files from where the page came from, and nothing else."""


@cache
def page_files(policy: str = POLICY, course: bool = False) -> dict[str, bytes]:
    """The files of the page by their names; ``index.html`` is the page itself.

    Args:
        policy: its content security policy.
        course: whether the pages of the course are beside it, in a folder of that name.

    >>> sorted(page_files())[:3]
    ['ask.js', 'chain.js', 'charts.js']
    """
    found = {name: _read(name) for name in SCRIPTS}
    html = _read("index.html").decode().replace("POLICY", policy)
    if course:
        html = html.replace("</nav>", '<a href="course/index.html">Course</a>\n</nav>', 1)
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{_of(DARK)}}}\n"
    style = f"{colours()}{_of(LIGHT)}{dark}{_read('play.css').decode()}"
    return {**found, "index.html": html.encode(), "play.css": style.encode()}


def _read(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()


def _of(theme: Theme) -> str:
    """The colours of boxes and of signed numbers, which the pictures of all pages share."""
    shapes = ":is(path, polygon, ellipse, polyline)"
    rules = [
        f".kind-{kind} {shapes} {{ stroke: {line}; }}\n"
        f'.kind-{kind} {shapes}:not([fill="none"]) {{ fill: {fill}; }}\n'
        for kind, (fill, line) in theme.boxes.items()
    ]
    scales = "".join(f"--{name}: {colour}; " for name, colour in ends(theme).items())
    return f":root {{ {scales}}}\n{''.join(rules)}"
