"""The verbs for the passes of an expression: ``walk``, ``draw``, ``slides``, ``handout``."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import autograd_mini
from autograd_mini.cli.options import (
    EXPRESSION,
    LANGUAGE,
    Argument,
    argument,
    chosen,
    flag,
    verb,
)
from autograd_mini.cli.terminal import is_terminal, refusing, say, say_exactly, say_json
from autograd_mini.cli.typed import read
from autograd_mini.errors import AutogradError

if TYPE_CHECKING:
    from autograd_mini.expression import Expression, Typed
    from autograd_mini.show.walk.steps import Step
    from autograd_mini.show.walk.walked import Walk
    from autograd_mini.value import Value


def _out(about: str, *, required: bool = False) -> Argument:
    return argument("-o", "--out", metavar="FILE", required=required, help=about)


@verb(
    *EXPRESSION,
    _out("write a page: lesson.html"),
    flag("--wait", "wait for a key after each step"),
    flag("--json", "the steps as JSON, for a program"),
    like=autograd_mini.walk,
    below=LANGUAGE,
)
def walk(options: argparse.Namespace) -> int:
    """The forward and the backward pass of an expression, step by step.

    Print the steps of the forward and the backward pass, or write them as a page with a slider that
    works offline.

        autograd-mini walk "w*x + b" -s w=2 -s x=1.5 -s b=-1  # all steps
        autograd-mini walk "w*x + b" -s w=2 -s x=1.5 -s b=-1 --wait  # a key for each
        autograd-mini walk "tanh(w*x)" -s w=2 -s x=1 -o lesson.html  # a page
    """
    typed = read(options)
    with refusing(ValueError, AutogradError, OSError):
        found = _walked(options, typed, _title(typed))
        if _is_handed_over(options, typed, found.save, lambda: _steps(found)):
            return 0
        if is_terminal(sys.stdout):
            found.show(wait=options.wait)
        else:
            say(str(found))
    return 0


def _title(typed: Typed) -> str:
    text = typed.expression.text
    return f"Forward and backward through {text if len(text) <= 60 else text[:59] + '…'}"


def _walked(options: argparse.Namespace, typed: Typed, title: str) -> Walk:
    words = {"title": title, **chosen(options, autograd_mini.walk, typed)}
    return autograd_mini.walk(typed.root, **words)


def _steps(found: Walk) -> dict[str, object]:
    return {
        "steps": list(map(_step, found.steps)),
        "text": [found.text(i) for i in range(len(found))],
    }


def _step(step: Step) -> dict[str, object]:
    """A step; nodes are told by their label and their operation."""
    told: dict[str, object] = {"phase": step.phase}
    for which in ("node", "operand"):
        if (node := getattr(step, which)) is not None:
            told[which] = {"label": node.label, "operation": node.op}
    if step.operand is not None:
        told["place"] = step.place
    for name in ("number", "incoming", "local", "contribution", "before", "total"):
        if (x := getattr(step, name)) is not None:
            told[name] = x
    if step.gradients:
        told["gradients"] = {leaf.label: gradient for leaf, gradient in step.gradients}
    return told


@verb(
    *EXPRESSION,
    _out("write a file; its ending says what: .svg .png .pdf .dot"),
    flag("--no-backward", "leave out the backward pass: no gradients"),
    flag("--json", "the DOT text and numbers, as JSON"),
    like=autograd_mini.draw,
    below=LANGUAGE,
)
def draw(options: argparse.Namespace) -> int:
    """The graph of an expression as SVG, PNG, PDF or DOT.

    Draw the graph of an expression with its numbers and gradients. Without -o the DOT text is
    printed, for graphviz or another program.

        autograd-mini draw "sigmoid(w*x + b)" -s w=2 -s x=1 -s b=-1 -o a.svg  # a file
        autograd-mini draw "w*x + b" -s w=2 -s x=1 -s b=-1 --view compact  # DOT text
        autograd-mini draw "y = (z := 2x)^2" -s x=3 --path x,z,y  # a path highlighted
        autograd-mini draw "x*x" -s x=3 | dot -Tpdf > square.pdf  # to graphviz
    """
    typed = read(options)
    with refusing(ValueError, AutogradError, OSError, ModuleNotFoundError):
        if not options.no_backward:
            typed.root.backward()
        drawing = autograd_mini.draw(typed.root, **chosen(options, autograd_mini.draw, typed))
        gradients = {name: leaf.grad for name, leaf in typed.leaves.items() if leaf.has_grad}
        told = {"gradients": gradients, "dot": drawing.dot}
        if not _is_handed_over(options, typed, drawing.save, lambda: told):
            say_exactly(drawing.dot.rstrip("\n"))
    return 0


def _is_handed_over(
    options: argparse.Namespace,
    typed: Typed,
    save: Callable[[str], Path],
    told: Callable[[], Mapping[str, object]],
) -> bool:
    """Whether it was written to a file or told as JSON, as asked for."""
    if options.out is not None:
        target = save(options.out)
        if not options.json:
            say(f"Open {target}")
    if options.json:
        say_json({"expression": typed.expression.text, "value": typed.root.data, **told()})
    return options.json or options.out is not None


@verb(
    *EXPRESSION,
    _out("its ending says what to write: .pdf .html .tex", required=True),
    like=autograd_mini.walk,
    below=LANGUAGE,
)
def slides(options: argparse.Namespace) -> int:
    """The passes of an expression as slides, one a step: PDF, page, beamer.

    Write slides of the forward and the backward pass, one for each step, 16:9. A PDF needs pip
    install 'autograd-mini[pdf]'; a page shows in any browser, offline; the source for LaTeX's
    beamer has an overlay for each step.

        autograd-mini slides "w*x + b" -s w=2 -s x=1.5 -s b=-1 -o deck.pdf  # PDF
        autograd-mini slides "tanh(w*x)" -s w=2 -s x=1 -o deck.html  # a page
        autograd-mini slides "x*x" -s x=3 -o deck.tex  # beamer
    """
    from autograd_mini.show import Slides

    typed = read(options)
    with refusing(ValueError, AutogradError, OSError, ModuleNotFoundError):
        found = _walked(options, typed, _title(typed))
        say(f"Open {Slides(found).save(options.out)}")
    return 0


@verb(
    *EXPRESSION,
    _out("its ending says what to write: .pdf .html", required=True),
    argument("--seed", metavar="N", type=int, default=0, help="another gives other numbers"),
    like=autograd_mini.walk,
    below=LANGUAGE.replace("every name needs a number", "a number for a name"),
)
def handout(options: argparse.Namespace) -> int:
    """The passes of an expression to be done by hand, and the solution.

    Write a sheet with the picture of an expression and blanks to fill in by hand, and its solution
    on a sheet of its own. A name without -s gets a number such that both passes can be done by
    hand. A PDF needs pip install 'autograd-mini[pdf]'.

        autograd-mini handout "(w*x + b - y)**2" -o sheet.pdf  # numbers are drawn
        autograd-mini handout "sigmoid(w*x + b)" --seed 7 -o sheet.pdf  # others
        autograd-mini handout "x*y + y" -s x=2 -s y=3 -o sheet.html  # these
    """
    from autograd_mini.show import Handout
    from autograd_mini.show.kit.by_hand import drawn

    def rest(expression: Expression, given: Mapping[str, float]) -> Mapping[str, float]:
        """Numbers for the names that got none."""
        names = [name for name in expression.names if name not in given]

        def graph_of(numbers: Mapping[str, float]) -> Value:
            root: Value = expression(expression.leaves({**given, **numbers}))
            return root

        return drawn(graph_of, names, random.Random(options.seed)) if names else {}

    with refusing(ValueError, AutogradError, OSError, ModuleNotFoundError):
        typed = read(options, rest)
        found = _walked(options, typed, typed.expression.text)
        say(f"Open {Handout(found).save(options.out)}")
    return 0
