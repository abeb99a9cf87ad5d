from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton


def test_space_presses_the_button_that_has_the_keys_and_plays_elsewhere(qtbot, opened):
    window, played, pressed = opened.window, [], []
    opened.actions["play"].setShortcuts([])
    other = QAction(window)
    other.setShortcut("Space")
    other.triggered.connect(lambda: played.append(1))
    window.addAction(other)
    window.activateWindow()
    button = window.objects.findChildren(QPushButton)[0]
    button.setEnabled(True)
    button.clicked.connect(lambda: pressed.append(1))
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert (played, pressed) == ([], [1])
    window.filmstrip.setFocus()
    qtbot.keyClick(window.filmstrip, Qt.Key.Key_Space)
    assert (played, pressed) == ([1], [1])
