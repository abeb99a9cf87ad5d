"""What a person takes from a panel into a report, under the right mouse button."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QPixmap
from PySide6.QtWidgets import QTableView, QWidget

FINER = 3
"""Pixels of a copied plot for each that is shown: print is finer than screens are."""


class CopyPicture(QAction):
    """Puts a plot on the clipboard as a picture."""

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setText(self.tr("Copy as a picture"))
        plot.setToolTip(self.tr("Right-click to copy it as a picture"))
        _offer(self, plot)
        self.triggered.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        picture = QPixmap(self._plot.size() * FINER)
        picture.setDevicePixelRatio(FINER)
        self._plot.render(picture)
        picture.setDevicePixelRatio(1)
        QGuiApplication.clipboard().setPixmap(picture)


class CopyTable(QAction):
    """Puts a table on the clipboard with its titles, as cells that a spreadsheet takes."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self.setText(self.tr("Copy the table"))
        _offer(self, table)
        self.triggered.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(cells_of(self._table))


def cells_of(table: QTableView) -> str:
    """The titles and all rows as they are ordered, also what has no room to be shown."""
    model, header = table.model(), table.horizontalHeader()
    columns = [header.logicalIndex(place) for place in range(model.columnCount())]
    has_names = not table.verticalHeader().isHidden()
    titles = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
    lines = [[""] * has_names + titles]
    for row in range(model.rowCount()):
        name = str(model.headerData(row, Qt.Orientation.Vertical))
        cells = [str(model.index(row, column).data() or "") for column in columns]
        lines.append([name] * has_names + cells)
    return "".join("\t".join(line) + "\n" for line in lines)


def _offer(action: QAction, widget: QWidget) -> None:
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    widget.addAction(action)
