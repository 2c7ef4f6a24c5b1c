"""The site in a real browser, from a server on this machine; no other machine is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import blocked_elsewhere
from tests.docs.conftest import served

pytestmark = [pytest.mark.docs, pytest.mark.browser]

LOOKED_AT = (
    *("index.html", "learn.html", "benchmarks.html", "made/gallery.html", "made/operations.html"),
    *("made/notebooks/11_chain_rule.html", "made/api/seeing.html"),
)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as found:
        yield found


@pytest.fixture
def pages(browser: Any, address: str) -> Iterator[Any]:
    """Opens a page of the site; at the end nothing must have gone wrong or come from elsewhere."""
    complaints: list[str] = []
    contexts = []

    def opened(name: str, width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append((context, blocked_elsewhere(context)))
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + name)
        return page

    yield opened
    for context, tried in contexts:
        assert tried == []
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_and_show_the_pictures_of_their_theme(
    pages: Any, width: int, scheme: str
) -> None:
    for name in LOOKED_AT:
        page = pages(name, width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        other = {"light": "dark", "dark": "light"}[scheme]
        assert page.locator(f"img.only-{other}:visible").count() == 0
        assert (
            page.locator(f"img.only-{scheme}:visible").count()
            == page.locator(f"img.only-{scheme}").count()
        )
        broken = "e => e.filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
        assert page.locator(f"img.only-{scheme}").evaluate_all(broken) == []


def test_a_formula_is_laid_out_and_the_lesson_walks(pages: Any) -> None:
    page = pages("made/operations.html")
    fraction = page.locator("tr", has_text="sqrt").first.locator("mfrac").last.bounding_box()
    assert fraction["height"] > 1.2 * page.locator("mi").first.bounding_box()["height"]

    page = pages("lesson.html")
    lesson = page.frame_locator("iframe.lesson")
    assert lesson.locator(".place").inner_text() == "step 1 of 11"
    lesson.get_by_role("button", name="Last step").click()
    assert "∂a/∂w ≈ 0.1575" in lesson.locator(".now").inner_text()


def test_nothing_is_out_of_reach_for_a_screen_reader(pages: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for scheme in ("light", "dark"):
        for name in ("index.html", "learn.html", "made/gallery.html", "made/operations.html"):
            found = axe.run(pages(name, 1280, scheme)).response["violations"]
            grave = [one["id"] for one in found if one["impact"] in {"critical", "serious"}]
            assert grave == [], name


def test_the_search_finds_a_name(pages: Any) -> None:
    page = pages("search.html?q=gradcheck")
    page.get_by_role("link", name="autograd_mini.gradcheck").first.wait_for()


def test_the_moving_picture_moves_and_holds_still_for_who_asks_for_it(
    browser: Any, site: Path
) -> None:
    seen = {}
    for motion in ("no-preference", "reduce"):
        context = browser.new_context(offline=True, reduced_motion=motion)
        page = context.new_page()
        page.goto((site / "_images" / "neuron-light.svg").as_uri())
        shown = "e => e.filter(g => getComputedStyle(g).opacity === '1').map(g => g.classList[1])"
        first = page.locator(".s").evaluate_all(shown)
        page.wait_for_timeout(2_600)
        seen[motion] = (first, page.locator(".s").evaluate_all(shown))
        context.close()
    assert seen["no-preference"][0] == ["s0"]
    assert seen["no-preference"][1] == ["s1"]
    assert seen["reduce"] == (["s10"], ["s10"])
