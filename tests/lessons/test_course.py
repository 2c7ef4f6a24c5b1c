"""The course covers the deck: every slide, in order, and every fault where it occurs."""

from __future__ import annotations

import functools
import inspect
import re

import pytest

from autograd_mini.lessons import course, deck
from autograd_mini.lessons.lesson import DECLARED, Builder, Lesson

LESSONS = [make for part in course.PARTS for make in part.lessons]

# The faults of the deck: the slide, and words that the lesson on it says about them.
FAULTS = [
    (4, "columns on the slide and as rows in the code"),
    (5, "which later slides write ŷ"),
    (6, "No weights are given"),
    (9, "not a loss that training could minimise"),
    (10, "the prediction ŷ is meant"),
    (12, "same title"),
    (16, "biases carry no index"),
    (18, "its own bias"),
    (19, "non-negative, not positive"),
    (23, "m + 1 terms"),
    (24, "the mean squared error is a mean"),
    (24, "n counts features on slide 4 and examples here"),
    (26, "0.6986, which rounds to 0.7"),
    (27, "The bias carries no index"),
    (28, "cannot be derived from what it gives"),
    (29, "the prediction ŷ is meant"),
    (33, "where the minimum is, it does not tell"),
    (36, "∇J is the vector of all partial derivatives"),
]


@functools.cache
def lesson_of(make: Builder) -> Lesson:
    return make()


def test_the_deck_has_38_slides_counted_from_the_title() -> None:
    assert [slide.place for slide in deck.SLIDES] == list(range(1, 39))
    assert deck.slide(1).title == "Intro to Neural Networks"
    assert deck.slide(12).title == deck.slide(13).title
    assert [s.place for s in deck.SLIDES if s.title == "Gradient descent"] == [34, 35, 36]


@pytest.mark.parametrize("place", [0, 39, -1])
def test_a_slide_that_does_not_exist_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match=f"no slide {place}.*1 to 38"):
        deck.slide(place)


def test_every_slide_has_a_lesson_and_every_lesson_its_slides() -> None:
    covered = {place for make in LESSONS for place in DECLARED[make].slides}
    assert covered == {slide.place for slide in deck.SLIDES}


def test_the_walk_follows_the_deck() -> None:
    places = [place for make in LESSONS for place in DECLARED[make].slides]
    assert places == sorted(places)
    assert [part.number for part in course.PARTS] == list(range(1, len(course.PARTS) + 1))
    # No slide is split between two parts.
    assert sum(len(part.slides) for part in course.PARTS) == len(deck.SLIDES)


def test_titles_of_lessons_tell_them_apart() -> None:
    titles = [DECLARED[make].title for make in LESSONS]
    assert len(set(titles)) == len(titles)


def test_pictures_have_names_of_their_own_and_say_what_they_show() -> None:
    pictures = [picture for make in LESSONS for picture in lesson_of(make).pictures]
    names = [picture.name for picture in pictures]
    assert len(set(names)) == len(names)
    for picture in pictures:
        assert re.fullmatch(r"[a-z0-9-]+", picture.name)
        assert picture.caption.endswith(".")
        assert len(picture.alt) > 20


@pytest.mark.parametrize("make", LESSONS, ids=lambda make: make.__name__)
def test_slides_that_are_cited_exist(make: Builder) -> None:
    lesson = lesson_of(make)
    said = "\n".join([*lesson.text, *lesson.slips, lesson.ours, inspect.getdoc(make) or ""])
    for run in re.findall(r"[Ss]lides? ((?:\d+(?:, | and | to )?)+)", said):
        for place in re.findall(r"\d+", run):
            assert 1 <= int(place) <= len(deck.SLIDES)


@pytest.mark.parametrize(("place", "words"), FAULTS)
def test_a_fault_of_the_deck_is_named_where_it_occurs(place: int, words: str) -> None:
    said = [
        slip for make in LESSONS if place in DECLARED[make].slides for slip in lesson_of(make).slips
    ]
    assert any(words in slip for slip in said)


def test_the_missing_figures_are_mentioned() -> None:
    assert "reconstructed" in " ".join(lesson_of(LESSONS[0]).text)


def test_every_lesson_with_numbers_of_its_own_says_what_is_ours() -> None:
    for make in LESSONS:
        lesson = lesson_of(make)
        assert lesson.ours or DECLARED[make].slides == (26,), lesson.title


def test_a_part_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"no part 13.*1 What learning is.*12 The chain rule"):
        course.part(13)


def test_a_number_that_does_not_exist_is_refused_with_those_that_do() -> None:
    lesson = lesson_of(LESSONS[0])
    with pytest.raises(KeyError, match=r"'q'.*z, ∂z/∂w"):
        lesson["q"]
    with pytest.raises(KeyError, match="no table has a column"):
        lesson.column("nowhere")


def test_the_root_of_a_lesson_goes_backward() -> None:
    from autograd_mini.lessons.slides import activations, logistic

    root = logistic.combination().root
    root.backward()
    assert root.operands[0].grad == logistic.INPUTS[0]
    with pytest.raises(LookupError, match="none of its pictures"):
        _ = activations.activations().root
