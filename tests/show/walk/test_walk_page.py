"""The HTML of a walk, read back with the standard library's parsers: no browser is needed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from autograd_mini import Value, nn
from autograd_mini.show import walk
from autograd_mini.show.walk.page import style
from autograd_mini.show.walk.pitfalls import Lesson, without_zero_grad, wrong_way_round
from tests.show.test_labels import EMPTY_LINES, FORBIDDEN, NASTY
from tests.show.walk.test_walk_text import doubled

VOID = {"meta", "link", "input", "br", "img"}


class Read(HTMLParser):
    """A page read back: its elements, its texts, and whether they close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in {"script", "style"}:
            self.texts.append(data)


def stage_of(html: str) -> ET.Element:
    found = re.search(r"<svg xmlns.*?</svg>", html, re.DOTALL)
    assert found is not None
    return ET.fromstring(found[0])  # noqa: S314, our own


def scene_of(html: str) -> Any:
    found = re.search(r"\}\)\((\{.*\})\);\n</script>", html)
    assert found is not None
    return json.loads(found[1])


def texts_of(svg: ET.Element, name: str) -> list[str]:
    groups = [g for g in svg.iter("{http://www.w3.org/2000/svg}g") if name in classes(g)]
    assert len(groups) == 1
    return ["".join(t.itertext()) for t in groups[0].iter("{http://www.w3.org/2000/svg}text")]


def classes(element: ET.Element) -> list[str]:
    return (element.get("class") or "").split()


def test_ten_fragments_have_ten_different_ids_and_no_others() -> None:
    walked = walk(doubled())
    page = Read("".join(walked.fragment() for _ in range(10)))
    assert len(set(page.ids)) == len(page.ids) == 10


def test_every_rule_of_the_style_sheet_is_for_its_own_walk() -> None:
    sheet = re.sub(r"@(?:media|container)[^{]*\{", "", style("me"))
    selectors = [part.strip() for part in re.findall(r"([^{}]+)\{", sheet)]
    assert len(selectors) > 50
    for selector in selectors:
        flat = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", selector))
        assert all(one.strip().startswith("#me") for one in flat.split(",")), selector


def test_the_page_names_no_address_outside_itself(tmp_path: Path) -> None:
    for lesson in (walk(doubled()), wrong_way_round(), without_zero_grad()):
        html = lesson.save(tmp_path / "a.html").read_text("utf-8")
        addresses = re.findall(r"""(?:https?:)?//[^\s"'<>]+""", html)
        assert set(addresses) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        sources = [a for a in Read(html).attributes if a[1] in {"src", "href", "xlink:href"}]
        assert sources == [("link", "href", "data:,")]
        assert "url(" not in html
        assert "@import" not in html


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    one = walk(doubled()).save(tmp_path / "a.html").read_bytes()
    assert one == walk(doubled()).save(tmp_path / "b.html").read_bytes()


def test_save_refuses_other_endings_and_names_what_it_writes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.png.*\.html"):
        walk(doubled()).save(tmp_path / "a.png")
    with pytest.raises(OSError, match=r"Walk\.save cannot write there.*make the folder first"):
        walk(doubled()).save(tmp_path / "no" / "a.html")


def test_the_list_says_every_step(tmp_path: Path) -> None:
    walked = walk(doubled())
    page = Read(walked.fragment())
    assert page.tags["li"] == len(walked)
    for description in walked.descriptions:
        assert description.heading in map(str.strip, page.texts)
        assert all(formula in page.texts for _, formula in description.lines)


def test_controls_and_the_picture_are_labelled() -> None:
    page = Read(walk(doubled()).fragment())
    labels = {value for _, name, value in page.attributes if name == "aria-label"}
    assert {"First step", "Previous step", "Next step", "Last step", "Step", "All steps"} <= labels
    assert ("p", "aria-live", "polite") in page.attributes
    assert "Graph: Forward and backward through c" in labels


def test_without_scripts_the_picture_shows_the_end() -> None:
    svg = stage_of(walk(doubled()).fragment())
    assert texts_of(svg, "box-0") == ["a = 3", "grad 4"]
    assert texts_of(svg, "box-2") == ["+", "c = 12", "grad 1"]


def test_what_the_picture_shows_step_by_step() -> None:
    scene = scene_of(walk(doubled()).fragment())
    assert scene["first"] == [["a", "grad –"], ["+", "b", "grad –"], ["+", "c", "grad –"]]
    assert scene["changes"][0] == {"0": ["a = 3", "grad –"]}
    assert scene["changes"][4] == {"1": ["+", "b = 6", "grad 1 + …"]}
    assert scene["changes"][5] == {"1": ["+", "b = 6", "grad 2"]}
    assert scene["lit"][5] == {"boxes": [1], "source": 2, "arrows": [3], "forward": False}
    assert len(scene["changes"]) == len(scene["lit"]) == len(scene["born"]) == 9


