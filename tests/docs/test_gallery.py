"""The gallery shows every option of ``draw`` and ``walk``, whatever options there are."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import Parameter, signature
from types import ModuleType

import pytest

from autograd_mini import show
from autograd_mini.show.draw import options
from autograd_mini.show.palette import THEMES
from tests.docs.conftest import DOCS


@pytest.fixture(scope="module")
def gallery() -> Iterator[ModuleType]:
    sys.path.insert(0, str(DOCS))
    yield import_module("gallery")
    sys.path.remove(str(DOCS))


def asked(calls: list[str], option: str) -> list[object]:
    """What the calls give for an option; a text where it is no constant."""
    found: list[object] = []
    for node in ast.walk(ast.parse("\n".join(calls))):
        if isinstance(node, ast.keyword) and node.arg == option:
            is_plain = isinstance(node.value, ast.Constant)
            found.append(node.value.value if is_plain else ast.unparse(node.value))  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("name", ["draw", "walk"])
def test_every_option_is_described_and_shown_or_has_no_picture(
    gallery: ModuleType, name: str
) -> None:
    function = getattr(show, name)
    parameters = signature(function).parameters.values()
    keywords = {p.name for p in parameters if p.kind is Parameter.KEYWORD_ONLY}
    shown = dict(gallery.calls(name))
    assert keywords <= set(shown)
    described = gallery.described(function)
    for option, calls in shown.items():
        assert described[option], option
        without = option in gallery.WITHOUT_A_PICTURE[name]
        assert without != bool(asked(calls, option)), (
            f"{name} has the option {option}, which the gallery does not show: say its choices "
            f'in quotes in the docstring, or add a call to EXAMPLES["{name}"] in .docs/gallery.py'
        )


@pytest.mark.parametrize(
    ("option", "choices"),
    {
        "view": options.VIEWS,
        "colour": options.COLOURS,
        "edges": options.EDGES,
        "theme": THEMES,
    }.items(),
)
def test_every_choice_is_shown(gallery: ModuleType, option: str, choices: tuple[str, ...]) -> None:
    assert set(asked(dict(gallery.calls("draw"))[option], option)) == set(choices)


def test_an_option_that_is_not_shown_is_noticed(gallery: ModuleType) -> None:
    def drawing(root: object, *, angle: float = 0.0, side: str = "left") -> None:
        """A picture.

        Args:
            root: the output.
            angle: how it is turned.
            side: "left" or "right".

        Raises:
            ValueError: never.
        """

    assert gallery.options(drawing) == {"angle": 0.0, "side": "left"}
    assert gallery.described(drawing)["angle"] == "how it is turned."
    assert gallery.choices(gallery.described(drawing)["side"]) == ["left", "right"]
    assert gallery.choices(gallery.described(drawing)["angle"]) == []


def test_every_option_changes_a_picture(gallery: ModuleType) -> None:
    for name, plain in (("draw", ("draw(J)", "draw(a)")), ("walk", ("walk(a).strip([6])",))):
        usual = {gallery.svg(call, "light") for call in plain}
        for option, calls in gallery.calls(name):
            pictures = {gallery.svg(call, "light") for call in calls}
            assert len(pictures) == len(calls), option
            assert not calls or pictures - usual, option
