"""Files as an attacker or a bad disk leaves them: whole ones of every kind, and their mutations."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from PIL import Image

from tests.make import make_pixels

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
SIZE_HW = (40, 56)
_WILD = (
    0,
    1,
    2,
    3,
    39,
    40,
    41,
    55,
    56,
    57,
    100,
    1000,
    65535,
    1 << 20,
    (1 << 31) - 1,
    (1 << 32) - 1,
)


@cache
def pictures() -> dict[str, tuple[str, bytes]]:
    """Small pictures of every kind that is opened: name -> ending and bytes."""
    return {name: (name.split("-")[0], make()) for name, make in _PICTURES.items()}


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """A copy with one to eight faults; most mutated PNGs get right checksums again."""
    if data[:4] == b"\x89PNG" and rng.random() < 0.3:
        return _with_other_pixels(data, rng)
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        if len(out) < 2:
            break
        _FAULTS[int(rng.integers(len(_FAULTS)))](out, rng)
    if out[:4] == b"\x89PNG" and rng.random() < 0.8:
        _mend_checksums(out)
    return bytes(out)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def wild_animation(number: int) -> bytes:
    """An animated PNG whose control chunks say odd things, all with right checksums."""
    rng = np.random.default_rng(number)
    data = pictures()["png-animated"][1]
    chunks, at = [], 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], bytearray(data[at + 8 : at + 8 + size])))
        at += 12 + size
    for _ in range(int(rng.integers(1, 4))):
        places = [i for i, (kind, _) in enumerate(chunks) if kind in (b"acTL", b"fcTL", b"fdAT")]
        _make_wild(chunks, places[int(rng.integers(len(places)))], rng)
    return data[:8] + b"".join(png_chunk(kind, bytes(content)) for kind, content in chunks)


def _make_wild(chunks: list[tuple[bytes, bytearray]], place: int, rng: np.random.Generator) -> None:
    kind, content = chunks[place]
    fault = int(rng.integers(6))
    if fault < 3 and len(content) >= 4:
        at = int(rng.integers(min(len(content), 26) - 3))
        content[at : at + 4] = struct.pack(">I", int(rng.choice(_WILD)))
    elif fault == 3 and content:
        content[int(rng.integers(len(content)))] = int(rng.integers(256))
    elif fault == 4 and kind != b"acTL":
        del chunks[place]
    else:
        chunks.insert(int(rng.integers(1, len(chunks))), (kind, bytearray(content)))


def _with_other_pixels(png: bytes, rng: np.random.Generator) -> bytes:
    """Faults behind the compression: a filter that does not exist, too few or too many rows."""
    at = png.index(b"IDAT") - 4
    end, packed = at, b""
    while png[end + 4 : end + 8] == b"IDAT":
        size = int.from_bytes(png[end : end + 4], "big")
        packed += png[end + 8 : end + 8 + size]
        end += 12 + size
    rows = bytearray(zlib.decompress(packed))
    _FAULTS[int(rng.integers(len(_FAULTS)))](rows, rng)
    return png[:at] + png_chunk(b"IDAT", zlib.compress(bytes(rows))) + png[end:]


def _mend_checksums(png: bytearray) -> None:
    at = 8
    while at + 12 <= len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4], "big")
        if end + 4 > len(png):
            return
        png[end : end + 4] = struct.pack(">I", zlib.crc32(memoryview(png)[at + 4 : end]))
        at = end + 4


def _place(out: bytearray, rng: np.random.Generator) -> int:
    # Half of the faults hit the first kilobyte: headers decide more than pixels.
    most = len(out) if rng.random() < 0.5 else min(len(out), 1024)
    return int(rng.integers(most))


def _flip(out: bytearray, rng: np.random.Generator) -> None:
    out[_place(out, rng)] ^= 1 << int(rng.integers(8))


def _byte(out: bytearray, rng: np.random.Generator) -> None:
    out[_place(out, rng)] = int(rng.integers(256))


def _number(out: bytearray, rng: np.random.Generator) -> None:
    at, value = _place(out, rng), _EXTREMES[int(rng.integers(len(_EXTREMES)))]
    width, order = (1, 2, 4)[int(rng.integers(3))], "<>"[int(rng.integers(2))]
    packed = struct.pack(order + "I", value)
    part = packed[:width] if order == "<" else packed[-width:]
    out[at : at + width] = part[: len(out) - at]


def _cut_out(out: bytearray, rng: np.random.Generator) -> None:
    at = _place(out, rng)
    del out[at : at + int(rng.integers(1, 64))]


def _double(out: bytearray, rng: np.random.Generator) -> None:
    at = _place(out, rng)
    out[at:at] = out[at : at + int(rng.integers(1, 256))]


def _shorten(out: bytearray, rng: np.random.Generator) -> None:
    if rng.random() < 0.2:
        del out[_place(out, rng) :]


_FAULTS: tuple[Callable[[bytearray, np.random.Generator], None], ...] = (
    _flip, _flip, _byte, _byte, _number, _number, _cut_out, _double, _shorten,
)  # fmt: skip


def _saved(kind: str, mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    def make() -> bytes:
        image = Image.fromarray(make_pixels(SIZE_HW)).convert(mode)
        out = io.BytesIO()
        image.save(out, kind, **options)
        return out.getvalue()

    return make


def _animated(kind: str, **options: object) -> Callable[[], bytes]:
    def make() -> bytes:
        frames = [Image.fromarray(make_pixels(SIZE_HW, seed)) for seed in range(3)]
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], **options)
        return out.getvalue()

    return make


def _deep(ending: str, channels: int = 3, dtype: type = np.uint16) -> Callable[[], bytes]:
    def make() -> bytes:
        pixels = make_pixels(SIZE_HW).astype(dtype) * 257
        if channels == 4:
            pixels = np.dstack([pixels, pixels[..., :1]])
        done, data = cv2.imencode(ending, pixels if channels > 1 else pixels[..., 0])
        assert done
        return bytes(data.tobytes())

    return make


_PICTURES: dict[str, Callable[[], bytes]] = {
    "png": _saved("PNG"),
    "png-grey": _saved("PNG", "L"),
    "png-palette": _saved("PNG", "P"),
    "png-alpha": _saved("PNG", "RGBA"),
    "png-bits": _saved("PNG", "1"),
    "png-deep": _deep(".png"),
    "png-deep-alpha": _deep(".png", 4),
    "png-animated": _animated("PNG"),
    "jpg": _saved("JPEG"),
    "jpg-grey": _saved("JPEG", "L"),
    "jpg-progressive": _saved("JPEG", progressive=True),
    "jpg-cmyk": _saved("JPEG", "CMYK"),
    "bmp": _saved("BMP"),
    "bmp-palette": _saved("BMP", "P"),
    "gif": _saved("GIF", "P"),
    "gif-animated": _animated("GIF"),
    "tif": _saved("TIFF"),
    "tif-lzw": _saved("TIFF", compression="tiff_lzw"),
    "tif-deflate": _saved("TIFF", compression="tiff_adobe_deflate"),
    "tif-jpeg": _saved("TIFF", compression="jpeg"),
    "tif-packbits": _saved("TIFF", compression="packbits"),
    "tif-fax": _saved("TIFF", "1", compression="group4"),
    "tif-cmyk": _saved("TIFF", "CMYK"),
    "tif-palette": _saved("TIFF", "P"),
    "tif-deep": _deep(".tif"),
    "tif-deep-grey": _deep(".tif", 1),
    "tif-float": _deep(".tif", 1, np.float32),
    "tif-pages": _animated("TIFF"),
    "avif": _saved("AVIF"),
    "webp": _saved("WEBP"),
    "webp-lossless": _saved("WEBP", "RGBA", lossless=True),
    "webp-animated": _animated("WEBP"),
    "jp2": _saved("JPEG2000"),
    "jp2-alpha": _saved("JPEG2000", "RGBA"),
    "tga": _saved("TGA"),
    "tga-rle": _saved("TGA", "RGBA", compression="tga_rle"),
    "ppm": _saved("PPM"),
    "pgm": _saved("PPM", "L"),
    "pbm": _saved("PPM", "1"),
}
