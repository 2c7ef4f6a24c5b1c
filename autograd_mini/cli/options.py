"""Verbs and their options, as argparse is told of them.

Vocabulary: a *verb* is a function of the options that were typed, which returns the exit code. Its
docstring is its help: a line for the list of verbs, what it does, examples, each with a few words
after ``#``, and what stands below them.

A verb may also take, as options, the parameters of a function that it is *like*, read from its
signature: a parameter takes a *word*, a number, a yes or no, or *nodes*: names of the expression,
with commas between them, for which the function gets the Values. What the function's docstring says
of it is the option's help.
"""

from __future__ import annotations

import argparse
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from autograd_mini.cli.terminal import LONGEST, Refusal
from autograd_mini.cli.typed import node
from autograd_mini.given import nearest, visible

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from autograd_mini.expression import Typed

TRACEBACK = "--traceback"

WIDTH = 79
"""Of a help text's examples."""

SPELLINGS = {"colour": "color"}
"""Parameters that have a second name."""

NODES = "nodes"


class CommandParser(argparse.ArgumentParser):
    """A parser that repeats what was typed only as far as a terminal may show it."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(visible(message) if message else message, file)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            error.message += nearest(str(value), action.choices or ())
            raise

    def refuse_unknown(self, words: Sequence[str]) -> None:
        """Refuse options that there are none of."""
        if words:
            meant = nearest(words[0], self._option_string_actions)
            self.error(f"unrecognized arguments: {' '.join(words)}{meant}")

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed, cut short."""
        super().error(message if len(message) <= LONGEST else f"{message[:LONGEST]} …")


class Argument(NamedTuple):
    """What ``add_argument`` is given; several that exclude each other are a list of them."""

    flags: tuple[str, ...]
    words: dict[str, Any]


def argument(*flags: str, **words: Any) -> Argument:
    """An option or an operand of a verb."""
    return Argument(flags, words)


def flag(name: str, about: str) -> Argument:
    """An option that takes nothing."""
    return argument(name, action="store_true", help=about)


LANGUAGE = """expressions:
  as in Python or in a textbook: w*x + b, 2x + 1, y = x^2, x², sin x, √x, |x|, π, e
  functions are those that ‘autograd-mini functions’ lists
  (z := w*x + b) names an intermediate result
  every name needs a number: -s NAME=NUMBER, such as -s x=1/2
"""

EXPRESSION = (
    argument(
        "expression",
        metavar="EXPR",
        help="the expression, in quotes; - reads it from standard input",
    ),
    argument(
        "-s",
        "--set",
        dest="settings",
        metavar="NAME=NUMBER",
        action="append",
        default=[],
        help="the number of a name in the expression; once for each",
    ),
)


class Verb(NamedTuple):
    """A verb: what does it, what it takes, and what stands below its examples besides."""

    run: Callable[[argparse.Namespace], int]
    arguments: tuple[Argument | list[Argument], ...]
    like: Callable[..., object] | None
    below: str

    @property
    def name(self) -> str:
        """What is typed."""
        return self.run.__name__

    def add(self, commands: argparse._SubParsersAction[CommandParser]) -> None:
        """Describe it to the parser's commands."""
        about, description, shown, below = _help(inspect.getdoc(self.run) or "")
        parser = commands.add_parser(
            self.name,
            help=about,
            description=_wrapped(description),
            epilog=f"{examples(shown)}\n{_wrapped(below or self.below)}".rstrip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument(TRACEBACK, action="store_true", help=argparse.SUPPRESS)
        for each in self.arguments:
            if isinstance(each, list):
                one_of = parser.add_mutually_exclusive_group()
                for flags, words in each:
                    one_of.add_argument(*flags, **words)
            else:
                parser.add_argument(*each.flags, **each.words)
        if self.like is not None:
            add_options(parser, self.like)
        parser.set_defaults(run=self.run, parser=parser)


def verb(
    *arguments: Argument | list[Argument],
    like: Callable[..., object] | None = None,
    below: str = "",
) -> Callable[[Callable[[argparse.Namespace], int]], Verb]:
    """Make a verb of a function, whose name is what is typed."""
    return lambda run: Verb(run, arguments, like, below)


def _help(documentation: str) -> tuple[str, str, list[tuple[str, str]], str]:
    """The parts of a verb's docstring: the examples are its indented paragraph."""
    before, _, after = f"{documentation}\n\n".partition("\n\n    ")
    shown, _, below = after.partition("\n\n")
    about, _, description = before.partition("\n\n")
    lines = [line.strip().partition("  # ") for line in shown.splitlines()]
    pairs = [(line, words) for line, _, words in lines]
    return about[:1].lower() + about[1:].rstrip("."), _joined(description), pairs, _joined(below)


def _joined(paragraph: str) -> str:
    return " ".join(paragraph.split())


def examples(pairs: Sequence[tuple[str, str]]) -> str:
    """The examples below a help text; what each does stands beside it, or below if that is long."""
    widest = max((len(line) for line, about in pairs if about), default=0)
    fits = all(4 + widest + len(about) <= WIDTH for _, about in pairs)
    lines = ["examples:"]
    for line, about in pairs:
        lines.append(f"  {line:{widest}}  {about}".rstrip() if fits else f"  {line}")
        if about and not fits:
            lines.append(f"      {about}")
    return "\n".join([*lines, ""])


def _wrapped(text: str) -> str:
    """The text with its long lines broken; argparse would also join the others."""
    return "\n".join(textwrap.fill(line, WIDTH) if line else "" for line in text.split("\n"))


# --- the parameters of a function -----------------------------------------------------------------


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
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.default is not Parameter.empty and name not in SPELLINGS.values():
            yield Option(name, _kinds(parameter), about.get(name, ""))


def _kinds(parameter: Parameter) -> tuple[str, ...]:
    written = str(parameter.annotation)
    kinds = [kind for kind in ("bool", "int", "float") if re.search(rf"\b{kind}\b", written)]
    if re.search(r"\b(Value|object|Any)\b", written):
        kinds.append(NODES)
    return tuple(kinds) or ("str",)


def _descriptions(documentation: str) -> dict[str, str]:
    """What stands in a docstring below "Args:", by parameter."""
    args = documentation.partition("\nArgs:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", args, re.MULTILINE)
    return {name: _joined(about) for name, about in found}


def _brief(about: str) -> str:
    """The first sentence, as a terminal shows it."""
    plain = re.sub(r":\w+:`([^`]*)`|``", r"\1", about)
    return re.split(r"[.;:] ", plain, maxsplit=1)[0].rstrip(".").replace("%", "%%")


def add_options(parser: argparse.ArgumentParser, function: Callable[..., object]) -> None:
    """Describe a function's options to argparse; of one that is not typed it returns nothing."""
    for option in options_of(function):
        spelt = [f"--{SPELLINGS[option.name]}"] if option.name in SPELLINGS else []
        words: dict[str, Any]
        if option.kinds == ("bool",):
            words = {"action": argparse.BooleanOptionalAction}
        elif "bool" in option.kinds:
            words = {"nargs": "?", "const": True, "metavar": "NAME,…"}
        elif NODES in option.kinds:
            words = {"metavar": "NAME,…"}
        else:
            kind = {"int": int, "float": float, "str": str}[option.kinds[0]]
            words = {"type": kind, "metavar": "NAME" if kind is str else "N"}
        words |= {"dest": option.name, "default": argparse.SUPPRESS, "help": _brief(option.about)}
        parser.add_argument(option.flag, *spelt, **words)


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
