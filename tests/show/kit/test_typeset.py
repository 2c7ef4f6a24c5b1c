"""PDF without Graphviz: text stays text, fonts are embedded, nothing becomes a bitmap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograd_mini import Value, draw
from autograd_mini.errors import AutogradError
from autograd_mini.show.kit import typeset
from tests.show.kit.reading import pdf_fonts, pdf_images, pdf_text


def neuron() -> Value:
    w, x, b = Value(2.0, "w₁₂⁽¹⁾"), Value(1.5, "x₁"), Value(-1.0, "b")
    y = (w * x + b).tanh()
    y.label = "ŷ"
    y.backward()
    return y


def test_a_pdf_is_made_where_there_is_no_graphviz(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    saved = draw(neuron()).save(tmp_path / "p.pdf")
    content = saved.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content
    assert b"/Subtype /Image" not in content
    assert b"/Subtype/Image" not in content


@pytest.mark.latex
@pytest.mark.parametrize("view", ["expanded", "compact", "network"])
def test_text_stays_text_and_fonts_are_embedded(view: str, tmp_path: Path) -> None:
    saved = draw(neuron(), view).save(tmp_path / "p.pdf")
    said = pdf_text(saved)
    for label in ("w₁₂⁽¹⁾", "x₁", "ŷ", "tanh"):
        assert label in said
    fonts = pdf_fonts(saved)
    assert fonts
    assert all(embedded for _, embedded in fonts)
    assert pdf_images(saved) == 0


def test_without_typst_the_error_says_what_to_install() -> None:
    program = "\n".join(
        [
            "import sys",
            "sys.modules['typst'] = None",
            "from autograd_mini.show.kit import typeset",
            "try: typeset.pdf('picture', {'svg': ''})",
            "except ModuleNotFoundError as error: print(error)",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert "pip install 'autograd-mini[pdf]'" in done.stdout, done.stderr


def test_what_typst_refuses_is_an_error_of_ours() -> None:
    with pytest.raises(AutogradError, match="Typst made no PDF of the picture"):
        typeset.pdf("picture", {"svg": "no picture"})
