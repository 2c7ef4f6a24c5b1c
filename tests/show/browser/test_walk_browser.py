"""Saved walks in a real browser, from the file system, with the network off."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import Value, losses, nn
from autograd_mini.numbers import significant
from autograd_mini.show import Walk, walk
from autograd_mini.show.walk.pitfalls import without_zero_grad, wrong_way_round
from tests.show.walk.test_walk_text import doubled

short = significant(4)

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def network() -> Value:
    model = nn.MLP(2, [2, 1], activation="tanh", rng=random.Random(1))
    cost: Value = losses.squared_error(model([Value(1.0, "x₁"), Value(-2.0, "x₂")]), 1.0)
    cost.label = "J"
    return cost


def place(page: Any) -> str:
    return str(page.locator(".place").inner_text())


def box(page: Any, number: int, root: str = "") -> list[str]:
    return list(page.locator(f"{root} .box-{number} text").all_text_contents())


def formulas(page: Any) -> list[str]:
    return list(page.locator(".now dd").all_text_contents())


def said(walked: Walk, step: int) -> list[str]:
    return [formula for _, formula in walked.descriptions[step].lines]


def test_every_step_by_keyboard_shows_the_engines_numbers(open_page: Open, tmp_path: Path) -> None:
    root = network()
    walked = walk(root)
    page = open_page(walked.save(tmp_path / "a.html"))
    for step in range(len(walked)):
        assert place(page) == f"step {step + 1} of {len(walked)}"
        assert formulas(page) == said(walked, step)
        page.keyboard.press("ArrowRight")
    root.backward()
    for node, gradient in walked.steps[-1].gradients:
        number = walked.scene.home[node]
        assert box(page, number)[-1] == f"grad {short(gradient)}" == f"grad {short(node.grad)}"


def test_keys_go_back_and_to_both_ends_and_stop_there(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"))
    for key, expected in (
        ("End", 9),
        ("ArrowRight", 9),
        ("ArrowLeft", 8),
        ("Home", 1),
        ("ArrowLeft", 1),
        ("ArrowDown", 2),
    ):
        page.keyboard.press(key)
        assert place(page) == f"step {expected} of 9"


def test_the_slider_moves_the_picture(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"))
    slider = page.get_by_role("slider", name="Step")
    slider.fill("6")
    assert box(page, 1) == ["+", "b = 6", "grad 2"]
    assert "lit" in page.locator(".box-1").get_attribute("class")
    assert "source" in page.locator(".box-2").get_attribute("class")
    assert "lit" in page.locator(".arrow-3").get_attribute("class")
    assert "lit" not in page.locator(".arrow-2").get_attribute("class")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert place(page) == "step 5 of 9"
    assert box(page, 1) == ["+", "b = 6", "grad 1 + …"]
    assert slider.get_attribute("aria-valuetext") == "Step 5 of 9, Backward: from c to b (1st use)"


def test_buttons_play_pause_and_end(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"))
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(2 * 2500 + 100)
    assert place(page) == "step 3 of 9"
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(10_000)
    assert place(page) == "step 3 of 9"
    page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Last step").click()
    assert page.get_by_role("button", name="Next step").is_disabled()
    page.get_by_role("button", name="First step").click()
    assert page.get_by_role("button", name="Previous step").is_disabled()
    page.locator("body").press(" ")
    page.clock.run_for(20 * 2500)
    assert place(page) == "step 9 of 9"
    assert page.get_by_role("button", name="Play").is_visible()


def test_the_address_opens_at_a_step_and_follows(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"), "#step=7")
    assert place(page) == "step 7 of 9"
    page.keyboard.press("ArrowRight")
    assert page.url.endswith("#step=8")
    page.evaluate("location.hash = '#step=2'")
    page.wait_for_function("document.querySelector('.place').textContent == 'step 2 of 9'")
    page = open_page(tmp_path / "a.html", "#step=700")
    assert place(page) == "step 9 of 9"


@pytest.mark.parametrize("number", [1, 7, 12, 20])
def test_a_page_opened_at_a_step_shows_the_engines_numbers(
    open_page: Open, tmp_path: Path, number: int
) -> None:
    """What every box holds after so many steps, computed here from the steps' own numbers."""
    root = network()
    walked = walk(root)
    page = open_page(walked.save(tmp_path / "a.html"), f"#step={number}")
    assert place(page) == f"step {number} of {len(walked)}"
    assert formulas(page) == said(walked, number - 1)
    data: dict[Value, float] = {}
    gradients: dict[Value, float] = {}
    for step in walked.steps[:number]:
        if step.phase == "inputs":
            data |= {x: x.data for x in walked.recorder.nodes if not x.operands}
        elif step.phase == "forward" and step.node is not None:
            data[step.node] = step.node.data
        elif step.total is not None:
            receiver = step.node if step.operand is None else step.operand
            assert receiver is not None
            gradients[receiver] = step.total
    for node, position in walked.scene.home.items():
        shown = " ".join(box(page, position))
        if node in data:
            assert short(data[node]) in shown
        if node in gradients:
            assert f"grad {short(gradients[node])}" in shown
        else:
            assert "grad –" in shown or "grad" not in shown


