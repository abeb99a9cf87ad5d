"""Superpixels in the window: worked out beside it, painted with, and as many as the slider says."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.regions.crops import join
from gui.dialogs import ask
from tests.gui.conftest import PATIENCE_MS


def at(app, x, y):
    canvas = app.window.canvas
    return (QPointF(*canvas.view.to_screen(x, y)) / canvas.devicePixelRatioF()).toPoint()


def wait_divided(qtbot, app):
    canvas = app.window.canvas
    qtbot.waitUntil(lambda: canvas.scene.superpixels is not None, timeout=PATIENCE_MS)
    return canvas.scene.superpixels


@pytest.fixture
def ready(qtbot, opened):
    """The tool is in use and the picture is divided."""
    next(tool for tool in opened.tools if tool.data() == "superpixels").trigger()
    wait_divided(qtbot, opened)
    return opened


def test_nothing_is_divided_before_the_tool_is_in_use(opened):
    opened.window.canvas.set_tool("brush")
    assert opened.window.canvas.scene.superpixels is None


def test_a_stroke_is_one_edit_and_undo_gives_the_equal_sample_back(qtbot, ready, monkeypatch):
    monkeypatch.setattr(ask, "label", lambda *_: "cell")
    annotations, canvas = ready.session.annotations, ready.window.canvas
    before = annotations.sample
    with qtbot.waitSignal(annotations.stored, timeout=PATIENCE_MS):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(ready, 20.5, 20.5))
        QTest.mouseMove(canvas, at(ready, 60.5, 20.5))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(ready, 60.5, 20.5))
    drawn = annotations.sample.annotations[0].region
    known = canvas.scene.superpixels
    whole = [known.mask(n) for n in known.along((25.5, 20.5), (55.5, 20.5))]
    assert len(whole) > 1
    assert all(join(drawn, each) is drawn for each in whole)
    with qtbot.waitSignal(annotations.history.taken, timeout=PATIENCE_MS):
        ready.desk.editing.undo()
    assert annotations.sample.annotations == before.annotations


def test_the_slider_says_how_many_and_that_is_remembered(qtbot, ready):
    options = ready.window.tool_options
    many = int(wait_divided(qtbot, ready).ids.max())
    options._superpixels.setValue(0)
    few = int(wait_divided(qtbot, ready).ids.max())
    assert few < many
    assert options._count.text() == "50"
    assert ready.store.now.superpixels == 50


def test_another_picture_is_divided_and_the_first_is_known_when_one_comes_back(qtbot, ready):
    canvas, frames = ready.window.canvas, ready.session.frames
    first = canvas.scene.superpixels
    with qtbot.waitSignal(frames.frame_shown, timeout=PATIENCE_MS):
        frames.step(1)
    second = wait_divided(qtbot, ready)
    assert second is not first
    with qtbot.waitSignal(frames.frame_shown, timeout=PATIENCE_MS):
        frames.step(-1)
    assert wait_divided(qtbot, ready) is first
