"""What is taken from a panel: a plot as a picture, a table as cells."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTableWidget, QTableWidgetItem

from gui.panels.copies import FINER, CopyPicture, CopyTable, cells_of


@pytest.fixture
def clipboard(qtbot):
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    return clipboard


def test_a_plot_is_copied_finer_than_it_is_shown(make, clipboard):
    plot = make(QLabel)
    plot.resize(40, 20)
    plot.setStyleSheet("background: #ff0000")
    CopyPicture(plot).trigger()
    picture = clipboard.image()
    assert (picture.width(), picture.height()) == (40 * FINER, 20 * FINER)
    assert picture.pixelColor(100, 40).red() == 255


def test_a_table_is_copied_as_it_is_ordered_with_what_has_no_room(make, clipboard):
    table = make(lambda: QTableWidget(2, 3))
    table.setHorizontalHeaderLabels(["name", "fps", "ms"])
    table.verticalHeader().hide()
    for row, cells in enumerate((("a", "9.5", "1"), ("b", "4", ""))):
        for column, text in enumerate(cells):
            table.setItem(row, column, QTableWidgetItem(text))
    table.horizontalHeader().moveSection(2, 1)
    table.setColumnHidden(1, True)
    CopyTable(table).trigger()
    assert clipboard.text() == "name\tms\tfps\na\t1\t9.5\nb\t\t4\n"


def test_rows_that_have_names_keep_them(make):
    table = make(lambda: QTableWidget(1, 1))
    table.setHorizontalHeaderLabels(["cat"])
    table.setVerticalHeaderLabels(["dog"])
    table.setItem(0, 0, QTableWidgetItem("3"))
    assert cells_of(table) == "\tcat\ndog\t3\n"
