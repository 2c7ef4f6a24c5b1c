"""``autograd-mini slides``: the passes of an expression as slides, one a step."""

from __future__ import annotations

import argparse

import autograd_mini
from autograd_mini.cli.options import add_options, chosen
from autograd_mini.cli.terminal import Commands, refusing, say, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, read
from autograd_mini.cli.walk import titled


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "slides",
        run,
        "the passes of an expression as slides, one a step: PDF, page, beamer",
        "Write slides of the forward and the backward pass, one for each step, 16:9. A PDF needs "
        "pip install 'autograd-mini[pdf]'; a page shows in any browser, offline; the source for "
        "LaTeX's beamer has an overlay for each step.",
        (
            ('autograd-mini slides "w*x + b" -s w=2 -s x=1.5 -s b=-1 -o deck.pdf', "PDF"),
            ('autograd-mini slides "tanh(w*x)" -s w=2 -s x=1 -o deck.html', "a page"),
            ('autograd-mini slides "x*x" -s x=3 -o deck.tex', "beamer"),
        ),
        LANGUAGE,
    )
    add_expression(parser)
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        required=True,
        help="its ending says what to write: .pdf .html .tex",
    )
    add_options(parser, autograd_mini.walk)


def run(options: argparse.Namespace) -> int:
    """Write slides of an expression."""
    from autograd_mini import AutogradError, walk
    from autograd_mini.show import Slides

    typed = read(options)
    with refusing(ValueError, AutogradError, OSError, ModuleNotFoundError):
        title = titled(typed.expression.text)
        found = walk(typed.root, **{"title": title, **chosen(options, walk, typed)})
        say(f"Open {Slides(found).save(options.out)}")
    return 0
