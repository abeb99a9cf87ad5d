"""A folder of results is never emptied unasked, and one that was cut off goes on."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings

from engine.errors import AppError, DatasetError
from engine.formats.txt_list import read_list
from engine.jobs import Cancelled, CancelToken
from engine.pipeline.batch import BatchOptions, BatchReport, predict_batch
from engine.pipeline.batch_results import NOTES, Existing, Results
from engine.pipeline.pipeline import Pipeline
from engine.sources.video_writer import VideoWriter
from engine.thresholds import Thresholds
from engine.values import FrameId
from tests.damage import damaged_bytes, seeds
from tests.fakes import FakeBackend, make_weights
from tests.make import write_picture

RESUME, OVERWRITE = Existing.RESUME, Existing.OVERWRITE


def make_pipeline(model: str = "tiny_segmenter") -> Pipeline:
    weights = make_weights(model)
    return Pipeline(weights, use=FakeBackend(weights))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine pictures, two of the same name."""
    for i in range(8):
        write_picture(tmp_path / "in" / f"{i}.png", seed=i)
    write_picture(tmp_path / "more" / "3.png", seed=9)
    return tmp_path


def inputs(folder: Path) -> list[str]:
    return [str(folder / "in"), str(folder / "more")]


def contents(out: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def write_video(path: Path, count: int) -> Path:
    writer = VideoWriter(path, 25, (48, 64))
    for i in range(count):
        writer.write(np.full((48, 64, 3), i * 20, np.uint8))
    writer.close()
    return path


def cut_off(pipeline: Pipeline, what: list[str], options: BatchOptions, after: int) -> None:
    """Predict until so many frames are done, as a kill would end it: the list is never written."""
    cancel = CancelToken()

    def stop(done: int, total: int, text: str) -> None:
        if done >= after:
            cancel.cancel()

    with pytest.raises(Cancelled):
        predict_batch(pipeline, what, options, progress=stop, cancel=cancel)
    assert not (options.out / "predictions.txt").exists()


def listed(report: BatchReport) -> list[str]:
    entries = read_list(report.list_path, strict=True).entries
    return [f"{e.image.parent.name}/{e.image.name}" for e in entries]


@pytest.mark.parametrize("existing", list(Existing))
def test_nothing_that_can_be_read_leaves_the_folder_untouched(
    folder: Path, existing: Existing
) -> None:
    options = BatchOptions(folder / "out")
    predict_batch(make_pipeline(), inputs(folder), options)
    before = contents(folder / "out")
    with suppress(DatasetError):
        again = replace(options, existing=existing)
        report = predict_batch(make_pipeline(), [str(folder / "typo.jpg")], again)
        assert (report.images, len(report.errors)) == (0, 1)
    assert contents(folder / "out") == before
    new = BatchOptions(folder / "new", existing=existing)
    predict_batch(make_pipeline(), [str(folder / "typo.jpg")], new)
    assert not (folder / "new").exists()


@pytest.mark.parametrize("name", ["predictions.txt", "predict.jsonl", "labels.txt", "labels/a.txt"])
def test_a_folder_that_holds_something_is_asked_about(folder: Path, name: str) -> None:
    path = folder / "out" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(DatasetError, match="already") as caught:
        predict_batch(make_pipeline(), inputs(folder), BatchOptions(folder / "out"))
    assert "--overwrite" in caught.value.hint
    assert ("--resume" in caught.value.hint) == (name == NOTES)
    options = BatchOptions(folder / "out", existing=RESUME)
    with pytest.raises(DatasetError):
        predict_batch(make_pipeline(), inputs(folder), options)
    assert contents(folder / "out") == {name: b"mine"}


def test_overwriting_leaves_nothing_of_the_earlier_result(folder: Path) -> None:
    options = BatchOptions(folder / "out", overlay=True, existing=OVERWRITE)
    predict_batch(make_pipeline(), inputs(folder), options)
    (folder / "out" / "mine.txt").write_text("not a result")
    report = predict_batch(make_pipeline(), inputs(folder)[1:], options)
    assert listed(report) == ["more/3.png"]
    assert set(contents(folder / "out")) == {
        "labels.txt", "labels/3.png", "mine.txt", "overlays/3.jpg", "predict.jsonl",
        "predictions.txt",
    }  # fmt: skip


@pytest.mark.parametrize("model", ["tiny_segmenter", "tiny_detector", "tiny_classifier"])
@pytest.mark.parametrize("after", [4, 8])
def test_a_result_that_was_cut_off_goes_on_to_the_whole_one(
    folder: Path, model: str, after: int
) -> None:
    pipeline = make_pipeline(model)
    whole = predict_batch(pipeline, inputs(folder), BatchOptions(folder / "whole", overlay=True))
    options = BatchOptions(folder / "out", overlay=True)
    cut_off(pipeline, inputs(folder), options, after)
    with pytest.raises(DatasetError, match="cut off"):
        predict_batch(pipeline, inputs(folder), options)
    options = replace(options, existing=RESUME)
    report = predict_batch(pipeline, inputs(folder), options)
    assert (report.kept, report.images) == (after, 9 - after)
    assert listed(report) == listed(whole)
    assert contents(folder / "out") == contents(folder / "whole")
    again = predict_batch(pipeline, inputs(folder), options)
    assert (again.kept, again.images) == (9, 0)
    assert contents(folder / "out") == contents(folder / "whole")


def test_more_inputs_are_added_to_a_result(folder: Path) -> None:
    options = BatchOptions(folder / "out", existing=RESUME)
    predict_batch(make_pipeline(), inputs(folder)[1:], options)
    report = predict_batch(make_pipeline(), inputs(folder)[:1], options)
    assert listed(report) == ["more/3.png", *(f"in/{i}.png" for i in range(8))]
    assert len({e.label for e in read_list(report.list_path).entries}) == 9


def test_a_label_file_that_is_gone_is_made_again(folder: Path) -> None:
    options = BatchOptions(folder / "out", existing=RESUME)
    predict_batch(make_pipeline(), inputs(folder), options)
    before = contents(folder / "out")
    (folder / "out" / "labels" / "2.png").unlink()
    report = predict_batch(make_pipeline(), inputs(folder), options)
    assert (report.kept, report.images) == (8, 1)
    assert contents(folder / "out").keys() == before.keys()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"thresholds": Thresholds(conf=0.75)}, r"conf 0\.\d+, not 0\.75"),
        ({"thresholds": Thresholds(tile=64)}, "tile 0, not 64"),
        ({"thresholds": Thresholds(tracks=True)}, "tracks False, not True"),
        ({"overlay": True}, "overlay False, not True"),
    ],
)
def test_other_settings_are_not_mixed_into_a_result(folder: Path, change, words) -> None:
    options = BatchOptions(folder / "out", existing=RESUME)
    predict_batch(make_pipeline(), inputs(folder)[1:], options)
    before = contents(folder / "out")
    with pytest.raises(DatasetError, match=words):
        predict_batch(make_pipeline(), inputs(folder), replace(options, **change))
    with pytest.raises(DatasetError, match="model"):
        predict_batch(make_pipeline("tiny_detector"), inputs(folder), options)
    assert contents(folder / "out") == before


