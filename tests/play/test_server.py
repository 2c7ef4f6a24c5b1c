"""The server over a raw socket: what it sends, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from autograd_mini.play import answer
from autograd_mini.play import server as room
from autograd_mini.play.answers import LONGEST
from autograd_mini.play.page import page_files
from autograd_mini.play.server import KEY, PlayServer
from tests.cli.running import WITH_CTRL_C, environment, run
from tests.serving import serving

QUESTION = json.dumps({"ask": "chain", "text": "w*x", "numbers": {"w": 2, "x": 3}})


@pytest.fixture
def server() -> Iterator[PlayServer]:
    with serving() as made:
        yield made


def sent(server: PlayServer, raw: bytes) -> tuple[int, str, bytes]:
    """The status, the head and the body of what comes back."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as line:
        line.sendall(raw)
        got = b""
        while piece := line.recv(65536):
            got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), body


def request(
    server: PlayServer, method: str = "GET", path: str = "/", body: str = "", **headers: str
) -> tuple[int, str, bytes]:
    """A request as our own page makes it, with some headers changed; "" leaves one out."""
    usual = {"Host": server.host}
    if method == "POST":
        usual |= {
            "Origin": f"http://{server.host}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body.encode())),
        }
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {path} HTTP/1.1", *[f"{n}: {v}" for n, v in usual.items() if v]]
    return sent(server, ("\r\n".join(lines) + "\r\n\r\n" + body).encode())


def key_of(server: PlayServer) -> str:
    status, _, body = request(server, "POST", "/key", server.token)
    assert status == 200
    return str(json.loads(body)["key"])


def asked(server: PlayServer, key: str, **headers: str) -> tuple[int, Any]:
    status, _, body = request(server, "POST", "/answer", QUESTION, **{KEY: key}, **headers)
    return status, json.loads(body)


def test_the_page_and_its_files_come_with_a_strict_policy(server: PlayServer) -> None:
    for name, content in page_files().items():
        status, head, body = request(server, path=f"/{name}")
        assert (status, body) == (200, content)
        policy = head.partition("Content-Security-Policy: ")[2].partition("\r\n")[0]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "Referrer-Policy: no-referrer" in head
        assert "nosniff" in head
        assert "Server: autograd-mini \r" in head
    assert request(server, path="/?token=whatever")[2] == page_files()["index.html"]


def test_the_page_needs_nothing_from_elsewhere_and_holds_no_script_or_style_inline() -> None:
    for name, content in page_files().items():
        text = content.decode()
        assert "https://" not in text, name
        assert text.count("http://") == text.count("http://www.w3.org/2000/svg"), name
        for evaluates in ("eval(", "new Function", "document.write", " style=", " onclick="):
            assert evaluates not in text.replace(".style =", "").replace("on.style", ""), name
    assert b"<script>" not in page_files()["index.html"]
    assert b"<style" not in page_files()["index.html"]


def test_nothing_else_is_sent(server: PlayServer) -> None:
    for path in ("/server.py", "/../server.py", "/..%2fserver.py", "//etc/passwd", "/answer"):
        assert request(server, path=path)[0] == 404
    assert request(server, "PUT")[0] == 501
    assert request(server, "POST", "/elsewhere", "x")[0] == 404


def test_the_token_gives_one_key_and_only_once(server: PlayServer) -> None:
    token = server.token
    assert token in server.address
    assert request(server, "POST", "/key", "wrong")[0] == 403
    key = key_of(server)
    assert key != token
    assert request(server, "POST", "/key", token)[0] == 403
    assert request(server, "POST", "/key", "")[0] == 403
    assert server.address.endswith("token=")
    assert asked(server, key) == (200, json.loads(answer(QUESTION)))
    for other in ("", token, key[:-1], f"{key}x", "é"):
        assert asked(server, other)[0] == 403


FOREIGN_HOSTS = ("evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}")
FOREIGN_ORIGINS = ("http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1")


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_host_is_refused(server: PlayServer, host: str, method: str) -> None:
    key = key_of(server)
    named = host.format(port=server.server_port)
    place = "/answer" if method == "POST" else "/"
    status, _, body = request(server, method, place, QUESTION, Host=named, **{KEY: key})
    assert status == 403
    assert b"machine alone" in body


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_is_refused(server: PlayServer, origin: str) -> None:
    key = key_of(server)
    assert asked(server, key, Origin=origin.format(port=server.server_port))[0] == 403
    named = origin.format(port=server.server_port)
    assert request(server, "POST", "/key", "x", Origin=named)[0] == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_says_of_another_site_is_heeded(server: PlayServer, site: str) -> None:
    key = key_of(server)
    assert asked(server, key, Sec_Fetch_Site=site)[0] == 403
    assert asked(server, key, Sec_Fetch_Site="same-origin")[0] == 200


