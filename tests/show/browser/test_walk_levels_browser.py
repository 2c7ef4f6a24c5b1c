"""Walks by neuron and layer in a browser: opened by a click, linked, on a whole screen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import Value, walk
from autograd_mini.show.walk.pitfalls import wrong_way_round
from tests.show.browser.test_walk_browser import Open, place
from tests.show.walk.test_walk_text import doubled
from tests.show.walk.test_walk_views import network

pytestmark = pytest.mark.browser

SMALLEST = """() => Math.min(...Array.from(document.querySelectorAll(".stage text"))
  .filter(x => getComputedStyle(x).visibility === "visible" && x.textContent.trim())
  .map(x => parseFloat(x.getAttribute("font-size")) * x.getScreenCTM().a))"""


def test_a_network_goes_by_neuron_and_opens_into_its_steps(open_page: Open, tmp_path: Path) -> None:
    walked = walk(network(3, 1), view="compact")
    page = open_page(walked.save(tmp_path / "a.html"))
    neurons = walked.chapters["neuron"]
    assert place(page) == f"step 1 of {len(neurons)}"
    page.keyboard.press("ArrowRight")
    assert neurons[1].description.heading in page.locator(".now").inner_text()
    page.get_by_role("button", name="Open its 2 single steps").click()
    assert place(page) == f"step {neurons[1].first + 1} of {len(walked)}"
    assert page.locator(".level").input_value() == "step"
    page.get_by_role("button", name="Close the single steps").click()
    assert place(page) == f"step 2 of {len(neurons)}"
    page.locator(".level").select_option("layer")
    assert place(page) == f"step 2 of {len(walked.chapters['layer'])}"
    assert "layer 1, 3 neurons" in page.locator(".now").inner_text()


def test_enter_opens_and_backspace_closes(open_page: Open, tmp_path: Path) -> None:
    walked = walk(network(3, 1), view="compact")
    page = open_page(walked.save(tmp_path / "a.html"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert place(page).endswith(f"of {len(walked)}")
    page.keyboard.press("Backspace")
    assert place(page) == f"step 2 of {len(walked.chapters['neuron'])}"


@pytest.mark.parametrize("view", ["expanded", "compact", "network"])
def test_a_click_on_a_box_goes_to_its_step(view: str, open_page: Open, tmp_path: Path) -> None:
    walked = walk(network(2, 1), view=view)
    page = open_page(walked.save(tmp_path / "a.html"))
    (number,) = {
        walked.scene.home[step.node]
        for step in walked.steps
        if step.phase == "forward" and step.node is not None and step.node is walked.recorder.root
    }
    page.locator(f".box-{number} text").first.click()
    assert "ŷ" in page.locator(".now .heading").inner_text()
    assert "Forward" in page.locator(".now .heading").inner_text()
    assert "lit" in (page.locator(f".box-{number}").get_attribute("class") or "")


@pytest.mark.parametrize("wide", [390, 1280])
@pytest.mark.parametrize("view", ["expanded", "compact", "network"])
def test_no_text_is_smaller_than_12_pixels(
    view: str, wide: int, open_page: Open, tmp_path: Path
) -> None:
    walked = walk(network(16, 16, 1), view=view)
    window = {"width": wide, "height": 800}
    page = open_page(walked.save(tmp_path / "a.html"), viewport=window)
    assert page.evaluate(SMALLEST) >= 11.99
    page.get_by_role("button", name="Present").click()
    assert page.evaluate(SMALLEST) >= 11.99
    page.keyboard.press("Escape")
    whole = page.get_by_role("button", name="Whole picture")
    if whole.is_visible():
        whole.click()
        assert page.evaluate(SMALLEST) >= 11.99


def test_what_a_step_is_about_is_in_sight(open_page: Open, tmp_path: Path) -> None:
    walked = walk(network(16, 16, 1))
    page = open_page(walked.save(tmp_path / "a.html"))
    page.wait_for_timeout(100)
    for step in (2, 12, 20, 33, 36, 50, 60):
        page.evaluate(f"location.hash = 'step={step}'")
        page.wait_for_function(
            f"document.querySelector('.place').textContent.startsWith('step {step} ')"
        )
        assert page.evaluate(
            """() => { const stage = document.querySelector(".stage").getBoundingClientRect();
              return Array.from(document.querySelectorAll(".box.lit")).some(x => {
                const box = x.getBoundingClientRect();
                return box.right > stage.left && box.left < stage.right
                  && box.bottom > stage.top && box.top < stage.bottom; }); }"""
        )


def test_two_walks_beside_each_other_move_together_and_need_no_tab(
    open_page: Open, tmp_path: Path
) -> None:
    lesson = wrong_way_round()
    page = open_page(lesson.save(tmp_path / "a.html"))

    def places() -> list[str]:
        return list(page.locator(".place").all_text_contents())

    counts = [len(walked) for walked in lesson.walks]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert places() == [f"step 3 of {count}" for count in counts]
    page.locator(".next").nth(1).click()
    assert places() == [f"step 4 of {count}" for count in counts]
    page.keyboard.press("End")
    assert places() == [f"step {count} of {count}" for count in counts]


def test_the_speed_can_be_set(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"))
    page.locator(".speed").select_option("4.0")
    began = time.perf_counter()
    page.get_by_role("button", name="Play").click()
    page.locator(".place", has_text="step 3 of").wait_for()
    assert 1.0 < time.perf_counter() - began < 2.4  # 2 × 2.5 s / 4


@pytest.mark.parametrize("size", [(1280, 720), (1280, 900), (900, 900)])
def test_the_whole_screen_is_filled_at_16_to_9(
    size: tuple[int, int], open_page: Open, tmp_path: Path
) -> None:
    window = {"width": size[0], "height": size[1]}
    page: Any = open_page(walk(network(2, 1)).save(tmp_path / "a.html"), viewport=window)
    page.keyboard.press("p")
    page.wait_for_timeout(300)
    box = page.locator("section").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)
    assert box["width"] == pytest.approx(min(size[0], size[1] * 16 / 9), rel=0.01)
    assert page.locator(".now").is_visible()
    inside = page.locator(".bar").bounding_box()
    assert inside["y"] + inside["height"] <= box["y"] + box["height"] + 1
    page.keyboard.press("Escape")
    page.locator("section:not(.presenting)").wait_for()


def test_a_page_of_a_thousand_factors_opens_at_once(open_page: Open, tmp_path: Path) -> None:
    x = Value(1.001, "x")
    y = x
    for _ in range(999):
        y = y * x
    path = walk(y, max_steps=10_000).save(tmp_path / "a.html")
    page = open_page(path)
    taken = page.evaluate("performance.timing.domComplete - performance.timing.navigationStart")
    assert taken < 5000
    began = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert place(page).startswith("step 3")
    assert time.perf_counter() - began < 3
