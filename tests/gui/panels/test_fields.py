"""The wheel scrolls a panel; a field turns with it only while it has the keys."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from gui.panels import fields
from gui.panels.model import ModelPanel


def turn(widget, notches=-1):
    """Turn the wheel over a widget; whether it took that, or left it to what is around it."""
    middle = QPointF(widget.rect().center())
    where = QPointF(widget.mapToGlobal(widget.rect().center()))
    delta = QPoint(0, 120 * notches)
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(middle, where, QPoint(), delta, buttons, keys, phase, False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def slider():
    made = fields.slider()
    made.setRange(0, 100)
    made.setValue(25)
    return made


@pytest.fixture
def page(qtbot):
    """A panel with a field that has the keys."""
    page, above = QWidget(), QLineEdit()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(above)
    page.show()
    page.activateWindow()
    above.setFocus()
    qtbot.waitUntil(above.hasFocus)
    return page


@pytest.fixture(
    params=[
        slider,
        lambda: fields.number(0, 100, 25),
        lambda: fields.decimal(0, 100, 25, step=1, digits=2),
    ]
)
def field(page, request):
    """A field below it."""
    made = request.param()
    page.layout().addWidget(made)
    made.show()
    return made


def test_the_wheel_is_left_to_the_panel(field):
    assert not turn(field)
    assert field.value() == 25
    assert not field.hasFocus()


def test_a_field_with_the_keys_turns_with_the_wheel(qtbot, field):
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert turn(field)
    assert field.value() != 25


def test_the_wheel_over_the_model_dock_changes_no_threshold(qtbot):
    panel = ModelPanel()
    qtbot.addWidget(panel)
    panel.show()
    asked = []
    panel.settings_requested.connect(asked.append)
    for slider, _ in panel._sliders.values():
        turn(slider, 1)
    turn(panel.refine)
    assert not asked
