"""Explanations as MathML in a real browser, from the file system, with the network off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd_mini.numbers import significant
from tests.show.explain.test_formats import CASES, going_to_class
from tests.show.explain.test_labels import UNTRUSTED, VISIBLE, every_place

short = significant(4)

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

LAID_OUT = """() => [...document.querySelectorAll("mfrac")].every(fraction => {
    const [above, below] = [...fraction.children].map(x => x.getBoundingClientRect());
    return above.height > 0 && above.bottom <= below.top + 1;
})"""


def page_of(told: list[Any], path: Path) -> Path:
    """A page that shows explanations as a notebook does."""
    shown = "<hr>".join(each._repr_mimebundle_()["text/html"] for each in told)
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>explained</title>'
    path.write_text(f"{head}<main>{shown}</main></html>", "utf-8")
    return path


@pytest.mark.parametrize("wide", [390, 1280])
def test_fractions_are_set_as_fractions_and_stay_in_the_window(
    open_page: Open, tmp_path: Path, wide: int
) -> None:
    told = [make() for make in CASES.values()]
    viewport = {"width": wide, "height": 800}
    page = open_page(page_of(told, tmp_path / "a.html"), viewport=viewport)
    assert page.locator("mfrac").count() > 100
    assert page.evaluate(LAID_OUT)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert page.locator("math").count() == len(told)


def test_the_matrix_shows_the_engines_gradient(open_page: Open, tmp_path: Path) -> None:
    told = going_to_class()
    page = open_page(page_of([told], tmp_path / "a.html"))
    rows = page.locator("math mtable mtable").last.locator("> mtr")
    shown = [rows.nth(i).locator("> mtd").all_text_contents() for i in range(rows.count())]
    assert shown == [[short(x) for x in row] for row in told.gradient]
    # Numbers end below each other.
    right = "x => x.map(e => Math.round(e.lastElementChild.getBoundingClientRect().right))"
    ends = [rows.nth(i).locator("> mtd").evaluate_all(right) for i in range(rows.count())]
    assert all(row == ends[0] for row in ends)


@pytest.mark.parametrize("case", UNTRUSTED)
def test_untrusted_labels_are_text(open_page: Open, tmp_path: Path, case: str) -> None:
    label = UNTRUSTED[case]
    page = open_page(page_of(every_place(label), tmp_path / "a.html"))
    page.on("dialog", lambda dialog: pytest.fail(f"a label ran: {dialog.message}"))
    texts = [text.replace("\xa0", " ") for text in page.locator("math").all_text_contents()]
    assert all(VISIBLE.get(case, label) in text for text in texts)
    assert page.locator("script, img, b").count() == 0
