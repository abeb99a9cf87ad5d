"""What helps to see follows the settings; the view stays or is fitted, as the person says."""

from PySide6.QtCore import QPointF

from tests.gui.conftest import PATIENCE_MS


def go(qtbot, app, number):
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.session.frames.go(number)


def test_the_view_stays_for_a_picture_of_the_same_size(qtbot, opened):
    canvas = opened.window.canvas
    canvas.zoom_at(3, QPointF(100, 100))
    view = canvas.view
    go(qtbot, opened, 1)
    assert canvas.view == view


def test_without_keeping_each_picture_is_fitted(qtbot, opened):
    canvas = opened.window.canvas
    opened.actions["keeps_view"].trigger()
    assert not opened.actions["keeps_view"].isChecked()
    assert "off" in opened.window.statusBar().currentMessage()
    canvas.zoom_at(3, QPointF(100, 100))
    go(qtbot, opened, 1)
    assert canvas.is_fitted


def test_one_key_goes_through_filled_outlines_and_hidden(opened):
    store, visibility = opened.store, opened.session.annotations.visibility
    seen = []
    for _ in range(3):
        opened.actions["other_way"].trigger()
        seen.append((store.now.outlines_only, visibility.is_all_hidden))
        assert opened.window.statusBar().currentMessage()
        assert opened.actions["outlines_only"].isChecked() == store.now.outlines_only
    assert seen == [(True, False), (False, True), (False, False)]


def test_switches_reach_the_canvas(opened):
    opened.actions["crosshair"].trigger()
    opened.actions["dims_others"].trigger()
    assert opened.window.canvas.aids.crosshair.is_on
    assert opened.actions["dims_others"].isChecked()


def test_zoom_in_and_out(opened):
    canvas = opened.window.canvas
    before = canvas.zoom
    opened.actions["zoom_in"].trigger()
    assert canvas.zoom > before
    opened.actions["zoom_out"].trigger()
    opened.actions["zoom_out"].trigger()
    assert canvas.zoom < before
