"""What a lesson declares, compared with what it computes and with the notebook that shows it.

Each function gives what is wrong, so that planted faults show that it would be noticed.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from autograd_mini.lessons import course, deck, slides
from autograd_mini.lessons.lesson import DECLARED, Builder, Lesson
from tests.notebooks import SOURCES, cells_of, value_of

HERE = Path(__file__).parent
LESSONS = [make for part in course.PARTS for make in part.lessons]
DECIMAL = re.compile(r"\d+\.\d+")


def name(make: Builder) -> str:
    """A lesson as a notebook calls it: module.function."""
    return f"{make.__module__.rpartition('.')[2]}.{make.__name__}"


@functools.cache
def built(make: Builder) -> Lesson:
    """The slide's own lesson."""
    return make()


@functools.cache
def edited(make: Builder) -> tuple[Lesson, ...]:
    """The lesson after each of its edits."""
    return tuple(make(**edit.arguments) for edit in DECLARED[make].edits)


def idle_edits(make: Builder) -> list[str]:
    """The edits that do not change the number they name."""
    before = dict(built(make).printed())
    pairs = zip(DECLARED[make].edits, edited(make), strict=True)
    return [
        f"{edit.number}: {sorted(edit.arguments)}"
        for edit, other in pairs
        if edit.number not in before
        or dict(other.printed()).get(edit.number, math.nan) == before[edit.number]
    ]


def unmoved(make: Builder) -> list[str]:
    """The printed numbers that no edit changes, but for those declared as fixed."""
    others = [dict(other.printed()) for other in edited(make)]
    fixed = DECLARED[make].fixed
    return [
        place
        for place, value in built(make).printed()
        if all(other.get(place, value) == value for other in others)
        and place not in fixed
        and place.rpartition(", ")[2] not in fixed
    ]


def prose(lesson: Lesson) -> str:
    """Everything a reader sees that is not in a list of numbers or in a table."""
    captions = [picture.caption for picture in lesson.pictures]
    notes = [number.note for number in lesson.numbers]
    return "\n".join(
        [*lesson.formulas, *lesson.text, *captions, *notes, lesson.ours, *lesson.slips]
    )


def typed_decimals(make: Builder) -> set[str]:
    """The decimals in the prose that no edit changes, but for the slide's own words."""
    decimals = set(DECIMAL.findall(prose(built(make))))
    for other in edited(make):
        decimals &= set(DECIMAL.findall(prose(other)))
    exact = {f"{computed(make, of):g}" for of in DECLARED[make].prints}
    return decimals - set(DECLARED[make].prints.values()) - exact


def computed(make: Builder, of: str) -> float:
    """A number of the lesson, or the number that an argument is left at."""
    parameters = inspect.signature(make).parameters
    return float(parameters[of].default) if of in parameters else built(make)[of]


def misprints(make: Builder) -> list[str]:
    """Where the lesson computes something else than the slide prints."""
    return [
        f"{of} is {computed(make, of)}, and the slide prints {printed}"
        for of, printed in DECLARED[make].prints.items()
        if f"{computed(make, of):.{len(printed.partition('.')[2])}f}" != printed
    ]


class Shown(NamedTuple):
    """The first cell of a notebook that calls a lesson."""

    source: Path
    code: str

    def numbers(self, make: Builder, arguments: Mapping[str, object]) -> dict[str, float]:
        """What the cell prints, run after the notebook's imports with these arguments changed."""
        namespace: dict[str, object] = {}
        imports = next(cell.text for cell in cells_of(self.source) if cell.kind == "code")
        value_of(imports, namespace)
        tree = ast.parse(self.code)
        call = next(calls(tree, make))
        kept = [keyword for keyword in call.keywords if keyword.arg not in arguments]
        for key, value in arguments.items():
            namespace[f"other_{key}"] = value
            kept.append(ast.keyword(key, ast.Name(f"other_{key}", ast.Load())))
        call.keywords = kept
        lesson = value_of(ast.unparse(ast.fix_missing_locations(tree)), namespace)
        assert isinstance(lesson, Lesson)
        assert lesson.title == DECLARED[make].title
        return dict(lesson.printed())


def calls(tree: ast.AST, make: Builder) -> Iterator[ast.Call]:
    """The calls of a lesson in some code."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == make.__name__ and ast.unparse(node.func.value) in homes(make):
            yield node


@functools.cache
def homes(make: Builder) -> set[str]:
    """The modules whose name a lesson has, its own first of all."""
    return {
        full.rpartition(".")[2]
        for full, module in list(sys.modules.items())
        if full.startswith(f"{slides.__name__}.") and vars(module).get(make.__name__) is make
    }


@functools.cache
def shown(make: Builder) -> Shown | None:
    """Where the notebooks show a lesson."""
    for source in SOURCES:
        for cell in cells_of(source):
            if cell.kind == "code" and next(calls(ast.parse(cell.text), make), None):
                return Shown(source, cell.text)
    return None


def slides_without_a_cell(lessons: list[Builder]) -> list[int]:
    """The slides that no notebook lets a learner run."""
    places = {place for make in lessons if shown(make) for place in DECLARED[make].slides}
    return [slide.place for slide in deck.SLIDES if slide.place not in places]


@functools.cache
def tests_beside() -> str:
    """The text of the tests that compare lessons with what they did not compute themselves."""
    others = [path for path in HERE.glob("test_*.py") if path.name != "test_declared.py"]
    return "\n".join(path.read_text(encoding="utf-8") for path in others)


def without_a_test(lessons: list[Builder]) -> list[str]:
    """The lessons that no test looks at."""
    return [
        name(make)
        for make in lessons
        if not any(f"{home}.{make.__name__}(" in tests_beside() for home in homes(make))
    ]