@pytest.mark.parametrize("overlay", [False, True])
def test_a_video_goes_on_and_its_overlay_is_whole(tmp_path: Path, overlay: bool) -> None:
    video = [str(write_video(tmp_path / "clip.mp4", 9))]
    options = BatchOptions(tmp_path / "out", overlay=overlay, existing=RESUME)
    cut_off(make_pipeline(), video, options, 4)
    report = predict_batch(make_pipeline(), video, options)
    assert (report.kept, report.images) == ((0, 9) if overlay else (4, 5))
    assert [e.image.name for e in read_list(report.list_path, strict=True).entries] == [
        f"clip_{i:06d}.jpg" for i in range(9)
    ]
    if overlay:
        reader = cv2.VideoCapture(str(tmp_path / "out" / "overlays" / "clip.mp4"))
        assert reader.get(cv2.CAP_PROP_FRAME_COUNT) == 9
        reader.release()
    (tmp_path / "out" / "labels" / "clip_000005.png").unlink()
    again = predict_batch(make_pipeline(), video, options)
    assert again.images == (9 if overlay else 1)


def test_tracks_go_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    """They depend on the frames before, which are therefore looked at again."""
    writer = VideoWriter(tmp_path / "clip.mp4", 25, (48, 64))
    for i in range(9):
        pixels = np.zeros((48, 64, 3), np.uint8)
        pixels[10:30, 3 * i : 3 * i + 20] = 255
        writer.write(pixels)
    writer.close()
    video, pipeline = [str(tmp_path / "clip.mp4")], make_pipeline("tiny_detector")
    wanted = BatchOptions(tmp_path / "whole", Thresholds(tracks=True), keeps_scores=True)
    whole = predict_batch(pipeline, video, wanted)
    options = replace(wanted, out=tmp_path / "out", existing=RESUME)
    cut_off(pipeline, video, options, 4)
    report = predict_batch(pipeline, video, options)
    assert (report.kept, report.images) == (0, 9)
    for a, b in zip(*(read_list(r.list_path).entries for r in (whole, report)), strict=True):
        assert isinstance(a.label, Path)
        assert isinstance(b.label, Path)
        assert '"track": 1' in a.label.read_text(encoding="utf-8")
        assert a.label.read_bytes() == b.label.read_bytes()


