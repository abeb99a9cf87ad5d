from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from engine.values import Label
from gui.panels.label_rows import COLOR, NAME
from gui.panels.labels import LabelsPanel
from tests.make import LABELS

COW = Label(3, "cow", (7, 8, 9))


@pytest.fixture
def panel(qtbot):
    panel = LabelsPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.set_labels((*LABELS[1:], COW), frozenset({2}), 1)
    panel.show()
    panel.label_chosen.connect(partial(choose, panel))
    return panel


def choose(panel, label_id):
    """As the link does it: the panel is told everything anew."""
    panel.set_labels((*LABELS[1:], COW), frozenset(), label_id)


def click(panel, row, column, kind=QTest.mouseClick):
    cell = panel._view.visualRect(panel.model.index(row, column)).center()
    kind(panel._view.viewport(), Qt.MouseButton.LeftButton, pos=cell)


def editor(panel):
    (found,) = panel._view.viewport().findChildren(QLineEdit)
    return found


def test_a_double_click_edits_the_name_and_nothing_closes_the_editor(qtbot, panel):
    for kind in (QTest.mouseClick, QTest.mouseDClick):
        click(panel, 1, NAME, kind)
    assert panel.current == 2
    QTest.keyClicks(editor(panel), "hou")
    panel.set_counts({1: 5, 2: 6})
    choose(panel, 2)
    panel.set_labels((COW, LABELS[2], LABELS[1]), frozenset({1, 2}), 2)
    QTest.keyClicks(editor(panel), "nd")
    with qtbot.waitSignal(panel.rename_requested) as asked:
        QTest.keyClick(editor(panel), Qt.Key.Key_Return)
    assert asked.args == [2, "hound"]


def test_f2_edits_and_escape_gives_up(qtbot, panel):
    QTest.keyClick(panel._view, Qt.Key.Key_F2)
    panel._view.setCurrentIndex(panel.model.index(0, NAME))
    QTest.keyClick(panel._view, Qt.Key.Key_F2)
    with qtbot.assertNotEmitted(panel.rename_requested):
        QTest.keyClicks(editor(panel), "x")
        QTest.keyClick(editor(panel), Qt.Key.Key_Escape)


def test_a_click_on_the_colour_asks_for_another(qtbot, panel):
    with qtbot.waitSignal(panel.recolor_requested) as asked:
        click(panel, 2, COLOR)
    assert asked.args == [3]
    with qtbot.assertNotEmitted(panel.recolor_requested):
        click(panel, 2, NAME)


def test_delete_concerns_the_label(qtbot, panel):
    with qtbot.waitSignal(panel.delete_requested) as asked:
        QTest.keyClick(panel._view, Qt.Key.Key_Delete)
    assert asked.args == [1]


def test_keys_order_the_labels(qtbot, panel):
    alt = Qt.KeyboardModifier.AltModifier
    with qtbot.waitSignal(panel.order_requested) as asked:
        QTest.keyClick(panel._view, Qt.Key.Key_Down, alt)
    assert asked.args == [(2, 1, 3)]
    with qtbot.assertNotEmitted(panel.order_requested):
        QTest.keyClick(panel._view, Qt.Key.Key_Up, alt)


def test_the_menu_offers_all_that_can_be_done(qtbot, panel):
    menu = panel.build_menu()
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert texts == ["Rename", "Color…", "Attributes…", "Merge into", "Delete…"]
    with qtbot.waitSignal(panel.attributes_requested) as asked:
        menu.actions()[2].trigger()
    assert asked.args == [1]
    into = menu.actions()[3].menu()
    with qtbot.waitSignal(panel.merge_requested) as asked:
        into.actions()[1].trigger()
    assert asked.args == [1, 3]


def test_the_field_finds_a_label(qtbot, panel):
    QTest.keyClicks(panel._search, "c")
    assert [panel._view.isRowHidden(row) for row in range(3)] == [False, True, False]
    assert panel._add.isEnabled()
    QTest.keyClicks(panel._search, "ow")
    assert not panel._add.isEnabled()
    with qtbot.waitSignal(panel.label_chosen) as chosen:
        QTest.keyClick(panel._search, Qt.Key.Key_Return)
    assert chosen.args == [3]
    assert not panel._view.isRowHidden(0)


def test_the_field_adds_a_label(qtbot, panel):
    with qtbot.waitSignal(panel.add_requested) as asked:
        QTest.keyClicks(panel._search, "horse")
        QTest.keyClick(panel._search, Qt.Key.Key_Return)
    assert asked.args == ["horse"]
    assert not panel._search.text()


def test_without_labels_there_is_a_hint(panel):
    panel.set_labels((), frozenset(), None)
    assert panel._stack.currentWidget() is panel._hint
    assert panel.current is None
