"""The gallery: a picture for each option of ``draw`` and ``walk``, made by the calls shown there.

The options are those of the functions' signatures, and what is said of each is what its docstring
says. Where a docstring names choices in quotes, each is shown; a switch is shown as it is not by
default. Other options have an example here. Every picture is made for light and for dark pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from inspect import cleandoc, signature
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd_mini import show

SCALE = 0.78
"""Pixels for a point: wider pictures than the page scroll, and show whole when they are clicked."""

FOLDER, BOTH = "gallery", ("light", "dark")
ALT = "The picture that this call makes"

SETTING = """\
import random
from autograd_mini import Value, draw, losses, nn, walk

w, x, b = Value(2.0, "w"), Value(1.5, "x"), Value(-1.0, "b")
z = w * x + b
z.label = "z"
a = z.sigmoid()
a.label = "a"
a.backward()

mlp = nn.MLP(1, [2, 1], activation="tanh", rng=random.Random(0))
J = losses.squared_error(mlp([Value(0.4, "x")]), 1.0)
J.label = "J"
J.backward()

wide = nn.MLP(1, [8, 1], activation="tanh", rng=random.Random(0))

u, h = Value(-0.8, "u"), Value(0.0, "h0")
for k in range(1, 9):
    h = (w * Value(0.1 * k, f"x{k}") + u * h + b).tanh()
    h.label = f"h{k}"
