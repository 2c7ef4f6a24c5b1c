"""Every lesson does what its decorator declares, in the engine and in its notebook."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograd_mini.lessons import course, deck, slides
from autograd_mini.lessons.chart import Chart
from autograd_mini.lessons.lesson import DECLARED, Builder, Lesson, edit, number, on_slides
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.tour import Tour
from tests.lessons import declared
from tests.lessons.declared import LESSONS, built, edited, name

ALL = pytest.mark.parametrize("make", LESSONS, ids=name)


@ALL
def test_an_edit_changes_the_number_that_it_names(make: Builder) -> None:
    assert DECLARED[make].edits
    assert declared.idle_edits(make) == []


@ALL
def test_every_printed_number_follows_an_input(make: Builder) -> None:
    assert declared.unmoved(make) == []


@ALL
def test_every_decimal_in_the_prose_follows_an_input(make: Builder) -> None:
    assert declared.typed_decimals(make) == set()


@ALL
def test_a_number_that_the_slide_prints_is_what_the_engine_computes(make: Builder) -> None:
    assert declared.misprints(make) == []


@ALL
def test_the_words_are_those_of_the_lesson(make: Builder) -> None:
    """Each caption has its picture, and no name in braces is left, whatever is edited."""
    said = deck.words()[make.__name__]
    for lesson in (built(make), *edited(make)):
        assert sorted(said.captions) == sorted(picture.name for picture in lesson.pictures)
        assert not set("{}") & set(declared.prose(lesson))


def test_what_a_lesson_tells_is_named_in_its_words() -> None:
    for make in LESSONS:
        said = repr(deck.words()[make.__name__])
        for told in built(make).told:
            assert f"{{{told}" in said, f"{told} of {name(make)}"


def test_a_name_that_is_none_and_a_lesson_without_words_are_refused() -> None:
    said = deck.words()["simple"]._replace(text=["It is {nothing}."])
    with pytest.raises(LookupError, match=r"no number is called \{nothing\}; there are x, z"):
        said.around(Lesson(numbers=(number("z", 1.0),)), {"x": 2.0})

    def wordless() -> Lesson:
        return Lesson()

    with pytest.raises(LookupError, match="wordless has no title: give it one, or write"):
        on_slides(5)(wordless)


def test_the_course_has_words_for_its_lessons_in_their_order() -> None:
    assert list(deck.words()) == ["index", *(make.__name__ for make in LESSONS), "beyond"]


@ALL
def test_every_edit_leaves_a_whole_lesson(make: Builder) -> None:
    """Titles, slides and finite numbers stay, and the text and the pictures can be made."""
    for lesson in edited(make):
        assert (lesson.title, lesson.slides) == DECLARED[make][:2]
        assert all(math.isfinite(value) for _, value in lesson.printed())
        assert str(lesson)
        for picture in lesson.pictures:
            drawing = picture.drawing
            text = drawing.svg if isinstance(drawing, Chart) else drawing.dot
            assert text.startswith(("<svg", "digraph"))


@ALL
def test_an_edit_of_the_notebook_changes_the_number_that_the_cell_shows(make: Builder) -> None:
    cell = declared.shown(make)
    assert cell is not None
    before = cell.numbers(make, {})
    for place, arguments in DECLARED[make].edits[: len(DECLARED[make].slides)]:
        assert cell.numbers(make, arguments)[place] != before[place]


def test_every_slide_can_be_run_and_every_lesson_has_a_test_of_its_own() -> None:
    assert declared.slides_without_a_cell(LESSONS) == []
    assert declared.without_a_test(LESSONS) == []


def test_what_is_fixed_is_printed() -> None:
    for make in LESSONS:
        places = [place for place, _ in built(make).printed()]
        ends = {end for place in places for end in (place, place.rpartition(", ")[2])}
        assert set(DECLARED[make].fixed) <= ends, name(make)


def test_the_slides_that_print_results_are_these() -> None:
    printed = {place for make in LESSONS if DECLARED[make].prints for place in built(make).slides}
    assert printed == {26, 28, 29}


def test_the_network_is_the_slides_own_where_nothing_is_given() -> None:
    assert classroom.PARAMETERS.hidden[0] == ((0.5, 0.1, 0.0058), 0.2)
    assert classroom.X == (0.4, 2.0, 17.0)


# Planted faults


@pytest.fixture
def course_alone() -> Iterator[None]:
    """Afterwards the course is as it was."""
    before, path = dict(DECLARED), list(slides.__path__)
    yield
    DECLARED.clear()
    DECLARED.update(before)
    slides.__path__[:] = path


@pytest.mark.usefixtures("course_alone")
def test_a_typed_number_an_idle_edit_and_a_misprint_are_noticed() -> None:
    @on_slides(
        5, title="planted", edits=[edit("z", x=3.0), edit("typed", x=2.0)], prints={"z": "2.5"}
    )
    def planted(x: float = 2.0) -> Lesson:
        return Lesson(
            text=(f"z is {x + 0.25}, they say 0.125.",),
            numbers=(number("z", x + 0.25), number("typed", 0.45)),
        )

    assert declared.unmoved(planted) == ["typed"]
    assert declared.idle_edits(planted) == ["typed: ['x']"]
    assert declared.typed_decimals(planted) == {"0.125"}
    assert declared.misprints(planted) == ["z is 2.25, and the slide prints 2.5"]
    assert declared.without_a_test([planted]) == ["test_declared.planted"]


@pytest.mark.usefixtures("course_alone")
def test_a_wrong_engine_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd_mini.lessons.slides import worked

    honest = classroom.loss
    monkeypatch.setattr(classroom, "loss", lambda y_hat, y: honest(y_hat * 1.001, y))
    built.cache_clear()
    wrong = declared.misprints(worked.prediction_and_loss)
    built.cache_clear()
    assert [complaint.partition(" is ")[0] for complaint in wrong] == ["L(ŷ, y)"]


def test_a_slide_without_a_cell_is_missed() -> None:
    assert declared.slides_without_a_cell(
        [make for make in LESSONS if 22 not in DECLARED[make].slides]
    ) == [22]


NEW = """
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini import Value

@on_slides(19, title="A new lesson", edits=[edit("z′", z=2.0)])
def new(z: float = 0.5) -> Lesson:
    z_ = Value(z, "z")
    z_.tanh().backward()
    return Lesson(formulas=("tanh z",), numbers=(number("z′", z_.grad),), ours="z.")
"""


@pytest.mark.usefixtures("course_alone")
def test_a_lesson_is_added_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "softmax.py").write_text(NEW, encoding="utf-8")
    slides.__path__.append(str(tmp_path))
    part = course.parts()[5]
    assert [DECLARED[make].title for make in part.lessons] == [
        "Activation functions",
        "A new lesson",
    ]
    new = part.lessons[-1]
    assert declared.idle_edits(new) == declared.unmoved(new) == declared.misprints(new) == []
    said: list[str] = []
    page = Tour(tmp_path / "tour", said.append, verbose=True).walk([part])
    assert "A new lesson (slide 19)" in "\n".join(said)
    assert "A new lesson" in page.read_text(encoding="utf-8")
    told = (page.parent / "19-new.html").read_text(encoding="utf-8")
    assert "A new lesson</h1>" in told
    assert "tanh" in told
    del sys.modules[new.__module__]
