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
from collections.abc import Callable
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
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Refused(Exception):  # noqa: N818  (it is the server that refuses)
    """A request that is refused: the status, and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


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

    def key_for(self, token: str) -> str:
        """A key for the token, which is used up."""
        with self.answering:
            if not self.token or not secrets.compare_digest(token.encode(), self.token.encode()):
                raise Refused(403, "this address has been used; type autograd-mini play again")
            self.token = ""
            self.keys.append(secrets.token_urlsafe(24))
            return self.keys[-1]

    def answer(self, question: str) -> str:
        """The engine's answer, after those to the questions before."""
        if not self.answering.acquire(timeout=PATIENCE):
            raise Refused(503, "the engine is busy; try again")
        try:
            return answer(question)
        finally:
            self.answering.release()

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
        self._respond(self._file)

    def do_POST(self) -> None:
        """Answer a question, or give a key for the token."""
        self._respond(self._answer)

    def _respond(self, find: Callable[[], tuple[str, bytes]]) -> None:
        """Send what is found, of a type, or say why there is nothing."""
        code = 200
        try:
            self._refuse_strangers()
            kind, content = find()
        except Refused as refused:
            code, kind = refused.code, "application/json"
            content = json.dumps({"error": str(refused)}).encode()
        self.send_response(code)
        own = self.path.startswith(f"/{COURSE}") and kind == TYPES["html"]
        policy = "frame-ancestors 'none'" if own else f"{POLICY}; frame-ancestors 'none'"
        self.send_header("Content-Security-Policy", policy)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _file(self) -> tuple[str, bytes]:
        name = self.path.partition("?")[0].removeprefix("/")
        name = f"{name}index.html" if name in {"", COURSE} else name
        kind = TYPES.get(name.rpartition(".")[2])
        with suppress(OSError):
            content = self.server.file(name)
            if content is not None and kind is not None:
                return kind, content
        raise Refused(404, "there is no such file")

    def _answer(self) -> tuple[str, bytes]:
        body = self._body()
        if self.path == "/key":
            found = json.dumps({"key": self.server.key_for(body)})
        elif self.path != "/answer":
            raise Refused(404, "there is no such place")
        elif not self.server.knows(self.headers.get(KEY, "")):
            raise Refused(403, "this page has no key; type autograd-mini play again")
        else:
            found = self.server.answer(body)
        return "application/json", found.encode()

    def _refuse_strangers(self) -> None:
        """Refuse a request that does not come from our page."""
        hosts = self.headers.get_all("Host", [])
        own = {self.server.host, f"localhost:{self.server.server_port}"}
        if len(hosts) != 1 or hosts[0] not in own:
            raise Refused(403, "this server is for this machine alone")
        origins = set(self.headers.get_all("Origin", []))
        sites = set(self.headers.get_all("Sec-Fetch-Site", []))
        if origins - {f"http://{host}" for host in own} or sites - {"none", "same-origin"}:
            raise Refused(403, "this server answers its own page alone")

    def _body(self) -> str:
        """What was sent."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not length.isascii() or not length.isdigit():
            raise Refused(411, "the length must be told")
        if len(length) > 9 or int(length) > LONGEST:
            raise Refused(413, f"more than {LONGEST:,} bytes")
        if self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            raise Refused(415, "questions are JSON")
        body = self.rfile.read(int(length))
        self._late.cancel()
        if len(body) < int(length):
            raise Refused(400, "the question did not come whole")
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise Refused(400, "questions are UTF-8") from None

    def log_message(self, format: str, *args: object) -> None:
        """The terminal stays quiet."""
