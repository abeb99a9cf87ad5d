"""The demo's input is made from what is installed, whole, and only once."""

import cv2
import numpy as np
import pytest

from engine import demo_input as demo
from engine.errors import SourceError
from engine.sources.video import VideoSource


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return demo.demo_input(tmp_path_factory.mktemp("data") / "demo")


def test_photographs_and_drawings_are_real_pictures(made):
    assert len(made.pictures) == len(demo.PHOTOGRAPHS)
    for path in (*made.pictures, *made.drawings.values()):
        pixels = cv2.imread(str(path))
        assert pixels.std() > 15, path.name


def test_the_video_pans_over_photographs(made):
    source = VideoSource(made.video)
    assert source.count == demo.FRAMES_EACH * len(demo.IN_VIDEO)
    first, later = source.read(0), source.read(demo.FRAMES_EACH - 1)
    source.close()
    assert first.size_hw == demo.VIDEO_HW
    assert not np.array_equal(first.pixels, later.pixels)


def test_it_is_made_once(made):
    before = made.video.stat().st_mtime_ns
    again = demo.demo_input(made.folder)
    assert again.video.stat().st_mtime_ns == before
    assert again.pictures == made.pictures


def test_each_subject_gets_its_pictures(made):
    assert made.pictures_for("cells-faster_rcnn") == (made.drawings["cells"],)
    assert made.pictures_for("everyday-deeplab_v3plus") == made.pictures


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be made"):
        demo.demo_input(tmp_path / "file" / "demo")


def test_where_the_home_cannot_be_written_the_input_is_made_for_this_time(
    tmp_path, monkeypatch, caplog
):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(demo, "demo_folder", lambda: tmp_path / "file" / "demo")
    monkeypatch.setattr(demo.tempfile, "tempdir", str(tmp_path))
    assert demo.demo_input().folder.is_relative_to(tmp_path)
    assert "cannot be made" in caplog.text
    caplog.clear()
