"""Slides of a walk: the same steps in a PDF, on a page and in beamer's source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from autograd_mini import RenderError, Value, nn, walk
from autograd_mini.cli import main
from autograd_mini.show import Slides
from autograd_mini.show.kit.figure import read
from autograd_mini.show.kit.frames import DRAWN, LEAST, Camera, Frames, Room, place_of
from autograd_mini.show.kit.slides import BELOW, BESIDE
from autograd_mini.show.palette import DARK, LIGHT
from tests.show.kit.reading import pdf_fonts, pdf_images, pdf_pages, pdf_text, typeset_latex
from tests.show.test_labels import NASTY
from tests.show.walk.test_walk_page import Read
from tests.show.walk.test_walk_text import doubled

if TYPE_CHECKING:
    from autograd_mini.show import Walk

SVG = "{http://www.w3.org/2000/svg}"


def network() -> Walk:
    model = nn.MLP(2, [3, 1], activation="tanh")
    out = model([Value(1.0, "x₁"), Value(-2.0, "x₂")])
    out.label = "ŷ"
    return walk(out, open_affine=True)


def words(text: str) -> str:
    """The text without blanks, which a PDF does not keep."""
    return "".join(text.split())


def shown(svg: str, place: int) -> list[str]:
    for group in ET.fromstring(svg).iter(f"{SVG}g"):  # noqa: S314, our own
        if place_of(group.get("class", "")) == ("box", place):
            return ["".join(x.itertext()) for x in group.iter(f"{SVG}text")]
    raise AssertionError(place)


def test_there_is_a_slide_for_every_step_and_it_shows_what_the_walk_shows() -> None:
    walked = walk(doubled())
    slides = Slides(walked)
    assert len(slides) == len(walked)
    for i, slide in enumerate(slides.deck.slides):
        assert slide.description.heading == walked.descriptions[i].heading
        for place, lines in enumerate(walked.scene.film.at(i).lines):
            assert shown(slide.picture, place) == list(lines)


@pytest.mark.parametrize("room", [BELOW, BESIDE])
def test_text_is_never_too_small_and_what_a_step_is_about_is_in_the_picture(room: Room) -> None:
    walked = network()
    figure = read(walked.stage())
    camera = Camera(figure, room)
    assert camera.scale * DRAWN >= LEAST - 1e-9
    assert camera.size[0] * camera.scale == pytest.approx(room[0])
    bounds = {place_of(x.kind): x.bounds for x in figure.groups}
    for lit in walked.scene.film.lit:
        left, top = camera.corner(lit)
        if lit.source is None and len(lit.boxes) != 1:
            continue
        x0, y0, x1, y1 = bounds["box", lit.boxes[0]]
        assert left - 1 <= x0 <= x1 <= left + camera.size[0] + 1
        assert top - 1 <= y0 <= y1 <= top + camera.size[1] + 1


def test_a_frame_leaves_no_mark_on_the_next() -> None:
    walked = walk(doubled())
    one, other = (Frames(walked.stage(), LIGHT, BELOW) for _ in range(2))
    frames, again = (list(map(x.at, walked.moments())) for x in (one, other))
    assert frames == again
    for svg, lit in zip(frames, walked.scene.film.lit, strict=True):
        colour = LIGHT.page[lit.side]
        unused = LIGHT.page["backward" if lit.forward else "forward"]
        assert (colour in svg) == bool(lit.boxes)
        assert unused not in svg


def test_a_page_has_all_slides_and_needs_nothing_else(tmp_path: Path) -> None:
    slides = Slides(walk(doubled()))
    html = slides.save(tmp_path / "a.html").read_text("utf-8")
    page = Read(html)
    assert page.tags["section"] == len(slides) + 1
    addresses = set(re.findall(r"""(?:https?:)?//[^\s"'<>]+""", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    for slide in slides.deck.slides:
        assert all(formula in page.texts for _, formula in slide.description.lines)


@pytest.mark.parametrize("label", NASTY)
def test_labels_of_any_content_do_nothing(label: str, tmp_path: Path) -> None:
    y = Value(2.0, label) * 3.0
    slides = Slides(walk(y, title=label or "none"))
    page = Read(slides.save(tmp_path / "a.html").read_text("utf-8"))
    assert page.tags["script"] == 1
    assert page.tags["img"] == 0
    assert slides.save(tmp_path / "a.tex").read_text("utf-8").isascii()
    assert slides.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_a_dark_theme_is_dark_in_every_format(tmp_path: Path) -> None:
    slides = Slides(walk(doubled(), theme="dark"))
    assert slides.deck.theme is DARK
    ink = DARK.page["ink"]
    assert ink in slides.save(tmp_path / "a.html").read_text("utf-8")
    assert ink.lstrip("#").upper() in slides.save(tmp_path / "a.tex").read_text("utf-8")


def test_many_gradients_share_a_line() -> None:
    for slide in Slides(network()).deck.slides:
        assert len(slide.description.lines) <= 5


def test_another_ending_is_refused_and_so_is_a_walk_without_a_picture(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.png.*\.pdf, \.html or \.tex"):
        Slides(walk(doubled())).save(tmp_path / "a.png")
    with pytest.raises(RenderError, match=r"Slides: There is no picture"):
        Slides(walk(doubled(), program="/no/such/program"))


def test_the_command_line_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["slides", "w*x + b", "-s", "w=2", "-s", "x=1", "-s", "b=-1", "-o"]
    for name in ("a.pdf", "a.html", "a.tex"):
        target = tmp_path / name
        assert main([*typed, str(target)]) == 0
        assert f"Open {target}" in capsys.readouterr().out
        assert target.stat().st_size > 1000


@pytest.mark.latex
def test_a_pdf_is_16_to_9_and_says_every_step(tmp_path: Path) -> None:
    walked = walk(doubled())
    path = Slides(walked).save(tmp_path / "a.pdf")
    pages, (wide, tall) = pdf_pages(path)
    assert pages == len(walked) + 1
    assert wide / tall == pytest.approx(16 / 9)
    assert pdf_images(path) == 0
    assert all(embedded for _, embedded in pdf_fonts(path))
    said = words(pdf_text(path))
    for description in walked.descriptions:
        assert words(description.heading) in said
        assert all(words(formula) in said for _, formula in description.lines)
    assert pdf_pages(Slides(network()).save(tmp_path / "b.pdf"))[0] == len(network()) + 1


@pytest.mark.latex
def test_latex_makes_an_overlay_of_every_step(tmp_path: Path) -> None:
    walked = walk(doubled())
    source = Slides(walked).save(tmp_path / "deck.tex").read_text("utf-8")
    pdf = typeset_latex(tmp_path, "", whole=source)
    pages, (wide, tall) = pdf_pages(pdf)
    assert pages == len(walked) + 1
    assert wide / tall == pytest.approx(16 / 9, rel=0.01)
    said = pdf_text(pdf)
    assert "grad 1 +" in said
    assert "waits for the contribution of 1 more use" in said
