"""The pages of the course in a real browser: from the file system, and from a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd_mini.lessons import course
from autograd_mini.lessons.slides import logistic
from autograd_mini.lessons.tour import Tour
from autograd_mini.numbers import short
from autograd_mini.play.server import PlayServer
from tests.serving import serving

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

PHONE = {"viewport": {"width": 390, "height": 800}}


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole course."""
    folder = tmp_path_factory.mktemp("course")
    Tour(folder, lambda line: None).walk()
    return folder


@pytest.fixture
def server(tour: Path) -> Iterator[PlayServer]:
    with serving(tour) as made:
        yield made


def pages(tour: Path) -> list[Path]:
    return sorted(tour.glob("*.html"))


def wide(page: Any) -> int:
    """By how many pixels a page is wider than the window."""
    found: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found


def test_no_page_is_wider_than_a_phone(open_page: Open, tour: Path) -> None:
    page = open_page(tour / "index.html", **PHONE)
    for path in pages(tour):
        page.goto(path.as_uri())
        assert wide(page) <= 0, path.name


def test_the_numbers_on_a_page_are_the_engines(open_page: Open, tour: Path) -> None:
    page = open_page(tour / "08-activation.html")
    lesson = logistic.activation()
    cells = page.locator(".numbers tr").evaluate_all(
        "rows => rows.map(row => [row.cells[0].textContent, row.cells[1].textContent])"
    )
    assert cells == [[number.name, short(number.value)] for number in lesson.numbers]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_follow_dark_mode(open_page: Open, tour: Path, scheme: str) -> None:
    page = open_page(tour / "20-linear-model.html", color_scheme=scheme)
    shown = page.locator("figure img").evaluate_all("all => all.map(i => i.currentSrc)")
    assert shown
    assert all(name.endswith("-dark.svg") == (scheme == "dark") for name in shown)
    assert all(page.locator("figure img").evaluate_all("all => all.map(i => i.naturalWidth > 9)"))


@pytest.mark.parametrize(("scheme", "window"), [("light", {}), ("dark", PHONE)])
def test_axe_finds_nothing(
    open_page: Open, tour: Path, scheme: str, window: dict[str, Any]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(tour / "index.html", color_scheme=scheme, **window)
    for name in ("index", "08-activation", "27-output-sum", "24-examples", "notes", "beyond"):
        page.goto((tour / f"{name}.html").as_uri())
        found = axe.run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_the_search_finds_words_and_numbers_with_their_signs(open_page: Open, tour: Path) -> None:
    page = open_page(tour / "05-one-dimensional.html")
    page.keyboard.press("/")
    page.keyboard.type("xor sigmoids")
    assert page.locator(".search .said").inner_text() == "1 lesson"
    page.get_by_role("searchbox").fill("z1(2)")  # written z₁⁽²⁾ in the lesson
    found = page.locator(".found a").all_inner_texts()
    assert "Worked example: into the output neuron" in found
    assert "z₁⁽²⁾" in page.locator(".found mark").all_inner_texts()
    page.get_by_role("searchbox").fill("zebra")
    assert page.locator(".search .said").inner_text() == "no lessons"
    page.keyboard.press("Escape")
    assert page.locator(".found li").count() == 0
    page.get_by_role("searchbox").fill("cross-entropy")
    page.locator(".found a", has_text="Example cost functions").click()
    assert page.url.endswith("24-examples.html")


def test_the_progress_is_kept_and_can_be_forgotten(open_page: Open, tour: Path) -> None:
    page = open_page(tour / "index.html")
    progress = page.locator(".progress")
    assert len([make for part in course.PARTS for make in part.lessons]) == 41  # and one beyond
    assert progress.inner_text().startswith("0 of 42 lessons read, 0 of 38 exercises")
    page.locator(".begin").click()
    page.locator(".ways").scroll_into_view_if_needed()
    page.locator(".progress", has_text="1 of 42").wait_for()
    page.get_by_role("link", name="Next").click()
    assert page.locator('#list li a[href="01-reading.html"] .mark').count() == 1
    assert page.locator("#list [aria-current]").inner_text() == "What is learning?"
    page.goto((tour / "index.html").as_uri())
    assert page.locator(".begin").inner_text().startswith("Go on: ")
    page.get_by_role("button", name="Begin anew").click()
    page.locator(".progress", has_text="0 of 42").wait_for()


def test_a_page_without_an_engine_says_how_to_have_one(open_page: Open, tour: Path) -> None:
    page = open_page(tour / "08-activation.html")
    exercise = page.locator(".exercise").first
    assert "autograd-mini play --course" in exercise.locator(".how").inner_text()
    assert exercise.locator("button").is_hidden()


def test_an_exercise_is_answered_in_the_page(open_page: Open, server: PlayServer) -> None:
    page = open_page(server.address)
    page.get_by_role("link", name="Linear activations collapse").first.click()
    assert "token" not in page.url
    exercise = page.locator('.exercise[data-name="collapse"]')
    exercise.get_by_role("button", name="Check").wait_for()
    assert exercise.locator(".how").is_hidden()
    for typed, state, words in (
        ("0.5, -0.5", "wrong", "You added. Multiply out"),
        ("-1.5 * 2, -1.5 * -1 + 0.5", "right", "Right. w = w₂w₁ = −3 and b = w₂b₁ + b₂ = 2."),
    ):
        exercise.locator("textarea").fill(typed)
        page.keyboard.press("Enter")
        verdict = exercise.locator(f".verdict.{state}")
        verdict.wait_for()
        assert words in verdict.inner_text()
    assert "1 of 38 exercises solved" in page.locator(".progress").inner_text()
    page.reload()
    assert exercise.locator("textarea").input_value() == "-1.5 * 2, -1.5 * -1 + 0.5"


def test_the_numbers_of_a_lesson_have_sliders_in_the_playground(
    open_page: Open, server: PlayServer
) -> None:
    page = open_page(server.address.replace("?", "08-activation.html?"))
    page.get_by_role("link", name="Move its numbers").click()
    page.locator("#stage svg").wait_for()
    assert page.locator("#variables input[type=range]").count() == 5
    assert page.locator("#result").inner_text().endswith(short(logistic.activation()["ŷ"], 4))


def test_without_scripts_a_lesson_can_be_read(open_page: Open, tour: Path) -> None:
    page = open_page(tour / "08-activation.html", java_script_enabled=False, **PHONE)
    assert page.locator(".search").is_hidden()
    assert page.locator("figure img").first.is_visible()
    page.get_by_role("link", name="Next").click()
    assert page.url.endswith("09-difference.html")
