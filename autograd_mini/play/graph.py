"""Graphs whose passes have been recorded, and the fixed stage on which they are shown.

Vocabulary: a *stage* is a picture laid out once, with room in each box for whatever numbers may
come. Its *key* tells what its layout depends on, and no number is a part of it. So while a slider
moves the key stays, the page keeps the picture that it has, and only texts change.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property

from autograd_mini.errors import RenderError
from autograd_mini.expression import Expression, ExpressionError
from autograd_mini.numbers import Format, significant
from autograd_mini.show.dot import to_dot
from autograd_mini.show.html import SIZE
from autograd_mini.show.layout_program import render
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.text import width
from autograd_mini.show.walk import steps
from autograd_mini.show.walk.scene import Scene
from autograd_mini.show.walk.sentences import Describer
from autograd_mini.show.walk.stage import stage
from autograd_mini.show.walk.steps import Recorder, Step
from autograd_mini.value import Value

LONGEST = 400
"""Characters of an expression."""

MOST = 60
"""Boxes of a graph: more would be read by nobody, and would not follow a slider."""

DIGITS = 4
"""Significant digits of a number as it is shown."""

short: Format = significant(DIGITS)


class Passes:
    """A graph whose passes have been recorded.

    Attributes:
        root: the result.
        nodes: the graph, operands before results; a node's place in it is its box's number.
        steps: of both passes.
        names: of the nodes, as text.
        describe: says what a step does.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.root: Value = recorder.root
        self.nodes: list[Value] = recorder.nodes
        self.steps: list[Step] = recorder.steps
        self._describer = Describer(recorder, DIGITS)
        self.names = self._describer.names
        self.describe = self._describer.tell

    @cached_property
    def scene(self) -> Scene:
        """The picture and how the steps change it."""
        return Scene(self._describer)

    def computed(self, *nodes: Value) -> list[tuple[str, str]]:
        """How the numbers of nodes were computed; nothing for a leaf."""
        steps = [x for x in self.steps if x.phase == "forward" and x.node in nodes]
        return [line for step in steps for line in self.describe(step).lines]

    def gradient(self, node: Value) -> float | None:
        """∂root/∂node; None where nothing has come."""
        return self.recorder.totals.get(node)

    def told(self, known: object = None) -> dict[str, object]:
        """The passes as JSON: what the boxes hold, what each step changes, and what it says.

        The stage is a part of it unless it is ``known`` by its key.
        """
        key, film = self._key(), self.scene.film
        found: dict[str, object] = {
            "key": key,
            "first": film.first,
            "changes": film.changes,
            "lit": [lit._asdict() for lit in film.lit],
            "born": film.born,
            "arrows": self.scene.local,
            "steps": [
                {
                    **said._asdict(),
                    "say": said.sentence,
                    "asks": step.phase in {"forward", "backward"} and not step.nothing,
                }
                for step, said in zip(self.steps, map(self.describe, self.steps), strict=True)
            ],
        }
        return found if known == key else {**found, "stage": self._stage(key)}

    def _key(self) -> str:
        picture = _roomy(self.scene.picture)
        said = repr(([box[:3] for box in picture.boxes], [arrow[:3] for arrow in picture.arrows]))
        return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    def _stage(self, key: str) -> str:
        """The stage as SVG, or a sentence that says why there is none."""
        if key not in _stages:
            picture = _roomy(self.scene.picture)
            try:
                svg = render(to_dot(picture, legend=False), "svg", timeout=TIME).decode()
            except (RenderError, ModuleNotFoundError) as error:
                return f"There is no picture, only the steps. {str(error).partition('. ')[0]}."
            lines = self.scene.film.at(len(self.steps) - 1).lines
            drawn = stage(svg, picture, lines, f"Graph of {self.root.label}")
            _stages[key] = SIZE.sub(r'data-size="\1"', drawn)
            while len(_stages) > MOST_STAGES:
                _stages.popitem(last=False)
        return _stages[key]


class ExpressionPasses(Passes):
    """An expression's graph and both passes through it.

    Args:
        text: the expression.
        numbers: of its names; one without a number gets 1.

    Attributes:
        expression: as parsed.
        numbers: of every name, in the order of their appearance.
        leaves: a Value for each name.
        root: the result, which has a name too.

    Raises:
        ExpressionError: it cannot be read, is too large, or depends on no name.

    >>> asked = ("3*x", 2), ("3*x", 9), ("x/3", 2)
    >>> one, two, other = (ExpressionPasses(text, {"x": x}).told()["key"] for text, x in asked)
    >>> one == two, one == other
    (True, False)
    """

    def __init__(self, text: object, numbers: object) -> None:
        if not isinstance(text, str) or len(text) > LONGEST:
            raise ExpressionError(f"the expression is a text of at most {LONGEST} characters here")
        self.expression = Expression(text)
        given = numbers if isinstance(numbers, Mapping) else {}
        self.numbers = {name: _number(name, given) for name in self.expression.names}
        self.leaves = self.expression.leaves(self.numbers)
        root = self.expression(self.leaves)
        if not isinstance(root, Value):
            raise ExpressionError("the result depends on no name; put one into it, such as w")
        recorder = steps.passes(self.expression.named(root if root.operands else root + 0.0))
        if (size := len(recorder.nodes)) > MOST:
            raise ExpressionError(
                f"this graph has {size} boxes, more than {MOST}; the command line draws larger ones"
            )
        super().__init__(recorder)

    def at(self, name: str, number: float) -> float:
        """The result where one name has another number; nan where the expression refuses it."""
        try:
            return float(self.expression({**self.numbers, name: number}))
        except ExpressionError:
            return math.nan


def _number(name: str, given: Mapping[str, object]) -> float:
    number = given.get(name, 1.0)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ExpressionError(f"{name} is no number")
    try:
        number = float(number)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ExpressionError(f"{name}: take a finite number")
    return number


# --- the stage ------------------------------------------------------------------------------------

ROOM = "−0.8888"
"""A number as long as most get in four digits; the page narrows what is longer."""

TIME = 10.0
"""How many seconds a layout may take."""

MOST_STAGES = 64
"""So many are kept."""

_NUMBER = re.compile(r"(?<=[=≈] )\S.*$|(?<=^grad )\S.*$|^[−\d].*$|^(?:nan|inf)$")

_stages: OrderedDict[str, str] = OrderedDict()


def _roomy(picture: Picture) -> Picture:
    """The picture with room for any number where one stands."""
    boxes = [
        box if box.kind == "constant" else Box(box.id, box.kind, tuple(map(_room, box.lines)), "")
        for box in picture.boxes
    ]
    arrows = [
        Arrow(arrow.tail, arrow.head, _room(arrow.text) if arrow.text else "", "")
        for arrow in picture.arrows
    ]
    return Picture(tuple(boxes), tuple(arrows))


def _room(line: str) -> str:
    """A line with the longest number in place of its own."""
    equal = line.replace("≈", "=")
    awaits = " + …" if equal.endswith(" + …") else ""
    return _NUMBER.sub(lambda _: ROOM + awaits, equal)


def fits(line: str) -> bool:
    """Whether a line needs no more room than its stage leaves it.

    >>> fits("w = 0.25"), fits("w ≈ 1.235 × 10⁻⁷")
    (True, False)
    """
    return width(line) <= width(_room(line))
