"""The summaries of the measurements in the project's README, each between two marks."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def marks(name: str) -> tuple[str, str]:
    """What stands before and after the summary of that name."""
    return f"<!-- measured: {name} -->", f"<!-- end of {name} -->"


def with_summary(readme: str, name: str, summary: str) -> str:
    """The text of the README with another summary between its marks."""
    begin, end = marks(name)
    head, rest = readme.split(begin)
    return f"{head}{begin}\n{summary}\n{end}{rest.split(end)[1]}"


def write(name: str, summary: str) -> None:
    """Put a summary into the README."""
    README.write_text(with_summary(README.read_text(encoding="utf-8"), name, summary), "utf-8")
