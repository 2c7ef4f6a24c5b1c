"""The summaries of the measurements in the documentation, each between two marks."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[2] / ".docs" / "benchmarks.md"


def marks(name: str) -> tuple[str, str]:
    """What stands before and after the summary of that name."""
    return f"<!-- measured: {name} -->", f"<!-- end of {name} -->"


def with_summary(page: str, name: str, summary: str) -> str:
    """The text of the page with another summary between its marks."""
    begin, end = marks(name)
    head, rest = page.split(begin)
    return f"{head}{begin}\n{summary}\n{end}{rest.split(end)[1]}"


def write(name: str, summary: str) -> None:
    """Put a summary into the page."""
    PAGE.write_text(with_summary(PAGE.read_text(encoding="utf-8"), name, summary), "utf-8")
