"""The folder of the tour: its own files whole, everybody else's untouched."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from autograd_mini.errors import RenderError
from autograd_mini.lessons import course
from autograd_mini.lessons.folder import LIST, Folder
from autograd_mini.lessons.tour import Tour
from autograd_mini.show import Drawing

ONE = (course.part(6),)


def walk(out: Path, parts: tuple[course.Part, ...] = ONE) -> str:
    said: list[str] = []
    Tour(out, said.append, verbose=True).walk(parts)
    return "\n".join(said)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_walk_writes_a_page_and_pictures_and_lists_them(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    said = walk(out)
    files = contents(out)
    assert files["index.html"].startswith(b"<!DOCTYPE html>")
    assert files["19-activations.svg"].startswith(b"<svg")
    assert files["19-activations.png"].startswith(b"\x89PNG")
    listed = json.loads(files[LIST])["written by autograd-mini tour"]
    assert sorted(listed) == sorted(files)
    assert "19-activations.png" in said
    for name in ("19-activations", "19-activation-slopes"):
        lesson = files["19-activations.html"].decode()
        assert f'src="{name}.svg"' in lesson
        assert f'srcset="{name}-dark.svg"' in lesson
        assert files[f"{name}-dark.svg"] != files[f"{name}.svg"]


def test_a_part_takes_one_line_unless_more_is_asked_for(tmp_path: Path) -> None:
    said: list[str] = []
    Tour(tmp_path, said.append).walk(ONE)
    assert said == ["Part  6: Activation functions  1 lesson, 2 pictures"]


def test_the_first_graph_of_a_lesson_can_be_walked_through(tmp_path: Path) -> None:
    walk(tmp_path, (course.part(2),))
    for name, steps in (("05-one-dimensional", 9), ("06-house-price", 21), ("06-scaling", 0)):
        page = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert page.count('class="autograd-walk"') == bool(steps)
        assert (f"step 1 of {steps}<" in page) == bool(steps)


def test_a_second_walk_gives_the_same_files_and_leaves_others_alone(tmp_path: Path) -> None:
    walk(tmp_path)
    first = contents(tmp_path)
    tmp_path.joinpath("notes.txt").write_text("mine")
    tmp_path.joinpath("19-mine.svg").write_text("mine too")
    walk(tmp_path)
    second = contents(tmp_path)
    assert second.pop("notes.txt") == b"mine"
    assert second.pop("19-mine.svg") == b"mine too"
    assert second == first


def test_a_damaged_file_of_ours_is_written_anew(tmp_path: Path) -> None:
    walk(tmp_path)
    tmp_path.joinpath("index.html").write_text("damaged")
    walk(tmp_path)
    assert tmp_path.joinpath("index.html").read_text(encoding="utf-8").startswith("<!DOCTYPE")


@pytest.mark.parametrize("name", ["index.html", "19-activation-slopes.svg", LIST])
def test_a_file_of_that_name_that_is_not_ours_is_kept(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    mine.write_text("mine")
    with pytest.raises(FileExistsError, match="was not written by the tour"):
        walk(tmp_path)
    assert mine.read_text() == "mine"


def test_a_list_that_cannot_be_read_owns_nothing(tmp_path: Path) -> None:
    walk(tmp_path)
    tmp_path.joinpath(LIST).write_text('{"written by autograd-mini tour": 5')
    with pytest.raises(FileExistsError, match="was not written by the tour"):
        walk(tmp_path)


@pytest.mark.parametrize(
    "damaged",
    ["[]", "3", "null", '{"written by autograd-mini train": 3}', "[" * 100_000, '{"": ["a"]}'],
)
def test_a_damaged_list_is_refused_as_not_ours(damaged: str, tmp_path: Path) -> None:
    (tmp_path / "autograd-mini-train.json").write_text(damaged)
    with pytest.raises(FileExistsError, match="was not written by the train; move it away"):
        Folder(tmp_path, "train")


def test_two_that_write_to_one_folder_do_not_accuse_each_other(tmp_path: Path) -> None:
    first, second = Folder(tmp_path), Folder(tmp_path)
    for name in ("index.html", "a.svg"):
        first.write(name, "first")
        second.write(name, "second")
        first.write(name, "first")
    second.write("b.svg", "second")
    first.write("b.svg", "first")
    (tmp_path / "c.svg").write_text("a stranger's")
    for folder in (first, second, Folder(tmp_path)):
        with pytest.raises(FileExistsError):
            folder.write("c.svg", "")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {LIST, "index.html", "a.svg", "b.svg", "c.svg"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    folder.mkdir()
    (folder / "index.html").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError, match="was not written by the tour"):
        Folder(folder).write("index.html", "page")
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    walk(tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("mine")
    with pytest.raises(NotADirectoryError, match="is a file; choose a folder"):
        Folder(place)
    with pytest.raises(OSError, match="cannot be made"):
        Folder(place / "below")


def test_without_a_layout_program_the_tour_goes_on_in_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fail(self: Drawing, path: object) -> Path:
        tried.append(str(path))
        raise RenderError("no layout program works here", self.dot)

    monkeypatch.setattr(Drawing, "save", fail)
    said = walk(tmp_path, (course.part(3),))
    files = contents(tmp_path)
    assert len(tried) == 1  # a program that hangs is not asked again for every picture
    assert said.count("no layout program works here") == 1
    assert files["07-combination.dot"].startswith(b"digraph")
    drawn = {name for name in files if name.endswith((".svg", ".png"))}
    # a chart needs no layout program
    assert drawn == {"08-sigmoid.svg", "08-sigmoid-dark.svg", "08-sigmoid.png"}
    assert "no layout program works here" in files["index.html"].decode()
    assert 'href="07-combination.dot"' in files["07-combination.html"].decode()


def test_without_the_package_that_writes_dot_the_tour_goes_on_without_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    said = walk(tmp_path, (course.part(4),))
    assert "graphviz" in said.splitlines()[-1]
    assert {path.suffix for path in tmp_path.iterdir()} == {".html", ".js", ".json"}


def test_progress_is_asked_for_by_title(tmp_path: Path) -> None:
    asked: list[str] = []
    told: list[int] = []

    def watch(title: str) -> object:
        asked.append(title)
        return lambda done, total: told.append(done)

    Tour(tmp_path, lambda line: None, watch=watch).walk((course.part(7),))  # type: ignore[arg-type]
    assert len(asked) == 3
    assert max(told) == 500
