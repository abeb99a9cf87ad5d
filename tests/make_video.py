"""Small videos of every kind, in memory or on disk."""

import io
from collections.abc import Callable
from fractions import Fraction
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
def moving(index: int, *, is_wild: bool = False) -> np.ndarray:
    """A soft pattern that moves on with every frame, or noise that leaps."""
    height, width = SIZE_HW if not is_wild else (2 * SIZE_HW[0], 2 * SIZE_HW[1])
    noise = np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)
    if is_wild:
        return np.roll(noise, (index * 3, index * 5), (0, 1))
    return np.roll(cv2.GaussianBlur(noise, (0, 0), 3), (index // 2, index), (0, 1))


def write_moving(
    path: Path, codec: str, count: int = 60, *, is_wild: bool = False, **options: str
) -> Path:
    """A video of that pattern, a key frame every 12."""
    frames = [moving(index, is_wild=is_wild) for index in range(count)]
    path.write_bytes(_encoded(None, path.suffix[1:], codec, frames, options))
    return path


@cache
def video(kind: str) -> bytes:
    """Twenty frames, as such a file."""
    container, codec = KINDS[kind]
    return _encoded(container, "", codec, [moving(index) for index in range(20)], {})


def _encoded(
    container: str | None,
    ending: str,
    codec: str,
    frames: list[np.ndarray],
    options: dict[str, str],
) -> bytes:
    out = io.BytesIO()
    out.name = f"a.{ending}"
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=25)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = {"mjpeg": "yuvj420p", "huffyuv": "yuv422p"}.get(codec, "yuv420p")
        stream.gop_size, stream.options = 12, options
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        file.mux(stream.encode(None))
    return out.getvalue()


def numbered(index: int, height: int = 48, width: int = 64) -> np.ndarray:
    """A picture that shows its own number: eight stripes, black or white, are its bits."""
    bits = [(index >> bit) & 1 for bit in range(8)]
    row = np.repeat(np.array(bits, np.uint8) * 255, width // 8)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_in(pixels: np.ndarray) -> int:
    """The number that such a picture shows."""
    height, width = pixels.shape[:2]
    step = width // 8
    return sum(1 << bit for bit in range(8) if pixels[height // 2, bit * step + step // 2, 0] > 127)


def write_numbered(
    path: Path,
    codec: str,
    *,
    pix_fmt: str = "yuv420p",
    times_ms: Callable[[int], int] = lambda index: 40 * index,
    container: dict[str, str] | None = None,
    **options: str,
) -> Path:
    """Sixty frames that show their numbers at these times, a key frame every 12."""
    base = Fraction(1, 1000)
    with av.open(str(path), "w", options=container or {}) as file:
        stream = file.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = 48, 64, pix_fmt
        stream.gop_size, stream.options = 12, options
        if codec not in ("mjpeg", "mpeg2video"):
            stream.codec_context.time_base = base
        for index in range(60):
            frame = av.VideoFrame.from_ndarray(numbered(index), "rgb24")
            frame.pts, frame.time_base = times_ms(index), base
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def write_square_video(path: Path, frames: int, *, fps: float, step: int) -> Path:
    """A bright square that goes so many pixels to the right from frame to frame."""
    from engine.sources.video_writer import VideoWriter

    writer = VideoWriter(path, fps, (48, 64))
    for i in range(frames):
        pixels = np.zeros((48, 64, 3), np.uint8)
        pixels[10:30, step * i : step * i + 20] = 255
        writer.write(pixels)
    writer.close()
    return path
