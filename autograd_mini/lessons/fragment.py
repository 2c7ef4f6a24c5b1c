"""A lesson as HTML, without its pictures: in a notebook, and on the page of the whole walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from autograd_mini.lessons import deck
from autograd_mini.lessons.content import Content, Number, Table
from autograd_mini.lessons.text import cell_text
from autograd_mini.numbers import short

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
    for paragraph in lesson.text:
        yield f"<p>{_text(paragraph)}</p>"
    if lesson.numbers:
        yield from _numbers(lesson.numbers)
    for table in lesson.tables:
        yield from _table(table)


def remarks(lesson: Content) -> Iterator[str]:
    """What is ours, and what the slide says otherwise."""
    if lesson.ours:
        yield f'<p class="ours"><b>Ours:</b> {_text(lesson.ours)}</p>'
    if lesson.slips:
        slips = "".join(f"<li>{_text(slip)}</li>" for slip in lesson.slips)
        yield f'<div class="slip"><b>A note on the slide</b><ul>{slips}</ul></div>'


def _text(paragraph: str) -> str:
    """Running text; an equation stays in one line."""
    text = escape(paragraph, quote=False)
    for sign in ("=", "−", "+", "&lt;", "&gt;"):
        text = text.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return text.replace("′(", "′\u2060(")


def _numbers(numbers: Sequence[Number]) -> Iterator[str]:
    yield '<div class="wide"><table class="numbers"><tbody>'
    for name, value, note in numbers:
        yield (
            f'<tr><th scope="row">{escape(name)}</th><td class="number">{short(value)}</td>'
            f'<td class="note">{escape(note)}</td></tr>'
        )
    yield "</tbody></table></div>"


def _table(table: Table) -> Iterator[str]:
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
