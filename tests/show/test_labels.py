"""Labels of any content are shown literally, by each layout program, in SVG read back as XML."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from autograd_mini import Value, ops
from autograd_mini.show import draw, text
from autograd_mini.show.text import named
from tests.show.reading import boxes, spaced

NASTY = [
    'say "hi"',
    "<script>alert(1)</script>",
    "<b>bold</b>",
    "<<i>>",
    "]]>",
    "<![CDATA[x]]>",
    "&amp; &lt; &#65; &#x41; & &;",
    "\\N \\G \\E \\T \\H \\L \\n \\l \\r",
    "\\",
    "ends with \\",
    'a\\"b',
    "{a|b}",
    "%s %d {0} {}",
    "<!-- x -- y -->",
    "node",
    "digraph",
    "-1.5",
    "",
    " ",
    "two  spaces ",
    "\u202eevil\u202c",
    "\u200fmark",
    "עברית",
    "漢字 😀",
    "e\u0301\u0302",
    "\ufeffbom",
    "w₁₂⁽¹⁾ ŷ θ ∂ α Σ",
]
EMPTY_LINES = ["loss\n", "\nloss", "a\n\nb", "\r\n", "\n", "\n\n\n\n\n\n"]
CONTROL = [chr(i) for i in (*range(32), *range(0x7F, 0xA0)) if i != ord("\n")]
FORBIDDEN = [*CONTROL, "\ud800", "\udfff", "\ufffe", "\uffff"]


def drawn(labels: list[str], program: str) -> list[tuple[list[str], str]]:
    """What each leaf with these labels says in the picture: its lines and its tooltip."""
    leaves = [Value(0.5, label) for label in labels]
    drawing = draw(ops.sum(leaves), program=program)
    drawing.dot.encode("utf-8")
    read = boxes(drawing.svg)
    return [read[f"n{i}"] for i in range(len(labels))]


def expected(label: str) -> list[str]:
    """An empty line holds a space, as programs write no text where there is nothing."""
    return [spaced(line) for line in [*named(label, "0.5"), "grad –"]]


def check(labels: list[str], program: str) -> None:
    for label, (lines, tooltip) in zip(labels, drawn(labels, program), strict=True):
        assert lines == expected(label), repr(label)
        assert tooltip.startswith(spaced(text.visible(label)) or "0.5"), repr(label)
        assert tooltip.endswith("\ndata 0.5\ngradient not computed"), repr(label)


def test_nasty_labels_are_literal(program: str) -> None:
    check(NASTY, program)
    for label, (lines, tooltip) in zip(NASTY, drawn(NASTY, program), strict=True):
        assert spaced(label) in "\n".join(lines)  # and not by an escape of ours
        assert tooltip.startswith(spaced(label))


def test_what_xml_forbids_is_shown_as_an_escape(program: str) -> None:
    check([f"a{character}b" for character in FORBIDDEN], program)
    lines, tooltip = drawn(["a\x00\x07\t\r\x1b\ud800b"], program)[0]
    assert lines[0] == r"a\x00\x07\t\r\x1b\ud800b"
    assert tooltip.startswith(r"a\x00\x07\t\r\x1b\ud800b")


def test_empty_lines_are_lines(program: str) -> None:
    check(EMPTY_LINES, program)


def test_line_breaks_break_the_line(program: str) -> None:
    lines, tooltip = drawn(["first\n\nthird \\n\n"], program)[0]
    assert lines == ["first", " ", "third \\n", " ", "= 0.5", "grad –"]
    assert tooltip.startswith("first\n\nthird \\n\n\n")


def test_a_long_label_is_cut_visibly_and_kept_in_the_tooltip(program: str) -> None:
    label = "<x> \\N " * 1500
    lines, tooltip = drawn([label], program)[0]
    assert len(label) > 10_000
    assert len(lines[0]) == text.LONGEST_LINE
    assert lines[0].endswith("…")
    assert label.startswith(lines[0][:-1])
    assert tooltip.startswith(label)


def test_many_lines_are_cut_visibly(program: str) -> None:
    lines, tooltip = drawn(["\n".join("abcdefgh")], program)[0]
    assert lines == ["a", "b", "c", "d …", "= 0.5", "grad –"]
    assert tooltip.startswith("a\nb\nc\nd\ne\nf\ng\nh\n")


def test_writing_from_right_to_left_does_not_touch_the_number(program: str) -> None:
    for label in ("עברית", "\u202eevil"):
        assert drawn([label], program)[0][0] == [label, "= 0.5", "grad –"]


pieces = st.one_of(
    st.sampled_from([*NASTY, *FORBIDDEN, "\n", '"', "\\", "<", ">", "&", ";", "#", "|"]),
    st.text(st.characters(exclude_categories=()), max_size=6),
)
labels = st.lists(pieces, max_size=6).map("".join)


@pytest.mark.fuzz
@hypothesis.given(st.lists(labels, min_size=20, max_size=20))
@hypothesis.settings(
    max_examples=25,
    suppress_health_check=[
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.large_base_example,
    ],
)
def test_any_label_is_literal(program: str, found: list[str]) -> None:
    check(found, program)


@pytest.mark.fuzz
@hypothesis.given(labels)
def test_the_text_keeps_to_what_can_be_encoded(label: str) -> None:
    shown = text.visible(label)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert not set(shown) & set(FORBIDDEN)
    assert "".join(map(text.visible, label)) == shown
    assert all(len(line) <= text.LONGEST_LINE for line in text.lines(label))


def test_labels_are_literal_in_every_place_that_names_them(program: str) -> None:
    a, b = Value(2.0, '<a> "&lt;" \\N'), Value(3.0, "\\E\x00")
    product = a * b
    product.label = "]]>\\T"
    svg = draw(product, program=program).svg
    assert boxes(svg)["n2"].tooltip.startswith(']]>\\T\n= <a> "&lt;" \\N · \\E\\x00\ndata 6.0')
