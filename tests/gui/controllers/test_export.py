import json
from functools import partial

import pytest
from PySide6.QtCore import QObject

from engine.annotations.edits import Edit, add
from engine.export.options import ExportOptions, Split
from engine.look import look_at, open_labels
from engine.project.project import Project
from engine.project.seen import Seen
from engine.values import Annotation, Box, FrameId, SampleState
from gui.controllers.export import ExportController, ExportRequest, training_options
from models.task import Task
from tests.gui.conftest import PATIENCE_MS
from tests.make import LABELS, write_picture


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "pictures"
    with Project.create(folder_with(folder), LABELS) as project:
        for number in range(4):
            path = write_picture(folder / f"{number}.png", seed=number)
            project.add_frames([path])
            box = Annotation(Box(2, 2, 20 + number, 30), 1)
            project.apply(FrameId(str(path)), Edit("Draw", partial(add, annotations=box)))
    return folder


def folder_with(folder):
    folder.mkdir()
    return folder


@pytest.fixture
def export(qtbot, jobs):
    parent = QObject()
    yield ExportController(jobs, parent)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def request(folder, name="txt_detection", **options):
    return ExportRequest(folder, ExportOptions(name, **options))


@pytest.mark.parametrize("name", ["txt_detection", "txt"])
def test_a_format_is_written_and_reported(qtbot, export, root, tmp_path, name):
    wanted = request(tmp_path / "out", name, split=Split((1.0, 0.0, 0.0)))
    with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS) as finished:
        export.start(root, wanted)
    report = finished.args[0]
    assert report.written == 4
    assert len(report.lists["train"].read_text(encoding="utf-8").splitlines()) == 4
    assert report.lines[0].endswith(": train 4.")
    assert report.is_flawless


def test_nothing_verified_is_said(qtbot, export, root, tmp_path):
    wanted = request(tmp_path / "out", states=frozenset({SampleState.VERIFIED}))
    with qtbot.waitSignal(export.failed, timeout=PATIENCE_MS) as failed:
        export.start(root, wanted)
    assert "nothing to export" in failed.args[0].message


def test_a_place_that_cannot_be_written_is_said(qtbot, export, root, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with qtbot.waitSignal(export.failed, timeout=PATIENCE_MS) as failed:
        export.start(root, request(tmp_path / "file" / "out"))
    assert failed.args[0].message


def test_cancelling_ends_it_and_the_next_one_works(qtbot, export, root, tmp_path):
    running = []
    export.running_changed.connect(running.append)
    export.start(root, request(tmp_path / "out"))
    with qtbot.waitSignal(
        export.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda is_on: not is_on
    ):
        export.cancel()
    with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS):
        export.start(root, request(tmp_path / "out"))
    assert running[:2] == [True, False]


def test_a_second_one_at_once_is_refused(qtbot, export, root, tmp_path):
    with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS):
        export.start(root, request(tmp_path / "out"))
        with qtbot.waitSignal(export.failed):
            export.start(root, request(tmp_path / "out"))


def test_what_was_lost_when_label_files_were_read_is_in_the_report(qtbot, export, tmp_path):
    picture = write_picture(tmp_path / "in" / "a.png")
    box = {"label": "cat", "points": [[1, 1], [9, 9]], "shape_type": "rectangle"}
    shapes = [box, {**box, "points": [[1, 1]]}]
    picture.with_suffix(".json").write_text(json.dumps({"shapes": shapes, "imagePath": "a.png"}))
    found = look_at([picture.parent])
    with Project.look(picture.parent) as project:
        project.see(Seen((str(picture),), open_labels(found.labels).chosen))
        with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS) as finished:
            export.start(project.place, request(tmp_path / "out", "labelme"))
    assert [r.what for r in finished.args[0].objects.skipped] == ["shape 2"]


def test_the_parts_of_a_labelled_dataset_are_kept(qtbot, export, tmp_path):
    for name in ("train", "val", "test"):
        for number in range(4):
            path = write_picture(tmp_path / f"in/images/{name}/{name}{number}.png", seed=number)
            label = tmp_path / f"in/labels/{name}/{path.stem}.txt"
            label.parent.mkdir(parents=True, exist_ok=True)
            label.write_text("0 0.5 0.5 0.5 0.5\n")
    found = look_at([tmp_path / "in"])
    paths = tuple(frame_id.path for frame_id in found.frame_ids)
    with Project.look(tmp_path / "in") as project:
        project.see(Seen(paths, open_labels(found.labels).chosen))
        with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS) as finished:
            options = training_options(Task.DETECTION)
            export.start(project.place, ExportRequest(tmp_path / "out", options))
    report = finished.args[0]
    assert "12 pictures in the part that the label files have them in." in report.notes
    for name, path in report.lists.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [name in line.split()[0].rpartition("/")[2] for line in lines] == [True] * 4
