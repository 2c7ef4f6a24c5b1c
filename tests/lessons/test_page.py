"""The page: whole, offline, with a description for every picture."""

from __future__ import annotations

from html.parser import HTMLParser

from autograd_mini.lessons import course
from autograd_mini.lessons.content import Number, Table
from autograd_mini.lessons.lesson import Lesson
from autograd_mini.lessons.page import Article, Shown, page
from autograd_mini.lessons.render import fragment

VOID = {"meta", "img", "br"}


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
    return Shown("A caption.", "In <words>.", {"svg": f"{name}.svg", "png": f"{name}.png"}, 300)


def test_the_page_of_the_whole_course_is_whole_and_offline() -> None:
    walk = [
        (part, [Article(course.build(make), [shown()]) for make in part.lessons])
        for part in course.PARTS
    ]
    html = page(walk)
    found = outline(html)
    local = [f"#part-{part.number}" for part in course.PARTS] + ["p.svg", "p.png"]
    assert set(found.addresses) == set(local)
    for elsewhere in ("http", "//", "@import", "url("):
        assert elsewhere not in html.replace("<meta http-equiv=", "")
    assert all(found.alts)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert 'name="viewport"' in html
    assert "<script" not in html


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
    found = outline(page([(course.PARTS[1], [Article(lesson, [])])]))
    text = "".join(found.text)
    for literal in ("<b>", "x & <script>", "<i>", "</td>", "<u>", "<s>", "<em>", "<q>", "<p>"):
        assert literal in text
    assert "&lt;script&gt;" in fragment(lesson)


def test_without_images_the_page_says_why_and_links_the_dot_text() -> None:
    lesson = Lesson(title="t", slides=(1,))
    html = page(
        [(course.PARTS[0], [Article(lesson, [Shown("c", "a", {"dot": "x.dot"}, 0)])])], "no program"
    )
    found = outline(html)
    assert "no program" in html
    assert "x.dot" in found.addresses
    assert found.alts == []


def test_a_lesson_in_a_notebook_is_a_fragment() -> None:
    lesson = course.build(course.PARTS[1].lessons[0])
    html = lesson._repr_html_()
    outline(html)
    assert html == fragment(lesson)
    assert "<html" not in html
    assert "y = mx + b" in html
