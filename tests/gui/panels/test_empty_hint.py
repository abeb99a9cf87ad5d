from PySide6.QtWidgets import QListWidget

from gui.panels.empty_hint import EmptyHint


def test_it_shows_while_the_list_is_empty_and_fills_it(qtbot):
    view = QListWidget()
    qtbot.addWidget(view)
    hint = EmptyHint(view, "Nothing yet. Draw.")
    view.resize(300, 200)
    view.show()
    assert hint.isVisible()
    assert hint.geometry() == view.viewport().rect()
    view.addItem("a")
    assert not hint.isVisible()
    view.takeItem(0)
    assert hint.isVisible()
    view.addItem("b")
    view.clear()
    assert hint.isVisible()
