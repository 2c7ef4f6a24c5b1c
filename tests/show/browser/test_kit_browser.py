"""Slides and handouts as pages: keys, print, accessibility."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograd_mini import walk
from autograd_mini.show import Handout, Slides
from tests.show.browser.test_walk_browser import Open
from tests.show.walk.test_walk_text import doubled
from tests.show.walk.test_walk_views import network

pytestmark = pytest.mark.browser

NOW = ".slide.now"


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_keys_move_slides_one_by_one(open_page: Open, tmp_path: Path) -> None:
    slides = Slides(walk(doubled()))
    page = open_page(slides.save(tmp_path / "a.html"))
    assert page.locator(NOW).get_attribute("aria-label") == "Title"
    for key, label in (
        ("ArrowRight", "Step 1 of 9"),
        ("Space", "Step 2 of 9"),
        ("ArrowLeft", "Step 1 of 9"),
        ("End", "Step 9 of 9"),
        ("ArrowRight", "Step 9 of 9"),
        ("Home", "Title"),
    ):
        page.keyboard.press(key)
        assert page.locator(NOW).get_attribute("aria-label") == label
        assert page.locator(".slide:visible").count() == 1
    page.keyboard.press("o")
    assert page.locator(".slide:visible").count() == 10
    page.locator(".slide").nth(4).click()
    assert page.locator(NOW).get_attribute("aria-label") == "Step 4 of 9"


@pytest.mark.parametrize("size", [(1280, 720), (800, 900)])
def test_a_slide_is_16_to_9_and_nothing_leaves_it(
    size: tuple[int, int], open_page: Open, tmp_path: Path
) -> None:
    path = Slides(walk(network(3, 1), view="compact")).save(tmp_path / "a.html")
    window = {"width": size[0], "height": size[1]}
    page = open_page(path, "#step=8", viewport=window)
    box = page.locator(NOW).bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)
    said = page.locator(f"{NOW} .said").bounding_box()
    assert said["y"] + said["height"] <= box["y"] + box["height"]
    picture = page.locator(f"{NOW} .picture").bounding_box()
    assert picture["y"] + picture["height"] <= said["y"] + 1


def test_each_slide_is_printed_on_a_sheet_of_its_own(open_page: Open, tmp_path: Path) -> None:
    page = open_page(Slides(walk(doubled())).save(tmp_path / "a.html"))
    assert sheets(page.pdf(prefer_css_page_size=True)) == 10


def test_a_handout_is_printed_on_two_sheets(open_page: Open, tmp_path: Path) -> None:
    page = open_page(Handout(walk(doubled())).save(tmp_path / "a.html"))
    assert page.get_by_role("heading", name="Solution").is_visible()
    assert sheets(page.pdf(prefer_css_page_size=True)) == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(theme: str, open_page: Open, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    walked = walk(network(2, 1), view="compact", theme=theme)
    for path, at in (
        (Slides(walked).save(tmp_path / "a.html"), "#step=7"),
        (Handout(walked).save(tmp_path / "b.html"), ""),
        (walked.save(tmp_path / "c.html"), "#step=6"),
    ):
        page = open_page(path, at)
        page.wait_for_timeout(300)
        found = axe.run(page)
        assert found.response["violations"] == [], found.generate_report()
