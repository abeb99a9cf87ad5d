"""The Objects dock in the window: its buttons leave the keys to the canvas."""

import pytest
from PySide6.QtCore import Qt

from engine.values import Annotation, Box, Label
from gui.app import App
from tests.make_labels import add_label

PATIENCE_MS = 60_000


@pytest.fixture
def proposed(qtbot, opened):
    """The window on a picture with two proposals, and the keys in the canvas."""
    annotations = opened.session.annotations
    add_label(opened.session.project, "cow")
    waiting = tuple(
        Annotation(Box(9 * n, 3, 9 * n + 8, 30), annotations.labels[0].id, "m", score, id=str(n))
        for n, score in enumerate((0.9, 0.8))
    )
    annotations.set_draft(
        annotations.stored_sample.frame_id, waiting, (Label(1, "cow", (7, 7, 7)),)
    )
    opened.window.activateWindow()
    opened.window.canvas.setFocus()
    qtbot.waitUntil(opened.window.canvas.hasFocus)
    return opened


@pytest.mark.parametrize("from_field", [False, True])
def test_the_keys_work_after_accepting_all(qtbot, proposed, from_field):
    panel, window = proposed.window.objects, proposed.window
    if from_field:
        panel._score.setFocus()
        panel._score.setValue(0.2)
    qtbot.mouseClick(panel._button["all"], Qt.MouseButton.LeftButton)
    assert len(proposed.session.annotations.sample.annotations) == 2
    proposed.actions["undo"].trigger()
    assert window.focusWidget() is window.canvas
    with qtbot.waitSignal(proposed.session.frames.frame_shown, timeout=PATIENCE_MS):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_D)


def test_a_button_that_goes_grey_under_the_keys_hands_them_to_the_canvas(qtbot, proposed):
    panel, window = proposed.window.objects, proposed.window
    panel._button["none"].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(panel._button["none"], Qt.Key.Key_Space)
    assert not proposed.session.annotations.sample.proposals
    assert window.focusWidget() is window.canvas


def test_what_was_folded_is_folded_the_next_time(qtbot, app):
    for section in (app.window.labels_section, app.window.objects_section):
        qtbot.mouseClick(section.title, Qt.MouseButton.LeftButton)
    assert not app.window.labels.isVisible()
    again = App(app.store)
    assert not again.window.labels_section.is_open
    assert not again.window.objects_section.is_open
    again.window.close()
    again.window.deleteLater()
