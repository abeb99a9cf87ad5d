"""Who cannot see the window, or uses no mouse: every control has a name, and keys reach it."""

from itertools import groupby

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QTabBar,
    QWidget,
)

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
WITH_PARTS = (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit, QTabBar)
OF_QT = ("qt_", "QToolBarExtension")


def is_part(widget):
    """Made by Qt inside another control, which has the name."""
    if widget.objectName().startswith(OF_QT) or type(widget).__name__.startswith(OF_QT):
        return True
    if isinstance(widget, QScrollBar | QHeaderView):
        return True
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, WITH_PARTS) or type(above).__name__ == "QComboBoxPrivateContainer":
            return True
        above = above.parentWidget()
    return False


def nameless(root):
    """The controls in here that a screen reader would call by nothing."""
    found = []
    for widget in root.findChildren(QWidget):
        can_have_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if isinstance(widget, QPushButton) and widget.isHidden():
            continue  # It gets its text when it is needed.
        if is_part(widget) or not (isinstance(widget, CONTROLS) or can_have_keys):
            continue
        asked = QAccessible.queryAccessibleInterface(widget)
        if asked is None or not asked.text(QAccessible.Text.Name).strip():
            where = [type(widget).__name__]
            above = widget.parentWidget()
            while above is not None and above is not root:
                where.append(type(above).__name__)
                above = above.parentWidget()
            found.append(" in ".join(where))
    return found


@pytest.mark.slow
def test_every_control_has_a_name(qtbot, opened):
    for side in opened.window.sides:
        opened.window.show_side(side)
        opened.side(side)
    found = nameless(opened.window)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("action", ["settings", "keyboard", "help", "palette", "open_camera"])
def test_every_control_of_a_dialog_has_a_name(app, action):
    before = set(app.window.findChildren(QDialog))
    app.actions[action].trigger()
    (dialog,) = set(app.window.findChildren(QDialog)) - before
    found = nameless(dialog)
    dialog.close()
    assert not found, "\n".join(found)


# Keys reach everything but drawing


def reached(qtbot, window, start):
    """What Tab goes to from here, until it comes round."""
    start.setFocus()
    window.focusNextPrevChild(True)
    seen = [QApplication.focusWidget()]
    for _ in range(400):
        window.focusNextPrevChild(True)
        now = QApplication.focusWidget()
        if now in seen:
            break
        seen.append(now)
    return seen


def dock_of(window, widget):
    """The dock that this is in; nothing for the middle."""
    return next((key for key, dock in window.docks.items() if dock.isAncestorOf(widget)), "")


def test_tab_goes_through_the_window_dock_by_dock(qtbot, opened):
    opened.window.activateWindow()
    seen = reached(qtbot, opened.window, opened.window.model)
    docks = [dock_of(opened.window, widget) for widget in seen]
    order = [key for key, _ in groupby(docks)]
    order = order[1:] if order[0] == order[-1] else order  # It began in the middle of one.
    assert len(order) == len(set(order)), order
    assert order[order.index("model") :][:2] == ["model", "work"] or order[0] == "work"


def test_tab_reaches_every_control_that_shows(qtbot, opened):
    opened.window.activateWindow()
    seen = set(reached(qtbot, opened.window, opened.window.model))
    missed = []
    for widget in opened.window.findChildren(QWidget):
        can_have_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if widget.isVisible() and widget.isEnabled() and can_have_keys and not is_part(widget):
            missed += [type(widget).__name__] if widget not in seen else []
    assert missed == []


def test_f6_goes_round_through_the_parts_of_the_window(qtbot, opened):
    opened.window.activateWindow()
    opened.actions["search"].trigger()
    opened.window.canvas.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        now = QApplication.focusWidget()
        is_search = opened.window.search.isAncestorOf(now)
        seen.append("strip" if is_search else dock_of(opened.window, now))
    assert seen == ["model", "work", "strip", ""]
    assert QApplication.focusWidget() is opened.window.canvas
    qtbot.keyClick(opened.window.canvas, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert opened.window.search.isAncestorOf(QApplication.focusWidget())


def test_f6_leads_into_a_side_panel_and_the_welcome_page(qtbot, app):
    app.window.activateWindow()
    app.actions["export"].trigger()
    app.window.model.setFocus()
    places = set()
    for _ in range(4):
        app.actions["next_part"].trigger()
        now = QApplication.focusWidget()
        places.add("welcome" if app.window.welcome.isAncestorOf(now) else dock_of(app.window, now))
    assert {"welcome", "model", "export"} <= places


@pytest.mark.parametrize("name", ["model", "labels", "objects", "filmstrip", "search"])
def test_esc_leads_back_to_the_canvas(qtbot, opened, name):
    opened.window.activateWindow()
    opened.actions["search"].trigger()
    panel = getattr(opened.window, name)
    places = [w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for place in (panel, *places):
        if place.isVisible() and place.isEnabled() and place.focusPolicy():
            place.setFocus()
            assert QApplication.focusWidget() is not opened.window.canvas
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
            assert QApplication.focusWidget() is opened.window.canvas, type(place).__name__
