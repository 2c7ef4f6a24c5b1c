"""Options of a verb that are the parameters of a function, read from its signature.

Vocabulary: a parameter takes a *word*, a number, a yes or no, or *nodes*: names of the expression,
with commas between them, for which the function gets the Values. What the function's docstring says
of it is the option's help.
"""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable, Iterator
from inspect import Parameter
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini.cli.terminal import Refusal
from autograd_mini.cli.typed import node

if TYPE_CHECKING:
    from autograd_mini.expression import Typed

SPELLINGS = {"colour": "color"}
"""Parameters that have a second name."""

NODES = "nodes"


class Option(NamedTuple):
    """A parameter as an option: its name, what it takes, and what the docstring says of it."""

    name: str
    kinds: tuple[str, ...]
    about: str

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return f"--{self.name.replace('_', '-')}"


def options_of(function: Callable[..., object]) -> Iterator[Option]:
    """The options for the parameters of a function that may be left out.

    >>> from autograd_mini import walk
    >>> [option.flag for option in options_of(walk)][:2]
    ['--digits', '--title']
    """
    about = _descriptions(inspect.getdoc(function) or "")
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        has_default = parameter.default is not Parameter.empty
        if has_default and name not in SPELLINGS.values():
            yield Option(name, _kinds(parameter), about.get(name, ""))


def _kinds(parameter: Parameter) -> tuple[str, ...]:
    written = str(parameter.annotation)
    kinds = [kind for kind in ("bool", "int", "float") if re.search(rf"\b{kind}\b", written)]
    if re.search(r"\b(Value|object|Any)\b", written):
        kinds.append(NODES)
    return tuple(kinds) or ("str",)


def _descriptions(documentation: str) -> dict[str, str]:
    """What stands in a docstring below "Args:", by parameter."""
    _, _, below = documentation.partition("\nArgs:\n")
    args = below.partition("\n\n")[0]
    found = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", args, re.MULTILINE)
    return {name: " ".join(about.split()) for name, about in found}


def _brief(about: str) -> str:
    """The first sentence, as a terminal shows it."""
    plain = re.sub(r":\w+:`([^`]*)`|``", r"\1", about)
    sentence = re.split(r"[.;:] ", plain, maxsplit=1)[0]
    return sentence.rstrip(".").replace("%", "%%")


def add_options(parser: argparse.ArgumentParser, function: Callable[..., object]) -> None:
    """Describe a function's options to argparse; of one that is not typed it returns nothing."""
    for option in options_of(function):
        flags = [option.flag]
        if option.name in SPELLINGS:
            flags.append(f"--{SPELLINGS[option.name]}")
        shared: dict[str, Any] = {
            "dest": option.name,
            "default": argparse.SUPPRESS,
            "help": _brief(option.about),
        }
        if option.kinds == ("bool",):
            parser.add_argument(*flags, action=argparse.BooleanOptionalAction, **shared)
        elif "bool" in option.kinds:
            parser.add_argument(*flags, nargs="?", const=True, metavar="NAME,…", **shared)
        elif NODES in option.kinds:
            parser.add_argument(*flags, metavar="NAME,…", **shared)
        else:
            kind = {"int": int, "float": float, "str": str}[option.kinds[0]]
            metavar = "NAME" if kind is str else "N"
            parser.add_argument(*flags, type=kind, metavar=metavar, **shared)


def chosen(
    given: argparse.Namespace, function: Callable[..., object], typed: Typed
) -> dict[str, Any]:
    """The keywords for the function, of the options that were typed.

    Raises:
        Refusal: an option names what is not in the graph.
    """
    words = vars(given)
    options = [option for option in options_of(function) if option.name in words]
    return {x.name: _value(x, words[x.name], typed) for x in options}


def _value(option: Option, word: object, typed: Typed) -> object:
    if NODES not in option.kinds or not isinstance(word, str):
        return word
    names = [name.strip() for name in re.split(r",(?![₀-₉])", word)]
    return [_node_or_word(option, name, typed) for name in names]


def _node_or_word(option: Option, name: str, typed: Typed) -> object:
    """A Value; where the option takes words too, such as "weights", a word is what names none."""
    try:
        return node(typed, name, option.flag)
    except Refusal:
        if f'"{name}"' in option.about:
            return name
        raise
