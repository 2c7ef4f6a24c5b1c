"""Every option of draw, walk and explain that Python has, and what is meant by a word misspelt."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from autograd_mini import cli, draw, explain, walk
from autograd_mini.cli.derivatives import entry
from autograd_mini.cli.options import NODES, SPELLINGS, Option, options_of
from autograd_mini.expression import Expression, function, typed
from autograd_mini.ops import TABLE

TEXT = "y = (z := 2w x + b)^2 + affine([w], [x], b)"
NUMBERS = {"w": 1 / 3, "x": 3.0, "b": -1.0}
WORDS = [TEXT, *[f"-s{name}={number}" for name, number in NUMBERS.items()]]


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert cli.main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("verb", [draw, walk, explain])
def test_every_parameter_is_an_option(verb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([verb.__name__, "--help"])
    said = capsys.readouterr().out
    parameters = inspect.signature(verb).parameters.values()
    wanted = [x.name for x in parameters if x.default is not x.empty]
    assert len(wanted) >= 4
    for name in wanted:
        assert f"--{name.replace('_', '-')}" in said
    for option in options_of(verb):
        assert option.about, option.name


def tries() -> Iterator[tuple[Option, list[str], Any]]:
    """Each option of draw with a word for it, and the value that Python would be given."""
    unlike = {"view": "compact", "format": ".2f", "aspect": "16:9"}
    for option in options_of(draw):
        if option.name in ("program", "edges"):
            continue
        if option.name == "path":
            yield option, ["w,z,y"], "w z y"
        elif option.kinds == ("bool",) or "bool" in option.kinds:
            yield option, [], True
        elif NODES in option.kinds:
            yield option, ["w,b"], "w b"
        elif "int" in option.kinds or "float" in option.kinds:
            yield option, ["3"], 3
        else:
            quoted = re.findall('"([a-z]+)"', option.about)
            word = unlike.get(option.name) or quoted[-1]
            yield option, [word], word


@pytest.mark.parametrize(
    ("option", "words", "value"), [*tries()], ids=lambda x: getattr(x, "name", "")
)
def test_an_option_does_what_it_does_in_python(
    option: Option, words: list[str], value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(["draw", *WORDS, option.flag, *words], capsys)
    graph = typed(TEXT, NUMBERS)
    graph.root.backward()
    if NODES in option.kinds and isinstance(value, str):
        z = graph.root.operands[0].operands[0]
        known = {**graph.leaves, "z": z, "y": graph.root}
        value = [known[name] for name in value.split()]
    assert found["dot"] == draw(graph.root, **{option.name: value}).dot
    same = ("timeout", "max_nodes", "legend", "clusters", "open_loss", "all_neurons")
    if option.name not in same:  # there is no loss in it, and no wide layer
        assert found["dot"] != draw(graph.root).dot


def test_words_are_among_what_can_be_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    graph = typed(TEXT, NUMBERS)
    graph.root.backward()
    found = told(["draw", *WORDS, "--hide", "constants,w"], capsys)
    assert found["dot"] == draw(graph.root, hide=["constants", graph.leaves["w"]]).dot


def test_a_second_spelling_is_the_same_option(capsys: pytest.CaptureFixture[str]) -> None:
    for name, spelling in SPELLINGS.items():
        one, other = (
            told(["draw", *WORDS, f"--{flag}", "value"], capsys) for flag in (name, spelling)
        )
        assert one == other != told(["draw", *WORDS], capsys)


def test_a_part_of_the_expression_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(["explain", *WORDS, "--wrt", "z"], capsys)
    assert found["derivative"] == pytest.approx(2 * (2 / 3 * 3 - 1))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["expalin"], "explain"),
        (["draw", *WORDS, "--dgits", "3"], "--digits"),
        (["draw", *WORDS, "--view", "netwrok"], "network"),
        (["draw", *WORDS, "--theme", "drk"], "dark"),
        (["walk", *WORDS, "--theme", "lihgt"], "light"),
        (["draw", *WORDS, "--path", "w,zz"], "z"),
        (["explain", *WORDS, "--wrt", "ww"], "w"),
        (["train", "moon"], "moons"),
        (["functions", "sigmiod"], "sigmoid"),
        (["check", "sgmoid(x)", "-s", "x=1"], "sigmoid"),
        (["check", "theta*2", "-s", "tehta=1"], "tehta"),
    ],
)
def test_a_misspelt_word_is_told_what_may_be_meant(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = cli.main(words)
    except SystemExit as left:
        code = int(str(left.code))
    said, complained = capsys.readouterr()
    assert (code, said) == (2, "")
    assert f"; did you mean {meant}?" in complained


@pytest.mark.parametrize("columns", [80, 120])
def test_the_list_of_functions_fits_a_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert cli.main(["functions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < columns
    listed = [line.partition("(")[0] for line in lines if not line.startswith(" ")]
    assert {"sin", "sigmoid", "max", "affine"} <= {*listed} <= {*TABLE}


def test_a_function_that_is_listed_can_be_typed_by_all_its_names() -> None:
    for name in ("sigmoid", "leaky_relu", "atan", "log2", "max"):
        row = function(name)
        assert row is not None
        found = entry(row)
        operands = found.typed.partition("(")[2]
        values = dict.fromkeys(re.findall(r"[a-zα-ω]+", operands), 0.25) | {"x1": 0.5, "x2": 0.25}
        numbers = {Expression(f"{called}({operands}")(values) for called in (name, *found.names)}
        assert len(numbers) == 1
