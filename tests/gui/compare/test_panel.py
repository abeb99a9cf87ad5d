"""The Compare models panel: which two, which to measure, and rows that sort by number."""

import pytest
from PySide6.QtCore import Qt

from engine.bench.models import Measured
from gui.compare.measuring import MeasureRequest
from gui.compare.panel import BESIDE, OVER, ComparePanel
from gui.controllers.weights import WeightsChoice

CHOICES = (
    WeightsChoice("a", "a", "", True),
    WeightsChoice("/runs/b.safetensors", "b (trained here)", "", True),
    WeightsChoice("far", "far (13 MB)", "", False),
)


@pytest.fixture
def panel(qtbot):
    panel = ComparePanel()
    qtbot.addWidget(panel)
    panel.resize(344, 700)
    panel.show()
    panel.set_choices(CHOICES, ("", ""))
    return panel


def measured(name, fps, **fields):
    known = {"backend": "torch", "device": "Test CPU, f32", "input_hw": (64, 96), "fps": fps}
    return Measured(name, "unet32", "semantic", **(known | fields))


def names(panel):
    return [panel.table.item(row, 0).text() for row in range(panel.table.rowCount())]


def test_only_weights_that_are_here_are_offered(panel):
    assert panel._sides[0].count() == 3
    assert [item.text() for item in panel._items] == ["a", "b (trained here)"]


def test_choosing_a_side_says_which(qtbot, panel):
    for number in (0, 1):
        with qtbot.waitSignal(panel.side_chosen) as chosen:
            panel._sides[number].activated.emit(2)
        assert chosen.args == [number, "/runs/b.safetensors"]


def test_nothing_can_be_measured_before_something_is_checked(qtbot, panel):
    assert not panel._measure.isEnabled()
    panel._items[1].setCheckState(Qt.CheckState.Checked)
    panel.set_data("/data/test.txt")
    with qtbot.waitSignal(panel.measure_requested) as asked:
        qtbot.mouseClick(panel._measure, Qt.MouseButton.LeftButton)
    assert asked.args[0] == MeasureRequest(
        ("/runs/b.safetensors",), "auto", "auto", "/data/test.txt"
    )


def test_what_is_checked_stays_checked_when_the_choices_change(panel):
    panel._items[0].setCheckState(Qt.CheckState.Checked)
    panel.set_choices((*CHOICES, WeightsChoice("c", "c", "", True)), ("a", ""))
    assert panel.request.weights == ("a",)
    assert panel._sides[0].currentData() == "a"


def test_rows_sort_by_number_not_by_text(panel):
    for name, fps in (("nine", 9.0), ("hundred", 100.0), ("twenty", 20.0)):
        panel.add_measured(measured(name, fps))
    assert names(panel) == ["hundred", "twenty", "nine"]
    panel.table.sortItems(1, Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["nine", "twenty", "hundred"]


def test_every_row_names_its_device_and_trouble_says_why(panel):
    panel.add_measured(measured("a", 5.0, score=0.5, score_name="mIoU"))
    panel.add_measured(measured("b", 0.0, trouble="It does not fit."))
    last = panel.table.columnCount() - 1
    rows = {panel.table.item(row, 0).text(): row for row in range(2)}
    assert panel.table.item(rows["a"], last).text() == "torch · Test CPU, f32"
    assert panel.table.item(rows["a"], 6).text() == "0.500"
    assert panel.table.item(rows["b"], last).text() == "It does not fit."
    assert panel._note.text() == "On torch · Test CPU, f32"


def test_while_it_runs_it_can_be_cancelled(qtbot, panel):
    assert not panel._cancel.isVisible()
    panel.set_running(True)
    assert panel._cancel.isVisible()
    assert not panel._measure.isEnabled()
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel._cancel, Qt.MouseButton.LeftButton)


def test_the_button_ends_a_comparison(qtbot, panel):
    with qtbot.waitSignal(panel.compare_requested) as asked:
        qtbot.mouseClick(panel._compare, Qt.MouseButton.LeftButton)
    assert asked.args == [True]
    panel.set_comparing(True, is_over=False)
    assert "End" in panel._compare.text()


def test_how_both_are_shown_is_chosen_and_shown(qtbot, panel):
    with qtbot.waitSignal(panel.over_chosen) as chosen:
        panel._way.setCurrentIndex(1)
        panel._way.activated.emit(1)
    assert chosen.args == [True]
    panel.set_comparing(True, is_over=False)
    assert panel._way.key == BESIDE
    panel.set_comparing(True, is_over=True)
    assert panel._way.key == OVER


def shown_titles(panel):
    table = panel.table
    header = table.horizontalHeader()
    columns = sorted(range(table.columnCount()), key=header.visualIndex)
    return [table.horizontalHeaderItem(c).text() for c in columns if not header.isSectionHidden(c)]


def test_in_one_dock_width_the_score_shows_and_nothing_has_to_be_scrolled(qtbot, panel):
    name = "everyday-deeplab_v3plus with a very long name"
    panel.add_measured(measured(name, 123.4, score=0.512, score_name="mIoU"))
    assert shown_titles(panel)[:3] == ["Weights", "Score", "Frames/s"]
    qtbot.waitUntil(lambda: panel.table.horizontalScrollBar().maximum() == 0)
    panel.resize(1200, 700)
    qtbot.waitUntil(lambda: len(shown_titles(panel)) == 9)
    panel.resize(344, 700)
    qtbot.waitUntil(lambda: panel.table.horizontalScrollBar().maximum() == 0)
    assert "Device" not in shown_titles(panel)


def test_what_has_no_room_is_said_of_the_chosen_row(panel):
    panel.add_measured(measured("a", 5.0, parameters=7_800_000))
    panel.add_measured(measured("b", 0.0, trouble="It does not fit."))
    panel.table.selectRow(names(panel).index("a"))
    assert "7.80 M" in panel._detail.text()
    assert "Test CPU" in panel._detail.text()
    panel.table.selectRow(names(panel).index("b"))
    assert "It does not fit." in panel._detail.text()
