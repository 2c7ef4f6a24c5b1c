"""Every slide has a place where a learner changes a number and sees what happens."""

from __future__ import annotations

import pytest

from autograd_mini.lessons import deck
from tests.lessons.slide_table import TABLE, Row, complaints, name


def test_the_table_lacks_nothing() -> None:
    assert list(complaints(TABLE)) == []
    assert [row.place for row in TABLE] == sorted(row.place for row in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"slide-{row.place}-{row.cell}")
def test_a_changed_input_changes_the_number_that_the_cell_shows(row: Row) -> None:
    before = row.shown(row.code)
    after = row.shown(row.code.replace(*row.edit))
    assert row.number in before
    assert after[row.number] != before[row.number]


@pytest.mark.parametrize("place", [slide.place for slide in deck.SLIDES])
def test_a_slide_without_a_row_is_missed(place: int) -> None:
    without = [row for row in TABLE if row.place != place]
    assert f"slide {place} has no row" in list(complaints(without))


def test_a_lesson_without_a_row_is_missed() -> None:
    without = [row for row in TABLE if row.cell != "scaling"]
    assert list(complaints(without)) == ["regression.scaling is in no row"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cell": "nowhere"}, "notebook 02 has no cell nowhere"),
        ({"notebook": "99"}, "notebook 99 has no cell one-input"),
        ({"cell": "many-inputs"}, "the cell many-inputs does not call regression.one_dimensional"),
        ({"edit": ("m=7", "m=8")}, "the cell one-input has m=7 0 times"),
        ({"test": "test_slides::test_nothing"}, "there is no test test_slides::test_nothing"),
        (
            {"test": "test_slides::test_linear_layers_collapse"},
            "test_slides::test_linear_layers_collapse does not look at regression.one_dimensional",
        ),
        ({"place": 38}, "regression.one_dimensional is on slide 5"),
    ],
)
def test_a_row_that_leads_nowhere_is_told(change: dict[str, object], words: str) -> None:
    (place,) = [i for i, row in enumerate(TABLE) if row.cell == "one-input"]
    row = TABLE[place]._replace(**change)  # type: ignore[arg-type]
    table = [*TABLE[:place], row, *TABLE[place + 1 :]]
    assert list(complaints(table)) == [f"slide {row.place}: {words}"]


def test_lessons_are_called_as_in_a_notebook() -> None:
    assert name(TABLE[0].lesson) == "learning.reading"
