import sys
import threading
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from engine.errors import SourceError
from engine.jobs import Cancelled, CancelToken
from engine.open import open_source
from engine.pipeline.capture import LiveLink, capture_loop
from engine.pipeline.reconnect import Lost, Reconnect
from engine.sources.webcam import CameraSpec, WebcamSource


class FakeCapture:
    """Sends `good` pictures, then is unplugged."""

    def __init__(self, good: int, *, is_open: bool = True, picture: Any = None) -> None:
        self.good = good
        self.is_open = is_open
        self.picture = np.array([[[1, 2, 3]]], np.uint8) if picture is None else picture
        self.wishes: dict[int, float] = {}
        self.size = {cv2.CAP_PROP_FRAME_WIDTH: 640.0, cv2.CAP_PROP_FRAME_HEIGHT: 480.0}
        self.released = threading.Event()

    def isOpened(self) -> bool:  # noqa: N802
        return self.is_open

    def read(self) -> tuple[bool, Any]:
        self.good -= 1
        return (True, self.picture) if self.good >= 0 else (False, None)

    def get(self, prop: int) -> float:
        return 30.0 if prop == cv2.CAP_PROP_FPS else self.size.get(prop, 0.0)

    def set(self, prop: int, value: float) -> bool:
        self.wishes[prop] = value
        return False

    def release(self) -> None:
        self.released.set()


class StuckCapture(FakeCapture):
    """Hangs after its first picture until the test lets it go."""

    def __init__(self) -> None:
        super().__init__(9)
        self.goes_on = threading.Event()

    def read(self) -> tuple[bool, Any]:
        if self.good < 9:
            self.goes_on.wait()
        return super().read()


@pytest.fixture
def stuck() -> Iterator[StuckCapture]:
    capture = StuckCapture()
    yield capture
    capture.goes_on.set()
    assert capture.released.wait(60), "it is let go once it answers"


def camera(capture: FakeCapture, spec: CameraSpec | None = None, **more: float) -> WebcamSource:
    return WebcamSource(spec or CameraSpec(3), capture=capture, **more)


def test_frames_are_rgb_and_counted() -> None:
    capture = FakeCapture(2)
    source = camera(capture)
    frames = source.frames(CancelToken())
    assert next(frames).pixels.tolist() == [[[3, 2, 1]]]
    assert next(frames).id.index == 1
    assert source.is_live
    assert source.count is None
    assert source.fps == 30
    assert capture.wishes == {}, "what nobody wished for is left to the camera"
    source.close()
    assert capture.released.wait(60)


def test_unplugged_while_live_is_said() -> None:
    source = camera(FakeCapture(1))
    frames = source.frames(CancelToken())
    next(frames)
    with pytest.raises(SourceError, match="Camera 3 sends no pictures") as caught:
        next(frames)
    assert "Plug" in caught.value.hint


def test_a_camera_that_does_not_open_is_said() -> None:
    capture = FakeCapture(0, is_open=False)
    with pytest.raises(SourceError, match="no camera 3"):
        camera(capture)
    assert capture.released.wait(60)


def test_a_camera_that_hangs_is_said_and_left_behind(stuck: StuckCapture) -> None:
    source = camera(stuck, patience=0.05)
    frames = source.frames(CancelToken())
    next(frames)
    with pytest.raises(SourceError, match="no picture for"):
        next(frames)
    source.close()
    assert not stuck.released.is_set()


def test_a_camera_that_hangs_does_not_keep_the_window_open(stuck: StuckCapture) -> None:
    cancel = CancelToken()
    source = camera(stuck, patience=600)
    frames = source.frames(cancel)
    next(frames)
    threading.Timer(0.05, cancel.cancel).start()
    with pytest.raises(Cancelled):
        next(frames)
    source.close()


def test_size_and_rate_are_wished_for_and_another_size_is_said() -> None:
    capture = FakeCapture(1)
    source = camera(capture, CameraSpec(0, "Desk", (1080, 1920), 60.0))
    assert capture.wishes == {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH: 1920,
        cv2.CAP_PROP_FRAME_HEIGHT: 1080,
        cv2.CAP_PROP_FPS: 60.0,
    }
    assert source.warning == "Desk has no 1920 x 1080: it gives 640 x 480."
    source.close()
    source = camera(FakeCapture(1), CameraSpec(0, size_hw=(480, 640)))
    assert source.warning == ""
    source.close()


@pytest.mark.parametrize(
    ("picture", "grey"),
    [
        (np.full((4, 6), 200, np.uint8), 200),
        (np.full((4, 6, 1), 200, np.uint8), 200),
        (np.full((4, 6), 200 << 8, np.uint16), 200),
        (np.full((4, 6, 4), 200, np.uint8), 200),
        (np.dstack([np.full((4, 6), 235, np.uint8), np.full((4, 6), 128, np.uint8)]), 255),
    ],
)
def test_odd_pictures_become_rgb(picture: np.ndarray, grey: int) -> None:
    source = camera(FakeCapture(1, picture=picture))
    pixels = source.read(0).pixels
    assert pixels.shape == (4, 6, 3)
    assert np.unique(pixels).tolist() == [grey]
    source.close()


def test_a_camera_that_is_plugged_in_again_is_shown_again() -> None:
    told: list[Lost | None] = []
    opened: list[WebcamSource] = []

    def open_it() -> WebcamSource:
        if len(opened) == 1 and not any(lost and lost.tries == 2 for lost in told):
            raise SourceError("There is no camera 3.", hint="Plug it in.")
        opened.append(camera(FakeCapture(3)))
        return opened[-1]

    def on_lost(lost: Lost | None) -> None:
        told.append(lost)
        if lost is not None and len(opened) == 2:
            link.cancel.cancel()

    link = LiveLink(CancelToken(), reconnect=Reconnect(first=0.01), on_lost=on_lost)
    with pytest.raises(Cancelled):
        capture_loop(open_it, link)
    assert [lost.tries if lost else None for lost in told[:4]] == [1, 2, None, 1]
    shot = link.box.take(0)
    assert shot is not None
    assert shot.frame.id.index == 5, "frames are counted on"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="lists /dev")
def test_a_missing_camera_is_said_at_once_and_silently(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match="no camera 97") as caught:
        open_source("97")
    assert caught.value.hint
    assert capfd.readouterr() == ("", "")
