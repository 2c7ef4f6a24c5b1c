"""explain, walk, draw and check, and what all verbs promise: help, codes, pipes, encodings."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import autograd_mini
from autograd_mini import cli
from tests.cli.running import ROOT, environment, run, unread

NEURON = ["sigmoid(w*x + b)", "-s", "w=2", "-s", "x=1.5", "-s", "b=-1"]
SIGMA = 1 / (1 + math.exp(-2.0))
SLOPE = SIGMA * (1 - SIGMA) * 1.5


def answer(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    assert cli.main(words) == code
    said, complained = capsys.readouterr()
    assert complained == ""
    return said


def parsed(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    said = answer([*words, "--json"], capsys, code)
    assert said.isascii()
    found: dict[str, Any] = json.loads(said)
    return found


def test_explain_multiplies_the_factors(capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(["explain", *NEURON, "--wrt", "w"], capsys)
    assert "1 path leads from f to w." in said
    assert f"≈ {SLOPE:.4g}" in said
    latex = answer(["explain", *NEURON, "--wrt", "w", "--latex"], capsys)
    assert r"\frac{\partial f}{\partial w}" in latex
    assert "<math" in answer(["explain", *NEURON, "--wrt", "w", "--mathml"], capsys)


def test_explain_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    found = parsed(["explain", "x*x + sin(x)", "--wrt", "x", "-s", "x=3"], capsys)
    assert found["value"] == 9 + math.sin(3)
    assert found["derivative"] == pytest.approx(6 + math.cos(3), rel=1e-15)
    assert found["paths"] == 3
    products = [path["product"] for path in found["listed"]]
    assert sorted(products) == sorted([3.0, 3.0, math.cos(3)])
    for path in found["listed"]:
        factors = [factor["number"] for factor in path["factors"]]
        assert math.prod(factors) == pytest.approx(path["product"], rel=1e-15)


def test_numbers_that_json_lacks_are_words(capsys: pytest.CaptureFixture[str]) -> None:
    found = parsed(["explain", "log(x)", "--wrt", "x", "-s", "x=-1"], capsys, 1)
    assert (found["value"], found["derivative"]) == ("nan", "nan")
    assert parsed(["draw", "1/x", "-s", "x=0"], capsys)["value"] == "inf"


def test_explain_says_where_a_nan_begins_and_its_exit_code_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = answer(["explain", "log(x)*2", "--wrt", "x", "-s", "x=-1"], capsys, 1)
    assert "log(x) = log(−1) = nan: the operation is not defined there" in said
    answer(["explain", "1/x", "--wrt", "x", "-s", "x=0"], capsys)  # infinite, and defined
    assert "1234567 = " not in answer(["explain", "1234567*x", "--wrt", "x", "-s", "x=2"], capsys)


def test_walk_prints_every_step_and_tells_programs(capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(["walk", *NEURON], capsys)
    assert re.findall(r"^Step (\d+) of", said, re.MULTILINE) == [str(i) for i in range(1, 12)]
    found = parsed(["walk", *NEURON], capsys)
    assert len(found["steps"]) == len(found["text"]) == 11
    assert found["steps"][-1]["gradients"]["w"] == pytest.approx(SLOPE, rel=1e-15)
    for step in found["steps"]:
        if step["phase"] == "backward":
            assert step["incoming"] * step["local"] == step["contribution"]


def test_walk_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "lesson.html"
    assert answer(["walk", *NEURON, "-o", str(page)], capsys) == f"Open {page}\n"
    assert "sigmoid(w*x + b)" in page.read_text(encoding="utf-8")


def test_draw_prints_dot_or_writes_what_the_ending_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dot = answer(["draw", *NEURON], capsys)
    assert dot.startswith("digraph")
    assert "grad 0.1575" in dot
    assert "grad –" in answer(["draw", *NEURON, "--no-backward"], capsys)
    for ending, start in {"svg": b"<svg", "png": b"\x89PNG", "dot": b"digraph"}.items():
        target = tmp_path / f"a.{ending}"
        assert answer(["draw", *NEURON, "-o", str(target)], capsys) == f"Open {target}\n"
        assert target.read_bytes().startswith(start)
    found = parsed(["draw", *NEURON, "--view", "compact"], capsys)
    assert found["gradients"] == {"w": pytest.approx(SLOPE), "x": pytest.approx(SLOPE / 1.5 * 2),
                                  "b": pytest.approx(SLOPE / 1.5)}  # fmt: skip
    assert found["dot"].startswith("digraph")


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        (["x**3 - log(x)", "-s", "x=0.7"], 0, "pass"),
        (["sin(x)*y", "-s", "x=1", "-s", "y=2", "--order", "2"], 0, "pass"),
        (["relu(x)", "-s", "x=0"], 3, "inconclusive"),
        (["abs(x) + y", "-s", "x=0", "-s", "y=1"], 3, "inconclusive"),
    ],
)
def test_check_has_a_verdict_and_an_exit_code(
    words: list[str], code: int, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"gradcheck of f: {verdict}" in answer(["check", *words], capsys, code)
    found = parsed(["check", *words], capsys, code)
    assert found["verdict"] == verdict
    assert {row["verdict"] for row in found["derivatives"]} <= {"pass", verdict}


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("1000000", "order is 1000000; it must be 1, 2, … 10"),
        ("0", "order is 0; it must be 1, 2, … 10"),
        ("10", "order 10 of 3 inputs is 88,572 derivatives, more than 10,000"),
    ],
)
def test_the_order_of_a_check_is_bounded(
    order: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["check", "x*y*z", "-s", "x=1", "-s", "y=2", "-s", "z=3", "--order", order]
    assert cli.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_wrong_rule_fails_the_check(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = autograd_mini.ops.TABLE["tanh"]
    monkeypatch.setattr(row, "slopes", (lambda z, x: 1.01 * (1.0 - z * z),))
    monkeypatch.setattr(row, "partials", (lambda z, x: 1.01 * (1.0 - z * z),))
    said = answer(["check", "tanh(x)", "-s", "x=0.5"], capsys, code=1)
    assert "gradcheck of f: fail" in said
    assert "off by" in said


def test_an_expression_can_begin_with_a_minus_or_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert parsed(["explain", "-x*2", "-s", "x=1", "--wrt", "x"], capsys)["derivative"] == -2.0
    assert parsed(["draw", "-(x)", "-sx=1"], capsys)["value"] == -1.0
    done = run("explain", "-", "--wrt", "x", "-s", "x=1", "--json", given="x\n+ x" + "+x" * 20_000)
    assert json.loads(done.stdout)["derivative"] == 20_002.0


@pytest.mark.parametrize("text", ["x*x + sin(x)", "y = (z := 3x) * z", "x + 0*x"])
def test_the_only_name_need_not_be_said(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", text, "-s", "x=3"]
    assert parsed(words, capsys) == parsed([*words, "--wrt", "x"], capsys)


WRONG = {
    "by which of several": (["explain", "w*x + b", "-sw=1", "-sx=2", "-sb=3"], "has w, x, b"),
    "by none": (["explain", "1 + 2"], "depends on no name"),
    "a name without a number": (["explain", "w*x", "--wrt", "w", "-s", "w=1"], "add -s x=NUMBER"),
    "a number without a name": (["draw", "w", "-s", "w=1", "-s", "x=1"], "there is no x"),
    "by what is not there": (["explain", "w", "--wrt", "q", "-s", "w=1"], "the expression has w"),
    "no names": (["check", "1 + 2"], "depends on no name"),
    "code": (["walk", "__import__('os')"], "no function '__import__'"),
    "no digits": (["walk", "x*2", "-s", "x=1", "--digits", "0"], "digits=0"),
    "no paths": (["explain", "x*2", "--wrt", "x", "-s", "x=1", "--most", "0"], "most=0"),
    "no order": (["check", "x*2", "-s", "x=1", "--order", "0"], "order"),
    "too many steps": (["walk", "x" + "+x" * 2000, "-s", "x=1"], "more than max_steps"),
    "no such ending": (["draw", "x*2", "-s", "x=1", "-o", "a.gif"], ".svg, .png"),
    "no such page": (["walk", "x*2", "-s", "x=1", "-o", "a.gif"], ".html"),
    "no such folder": (["draw", "x*2", "-s", "x=1", "-o", "/nowhere/a.dot"], "cannot write there"),
    "no neuron": (["draw", "x**2", "-s", "x=1", "--view", "network"], "neuron"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_typed_wrong_is_said_in_a_line(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, expected = WRONG[name]
    assert cli.main(words) == 2
    said, complained = capsys.readouterr()
    assert said == ""
    assert complained.startswith(f"autograd-mini {words[0]}: ")
    assert complained.count("\n") == 1
    assert expected in complained


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    said = capsys.readouterr().out
    assert "examples:" in said
    assert "exit codes:" in said


def test_the_version_is_the_packages() -> None:
    said = f"autograd-mini {autograd_mini.__version__} ({autograd_mini.engine_info()})"
    assert run("--version").stdout.decode().strip() == said


VERBS = [verb.name for verb in cli.VERBS]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_examples_that_parse(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as left:
        cli.main([verb, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) < 80
    lines = [line.strip() for line in said.splitlines() if line.startswith("  autograd-mini ")]
    assert len(lines) >= 2
    for line in lines:
        typed = re.split(r" {2,}| \| ", line)[0]
        words = shlex.split(typed)[1:]
        assert words[0] == verb
        cli._parser().parse_args(words)


def test_the_readmes_verbs_and_the_entry_point_are_these() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"autograd-mini": "autograd_mini.cli:main"}
    known = "tour play explain walk draw slides handout check functions train site notebooks"
    assert known.split() == VERBS


FEW = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "cp1252"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("world", FEW, ids=["ascii", "cp1252", "C locale"])
def test_terminals_that_know_few_characters(world: dict[str, str]) -> None:
    done = run("explain", *NEURON, "--wrt", "w", **world)
    assert done.returncode == 0, done.stderr
    assert b"df/dw" in done.stdout or b"\xb7" in done.stdout  # cp1252 has the middle dot
    done = run("explain", "θ*x", "--wrt", "θ", "-s", "θ=1", **world)
    assert done.returncode == 2  # what could not be spelled is said all the same
    assert b"autograd-mini explain: " in done.stderr
    # What a program reads is UTF-8 everywhere.
    dot = run("draw", *NEURON, **world).stdout.decode("utf-8")
    assert "∂(result)/∂(operand)" in dot


def test_nothing_is_coloured_in_a_pipe_and_help_is_quick() -> None:
    for words in (["walk", *NEURON], ["explain", *NEURON, "--wrt", "w"], ["check", *NEURON]):
        done = run(*words, PYTHONIOENCODING="utf-8")
        assert done.returncode == 0
        assert b"\x1b" not in done.stdout
        assert done.stderr == b""
    code = (
        "import sys; from autograd_mini import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'matplotlib', 'sklearn', 'graphviz'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, check=True
    )
    assert done.stdout.endswith(b"[]\n")


@pytest.mark.parametrize("columns", ["20", "40", "200"])
def test_narrow_terminals(columns: str) -> None:
    for words in (["--help"], ["explain", "--help"], ["walk", *NEURON]):
        done = run(*words, COLUMNS=columns, PYTHONIOENCODING="utf-8")
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["draw", *NEURON], ["walk", *NEURON], ["explain", *NEURON, "--wrt", "w"], ["--help"]]
)
def test_a_reader_that_stops_reading(words: list[str]) -> None:
    assert unread(*words) == (cli.NOBODY_READS, b"")


# --- exit codes and messages ----------------------------------------------------------------------

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a shell's redirections")
LOCALES = [{"LANG": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}]


def shell(line: str, **world: str) -> tuple[int, str, str]:
    """The exit code, the output and the complaints of a line of shell; $A is the command."""
    world["A"] = f"{sys.executable} -m autograd_mini"
    done = subprocess.run(
        ["/bin/sh", "-c", line], env=environment(**world), capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@POSIX
@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ('$A check "x*x" -s x=1 >/dev/full', 2, "output cannot be written or read: No space left"),
        ('$A explain "x*x" --wrt x -s x=1 >/dev/full', 2, "No space left on device"),
        ('$A draw "x*x" -s x=1 >/dev/full', 2, "No space left on device"),
        ("$A --help >/dev/full", 2, "No space left on device"),
        ("$A explain - --wrt x -s x=1 <&-", 2, "standard input, which is closed"),
        (r"printf 'x\377' | $A check - -s x=1", 2, "no UTF-8 text: byte 2 is 0xff"),
        (r"printf 'x\000' | $A check - -s x=1", 2, r"null character \x00 at place 2"),
        (r"printf 'x\033[2J' | $A check - -s x=1", 2, r"control character \x1b at place 2"),
        (r"""$A check "$(printf 'x\377')" -s x=1""", 2, "no UTF-8 text: byte 2 is 0xff"),
        (r"""$A check x "$(printf -- '-sx=1\033]0;')" """, 2, r"'x=1\x1b]0;'"),
        (r"""$A "$(printf '\033[31m')" """, 2, r"invalid choice: '\x1b[31m'"),
        (r"""$A draw x -s x=1 -o "$(printf '/no/\033[31m.svg')" """, 2, r"/no/\x1b[31m.svg"),
        ("$A check x -s x=$(head -c 100000 /dev/zero | tr '\\000' y)", 2, "is no number"),
        ('$A check "x*x" -s x=1 2>/dev/full >&-', 0, ""),
        ("$A check x 2>/dev/full", 2, ""),
    ],
)
def test_whatever_goes_wrong_has_its_code_and_its_sentence(line: str, code: int, said: str) -> None:
    found, output, complained = shell(line)
    assert said in complained
    assert found == code
    assert len(complained) < 2000
    assert (output + complained).replace("\n", "").isprintable()
    assert "Traceback" not in complained


@POSIX
@pytest.mark.parametrize("world", LOCALES)
def test_greek_is_read_whatever_the_locale(world: dict[str, str]) -> None:
    """An expression is UTF-8, typed or piped."""
    for line in ("$A explain θ*θ --wrt θ -s θ=3", "echo θ*θ | $A explain - --wrt θ -s θ=3"):
        found, output, complained = shell(f"{line} --json", **world)
        assert (found, complained) == (0, "")
        assert json.loads(output)["derivative"] == 6.0


def test_a_fault_of_the_program_is_code_70_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> Any:
        raise KeyError("nobody\nhad \x1b[31m foreseen it" + "!" * 10_000)

    monkeypatch.setattr("autograd_mini.cli.derivatives.read", fail)
    assert cli.main(["check", "x", "-s", "x=1"]) == 70
    said, complained = capsys.readouterr()
    assert said == ""
    assert complained.count("\n") == 1
    assert complained.startswith("autograd-mini: a fault of the program itself, KeyError: ")
    assert "--traceback" in complained
    assert len(complained) < 500
    for words in (["--traceback", "check"], ["check", "--traceback"]):
        assert cli.main([*words, "x", "-s", "x=1"]) == 70
        complained = capsys.readouterr().err
        assert "in fail" in complained
        assert "\x1b" not in complained


def test_a_damaged_list_of_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for damaged in ("{", "[]", '{"written by autograd-mini train": 3}'):
        Path("autograd-mini-train.json").write_text(damaged)
        assert cli.main(["train", "xor", "--epochs", "1", "--out", "."]) == 2
        assert "was not written by the train; move it away" in capsys.readouterr().err
