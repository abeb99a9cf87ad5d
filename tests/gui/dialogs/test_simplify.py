"""The slider that says how simple an outline becomes."""

from PySide6.QtWidgets import QWidget

from gui.dialogs.simplify import SimplifyDialog


def test_each_place_is_shown_and_said(qtbot):
    parent, shown = QWidget(), []
    qtbot.addWidget(parent)

    def show(distance):
        shown.append(distance)
        return f"for {distance}"

    dialog = SimplifyDialog(parent, show, 1.5)
    assert shown[-1] == dialog.distance == 1.5
    dialog.slider.setValue(dialog.slider.maximum())
    assert shown[-1] == 20
    assert dialog.said.text() == "for 20.0"
