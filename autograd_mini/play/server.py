"""A server for one person: the page and its engine, on this machine alone.

It listens on the loopback interface. A page of another site may make a browser send requests here,
so each has to show that it comes from our own page:

- ``Host`` must be this address (a name elsewhere may be made to lead here), and so must ``Origin``.
- A question needs the *key*, in a header that no other page can set. The page gets it once, for the
  *token* that stood in the address when it was opened; the token counts for nothing afterwards.
- What a browser says about the request (``Sec-Fetch-Site``) must not name another site.

Lengths are bounded, and so are the seconds that a request may take to arrive. Each connection
serves one request.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any

from autograd_mini.lessons.folder import listed
from autograd_mini.play.answers import LONGEST, answer
from autograd_mini.play.page import POLICY, page_files

SECONDS = 5.0
"""How long a request may take to arrive, and each piece of an answer to be taken."""

PATIENCE = 20.0
"""How many seconds a question waits for those before it."""

MOST = 24
"""Connections at one time."""

KEY = "X-Autograd-Mini-Key"

TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "dot": "text/plain",
}

COURSE = "course/"
"""Where the pages of the course are, which say themselves what they may do."""

HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PlayServer(ThreadingHTTPServer):
    """The server; ``serve_forever()`` runs it.

    Args:
        port: where it listens; 0 takes a free one.
        course: a folder that ``autograd-mini tour`` wrote; its pages are served, and begun with.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0, course: Path | None = None) -> None:
        self.course = course
        self.lessons = listed(course) if course else set()
        self.token = secrets.token_urlsafe(24)
        self.keys: list[str] = []
        self.answering = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST)
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def host(self) -> str:
        """The address without a scheme."""
        return f"127.0.0.1:{self.server_port}"

    @property
    def address(self) -> str:
        """The address that opens the page, once."""
        return f"http://{self.host}/{COURSE if self.course else ''}?token={self.token}"

    def file(self, name: str) -> bytes | None:
        """A file of the page or of the course; None where there is none of that name."""
        if self.course is None or not name.startswith(COURSE):
            return page_files(course=self.course is not None).get(name)
        lesson = name.removeprefix(COURSE)
        return (self.course / lesson).read_bytes() if lesson in self.lessons else None

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, if there are not too many."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the place back at the end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """A connection that breaks is the browser's affair."""

    def key_for(self, token: str) -> str | None:
        """A key for the token, which is used up; None where it is not the token."""
        with self.answering:
            if not self.token or not secrets.compare_digest(token.encode(), self.token.encode()):
                return None
            self.token = ""
            self.keys.append(secrets.token_urlsafe(24))
            return self.keys[-1]

    def knows(self, key: str) -> bool:
        """Whether it is a key that was given out."""
        return any(secrets.compare_digest(key.encode(), known.encode()) for known in self.keys)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: PlayServer
    server_version = "autograd-mini"
    sys_version = ""
    timeout = SECONDS

    def setup(self) -> None:
        """Begin to count the seconds."""
        super().setup()
        self._late = threading.Timer(SECONDS, self._hang_up)
        self._late.daemon = True
        self._late.start()

    def finish(self) -> None:
        """End, whatever has come."""
        self._late.cancel()
        super().finish()

    def _hang_up(self) -> None:
        """Nothing more is read, however slowly it comes."""
        with suppress(OSError):
            self.connection.shutdown(SHUT_RDWR)

    def do_GET(self) -> None:
        """Send a file of the page."""
        if not self._is_ours():
            return
        name = self.path.partition("?")[0].removeprefix("/")
        name = f"{name}index.html" if name in {"", COURSE} else name
        try:
            content = self.server.file(name)
        except OSError:
            content = None
        kind = TYPES.get(name.rpartition(".")[2])
        if content is None or kind is None:
            self._refuse(404, "there is no such file")
        else:
            own = name.startswith(COURSE) and kind == "text/html"
            self._send(200, content, kind, "frame-ancestors 'none'" if own else "")

    def do_POST(self) -> None:
        """Answer a question, or give a key for the token."""
        if not self._is_ours():
            return
        body = self._body()
        if body is None:
            return
        if self.path == "/key":
            key = self.server.key_for(body)
            if key is None:
                self._refuse(403, "this address has been used; type autograd-mini play again")
            else:
                self._send_json({"key": key})
        elif self.path != "/answer":
            self._refuse(404, "there is no such place")
        elif not self.server.knows(self.headers.get(KEY, "")):
            self._refuse(403, "this page has no key; type autograd-mini play again")
        else:
            self._answer(body)

    def _answer(self, question: str) -> None:
        if not self.server.answering.acquire(timeout=PATIENCE):
            self._refuse(503, "the engine is busy; try again")
            return
        try:
            found = answer(question)
        finally:
            self.server.answering.release()
        self._send(200, found.encode(), "application/json")

    def _is_ours(self) -> bool:
        """Whether the request comes from our page; if not, it is refused here."""
        hosts = self.headers.get_all("Host", [])
        own = {self.server.host, f"localhost:{self.server.server_port}"}
        if len(hosts) != 1 or hosts[0] not in own:
            self._refuse(403, "this server is for this machine alone")
            return False
        origins = set(self.headers.get_all("Origin", []))
        sites = set(self.headers.get_all("Sec-Fetch-Site", []))
        if origins <= {f"http://{host}" for host in own} and sites <= {"none", "same-origin"}:
            return True
        self._refuse(403, "this server answers its own page alone")
        return False

    def _body(self) -> str | None:
        """What was sent; None where it is refused."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not length.isascii() or not length.isdigit():
            self._refuse(411, "the length must be told")
        elif len(length) > 9 or int(length) > LONGEST:
            self._refuse(413, f"more than {LONGEST:,} bytes")
        elif self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            self._refuse(415, "questions are JSON")
        else:
            try:
                body = self.rfile.read(int(length))
                self._late.cancel()
                return body.decode() if len(body) == int(length) else None
            except UnicodeDecodeError:
                self._refuse(400, "questions are UTF-8")
        return None

    def _refuse(self, code: int, reason: str) -> None:
        """Say why not."""
        self._send_json({"error": reason}, code)

    def _send_json(self, found: Mapping[str, str], code: int = 200) -> None:
        self._send(code, json.dumps(found).encode(), "application/json")

    def _send(self, code: int, content: bytes, kind: str, policy: str = "") -> None:
        self.send_response(code)
        headers = {**HEADERS, "Content-Type": f"{kind}; charset=utf-8"}
        headers["Content-Security-Policy"] = policy or HEADERS["Content-Security-Policy"]
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """The terminal stays quiet."""
