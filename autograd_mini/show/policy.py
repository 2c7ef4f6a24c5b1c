"""What a page that is written may do: show itself, and nothing else.

Vocabulary: a *content security policy* is a line in a page that tells the browser which scripts,
styles and images it may use. Ours names each script and style by the hash of its text, so that no
other one runs, should one get into the page in whatever way; it works without a server.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable

SIZE = re.compile(r'style="(width:\d+px;min-width:\d+px)"')
"""The one kind of style that stands at an element: the size of a picture."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def policy(
    body: str, styles: Iterable[str], scripts: Iterable[str] = (), images: str = "data:"
) -> str:
    """The ``<meta>`` element with the policy, which must stand before everything it is about.

    Args:
        body: the page, where the sizes of its pictures are read.
        styles: the texts of its style elements.
        scripts: the texts of its scripts.
        images: where its images come from.

    >>> print(policy("", ["p { color: red }"]))
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; \
form-action 'none'; img-src data:; style-src 'sha256-ngewhhP73WDIbgwseeu52VAAJgKdGUsu1IUQQsAm8m4='">
    """
    allowed = [*_hashes(styles)]
    sizes = _hashes(SIZE.findall(body))
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", f"img-src {images}"]
    rules.append(" ".join(["style-src", *allowed, *(["'unsafe-hashes'", *sizes] if sizes else [])]))
    if script_hashes := _hashes(scripts):
        rules.append(" ".join(["script-src", *script_hashes]))
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
    digests = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
    return list(dict.fromkeys(f"'sha256-{b64encode(digest).decode()}'" for digest in digests))
