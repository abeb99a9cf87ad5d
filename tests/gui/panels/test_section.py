"""A section folds from its whole row."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gui.panels.section import Section


def test_a_click_right_of_the_title_unfolds_it_too(qtbot, make):
    section = make(lambda: Section("Network", QLabel("body")))
    section.set_summary("256 × 256")
    section.resize(300, 40)
    section.show()
    with qtbot.waitSignal(section.toggled):
        qtbot.mouseClick(section._summary, Qt.MouseButton.LeftButton)
    assert section.is_open
    qtbot.mouseClick(section._title, Qt.MouseButton.LeftButton)
    assert not section.is_open
