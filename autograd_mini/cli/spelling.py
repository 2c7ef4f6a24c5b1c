"""Text for terminals that know few characters: θ as theta, z₁⁽²⁾ as z_1^(2).

Vocabulary: a terminal's *encoding* may lack a character. Python then asks an *error handler* what
to write in its place; :func:`respell` makes an output stream ask the one in this module, so that
nothing is lost and nothing raises.
"""

from __future__ import annotations

import codecs
import io
import unicodedata

HANDLER = "autograd_mini.spelling"

_WORDS = {
    "θ": "theta", "α": "alpha", "σ": "sigma", "Σ": "sum ", "∂": "d", "∇": "grad ", "−": "-",
    "·": "*", "×": "x", "⋯": "...", "…": "...", "⋮": ":", "→": "->", "≈": "~", "′": "'",
    "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "½": "1/2", "\u0302": "^",
    "─": "-", "√": "sqrt", "β": "beta", "ỹ": "y~", "ŷ": "y^", "█": "#", "░": "."
}  # fmt: skip


def spelled(text: str) -> str:
    """The text in ASCII.

    >>> spelled("∂J/∂w₁₂⁽¹⁾ = −0.5 · ŷ")
    'dJ/dw_12^(1) = -0.5 * y^'
    """
    out: list[str] = []
    before = ""
    for character in text:
        kind = unicodedata.decomposition(character).partition(" ")[0]
        if kind in {"<sub>", "<super>"}:
            mark = "_" if kind == "<sub>" else "^"
            plain = unicodedata.normalize("NFKD", character)
            out.append((mark if kind != before else "") + _ascii(plain))
        else:
            out.append(_ascii(character))
        before = kind
    return "".join(out)


def _ascii(text: str) -> str:
    return "".join(c if c.isascii() else _WORDS.get(c) or _without_marks(c) for c in text)


def _without_marks(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or "?"


def _handle(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spelled(error.object[error.start : error.end]), error.end


codecs.register_error(HANDLER, _handle)


def respell(stream: object) -> None:
    """Make a text stream write what its encoding lacks in ASCII; other objects are left alone."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=HANDLER)
