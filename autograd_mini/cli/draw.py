"""``autograd-mini draw``: the graph of an expression as a picture."""

from __future__ import annotations

import argparse

import autograd_mini
from autograd_mini.cli.options import add_options, chosen
from autograd_mini.cli.terminal import Commands, refusing, say, say_exactly, say_json, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, read


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "draw",
        run,
        "the graph of an expression as SVG, PNG, PDF or DOT",
        "Draw the graph of an expression with its numbers and gradients. Without -o the DOT text "
        "is printed, for graphviz or another program.",
        (
            ('autograd-mini draw "sigmoid(w*x + b)" -s w=2 -s x=1 -s b=-1 -o a.svg', "a file"),
            ('autograd-mini draw "w*x + b" -s w=2 -s x=1 -s b=-1 --view compact', "DOT text"),
            ('autograd-mini draw "y = (z := 2x)^2" -s x=3 --path x,z,y', "a path highlighted"),
            ('autograd-mini draw "x*x" -s x=3 | dot -Tpdf > square.pdf', "to graphviz"),
        ),
        LANGUAGE,
    )
    add_expression(parser)
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        help="write a file; its ending says what: .svg .png .pdf .dot",
    )
    parser.add_argument(
        "--no-backward", action="store_true", help="leave out the backward pass: no gradients"
    )
    parser.add_argument("--json", action="store_true", help="the DOT text and numbers, as JSON")
    add_options(parser, autograd_mini.draw)


def run(options: argparse.Namespace) -> int:
    """Draw an expression."""
    from autograd_mini import AutogradError, draw

    typed = read(options)
    with refusing(ValueError, AutogradError, OSError, ModuleNotFoundError):
        if not options.no_backward:
            typed.root.backward()
        drawing = draw(typed.root, **chosen(options, draw, typed))
        if options.out is not None:
            target = drawing.save(options.out)
            if not options.json:
                say(f"Open {target}")
        if options.json:
            gradients = {name: leaf.grad for name, leaf in typed.leaves.items() if leaf.has_grad}
            say_json(
                {
                    "expression": typed.expression.text,
                    "value": typed.root.data,
                    "gradients": gradients,
                    "dot": drawing.dot,
                }
            )
        elif options.out is None:
            say_exactly(drawing.dot.rstrip("\n"))
    return 0