def test_a_name_that_no_list_can_hold_is_reported(tmp_path: Path) -> None:
    write_picture(tmp_path / "in" / "a.png")
    try:
        (tmp_path / "in" / "b\udcff.png").write_bytes((tmp_path / "in" / "a.png").read_bytes())
    except OSError:
        pytest.skip("this system has no such names")
    report = predict_batch(make_pipeline(), [str(tmp_path / "in")], BatchOptions(tmp_path / "out"))
    assert report.images == 1
    assert "UTF-8" in report.errors[0][1]


def test_a_line_that_was_cut_off_is_left_out(folder: Path) -> None:
    options = BatchOptions(folder / "out", existing=RESUME)
    predict_batch(make_pipeline(), inputs(folder), options)
    before = contents(folder / "out")
    notes = folder / "out" / NOTES
    notes.write_bytes(notes.read_bytes()[:-20])
    report = predict_batch(make_pipeline(), inputs(folder), options)
    assert (report.kept, report.images) == (8, 1)
    assert contents(folder / "out") == before


ROW = {"path": "/a.png", "index": 0, "stem": "a", "image": "/a.png", "label": "labels/a.png",
       "is_file": True, "overlay": None}  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"label": "../a.png"}, {"label": "/etc/a"}, {"label": 5}, {"index": "0"}, {"x": 1}]
)
def test_notes_that_name_files_elsewhere_are_refused(tmp_path: Path, change) -> None:
    (tmp_path / NOTES).write_text(f'{{"tile": 0}}\n{json.dumps(ROW | change)}\n')
    with pytest.raises(DatasetError, match=r"predict\.jsonl, line 2"):
        Results(tmp_path, {"tile": 0}, RESUME)


def test_a_name_that_no_file_can_have_is_not_done(tmp_path: Path) -> None:
    row = ROW | {"label": f"labels/{'a' * 5000}.png"}
    (tmp_path / NOTES).write_text(f'{{"tile": 0}}\n{json.dumps(row)}\n')
    assert Results(tmp_path, {"tile": 0}, RESUME).kept == 0


@settings(max_examples=60)
@given(seeds)
def test_damaged_notes_are_gone_on_with_or_refused(tmp_path_factory, seed) -> None:
    out = tmp_path_factory.mktemp("out", numbered=True)
    rows = ({"tile": 0}, ROW, ROW | {"path": "/b.png", "label": "cat", "is_file": False})
    good = "".join(f"{json.dumps(row)}\n" for row in rows)
    (out / NOTES).write_bytes(damaged_bytes(good.encode(), seed))
    (out / "labels").mkdir()
    (out / "labels" / "a.png").write_bytes(b"")
    with suppress(AppError):
        results = Results(out, {"tile": 0}, RESUME)
        results.forget([FrameId("/a.png")])
        results.begin()
        assert np.isfinite(results.kept)
