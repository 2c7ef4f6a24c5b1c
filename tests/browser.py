"""A real browser, without a network, for pages opened from the file system.

These tests run only when they are asked for (`-m browser`): they need the package
``playwright`` and a Chromium, which `find_browser` looks for. The checks of accessibility need
axe-core as well, which the package ``axe-playwright-python`` carries.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The browser's path: the one that CHROMIUM names, or the first on PATH."""
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES)]
    return next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    path = find_browser()
    if path is None:
        pytest.skip("there is no Chromium on PATH")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a file in a window of its own; at the end nothing must have gone wrong in any."""
    complaints: list[str] = []
    contexts = []

    def opened(path: Path | str, address: str = "", **options: Any) -> Any:
        """A file, with the network off; or an address of this machine."""
        is_file = isinstance(path, Path)
        context = browser.new_context(offline=is_file, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((path.as_uri() if isinstance(path, Path) else path) + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def blocked_elsewhere(context: Any) -> list[str]:
    """Let nothing of a window reach another machine; the list of what it tried to reach."""
    tried: list[str] = []

    def decide(route: Any) -> None:
        if urlsplit(route.request.url).hostname in {"127.0.0.1", "localhost"}:
            route.continue_()
        else:
            tried.append(route.request.url)
            route.abort()

    context.route(lambda url: url.startswith("http"), decide)
    return tried
