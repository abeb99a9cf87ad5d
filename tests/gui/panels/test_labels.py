import pytest
from PySide6.QtCore import Qt

from gui.panels.labels import COUNT, KEY, NAME, LabelsPanel
from tests.make import LABELS


@pytest.fixture
def panel(qtbot):
    panel = LabelsPanel()
    qtbot.addWidget(panel)
    panel.set_labels(LABELS[1:], frozenset({2}), 1)
    return panel


def test_a_row_shows_name_count_key_and_whether_it_is_visible(panel):
    model = panel.model
    panel.set_counts({1: 3})
    assert [model.data(model.index(0, c)) for c in (NAME, COUNT, KEY)] == ["cat", "3", "1"]
    assert model.data(model.index(1, COUNT)) == ""
    checks = [model.data(model.index(row, 0), Qt.ItemDataRole.CheckStateRole) for row in (0, 1)]
    assert checks == [Qt.CheckState.Checked, Qt.CheckState.Unchecked]


def test_typing_a_name_asks_for_it_and_changes_nothing_here(qtbot, panel):
    model = panel.model
    with qtbot.waitSignal(panel.rename_requested) as asked:
        model.setData(model.index(0, NAME), "  고양이 ")
    assert asked.args == [1, "고양이"]
    assert model.data(model.index(0, NAME)) == "cat"
    assert not model.setData(model.index(0, NAME), "   ")


def test_ticking_asks_to_show(qtbot, panel):
    model = panel.model
    with qtbot.waitSignal(panel.visible_requested) as asked:
        model.setData(
            model.index(1, NAME), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole
        )
    assert asked.args == [2, True]


def test_the_chosen_label_is_the_one_to_recolour(qtbot, panel):
    with qtbot.waitSignal(panel.recolor_requested) as asked:
        panel._recolor.click()
    assert asked.args == [1]


def test_without_labels_there_is_a_hint(panel):
    panel.set_labels((), frozenset(), None)
    assert panel._stack.currentWidget() is panel._hint
    assert not panel._recolor.isEnabled()
