"""What a step says, free of any format: text, pages, strips and slides all write this.

Vocabulary: a description's *lines* are pairs, a caption and what follows; its *remarks* are
sentences.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.show.text import listed

MISTAKE = "Mistake."
MOST_LINES, MOST_LISTED = 5, 12
"""A slide has room for so many lines, and for so many formulas in one of them."""


class Description(NamedTuple):
    """What one step says.

    Attributes:
        part: "Start", "Forward", "Backward" or "End".
        heading: what happens, in a few words.
        lines: captions, and a formula or a number for each.
        remarks: sentences.
        wrong: whether a remark warns of a mistake that is being made.
    """

    part: str
    heading: str
    lines: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()
    wrong: bool = False

    def captioned(self) -> list[tuple[str, str, bool]]:
        """The lines, and for each whether its caption is that of the line before."""
        before = ["", *[caption for caption, _ in self.lines]]
        return [(*line, line[0] == last) for line, last in zip(self.lines, before, strict=False)]

    @property
    def is_back(self) -> bool:
        """Whether it is about the backward pass, or what that has come to."""
        return self.part in {"Backward", "End"}

    @property
    def brief(self) -> str:
        """What happens, with its part."""
        return f"{self.part}: {self.heading}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """The remarks, one about a mistake after that word."""
        return tuple(f"{MISTAKE} {remark}" if self.wrong else remark for remark in self.remarks)

    @property
    def sentence(self) -> str:
        """All of it in one line, for a reader that speaks."""
        lines = [f"{caption}: {formula}" for caption, formula in self.lines]
        return " ".join([". ".join([self.brief, *lines]) + ".", *self.warnings])

    def shortened(self) -> Description:
        """The same; many lines of one caption, as at the end, become one that is not too long."""
        if len(self.lines) <= MOST_LINES:
            return self
        found: dict[str, list[str]] = {}
        for caption, formula in self.lines:
            found.setdefault(caption, []).append(formula.replace(" ", "\xa0"))
        lines = tuple((caption, listed(x, MOST_LISTED)) for caption, x in found.items())
        return self._replace(lines=lines)

    def numbered(self, step: int, count: int) -> str:
        """What happens, with the number of the step, counted from 0, and of all."""
        return f"Step {step + 1} of {count} · {self.brief}"
