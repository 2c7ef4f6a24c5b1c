"""``autograd-mini explain``: every path of the chain rule, in symbols and in numbers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from autograd_mini.cli.terminal import Commands, Refusal, refusing, say, say_exactly, say_json, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, read, text_of

if TYPE_CHECKING:
    from autograd_mini.show.explain import Path

EXAMPLE = 'autograd-mini explain "sigmoid(w*x + b)" --wrt w -s w=2 -s x=1.5 -s b=-1'


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "explain",
        run,
        "the chain rule of an expression, factor by factor",
        "Write out every path from the result to one of its names, as a product of factors, in "
        "symbols and in numbers; their sum is the derivative.",
        (
            (EXAMPLE, ""),
            ('autograd-mini explain "x*x + sin(x)" --wrt x -s x=3 --latex', "for a document"),
            ('autograd-mini explain "(z := w*x)**2" --wrt w -s w=2 -s x=1 --json', "for a program"),
        ),
        LANGUAGE,
    )
    add_expression(parser)
    parser.add_argument("--wrt", metavar="NAME", required=True, help="differentiate by this name")
    parser.add_argument("--most", metavar="N", type=int, default=10, help="paths listed at most")
    parser.add_argument("--digits", metavar="N", type=int, default=4, help="significant digits")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--latex", action="store_true", help="LaTeX, for a document")
    forms.add_argument("--mathml", action="store_true", help="MathML, for a page")
    forms.add_argument("--json", action="store_true", help="JSON, for a program")


def run(options: argparse.Namespace) -> int:
    """Explain a derivative."""
    from autograd_mini import AutogradError, explain

    typed = read(options)
    options.wrt = text_of(options.wrt)
    if options.wrt not in typed.leaves:
        raise Refusal(f"--wrt {options.wrt}: the expression has {', '.join(typed.leaves)}")
    with refusing(ValueError, AutogradError):
        leaf = typed.leaves[options.wrt]
        found: Any = explain(typed.root, wrt=leaf, most=options.most, digits=options.digits)
        if options.json:
            say_json(
                {
                    "expression": typed.expression.text,
                    "wrt": options.wrt,
                    "value": typed.root.data,
                    "derivative": found.gradient,
                    "paths": found.count,
                    "listed": list(map(_path, found.paths)),
                    "latex": found.latex,
                }
            )
        elif options.latex or options.mathml:
            say_exactly(found.latex if options.latex else found.mathml)
        else:
            say(found.text)
    return 0 if found.gradient == found.gradient else 1


def _path(path: Path) -> dict[str, Any]:
    return {
        "product": path.product,
        "factors": [
            {"operation": f.node.op, "place": f.place, "formula": f.formula, "number": f.derivative}
            for f in path.factors
        ],
    }
