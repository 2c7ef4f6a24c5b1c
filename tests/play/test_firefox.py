"""The playground in Debian's Firefox: typed, dragged, clicked, read, and compared with the engine.

Firefox is driven over its own protocol, Marionette: JSON messages with their length before them
(https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd_mini.numbers import short
from autograd_mini.play import answer, learn
from autograd_mini.play.server import PlayServer
from tests.serving import serving

pytestmark = pytest.mark.browser

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which WebDriver names an element."""
ENTER = "\ue007"
SETTINGS = {
    "marionette.port": 0,  # a free one, written into the profile
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 0,
}


class Firefox:
    """A window of Firefox."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.asked = 0
        self._message()
        self.ask("WebDriver:NewSession")

    def _message(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.line.recv(1)
        rest = int(length[:-1])
        body = b""
        while len(body) < rest:
            body += self.line.recv(rest - len(body))
        return json.loads(body)

    def ask(self, command: str, **given: Any) -> Any:
        self.asked += 1
        sent = json.dumps([0, self.asked, command, given]).encode()
        self.line.sendall(str(len(sent)).encode() + b":" + sent)
        _, number, error, found = self._message()
        assert number == self.asked
        assert error is None, error
        return found

    def run(self, script: str, *arguments: Any) -> Any:
        found = self.ask("WebDriver:ExecuteScript", script=script, args=list(arguments))
        return found["value"]

    def find(self, selector: str) -> str:
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        return str(found["value"][ELEMENT])

    def click(self, selector: str) -> None:
        self.ask("WebDriver:ElementClick", id=self.find(selector))

    def type(self, selector: str, text: str) -> None:
        element = self.find(selector)
        self.ask("WebDriver:ElementClear", id=element)
        self.ask("WebDriver:ElementSendKeys", id=element, text=text)

    def drag(self, x: float, y: float, to: float) -> None:
        """Press the mouse, move it sideways in steps, and let go."""
        moves = [
            {"type": "pointerMove", "duration": 20, "x": round(x + (to - x) * i / 5), "y": round(y)}
            for i in range(1, 6)
        ]
        actions = [
            {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            *moves,
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self.ask("WebDriver:PerformActions", actions=[mouse])

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.textContent", selector))

    def until(self, selector: str, text: str) -> None:
        """Wait until an element says so."""
        end = time.monotonic() + 30
        while (said := self.text(selector)) != text:
            assert time.monotonic() < end, f"{selector} says {said!r}, not {text!r}"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("there is no Firefox on PATH")
    profile = tmp_path_factory.mktemp("profile")
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in SETTINGS.items()]
    (profile / "user.js").write_text("\n".join(lines))
    process = subprocess.Popen(
        [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with socket.create_connection(("127.0.0.1", _port(profile, process)), timeout=60) as line:
            yield Firefox(line)
    finally:
        process.terminate()
        process.wait(30)


def _port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    place = profile / "MarionetteActivePort"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "Firefox has ended"
        if place.exists() and (told := place.read_text()):
            return int(told)
        time.sleep(0.1)
    raise TimeoutError("Firefox does not say where it listens")


@pytest.fixture
def server() -> Iterator[PlayServer]:
    with serving() as made:
        yield made
        learn._runs.clear()


def engine(text: str, numbers: dict[str, float], **question: Any) -> Any:
    asked = {"ask": "chain", "text": text, "numbers": numbers, **question}
    return json.loads(answer(json.dumps(asked)))


def shown(found: Any) -> str:
    return f"{found['result']['name']} {found['result']['equal']}"


def test_chain_rule_in_firefox(firefox: Firefox, server: PlayServer) -> None:
    firefox.ask("WebDriver:Navigate", url=server.address)
    numbers = {"w": 2.0, "x": 1.5, "b": -1.0}
    firefox.until("#result", shown(engine("sigmoid(w*x + b)", numbers)))
    assert "token" not in firefox.run("return location.href")
    text = "tanh(w*x) + x*x"
    firefox.type("#expression", text)
    firefox.until("#result", shown(engine(text, numbers)))
    slider = "document.querySelector('#variables [data-name=x] input')"
    left, top, wide, high = firefox.run(
        f"const f = {slider}.getBoundingClientRect(); return [f.x, f.y, f.width, f.height]"
    )
    firefox.drag(left + wide * 0.65, top + high / 2, left + wide * 0.3)
    moved = float(
        firefox.run("return document.querySelector('#variables [data-name=x] input').value")
    )
    assert moved < 0
    found = engine(text, {**numbers, "x": moved})
    firefox.until("#result", shown(found))
    read = firefox.run(
        "return [...document.querySelectorAll('#variables .gradient')].map(e => e.textContent)"
    )
    assert read == [f"{v['derivative']} {v['equal']}" for v in found["variables"]]
    firefox.click("#stage .box-2 text")
    opened = engine(text, {**numbers, "x": moved}, box=2)["opened"]
    firefox.until("#opened-title", f"Where {opened['title']} comes from")
    assert firefox.run(
        "return document.querySelectorAll('#opened-formula mfrac').length"
    ) == opened["formula"].count("<mfrac>")
    firefox.type("#expression", "w*")
    firefox.until("#error", engine("w*", {})["error"])


def test_learn_in_firefox(firefox: Firefox, server: PlayServer) -> None:
    firefox.ask("WebDriver:Navigate", url=f"{server.address}#do=learn&layers=3&data=circles")
    firefox.until("#made", "0")
    firefox.click("#run")
    end = time.monotonic() + 30
    while int(firefox.text("#made").replace(",", "")) < 20:
        assert time.monotonic() < end
        time.sleep(0.05)
    firefox.click("#run")
    time.sleep(0.5)
    ((run, _),) = learn._runs.values()
    firefox.until("#made", f"{run.made:,}")
    firefox.until("#cost-train", short(run.costs[0], 3))
    firefox.click("#network .node.hidden")
    firefox.until("#learn-opened-title", "Neuron a₁⁽¹⁾, and where ∂J/∂a₁⁽¹⁾ comes from")
    pixels = firefox.run(
        "const c = document.querySelector('#plane canvas').getContext('2d');"
        "return [...c.getImageData(240, 240, 1, 1).data]"
    )
    (says,) = run.reading([[0.0, 0.0]])[-1]
    assert (says > 0) == (pixels[2] > pixels[0])


def test_a_wrong_way_in_firefox(firefox: Firefox, server: PlayServer) -> None:
    firefox.ask("WebDriver:Navigate", url=f"{server.address}#do=wrong&way=order&step=11")
    firefox.until("#sides section:first-child dd", "grad of a = 6")
    firefox.until("#sides section:last-child dd", "∂c/∂a = 4")
