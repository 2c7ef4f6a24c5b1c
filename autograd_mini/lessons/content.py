"""What a lesson holds: the formulas, numbers and pictures of one slide, computed by the engine.

Vocabulary:

- *number*: a name in the slides' notation and the float that the engine computed for it.
- *table*: numbers that belong side by side, in rows.
- *picture*: a computation graph to draw, or a chart (:mod:`autograd_mini.lessons.chart`). The deck
  came without its figures, so every picture is reconstructed.
- *ours*: what the slide leaves open and the lesson had to choose.
- *slip*: a place where the slide says something else than it means.

Text in a lesson is plain Unicode; layers are raised in round brackets, ``z₁⁽¹⁾`` for the slides'
z₁ with a raised [1], because there are no raised square brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd_mini import graph
from autograd_mini.lessons.chart import Chart
from autograd_mini.show import Drawing, draw
from autograd_mini.value import Value

TableRow = Sequence[str | float]
"""A row of a table."""


class Number(NamedTuple):
    """A named number.

    Attributes:
        name: what the slide calls it.
        value: the number itself, unrounded.
        note: its unit, or what it means.
    """

    name: str
    value: float
    note: str = ""


class Table(NamedTuple):
    """Numbers side by side; a cell is a float, or text such as the name of a row."""

    title: str
    columns: Sequence[str]
    rows: Sequence[TableRow]


class Picture(NamedTuple):
    """Something to draw.

    Attributes:
        name: the name of its files, without their ending.
        source: the Value whose graph is drawn, or several of them, or a chart.
        caption: the sentence below it.
        view: how a graph is drawn: "expanded", "compact" or "network".
        frames: whether what belongs to a layer is framed, where it is drawn expanded.
    """

    name: str
    source: Value | tuple[Value, ...] | Chart
    caption: str = ""
    view: str = "expanded"
    frames: bool = False

    def __repr__(self) -> str:
        return f"<Picture: {self.caption}>"

    @property
    def outputs(self) -> tuple[Value, ...]:
        """The Values whose graph is drawn; none for a chart."""
        if isinstance(self.source, Value):
            return (self.source,)
        return () if isinstance(self.source, Chart) else self.source

    @property
    def alt(self) -> str:
        """What a reader who cannot see the picture is told."""
        if isinstance(self.source, Chart):
            return self.source.alt
        nodes = len(graph.order(*self.outputs))
        names = ", ".join(graph.label(output) or "the result" for output in self.outputs)
        what = {"compact": "Compact picture of a", "network": "Network diagram of a"}
        kind = what.get(self.view, "A")
        return f"{kind} computation graph of {nodes} nodes that ends in {names}. {self.caption}"

    @property
    def drawing(self) -> Drawing | Chart:
        """The picture laid out: save it, or let a notebook show it."""
        return self.source if isinstance(self.source, Chart) else self.drawn()

    def drawn(self, theme: str = "light") -> Drawing:
        """The graph laid out, in the colours of a theme."""
        return draw(self.outputs, view=self.view, clusters=self.frames, theme=theme)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        return self.drawing._repr_mimebundle_(include, exclude)


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What a lesson shows, free of how it is written.

    Attributes:
        told: what its words name beside its numbers and arguments
            (:mod:`~autograd_mini.lessons.deck`).

    Raises:
        ValueError: two numbers have one name.

    >>> Content(formulas=("y = mx + b",), numbers=(Number("y", 7.0),))["y"]
    7.0
    """

    title: str = ""
    slides: tuple[int, ...] = ()
    formulas: Sequence[str] = ()
    text: Sequence[str] = ()
    numbers: Sequence[Number] = ()
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()
    ours: str = ""
    slips: Sequence[str] = ()
    told: Mapping[str, str | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [number.name for number in self.numbers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"Lesson: two numbers are called {name!r}; name them apart")

    def __getitem__(self, name: str) -> float:
        for number in self.numbers:
            if number.name == name:
                return number.value
        known = ", ".join(number.name for number in self.numbers)
        raise KeyError(f"no number is called {name!r} here; there are {known}")

    @property
    def root(self) -> Value:
        """The result whose graph the first picture draws, ready for ``backward()``.

        Raises:
            LookupError: no picture of this lesson is a computation graph.
        """
        for picture in self.pictures:
            if picture.outputs:
                return picture.outputs[0]
        raise LookupError(f"{self.title or 'this lesson'}: none of its pictures is a graph")

    def column(self, name: str) -> list[str | float]:
        """The cells below a heading, in the first table that has it.

        Raises:
            KeyError: no table has it.
        """
        for table in self.tables:
            if name in table.columns:
                place = table.columns.index(name)
                return [row[place] for row in table.rows]
        raise KeyError(f"no table has a column {name!r}")

    def printed(self) -> Iterator[tuple[str, float]]:
        """Every number that is shown, with its place: its name, or table, row and column."""
        for number in self.numbers:
            yield number.name, number.value
        for table in self.tables:
            for i, row in enumerate(table.rows, 1):
                for column, cell in zip(table.columns, row, strict=True):
                    if not isinstance(cell, str):
                        yield f"{table.title}, row {i}, {column}", float(cell)
