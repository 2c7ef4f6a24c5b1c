"""Functions of this package as source text that needs nothing of it.

Vocabulary: a *definition* is a statement at the top of a module: a function, or an assignment. It
is copied with everything that it refers to, definitions first, without annotations. A name that
another module gives to something else is *renamed*; the same line in two modules is copied once.
"""

from __future__ import annotations

import ast
import inspect
import sys
from copy import deepcopy
from functools import cache
from typing import Any

from autograd_mini.compiler import kernels
from autograd_mini.rows import Op

PACKAGE = "autograd_mini"
KERNELS = kernels.__name__


class UnknownSourceError(Exception):
    """What is asked for is not written in this package."""


class Copied:
    """Definitions copied so far.

    Attributes:
        imports: import statements.
        lines: definitions, each after those that it needs.
    """

    def __init__(self, taken: set[str]) -> None:
        self.imports: dict[str, None] = {}
        self.lines: list[str] = []
        self._taken = taken
        self._names: dict[tuple[str, str], str] = {}
        self._same: dict[str, list[str]] = {}

    def row(self, row: Op) -> None:
        """What generated source calls by the name of a row that NumPy lacks.

        Raises:
            UnknownSourceError: it is a user's own row.
        """
        self._taken.add(row.name)
        if row.name in kernels.EVERYWHERE:
            text = ast.unparse(self._entry("EVERYWHERE", row.name))
        elif row.name in kernels.PLAIN:
            both = self._entry("PLAIN", row.name)
            parts = [self._forward(row), *map(ast.unparse, both.elts)]
            text = f"{self.name(KERNELS, '_where')}({', '.join(parts)})"
        else:
            self.imports["import numpy as np"] = None
            text = f"np.vectorize({self._forward(row)}, otypes=[float])"
        self.lines.append(f"{row.name} = {text}")

    def _entry(self, table: str, name: str) -> Any:
        """What a table of the kernels says of a row."""
        entries: Any = _definitions(KERNELS)[table]
        keys = [getattr(key, "value", None) for key in entries.value.keys]
        found = entries.value.values[keys.index(name)]
        return _Renaming(self, KERNELS, found).visit(deepcopy(found))

    def _forward(self, row: Op) -> str:
        """The name of a row's function for floats."""
        module = str(row.forward.__module__)
        if module.startswith(f"{PACKAGE}.ieee."):
            for name, thing in vars(sys.modules[module]).items():
                if thing is row.forward:
                    return self.name(module, name)
        raise UnknownSourceError(row.name)

    def name(self, module: str, name: str) -> str:
        """What a global of a module is called in the copy, into which it is taken."""
        if (module, name) not in self._names:
            statement = _definitions(module)[name]
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._define(module, statement)
                return self._names[module, name]
            made = deepcopy(statement)
            made.names = [x for x in statement.names if (x.asname or x.name) == name]
            if str(getattr(made, "module", "")).startswith(PACKAGE):
                self._names[module, name] = self.name(made.module, made.names[0].name)  # type: ignore[union-attr,arg-type]
            else:
                self.imports[ast.unparse(made)] = None
                self._taken.add(name)
                self._names[module, name] = name
        return self._names[module, name]

    def _define(self, module: str, statement: ast.stmt) -> None:
        names, text = _bound(statement), ast.unparse(statement)
        if text not in self._same or isinstance(statement, ast.FunctionDef):
            self._same[text] = [self._free(name) for name in names]
            self._names |= {(module, x): y for x, y in zip(names, self._same[text], strict=True)}
            copied = _Renaming(self, module, statement).visit(deepcopy(statement))
            self.lines.append(ast.unparse(ast.fix_missing_locations(copied)))
        self._names |= {(module, x): y for x, y in zip(names, self._same[text], strict=True)}

    def _free(self, name: str) -> str:
        """This name, or one like it that is free; taken from now on."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


class _Renaming(ast.NodeTransformer):
    """Globals by their names in the copy; annotations left out."""

    def __init__(self, copied: Copied, module: str, statement: ast.AST) -> None:
        self.copied, self.module = copied, module
        self.globals = _definitions(module)
        arguments = {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
        inner = [
            node.id
            for part in ast.walk(statement)
            if isinstance(part, ast.FunctionDef)
            for node in ast.walk(part)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        self.local = arguments | set(inner)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id in self.globals and node.id not in self.local:
            return ast.Name(self.copied.name(self.module, node.id), node.ctx)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id not in self.local:
            statement = self.globals.get(node.value.id)
            if isinstance(statement, ast.ImportFrom):
                inner = f"{statement.module}.{node.value.id}"
                if inner in sys.modules and inner.startswith(PACKAGE):
                    return ast.Name(self.copied.name(inner, node.attr), node.ctx)
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        if (self.module, node.name) in self.copied._names and node.name not in self.local:
            node.name = self.copied._names[self.module, node.name]
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign:
        assert node.value is not None
        return self.visit(ast.Assign([node.target], node.value, lineno=node.lineno))  # type: ignore[no-any-return]


@cache
def _definitions(module: str) -> dict[str, ast.stmt]:
    """The statements at the top of a module, by the names that they bind."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {name: statement for statement in tree.body for name in _bound(statement)}


def _bound(statement: ast.stmt) -> list[str]:
    """The names that a statement binds."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [x.asname or x.name for x in statement.names]
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return [x.id for t in targets if t for x in ast.walk(t) if isinstance(x, ast.Name)]
