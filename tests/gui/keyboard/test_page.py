from PySide6.QtWidgets import QScrollArea, QWidget

from gui import side_panels
from gui.keyboard.page import ShortcutsDialog, in_columns


def test_all_keys_fit_on_one_page(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    side_panels.load_all()
    dialog = ShortcutsDialog(side_panels.all_actions(), [("Box", "R")], [("Zoom", "Wheel")], parent)
    qtbot.addWidget(dialog)
    assert not dialog.grab().isNull()
    (area,) = dialog.findChildren(QScrollArea)
    assert area.widget().sizeHint().width() < dialog.screen().availableSize().width()


def test_groups_go_into_the_lowest_column():
    assert in_columns([5, 2, 2, 2], 2) == [[0], [1, 2, 3]]
    assert in_columns([5, 2], 1) == [[0, 1]]
    assert in_columns([5], 3) == [[0], [], []]
