"""The pages that are made of the package: what changes there changes here.

Vocabulary: a *made* page is written at each build. *Borrowed* is a page that stands elsewhere in
the repository, where tests keep it up to date; its links are turned to lead there from here.
"""

from __future__ import annotations

import operator
import re
import sys
from inspect import getdoc, isclass, isfunction, ismodule
from pathlib import Path
from types import FunctionType, ModuleType

import gallery
from sphinx.pycode import ModuleAnalyzer

import autograd_mini
from autograd_mini import (
    check,
    compiler,
    data,
    losses,
    nn,
    ops,
    optim,
    partials,
    plots,
    show,
    training,
)
from autograd_mini.expr import Expr, Name, call, derivative
from autograd_mini.notation import ATOM
from autograd_mini.rows import TABLE, Op
from autograd_mini.show import mathml

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent

ROOMS = (nn, losses, optim, training, data, plots)
"""The public submodules whose names have a page each, beside those that the package re-exports."""

BORROWED = {
    "tests/accuracy/ACCURACY.md": "accuracy",
    "tests/accuracy/EDGES.md": "edges",
    "tests/benchmarks/README.md": "measuring",
    "tests/benchmarks/results/README.md": "scalars",
    "tests/benchmarks/compiled/results/README.md": "compiled",
    "tests/fuzz/FIGURES.md": "trust",
    "tests/mutation/README.md": "mutation",
    "notebooks/README.md": "course",
    ".github/SECURITY.md": "security",
    ".github/CONTRIBUTING.md": "contributing",
}
"""Pages that stand elsewhere, and what they are called here."""

COURSE = """
:::{only} lab
Or [take it in this browser](../lab/lab/index.html){.external}, with nothing to install: the
notebooks are live there, and what you write stays in your browser.
:::

:::{toctree}
:hidden:
:glob:

notebooks/*
:::
"""

LINK = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)#\s]+)")


def write(made: Path) -> None:
    """Write every page that is made, and remove those that no longer are."""
    gallery_page, pictures = gallery.page()
    texts = {f"api/{name}.rst": text for name, text in reference().items()}
    texts |= {f"{name}.md": borrowed(ROOT / source, made) for source, name in BORROWED.items()}
    texts |= {f"{gallery.FOLDER}/{name}": picture for name, picture in pictures.items()}
    texts |= {"operations.rst": operations(), f"{gallery.FOLDER}.md": gallery_page}
    texts["extra/neuron.html"] = gallery.lesson()
    contents = {made / name: text.encode() for name, text in texts.items()}
    for notebook in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        contents[made / "notebooks" / notebook.name] = notebook.read_bytes()
    for path in made.rglob("*"):
        if path.is_file() and path not in contents:
            path.unlink()
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:  # else Sphinx would read it again
            path.write_bytes(content)


# --- borrowed pages -------------------------------------------------------------------------------


def borrowed(source: Path, made: Path) -> str:
    """A page from elsewhere, with links that lead from ``made`` to the same places."""
    places = {(ROOT / path).resolve(): f"{name}.md" for path, name in BORROWED.items()}

    def turned(link: re.Match[str]) -> str:
        target = (source.parent / link[2]).resolve()
        if target.parent == ROOT / "notebooks" and target.suffix == ".ipynb":
            return f"{link[1]}notebooks/{target.name}"
        return link[1] + places.get(target, relative(target, made))

    text = LINK.sub(turned, source.read_text(encoding="utf-8"))
    return text + COURSE if source.parent.name == "notebooks" else text


def relative(target: Path, folder: Path) -> str:
    """The path of a file as seen from a folder."""
    import os

    return Path(os.path.relpath(target, folder)).as_posix()


# --- the public names -----------------------------------------------------------------------------


def public(room: ModuleType) -> list[str]:
    """The public names of a module: those it lists, or the functions and classes it defines."""
    if hasattr(room, "__all__"):
        return list(room.__all__)
    return [
        name
        for name, thing in vars(room).items()
        if not name.startswith("_")
        and (isfunction(thing) or isclass(thing))
        and thing.__module__ == room.__name__
    ]


def reference() -> dict[str, str]:
    """The pages of the public names, by what they are called."""
    top = {
        name: getattr(autograd_mini, name)
        for name in autograd_mini.__all__
        if not ismodule(getattr(autograd_mini, name))
    }
    of = {room: [n for n in top if n in public(room)] for room in (show, check, compiler)}
    elsewhere = {name for names in of.values() for name in names}
    errors = [n for n in top if n not in elsewhere and n.endswith("Error")]
    engine = [n for n in top if n not in elsewhere and n not in [*errors, "Value"]]
    pages = {
        "value": listed("Value", "", ["Value"], []),
        "engine": listed("Derivatives, modes, errors", "", engine, errors),
        "seeing": room_page("Seeing: draw, walk, explain", show, of[show]),
        "checking": room_page("Checking: gradcheck", check, of[check]),
        "compile": room_page("Running fast: compile", compiler, of[compiler]),
        "functions": room_page("Functions: autograd_mini.ops", ops, []),
    }
    pages |= {
        r.__name__.split(".")[1]: room_page(f"autograd_mini.{r.__name__.split('.')[1]}", r, [])
        for r in ROOMS
    }
    return pages | {
        "index": API.format("\n   ".join(pages), "".join(map(summaries, pages.values())))
    }


API = """\
The public names
================

What is listed here stays; names that are not may change from version to version. The functions of
mathematics stand in :doc:`the table of operations <../operations>`.

.. toctree::
   :hidden:

   {}

{}"""


