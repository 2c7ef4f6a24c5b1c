"""The course behind the playground's server: its own pages, no other file, and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograd_mini.lessons import course
from autograd_mini.lessons.tour import Tour
from autograd_mini.play import answer
from autograd_mini.play.server import PlayServer
from tests.play.test_server import request
from tests.serving import serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("course") / "tour"
    Tour(made, lambda line: None).walk((course.part(6),))
    (made / "private.html").write_text("mine")
    (made.parent / "secret.html").write_text("mine")
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[PlayServer]:
    with serving(folder) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html"),
        ("19-activations.html", "text/html"),
        ("course.js", "text/javascript"),
        ("19-activations.svg", "image/svg+xml"),
        ("19-activations-dark.svg", "image/svg+xml"),
        ("19-activations.png", "image/png"),
    ],
)
def test_the_files_of_a_tour_are_served(
    server: PlayServer, folder: Path, name: str, kind: str
) -> None:
    status, head, body = request(server, path=f"/course/{name}")
    assert (status, body) == (200, (folder / name).read_bytes())
    assert f"Content-Type: {kind}" in head
    # A page brings its own policy; whatever else is opened may do nothing.
    assert ("default-src 'none'" in head) == (kind != "text/html")
    assert "frame-ancestors 'none'" in head


def test_the_address_begins_with_the_course(server: PlayServer) -> None:
    path = server.address.removeprefix(f"http://{server.host}")
    assert path == f"/course/?token={server.token}"
    assert b"Neural networks, number by number" in request(server, path=path)[2]
    assert b'href="course/index.html"' in request(server, path="/")[2]


@pytest.mark.parametrize(
    "name",
    [
        "private.html",
        "autograd-mini-tour.json",
        "../secret.html",
        "..%2fsecret.html",
        "/etc/passwd",
        "nothing.html",
    ],
)
def test_no_other_file_is(server: PlayServer, name: str) -> None:
    assert request(server, path=f"/course/{name}")[0] == 404


def test_a_list_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("mine")
    inside = tmp_path / "tour"
    inside.mkdir()
    listed = {"written by autograd-mini tour": ["../secret.html"]}
    (inside / "autograd-mini-tour.json").write_text(json.dumps(listed))
    with PlayServer(course=inside) as made:
        assert made.file("course/../secret.html") is None


def test_without_a_course_there_is_none() -> None:
    with PlayServer() as made:
        assert made.file("course/index.html") is None
        assert b"course/" not in (made.file("index.html") or b"")


@pytest.mark.parametrize(
    ("given", "state", "words"),
    [
        ("-3, 2", "Right", "w = w₂w₁ = −3"),
        ("0.5, -0.5", "Not yet", "You added"),
        ("", "Not filled in yet", "Replace"),
    ],
)
def test_an_exercise_is_answered(given: str, state: str, words: str) -> None:
    found = json.loads(answer(json.dumps({"ask": "exercise", "name": "collapse", "answer": given})))
    assert found["state"] == state
    assert words in found["words"]


def test_an_exercise_that_does_not_exist_is_an_error() -> None:
    found = json.loads(answer(json.dumps({"ask": "exercise", "name": "x", "answer": "1"})))
    assert "no exercise is called 'x'" in found["error"]