"""
"""What the examples look at: a neuron, a network of three with its cost, a wide one, and a loop."""

EXAMPLES: dict[str, dict[str, list[str]]] = {
    "draw": {
        "open_affine": ["draw(J, open_affine=True)"],
        "all_neurons": ["draw(wide([0.4]))", "draw(wide([0.4]), all_neurons=True)"],
        "loops": ['draw(h, loops="collapsed")', "draw(h)"],
        "depth": ["draw(J, depth=2)"],
        "focus": ["draw(J, focus=mlp.layers[1].neurons[0].w[0], depth=1)"],
        "hide": ['draw(J, hide=["weights", "biases"])'],
        "path": ["draw(a, path=[w, a])"],
        "color": ['draw(a, color="value")'],
        "aspect": ['draw(J, aspect="4:3")'],
        "clusters": ["draw(J, clusters=False)"],
        "digits": ["draw(a, digits=2)"],
        "format": ['draw(a, format=".1f")'],
        "legend": ["draw(a, legend=False)"],
        "max_nodes": ["draw(J, max_nodes=6)"],
    },
    "walk": {
        "digits": ["walk(a, digits=2).strip([6])"],
        "open_affine": ["walk(J, open_affine=True).strip([12])"],
    },
}
"""Calls that show an option which is neither a list of choices nor a switch."""

WITHOUT_A_PICTURE = {
    "draw": {"program", "timeout"},
    "walk": {"title", "max_steps", "program", "timeout"},
}
"""Options that no picture could show: where it comes from, how long it may take."""


def options(function: Callable[..., object]) -> dict[str, object]:
    """The options of a function by name, each with what it is by default."""
    return {
        name: given.default
        for name, given in signature(function).parameters.items()
        if given.default is not given.empty
    }


def described(function: Callable[..., object]) -> dict[str, str]:
    """What the docstring says of each option."""
    text = cleandoc(function.__doc__ or "")
    args = re.search(r"^Args:\n(.*?)^\S", text, re.MULTILINE | re.DOTALL)
    entry = re.compile(r"^    (\w[\w, ]*): (.*(?:\n {5,}.*)*)", re.MULTILINE)
    entries = entry.findall(args[1] if args else "")
    return {
        name: re.sub(r"\s+", " ", said) for names, said in entries for name in names.split(", ")
    }


def choices(said: str) -> list[str]:
    """The words in quotes that the description of an option lists.

    >>> choices('"weight" or "gradient".'), choices('such as ".2f"')
    (['weight', 'gradient'], [])
    """
    listed = re.search(r'"\w+"(?:(?:, | or )"\w+")+', said)
    return re.findall(r'"(\w+)"', listed[0]) if listed else []


def calls(name: str) -> Iterator[tuple[str, list[str]]]:
    """For each option of a function the calls that show it, best first."""
    function = getattr(show, name)
    said = described(function)
    for option, default in options(function).items():
        given = EXAMPLES[name].get(option, [])
        words = choices(said.get(option, ""))
        if option in WITHOUT_A_PICTURE[name]:
            yield option, []
        elif given or not (words or isinstance(default, bool)):
            yield option, given
        else:
            yield option, _derived(name, option, words or [not default])


def _derived(name: str, option: str, values: Sequence[object]) -> list[str]:
    """A call for each value; where only some views have the option, in the first of those."""
    if name == "walk":
        found = [f"walk(J, {option}={value!r}).strip([4])" for value in values]
        return [call.replace("'", '"') for call in found]
    for view in ("", ', view="compact"', ', view="network"'):
        found = [f"draw(J, {option}={value!r}{view})".replace("'", '"') for value in values]
        with suppress(ValueError):
            for call in found:
                eval(call, namespace())  # noqa: S307, written above
            return found
    return []


def namespace(theme: str = "light") -> dict[str, object]:
    """The names of the setting; pictures have that theme unless a call asks for another."""
    if theme not in _MADE:
        made: dict[str, object] = {}
        exec(SETTING, made)  # noqa: S102, written above
        _MADE[theme] = made | {
            "draw": lambda *given, **asked: show.draw(*given, **{"theme": theme, **asked}),
            "walk": lambda *given, **asked: show.walk(*given, **{"theme": theme, **asked}),
        }
    return _MADE[theme]


_MADE: dict[str, dict[str, object]] = {}


def svg(call: str, theme: str) -> str:
    """The picture that a call makes."""
    return str(eval(call, namespace(theme)).svg)  # noqa: S307, written above


def page() -> tuple[str, dict[str, str]]:
    """The page, and its pictures by their file names."""
    parts, pictures = [HEAD, f"```python\n{SETTING}```\n"], dict[str, str]()
    for name, about in (("draw", DRAW), ("walk", WALK)):
        said = described(getattr(show, name))
        parts += [f"## {name}\n", about]
        for option, shown in calls(name):
            parts += [f"### `{option}`\n", f"{sentence(said.get(option, ''))}\n"]
            for call in shown:
                stem = re.sub(r"\W+", "-", call).strip("-")
                drawn = {f"{stem}-{theme}.svg": svg(call, theme) for theme in BOTH}
                pictures |= drawn
                wide = re.findall(r'<svg width="(\d+)pt"', drawn[f"{stem}-light.svg"])[0]
                picture = (
                    f"![{ALT}]({FOLDER}/{stem}-light.svg){{width={round(SCALE * int(wide))}px}}"
                )
                parts.append(f"```python\n{call}\n```\n\n{picture}\n")
    return "\n".join(parts), pictures


def sentence(said: str) -> str:
    """A description as a sentence of its own."""
    said = re.sub(r":(\w+):`", r"{\1}`", said.replace("``", "`"))  # a role, as Markdown has it
    return said[:1].upper() + said[1:]


def lesson() -> str:
    """The page that ``walk(a).save`` writes."""
    with TemporaryDirectory() as folder:
        walked = show.walk(namespace()["a"], title="One neuron, forward and backward")
        return walked.save(Path(folder) / "lesson.html").read_text(encoding="utf-8")


HEAD = """\
# Gallery

Every option of `draw` and of `walk`, with the call that makes the picture. What they look at:
"""
DRAW = """\
`draw(root).save("picture.svg")` writes SVG, PNG, PDF, DOT, TikZ (.tex) or Mermaid (.mmd), by the
ending; a notebook shows a drawing by itself. {func}`autograd_mini.draw` says what each option
takes.
"""
WALK = """\
`walk(root)` goes through both passes one step at a time: it prints, it is a slider in a notebook,
`save("lesson.html")` writes [a page](../lesson.md), and `strip([6])`, as here, is a picture of
chosen steps. {func}`autograd_mini.walk` says what each option takes.
"""
