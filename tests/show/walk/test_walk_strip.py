"""Strips of chosen steps: SVG read back as XML, PNG decoded with the standard library."""

from __future__ import annotations

import base64
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from autograd_mini import RenderError
from autograd_mini.show import walk
from autograd_mini.show.walk.pitfalls import wrong_way_round
from autograd_mini.show.walk.png import SIGNATURE, stacked
from tests.show.walk.test_walk_text import doubled

SVG = "{http://www.w3.org/2000/svg}"


def frames(svg: str) -> list[list[str]]:
    """The texts of each frame, from top to bottom."""
    root = ET.fromstring(svg)  # noqa: S314, our own
    inner = sorted(root.findall(f"{SVG}svg"), key=lambda frame: float(frame.get("y", "nan")))
    return [
        ["".join(t.itertext()).replace("\xa0", " ").strip() for t in frame.iter(f"{SVG}text")]
        for frame in inner
    ]


def test_a_strip_shows_its_steps_one_below_another(program: str) -> None:
    shown = frames(walk(doubled(), program=program).strip([1, 5, 9]).svg)
    assert len(shown) == 3
    assert "Step 1 of 9 · Start: the numbers that are given" in shown[0]
    assert {"a = 3", "b", "c"} <= set(shown[0])
    assert {"b = 6", "grad 1 + …", "running total: grad of b = 1 (first contribution)"} <= set(
        shown[1]
    )
    assert {"grad 4", "grad 2", "gradient: ∂c/∂a = 4"} <= set(shown[2])


def test_the_frames_lie_below_each_other_and_have_no_ids() -> None:
    svg = walk(doubled()).strip([1, 9]).svg
    root = ET.fromstring(svg)  # noqa: S314
    first, second = root.findall(f"{SVG}svg")
    assert float(second.get("y", "nan")) >= float(first.get("height", "nan"))
    assert not [element for element in root.iter() if element.get("id")]


def test_a_mistake_is_called_one() -> None:
    wrong, _ = wrong_way_round().walks
    (shown,) = frames(wrong.strip([11]).svg)
    assert "Mistake. The derivative ∂c/∂a is 4." in shown


def test_save_writes_svg_and_png_and_nothing_else(tmp_path: Path, program: str) -> None:
    strip = walk(doubled(), program=program).strip([4, 5])
    wide, tall, _ = decoded(strip.save(tmp_path / "a.png").read_bytes())
    assert wide > 300
    assert tall > 300
    assert strip.save(tmp_path / "a.svg").read_bytes().startswith(b"<svg")
    with pytest.raises(ValueError, match=r"'\.pdf'.*\.svg or \.png"):
        strip.save(tmp_path / "a.pdf")


def test_a_notebook_gets_a_png() -> None:
    strip = walk(doubled()).strip([1])
    assert repr(strip) == "<Strip: 1 step(s)>"
    assert base64.b64decode(strip._repr_mimebundle_()["image/png"]).startswith(SIGNATURE)


def test_a_notebook_without_a_layout_program_gets_the_reason(
    nothing_bundled: None, fake: Callable[[str, str], Path]
) -> None:
    none = walk(doubled()).strip([1])._repr_mimebundle_()
    assert set(none) == {"text/plain"}
    assert "no layout program works here" in none["text/plain"]


def test_steps_that_are_not_there_are_refused() -> None:
    for steps in ([0], [10], []):
        with pytest.raises(ValueError, match="choose at least one, from 1 to 9"):
            walk(doubled()).strip(steps)


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def image(filters: list[int], wide: int, seed: int, kind: int = 2) -> bytes:
    """A PNG of random filtered bytes: any bytes are the encoding of some image."""
    draw = random.Random(seed)
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    rows = b"".join(bytes([f]) + draw.randbytes(wide * channels) for f in filters)
    header = struct.pack(">IIBBBBB", wide, len(filters), 8, kind, 0, 0, 0)
    return (
        SIGNATURE
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def decoded(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows, by the letter of the standard."""
    place, data, header = len(SIGNATURE), b"", b""
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        name, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (check,) = struct.unpack_from(">I", png, place + 8 + length)
        assert check == zlib.crc32(name + content)
        header = content if name == b"IHDR" else header
        data += content if name == b"IDAT" else b""
        place += length + 12
    wide, tall, _, kind, *_ = struct.unpack(">IIBBBBB", header)
    pixel = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    raw, rows, above = zlib.decompress(data), [], bytes(wide * pixel)
    for y in range(tall):
        start = y * (wide * pixel + 1)
        above = unfiltered(raw[start], raw[start + 1 : start + 1 + wide * pixel], above, pixel)
        rows.append(above)
    assert len(raw) == tall * (wide * pixel + 1)
    return wide, tall, rows


def unfiltered(kind: int, row: bytes, above: bytes, pixel: int) -> bytes:
    out = bytearray()
    for i, byte in enumerate(row):
        a = out[i - pixel] if i >= pixel else 0
        b, c = above[i], above[i - pixel] if i >= pixel else 0
        nearest = min((a, b, c), key=lambda x: (abs(a + b - c - x), (a, b, c).index(x)))
        out.append((byte + (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
    return bytes(out)


@pytest.mark.parametrize("kind", [0, 2, 4, 6])
@pytest.mark.parametrize("first", range(5))
def test_stacked_images_keep_every_pixel(first: int, kind: int) -> None:
    images = [image([first, 4, 2, 3, 1, 0], 7, seed, kind) for seed in (1, 2, 3)]
    wide, tall, rows = decoded(stacked(images))
    assert (wide, tall) == (7, 18)
    assert rows == [row for one in images for row in decoded(one)[2]]


@pytest.mark.parametrize("kind", [0, 2, 4, 6])
@pytest.mark.parametrize("first", range(5))
def test_a_narrower_image_is_continued_with_the_colour_of_its_left_edge(
    first: int, kind: int
) -> None:
    narrow, broad = image([first, 4, 2, 3, 1, 0], 5, 1, kind), image([first, 4, 1], 7, 2, kind)
    wide, tall, rows = decoded(stacked([narrow, broad]))
    pixel = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    assert (wide, tall) == (7, 9)
    assert rows == [
        *[row + 2 * row[:pixel] for row in decoded(narrow)[2]],
        *decoded(broad)[2],
    ]


def test_images_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RenderError, match="do not fit together"):
        stacked([image([0], 7, 1, 2), image([0], 7, 1, 6)])
