import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.open import open_source
from engine.sources import webcam
from engine.sources.webcam import Camera, WebcamSource


class FakeCapture:
    """Sends `good` pictures, then is unplugged."""

    def __init__(self, good: int, *, is_open: bool = True) -> None:
        self.good = good
        self.is_open = is_open

    def isOpened(self) -> bool:  # noqa: N802
        return self.is_open

    def read(self) -> tuple[bool, Any]:
        self.good -= 1
        return (True, np.array([[[1, 2, 3]]], np.uint8)) if self.good >= 0 else (False, None)

    def get(self, prop: int) -> float:
        return 30.0 if prop == cv2.CAP_PROP_FPS else 0.0

    def release(self) -> None:
        self.is_open = False


def test_frames_are_rgb_and_counted() -> None:
    capture = FakeCapture(2)
    source = WebcamSource(0, capture=capture)
    frames = source.frames(CancelToken())
    assert next(frames).pixels.tolist() == [[[3, 2, 1]]]
    assert next(frames).id.index == 1
    assert source.is_live
    assert source.count is None
    assert source.fps == 30
    source.close()
    assert not capture.is_open


def test_unplugged_while_live_is_said() -> None:
    source = WebcamSource(3, capture=FakeCapture(1))
    frames = source.frames(CancelToken())
    next(frames)
    with pytest.raises(SourceError, match="Camera 3 sends no pictures") as caught:
        next(frames)
    assert "Plug" in caught.value.hint


def test_a_camera_that_does_not_open_is_said() -> None:
    with pytest.raises(SourceError, match="no camera 0"):
        WebcamSource(0, capture=FakeCapture(0, is_open=False))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="lists /dev")
def test_a_missing_camera_is_said_at_once_and_silently(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match="no camera 97") as caught:
        open_source("97")
    assert caught.value.hint
    assert capfd.readouterr() == ("", "")


def test_cameras_are_listed_without_their_metadata_nodes(tmp_path: Path) -> None:
    devices, names = tmp_path / "dev", tmp_path / "names"
    devices.mkdir()
    for node, index, name in (
        ("video10", "0", "Desk"),
        ("video2", "0", "내 카메라"),
        ("video3", "1", "x"),
    ):
        (devices / node).touch()
        (names / node).mkdir(parents=True)
        (names / node / "index").write_text(index + "\n")
        (names / node / "name").write_text(name + "\n", encoding="utf-8")
    (devices / "video-dec").touch()
    assert webcam._listed(devices, names) == (Camera(2, "내 카메라"), Camera(10, "Desk"))
    assert isinstance(webcam.cameras(), tuple)
