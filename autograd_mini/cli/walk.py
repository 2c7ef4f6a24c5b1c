"""``autograd-mini walk``: the forward and the backward pass of an expression, step by step."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import autograd_mini
from autograd_mini.cli.options import add_options, chosen
from autograd_mini.cli.terminal import Commands, is_terminal, refusing, say, say_json, verb
from autograd_mini.cli.typed import LANGUAGE, add_expression, read

if TYPE_CHECKING:
    from autograd_mini.show.walk.steps import Step
    from autograd_mini.value import Value


def add(commands: Commands) -> None:
    """Describe the verb."""
    parser = verb(
        commands,
        "walk",
        run,
        "the forward and the backward pass of an expression, step by step",
        "Print the steps of the forward and the backward pass, or write them as a page with a "
        "slider that works offline.",
        (
            ('autograd-mini walk "w*x + b" -s w=2 -s x=1.5 -s b=-1', "all steps"),
            ('autograd-mini walk "w*x + b" -s w=2 -s x=1.5 -s b=-1 --wait', "a key for each"),
            ('autograd-mini walk "tanh(w*x)" -s w=2 -s x=1 -o lesson.html', "a page"),
        ),
        LANGUAGE,
    )
    add_expression(parser)
    parser.add_argument("-o", "--out", metavar="FILE", help="write a page: lesson.html")
    parser.add_argument("--wait", action="store_true", help="wait for a key after each step")
    parser.add_argument("--json", action="store_true", help="the steps as JSON, for a program")
    add_options(parser, autograd_mini.walk)


def run(options: argparse.Namespace) -> int:
    """Walk through an expression."""
    from autograd_mini import AutogradError, walk

    typed = read(options)
    with refusing(ValueError, AutogradError, OSError):
        title = titled(typed.expression.text)
        found = walk(typed.root, **{"title": title, **chosen(options, walk, typed)})
        if options.out is not None:
            target = found.save(options.out)
            if not options.json:
                say(f"Open {target}")
        if options.json:
            say_json(
                {
                    "expression": typed.expression.text,
                    "value": typed.root.data,
                    "steps": list(map(_step, found.steps)),
                    "text": [found.text(i) for i in range(len(found))],
                }
            )
        elif options.out is None and is_terminal(sys.stdout):
            found.show(wait=options.wait)
        elif options.out is None:
            say(str(found))
    return 0


def titled(text: str) -> str:
    """What a walk through an expression is called."""
    return f"Forward and backward through {text if len(text) <= 60 else text[:59] + '…'}"


NUMBERS = ("number", "incoming", "local", "contribution", "before", "total")


def _step(step: Step) -> dict[str, object]:
    """A step; nodes are told by their label and their operation."""
    told: dict[str, object] = {"phase": step.phase}
    if step.node is not None:
        told["node"] = _named(step.node)
    if step.operand is not None:
        told |= {"operand": _named(step.operand), "place": step.place}
    told |= {name: x for name in NUMBERS if (x := getattr(step, name)) is not None}
    if step.gradients:
        told["gradients"] = {leaf.label: gradient for leaf, gradient in step.gradients}
    return told


def _named(node: Value) -> dict[str, str]:
    return {"label": node.label, "operation": node.op}
