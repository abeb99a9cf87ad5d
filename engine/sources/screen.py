"""A part of the screen as a live Source, through mss: it is read in any thread, without Qt."""

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.sources.source import frame_of
from engine.values import Frame, FrameId

_FPS = 30.0
_LEAST_SIDE = 8
_START = "screen:"
_NUMBERS = re.compile(r"(-?\d{1,6}),(-?\d{1,6}),(\d{1,6}),(\d{1,6})")
_PLATFORM: str = sys.platform


@dataclass(frozen=True)
class ScreenRegion:
    """Pixels of the screen from (x, y): all screens side by side, as the system places them."""

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.width, self.height) < _LEAST_SIDE:
            raise SourceError(
                f"A part of the screen of {self.width} x {self.height} pixels is too small.",
                hint=f"Its sides have at least {_LEAST_SIDE} pixels.",
            )

    @property
    def name(self) -> str:
        """What it shows."""
        return f"Screen {self.width} x {self.height}"

    @property
    def root(self) -> Path | None:
        """What is kept of it goes where frames of cameras go."""
        return None

    def open(self) -> "ScreenSource":
        """The Source of what is seen there."""
        return ScreenSource(self)


def is_screen(what: str) -> bool:
    """Whether this text names a part of the screen."""
    return what.lower().startswith(_START)


def screen_region(what: str) -> ScreenRegion:
    """The part that `screen:x,y,w,h` names."""
    numbers = _NUMBERS.fullmatch(what[len(_START) :].replace(" ", ""))
    if numbers is None:
        raise SourceError(
            f"{what} names no part of the screen.", hint="Write screen:x,y,width,height."
        )
    return ScreenRegion(*(int(number) for number in numbers.groups()))


def why_not(environment: Mapping[str, str] = os.environ) -> SourceError | None:
    """Why no screen can be captured here; None where it can."""
    if not _PLATFORM.startswith("linux"):
        return None
    is_wayland = environment.get("XDG_SESSION_TYPE") == "wayland"
    if is_wayland or environment.get("WAYLAND_DISPLAY"):
        return SourceError(
            "Wayland lets no program look at the screen.",
            hint="Log in with an X11 session, or record the screen and open the video.",
        )
    if not environment.get("DISPLAY"):
        return SourceError("There is no screen here.", hint="Start it where there is one.")
    return None


class ScreenSource:
    """What is seen now, at most thirty times a second; the pointer is not in it."""

    is_live = True
    count: int | None = None
    fps: float | None = _FPS

    def __init__(self, region: ScreenRegion) -> None:
        self.name = region.name
        trouble = why_not()
        if trouble is not None:
            raise trouble
        import mss
        from mss.exception import ScreenShotError

        self._errors: tuple[type[Exception], ...] = (ScreenShotError, OSError)
        try:
            self._screen: Any = mss.MSS()
        except self._errors as error:
            raise self._unseen(error) from error
        try:
            self._part = _clipped(region, self._screen.monitors[0])
        except SourceError:
            self.close()
            raise

    def frame_id(self, index: int) -> FrameId:
        """What it shows, and the index."""
        return FrameId(self.name, index)

    def read(self, index: int) -> Frame:
        """What is seen now, whatever the index."""
        try:
            shot = self._screen.grab(self._part)
        except self._errors as error:
            raise self._unseen(error) from error
        return frame_of(self.frame_id(index), _to_rgb(shot))

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """What is seen, again and again."""
        index, due = start, time.perf_counter()
        while True:
            cancel.check()
            yield self.read(index)
            index, due = index + 1, max(due + 1 / _FPS, time.perf_counter())
            cancel.wait(due - time.perf_counter())

    def close(self) -> None:
        """Let go of the screen."""
        self._screen.close()

    def _unseen(self, error: Exception) -> SourceError:
        return SourceError(
            f"{self.name} cannot be captured: {error}.",
            hint="It may be switched off or of another size now; choose the part again.",
        )


def _clipped(region: ScreenRegion, whole: Mapping[str, Any]) -> dict[str, int]:
    """What of the region is on the screens."""
    left, top = max(region.x, whole["left"]), max(region.y, whole["top"])
    right = min(region.x + region.width, whole["left"] + whole["width"])
    bottom = min(region.y + region.height, whole["top"] + whole["height"])
    if min(right - left, bottom - top) < _LEAST_SIDE:
        raise SourceError(
            f"{region.name} at {region.x}, {region.y} is not on the screen.",
            hint=f"The screen has {whole['width']} x {whole['height']} pixels.",
        )
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def _to_rgb(shot: Any) -> NDArray[np.uint8]:
    """A shot of four channels, blue first -> (H, W, 3) RGB."""
    bgra = np.frombuffer(shot.bgra, np.uint8).reshape(shot.height, shot.width, 4)  # (H, W, 4)
    return np.ascontiguousarray(bgra[..., 2::-1])  # (H, W, 3)
