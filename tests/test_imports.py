"""Imports run one way, and importing the package loads the standard library alone.

A *room* is a module or a folder directly under `autograd_mini`. The rooms stand in *ranks*; a
module may import from its own room and from ranks before it, never from its own rank's other rooms
and never from a later one. Imports inside functions and under `if TYPE_CHECKING` count too: they
are dependencies as much as the others.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import autograd_mini

PACKAGE = "autograd_mini"
FOLDER = Path(autograd_mini.__file__).parent

# "" is the package's face, `__init__.py`: it gathers what stands before it, and the rooms after it
# may use the public names as any other program does.
RANKS: tuple[tuple[str, ...], ...] = (
    ("_core",),
    ("errors", "forks", "engine"),
    ("blocks",),
    ("ieee",),
    ("real", "numbers"),
    ("given", "labels"),
    ("files",),
    ("rows",),
    ("higher",),
    ("lists", "partials"),
    ("ops",),
    ("notation",),
    ("expr",),
    ("graph", "expr"),
    ("choices", "modes", "copying"),
    ("fast",),
    ("diff",),
    ("nested",),
    ("operators",),
    ("value",),
    ("bulk",),
    ("sweeps",),
    ("derivatives",),
    ("transforms",),
    ("losses", "optim", "expression"),
    ("nn", "check", "show", "compiler"),
    ("data",),
    ("training",),
    ("plots",),
    ("",),
    ("lessons",),
    ("play",),
    ("cli",),
    ("__main__",),
)
RANK = {room: rank for rank, rooms in enumerate(RANKS) for room in rooms}


def room_of(module: str) -> str:
    """The room of a dotted module name: "nn" of "autograd_mini.nn.layers", "" of the package."""
    return module.split(".")[1] if "." in module else ""


def imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Each import of this package in a module: its line, and the dotted name it asks for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = asked_for(node, origin(node, module, is_package))
        elif isinstance(node, ast.Call):
            names = [dynamic(node)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == PACKAGE:
                yield node.lineno, name


def asked_for(node: ast.ImportFrom, source: str) -> list[str]:
    """`from autograd_mini import nn, Value` asks for a room and for the face."""
    if source != PACKAGE:
        return [source]
    return [f"{source}.{alias.name}" if alias.name in RANK else source for alias in node.names]


def origin(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The dotted name after `from`, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    base = parts[: len(parts) - node.level + is_package]
    return ".".join([*base, *([node.module] if node.module else [])])


def dynamic(node: ast.Call) -> str:
    """The module that `import_module("...")` or `__import__("...")` names, "" for other calls."""
    function = node.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if called not in {"import_module", "__import__"} or not node.args:
        return ""
    first = node.args[0]
    return str(first.value) if isinstance(first, ast.Constant) else ""


def violations(source: str, module: str, is_package: bool = False) -> list[str]:
    """What is wrong with the imports of one module, a sentence for each."""
    here = room_of(module)
    if here not in RANK:
        return [f"{module}: the room {here!r} has no rank; give it one in RANKS"]
    wrong = []
    for line, name in imported(ast.parse(source), module, is_package):
        there = room_of(name)
        if there == here:
            continue
        if there not in RANK:
            wrong.append(f"{module}:{line} imports {name}, whose room {there!r} has no rank")
        elif RANK[there] >= RANK[here]:
            wrong.append(f"{module}:{line} imports {name}, which does not stand before {here!r}")
    return wrong


def modules() -> Iterator[tuple[Path, str, bool]]:
    for path in sorted(FOLDER.rglob("*.py")):
        parts = [PACKAGE, *path.relative_to(FOLDER).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        yield path, ".".join(parts[:-1] if is_package else parts), is_package


def test_imports_run_one_way() -> None:
    found = list(modules())
    assert len(found) > 1
    wrong = [
        sentence
        for path, module, is_package in found
        for sentence in violations(path.read_text(encoding="utf-8"), module, is_package)
    ]
    assert not wrong, "\n".join(wrong)


# --- files ------------------------------------------------------------------------------------


def circles(arrows: Mapping[str, set[str]]) -> list[set[str]]:
    """The groups of modules each of which reaches all others of its group."""
    reached: dict[str, set[str]] = {}
    for start in arrows:
        seen: set[str] = set()
        stack = [*arrows[start]]
        while stack:
            module = stack.pop()
            if module not in seen:
                seen.add(module)
                stack += arrows.get(module, ())
        reached[start] = seen
    groups = {
        frozenset(other for other in reached[module] if module in reached.get(other, ()))
        for module in arrows
    }
    return sorted((set(group) for group in groups if len(group) > 1), key=sorted)


def test_no_file_imports_itself_by_a_detour() -> None:
    """Rooms import one way, and so do the files in them; a package's face stands for its files."""
    names = {module for _, module, _ in modules()}
    arrows: dict[str, set[str]] = {}
    for path, module, is_package in modules():
        if is_package:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        arrows[module] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                source = origin(node, module, False)
                asked = {f"{source}.{alias.name}" for alias in node.names}
                arrows[module] |= asked & names or {source} & names
            elif isinstance(node, ast.Import):
                arrows[module] |= {alias.name for alias in node.names} & names
        arrows[module].discard(module)
    found = [{name.removeprefix(f"{PACKAGE}.") for name in group} for group in circles(arrows)]
    assert not found


