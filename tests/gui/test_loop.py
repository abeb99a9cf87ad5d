"""The whole loop in the real window: open, predict, correct, export, train, go live, compare."""

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.export.options import ExportOptions, Split
from engine.model_facts import ModelFacts
from engine.values import Box, SampleState
from gui.controllers.export import ExportRequest
from gui.train.form import TrainForm
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import add_label

pytestmark = pytest.mark.slow


def draw_box(qtbot, app, x1, y1, x2, y2):
    """Drag a box with the mouse, in frame coordinates."""
    canvas = app.window.canvas

    def on_canvas(x, y):
        x, y = canvas.view.to_screen(x, y)
        density = canvas.devicePixelRatioF()
        return QPoint(round(x / density), round(y / density))

    start, middle, end = on_canvas(x1, y1), on_canvas((x1 + x2) / 2, y2), on_canvas(x2, y2)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for position in (middle, end):
        qtbot.mouseMove(canvas, position)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def load(qtbot, app, path):
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(path)])


def predict(qtbot, app):
    with qtbot.waitSignal(app.session.predictions.answered, timeout=PATIENCE_MS):
        app.actions["predict"].trigger()


def correct_three_pictures(qtbot, app):
    annotations = app.session.annotations
    app.window.canvas.set_tool("box")
    dog = add_label(app.session.project, "dog")
    annotations.choose_label(dog)
    for number in range(3):
        if number:
            with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
                app.actions["next"].trigger()
        with qtbot.waitSignal(annotations.stored):
            draw_box(qtbot, app, 16, 12, 80, 60)
        assert annotations.sample.state is SampleState.CORRECTED
        assert isinstance(annotations.sample.annotations[-1].region, Box)
        assert annotations.sample.annotations[-1].label_id == dog


def undo_and_redo(app):
    annotations = app.session.annotations
    count = len(annotations.sample.annotations)
    app.actions["undo"].trigger()
    assert len(annotations.sample.annotations) == count - 1
    app.actions["redo"].trigger()
    assert len(annotations.sample.annotations) == count


def export(qtbot, app, folder):
    request = ExportRequest(folder, ExportOptions("txt_detection", split=Split((1.0, 0.0, 0.0))))
    with qtbot.waitSignal(app.side("export").export.finished, timeout=PATIENCE_MS) as finished:
        app.side("export").panel.export_requested.emit(request)
    exported = finished.args[0]
    assert exported.written == 3
    assert len(exported.lists["train"].read_text().splitlines()) == 3
    assert "Wrote 3 pictures" in app.side("export").panel.report.toPlainText()


def train(qtbot, app, warm_start):
    form = TrainForm(
        model="unet32",
        name="second",
        epochs=1,
        warm_start=str(warm_start),
        settings={"batch_size": 1, "max_steps": 2, "size_hw": [32, 32], "augment": {}},
    )
    panel, steps = app.side("train").panel, []
    panel.set_models([ModelFacts("unet32", "semantic")])
    app.side("train").training.stepped.connect(steps.append)
    with qtbot.waitSignal(app.side("train").training.ended, timeout=PATIENCE_MS) as ended:
        panel.start_requested.emit(form)
    assert len(steps) == 2
    return ended.args[0].weights


def test_the_whole_loop(qtbot, opened, tiny_weights, tmp_path):
    app = opened
    load(qtbot, app, tiny_weights)
    predict(qtbot, app)
    assert len(app.session.project.labels) == 1, "nothing is accepted yet"
    assert app.session.annotations.sample.proposals
    assert app.session.annotations.sample.state is SampleState.PREDICTED
    app.actions["accept_all"].trigger()
    assert not app.session.annotations.sample.proposals
    assert len(app.session.project.labels) > 1
    correct_three_pictures(qtbot, app)
    undo_and_redo(app)
    export(qtbot, app, tmp_path / "dataset")
    weights = train(qtbot, app, tiny_weights)
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS) as loaded:
        qtbot.mouseClick(app.window.notice._buttons[0], Qt.MouseButton.LeftButton)
    assert loaded.args[0].key == weights
    assert app.session.weights.previous.name == "tiny"
    with qtbot.waitSignal(app.session.compare.shown, timeout=PATIENCE_MS) as shown:
        app.actions["side_by_side"].trigger()
    compared = shown.args[0]
    assert compared.left.size_hw == compared.right.size_hw == (96, 128)
