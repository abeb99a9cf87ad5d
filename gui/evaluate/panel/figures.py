"""Curves and the confusion matrix of a report."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.panels import fields
from gui.panels.copies import CopyPicture, CopyTable
from gui.panels.plot_colors import paint_plot
from gui.theme import ThemeColors

if TYPE_CHECKING:
    from engine.evaluation.stored import StoredReport

MOST_LABELS = 60
"""A matrix of more labels could not be read."""


class CurvesView(QWidget):
    """Precision by recall, a line a label. pyqtgraph is imported once there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._colors: ThemeColors | None = None
        self._plot: Any = None
        self._report: StoredReport | None = None
        self._iou = fields.ChoiceField()
        for text, key in ((self.tr("At IoU 0.5"), "50"), (self.tr("At IoU 0.75"), "75")):
            self._iou.addItem(text, key)
        self._iou.activated.connect(self._draw)
        text = self.tr("Only found objects have curves of precision and recall.")
        self._hint = fields.hint(text)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._iou)
        self._column.addWidget(self._hint)
        self._column.addStretch(1)
        self._iou.hide()

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        if self._plot is not None:
            paint_plot(self._plot, colors)
            self._draw()

    def set_report(self, report: "StoredReport | None") -> None:
        """Show this report's curves."""
        self._report = report
        has_curves = report is not None and bool(report.curves)
        self._iou.setVisible(has_curves)
        self._hint.setVisible(not has_curves)
        if has_curves and self._plot is None:
            self._make()
        if self._plot is not None:
            self._plot.setVisible(has_curves)
            self._draw()

    def _make(self) -> None:
        import pyqtgraph

        plot = self._plot = pyqtgraph.PlotWidget()
        plot.setFixedHeight(300)
        plot.setMouseEnabled(False, False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.showGrid(x=True, y=True, alpha=0.2)
        plot.setXRange(0, 1)
        plot.setYRange(0, 1.02)
        plot.setAccessibleName(self.tr("Precision by recall"))
        CopyPicture(plot)
        plot.setLabel("left", self.tr("precision"))
        plot.setLabel("bottom", self.tr("recall"))
        plot.addLegend(offset=(8, -8))
        self._column.insertWidget(1, plot)
        if self._colors is not None:
            self.set_colors(self._colors)

    @Slot()
    def _draw(self) -> None:
        import pyqtgraph

        if self._report is None or self._plot is None:
            return
        self._plot.clear()
        key = str(self._iou.currentData())
        for name, both in self._report.curves.items():
            points = [(i / 100, y) for i, y in enumerate(both[key]) if y is not None]
            if points:
                color = QColor(*self._report.colors.get(name, (128, 128, 128)))
                pen = pyqtgraph.mkPen(color, width=2)
                self._plot.plot([x for x, _ in points], [y for _, y in points], pen=pen, name=name)


class ConfusionView(QTableWidget):
    """Rows are the truth, columns what the model said; the deeper a cell, the larger its share."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors: ThemeColors | None = None
        self._report: StoredReport | None = None
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(160)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        CopyTable(self)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setDefaultSectionSize(24)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        self.set_report(self._report)

    def set_report(self, report: "StoredReport | None") -> None:
        """Show this report's matrix; none of too many labels."""
        self._report = report
        matrix = report.confusion if report is not None else None
        self.clear()
        if matrix is None or len(matrix["rows"]) > MOST_LABELS:
            self.setRowCount(0)
            self.setColumnCount(0)
            return
        self._show(matrix)

    def _show(self, matrix: Mapping[str, Any]) -> None:
        rows, columns = matrix["rows"], matrix["columns"]
        self.setRowCount(len(rows))
        self.setColumnCount(len(columns))
        self.setVerticalHeaderLabels(rows)
        self.setHorizontalHeaderLabels(columns)
        for i, counts in enumerate(matrix["counts"]):
            for j, count in enumerate(counts):
                share = count / max(sum(counts), 1)
                item = QTableWidgetItem(str(count) if count else "·")
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                item.setBackground(self._shade(share, is_right=rows[i] == columns[j]))
                tip = self.tr("{0} called {1}: {2} ({3:.0f} % of the row)")
                item.setToolTip(tip.format(rows[i], columns[j], count, 100 * share))
                self.setItem(i, j, item)

    def _shade(self, share: float, *, is_right: bool) -> QColor:
        if self._colors is None:
            return QColor(Qt.GlobalColor.transparent)
        color = QColor(self._colors.good if is_right else self._colors.danger)
        color.setAlpha(round(170 * share))
        return color
