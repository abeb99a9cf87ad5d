"""Frames of a camera by number, through OpenCV, in a thread that may hang without anybody else."""

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
from engine.sources import camera_list
from engine.sources.camera_list import Camera, is_there, no_camera
from engine.sources.own_thread import OwnThread
from engine.sources.source import frame_of
from engine.values import Frame, FrameId

# Seconds to open a camera, and seconds without a picture after which it counts as stuck.
_OPEN_SECONDS, _READ_SECONDS = 10.0, 5.0
_LARGE = 1280 * 720
"""From here on USB has no room for uncompressed pictures at a useful rate."""
_GREY_CHANNELS, _YUV_CHANNELS, _ALPHA_CHANNELS = 1, 2, 4


@dataclass(frozen=True)
class CameraSpec:
    """A camera with the size and rate that are wished for; None leaves them to the camera.

    With its `known_as` it is found again after it was plugged in elsewhere.
    """

    number: int
    known_as: str = ""
    size_hw: tuple[int, int] | None = None
    fps: float | None = None

    @property
    def name(self) -> str:
        """What the system calls it, or its number."""
        return self.known_as or f"Camera {self.number}"

    @property
    def root(self) -> Path | None:
        """Its frames are kept with those of other cameras."""
        return None

    def open(self) -> "WebcamSource":
        """The Source of this camera, wherever it is plugged in now."""
        return WebcamSource(self)

    def number_among(self, cameras: tuple[Camera, ...]) -> int:
        """Its number now: of several of one name its own, else that of the first."""
        same = [camera.number for camera in cameras if camera.name == self.known_as]
        return self.number if self.number in same or not same else same[0]


class Capture(Protocol):
    """What WebcamSource needs of cv2.VideoCapture."""

    def isOpened(self) -> bool: ...  # noqa: D102, N802
    def read(self) -> tuple[bool, Any]: ...  # noqa: D102
    def get(self, prop: int) -> float: ...  # noqa: D102
    def set(self, prop: int, value: float) -> bool: ...  # noqa: D102
    def release(self) -> None: ...  # noqa: D102


class WebcamSource:
    """A live camera: always the frame of now, none can be read again.

    `warning` says where it does not give the size that was wished for.
    """

    is_live = True
    count: int | None = None

    def __init__(
        self, wished: CameraSpec, *, capture: Capture | None = None, patience: float = _READ_SECONDS
    ) -> None:
        self.name = wished.name
        self.warning = self.advice = ""
        self._patience = patience
        self._wished = wished
        self._given = capture
        self._capture: Capture | None = None
        self._thread = OwnThread(self.name)
        self._next = 0
        try:
            self.fps: float | None = self._thread.ask(self._begin, _OPEN_SECONDS)
        except TimeoutError as error:
            self.close()
            raise SourceError(
                f"{self.name} does not answer.", hint="Unplug it, wait a moment, plug it in."
            ) from error
        except SourceError:
            self.close()
            raise

    def frame_id(self, index: int) -> FrameId:
        """The camera's name and the index."""
        return FrameId(self.name, index)

    def read(self, index: int) -> Frame:
        """The frame of now, whatever the index."""
        return self._read(index, None)

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Frames as they come; SourceError when the camera is unplugged or hangs."""
        self._next = max(self._next, start)
        while True:
            cancel.check()
            frame = self._read(self._next, cancel)
            self._next += 1
            yield frame

    def close(self) -> None:
        """Let go of the camera, as soon as it answers."""
        self._thread.end(self._release)

    def _read(self, index: int, cancel: CancelToken | None) -> Frame:
        try:
            is_good, pixels = self._thread.ask(self._grab, self._patience, cancel)
        except TimeoutError as error:
            raise SourceError(
                f"{self.name} has sent no picture for {self._patience:g} seconds.",
                hint="Unplug it, wait a moment, plug it in.",
            ) from error
        if not is_good or pixels is None:
            raise SourceError(
                f"{self.name} sends no pictures any more.",
                hint="Plug it in again, and close other programs that use it.",
            )
        return frame_of(self.frame_id(index), _to_rgb(pixels, self.name))

    # In the thread of its own

    def _begin(self) -> float | None:
        wished = self._wished
        capture = self._capture = self._given or _open(_number(wished))
        if not capture.isOpened():
            raise no_camera(str(wished.number))
        if wished.size_hw is not None or wished.fps is not None:
            _wish(capture, wished)
        self.warning, self.advice = _unlike(capture, wished)
        rate = capture.get(cv2.CAP_PROP_FPS)
        return rate if rate and rate > 0 else None

    def _grab(self) -> tuple[bool, Any]:
        assert self._capture is not None
        return self._capture.read()

    def _release(self) -> None:
        if self._capture is not None:
            self._capture.release()


def can_open(number: int) -> bool:
    """Whether there is such a camera and nobody else uses it."""
    capture = _open(number)
    try:
        return capture.isOpened()
    finally:
        capture.release()


def _number(wished: CameraSpec) -> int:
    if not wished.known_as or not camera_list.lists_quietly():
        return wished.number
    return wished.number_among(camera_list.cameras(can_open))


def _open(number: int) -> Capture:
    if not is_there(number):
        raise no_camera(str(number))  # OpenCV would print warnings and try for seconds.
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
    if camera_list.lists_quietly():
        return int(cv2.CAP_V4L2)
    return int(cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_ANY)


def _wish(capture: Capture, wished: CameraSpec) -> None:
    if wished.size_hw is not None:
        height, width = wished.size_hw
        if height * width >= _LARGE:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    if wished.fps is not None:
        capture.set(cv2.CAP_PROP_FPS, wished.fps)


def _unlike(capture: Capture, wished: CameraSpec) -> tuple[str, str]:
    """What to say where the camera gives another size than was wished for."""
    if wished.size_hw is None:
        return "", ""
    width = round(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
    height = round(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    if (height, width) == wished.size_hw or min(height, width) <= 0:
        return "", ""
    asked = f"{wished.size_hw[1]} x {wished.size_hw[0]}"
    return f"{wished.name} has no {asked}: it gives {width} x {height}.", "Choose another size."


def _to_rgb(pixels: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """What cameras send: BGR, grey of 8 or 16 bits, YUV of two channels, or with alpha."""
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    channels = 1 if pixels.ndim == 2 else pixels.shape[-1]
    codes = {
        _GREY_CHANNELS: cv2.COLOR_GRAY2RGB,
        _YUV_CHANNELS: cv2.COLOR_YUV2RGB_YUY2,
        _ALPHA_CHANNELS: cv2.COLOR_BGRA2RGB,
    }
    try:
        code = codes.get(channels, cv2.COLOR_BGR2RGB)
        return np.asarray(cv2.cvtColor(pixels, code), dtype=np.uint8)
    except cv2.error as error:
        raise SourceError(
            f"{name} sends pictures of an unknown kind.", hint="Choose another size."
        ) from error