def wide_network() -> Value:
    model = nn.MLP(3, [4, 4, 1], activation="tanh", rng=random.Random(2))
    cost: Value = losses.squared_error(model([Value(0.5, "x₁"), 2.0, Value(-1.0, "x₃")]), 1.0)
    return cost


@pytest.mark.parametrize("wide", [390, 1280])
def test_what_a_step_is_about_stays_in_sight(open_page: Open, tmp_path: Path, wide: int) -> None:
    """In a picture larger than its frame, and the buttons stay where they are."""
    page = open_page(
        walk(wide_network()).save(tmp_path / "a.html"), viewport={"width": wide, "height": 800}
    )
    before = page.locator(".next").bounding_box()
    for _ in range(25):
        page.locator(".next").click()
        assert page.evaluate(
            """() => {
                const frame = document.querySelector(".stage").getBoundingClientRect();
                const box = document.querySelector(".box.lit").getBoundingClientRect();
                return box.left >= frame.left - 1 && box.right <= frame.right + 1
                    && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
            }"""
        )
    assert page.locator(".next").bounding_box() == before


def test_the_whole_picture_fits_its_frame_when_asked_for(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(wide_network()).save(tmp_path / "a.html"))
    measure = (
        "(e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight])"
        "(document.querySelector('.stage'))"
    )
    button = page.get_by_role("button", name="Whole picture")
    assert max(page.evaluate(measure)) > 1
    button.click()
    assert max(page.evaluate(measure)) <= 1
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert max(page.evaluate(measure)) > 1
    small = open_page(walk(doubled()).save(tmp_path / "b.html"))
    assert not small.get_by_role("button", name="Whole picture").is_visible()


def test_each_step_is_announced(open_page: Open, tmp_path: Path) -> None:
    walked = walk(doubled())
    page = open_page(walked.save(tmp_path / "a.html"))
    assert page.locator("[aria-live]").inner_text() == ""
    page.keyboard.press("End")
    assert page.locator("[aria-live]").text_content() == walked.descriptions[-1].sentence


def test_ten_on_one_page_do_not_disturb_each_other(open_page: Open, tmp_path: Path) -> None:
    fragments = [walk(doubled()).fragment() for _ in range(10)]
    path = tmp_path / "ten.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><p>ten</p>{''.join(fragments)}", "utf-8")
    page = open_page(path)
    sections = page.locator("section")
    assert sections.count() == 10
    sections.nth(3).get_by_role("button", name="Last step").click()
    sections.nth(6).get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    places = page.locator(".place").all_text_contents()
    assert places == [f"step {({3: 9, 6: 2}).get(i, 1)} of 9" for i in range(10)]
    assert page.url.endswith("ten.html")


def test_the_same_output_twice_works_twice(open_page: Open, tmp_path: Path) -> None:
    fragment = walk(doubled()).fragment()
    path = tmp_path / "twice.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{fragment}{fragment}", "utf-8")
    page = open_page(path)
    page.locator("section").nth(1).get_by_role("button", name="Last step").click()
    assert page.locator(".place").all_text_contents() == ["step 1 of 9", "step 9 of 9"]


