"""A notebook of the course in a live JupyterLab: opened, run, and its walk moved by the slider.

The server is a process of its own with empty settings; it and the page talk to this machine alone.
What the walk must show is the text that the kernel gives beside the slider (``text/plain``), which
``test_walk_text.py`` holds to the engine's numbers; the notebook is saved and read for it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.browser import blocked_elsewhere
from tests.notebooks import FOLDER, SOURCES

pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""For the server, the kernel and the cells, in milliseconds: a busy machine is slow."""

QUIET = {"@jupyterlab/apputils-extension:announcements": True}
"""Extensions that would ask for news from elsewhere."""


class Lab(NamedTuple):
    """A running JupyterLab: its address, its token, and the folder that it shows."""

    address: str
    token: str
    folder: Path


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    pytest.importorskip("jupyterlab")
    own, folder = tmp_path / "jupyter", tmp_path / "course"
    labconfig = own / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    labconfig.joinpath("page_config.json").write_text(json.dumps({"disabledExtensions": QUIET}))
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    environment = os.environ | {f"JUPYTER_{k}": str(own / v) for k, v in places.items()}
    environment |= {"IPYTHONDIR": str(own / "ipython"), "PYTHONPATH": str(FOLDER.parent)}
    words = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--allow-root"]
    words += [f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly"]
    log = (own / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *words],
        env=environment,
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield started(server, own, folder)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def started(server: subprocess.Popen[bytes], own: Path, folder: Path) -> Lab:
    """The server, when it says where it is."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and server.poll() is None:
        for told in (own / "runtime").glob("jpserver-*.json"):
            said = read(told)
            if said:
                return Lab(said["url"], said["token"], folder)
        time.sleep(0.1)
    raise AssertionError((own / "log").read_text()[-2000:])


def read(path: Path) -> dict[str, Any]:
    """A file of JSON; {} while another process is still writing it."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found


def walks(notebook: Path) -> list[str]:
    """The texts of the walks that a built notebook shows."""
    cells = read(notebook).get("cells", [])
    found = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return [
        "".join(data["text/plain"])
        for data in found
        if 'class="autograd-walk"' in "".join(data.get("text/html", ""))
    ]


def with_a_walk(folder: Path) -> Path:
    """The first notebook of the course that shows one."""
    notebooks = [folder / source.with_suffix(".ipynb").name for source in SOURCES]
    found = [path for path in notebooks if walks(path)]
    assert found, "no notebook of the course shows a walk"
    return found[0]


def step_of(text: str, number: int) -> str:
    """One step of a walk's text, without its line breaks."""
    blocks = re.split(r"\n\n(?=Step \d+ of )", text)
    return re.sub(r"\s+", " ", blocks[number]).strip()


def shown(section: Any) -> str:
    """What the walk's panel says, in the words of the text."""
    heading = section.locator(".now .heading")
    part = heading.locator(".part").inner_text()
    said = heading.inner_text().removeprefix(part).strip()
    place = section.locator(".place").inner_text().capitalize()
    lines = section.locator(".now :is(dt, dd, .remark)").all_text_contents()
    return re.sub(r"\s+", " ", " ".join([f"{place} · {part}: {said}", *lines]))


def test_a_notebook_of_the_course_runs_and_its_walk_moves(browser: Any, lab: Lab) -> None:
    notebook = with_a_walk(lab.folder)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    strangers = blocked_elsewhere(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab.address}lab/tree/{notebook.name}?token={lab.token}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    finished(page)
    section = walk_of(page)
    text = saved_walks(page, notebook)[0]
    total = int(re.findall(r"Step \d+ of (\d+)", text)[0])

    slider = section.get_by_role("slider", name="Step")
    for step in (total // 2, total, 3):
        slider.fill(str(step))
        assert shown(section) == step_of(text, step)
        assert section.locator(".box.lit").count() >= 1

    slider.focus()
    active = page.locator(".jp-mod-active").first.get_attribute("class")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert shown(section) == step_of(text, 5)
    assert page.locator(".jp-mod-active").first.get_attribute("class") == active
    assert strangers == []
    context.close()


def finished(page: Any) -> None:
    """Wait until every cell has run."""
    page.wait_for_function(
        """() => {
            const panel = document.querySelector('.jp-NotebookPanel');
            const busy = document.querySelector('[data-status="busy"], .jp-mod-busy');
            const prompts = [...panel.querySelectorAll('.jp-InputPrompt')].map(x => x.textContent);
            return !busy && prompts.some(x => /\\[\\d+\\]/.test(x))
                && !prompts.some(x => x.includes('*'));
        }"""
    )


def saved_walks(page: Any, notebook: Path) -> list[str]:
    """Save the notebook; the texts of its walks as the kernel has just made them."""
    before = notebook.stat().st_mtime_ns
    page.locator('.jp-Toolbar [data-command="docmanager:save"]').first.click()
    until = time.monotonic() + PATIENCE / 1000
    while notebook.stat().st_mtime_ns == before or not walks(notebook):
        assert time.monotonic() < until, "the notebook was not saved"
        page.wait_for_timeout(100)
    return walks(notebook)


def walk_of(page: Any) -> Any:
    """The first walk; JupyterLab shows only the cells that are near, so go down to it."""
    section = page.locator("section.autograd-walk.live").first
    panel = page.locator(".jp-WindowedPanel-outer").first
    for _ in range(100):
        if section.count():
            section.scroll_into_view_if_needed()
            return section
        panel.evaluate("e => { e.scrollTop += e.clientHeight / 2; }")
        page.wait_for_timeout(100)
    raise AssertionError("the notebook shows no walk that has started")
