"""Frames of a camera by number, through OpenCV."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.sources.source import frame_of
from engine.values import Frame, FrameId

_DEVICES = Path("/dev")
_NAMES = Path("/sys/class/video4linux")
_PLATFORM: str = sys.platform
_PROBED = 4  # Numbers tried where the system has no list of cameras.


@dataclass(frozen=True)
class Camera:
    """A camera that can be opened by its number."""

    number: int
    name: str


class Capture(Protocol):
    """What WebcamSource needs of cv2.VideoCapture."""

    def isOpened(self) -> bool: ...  # noqa: D102, N802
    def read(self) -> tuple[bool, Any]: ...  # noqa: D102
    def get(self, prop: int) -> float: ...  # noqa: D102
    def release(self) -> None: ...  # noqa: D102


class WebcamSource:
    """A live camera: always the frame of now, none can be read again."""

    is_live = True
    count: int | None = None

    def __init__(self, number: int, *, capture: Capture | None = None) -> None:
        self.name = f"Camera {number}"
        self._capture = capture or _open(number)
        if not self._capture.isOpened():
            raise _missing(number)
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps: float | None = rate if rate and rate > 0 else None
        self._next = 0

    def frame_id(self, index: int) -> FrameId:
        """The camera's name and the index."""
        return FrameId(self.name, index)

    def read(self, index: int) -> Frame:
        """The frame of now, whatever the index."""
        is_good, pixels_bgr = self._capture.read()
        if not is_good or pixels_bgr is None:
            raise SourceError(
                f"{self.name} sends no pictures any more.",
                hint="Plug it in again, and close other programs that use it.",
            )
        return frame_of(self.frame_id(index), _to_rgb(pixels_bgr))

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Frames as they come; SourceError when the camera is unplugged."""
        while True:
            cancel.check()
            frame = self.read(self._next)
            self._next += 1
            yield frame

    def close(self) -> None:
        """Let go of the camera."""
        self._capture.release()


def cameras() -> tuple[Camera, ...]:
    """The cameras of this machine. On Linux none is opened for that."""
    if _PLATFORM.startswith("linux"):
        return _listed(_DEVICES, _NAMES)
    found = []
    for number in range(_PROBED):
        capture = _open(number)
        if capture.isOpened():
            found.append(Camera(number, f"Camera {number}"))
        capture.release()
    return tuple(found)


def _listed(devices: Path, names: Path) -> tuple[Camera, ...]:
    found = []
    for device in devices.glob("video*"):
        ending = device.name.removeprefix("video")
        if not ending.isdecimal():
            continue
        about = names / device.name
        # Nodes with a higher index carry metadata, no pictures.
        if _text(about / "index") in ("", "0"):
            name = _text(about / "name") or f"Camera {ending}"
            found.append(Camera(int(ending), name))
    return tuple(sorted(found, key=lambda camera: camera.number))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""


def _open(number: int) -> Capture:
    if _PLATFORM.startswith("linux") and not (_DEVICES / f"video{number}").exists():
        raise _missing(number)  # OpenCV would print warnings and try other ways for seconds.
    log = cv2.utils.logging
    level = log.getLogLevel()
    log.setLogLevel(log.LOG_LEVEL_SILENT)
    try:
        capture = cv2.VideoCapture(number, _preferred())
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # The newest frame, not one of a moment ago.
    finally:
        log.setLogLevel(level)
    return capture


def _preferred() -> int:
    if _PLATFORM.startswith("linux"):
        return int(cv2.CAP_V4L2)
    return int(cv2.CAP_DSHOW if _PLATFORM == "win32" else cv2.CAP_ANY)


def _missing(number: int) -> SourceError:
    known = ", ".join(f"{c.number} ({c.name})" for c in _known())
    return SourceError(
        f"There is no camera {number}, or another program uses it.",
        hint=f"Cameras found: {known}." if known else "No camera was found. Plug one in.",
    )


def _known() -> tuple[Camera, ...]:
    return _listed(_DEVICES, _NAMES) if _PLATFORM.startswith("linux") else ()


def _to_rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    code = cv2.COLOR_GRAY2RGB if pixels.ndim == 2 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(pixels, code), dtype=np.uint8)
