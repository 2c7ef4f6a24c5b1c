"""The pages: whole, offline, each to be reached, with a description for every picture."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from autograd_mini.lessons import course
from autograd_mini.lessons.content import Number, Table
from autograd_mini.lessons.lesson import DECLARED, Lesson
from autograd_mini.lessons.page import (
    CONTENTS,
    NOTES,
    SCRIPT,
    Article,
    Shown,
    pages,
    script,
)
from autograd_mini.lessons.render import fragment

VOID = {"meta", "img", "br", "link", "input", "source"}


class Outline(HTMLParser):
    """Checks that elements are closed in order, and gathers addresses and descriptions."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.alts: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        self.addresses += [str(given[name]) for name in ("src", "href") if name in given]
        if tag == "img":
            self.alts.append(str(given.get("alt", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    assert found.open == []
    return found


def shown(name: str = "p") -> Shown:
    files = {"svg": f"{name}.svg", "png": f"{name}.png"}
    return Shown("A caption.", "In <words>.", files, 300, f"{name}-dark.svg")


def one_lesson(lesson: Lesson, *pictures: Shown, missing: str = "") -> dict[str, str]:
    return pages([(course.PARTS[1], [Article(lesson, "a.html", pictures)])], missing)


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """The whole course, with one picture that stands for all."""
    return pages(
        [
            (
                part,
                [
                    Article(course.build(make), f"{make.__name__}.html", [shown()])
                    for make in part.lessons
                ],
            )
            for part in course.PARTS
        ]
    )


def test_there_is_a_page_for_each_lesson_and_every_address_leads_to_one(
    site: dict[str, str],
) -> None:
    names = {f"{make.__name__}.html" for part in course.PARTS for make in part.lessons}
    assert set(site) == {*names, CONTENTS, NOTES}
    files = {SCRIPT, "p.svg", "p.png", "#main", "#list", "data:,"}
    for html in site.values():
        found = outline(html)
        assert set(found.addresses) <= set(site) | files
        assert names <= set(found.addresses)  # the list at the side
        assert all(found.alts)


def test_a_page_takes_nothing_from_elsewhere(site: dict[str, str]) -> None:
    for html in site.values():
        for elsewhere in ("http:", "https:", "//", "@import", "url("):
            assert elsewhere not in html
        assert "default-src 'none'" in html
        assert "prefers-color-scheme: dark" in html
        assert "@media print" in html
        assert 'name="viewport"' in html


def test_back_and_next_lead_through_the_course_in_its_order(site: dict[str, str]) -> None:
    walked: list[str] = []
    name = CONTENTS
    following = re.search(r'class="begin" href="([^"]+)"', site[name])
    while following:
        if name != CONTENTS:
            assert f'rel="prev" href="{walked[-1] if walked else CONTENTS}"' in site[name]
            walked.append(name)
        name = following[1]
        following = re.search(r'rel="next" href="([^"]+)"', site[name])
    assert walked == [f"{make.__name__}.html" for part in course.PARTS for make in part.lessons]
    assert name == NOTES


def test_what_is_about_the_deck_stands_in_the_notes_alone(site: dict[str, str]) -> None:
    for part in course.PARTS:
        for make in part.lessons:
            lesson = course.build(make)
            for slip in lesson.slips:
                assert slip in text_of(site[NOTES])
                assert slip not in text_of(site[f"{make.__name__}.html"])
            assert lesson.ours in text_of(site[NOTES])


def test_slides_that_are_named_are_links_to_their_lessons(site: dict[str, str]) -> None:
    assert '<a href="examples.html">slide 24</a>' in site["difference.html"]
    assert "slide 9</a>" not in site["difference.html"]  # its own
    places = re.findall(r'<a href="(\w+).html">(\d+)</a>', site["several.html"] + site[NOTES])
    lessons = {place: make for part in course.PARTS for make in part.lessons
               for place in DECLARED[make].slides}  # fmt: skip
    for name, place in places:
        assert int(place) in DECLARED[lessons[int(place)]].slides
        assert name in {m.__name__ for m in DECLARED if int(place) in DECLARED[m].slides}


def test_a_dark_page_has_dark_pictures() -> None:
    html = one_lesson(Lesson(title="t", slides=(5,)), shown())["a.html"]
    assert '<source srcset="p-dark.svg" media="(prefers-color-scheme: dark)">' in html


def test_the_script_finds_every_lesson_by_what_it_says() -> None:
    make = course.PARTS[1].lessons[0]
    lesson = course.build(make)
    written = script([(course.PARTS[1], [Article(lesson, "a.html", [])])])
    (listed,) = json.loads(written.rpartition("})(")[2].removesuffix(");\n"))
    assert listed["name"] == "a.html"
    assert listed["title"] == lesson.title
    assert all(number.name in listed["text"] for number in lesson.numbers)


def text_of(html: str) -> str:
    """What a page says, with its spaces as they are written in lessons."""
    return "".join(outline(html).text).replace("\u00a0", " ").replace("\u2060", "")


def test_text_is_shown_literally() -> None:
    lesson = Lesson(
        title="<b>",
        slides=(5,),
        formulas=("a < b",),
        text=("x & <script>",),
        numbers=(Number("<i>", 1.0, "</td>"),),
        tables=(Table("<u>", ("<s>",), (("<em>",),)),),
        ours="<q>",
        slips=("<p>",),
    )
    written = one_lesson(lesson)
    text = text_of(written["a.html"])
    for literal in ("<b>", "x & <script>", "<i>", "</td>", "<u>", "<s>", "<em>"):
        assert literal in text
    for literal in ("<q>", "<p>"):
        assert literal in text_of(written[NOTES])
    assert "&lt;script&gt;" in fragment(lesson)


def test_without_images_the_page_says_why_and_links_the_dot_text() -> None:
    lesson = Lesson(title="t", slides=(1,))
    written = one_lesson(lesson, Shown("c", "a", {"dot": "x.dot"}, 0), missing="no program")
    assert "no program" in written[CONTENTS]
    found = outline(written["a.html"])
    assert "x.dot" in found.addresses
    assert found.alts == []


def test_a_lesson_in_a_notebook_is_a_fragment() -> None:
    lesson = course.build(course.PARTS[1].lessons[0])
    html = lesson._repr_html_()
    outline(html)
    assert html == fragment(lesson)
    assert "<html" not in html
    assert "y = mx + b" in html