def test_each_layout_program_makes_the_same_stage(program: str) -> None:
    model = nn.MLP(2, [2, 1], activation="tanh")
    out = model([Value(1.0, "x₁"), Value(-2.0, "x₂")])
    walked = walk(out, program=program)
    svg = stage_of(walked.fragment())
    names = {name for g in svg.iter() for name in classes(g)}
    scene = scene_of(walked.fragment())
    assert {f"box-{i}" for i in range(len(scene["first"]))} <= names
    assert {f"arrow-{i}" for i in range(len(scene["arrows"]))} <= names
    assert svg.get("role") == "img"
    assert not [element for element in svg.iter() if element.get("id")]


def test_two_arrows_between_the_same_boxes_are_told_apart() -> None:
    x = Value(3.0, "x")
    svg = stage_of(walk(x - x).fragment())
    assert texts_of(svg, "arrow-0") == [" 1 "]
    assert texts_of(svg, "arrow-1") == [" −1 "]


@pytest.mark.parametrize(
    "label", [*NASTY, *FORBIDDEN, *EMPTY_LINES, "10 kB " * 1700, "</script><img src=x>"]
)
def test_labels_of_any_content_are_shown_literally_and_start_nothing(label: str) -> None:
    x = Value(1.0, label)
    y = x * 2.0
    y.label = label + "y"
    clean = walk(Value(1.0, "x") * 2.0).fragment()
    html = walk(y, title=label or "none").fragment()
    page, usual = Read(html), Read(clean)
    for found in (page, usual):
        del found.tags["text"]  # a long label takes more lines in the picture
        found.attributes = [a for a in found.attributes if a[0] != "text"]
    assert page.tags == usual.tags
    assert [a[:2] for a in page.attributes] == [a[:2] for a in usual.attributes]
    stage_of(html)
    scene = scene_of(html)
    assert html.count("</script") == 1
    shown = texts_of(stage_of(html), "box-0")
    assert shown == [*scene["changes"][0]["0"][:-1], "grad 2"]


def test_a_label_is_there_with_all_its_letters() -> None:
    for label in ("<b>&amp;", 'say "hi"', "]]>", "</script>"):
        html = walk(Value(1.0, label) * 2.0).fragment()
        assert f"{label} = 1" in texts_of(stage_of(html), "box-0")
        assert any(label in text for text in Read(html).texts)


def test_without_a_layout_program_the_list_is_there_and_says_so(
    nothing_bundled: None, fake: Callable[[str, str], Path], tmp_path: Path
) -> None:
    walked = walk(doubled())
    html = walked.save(tmp_path / "a.html").read_text("utf-8")
    page = Read(html)
    assert page.tags["li"] == 9
    assert 'class="stage"' not in html
    (said,) = [text for text in page.texts if "There is no picture" in text]
    assert "no layout program works here" in said
    assert "Step 9 of 9" in str(walked)


def test_a_layout_that_takes_too_long_is_no_picture_either(
    nothing_bundled: None, fake: Callable[[str, str], Path]
) -> None:
    slow = fake("slow", "while :; do :; done")
    html = walk(doubled(), program=slow, timeout=0.2).fragment()
    assert "took longer than 0.2 s" in html


def test_a_notebook_gets_the_slider_and_the_text() -> None:
    for shown in (walk(doubled()), wrong_way_round()):
        bundle = shown._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html"}
        Read(bundle["text/html"])
    assert repr(walk(doubled())) == "<Walk: 9 steps over 3 nodes>"


def test_a_lesson_has_its_walks_beside_each_other(tmp_path: Path) -> None:
    lesson: Lesson = wrong_way_round()
    page = Read(lesson.save(tmp_path / "a.html").read_text("utf-8"))
    assert page.ids == ["walk-1", "walk-2"]
    assert page.tags["h1"] == 1
    assert page.tags["h2"] == 2
    assert "The derivative ∂c/∂a is 4." in [text.strip() for text in page.texts]
    assert "Too early" in str(lesson)


def test_in_a_notebook_the_script_brings_the_picture() -> None:
    """JupyterLab before the first run, and GitHub, drop the content of scripts, but not of SVG."""
    html = walk(doubled())._repr_mimebundle_()["text/html"]
    without = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert "<text" not in without
    assert "Step" in without
    (scene,) = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    assert "\\u003csvg" in scene
    assert "<text" in walk(doubled()).fragment()
