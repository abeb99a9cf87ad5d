from PySide6.QtWidgets import QWidget

from gui import side_panels
from gui.keyboard.page import ShortcutsDialog


def test_all_keys_fit_on_one_page(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    side_panels.load_all()
    dialog = ShortcutsDialog(side_panels.all_actions(), [("Box", "R")], [("Zoom", "Wheel")], parent)
    qtbot.addWidget(dialog)
    assert not dialog.grab().isNull()