def summaries(page: str) -> str:
    """The names that a page has, each with the first sentence of what is said of it."""
    title = page.split("\n", maxsplit=1)[0]
    rows = []
    for full in re.findall(r"^\.\. (?:auto|py:)\w+:: (\S+)$", page, re.MULTILINE):
        thing = operator.attrgetter(full.partition(".")[2])(autograd_mini)
        about = (
            comment(full.rpartition(".")[2], thing) if isinstance(thing, dict) else getdoc(thing)
        )
        first = " ".join((about or "").split("\n\n")[0].split())
        rows.append(
            f"   * - :py:obj:`{full.removeprefix('autograd_mini.')} <{full}>`\n     - {first}\n"
        )
    table = ".. list-table::\n   :widths: 30 70\n   :class: names\n\n" + "".join(rows)
    return f"{title}\n{'-' * len(title)}\n\n{table}\n"


def room_page(title: str, room: ModuleType, on_top: list[str]) -> str:
    """The page of one submodule; names that the package itself has stand under that name."""
    rest = [name for name in public(room) if name not in on_top]
    own = f"autograd_mini.{room.__name__.split('.')[1]}"
    head = listed(title, room.__doc__, on_top, [])
    return head + "".join(entry(own, name, getattr(room, name)) for name in rest)


def listed(title: str, about: str | None, names: list[str], more: list[str]) -> str:
    """A page with the package's own names."""
    entries = [entry("autograd_mini", n, getattr(autograd_mini, n)) for n in (*names, *more)]
    return f"{title}\n{'=' * len(title)}\n\n{about or ''}\n\n" + "".join(entries)


def entry(module: str, name: str, thing: object) -> str:
    """What is to be written about a name; rows stand in the table of operations."""
    if isinstance(thing, Op):
        return ""
    if isfunction(thing):
        return f".. autofunction:: {module}.{name}\n\n"
    if isclass(thing):
        kind = "exception" if issubclass(thing, Exception) else "class"
        members = "   :members:\n   :inherited-members: object, Exception, dict, tuple\n"
        return f".. auto{kind}:: {module}.{name}\n{members if kind == 'class' else ''}\n"
    return f".. py:data:: {module}.{name}\n\n{comment(name, thing)}\n\n"


def comment(name: str, thing: object) -> str:
    """What stands below a constant in the module of the package that defines it.

    Raises:
        LookupError: nothing stands there.
    """
    for place, room in list(sys.modules.items()):
        if place.startswith("autograd_mini") and vars(room).get(name) is thing:
            found = ModuleAnalyzer.for_module(place).find_attr_docs().get(("", name))
            if found:
                return "\n".join(f"   {line}" for line in found)
    raise LookupError(f"{name}: a public constant without a comment below it")


# --- the table of operations ----------------------------------------------------------------------

TABLE_HEAD = """\
The table of operations
=======================

One row for each operation, and everything else is made of it: the backward pass, the checks, the
pictures, the formulas, the compiled code. Every row is a function in ``autograd_mini.ops`` of
Values or of floats, and the common ones are methods of :class:`autograd_mini.Value`.

In the formulas :math:`z` is the value, and :math:`\\log` is the natural logarithm. They are those
that lessons show; where a better one is computed, a test holds the two together.
:doc:`How accurate they are <accuracy>` and what they give at
:doc:`kinks, ties and edges <edges>` stand on pages of their own; so does
:doc:`how to add a row </adding>`.

.. role:: mathml(raw)
   :format: html

.. list-table::
   :header-rows: 1
   :widths: 15 35 50
   :class: operations

   * - name
     - z
     - ∂z/∂ of each operand
"""


def operations() -> str:
    """The table as a page: the rows for people, then those that are their derivatives."""
    rows = [row for row in TABLE.values() if row.arity is not None]
    helpers = [row for row in rows if row.rules[0].__module__ == partials.__name__]
    lines = [line for row in rows if row not in helpers for line in _row(row)]
    lists = "".join(_anchor(row.name, "values") for row in TABLE.values() if row.arity is None)
    names = "".join(_anchor(row.name, ", ".join(letters(row))) for row in helpers)
    listed = ", ".join(f"``{row.name}``" for row in helpers)
    return (
        f"{TABLE_HEAD}{''.join(lines)}\n"
        "Besides, ``sum(values)`` and ``max(values)`` are one node for any number of operands, and "
        "``affine(w, x, b)`` is one node for w₁x₁ + … + wₙxₙ + b; "
        ":doc:`functions of lists <api/functions>` are made of them.\n\n"
        f"Rows that exist to be derivatives of others: {listed}.\n\n{lists}{names}"
    )


def _anchor(name: str, operands: str) -> str:
    """Where the index and the search find a row."""
    return f".. py:function:: autograd_mini.ops.{name}({operands})\n   :no-typesetting:\n\n"


def _row(row: Op) -> list[str]:
    names = letters(row)
    terms = [Name("z"), *map(Name, names)]
    formulas = [derivative(row, i, terms) for i in range(len(names))]
    anchor = _anchor(row.name, ", ".join(names)).replace("\n   :", "\n          :").rstrip()
    return [
        f"   * - {anchor}\n\n       ``{row.name}``\n",
        f"     - {_formula(call(row, terms[1:]))}\n",
        f"     - {'; '.join(map(_formula, formulas))}\n",
    ]


def _formula(x: Expr) -> str:
    """An expression as the package writes it in MathML."""
    return f":mathml:`<math>{mathml.written(x, FORM)[0]}</math>`"


FORM = mathml.FLAT._replace(name=lambda letter: (f"<mi>{letter}</mi>", ATOM), digits=4)


def letters(row: Op) -> list[str]:
    """What the operands of a row are called: as in the rule for its first derivative."""
    first: FunctionType = (row.shown or row.rules)[0]
    return list(first.__code__.co_varnames[1 : (row.arity or 0) + 1])
