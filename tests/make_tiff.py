"""TIFF files by hand: layouts that no library at hand writes."""

import struct
import zlib

import numpy as np

_SHORT, _LONG = 3, 4
_CODES = {1: "B", _SHORT: "H", _LONG: "I"}
_COMPRESSIONS = {"none": 1, "jpeg": 7, "deflate": 8, "differences": 8}


def tiff(
    pixels: np.ndarray,
    *,
    order: str = "<",
    is_planar: bool = False,
    compression: str = "none",
    rows: int = 0,
    **meaning: int | None,
) -> bytes:
    """A TIFF of pixels (H, W, C) uint8 or uint16 in strips of `rows`.

    `meaning` may have photometric (2: RGB, 5: CMYK), extra (what a fourth channel means) and
    orientation.
    """
    height, width, channels = pixels.shape
    rows = rows or height
    planes = [pixels[..., c : c + 1] for c in range(channels)] if is_planar else [pixels]
    strips = [
        _packed(plane[top : top + rows], order, compression)
        for plane in planes
        for top in range(0, height, rows)
    ]
    ends = np.cumsum([8, *map(len, strips)]).tolist()
    entries = {
        256: (_LONG, [width]),
        257: (_LONG, [height]),
        258: (_SHORT, [pixels.itemsize * 8] * channels),
        259: (_SHORT, [_COMPRESSIONS[compression]]),
        262: (_SHORT, [meaning.get("photometric") or 2]),
        273: (_LONG, ends[:-1]),
        274: (_SHORT, [meaning.get("orientation") or 1]),
        277: (_SHORT, [channels]),
        278: (_LONG, [rows]),
        279: (_LONG, [len(strip) for strip in strips]),
        284: (_SHORT, [2 if is_planar else 1]),
    }
    if compression == "differences":
        entries[317] = (_SHORT, [2])
    if meaning.get("extra") is not None:
        entries[338] = (_SHORT, [meaning["extra"]])
    start = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, ends[-1])
    return start + b"".join(strips) + directory(entries, ends[-1], order)


def _packed(pixels: np.ndarray, order: str, compression: str) -> bytes:
    if compression == "differences":
        pixels = np.concatenate([pixels[:, :1], np.diff(pixels, axis=1)], axis=1)
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    return zlib.compress(data) if compression in ("deflate", "differences") else data


def directory(entries: dict, at: int, order: str) -> bytes:
    """A directory that begins at `at`: number -> type and values."""
    after = at + 2 + 12 * len(entries) + 4
    table, more = struct.pack(order + "H", len(entries)), b""
    for number, (kind, values) in sorted(entries.items()):
        packed = struct.pack(order + _CODES[kind] * len(values), *values)
        if len(packed) > 4:
            packed, more = struct.pack(order + "I", after + len(more)), more + packed
        table += struct.pack(order + "HHI", number, kind, len(values)) + packed.ljust(4, b"\0")
    return table + struct.pack(order + "I", 0) + more
