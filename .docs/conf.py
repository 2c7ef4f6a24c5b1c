"""The documentation site, for Sphinx: ``python -m sphinx -W .docs FOLDER``.

Its pages are the texts in this folder and those that :mod:`pages` makes of the package: the public
names, the table of operations, the gallery, the course with its outputs, and the pages that tests
keep up to date. Those are written to ``made``, which git does not see. Nothing is fetched, neither
here nor by a reader's browser.
"""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import formulas
import pages

import autograd_mini

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MADE = Path(__file__).parent / "made"
BESIDE = Path(__file__).parent / "build" / "extra"
"""What else is published with the site: in ``play`` the playground, in ``lab`` the live course."""

project = "autograd_mini"
author = "The autograd_mini authors"
release = autograd_mini.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["build", "made/extra"]
nb_execution_mode = "off"  # the notebooks come with outputs, which tests compare
nb_merge_streams = True
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries = False  # thousands, copied into each page
highlight_language = "none"
html_theme = "furo"
html_title = "autograd_mini"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["made/extra", *(["build/extra"] if BESIDE.exists() else [])]
html_copy_source = False
html_show_copyright = False
html_math_renderer = "mathml"


LIGHT = re.compile(r"^(!\[[^]]*\]\(\S*)-light(\.\w+\))(?:\{(.*)\})?", re.MULTILINE)
"""A picture of which there is one for light pages, named here, and one for dark pages."""


def prepared(app: Sphinx, docname: str, source: list[str]) -> None:
    """Show the picture for light pages on those alone, and its twin on dark ones.

    The empty line that ends the output of an example is for doctest, not for readers.
    """
    source[0] = source[0].replace("\n\n```\n", "\n```\n")
    source[0] = LIGHT.sub(r"\1-light\2{.only-light \3}\n\1-dark\2{.only-dark \3}", source[0])


def levelled(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, object], doctree: object
) -> None:
    """Say how high the headings in the list of pages stand, which a screen reader asks."""
    tree = str(context["furo_navigation_tree"])
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def setup(app: Sphinx) -> None:
    """Write the pages that are made, and show formulas as MathML."""
    pages.write(MADE)
    app.add_html_math_renderer("mathml", (formulas.inline, None), (formulas.displayed, None))
    app.connect("source-read", prepared)
    app.connect("html-page-context", levelled, priority=900)  # after the theme
    for name in ("play", "lab"):
        if (BESIDE / name / "index.html").exists():
            app.tags.add(name)
    beside = [name for name in ("play", "lab") if (BESIDE / name / "index.html").exists()]
    for name in beside:
        app.tags.add(name)
    made_by = sha256(repr(beside).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        made_by.update(path.read_bytes())
    app.add_config_value("made_by", made_by.hexdigest(), "env")  # another value: reads all anew
