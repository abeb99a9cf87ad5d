"""A detector's boxes in the window: steps over the canvas, cells under the mouse."""

from functools import partial

import pytest
import torch
from PySide6.QtCore import QPoint, Qt

from engine.annotations.edits import Edit, add
from engine.errors import AppError
from engine.preprocess import Preprocessing
from engine.sources.video_writer import VideoWriter
from engine.values import Annotation, Box, Label
from engine.weights.card import Card
from engine.weights.weights import save
from gui.inside.boxes import LEARNERS, STEPS, SUPPRESSION
from gui.inside.panel.views import MAPS, SEARCH
from gui.session.mode import CanvasMode
from models.detection.yolo_tiny import yolo_v3_tiny
from models.task import Task
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_pixels


@pytest.fixture(scope="session")
def detector(tmp_path_factory):
    """A YOLOv3-tiny that has learned nothing, but is surer of some boxes than of others."""
    torch.manual_seed(1)
    labels = (Label(1, "cell", (200, 60, 60)), Label(2, "rod", (60, 60, 200)))
    network = yolo_v3_tiny(len(labels), width=0.25).eval()
    with torch.no_grad():
        for head in (network.head32, network.head16):
            head[1].weight *= 40
            head[1].bias.zero_()  # Else all begin as unlikely.
    card = Card(
        "yolo_v3_tiny", Task.DETECTION, labels, Preprocessing((96, 128)), options={"width": 0.25}
    )
    path = tmp_path_factory.mktemp("weights") / "detector.safetensors"
    save(path, network.state_dict(), card)
    return path


@pytest.fixture
def looking(qtbot, opened, detector):
    """A picture is open, a detector is loaded, and its steps are shown."""
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(detector))
    opened.actions["inside"].trigger()
    opened.side("inside").views.choose(STEPS)
    wait_for_drawing(qtbot, opened)
    return opened


def wait_for_drawing(qtbot, app):
    layer = app.window.canvas.inside
    qtbot.waitUntil(lambda: layer.drawing is not None, timeout=PATIENCE_MS)
    return layer.drawing


def write_video(path):
    writer = VideoWriter(path, 25, (48, 64))
    for number in range(50):
        writer.write(make_pixels(seed=number))
    writer.close()
    return path


def place_of(app, x, y):
    sx, sy = app.window.canvas.view.to_screen(x, y)
    return QPoint(round(sx), round(sy))


def test_views_of_boxes_are_offered_for_detectors_only(qtbot, opened, tiny_weights):
    views = opened.side("inside").views
    assert [views._choice.itemData(row) for row in range(views._choice.count())] == [MAPS, SEARCH]
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tiny_weights))
    assert [views._choice.itemData(row) for row in range(views._choice.count())] == [MAPS, SEARCH]


@pytest.mark.slow
def test_the_steps_of_a_detector_lie_over_the_picture(looking):
    drawing, steps = (
        looking.window.canvas.inside.drawing,
        looking.side("inside").boxes.pages[STEPS],
    )
    assert drawing.cells is not None
    assert steps._step.count() == 2
    assert not looking.window.canvas.is_editable
    assert not looking.window.canvas.inside.has_film
    assert "cells" in steps._status.text()


@pytest.mark.slow
def test_a_click_keeps_a_cell_and_another_lets_it_go(qtbot, looking):
    canvas, page = looking.window.canvas, looking.side("inside").boxes.pages[STEPS]
    spot = place_of(looking, 64, 48)
    qtbot.mouseMove(canvas, spot)
    assert page.cell._table.rowCount() == 3
    with qtbot.waitSignal(looking.side("inside").boxes._boxes.seen, timeout=PATIENCE_MS):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: len(canvas.inside.drawing.boxes) == 3, timeout=PATIENCE_MS)
    assert canvas.inside.drawing.cells.marked is not None
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: canvas.inside.drawing.cells.marked is not None, timeout=PATIENCE_MS)
    assert not looking.side("inside").boxes._is_kept


