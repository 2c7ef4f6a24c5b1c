"""PNG images put one below another, with the standard library alone.

Vocabulary (W3C, "Portable Network Graphics", 2nd ed.): a PNG is *chunks*; the chunk IHDR holds the
size, IDAT the compressed *rows*. Each row begins with the number of its *filter*, which says how
its bytes follow from the byte to the left and the row above. Above the first row of an image are
zeros; there the filters of the row above are rewritten, all other rows stay as they are. An image
narrower than the widest is continued to the right with the colour of its left edge.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

from autograd_mini.errors import RenderError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""How many bytes a pixel has, by its kind: grey, colour, each with or without transparency."""
NONE, SUB, UP, AVERAGE, PAETH = range(5)


def stacked(images: Sequence[bytes]) -> bytes:
    """One PNG of several, top to bottom.

    Raises:
        RenderError: they differ in kind, or are of one that layout programs do not write.
    """
    headers = [next(_chunks(image))[1] for image in images]
    kinds = {header[8:] for header in headers}
    _, _, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", headers[0])
    wides = [struct.unpack_from(">I", header)[0] for header in headers]
    wide = max(wides)
    if len(kinds) > 1 or depth != 8 or kind not in CHANNELS or interlaced:
        raise RenderError(
            "Walk.strip: the layout program's PNG images do not fit together; save the strip as "
            ".svg, or name another program with program="
        )
    pixel = CHANNELS[kind]
    rows = b"".join(
        _free(_rows(image), wide * pixel + 1, pixel)
        if own == wide
        else _widened(_rows(image), own * pixel, pixel, wide * pixel)
        for image, own in zip(images, wides, strict=True)
    )
    tall = len(rows) // (wide * pixel + 1)
    header = struct.pack(">II", wide, tall) + headers[0][8:]
    size = [chunk for chunk in _chunks(images[0]) if chunk[0] == b"pHYs"]
    chunks = [(b"IHDR", header), *size, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return SIGNATURE + b"".join(map(_chunk, chunks))


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(image):
        (length,) = struct.unpack_from(">I", image, place)
        yield image[place + 4 : place + 8], image[place + 8 : place + 8 + length]
        place += length + 12


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    name, content = chunk
    check = zlib.crc32(content, zlib.crc32(name))
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _rows(image: bytes) -> bytes:
    return zlib.decompress(b"".join(content for name, content in _chunks(image) if name == b"IDAT"))


def _free(rows: bytes, length: int, pixel: int) -> bytes:
    """The rows, the first of which no longer looks at the row above, which was zeros."""
    first = bytearray(rows[:length])
    if first[0] == UP:
        first[0] = NONE
    elif first[0] == PAETH:  # its prediction is the byte to the left where all above is 0
        first[0] = SUB
    elif first[0] == AVERAGE:
        for i in range(pixel + 1, length):
            first[i] = (first[i] + first[i - pixel] // 2) % 256
        first[0] = NONE
    return bytes(first) + rows[length:]


def _widened(rows: bytes, length: int, pixel: int, wider: int) -> bytes:
    """Rows of so many bytes, without filters, continued to the right."""
    above = bytearray(length)
    found = []
    for start in range(0, len(rows), length + 1):
        row = bytearray(rows[start + 1 : start + 1 + length])
        _unfilter(rows[start], row, above, pixel)
        more = bytes(row[:pixel]) * ((wider - length) // pixel)
        found.append(b"\0" + bytes(row) + more)
        above = row
    return b"".join(found)


def _unfilter(kind: int, row: bytearray, above: bytearray, pixel: int) -> None:
    """Put the bytes of a row in the place of those of its filter."""
    if kind == NONE:
        return
    for i in range(len(row)):
        left = row[i - pixel] if i >= pixel else 0
        corner = above[i - pixel] if i >= pixel else 0
        guess = {SUB: left, UP: above[i], AVERAGE: (left + above[i]) // 2}.get(kind)
        row[i] = (row[i] + (_nearest(left, above[i], corner) if guess is None else guess)) % 256


def _nearest(left: int, above: int, corner: int) -> int:
    """Paeth's guess: the neighbour nearest to left + above − corner."""
    target = left + above - corner
    return min((left, above, corner), key=lambda x: abs(target - x))
