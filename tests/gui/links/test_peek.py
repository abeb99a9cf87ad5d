"""Tab looks under the overlay, also after a click into a list."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.annotations import edits
from engine.values import Annotation, Box
from tests.make_labels import add_label


@pytest.fixture
def lists(opened):
    """The window, and both lists beside the canvas."""
    add_label(opened.session.project, "cow")
    opened.session.project.reload_labels()
    cow = Annotation(Box(2, 3, 20, 30), opened.session.annotations.labels[0].id)
    opened.session.annotations.edit("Draw box", partial(edits.add, annotations=cow))
    opened.window.activateWindow()
    return opened.window.labels._view, opened.window.objects._view


@pytest.mark.parametrize("which", [0, 1])
def test_a_click_into_a_list_leaves_tab_to_the_canvas(qtbot, opened, lists, which):
    view, painter = lists[which], opened.window.canvas._painter
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyPress(view, Qt.Key.Key_Tab)
    assert painter.is_bare
    assert view.hasFocus()
    QTest.keyRelease(view, Qt.Key.Key_Tab)
    assert not painter.is_bare


def test_who_walks_by_tab_walks_on(opened, lists):
    view = lists[0]
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyPress(view, Qt.Key.Key_Tab)
    assert not opened.window.canvas._painter.is_bare
    assert not view.hasFocus()


def test_leaving_a_list_ends_the_look(opened, lists):
    view = lists[0]
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyPress(view, Qt.Key.Key_Tab)
    opened.window.canvas.setFocus()
    assert not opened.window.canvas._painter.is_bare
