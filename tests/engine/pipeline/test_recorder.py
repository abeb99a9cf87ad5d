from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import SourceError
from engine.pipeline.live import LiveResult
from engine.pipeline.recorded import recording_path
from engine.pipeline.recorder import Recorder, Recording
from engine.values import Frame, FrameId


def test_pictures_keep_the_times_at_which_they_were_captured(tmp_path: Path) -> None:
    times = [100.0, 100.04, 100.5, 103.25]
    recorder = Recorder(tmp_path / "a.mp4")
    for number, captured_at in enumerate(times):
        recorder.write(np.full((48, 64, 3), 50 * number, np.uint8), captured_at)
    done = recorder.close()
    assert done is not None
    assert (done.path, done.frames) == (tmp_path / "a.mp4", 4)
    assert done.seconds == pytest.approx(3.25)
    with av.open(str(done.path)) as container:
        seen = [frame.time for frame in container.decode(video=0)]
    assert seen == pytest.approx([time - 100 for time in times], abs=1e-3)


def test_nothing_recorded_makes_no_file(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    assert recorder.close() is None
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Cannot write"):
        Recorder(tmp_path / "no" / "a.mp4").write(np.zeros((48, 64, 3), np.uint8), 0.0)


def test_the_name_says_of_what_and_when(tmp_path: Path) -> None:
    path = recording_path(tmp_path, "rtsp://camera/live?x=1")
    assert path.parent == tmp_path
    assert path.suffix == ".mp4"
    assert path.stem.startswith("live_x_1-2")


def shot(number: int) -> LiveResult:
    return LiveResult(Frame(FrameId("a", number), np.zeros((48, 64, 3), np.uint8)), 10.0 + number)


def test_a_recording_begins_and_ends_when_asked(tmp_path: Path) -> None:
    recording = Recording()
    recording.take(shot(0))
    recording.begin(tmp_path / "new" / "a.mp4")
    recording.take(shot(1))
    recording.take(shot(2))
    done = recording.end()
    assert done is not None
    assert (done.frames, done.seconds) == (2, 1.0)
    assert done.path.is_file()
    recording.take(shot(3))
    assert recording.end() is None


def test_a_recording_that_cannot_be_written_is_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recording = Recording()
    recording.begin(tmp_path / "file" / "a.mp4")
    with pytest.raises(SourceError):
        recording.take(shot(0))
    recording.take(shot(1))
    assert recording.end() is None
