"""Small videos of every kind, in memory or on disk."""

import io
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np

SIZE_HW = (48, 64)
KINDS = {
    "mp4": ("mp4", "libx264"),
    "mov-mjpeg": ("mov", "mjpeg"),
    "mkv": ("matroska", "libx264"),
    "webm": ("webm", "libvpx-vp9"),
    "avi": ("avi", "mpeg4"),
    "avi-mjpeg": ("avi", "mjpeg"),
    "ts": ("mpegts", "mpeg2video"),
    "mpg": ("mpeg", "mpeg1video"),
    "flv": ("flv", "flv"),
    "wmv": ("asf", "wmv2"),
}


@cache
def moving(index: int, size_hw: tuple[int, int] = SIZE_HW) -> np.ndarray:
    """A soft pattern that moves on with every frame."""
    noise = np.random.default_rng(7).integers(0, 255, (*size_hw, 3), dtype=np.uint8)
    return np.roll(cv2.GaussianBlur(noise, (0, 0), 3), (index // 2, index), (0, 1))


def write_moving(path: Path, codec: str, count: int = 60, **options: str) -> Path:
    """A video of that pattern, a key frame every 12."""
    path.write_bytes(_encoded(None, path.suffix[1:], codec, count, options))
    return path


@cache
def video(kind: str) -> bytes:
    """Twenty frames, as such a file."""
    container, codec = KINDS[kind]
    return _encoded(container, "", codec, 20, {})


def _encoded(
    container: str | None, ending: str, codec: str, count: int, options: dict[str, str]
) -> bytes:
    out = io.BytesIO()
    out.name = f"a.{ending}"
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=25)
        stream.height, stream.width = SIZE_HW
        stream.pix_fmt = {"mjpeg": "yuvj420p", "huffyuv": "yuv422p"}.get(codec, "yuv420p")
        stream.gop_size, stream.options = 12, options
        for index in range(count):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(moving(index), "rgb24")))
        file.mux(stream.encode(None))
    return out.getvalue()
