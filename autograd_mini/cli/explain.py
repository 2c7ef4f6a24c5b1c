"""``autograd-mini explain``: every path of the chain rule, in symbols and in numbers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import autograd_mini
from autograd_mini.cli.options import add_options, chosen
from autograd_mini.cli.terminal import Commands, Refusal, refusing, say, say_exactly, say_json, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, node, read

if TYPE_CHECKING:
    from autograd_mini.expression import Typed
    from autograd_mini.show.explain import Path
    from autograd_mini.value import Value

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
            ('autograd-mini explain "x*x + sin(x)" -s x=3 --latex', "for a document"),
            ('autograd-mini explain "(z := w*x)**2" --wrt w -s w=2 -s x=1 --json', "for a program"),
        ),
        LANGUAGE,
    )
    add_expression(parser)
    parser.add_argument(
        "--wrt",
        metavar="NAME",
        help="differentiate by this name; may be left out where there is only one",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--latex", action="store_true", help="LaTeX, for a document")
    forms.add_argument("--mathml", action="store_true", help="MathML, for a page")
    forms.add_argument("--json", action="store_true", help="JSON, for a program")
    add_options(parser, autograd_mini.explain)


def run(options: argparse.Namespace) -> int:
    """Explain a derivative."""
    from autograd_mini import AutogradError, explain

    typed = read(options)
    leaf = _the_only(typed) if options.wrt is None else node(typed, options.wrt, "--wrt")
    with refusing(ValueError, AutogradError):
        found: Any = explain(typed.root, wrt=leaf, **chosen(options, explain, typed))
        if options.json:
            say_json(
                {
                    "expression": typed.expression.text,
                    "wrt": leaf.label,
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


def _the_only(typed: Typed) -> Value:
    """The one name of an expression.

    Raises:
        Refusal: it has several names.
    """
    first, *others = typed.leaves
    if others:
        raise Refusal(
            f"the expression has {', '.join(typed.leaves)}: say by which to differentiate, "
            f"as in --wrt {first}"
        )
    return typed.leaves[first]


def _path(path: Path) -> dict[str, object]:
    return {
        "product": path.product,
        "factors": [
            {"operation": f.node.op, "place": f.place, "formula": f.formula, "number": f.derivative}
            for f in path.factors
        ],
    }
