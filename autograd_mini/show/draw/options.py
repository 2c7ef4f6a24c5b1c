"""The options of ``draw``, read and refused in one place.

Vocabulary: an *option* is a keyword of ``draw``. Each is checked before any work is done, and a
refusal says what would be right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from autograd_mini import graph
from autograd_mini.given import integer, nearest, one_line
from autograd_mini.numbers import Format, significant, written
from autograd_mini.real import shown
from autograd_mini.show.palette import LIGHT, THEMES, Theme

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

VIEWS = ("expanded", "compact", "network")
EDGES = ("weight", "gradient")
COLOURS = ("kind", "value", "gradient")
CHOICES: Mapping[str, Collection[str]] = {
    "view": (*VIEWS, "auto"),
    "edges": EDGES,
    "loops": ("all", "collapsed"),
    "colour": COLOURS,
    "theme": THEMES,
    "direction": ("right", "down"),
}
"""What the options that are words may be."""
ONLY_IN = {
    "open_affine": ("expanded",),
    "open_loss": ("expanded", "compact"),
    "all_neurons": ("expanded",),
    "loops": ("expanded", "compact"),
    "depth": ("expanded", "compact"),
    "focus": ("expanded", "compact"),
    "edges": ("network",),
    "direction": ("expanded", "compact"),
}
"""The views that have an option; all others have every view."""
KINDS = {
    "constants": "constant",
    "weights": "weight",
    "biases": "bias",
    "inputs": "input",
    "targets": "target",
    "leaves": "leaf",
}
"""What ``hide`` may name, and the kind of box that it means."""


class Options(NamedTuple):
    """What the views need to know; see ``draw`` for the meaning."""

    short: Format = significant(4)
    theme: Theme = LIGHT
    edges: str = "weight"
    open_affine: bool | frozenset[Node] = False
    open_loss: bool | frozenset[Node] = False
    all_neurons: bool = False
    loops: str = "all"
    depth: int | None = None
    focus: tuple[Node, ...] = ()
    hide: frozenset[object] = frozenset()
    path: object = None
    colour: str = "kind"
    clusters: bool | None = None
    legend: bool | None = None
    direction: str | None = None
    aspect: tuple[float, float] | None = None

    def hides(self, node: Node, kind: str) -> bool:
        """Whether a node of that kind is hidden."""
        return kind in self.hide or (bool(self.hide) and node in self.hide)


DEFAULTS = Options()


def read(asked: Mapping[str, Any]) -> Options:
    """The options of a call of ``draw``, from its arguments by their names.

    Raises:
        TypeError, ValueError: one of them cannot be, or not in this view.
    """
    view, said = asked["view"], dict(asked)
    if asked["color"] is not None:
        if asked["colour"] not in ("kind", asked["color"]):
            given = f"colour={shown(asked['colour'])} and color={shown(asked['color'])}"
            raise ValueError(f"draw: {given}; give one of them")
        said["colour"] = asked["color"]
    for name, known in CHOICES.items():
        _refuse_unknown(name, said[name], known)
    for name, views in ONLY_IN.items():
        value, usual = said[name], getattr(DEFAULTS, name)
        is_usual = value == usual if isinstance(value, str) else value is None or value is usual
        if not is_usual and view not in views:
            where = " or ".join(f"view={known!r}" for known in views)
            raise ValueError(f"draw: {name}= is for {where}; view={shown(view)} does not have it")
    said["short"] = format_of(asked["digits"], asked["format"])
    said |= {name: reader(said[name]) for name, reader in READERS.items()}
    return Options(**{name: said[name] for name in Options._fields})


def outputs_of(root: object) -> list[Node]:
    """The nodes that a picture is of."""
    outputs = _values(root, "", "expected")
    if not outputs:
        raise TypeError("draw: expected a Value or a list of Values, not an empty list")
    return outputs


def expansion_of(given: object) -> bool | frozenset[Node]:
    """Which affine nodes are opened.

    Raises:
        TypeError: it is neither True, False, nor a Value or a list of them.
        ValueError: a Value is no affine node.
    """
    if isinstance(given, bool):
        return given
    nodes = _values(given, "open_affine=", "takes True, False,")
    for node in nodes:
        if node.op != "affine":
            raise ValueError(
                f"draw: open_affine= names {graph.name(node)}, which is no affine node; only "
                "w₁x₁ + … + b in one node can be opened (the z of an nn neuron, or ops.affine)"
            )
    return frozenset(nodes)


def open_losses_of(given: object) -> bool | frozenset[Node]:
    """Which losses are opened: those whose last node is named."""
    return given if isinstance(given, bool) else frozenset(_values(given, "open_loss=", "takes"))


def hiding_of(given: object) -> frozenset[object]:
    """Which kinds of boxes and which nodes are hidden.

    >>> sorted(hiding_of(["weights", "constant"]))
    ['constant', 'weight']
    """
    found: set[object] = set()
    for item in _listed(given):
        kind = KINDS.get(item, item) if isinstance(item, str) else None
        if kind is not None and kind not in KINDS.values():
            raise ValueError(
                f"draw: hide= knows no {shown(item)}; it hides Values, and "
                f"{', '.join(map(repr, KINDS))}"
            )
        if kind is None and not hasattr(item, "operands"):
            raise TypeError(
                f"draw: hide= takes names of kinds ({', '.join(map(repr, KINDS))}) and Values, "
                f"not {type(item).__name__} {shown(item)}"
            )
        found.add(kind or item)
    return frozenset(found)


def depth_of(given: object) -> int | None:
    """A number of steps, at least 0."""
    if given is None:
        return None
    depth = integer(given)
    if depth is None:
        raise TypeError(f"draw: depth= takes a whole number of arrows, not {shown(given)}")
    if depth < 0:
        raise ValueError(f"draw: depth={shown(given)}; it must be 0 or more")
    return depth


def format_of(digits: int, spec: str | None) -> Format:
    """How numbers are written."""
    if spec is None:
        return significant(digits)
    try:
        format(0.5, spec)
    except (TypeError, ValueError) as error:
        said = one_line(str(error), 60)
        raise ValueError(
            f"draw: format={shown(spec)} is no format of a number ({said}); try '.3f' or '.2e'"
        ) from None
    return written(spec)


def aspect_of(given: object) -> tuple[float, float] | None:
    """A width and a height from "16:9".

    >>> aspect_of("16:9")
    (16.0, 9.0)
    """
    if given is None:
        return None
    found = (
        re.fullmatch(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", given) if isinstance(given, str) else None
    )
    sides = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if not all(0.0 < side < math.inf for side in sides) or not 0.1 <= sides[0] / sides[1] <= 10.0:
        raise ValueError(
            f'draw: aspect={shown(given)}; it takes a width and a height such as "16:9", neither '
            "of them more than ten times the other"
        )
    return sides


def refuse_strangers(option: str, given: Sequence[Node], nodes: Sequence[Node]) -> None:
    """Raise where an option names a node that is none of these."""
    known = set(nodes) if given else set()
    for node in given:
        if node not in known:
            raise ValueError(
                f"draw: {option}= names {graph.name(node)}, which the output does not use"
            )


def _refuse_unknown(name: str, given: object, known: Collection[str]) -> None:
    """Raise where an option is none of the known."""
    if given is None and name == "direction":
        return
    if not isinstance(given, str) or given not in known:
        choices = ", ".join(map(repr, known)) + (
            nearest(given, known) if type(given) is str else ""
        )
        raise ValueError(f"draw: there is no {name} {shown(given)}; there is {choices}")


def _values(given: object, option: str, verb: str) -> list[Node]:
    """A Value, or a list of them, each once."""
    values: list[Node] = []
    for value in _listed(given):
        if not hasattr(value, "operands"):
            said = f"draw: {option} {verb}".replace("draw:  ", "draw: ")
            raise TypeError(
                f"{said} a Value or a list of Values, not {type(value).__name__} {shown(value)}"
            )
        values.append(cast("Node", value))
    return list(dict.fromkeys(values))


def _listed(given: object) -> list[object]:
    """What a list or a set holds, or the one thing that was given."""
    return list(given) if isinstance(given, list | tuple | set | frozenset) else [given]


READERS: Mapping[str, Callable[[Any], object]] = {
    "theme": THEMES.__getitem__,
    "open_affine": expansion_of,
    "open_loss": open_losses_of,
    "hide": hiding_of,
    "focus": lambda given: () if given is None else tuple(_values(given, "focus=", "takes")),
    "depth": depth_of,
    "aspect": aspect_of,
}
"""What is made of what was given, for all but words and flags."""
