"""Pages: files that need nothing but a browser, and may do nothing but show themselves.

Vocabulary: a *content security policy* is a line in a page that tells the browser which scripts,
styles and images it may use. Ours names each script and style by the hash of its text, so that no
other one runs, should one get into the page in whatever way; it works without a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from autograd_mini.given import visible
from autograd_mini.show.palette import DARK, LIGHT, Theme, properties

SIZE = re.compile(r'style="(width:\d+px;min-width:\d+px)"')
"""The one kind of style that stands at an element: the size of a picture."""

_COMMENT = re.compile(r"/\*.*?\*/\n", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@lru_cache
def resource(package: str, name: str) -> str:
    """A style sheet or a script, a file beside the package's modules, without CSS's comments."""
    from importlib.resources import files

    return _COMMENT.sub("", files(package).joinpath(name).read_text(encoding="utf-8"))


def text(content: str) -> str:
    """Any text as it stands in an element or an attribute."""
    return escape(visible(content))


def colours(theme: Theme | None = None) -> str:
    """The rules that give a page the colours of a theme; left out, those of the reader's system.

    >>> "prefers-color-scheme" in colours(), "prefers-color-scheme" in colours(DARK)
    (True, False)
    """
    rule = f":root {{ {properties(theme or LIGHT)} }}\n"
    if theme is not None:
        return rule
    dark = f":root {{ {properties(DARK)} }}"
    return f"{rule}@media screen and (prefers-color-scheme: dark) {{ {dark} }}\n"


def document(
    title: str,
    body: str,
    style: str,
    fragments: Sequence[str] = (),
    theme: Theme | None = None,
    images: str = "data:",
    beside: Sequence[str] = (),
) -> str:
    """A whole page.

    Args:
        title: what the browser calls it.
        body: what stands on it, as HTML.
        style: its style sheet, which begins with the colours of the theme.
        fragments: the pieces of the body that bring a style sheet and a script of their own.
        theme: its colours; left out, those of the reader's system.
        images: where its images come from.
        beside: the names of scripts that lie beside it; then it may also ask its own server.
    """
    sheet = f"{colours(theme)}{style}"
    ending = "".join(f'<script src="{text(name)}" defer></script>\n' for name in beside)
    styles, scripts = zip(*map(pieces, fragments), strict=True) if fragments else ((), ())
    icon = '<link rel="icon" href="data:,">\n' if "data:" in images else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{policy(body, [sheet, *styles], scripts, images, bool(beside))}
{icon}<title>{text(title)}</title>
<style>{sheet}</style>
{ending}</head>
<body>
{body}
</body>
</html>
"""


def policy(
    body: str,
    styles: Iterable[str],
    scripts: Iterable[str] = (),
    images: str = "data:",
    beside: bool = False,
) -> str:
    """The ``<meta>`` element with the policy, which must stand before everything it is about.

    Args:
        body: the page, where the sizes of its pictures are read.
        styles: the texts of its style elements.
        scripts: the texts of its scripts.
        images: where its images come from.
        beside: whether it takes scripts that lie beside it, and may ask its own server.

    >>> print(policy("", ["p { color: red }"]))
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; \
form-action 'none'; img-src data:; style-src 'sha256-ngewhhP73WDIbgwseeu52VAAJgKdGUsu1IUQQsAm8m4='">
    """
    allowed = [*_hashes(styles)]
    sizes = _hashes(SIZE.findall(body))
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", f"img-src {images}"]
    rules.append(" ".join(["style-src", *allowed, *(["'unsafe-hashes'", *sizes] if sizes else [])]))
    if sources := [*_hashes(scripts), *(["'self'", "file:"] if beside else [])]:
        rules.append(" ".join(["script-src", *sources]))
    rules += ["connect-src 'self'", "worker-src 'self'"] if beside else []
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def pieces(fragment: str) -> tuple[str, str]:
    """The style and the script of a walk's piece of HTML: what it begins and ends with.

    They are taken from these two places alone: what stands between them is not ours to allow.
    """
    found = _STYLE.search(fragment)
    script = fragment.rpartition("<script>")[2].partition("</script>")[0]
    return found[1] if found else "", script


def _hashes(texts: Iterable[str]) -> list[str]:
    """The texts as a policy names them, each once."""
    import hashlib
    from base64 import b64encode

    digests = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
    return list(dict.fromkeys(f"'sha256-{b64encode(digest).decode()}'" for digest in digests))
