"""A drawing: its text and images, saving, notebooks."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_mini import Value
from autograd_mini.show import Drawing, draw, layout_program, walk
from tests.show.reading import boxes

ROOT = Path(__file__).parents[2]
Fake = Callable[[str, str], Path]


@pytest.fixture
def drawing(program: str) -> Drawing:
    return draw(Value(2.0, "x") * 3.0, program=program)


@pytest.fixture
def undrawable() -> Drawing:
    """Its text is there, but the program named for its images is not."""
    return draw(Value(2.0, "<x>") * 3.0, program="/no/such/program")


def test_a_picture_shows_one_state_while_another_thread_runs_backward() -> None:
    """Gradients are computed in all boxes or in none."""
    x = Value(0.5, "x")
    y = (x * x + x).tanh() * (x + 1.0)
    states = {draw(y).dot}
    y.backward()
    states.add(draw(y).dot)
    stop = threading.Event()

    def back_and_forth() -> None:
        while not stop.is_set():
            y.zero_grad()
            y.backward()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread = threading.Thread(target=back_and_forth)
    thread.start()
    try:
        seen = {draw(y).dot for _ in range(100)}
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)
    assert seen <= states


def test_svg_is_one_element_that_needs_nothing_from_elsewhere(drawing: Drawing) -> None:
    assert drawing.svg.startswith("<svg ")
    assert drawing.svg.rstrip().endswith("</svg>")
    assert "DOCTYPE" not in drawing.svg
    assert set(boxes(drawing.svg)) >= {"n0", "n1", "n2"}


def test_png_is_sharp(drawing: Drawing, tmp_path: Path) -> None:
    content = drawing.save(tmp_path / "p.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    wide = int.from_bytes(content[16:20])
    points = float(drawing.svg.split('viewBox="')[1].split()[2])
    assert wide == pytest.approx(2 * points, rel=0.02)


def test_save_returns_the_path_and_writes_what_the_properties_say(
    drawing: Drawing, tmp_path: Path
) -> None:
    for name, content in (("a.svg", drawing.svg), ("b.DOT", drawing.dot)):
        assert drawing.save(tmp_path / name) == tmp_path / name
        assert (tmp_path / name).read_text(encoding="utf-8") == content
        assert drawing.save(str(tmp_path / name)) == tmp_path / name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.svg", "b.DOT"]


def test_pdf(tmp_path: Path) -> None:
    if shutil.which("dot") is None:
        pytest.skip("Graphviz's dot, which PDF needs, is not installed")
    saved = draw(Value(2.0, "w₁₂⁽¹⁾ ŷ") * 3.0).save(tmp_path / "p.pdf")
    assert saved.read_bytes().startswith(b"%PDF")


def test_the_text_needs_no_program(undrawable: Drawing, tmp_path: Path) -> None:
    assert undrawable.save(tmp_path / "p.dot").read_text(encoding="utf-8") == undrawable.dot


@pytest.mark.parametrize("name", ["p.jpg", "p", "p.svg.gz", ".svg"])
def test_another_suffix_is_refused(name: str, undrawable: Drawing, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf, \.dot"):
        undrawable.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_where_it_cannot_be_written_the_error_says_why(undrawable: Drawing, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"make the folder first.*nowhere"):
        undrawable.save(tmp_path / "nowhere" / "p.dot")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match=r"choose another place.*p\.dot"):
        undrawable.save(tmp_path / "file" / "p.dot")
    (tmp_path / "p.dot").mkdir()
    with pytest.raises(IsADirectoryError, match="choose another place"):
        undrawable.save(tmp_path / "p.dot")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "p.dot"]


def test_a_folder_without_permission(undrawable: Drawing, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.access(closed, os.W_OK):  # root may write everywhere: let the file system refuse
        closed = Path("/proc")
    with pytest.raises(OSError, match="choose another place"):
        undrawable.save(closed / "p.dot")


def test_a_file_is_replaced_whole_or_not_at_all(
    undrawable: Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "p.dot"
    target.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left on device"):
            undrawable.save(target)
    assert [path.name for path in tmp_path.iterdir()] == ["p.dot"]
    assert target.read_text() == "before"
    undrawable.save(target)
    assert target.read_text(encoding="utf-8") == undrawable.dot


def test_a_file_gets_the_usual_permissions(undrawable: Drawing, tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    saved = undrawable.save(tmp_path / "p.dot")
    assert saved.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_drawing_is_a_snapshot() -> None:
    x = Value(2.0, "x")
    y = x * 3.0
    drawing = draw(y)
    before = drawing.dot
    y.backward()
    x.label = "other"
    assert drawing.dot == before
    assert draw(y).dot != before


# --- notebooks ----------------------------------------------------------------------------------


def test_a_notebook_gets_svg_and_png(drawing: Drawing) -> None:
    bundle = drawing._repr_mimebundle_()
    assert bundle["image/svg+xml"] == drawing.svg
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] == "<Drawing: 3 boxes, 2 arrows>"


def test_a_notebook_gets_what_it_asks_for(drawing: Drawing) -> None:
    assert set(drawing._repr_mimebundle_(include=["image/png"])) == {"text/plain", "image/png"}
    assert set(drawing._repr_mimebundle_(exclude={"image/png"})) == {"text/plain", "image/svg+xml"}


def test_a_notebook_without_a_layout_program_gets_the_text_and_the_remedy(
    fake: Fake, nothing_bundled: None
) -> None:
    drawing = draw(Value(2.0, "<x>") * 3.0)
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "pip install graphviz-pure" in bundle["text/plain"]
    assert bundle["text/plain"].endswith(drawing.dot)


def svg_alone(dot: str, form: str) -> bytes:
    """A layout as in a browser."""
    if form != "svg":
        raise ValueError("SVG alone")
    return b'<svg width="9pt" height="9pt" xmlns="http://www.w3.org/2000/svg"></svg>'


def test_a_notebook_in_a_browser_gets_svg_alone() -> None:
    made = draw(Value(2.0) * 3.0, program=svg_alone)
    assert set(made._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}
    strip = walk(Value(2.0) * Value(3.0), program=svg_alone).strip([1])
    assert set(strip._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}
    assert "SVG alone" in made._repr_mimebundle_(include=["image/png"])["text/plain"]


def test_a_notebook_never_raises(undrawable: Drawing) -> None:
    assert undrawable.dot in undrawable._repr_mimebundle_()["text/plain"]


# --- imports ------------------------------------------------------------------------------------


def python(program: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **environment},
    ).stdout


def test_importing_the_room_loads_nothing_heavy() -> None:
    loaded = python("import sys, autograd_mini.show; print(*sys.modules)").split()
    heavy = {"graphviz", "subprocess", "importlib.metadata", "tempfile", "base64", "dataclasses"}
    assert not heavy & set(loaded)


def test_the_text_needs_graphviz_the_package_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ModuleNotFoundError, match="pip install graphviz"):
        draw(Value(1.0))


def test_the_variable_is_read_when_the_picture_is_made(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = draw(Value(1.0))
    monkeypatch.setenv(layout_program.VARIABLE, str(fake("mine", "echo '<svg/>'")))
    assert drawing.svg == "<svg/>\n"
