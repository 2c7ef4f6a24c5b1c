"""PDF, set by Typst from a template and data: vector, text stays text, every font embedded.

Vocabulary: a *template* is a file ``NAME.typ`` beside this module. It reads one JSON object, its
*data*, so no text of a user's is ever read as markup. Typst comes as one wheel without any
dependency; it brings its own fonts, so a PDF looks alike on every machine, and takes a font of the
machine's only for letters that these lack.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autograd_mini.errors import AutogradError
from autograd_mini.show.html import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

FONT = "Libertinus Serif"
"""Of Typst's own fonts the one with ∂, ∇, θ, ₁₂, ⁽²⁾ and accents."""


def is_installed() -> bool:
    """Whether there is a Typst to call."""
    from importlib.util import find_spec

    return find_spec("typst") is not None


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """A template filled with its data, as a PDF.

    Raises:
        ModuleNotFoundError: Typst is not installed.
        AutogradError: Typst refused what it was given.

    >>> pdf("picture", {"svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"})[:5]
    b'%PDF-'
    """
    try:
        import typst
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "a PDF is set by Typst, which is not installed; pip install 'autograd-mini[pdf]'",
            name="typst",
        ) from None
    source = resource(__package__, f"{template}.typ").encode()
    try:
        return bytes(typst.compile(source, sys_inputs={"data": json.dumps(data)}))
    except typst.TypstError as error:
        said = str(error).replace("\n", " ")[:200]
        raise AutogradError(f"Typst made no PDF of the {template}: {said}") from None


def set_in_serif(svg: str) -> str:
    """An SVG whose texts ask for Typst's own font, which is no wider than the room for them."""
    return svg.replace("Helvetica,sans-Serif", FONT)


def picture(svg: str) -> bytes:
    """One picture as a PDF of its size."""
    return pdf("picture", {"svg": set_in_serif(svg)})
