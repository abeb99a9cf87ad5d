import struct
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.sources.picture import picture_size, read_picture, read_thumbnail
from tests.damaged_pictures import png_chunk
from tests.in_children import try_all
from tests.make import make_pixels
from tests.make_tiff import directory

READERS = (read_picture, partial(read_thumbnail, side=160))


def png(width: int, height: int, color: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def webp(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    chunk = b"\x2f" + struct.pack("<I", bits) + b"\x88\x88\x08\0"
    body = b"WEBPVP8L" + struct.pack("<I", len(chunk)) + chunk + b"\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(side: int, compressed: bytes, *, tile: int = 0, bits: int = 1) -> bytes:
    entries = {256: [side], 257: [side], 258: [bits], 259: [8], 262: [1], 277: [1]}
    if tile:
        entries |= {322: [tile], 323: [tile], 324: [8], 325: [len(compressed)]}
    else:
        entries |= {273: [8], 278: [side], 279: [len(compressed)]}
    at = 8 + len(compressed)
    table = directory({number: (4, values) for number, values in entries.items()}, at, "<")
    return b"II*\0" + struct.pack("<I", at) + compressed + table


BOMBS = {
    "a.webp": webp(16383, 16383),
    "b.png": png(16384, 16384, 6, zlib.compress(bytes(1 << 22)) + bytes(1 << 20)),
    "c.tif": tiff(16384, zlib.compress(bytes(1 << 23))),
    "d.jpg": b"\xff\xd8\xff\xc2\0\x11\x08" + struct.pack(">HH", 16000, 16000)
    + b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01"
    + b"\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0",
}  # fmt: skip


def read_bomb(folder: str, number: int) -> None:
    if number < 2 * len(BOMBS):
        READERS[number % 2](Path(folder) / sorted(BOMBS)[number // 2])


@pytest.mark.slow
def test_a_few_bytes_take_no_gigabytes(tmp_path: Path) -> None:
    for name, data in BOMBS.items():
        (tmp_path / name).write_bytes(data)
    tally = try_all(partial(read_bomb, str(tmp_path)), range(2 * len(BOMBS)))
    assert tally.refused == tally.tried == 2 * len(BOMBS), tally
    assert tally.peak_mb < 100, tally


@pytest.mark.parametrize("name", ["a.webp", "b.png", "c.tif"])
def test_the_message_says_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name])
    with pytest.raises(SourceError, match=r"would take \d\.\d GB of memory") as caught:
        read_picture(path)
    assert "Leave it out." in caught.value.hint or "parts of at most" in caught.value.hint


def test_a_large_blank_picture_is_no_bomb(tmp_path: Path) -> None:
    Image.new("L", (5000, 5000)).save(tmp_path / "blank.png")
    assert picture_size(tmp_path / "blank.png") == (5000, 5000)
    assert read_picture(tmp_path / "blank.png").shape == (5000, 5000, 3)


def test_a_tile_larger_than_its_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(16, zlib.compress(bytes(1 << 12)), tile=1 << 14, bits=8))
    with pytest.raises(SourceError):
        read_picture(path)


def test_a_tiff_of_many_tags_that_name_the_same_bytes_is_refused(tmp_path: Path) -> None:
    pixels = bytes(1 << 20)
    entries = {number: (1, range(256)) for number in range(2000, 4000)}
    table = directory(entries, 8 + len(pixels), "<")
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + table)
    for read in (read_picture, picture_size):
        with pytest.raises(SourceError):
            read(path)


def test_content_of_other_kinds_is_not_opened_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(path, format="EPS")  # Pillow would start another program.
    with pytest.raises(SourceError, match="unknown kind"):
        read_picture(path)


@pytest.mark.parametrize("place", ["before", "behind"])
def test_orientation_of_a_png_is_found_wherever_it_stands(tmp_path: Path, place: str) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(make_pixels()).save(path)
    data, exif = path.read_bytes(), Image.Exif()
    exif[274] = 6
    at = data.index(b"IDAT" if place == "before" else b"IEND") - 4
    chunk = png_chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    path.write_bytes(data[:at] + chunk + data[at:])
    assert picture_size(path) == (64, 48)
    assert np.array_equal(read_picture(path), np.rot90(make_pixels(), -1))