@pytest.mark.slow
def test_the_next_picture_and_closing_take_the_drawing_along(qtbot, looking):
    layer = looking.window.canvas.inside
    with qtbot.waitSignal(looking.session.frames.frame_shown, timeout=PATIENCE_MS):
        looking.actions["next"].trigger()
    wait_for_drawing(qtbot, looking)
    assert looking.side("inside").boxes._seen.frame is looking.session.frames.frame
    looking.actions["inside"].trigger()
    assert layer.drawing is None
    assert looking.window.canvas.is_editable
    qtbot.waitUntil(lambda: not looking.session.jobs.running, timeout=PATIENCE_MS)
    assert layer.drawing is None


@pytest.mark.slow
def test_a_model_without_boxes_brings_back_the_feature_maps(qtbot, looking, tiny_weights):
    with qtbot.waitSignal(looking.session.weights.loaded_changed, timeout=PATIENCE_MS):
        looking.session.load_weights(str(tiny_weights))
    assert looking.side("inside").views.view == "maps"
    assert looking.window.canvas.inside.drawing is None
    qtbot.waitUntil(lambda: looking.window.canvas.inside.has_film, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_suppression_follows_the_thresholds(qtbot, looking):
    looking.side("inside").views.choose(SUPPRESSION)
    page = looking.side("inside").boxes.suppression
    qtbot.waitUntil(lambda: page._trace is not None, timeout=PATIENCE_MS)
    before = len(page._trace)
    looking.store.change(conf=0.01)
    qtbot.waitUntil(lambda: len(page._trace) > before, timeout=PATIENCE_MS)
    looking.store.change(iou=0.8)
    qtbot.waitUntil(lambda: page._trace.iou == 0.8, timeout=PATIENCE_MS)
    page.go(0)
    drawn = looking.window.canvas.inside
    qtbot.waitUntil(lambda: drawn.drawing.captions[-1][1].startswith("#1 "), timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_click_on_an_object_shows_what_learns_it(qtbot, looking):
    annotation = Annotation(Box(30, 20, 90, 80), label_id=1)
    looking.session.annotations.apply(Edit("Add", partial(add, annotations=(annotation,))))
    looking.side("inside").views.choose(LEARNERS)
    layer = looking.window.canvas.inside
    qtbot.waitUntil(
        lambda: layer.drawing is not None and layer.drawing.shows_objects, timeout=PATIENCE_MS
    )
    spot = place_of(looking, 60, 50)
    qtbot.mouseClick(looking.window.canvas, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: not layer.drawing.shows_objects, timeout=PATIENCE_MS)
    text = looking.side("inside").boxes.learners._what.text()
    assert "60 x 60 pixels" in text
    assert "IoU" in text
    beside = place_of(looking, 4, 4)
    qtbot.mouseClick(looking.window.canvas, Qt.MouseButton.LeftButton, pos=beside)
    qtbot.waitUntil(
        lambda: layer.drawing is not None and layer.drawing.shows_objects, timeout=PATIENCE_MS
    )


@pytest.mark.slow
def test_on_a_video_each_new_frame_is_looked_at_without_another_pass(qtbot, looking, tmp_path):
    path = write_video(tmp_path / "film.mp4")
    looking.side("inside").views.choose(STEPS)
    looking.store.change(live=True)
    looking.desk.open_paths([str(path)])
    boxes = looking.side("inside").boxes
    qtbot.waitUntil(lambda: boxes._seen is not None and boxes._seen.is_live, timeout=PATIENCE_MS)
    shot = looking.session.live.shot
    assert shot.raw is not None
    assert shot.pipeline is looking.session.weights.loaded.pipeline
    looking.session.close_live()


@pytest.mark.slow
def test_boxes_wait_no_longer_for_an_answer_that_failed(qtbot, looking):
    frame = looking.session.frames.frame
    qtbot.waitUntil(lambda: not looking.session.jobs.running, timeout=PATIENCE_MS)
    looking.session.shown.clear(CanvasMode.PICTURES)
    looking.session.shown.show(frame, is_asked=True)
    assert looking.window.canvas.inside.drawing is None
    looking.session.predictions.failed.emit(AppError("out of memory"))
    wait_for_drawing(qtbot, looking)
