"""A lesson written out: as text for a terminal, and as HTML for a notebook and the page.

Vocabulary: a *style* says how parts of the text are coloured; :data:`PLAIN` colours nothing.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from autograd_mini.lessons import deck
from autograd_mini.lessons.content import Content, Number, Table
from autograd_mini.numbers import short

WIDTH = 80


class Style(NamedTuple):
    """The escape sequence that begins each kind of text; "" for none."""

    title: str = ""
    formula: str = ""
    name: str = ""
    note: str = ""
    slip: str = ""

    def paint(self, text: str, kind: str) -> str:
        """The text in the colour of its kind."""
        begin = getattr(self, kind)
        return f"{begin}{text}\x1b[0m" if begin else text


PLAIN = Style()
COLOURED = Style("\x1b[1m", "\x1b[36m", "\x1b[1m", "\x1b[2m", "\x1b[33m")


def plain(lesson: Content, style: Style = PLAIN, width: int = WIDTH) -> str:
    r"""The lesson: heading, formulas, text, numbers, tables, and what is ours or a slip.

    >>> from autograd_mini.lessons.slides.regression import one_dimensional
    >>> print("\n".join(plain(one_dimensional()).splitlines()[:4]))
    Linear regression, one input (slide 5)
    <BLANKLINE>
        y = mx + b
    <BLANKLINE>
    """
    return "\n".join(_lines(lesson, style, width))


def _lines(lesson: Content, style: Style, width: int) -> Iterator[str]:
    if lesson.title:
        yield style.paint(f"{lesson.title} ({deck.cited(lesson.slides)})", "title")
        yield ""
    for formula in lesson.formulas:
        yield "    " + style.paint(formula, "formula")
    for paragraph in lesson.text:
        yield ""
        yield from wrapped(paragraph, width)
    if lesson.numbers:
        yield ""
        yield from _numbers(lesson.numbers, style)
    for table in lesson.tables:
        yield ""
        yield from _table(table, style, width)
    if lesson.ours or lesson.slips:
        yield ""
    if lesson.ours:
        yield from _marked(f"Ours: {lesson.ours}", "note", style, width)
    for slip in lesson.slips:
        yield from _marked(f"The slide: {slip}", "slip", style, width)


def wrapped(paragraph: str, width: int) -> list[str]:
    """A paragraph in lines of at most so many characters."""
    return textwrap.wrap(paragraph, width, break_on_hyphens=False, break_long_words=False)


def _marked(text: str, kind: str, style: Style, width: int) -> list[str]:
    return [style.paint(line, kind) for line in wrapped(text, width)]


def _numbers(numbers: Sequence[Number], style: Style) -> Iterator[str]:
    names = max(columns(n.name) for n in numbers)
    values = max(len(short(n.value)) for n in numbers)
    for n in numbers:
        name = style.paint(_padded(n.name, names), "name")
        value = _padded(short(n.value), values) if n.note else short(n.value)
        note = f"  {style.paint(n.note, 'note')}" if n.note else ""
        yield f"    {name}  {value}{note}"


def _table(table: Table, style: Style, width: int) -> Iterator[str]:
    yield style.paint(table.title, "note")
    for digits in (6, 4):
        rows = [[cell_text(cell, digits) for cell in row] for row in table.rows]
        widths = [max(map(columns, column)) for column in zip(table.columns, *rows, strict=True)]
        if sum(widths) + 2 * len(widths) + 2 <= width:
            break
    numeric = [not isinstance(cell, str) for cell in table.rows[0]]
    for i, row in enumerate([list(table.columns), *rows]):
        cells = [
            _padded(cell, wide, right)
            for cell, wide, right in zip(row, widths, numeric, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        yield "    " + (style.paint(line, "name") if i == 0 else line)


def cell_text(cell: str | float, digits: int = 6) -> str:
    """A cell of a table as text."""
    return cell if isinstance(cell, str) else short(cell, digits)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes; a hat above a letter takes none.

    >>> columns("f̂(x)")
    4
    """
    return sum(not unicodedata.combining(character) for character in text)


def _padded(text: str, width: int, right: bool = False) -> str:
    spare = " " * (width - columns(text))
    return spare + text if right else text + spare


# --- HTML -----------------------------------------------------------------------------------------

NUMERIC = ' class="number"'


def fragment(lesson: Content) -> str:
    """One lesson for a notebook: formulas in plain Unicode, numbers and tables, no pictures."""
    lines = [f"<h4>{escape(lesson.title)} ({deck.cited(lesson.slides)})</h4>"]
    lines += [f"<p><code>{escape(formula)}</code></p>" for formula in lesson.formulas]
    lines += [*body(lesson), *remarks(lesson)]
    # Jupyter sets every cell of a table to the right.
    return "\n".join(lines).replace('<td class="note">', '<td style="text-align: left">')


def body(lesson: Content) -> Iterator[str]:
    """The text, the numbers and the tables."""
    yield from paragraphs(lesson)
    yield from numbers(lesson)


def paragraphs(lesson: Content) -> Iterator[str]:
    """The text."""
    for paragraph in lesson.text:
        yield f"<p>{_html_text(paragraph)}</p>"


def numbers(lesson: Content) -> Iterator[str]:
    """The numbers and the tables."""
    if lesson.numbers:
        yield from _html_numbers(lesson.numbers)
    for table in lesson.tables:
        yield from _html_table(table)


def remarks(lesson: Content) -> Iterator[str]:
    """What is ours, and what the slide says otherwise."""
    if lesson.ours:
        yield f'<p class="ours"><b>Ours:</b> {_html_text(lesson.ours)}</p>'
    if lesson.slips:
        slips = "".join(f"<li>{_html_text(slip)}</li>" for slip in lesson.slips)
        yield f'<div class="slip"><b>A note on the slide</b><ul>{slips}</ul></div>'


def _html_text(paragraph: str) -> str:
    """Running text; an equation stays in one line."""
    text = escape(paragraph, quote=False)
    for sign in ("=", "−", "+", "&lt;", "&gt;"):
        text = text.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return text.replace("′(", "′\u2060(")


def _html_numbers(numbers: Sequence[Number]) -> Iterator[str]:
    yield '<div class="wide"><table class="numbers"><tbody>'
    for name, value, note in numbers:
        yield (
            f'<tr><th scope="row">{escape(name)}</th><td class="number">{short(value)}</td>'
            f'<td class="note">{escape(note)}</td></tr>'
        )
    yield "</tbody></table></div>"


def _html_table(table: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{escape(table.title)}</caption>'
    heads = "".join(
        f'<th scope="col"{"" if isinstance(cell, str) else NUMERIC}>{escape(name)}</th>'
        for name, cell in zip(table.columns, table.rows[0], strict=True)
    )
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for row in table.rows:
        cells = "".join(
            f"<td>{escape(cell)}</td>"
            if isinstance(cell, str)
            else f"<td{NUMERIC}>{cell_text(cell)}</td>"
            for cell in row
        )
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"
