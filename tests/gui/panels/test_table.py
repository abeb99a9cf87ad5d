"""What all tables of values have in common."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from gui.panels.table import LEAST_ROWS, TableRows, least_height, show_whole_rows


class Squares(TableRows[int]):
    """A number and its square."""

    def __init__(self):
        super().__init__()
        self.titles = ("Number", "Square")

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        number = self.rows[index.row()]
        texts = (str(number), str(number**2))
        return texts[index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def test_a_table_has_a_row_a_value_under_its_titles(qtbot, qtmodeltester):
    model = Squares()
    with qtbot.waitSignal(model.modelReset):
        model.set_rows([2, 3])
    assert (model.rowCount(), model.columnCount()) == (2, 2)
    assert model.index(1, 1).data() == "9"
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(1, horizontal, Qt.ItemDataRole.DisplayRole) == "Square"
    assert model.headerData(1, horizontal, Qt.ItemDataRole.ToolTipRole) is None
    assert model.rowCount(model.index(0, 0)) == 0, "cells have nothing below them"
    qtmodeltester.check(model)


def test_a_click_chooses_a_whole_row(qtbot):
    view, model = QTableView(), Squares()
    qtbot.addWidget(view)
    view.setModel(model)
    model.set_rows([2, 3])
    show_whole_rows(view, height=24)
    view.show()
    place = view.visualRect(model.index(1, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [1]
    assert view.rowHeight(0) == 24


def test_a_table_is_as_high_as_its_rows_or_three_of_them(qtbot):
    view, model = QTableView(), Squares()
    qtbot.addWidget(view)
    view.setModel(model)
    show_whole_rows(view, height=24)
    view.horizontalHeader().hide()
    heights = []
    for count in range(LEAST_ROWS + 2):
        model.set_rows(range(count))
        heights.append(least_height(view) - 2 * view.frameWidth())
    assert heights == [24, 24, 48, 72, 72]
