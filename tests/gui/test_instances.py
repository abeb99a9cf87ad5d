"""Instances in the real window: one color each, corrected one by one, exported with their holes."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.checks.check import check
from engine.datasets.truth import open_list
from engine.export.options import ExportOptions, Split
from engine.formats.instances import read_instances
from engine.painting.object_colors import PALETTE
from engine.values import Annotation, Mask
from engine.weights.weights import save
from gui.controllers.export import ExportRequest
from gui.panels.object_rows import LABEL
from models.task import Task
from tests.fakes import make_weights
from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.make_instances import ring, write_instance_list
from tests.make_labels import add_label

pytestmark = pytest.mark.slow


@pytest.fixture
def nuclei(qtbot, app, tmp_path):
    """The window with a picture of one ring, and weights that find it."""
    write_instance_list(tmp_path, [[Annotation(ring(8, 8, 40, 16), 1)]], (64, 96))
    weights = make_weights("tiny_instances")
    path = tmp_path / "rings.safetensors"
    save(path, weights.module.state_dict(), weights.card)
    open_pictures(qtbot, app, tmp_path / "0.png")
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(path)])
    return app


def drag(qtbot, app, *points):
    """Drag the mouse through points of the frame."""
    canvas = app.window.canvas
    density = canvas.devicePixelRatioF()
    screen = [canvas.view.to_screen(x + 0.5, y + 0.5) for x, y in points]
    places = [QPoint(round(x / density), round(y / density)) for x, y in screen]
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])


def at(mask, x, y):
    inside = np.zeros((64, 96), bool)
    height, width = mask.pixels.shape
    inside[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return inside[y, x]


def test_instances_are_corrected_one_by_one_and_exported_with_holes(qtbot, nuclei, tmp_path):
    app, annotations, canvas = nuclei, nuclei.session.annotations, nuclei.window.canvas
    with qtbot.waitSignal(app.session.predictions.answered, timeout=PATIENCE_MS):
        app.actions["predict"].trigger()
    (found,) = annotations.sample.proposals
    assert not at(found.region, 28, 28), "the hole is open"
    app.actions["accept_all"].trigger()
    annotations.select(())
    canvas.set_tool("brush")
    canvas.set_brush(7)
    drag(qtbot, app, (70, 20), (70, 44))
    first, second = annotations.sample.annotations
    assert annotations.selection == (second.id,)
    canvas.set_brush(3)
    canvas.set_tool("eraser")
    drag(qtbot, app, (70, 30), (70, 34))
    after = annotations.sample.find(second.id).region
    assert at(after, 70, 22)
    assert not at(after, 70, 32)
    assert annotations.sample.find(first.id).region == first.region, "the other one stays"

    request = ExportRequest(tmp_path / "out", ExportOptions("txt", split=Split((1.0, 0.0, 0.0))))
    with qtbot.waitSignal(app.side("export").export.finished, timeout=PATIENCE_MS) as finished:
        app.side("export").panel.export_requested.emit(request)
    path = finished.args[0].lists["train"]
    assert check(path).ok
    (entry,) = open_list(path, Task.INSTANCE).entries
    written = [a.region for a in read_instances(entry.label).annotations]
    assert written == [first.region, after]
    assert all(isinstance(region, Mask) for region in written)


def test_what_was_accepted_while_the_model_was_at_work_is_not_proposed_again(qtbot, nuclei):
    app, annotations = nuclei, nuclei.session.annotations
    predictions = app.session.predictions
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as first:
        app.actions["predict"].trigger()
    app.actions["accept_all"].trigger()
    assert len(annotations.sample.annotations) == 1
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS):
        predictions.answered.emit(first.args[0])
        assert not annotations.sample.proposals
    qtbot.wait(0)
    qtbot.waitUntil(lambda: not app.session.jobs.running, timeout=PATIENCE_MS)
    assert not annotations.sample.proposals


def test_each_instance_has_its_own_color_unless_the_person_wants_the_labels(qtbot, nuclei):
    app, annotations, canvas = nuclei, nuclei.session.annotations, nuclei.window.canvas
    assert app.actions["color_by_object"].isChecked(), "an instance model is loaded"
    annotations.choose_label(add_label(app.session.project, "nucleus"))
    canvas.set_tool("brush")
    canvas.set_brush(3)
    for x in (60, 66, 72):
        annotations.select(())
        drag(qtbot, app, (x, 10), (x, 50))
    colors = [canvas.color_of(a.id) for a in annotations.sample.annotations]
    assert len(set(colors)) == 3
    assert set(colors) <= set(PALETTE)
    rows = app.window.objects.model
    swatch = rows.data(rows.index(0, LABEL), Qt.ItemDataRole.DecorationRole)
    assert swatch.pixmap(8).toImage().pixelColor(4, 4).getRgb()[:3] == colors[0]
    app.actions["color_by_label"].trigger()
    assert not app.actions["color_by_object"].isChecked()
    (label,) = annotations.labels
    assert {canvas.color_of(a.id) for a in annotations.sample.annotations} == {label.color}
    assert app.store.now.colored_by == "label"
