"""The Count panel: lines and zones with their numbers, named, removed, begun anew."""

import pytest
from PySide6.QtCore import Qt

from engine.counters import CENTRE, Counter, Counting, Tally
from gui.counting.panel import LINE, CountingPanel

GATE = Counter("문", ((0.0, 0.0), (9.0, 9.0)))
ROOM = Counter("room", ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)))
NAMES = {1: "car", 2: "bus"}


@pytest.fixture
def panel(qtbot):
    panel = CountingPanel()
    qtbot.addWidget(panel)
    panel.set_counting(Counting((GATE, ROOM), CENTRE))
    panel.set_state(is_live=True, hint="")
    return panel


def texts(item):
    return [item.text(column) for column in range(3)]


def test_the_numbers_of_all_and_of_each_label(panel):
    panel.set_tallies([Tally(GATE, ((1, 3, 1), (2, 1, 0))), Tally(ROOM, ((1, 2, 5),))], NAMES)
    gate, room = panel.tree.topLevelItem(0), panel.tree.topLevelItem(1)
    assert texts(gate) == ["문", "4", "1"]
    assert [texts(gate.child(n)) for n in range(2)] == [["car", "3", "1"], ["bus", "1", "0"]]
    assert texts(room) == ["room", "2", "5"]
    panel.set_tallies([Tally(GATE)], NAMES)
    assert texts(gate) == ["문", "0", "0"]
    assert not gate.childCount()
    assert panel._at.key == CENTRE


def test_numbers_of_a_line_that_is_gone_are_left_out(panel):
    panel.set_counting(Counting((ROOM,)))
    panel.set_tallies([Tally(GATE, ((1, 3, 1),))], NAMES)
    assert texts(panel.tree.topLevelItem(0)) == ["room", "", ""]


def test_a_new_name_is_reported_and_numbers_are_not(qtbot, panel):
    with qtbot.waitSignal(panel.renamed) as renamed:
        panel.tree.topLevelItem(0).setText(0, "door")
    assert renamed.args == [GATE, "door"]
    with qtbot.assertNotEmitted(panel.renamed):
        panel.set_tallies([Tally(ROOM, ((1, 2, 5),))], NAMES)


def test_what_is_chosen_can_be_removed_by_any_of_its_rows(qtbot, panel):
    assert not panel._remove.isEnabled()
    panel.set_tallies([Tally(GATE, ((1, 3, 1),))], NAMES)
    panel.tree.topLevelItem(0).child(0).setSelected(True)
    with qtbot.waitSignal(panel.remove_requested) as removed:
        qtbot.mouseClick(panel._remove, Qt.MouseButton.LeftButton)
    assert removed.args == [GATE]


def test_drawing_begins_and_ends_by_the_same_button(qtbot, panel):
    for kind in (LINE, ""):
        with qtbot.waitSignal(panel.draw_requested) as asked:
            qtbot.mouseClick(panel._line, Qt.MouseButton.LeftButton)
        assert asked.args == [kind]
        panel.set_drawing(kind)
        assert panel._line.isChecked() == bool(kind)
    panel.set_state(is_live=False, hint="Open a video.")
    assert not panel._line.isEnabled()
    assert not panel._hint.isHidden()
