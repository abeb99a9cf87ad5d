"""The docks in the window: one column, which leaves the picture its width."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.attributes import AttributeKind, AttributeSpec
from engine.values import Annotation, Box
from gui.app import App, Opening
from gui.main_window import LAYOUT_VERSION, LEAST_SIZE
from tests.make_labels import add_label


def test_a_side_panel_fits_into_the_smallest_window(qtbot, opened):
    window = opened.window
    window.resize(LEAST_SIZE)
    for name in ("export", "train"):
        opened.actions[name].trigger()
    qtbot.waitUntil(lambda: window.docks["train"].isVisible())
    side, model = window.docks["train"], window.docks["model"]
    qtbot.waitUntil(lambda: side.geometry().top() > model.geometry().bottom())
    assert side.geometry().right() <= window.width()
    assert window.canvas.width() > window.width() / 2


def test_the_picture_keeps_its_width_beside_a_side_panel(qtbot, opened):
    window = opened.window
    window.resize(1440, 900)
    for name in ("train", "inside"):
        opened.actions[name].trigger()
    qtbot.waitUntil(lambda: not window.docks["inside"].visibleRegion().isEmpty())
    assert window.canvas.width() >= 0.6 * window.width()
    opened.actions["inside"].trigger()
    assert not window.docks["inside"].isVisible()
    assert window.docks["train"].isVisible()


def test_the_model_dock_is_no_higher_than_what_is_in_it(qtbot, opened):
    window = opened.window
    window.resize(1600, 1000)
    page = window.docks["model"].widget().widget()
    qtbot.waitUntil(lambda: window.docks["model"].widget().height() <= page.sizeHint().height() + 8)
    assert window.docks["model"].widget().verticalScrollBar().maximum() == 0
    labels, objects = window.labels.height(), window.objects.height()
    assert labels + objects > 500


@pytest.mark.parametrize("how", ["close", "action"])
def test_a_closed_side_panel_gives_the_canvas_its_room_back(qtbot, opened, how):
    window = opened.window
    window.resize(1440, 900)
    canvas, docks = window.canvas, window.docks
    qtbot.waitUntil(lambda: canvas.width() > 900)
    before = canvas.width()
    opened.actions["train"].trigger()
    qtbot.waitUntil(lambda: docks["train"].isVisible())
    if how == "close":
        docks["train"].close()  # Its little cross.
    else:
        opened.actions["train"].trigger()
    qtbot.waitUntil(lambda: canvas.width() == before)
    assert not opened.actions["train"].isChecked()


def test_a_layout_of_before_comes_back(qtbot, app):
    app.window.resize(1440, 900)
    app.actions["history"].trigger()
    qtbot.waitUntil(lambda: app.window.docks["history"].isVisible())
    app.window.close()
    again = App(app.store)
    again.show(Opening())
    qtbot.waitUntil(lambda: again.window.docks["history"].isVisible())
    again.actions["history"].trigger()
    assert not again.window.docks["history"].isVisible()
    again.window.close()
    again.window.deleteLater()


def test_a_layout_of_an_older_version_is_laid_out_anew(qtbot, app):
    app.store.write_window(app.window.saveGeometry(), app.window.saveState(LAYOUT_VERSION - 1))
    again = App(app.store)
    again.show(Opening())
    assert again.window.docks["model"].isVisible()
    assert again.window.docks["work"].isVisible()
    again.window.close()
    again.window.deleteLater()


def test_three_labels_and_three_objects_are_seen_in_the_smallest_window(qtbot, opened):
    window, labels = opened.window, [add_label(opened.session.project, str(n)) for n in range(8)]
    boxes = tuple(Annotation(Box(n, 9, n + 20, 60), labels[0], id=str(n)) for n in range(6))
    opened.session.annotations.edit("Draw", partial(edits.add, annotations=boxes))
    opened.session.labels.define(labels[0], (AttributeSpec("age", AttributeKind.NUMBER),))
    opened.session.annotations.select(("0",))
    window.resize(LEAST_SIZE)
    for view in (window.labels._view, window.objects._view):
        qtbot.waitUntil(lambda view=view: view.rowAt(view.viewport().height() - 1) >= 2)
    assert window.minimumSizeHint().height() <= LEAST_SIZE.height()
    window.picture_section.title.click()
    qtbot.waitUntil(window.picture.isVisible)
    qtbot.waitUntil(lambda: window.picture_section.body.height() > 0)
    for view in (window.labels._view, window.objects._view):
        qtbot.waitUntil(lambda view=view: view.rowAt(view.viewport().height() - 1) >= 2)
