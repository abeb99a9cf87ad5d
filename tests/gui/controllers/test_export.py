from functools import partial

import pytest
from PySide6.QtCore import QObject

from engine.annotations.edits import Edit, add
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId
from gui.controllers.export import ExportController, ExportRequest
from tests.make import LABELS, write_picture

PATIENCE_MS = 60_000


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


@pytest.mark.parametrize("task", ["semantic", "detection", "instance"])
def test_each_task_writes_a_list_and_a_report(qtbot, export, root, tmp_path, task):
    request = ExportRequest(tmp_path / "out", task, fractions=(1.0, 0.0, 0.0))
    with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS) as finished:
        export.start(root, request)
    exported = finished.args[0]
    assert exported.written == 4
    assert len(exported.lists["train"].read_text(encoding="utf-8").splitlines()) == 4
    assert exported.lines[0] == "Wrote 4 pictures: train 4."
    assert any(line.startswith("Left out") for line in exported.lines)


def test_nothing_verified_is_said(qtbot, export, root, tmp_path):
    request = ExportRequest(tmp_path / "out", "detection", which="verified")
    with qtbot.waitSignal(export.failed, timeout=PATIENCE_MS) as failed:
        export.start(root, request)
    assert "nothing to export" in failed.args[0].message


def test_a_place_that_cannot_be_written_is_said(qtbot, export, root, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with qtbot.waitSignal(export.failed, timeout=PATIENCE_MS) as failed:
        export.start(root, ExportRequest(tmp_path / "file" / "out", "detection"))
    assert failed.args[0].message


def test_cancelling_ends_it_and_the_next_one_works(qtbot, export, root, tmp_path):
    running = []
    export.running_changed.connect(running.append)
    export.start(root, ExportRequest(tmp_path / "out", "detection"))
    with qtbot.waitSignal(
        export.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda is_on: not is_on
    ):
        export.cancel()
    with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS):
        export.start(root, ExportRequest(tmp_path / "out", "detection"))
    assert running[:2] == [True, False]


def test_a_second_one_at_once_is_refused(qtbot, export, root, tmp_path):
    with qtbot.waitSignal(export.finished, timeout=PATIENCE_MS):
        export.start(root, ExportRequest(tmp_path / "out", "detection"))
        with qtbot.waitSignal(export.failed):
            export.start(root, ExportRequest(tmp_path / "out", "detection"))
