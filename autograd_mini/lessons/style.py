"""How a page of ours looks: page.css, with the colours of the themes."""

from __future__ import annotations

from importlib.resources import files

from autograd_mini.show.palette import DARK, LIGHT, properties

CSS = f"""
:root {{ {properties(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {properties(DARK)} }} }}
{files("autograd_mini.lessons").joinpath("page.css").read_text(encoding="utf-8")}"""
