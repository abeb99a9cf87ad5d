"""The Evaluate panel: what can be asked, what is shown of a report."""

import pytest
from PySide6.QtCore import Qt

from engine.evaluation.stored import ErrorRow, StoredReport
from gui import theme
from gui.controllers.weights import WeightsChoice
from gui.evaluate.panel.panel import EvaluatePanel

ERRORS = (
    ErrorRow("/p/a.png", "missed", "cat", None, None, 0.1, (0, 0, 9, 9)),
    ErrorRow("/p/b.png", "wrong_label", "cat", "dog", 0.8, 0.9, (0, 0, 9, 9), (0, 0, 8, 9)),
)
REPORT = StoredReport(
    weights="/runs/cells.safetensors",
    data="/p/val.txt",
    task="detection",
    metrics={"ap": 0.4321, "ap50": None, "images": 2},
    errors=ERRORS,
    colors={"cat": (255, 0, 0), "dog": (0, 255, 0)},
    curves={"cat": {"50": [1.0] * 101, "75": [None] * 101}},
    confusion={"rows": ["cat", "false alarm"], "columns": ["cat", "missed"],
               "counts": [[3, 1], [0, 0]], "unit": "objects"},
)  # fmt: skip


@pytest.fixture
def panel(qtbot):
    panel = EvaluatePanel()
    qtbot.addWidget(panel)
    panel.resize(360, 700)
    panel.set_colors(theme.DARK)
    panel.show()
    return panel


def shown(panel):
    model = panel.errors.model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_nothing_to_see_yet_says_what_it_is_for(panel):
    assert "missed" in panel._about.text()
    assert not panel._tabs.isVisible()
    assert not panel._save.isVisible()


def test_weights_and_a_list_are_needed(qtbot, panel):
    panel.set_choices(
        (WeightsChoice("a", "a", "", True), WeightsChoice("far", "far", "", False)), ""
    )
    assert panel._weights.count() == 2
    panel.set_data("/p/val.txt")
    assert not panel._start.isEnabled()
    panel.set_choices((WeightsChoice("a", "a", "", True),), "now")
    with qtbot.waitSignal(panel.evaluate_requested) as asked:
        qtbot.mouseClick(panel._start, Qt.MouseButton.LeftButton)
    assert asked.args == ["", "/p/val.txt"]
    panel.set_running(True)
    assert not panel._start.isEnabled()
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel._cancel, Qt.MouseButton.LeftButton)


@pytest.mark.slow
def test_a_report_is_figures_curves_and_confusion(panel):
    panel.set_report(REPORT, can_save=True)
    assert "0.432" in panel._figures.text()
    assert "AP50" not in panel._figures.text()
    assert "cells.safetensors" in panel._about.text()
    assert panel._save.isVisible()
    assert panel.confusion.item(0, 0).text() == "3"
    assert "75 %" in panel.confusion.item(0, 0).toolTip()
    assert len(panel.curves._plot.listDataItems()) == 1
    panel.curves._iou.setCurrentIndex(1)
    panel.curves._iou.activated.emit(1)
    assert panel.curves._plot.listDataItems() == []


def test_errors_are_rows_in_words(panel):
    panel.set_report(REPORT)
    panel.errors.set_rows(ERRORS)
    assert shown(panel) == [
        ["missed", "cat", "–", "–", "0.10", "a.png"],
        ["wrong label", "cat", "dog", "0.80", "0.90", "b.png"],
    ]
    assert "2 errors" in panel.errors._count.text()
    panel.errors.set_rows(ERRORS[:1])
    assert "1 of 2" in panel.errors._count.text()


def test_filters_are_offered_and_said(qtbot, panel):
    panel.set_report(REPORT)
    texts = [panel.errors._kind.itemText(i) for i in range(panel.errors._kind.count())]
    assert texts == ["Every kind", "missed", "wrong label"]
    panel.errors._kind.setCurrentIndex(1)
    panel.errors._label.setCurrentIndex(2)
    with qtbot.waitSignal(panel.errors.filter_changed) as asked:
        panel.errors._label.activated.emit(2)
    assert asked.args == ["missed", "dog"]


def test_a_click_chooses_and_setting_the_row_does_not(qtbot, panel):
    panel.set_report(REPORT)
    panel.errors.set_rows(ERRORS)
    with qtbot.assertNotEmitted(panel.errors.chosen):
        panel.errors.set_index(1)
    assert panel.errors.table.currentIndex().row() == 1
    place = panel.errors.table.visualRect(panel.errors.model.index(0, 1)).center()
    with qtbot.waitSignal(panel.errors.chosen) as chosen:
        qtbot.mouseClick(panel.errors.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [0]


def test_only_corrected_labels_can_be_saved_back(panel):
    assert not panel.errors.save.isEnabled()
    panel.errors.set_savable(3)
    assert panel.errors.save.isEnabled()
    assert "3" in panel.errors.save.text()
