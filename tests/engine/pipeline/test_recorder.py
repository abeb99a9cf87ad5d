import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import SourceError
from engine.pipeline.live import LiveResult
from engine.pipeline.recorded import KINDS, Places, recording_places
from engine.pipeline.recorder import RESERVE, Recorder, Recording, painted
from engine.values import Box, Detection, Frame, FrameId, Label, Prediction


def test_nothing_recorded_makes_no_file(tmp_path: Path) -> None:
    Recorder(tmp_path / "a.mp4").close()
    recording = Recording()
    recording.begin(recording_places(tmp_path, "a", KINDS))
    assert recording.end() is None
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Cannot write"):
        Recorder(tmp_path / "no" / "a.mp4").write(np.zeros((48, 64, 3), np.uint8), 0.0)


def test_the_names_say_of_what_and_when(tmp_path: Path) -> None:
    places = recording_places(tmp_path, "rtsp://camera/live?x=1", KINDS)
    assert {path.parent for path in places.paths} == {tmp_path}
    assert places.seen is not None
    stem = places.seen.stem
    assert stem.startswith("live_x_1-2")
    assert [path.name for path in places.paths] == [f"{stem}.mp4", f"{stem}-raw.mp4",
                                                    f"{stem}.jsonl"]  # fmt: skip
    assert recording_places(tmp_path, "a").raw is None


def shot(number: int, side: int = 48) -> LiveResult:
    pixels = np.full((side, 64, 3), 50 * (number % 5), np.uint8)
    return LiveResult(Frame(FrameId("a", number), pixels), 10.0 + number)


def test_a_recording_begins_and_ends_when_asked(tmp_path: Path) -> None:
    recording = Recording()
    recording.take(shot(0))
    recording.begin(Places(seen=tmp_path / "new" / "a.mp4"))
    recording.take(shot(1))
    recording.take(shot(2))
    done = recording.end()
    assert done is not None
    assert (done.frames, done.seconds, done.codec, done.ended) == (2, 1.0, "H.264", "")
    assert done.path.is_file()
    recording.take(shot(3))
    assert recording.end() is None


def test_every_part_has_every_frame_at_its_time(tmp_path: Path) -> None:
    places = recording_places(tmp_path, "a", KINDS)
    recording = Recording()
    recording.begin(places)
    for number in (0, 1, 4):
        recording.take(shot(number))
    done = recording.end()
    assert done is not None
    assert done.paths == places.paths
    for path in done.paths[:2]:
        with av.open(str(path)) as container:
            seen = [frame.time for frame in container.decode(video=0)]
        assert seen == pytest.approx([0, 1, 4], abs=1e-3)
    assert places.lines is not None
    assert len(places.lines.read_text(encoding="utf-8").splitlines()) == 3
    assert sorted(tmp_path.iterdir()) == sorted(places.paths), "nothing half done is left"


def test_a_recording_that_cannot_be_written_is_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recording = Recording()
    recording.begin(Places(seen=tmp_path / "file" / "a.mp4"))
    with pytest.raises(SourceError):
        recording.take(shot(0))
    recording.take(shot(1))
    assert recording.end() is None


def test_a_full_disk_ends_it_and_what_was_recorded_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = namedtuple("disk", "total used free")
    free = [RESERVE, RESERVE, RESERVE - 1]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk(RESERVE, 0, free.pop(0)))
    recording = Recording()
    recording.begin(recording_places(tmp_path, "a", KINDS))
    assert recording.take(shot(0)) is None
    assert recording.take(shot(1)) is None
    done = recording.take(shot(2))
    assert done is not None
    assert "is full" in done.ended
    assert (done.frames, len(done.paths)) == (2, 3)
    assert all(path.stat().st_size for path in done.paths)
    assert not recording.is_on


def test_a_disk_full_from_the_start_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = namedtuple("disk", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk(1, 1, 0))
    recording = Recording()
    recording.begin(recording_places(tmp_path, "a", KINDS))
    with pytest.raises(SourceError, match="is full"):
        recording.take(shot(0))
    assert not list(tmp_path.iterdir())


def test_frames_of_another_size_end_it(tmp_path: Path) -> None:
    recording = Recording()
    recording.begin(Places(raw=tmp_path / "a.mp4"))
    recording.take(shot(0))
    done = recording.take(shot(1, side=96))
    assert done is not None
    assert done.frames == 1
    assert "another size" in done.ended


def test_what_is_seen_over_one_another_is_recorded_so() -> None:
    def said(number: int, box: Box) -> LiveResult:
        label = Label(number, "thing", (255 * (number == 1), 0, 255 * (number == 2)))
        objects = (Detection(box, number, 0.9),)
        prediction = Prediction(FrameId("a", 1), (48, 64), (label,), objects)
        return replace(shot(1), prediction=prediction)

    main, other = said(1, Box(4, 20, 20, 40)), said(2, Box(40, 20, 60, 40))
    alone = painted(replace(main, beside=other))
    assert (alone[30:, 32:] == main.frame.pixels[30:, 32:]).all(), "compared side by side"
    both = painted(replace(main, beside=other, is_over=True))
    assert (both != main.frame.pixels).any(2)[30:, :32].any()
    assert (both != main.frame.pixels).any(2)[30:, 32:].any()
