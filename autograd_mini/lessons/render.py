"""A lesson written out: as text for a terminal, and as HTML for a notebook and the page.

Vocabulary: a *style* says how parts of the text are coloured; :data:`PLAIN` colours nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from autograd_mini.lessons import deck
from autograd_mini.lessons.content import Content, Number, Table
from autograd_mini.numbers import short
from autograd_mini.show.text import columns

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


def plain(lesson: Content, style: Style = PLAIN) -> str:
    r"""The lesson: heading, formulas, text, numbers, tables, and what is ours or a slip.

    >>> from autograd_mini.lessons.slides.regression import one_dimensional
    >>> print("\n".join(plain(one_dimensional()).splitlines()[:4]))
    Linear regression, one input (slide 5)
    <BLANKLINE>
        y = mx + b
    <BLANKLINE>
    """
    return "\n".join(_lines(lesson, style))


def _lines(lesson: Content, style: Style) -> Iterator[str]:
    if lesson.title:
        yield style.paint(f"{lesson.title} ({deck.cited(lesson.slides)})", "title")
        yield ""
    for formula in lesson.formulas:
        yield "    " + style.paint(formula, "formula")
    for paragraph in lesson.text:
        yield ""
        yield from wrapped(paragraph)
    if lesson.numbers:
        yield ""
        yield from _numbers(lesson.numbers, style)
    for table in lesson.tables:
        yield ""
        yield from _table(table, style)
    if lesson.ours or lesson.slips:
        yield ""
    if lesson.ours:
        yield from _marked(f"Ours: {lesson.ours}", "note", style)
    for slip in lesson.slips:
        yield from _marked(f"The slide: {slip}", "slip", style)


def wrapped(paragraph: str) -> list[str]:
    """A paragraph in lines that fit a terminal."""
    return textwrap.wrap(paragraph, WIDTH, break_on_hyphens=False, break_long_words=False)


def _marked(text: str, kind: str, style: Style) -> list[str]:
    return [style.paint(line, kind) for line in wrapped(text)]


def _numbers(numbers: Sequence[Number], style: Style) -> Iterator[str]:
    names = _column([n.name for n in numbers])
    values = _column([short(n.value) for n in numbers])
    for name, value, n in zip(names, values, numbers, strict=True):
        note = style.paint(n.note, "note") if n.note else ""
        yield f"    {style.paint(name, 'name')}  {value}  {note}".rstrip()


def _table(table: Table, style: Style) -> Iterator[str]:
    yield style.paint(table.title, "note")
    numeric = [not isinstance(cell, str) for cell in table.rows[0]]
    for digits in (6, 4):
        cells = [table.columns, *([cell_text(x, digits) for x in row] for row in table.rows)]
        aligned = map(_column, zip(*cells, strict=True), numeric)
        head, *rows = ("    " + "  ".join(row) for row in zip(*aligned, strict=True))
        if columns(head) <= WIDTH:
            break
    yield "    " + style.paint(head[4:].rstrip(), "name")
    yield from (row.rstrip() for row in rows)


def cell_text(cell: str | float, digits: int = 6) -> str:
    """A cell of a table as text."""
    return cell if isinstance(cell, str) else short(cell, digits)


def _column(cells: Sequence[str], right: bool = False) -> list[str]:
    """The cells, equally wide."""
    wide = max(map(columns, cells))
    spare = (" " * (wide - columns(cell)) for cell in cells)
    return [s + cell if right else cell + s for s, cell in zip(spare, cells, strict=True)]


# --- HTML -----------------------------------------------------------------------------------------

NUMERIC = ' class="number"'


def fragment(lesson: Content) -> str:
    """One lesson for a notebook: formulas in plain Unicode, numbers and tables, no pictures."""
    lines = [f"<h4>{escape(lesson.title)} ({deck.cited(lesson.slides)})</h4>"]
    lines += [f"<p><code>{escape(formula)}</code></p>" for formula in lesson.formulas]
    lines += [*paragraphs(lesson), *numbers(lesson), *remarks(lesson)]
    # Jupyter sets every cell of a table to the right.
    return "\n".join(lines).replace('<td class="note">', '<td style="text-align: left">')


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
