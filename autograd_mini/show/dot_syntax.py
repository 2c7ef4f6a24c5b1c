r"""The words of DOT: any text as a label that is shown literally, and statements of attributes.

Vocabulary: *meta-characters* are what Graphviz reads as more than themselves in a label: a
backslash (``\N`` is the name of the node), an ampersand (``&amp;`` is an ampersand), and a label
in angle brackets, which would be markup. Tooltips are unescaped twice by every Graphviz so far, so
their backslashes are doubled twice. In a *record*, a label with compartments, braces, bars and
angle brackets are meta-characters too, and so are spaces, which would be joined.

The package ``graphviz`` quotes with several regular expressions for each value, a third of the time
of a picture; here each value is looked at once, and those that come again are remembered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from autograd_mini.given import visible

LONGEST = 4000
"""Graphviz's ``dot`` refuses a string of more than 16,384 bytes between two quotes."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)")
_KEYWORDS = frozenset({"node", "edge", "graph", "digraph", "subgraph", "strict"})
_COMPARTMENTS = str.maketrans({c: f"\\{c}" for c in "{}|<> "})


def literal(text: str) -> str:
    r"""A label that Graphviz shows as it stands.

    >>> print(literal('a\\N &lt;'))
    a\\N &amp;lt;
    """
    return _escaped(text, "\\\\")


def literal_tooltip(text: str) -> str:
    """A tooltip that Graphviz shows as it stands."""
    return _escaped(text, "\\\\\\\\")


def record(halves: Sequence[Sequence[Sequence[str]]]) -> str:
    r"""The label of a record of halves side by side, each of cells, each of lines.

    >>> print(record([[["Σ", "z = 1"], ["b"]], [["{σ}"]]]))
    {{Σ\nz\ =\ 1|b}|\{σ\}}
    """
    found = []
    for cells in halves:
        texts = ["\\n".join(literal(x).translate(_COMPARTMENTS) for x in lines) for lines in cells]
        found.append(texts[0] if len(texts) == 1 else f"{{{'|'.join(texts)}}}")
    return f"{{{'|'.join(found)}}}"  # each pair of braces turns the direction of what is inside


def rewritten(label: str, before: Sequence[str], after: Sequence[str]) -> str:
    r"""The label of a record with other lines.

    >>> print(rewritten(record([[["Σ", "z = 1"]]]), ["Σ", "z = 1"], ["Σ", "z"]))
    {Σ\nz}
    """
    pieces, start = [], 0
    for old, new in zip(before, after, strict=True):
        written = literal(old).translate(_COMPARTMENTS)
        place = label.index(written, start)
        pieces += [label[start:place], literal(new).translate(_COMPARTMENTS)]
        start = place + len(written)
    return "".join([*pieces, label[start:]])


def statement(what: str, attributes: Mapping[str, str]) -> str:
    r"""One line of DOT: what it is about, and its attributes, the label first.

    >>> statement("n0", {"width": "0.5", "label": 'say "x"', "color": "#fff"})
    'n0 [label="say \\"x\\"" color="#fff" width=0.5]'
    """
    if not attributes:
        return what
    keys = sorted(attributes)
    if "label" in attributes:
        keys.remove("label")
        keys.insert(0, "label")
    return f"{what} [{' '.join([f'{key}={quoted(attributes[key])}' for key in keys])}]"


def quoted(text: str) -> str:
    r"""A value in quotes, where DOT needs them; a text in angle brackets is no markup here.

    >>> quoted("red"), quoted("1.50"), quoted("<b>"), quoted("node")
    ('red', '1.50', '"<b>"', '"node"')
    >>> [len(piece) for piece in quoted("x y " * 5000).split(" + ")]
    [4002, 4002, 4002, 4002, 4002]
    """
    return _quoted(text) if len(text) > 80 else _remembered(text)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    escaped = text.replace('"', '\\"')  # backslashes in it come in pairs, or are ours
    return f'"{escaped}"' if len(escaped) <= LONGEST else _in_pieces(escaped)


def _in_pieces(escaped: str) -> str:
    """A string as a sum of shorter ones, none of which ends within an escape."""
    pieces = []
    start = 0
    while start < len(escaped):
        end = min(start + LONGEST, len(escaped))
        slashes = end - start - len(escaped[start:end].rstrip("\\"))
        end -= slashes % 2 if end < len(escaped) else 0
        pieces.append(f'"{escaped[start:end]}"')
        start = end
    return " + ".join(pieces)


_remembered = lru_cache(maxsize=4096)(_quoted)


def _escaped(text: str, backslash: str) -> str:
    text = visible(text)
    if text.isascii() and text.isalnum():
        return text
    return text.replace("&", "&amp;").replace("\\", backslash).replace("\n", "\\n")
