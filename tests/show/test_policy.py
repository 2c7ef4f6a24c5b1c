"""Pages allow their own scripts and styles by hash, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from autograd_mini import Value, walk
from autograd_mini.cli import main
from autograd_mini.show.html import pieces
from autograd_mini.show.walk.pitfalls import wrong_way_round

EVIL = "</script><script>run()</script><style>*{color:red}</style><b style='color:red'>"


def saved(kind: str, folder: Path) -> str:
    """A page of that kind; the labels and titles that can be chosen are an attack."""
    if kind == "walk":
        x = Value(2.0, EVIL)
        path = walk(x * 3.0, title=EVIL).save(folder / "walk.html")
    elif kind == "lesson":
        path = wrong_way_round().save(folder / "lesson.html")
    elif kind == "report":
        assert main(["train", "xor", "--epochs", "2", "--out", str(folder)]) == 0
        path = folder / "report.html"
    else:
        assert main(["tour", "--part", "12", "--out", str(folder)]) == 0
        path = folder / "38-simple.html"
    return path.read_text(encoding="utf-8")


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def rules(page: str) -> dict[str, list[str]]:
    """The one policy of a page, which stands before all that it is about."""
    head, found, rest = page.partition('<meta http-equiv="Content-Security-Policy" content="')
    assert found
    assert not re.search("<(style|script|img|link|svg)", head)
    assert found not in rest
    said = [rule.split() for rule in rest.partition('"')[0].split(";")]
    return {name: values for name, *values in said}


@pytest.mark.parametrize("kind", ["walk", "lesson", "report", "tour"])
def test_a_page_allows_its_own_scripts_and_styles_and_no_others(kind: str, tmp_path: Path) -> None:
    page = saved(kind, tmp_path)
    policy = rules(page)
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert "unsafe-inline" not in str(policy)
    assert not re.search(r"https?:|\*", str(policy))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    attributes = re.findall(r'<[^>]* style="([^"]*)"', page)
    beside = ["'self'", "file:"] if kind == "tour" else []
    assert policy.get("script-src", []) == [*dict.fromkeys(map(digest, scripts)), *beside]
    assert policy.get("connect-src", []) == policy.get("worker-src", []) == beside[:1]
    allowed = {*map(digest, styles), *map(digest, attributes)}
    assert {*policy["style-src"]} - {"'unsafe-hashes'"} == allowed
    assert len(scripts) == {"walk": 1, "lesson": 2, "tour": 1}.get(kind, 0)
    assert not re.search(r"\son[a-z]+=", re.sub(r">[^<]*<", "><", page))


def test_what_stands_between_the_style_and_the_script_is_not_allowed() -> None:
    """Should a script ever get into the text of a walk, its hash is not in the policy."""
    inside = "<script>run()</script><style>*{}</style>"
    fragment = f"<section>\n<style>a</style>{inside}<script>b</script>\n</section>\n"
    assert pieces(fragment) == ("a", "b")