def test_circles_are_found() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set[str](), "e": {"a"}}
    assert circles(arrows) == [{"b", "c"}]
    assert circles({**arrows, "d": {"e"}}) == [{"a", "b", "c", "d", "e"}]
    assert circles({"a": {"b"}, "b": set()}) == []


FORBIDDEN = {
    "a later rank": ("autograd_mini.graph", "from autograd_mini.value import Value"),
    "a later rank, plainly": ("autograd_mini.ops", "import autograd_mini.graph"),
    "a later rank by name": ("autograd_mini.ops", "from autograd_mini import graph"),
    "a later rank, relative": ("autograd_mini.ops", "from .graph import order"),
    "a later room, relative": ("autograd_mini.ops", "from . import graph"),
    "from deep inside a room": ("autograd_mini.nn.layers", "from ..lessons.xor import solve"),
    "a room of the same rank": ("autograd_mini.nn.layers", "from autograd_mini.show import dot"),
    "an equal": ("autograd_mini.losses", "from autograd_mini import optim"),
    "in a function": ("autograd_mini.diff", "def f():\n    import autograd_mini.value"),
    "for its types": (
        "autograd_mini.diff",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .value import Value",
    ),
    "the face, from before it": ("autograd_mini.show.dot", "from autograd_mini import Value"),
    "the face, relative": ("autograd_mini.show.dot", "from .. import Value"),
    "by a call": (
        "autograd_mini.ops",
        "import importlib\nvalue = importlib.import_module('autograd_mini.value')",
    ),
    "by the built-in": ("autograd_mini.ops", "value = __import__('autograd_mini.value')"),
    "the second of two": ("autograd_mini.graph", "import autograd_mini.ops, autograd_mini.cli"),
    "a room unheard of": ("autograd_mini.show.dot", "from autograd_mini.attic import trunk"),
    "lessons, from the face": ("autograd_mini", "from autograd_mini.lessons import tour"),
}


@pytest.mark.parametrize(("module", "source"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_a_planted_violation_is_found(module: str, source: str) -> None:
    (sentence,) = violations(source, module, is_package=module == PACKAGE)
    assert module in sentence


ALLOWED = {
    "an earlier rank": ("autograd_mini.value", "from autograd_mini import diff, errors, ops"),
    "its own room": ("autograd_mini.nn.layers", "from .neuron import Module"),
    "its own room, by name": ("autograd_mini.nn.layers", "import autograd_mini.nn.neuron"),
    "another package": ("autograd_mini.show.image", "import graphviz\nfrom math import sin"),
    "a namesake elsewhere": ("autograd_mini.errors", "from torch import nn"),
    "the face, after it": ("autograd_mini.lessons.xor", "from autograd_mini import Value, nn"),
    "the face gathers": ("autograd_mini", "from autograd_mini.value import Value"),
}


@pytest.mark.parametrize(("module", "source"), ALLOWED.values(), ids=ALLOWED.keys())
def test_what_is_allowed_is_not_found(module: str, source: str) -> None:
    assert violations(source, module, is_package=module == PACKAGE) == []


def test_a_room_without_a_rank_is_found() -> None:
    assert violations("", "autograd_mini.attic.trunk") == [
        "autograd_mini.attic.trunk: the room 'attic' has no rank; give it one in RANKS"
    ]


LOADED = """
import json, sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
exec(sys.argv[2])
print(json.dumps(sorted(set(sys.modules) - before)))
"""
IMPORT = "import autograd_mini"
EVERY_NAME = "from autograd_mini import *"


def loaded(statement: str, *flags: str) -> set[str]:
    """The modules that a statement adds to a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-I", *flags, "-c", LOADED, str(FOLDER.parent), statement],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


# With -S nothing that pip installed can be found at all; without it, it can and must not be.
@pytest.mark.parametrize("flags", [(), ("-S",)], ids=["with packages", "without packages"])
@pytest.mark.parametrize("statement", [IMPORT, EVERY_NAME])
def test_import_loads_the_standard_library_alone(statement: str, flags: tuple[str, ...]) -> None:
    roots = {name.split(".")[0] for name in loaded(statement, *flags)}
    assert PACKAGE in roots
    assert roots - sys.stdlib_module_names == {PACKAGE}


def test_import_leaves_out_what_is_slow_or_not_needed() -> None:
    slow = {"asyncio", "dataclasses", "decimal", "fractions", "inspect", "subprocess", "unittest"}
    unneeded = {f"{PACKAGE}.lessons", f"{PACKAGE}.cli"}
    assert not loaded(IMPORT, "-S") & (slow | unneeded)
