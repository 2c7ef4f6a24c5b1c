"""What is in a PDF, read with poppler's programs."""

from __future__ import annotations

import subprocess
from pathlib import Path


def pdf_text(path: Path) -> str:
    """The words of a PDF, as a reader that searches or speaks finds them."""
    return _run("pdftotext", "-layout", str(path), "-")


def pdf_fonts(path: Path) -> list[tuple[str, bool]]:
    """Each font and whether it is embedded."""
    lines = _run("pdffonts", str(path)).splitlines()[2:]
    return [(line.split()[0], line.split()[-5] == "yes") for line in lines]


def pdf_images(path: Path) -> int:
    """How many bitmaps there are."""
    return len(_run("pdfimages", "-list", str(path)).splitlines()[2:])


def pdf_pages(path: Path) -> tuple[int, tuple[float, float]]:
    """How many pages, and the size of the first in points."""
    said = dict(line.split(":", 1) for line in _run("pdfinfo", str(path)).splitlines())
    wide, _, tall, *_ = said["Page size"].split()
    return int(said["Pages"]), (float(wide), float(tall))


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def typeset_latex(folder: Path, body: str, whole: str = "") -> Path:
    """A document, or what stands in one, compiled by pdflatex without an error; the PDF's path."""
    size = r"\usepackage[paperwidth=80cm, paperheight=120cm, margin=1cm]{geometry}"
    head = f"\\documentclass{{article}}\n\\usepackage{{tikz,amsmath}}\n{size}"
    text = whole or f"{head}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (folder / "a.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    return folder / "a.pdf"
