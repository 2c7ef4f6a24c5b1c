"""A handout as a page that needs nothing but a browser, made to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.show.html import document, resource, text
from autograd_mini.show.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """A line of a table: what is asked for, the formula, and the result with its numbers."""

    name: str
    formula: str
    result: str


class Sheet(NamedTuple):
    """A picture and the two tables; the results are "" where they are asked for."""

    picture: str
    forward: tuple[Row, ...]
    backward: tuple[Row, ...]


def page(title: str, tasks: Sequence[str], sheets: Sequence[Sheet]) -> str:
    """The whole page."""
    asked, solved = sheets
    listed = "".join(f"<li>{text(task)}</li>" for task in tasks)
    body = (
        f'<main><section class="sheet"><h1>{text(title)}</h1>\n'
        '<p class="who"><span>Name</span><span>Date</span></p>\n'
        f"<ol>{listed}</ol>\n{_sheet(asked)}</section>\n"
        f'<section class="sheet solved"><h1>Solution: {text(title)}</h1>\n{_sheet(solved)}'
        "</section></main>"
    )
    return document(title, body, resource(__package__, "paper.css"), (), LIGHT)


def _sheet(sheet: Sheet) -> str:
    tables = "".join(
        f"<h2>{heading}</h2>\n<table>{''.join(map(_row, rows))}</table>\n"
        for heading, rows in (("Forward", sheet.forward), ("Backward", sheet.backward))
    )
    frame = '<div class="picture" tabindex="0" role="group" aria-label="Picture">'
    return f"{frame}{sheet.picture}</div>\n{tables}"


def _row(row: Row) -> str:
    result = text(row.result) if row.result else '<span class="blank"></span>'
    return (
        f'<tr><th scope="row">{text(row.name)}</th><td>= {text(row.formula)}</td>'
        f'<td class="result">= {result}</td></tr>'
    )
