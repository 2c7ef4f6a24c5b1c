"""The built site: every public name, nothing from elsewhere, formulas that browsers can read."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from inspect import isclass, isfunction, ismodule
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import autograd_mini
from autograd_mini import Value, check, compiler, ops, show
from autograd_mini.rows import TABLE
from tests.docs.conftest import DOCS

pytestmark = pytest.mark.docs

MEGABYTE = 1_000_000


def names_of(module: object) -> list[str]:
    """What a module lists as public, or the functions and classes that it defines."""
    listed = getattr(module, "__all__", None)
    return listed or [
        name
        for name, thing in vars(module).items()
        if (isfunction(thing) or isclass(thing))
        and thing.__module__ == module.__name__  # type: ignore[attr-defined]
        and not name.startswith("_")
    ]


def public() -> Iterator[str]:
    """Every public name; what the package itself has stands there under that name."""
    for name in autograd_mini.__all__:
        thing = getattr(autograd_mini, name)
        if ismodule(thing):
            yield from (f"autograd_mini.{name}.{inner}" for inner in names_of(thing))
        else:
            yield f"autograd_mini.{name}"
    for room in (show, check, compiler):
        for name in names_of(room):
            if name not in autograd_mini.__all__:
                yield f"{room.__name__}.{name}"
    yield from (f"autograd_mini.ops.{name}" for name in TABLE)
    for name, thing in vars(Value).items():
        if not name.startswith("_") and (callable(thing) or isinstance(thing, property)):
            yield f"autograd_mini.Value.{name}"


def test_every_public_name_is_there(site: Path) -> None:
    inventory = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    documented = {line.split(" ")[0] for line in inventory.splitlines() if " py:" in line}
    hidden = {f"autograd_mini.ops.{name}" for name in ("CONSTANT", "LEAF")}  # kinds of leaves
    wanted = set(public())
    assert len(wanted) > 250
    assert wanted - documented - hidden == set()


class Loads(HTMLParser):
    """What a page fetches without being asked: scripts, styles, pictures, frames."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "a":
            if tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload"}:
                self.found.append(given["href"])
            self.found += [given[name] for name in ("src", "data", "poster") if name in given]
            self.found += [part.split()[0] for part in given.get("srcset", "").split(",") if part]
            self.found += re.findall(r"url\(['\"]?([^'\")]+)", given.get("style", ""))


def loads(path: Path) -> list[str]:
    """What a file of the site makes a browser fetch."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return Loads(text).found
    if path.suffix in {".css", ".svg"}:
        return re.findall(r"(?:url\(|@import|xlink:href=|src=)\s*['\"]?([^'\")\s>]+)", text)
    return re.findall(r"""(?:import|fetch|src\s*=)\s*\(?["'`](https?:[^"'`]+)""", text)


def elsewhere(addresses: list[str]) -> list[str]:
    """Those that lead to another host."""
    return [a for a in addresses if urlsplit(a).scheme not in {"", "data", "blob"} or a[:2] == "//"]


def test_nothing_comes_from_another_host_and_everything_is_there(site: Path) -> None:
    files = [p for p in site.rglob("*") if p.suffix in {".html", ".css", ".js", ".svg"}]
    assert len(files) > 100
    count = 0
    for path in files:
        found = loads(path)
        assert elsewhere(found) == [], path
        for address in found if path.suffix == ".html" else []:
            target = unquote(urlsplit(address).path)
            if target and not address.startswith("data:"):
                assert (path.parent / target).is_file(), (path, address)
                count += 1
    assert count > 500


def test_the_scan_notices_what_comes_from_another_host(tmp_path: Path) -> None:
    for name, text in {
        "a.html": '<script src="https://cdn.example/x.js"></script>',
        "b.html": '<link rel="stylesheet" href="//cdn.example/x.css">',
        "c.html": '<img srcset="x.png, http://example.org/y.png 2x">',
        "a.css": "@import 'https://fonts.example/a.css';",
        "b.css": "p { background: url(https://example.org/a.png) }",
        "a.js": 'import("https://cdn.example/x.js")',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert elsewhere(loads(tmp_path / name)), name
    (tmp_path / "d.html").write_text('<a href="https://example.org">there</a><img src="a.png">')
    assert elsewhere(loads(tmp_path / "d.html")) == []


def test_it_is_small(site: Path) -> None:
    own = [p for p in site.rglob("*") if p.is_file() and p.parts[len(site.parts)] not in EXTRAS]
    assert sum(path.stat().st_size for path in own) < 25 * MEGABYTE


EXTRAS = {"lab", "play", ".doctrees"}
"""What other commands put beside the site, and what Sphinx keeps for the next build."""

CHILDREN = {
    "msup": 2,
    "msub": 2,
    "mfrac": 2,
    "mover": 2,
    "munder": 2,
    "msubsup": 3,
    "munderover": 3,
}


class Formulas(HTMLParser):
    """The elements of MathML in a page whose number of children is not what it must be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.count = 0
        self.wrong: list[str] = []
        self.stack: list[list[object]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "math" or self.stack:
            self.count += tag == "math"
            if self.stack:
                self.stack[-1][1] += 1  # type: ignore[operator]
            self.stack.append([tag, 0])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.stack:
            self.stack[-1][1] += 1  # type: ignore[operator]

    def handle_endtag(self, tag: str) -> None:
        if self.stack:
            name, children = self.stack.pop()
            if name != tag or CHILDREN.get(tag, children) != children:
                self.wrong.append(f"{name} … /{tag} with {children}")


def test_every_formula_is_one_that_a_browser_can_lay_out(site: Path) -> None:
    count = 0
    for path in site.rglob("*.html"):
        found = Formulas(path.read_text(encoding="utf-8"))
        assert found.wrong == [], path
        count += found.count
    assert count > 300
    assert Formulas("<math><msup><mi>x</mi><mspace/><mn>2</mn></msup></math>").wrong


def test_a_formula_that_cannot_be_converted_stops_the_build() -> None:
    sys.path.insert(0, str(DOCS))
    formulas = import_module("formulas")
    sys.path.remove(str(DOCS))
    with pytest.raises(formulas.FormulaError, match="nosuch"):
        formulas.mathml(r"\nosuch{x}", "inline")
    assert "<mi>log</mi><mspace" in formulas.mathml(r"\log x", "inline")
    assert "<mspace" not in formulas.mathml(r"\log(x)", "inline")


def test_an_operation_has_the_formulas_of_its_row(site: Path) -> None:
    table = (site / "made" / "operations.html").read_text(encoding="utf-8")
    for name, row in TABLE.items():
        if getattr(ops, name, None) is row:
            assert f'id="autograd_mini.ops.{name}"' in table
    cells = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
    (tanh,) = [cell for cell in cells if ">tanh</span>" in cell]
    assert re.sub(r"<[^>]+>|\s", "", tanh) == "tanhtanhx1−z·z"
