from pathlib import Path

import pytest

from engine.errors import SourceError
from engine.sources import camera_list
from engine.sources.camera_list import Camera, cameras, listed, size_of
from engine.sources.webcam import CameraSpec, can_open


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
    assert listed(devices, names) == (Camera(2, "내 카메라"), Camera(10, "Desk"))
    assert isinstance(cameras(can_open), tuple)


def test_where_none_are_listed_a_few_numbers_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_list, "_PLATFORM", "win32")
    assert cameras(lambda number: number == 1) == (Camera(1, "Camera 1"),)


def test_a_camera_is_found_again_by_its_name() -> None:
    spec = CameraSpec(2, "Desk")
    assert spec.name == "Desk"
    assert spec.number_among((Camera(0, "Door"), Camera(4, "Desk"))) == 4
    assert spec.number_among((Camera(0, "Desk"), Camera(2, "Desk"))) == 2
    assert spec.number_among((Camera(0, "Door"),)) == 2, "it is said to be missing"
    assert CameraSpec(3).name == "Camera 3"


def test_sizes_are_width_and_height() -> None:
    assert size_of("1280x720") == (720, 1280)
    with pytest.raises(SourceError, match="no size"):
        size_of("big")
