from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.sources.codecs import MJPEG
from engine.sources.video import VideoSource
from engine.sources.video_writer import VideoWriter


def grey(value: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    writer = VideoWriter(path, 30, (48, 64))
    for i in range(40):
        writer.write(grey(i * 6))
    assert not path.exists()
    writer.close()
    writer.close()
    source = VideoSource(path)
    values = [int(frame.pixels.mean()) for frame in source.frames(CancelToken())]
    source.close()
    assert np.abs(np.array(values) - np.arange(40) * 6).max() <= 3
    assert source.fps == pytest.approx(30)
    assert list(tmp_path.iterdir()) == [path]


def test_odd_sizes_lose_one_row_and_column(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 12.5, (49, 65))
    writer.write(grey(9, 49, 65))
    writer.close()
    source = VideoSource(tmp_path / "a.mp4")
    assert source.read(0).size_hw == (48, 64)
    source.close()


def test_recorded_times_are_kept(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 30, (48, 64))
    for seconds in (0.0, 0.5, 0.5, 2.0):
        writer.write(grey(9), seconds=seconds)
    writer.close()
    source = VideoSource(tmp_path / "a.mp4")
    assert source.count == 4
    assert source.fps is not None
    assert source.fps < 4
    source.close()


def test_trouble_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Cannot write"):
        VideoWriter(tmp_path / "missing" / "a.mp4", 30, (48, 64))
    with pytest.raises(SourceError, match="cannot be written"):
        VideoWriter(tmp_path / "a.mp4", 30, (1, 1))
    with pytest.raises(SourceError):
        VideoWriter(tmp_path / "a.nonsense", 30, (48, 64))
    writer = VideoWriter(tmp_path / "b.mp4", 30, (48, 64))
    with pytest.raises(SourceError, match="another size"):
        writer.write(grey(0, 50, 64))
    writer.write(grey(0))
    writer.close()


def test_without_h264_a_video_is_mjpeg_with_the_same_times(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    writer = VideoWriter(path, 30, (48, 64), codec=MJPEG)
    times = [0.0, 0.04, 0.5, 2.25]
    for number, seconds in enumerate(times):
        writer.write(grey(60 * number), seconds=seconds)
    writer.close()
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == "mjpeg"
        seen = [(frame.time, frame.to_ndarray(format="rgb24").mean()) for frame in
                container.decode(video=0)]  # fmt: skip
    assert [time for time, _ in seen] == pytest.approx(times, abs=1e-3)
    assert [level for _, level in seen] == pytest.approx([0, 60, 120, 180], abs=4)


def test_what_cannot_be_finished_is_left_nowhere(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 30, (48, 64))
    writer.write(grey(9))
    writer.discard()
    writer.close()
    assert not list(tmp_path.iterdir())
