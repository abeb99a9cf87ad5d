"""A large TIFF part by part: some strips, or a row of tiles, as a picture of its own.

Pillow decodes a TIFF whole, in four bytes for each pixel. So it is given files that hold a part of
the strips or tiles each, which are decoded as far as these go.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

MOST_PIXELS = 1 << 26
"""Strips and tiles that hold more at once have no parts worth decoding alone."""
_PART = 1 << 22
_LENGTH, _COMPRESSION, _OFFSETS, _ORIENTATION, _ROWS, _COUNTS, _PLANAR = (
    257, 259, 273, 274, 278, 279, 284,
)  # fmt: skip
_TILE_WIDTH, _TILE_LENGTH, _TILE_OFFSETS, _TILE_COUNTS = 322, 323, 324, 325
_NONE, _OLD_JPEG, _PLANES, _LONG = 1, 6, 2, 4
# What says how strips and tiles are packed: sizes, kinds, tables of colours and of JPEG.
_KEPT = (256, 258, 259, 262, 266, 277, 284, 292, 293, 317, 320, 322, 323, 338, 339, 347, 530, 532)


@dataclass(frozen=True)
class Part:
    """Rows of the picture, and where what makes them lies in the file: places and sizes."""

    top: int
    rows: int
    step: int
    pieces: tuple[tuple[int, int], ...]


def tags(image: Image.Image, number: int) -> tuple[int, ...]:
    """The whole numbers that a TIFF's tag holds; none where it is missing."""
    found = getattr(image, "tag_v2", {}).get(number, ())
    values = found if isinstance(found, tuple) else (found,)
    return tuple(value for value in values if isinstance(value, int))


def parts_of(header: Image.Image) -> tuple[Part, ...]:
    """From top to bottom; none where the file can only be decoded whole."""
    planar, turn = tags(header, _PLANAR)[:1], tags(header, _ORIENTATION)[:1]
    if header.format != "TIFF" or planar == (_PLANES,) or turn not in ((), (1,)):
        return ()
    if tags(header, _COMPRESSION)[:1] == (_OLD_JPEG,):
        return ()
    if tags(header, _TILE_WIDTH):
        return _of_tiles(header)
    return _of_strips(header)


def _of_tiles(header: Image.Image) -> tuple[Part, ...]:
    width, rows = tags(header, _TILE_WIDTH)[0], max(tags(header, _TILE_LENGTH), default=0)
    pieces = list(zip(tags(header, _TILE_OFFSETS), tags(header, _TILE_COUNTS), strict=False))
    return _joined(header, pieces, rows, -(-header.width // width)) if width and rows else ()


def _of_strips(header: Image.Image) -> tuple[Part, ...]:
    rows = min(max(tags(header, _ROWS), default=header.height), header.height)
    pieces = list(zip(tags(header, _OFFSETS), tags(header, _COUNTS), strict=False))
    if rows < 1 or len(pieces) != -(-header.height // rows):
        return ()
    if tags(header, _COMPRESSION)[:1] == (_NONE,):
        pieces, rows = _cut(header, pieces, rows)
    return _joined(header, pieces, rows, 1)


def _cut(
    header: Image.Image, pieces: list[tuple[int, int]], rows: int
) -> tuple[list[tuple[int, int]], int]:
    """Unpacked strips a row each: a whole picture may be one strip."""
    size, odd = divmod(pieces[0][1], rows)
    if odd or sum(count for _, count in pieces) != size * header.height:
        return pieces, rows
    return [(place + at, size) for place, all_ in pieces for at in range(0, all_, size)], 1


def _joined(
    header: Image.Image, pieces: list[tuple[int, int]], step: int, across: int
) -> tuple[Part, ...]:
    """So many pieces together that a part is worth its file; `across` of them are `step` rows."""
    count = max(_PART // (step * header.width), 1)
    if step * header.width > MOST_PIXELS or len(pieces) != across * -(-header.height // step):
        return ()
    rows, each = step * count, across * count
    return tuple(
        Part(top, min(rows, header.height - top), step, tuple(pieces[n * each : (n + 1) * each]))
        for n, top in enumerate(range(0, header.height, rows))
    )


def pictures(data: bytes, header: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Each part decoded as far as opening it does, and its top row."""
    for part in parts_of(header):
        with Image.open(io.BytesIO(_file(data, header, part)), formats=["TIFF"]) as image:
            if image.size != (header.width, part.rows):
                raise OSError("damaged")
            yield part.top, image


def _file(data: bytes, header: Image.Image, part: Part) -> bytes:
    """The bytes of a part, with a directory that tells of them alone."""
    known = header.tag_v2  # type: ignore[attr-defined]
    order = "<" if data[:2] == b"II" else ">"
    start = data[:2] + struct.pack(order + "HI", 42, 8)
    directory = ImageFileDirectory_v2(start)
    for number in _KEPT:
        if number in known:
            directory.tagtype[number] = known.tagtype[number]
            directory[number] = known[number]
    packed = [data[place : place + size] for place, size in part.pieces]
    sizes = [len(each) for each in packed]
    places = list(accumulate(sizes[:-1], initial=0))
    if _TILE_WIDTH in known:
        own = {_LENGTH: [part.rows], _TILE_OFFSETS: places, _TILE_COUNTS: sizes}
    else:
        own = {_LENGTH: [part.rows], _OFFSETS: places, _COUNTS: sizes, _ROWS: [part.step]}
    for number, values in own.items():
        directory.tagtype[number] = _LONG
        directory[number] = tuple(values)
    if _TILE_WIDTH in known:  # Pillow itself counts the strips from the end of the directory.
        end = len(start) + len(directory.tobytes(len(start)))
        directory[_TILE_OFFSETS] = tuple(end + place for place in places)
    return start + directory.tobytes(len(start)) + b"".join(packed)