def test_without_scripts_all_is_there(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"), java_script_enabled=False)
    assert page.locator(".list > li").count() == 9
    assert page.locator(".list > li").last.is_visible()
    assert not page.locator(".bar").is_visible()
    assert box(page, 0) == ["a = 3", "grad 4"]


def test_all_steps_unfold(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"))
    button = page.get_by_role("button", name="All steps")
    assert not page.locator(".list").is_visible()
    button.click()
    assert page.locator(".list").is_visible()
    assert button.get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", [320, 390, 1280])
def test_nothing_runs_out_of_the_window(
    open_page: Open, tmp_path: Path, scheme: str, wide: int
) -> None:
    for lesson in (walk(network()), wrong_way_round()):
        page = open_page(
            lesson.save(tmp_path / "a.html"),
            color_scheme=scheme,
            viewport={"width": wide, "height": 800},
        )
        for _ in range(12):
            page.keyboard.press("ArrowRight")
            assert page.evaluate("document.documentElement.scrollWidth") <= wide
        colours = page.evaluate(
            "(e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color])"
            "(document.querySelector('section'))"
        )
        assert (colours[0] == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_of_a_notebook_comes_before_the_systems(
    open_page: Open, tmp_path: Path, scheme: str
) -> None:
    path = tmp_path / "notebook.html"
    fragment = walk(doubled()).fragment()
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{fragment}</body>", "utf-8")
    page = open_page(path, color_scheme=scheme)
    page.locator(".last").click()
    seen = "e => getComputedStyle(e).backgroundColor"
    white, black = "rgb(255, 255, 255)", "rgb(20, 24, 30)"
    section = page.locator("section")
    assert section.evaluate(seen) == {"light": white, "dark": black}[scheme]
    for light, colour in (("false", black), ("true", white)):
        page.evaluate(f"document.body.setAttribute('data-jp-theme-light', '{light}')")
        page.wait_for_function(
            f"getComputedStyle(document.querySelector('section')).backgroundColor === '{colour}'"
        )
        line = page.locator(".box.lit ellipse").first
        drawn = line.evaluate("e => getComputedStyle(e).stroke")
        assert drawn == {black: "rgb(255, 154, 92)", white: "rgb(184, 74, 0)"}[colour]


def test_print_shows_the_end_and_all_steps(open_page: Open, tmp_path: Path) -> None:
    page = open_page(walk(doubled()).save(tmp_path / "a.html"), "#step=2")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".list > li").last.is_visible()
    assert not page.locator(".bar").is_visible()
    assert box(page, 0) == ["a = 3", "grad 4"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert place(page) == "step 2 of 9"


def test_a_pdf_has_all_steps_on_white_paper(open_page: Open, tmp_path: Path) -> None:
    def sheets(page: Any) -> int:
        return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))

    short_one = open_page(walk(doubled()).save(tmp_path / "a.html"), color_scheme="dark")
    long_one = open_page(walk(network()).save(tmp_path / "b.html"), color_scheme="dark")
    assert 1 <= sheets(short_one) < sheets(long_one)
    long_one.emulate_media(media="print", color_scheme="dark")
    seen = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    assert long_one.locator("section").evaluate(seen) == ["rgb(255, 255, 255)", "rgb(28, 36, 48)"]
    page_itself = long_one.locator("html").evaluate(seen)
    assert page_itself == ["rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"]


def test_untrusted_labels_do_nothing_but_stand_there(open_page: Open, tmp_path: Path) -> None:
    label = "</script><img src=x onerror=alert(1)><script>alert(2)</script>\u202e]]>"
    x = Value(2.0, label)
    y = x * x
    page = open_page(walk(y, title=label).save(tmp_path / "a.html"))
    page.on("dialog", lambda dialog: pytest.fail(f"a label ran: {dialog.message}"))
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert page.locator("img").count() == 0
    assert "<img" in "".join(box(page, 0))
    assert page.title() == label


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, tmp_path: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for lesson in (walk(network()), wrong_way_round(), without_zero_grad()):
        page = open_page(lesson.save(tmp_path / "a.html"), "#step=7", color_scheme=scheme)
        page.get_by_role("button", name="All steps").first.click()
        page.wait_for_timeout(300)
        found = axe.run(page)
        assert found.response["violations"] == [], found.generate_report()
