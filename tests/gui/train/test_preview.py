"""Samples drawn before a training: of a list, or of the project's corrected pictures."""

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QObject

from engine.annotations.edits import Edit, add
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId
from gui.train.form import TrainForm
from gui.train.preview import COUNT, PreviewController, PreviewRequest
from tests.gui.conftest import PATIENCE_MS
from tests.make import LABELS, write_picture
from tests.make_run import write_run

SMALL = {"size_hw": [32, 32], "augment": {"flip": True, "color": 1.0}}


@pytest.fixture
def preview(qtbot, jobs):
    parent = QObject()
    yield PreviewController(jobs, parent)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def form(train_list="", **settings):
    return TrainForm("unet32", "w", 1, str(train_list), settings=SMALL | settings)


def draw(qtbot, preview, request):
    with (
        qtbot.waitSignal(preview.shown, timeout=PATIENCE_MS) as shown,
        qtbot.waitSignals([preview.busy_changed] * 2, timeout=PATIENCE_MS),
    ):
        preview.ask(request)
    return shown.args[0]


def test_nine_samples_of_a_list_are_drawn_anew_each_time(qtbot, preview, tmp_path):
    write_run(tmp_path)
    request = PreviewRequest(form(tmp_path / "list.txt"), "semantic", None)
    first, second = (draw(qtbot, preview, request) for _ in range(2))
    assert [pixels.shape for pixels in first] == [(32, 32, 3)] * COUNT
    assert not all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("task", ["semantic", "detection"])
def test_the_projects_corrected_pictures_are_drawn(qtbot, preview, tmp_path, task):
    with Project.create(tmp_path, LABELS) as project:
        path = write_picture(tmp_path / "a.png", (32, 32))
        project.add_frames([path])
        box = Annotation(Box(2, 2, 20, 30), 1)
        project.apply(FrameId(str(path)), Edit("Draw", partial(add, annotations=box)))
    wanted = form()
    if task == "detection":
        wanted = TrainForm("yolo_v3_tiny", "w", 1, settings=SMALL)
    pictures = draw(qtbot, preview, PreviewRequest(wanted, task, tmp_path))
    assert len(pictures) == COUNT


@pytest.mark.parametrize("is_open", [True, False])
def test_without_samples_the_person_hears_what_to_do(qtbot, preview, tmp_path, is_open):
    if is_open:
        Project.create(tmp_path, LABELS).close()
    root = tmp_path if is_open else None
    with qtbot.waitSignal(preview.failed, timeout=PATIENCE_MS) as failed:
        preview.ask(PreviewRequest(form(), "semantic", root))
    assert "no samples" in failed.args[0].message
    assert "verify" in failed.args[0].hint


def test_what_the_trainer_would_refuse_is_said(qtbot, preview, tmp_path):
    write_run(tmp_path)
    wanted = form(tmp_path / "list.txt", augment={"mosaic": 0.5})
    with qtbot.waitSignal(preview.failed, timeout=PATIENCE_MS) as failed:
        preview.ask(PreviewRequest(wanted, "semantic", None))
    assert "mosaic" in failed.args[0].message
