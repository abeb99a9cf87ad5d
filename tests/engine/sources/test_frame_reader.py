from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.sources.frame_reader import FrameReader, is_video_frame
from engine.sources.video_writer import VideoWriter
from engine.values import FrameId

COUNT = 24


@pytest.fixture
def video(tmp_path):
    """Every frame is one grey, ten steps brighter than the one before."""
    path = tmp_path / "clip.mp4"
    writer = VideoWriter(path, 25, (48, 64))
    for index in range(COUNT):
        writer.write(np.full((48, 64, 3), 10 * index, np.uint8))
    writer.close()
    return path


@pytest.fixture
def reader():
    reader = FrameReader()
    yield reader
    reader.close()


def grey(frame):
    return round(float(frame.pixels.mean()) / 10)


def test_frames_of_a_video_are_read_by_index_from_any_thread(video, reader):
    order = np.random.default_rng(0).permutation(COUNT).tolist()
    ids = [FrameId(str(video), index) for index in order]
    with ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(reader.read, ids))
    assert [frame.id for frame in frames] == ids
    assert [grey(frame) for frame in frames] == order
    reader.close()
    assert grey(reader.read(ids[0])) == order[0]


def test_pictures_and_videos_are_told_apart(video, tmp_path, reader):
    picture = tmp_path / "a.png"
    Image.fromarray(np.zeros((40, 80, 3), np.uint8)).save(picture)
    assert not is_video_frame(FrameId(str(picture)))
    assert is_video_frame(FrameId(str(video)))
    for path, size_hw in ((picture, (40, 80)), (video, (48, 64))):
        frame_id = FrameId(str(path))
        assert reader.size_hw(frame_id) == size_hw
        assert reader.thumbnail(frame_id, 32).shape[1] == 32


def test_what_is_called_unusually_is_told_by_its_content(video, tmp_path, reader):
    film, photo = tmp_path / "clip.dav", tmp_path / "photo"
    film.write_bytes(video.read_bytes())
    Image.fromarray(np.zeros((40, 80, 3), np.uint8)).save(photo, "PNG")
    assert is_video_frame(FrameId(str(film)))
    assert is_video_frame(FrameId(str(photo), 3))
    assert not is_video_frame(FrameId(str(photo)))
    assert reader.read(FrameId(str(film))).size_hw == (48, 64)
    assert reader.read(FrameId(str(photo))).size_hw == (40, 80)


def test_a_frame_that_is_not_there_is_an_error(video, reader):
    with pytest.raises(SourceError):
        reader.read(FrameId(str(video), COUNT))
    with pytest.raises(SourceError):
        reader.read(FrameId(str(video.with_name("gone.mp4")), 3))