def test_two_hosts_or_none_are_refused(server: PlayServer) -> None:
    own = server.host
    assert sent(server, f"GET / HTTP/1.1\r\nHost: {own}\r\nHost: evil\r\n\r\n".encode())[0] == 403
    assert sent(server, b"GET / HTTP/1.1\r\n\r\n")[0] == 403
    assert request(server, Host=f"localhost:{server.server_port}")[0] == 200


def test_the_body_is_bounded_and_is_json(server: PlayServer) -> None:
    key = key_of(server)
    assert request(server, "POST", "/answer", "x", Content_Length=str(LONGEST + 1))[0] == 413
    assert request(server, "POST", "/answer", "x", Content_Length="9" * 5000)[0] == 413
    for length in ("", "-1", "1e3", "٣"):
        assert request(server, "POST", "/answer", "x", Content_Length=length)[0] == 411
    assert request(server, "POST", "/answer", "x", Transfer_Encoding="chunked")[0] == 411
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert request(server, "POST", "/answer", QUESTION, Content_Type=kind)[0] == 415
    raw = f"POST /answer HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: application/json\r\n"
    raw += f"{KEY}: {key}\r\nContent-Length: 2\r\n\r\n"
    assert sent(server, raw.encode() + b"\xff\xfe")[0] == 400
    assert asked(server, key)[0] == 200


def seconds_held(line: socket.socket) -> float:
    """How long a connection stays open on which a byte comes now and then."""
    began = time.monotonic()
    line.settimeout(0.05)
    with suppress(ConnectionError):
        while time.monotonic() - began < 10:
            line.sendall(b"x")
            with suppress(TimeoutError):
                if line.recv(1) == b"":
                    break
    return time.monotonic() - began


def test_what_comes_slowly_is_cut_off(server: PlayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not hold a connection, neither in the head nor in the body."""
    monkeypatch.setattr(room, "SECONDS", 0.3)
    for begun in (
        b"GET / HTTP/1.1\r\n",
        f"POST /key HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: application/json\r\n"
        "Content-Length: 90000\r\n\r\n".encode(),
    ):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as line:
            line.sendall(begun)
            assert seconds_held(line) < 5
    assert request(server)[0] == 200


def test_no_more_than_so_many_connections_are_served(server: PlayServer) -> None:
    lines = [socket.create_connection(("127.0.0.1", server.server_port)) for _ in range(room.MOST)]
    time.sleep(0.2)
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as line:
        assert line.recv(1) == b""
    for line in lines:
        line.close()
    time.sleep(0.2)
    assert request(server)[0] == 200


def test_it_listens_on_the_loopback_interface_alone(server: PlayServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


# --- the verb -----------------------------------------------------------------------------------


def test_the_verb_serves_until_ctrl_c() -> None:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_CTRL_C, "play", "--no-browser"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[1]
    assert time.monotonic() - began < 20
    port = int(address.partition("127.0.0.1:")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"GET / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert b" 200 " in line.recv(64)
    process.send_signal(signal.SIGINT)
    out, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == (0, "")
    assert "ended" in out


def test_a_port_that_is_taken_or_none_is_refused(server: PlayServer) -> None:
    taken = run("play", "--no-browser", "--port", str(server.server_port))
    assert (taken.returncode, taken.stdout) == (2, b"")
    assert b"in use" in taken.stderr
    assert b"0 (any that is free) to 65535" in run("play", "--port", "70000").stderr


@pytest.mark.skipif(os.name != "posix", reason="the fake browser is a shell script")
def test_the_browser_is_opened_at_the_address(tmp_path: Any) -> None:
    told = tmp_path / "told"
    fake = tmp_path / "fake"
    fake.write_text(f'#!/bin/sh\necho "$1" > {told}.part; mv {told}.part {told}\n')
    fake.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_CTRL_C, "play"],
        env=environment(BROWSER=str(fake)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[1]
    for _ in range(200):
        if told.exists():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert told.read_text().strip() == address
