"""The folder with a Python of its own, in a real browser, from a server that only sends files.

It needs npm, and its registry the first time, and takes about a minute.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import Value
from autograd_mini.numbers import significant
from autograd_mini.play.site import ENGINE, build

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST = 8_000_000
"""Bytes that the playground takes, compressed as web servers do."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("public")
    build(made, lambda line: None)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_is_small_enough_to_be_sent(folder: Path) -> None:
    files = [path for place in (folder, folder / ENGINE) for path in place.iterdir()]
    sizes = [len(gzip.compress(path.read_bytes())) for path in files if path.is_file()]
    assert sum(sizes) < MOST


def test_the_playground_answers_as_the_engine_does_and_asks_nobody_else(
    open_page: Callable[..., Any], address: str
) -> None:
    page = open_page(f"{address}/engine/licences.txt")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/index.html#do=chain")
    page.locator("#stage svg").wait_for(timeout=120_000)
    w, x, b = Value(2.0, "w"), Value(1.5, "x"), Value(-1.0, "b")
    (w * x + b).sigmoid().backward()
    short = significant(4)
    shown = page.locator("#stage").inner_text()
    for leaf in (w, x, b):
        assert f"grad {short(leaf.grad)}" in shown
    assert all(url.startswith((address, "data:", "blob:")) for url in asked)
    assert len(asked) > 10


def test_an_exercise_is_answered_by_the_same_checker_without_a_network(
    open_page: Callable[..., Any], address: str
) -> None:
    page = open_page(f"{address}/course/21-collapse.html")
    exercise = page.locator(".exercise")
    for typed, state, words in (
        ("0.5, -0.5", "wrong", "You added. Multiply out"),
        ("-1.5 * 2, -1.5 * -1 + 0.5", "right", "Right. w = w₂w₁ = −3"),
    ):
        exercise.locator("textarea").fill(typed)
        exercise.get_by_role("button", name="Check").click()
        verdict = exercise.locator(f".verdict.{state}")
        verdict.wait_for(timeout=120_000)
        assert words in verdict.inner_text()
        page.context.set_offline(True)
