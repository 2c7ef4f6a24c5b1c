"""Explanations through a real LaTeX, and what then stands on paper.

These tests run only when they are asked for (`-m latex`): they need ``pdflatex`` with amsmath and
``pdftotext`` (on Debian the packages texlive-latex-base and poppler-utils).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from autograd_mini import Value, ops
from autograd_mini.show.explain import explain
from tests.show.explain.test_formats import CASES
from tests.show.explain.test_labels import UNTRUSTED, VISIBLE, every_place

pytestmark = pytest.mark.latex

LOST = re.compile(r"[\s_^~ˆ˜`'‘’”\"{}|….]|<U\+[0-9A-F]+>|⟨U\+[0-9A-F]+⟩")
"""What the fonts draw as a rule or under another code, and characters shown by their numbers."""


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on PATH")
    return found


def compiled(body: str, folder: Path) -> tuple[str, str]:
    """What LaTeX says, and the text on the pages; an error of LaTeX is an error here."""
    document = folder / "explanation.tex"
    document.write_text(
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        f"{body}\n\\end{{document}}\n",
        "ascii",
    )
    arguments = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", document.name]
    done = subprocess.run(
        [tool("pdflatex"), *arguments], cwd=folder, capture_output=True, check=False, timeout=120
    )
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise ValueError(said[-2000:])
    text = subprocess.run(
        [tool("pdftotext"), "-layout", document.with_suffix(".pdf").name, "-"],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return said, text.stdout.decode("utf-8")


def test_every_shape_of_explanation(tmp_path: Path) -> None:
    said, text = compiled("\n\\newpage\n".join(make().latex for make in CASES.values()), tmp_path)
    assert "LaTeX Error" not in said
    assert "Shared factors gathered" in text
    assert "Multiplied from the left" in text


def test_nothing_runs_out_of_the_page(tmp_path: Path) -> None:
    said, _ = compiled("\n\\newpage\n".join(make().latex for make in CASES.values()), tmp_path)
    assert [float(x) for x in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", said)] == []


def test_the_formula_of_every_row(tmp_path: Path) -> None:
    parts = []
    for row in ops.TABLE.values():
        wide = row.arity or 3
        points = [low + 0.4 * (high - low) for low, high in (row.domain * wide)[:wide]]
        operands = [Value(point, letter) for point, letter in zip(points, "uvw", strict=False)]
        z = row.apply(operands)
        z.label = "z"
        parts += [explain(z, x).latex for x in operands]
    said, _ = compiled("\n".join(parts), tmp_path)
    assert "LaTeX Error" not in said


def test_untrusted_labels_stand_on_paper(tmp_path: Path) -> None:
    for case, label in UNTRUSTED.items():
        body = "\n\\newpage\n".join(told.latex for told in every_place(label))
        _, text = compiled(body, tmp_path)
        shown = LOST.sub("", VISIBLE.get(case, label))
        if shown.isascii():
            assert shown in LOST.sub("", text), case


@pytest.mark.parametrize("broken", [r"$\frac{1}$}", r"\unheard", r"\left( x", "$x_1_2$"])
def test_an_error_is_noticed(tmp_path: Path, broken: str) -> None:
    with pytest.raises(ValueError, match="!"):
        compiled(broken, tmp_path)
