"""The Objects dock: the annotations and waiting proposals of this frame."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.annotations.emptiness import is_marked_empty
from engine.values import PERSON, Annotation, Box, FrameId, Label, Polygon, Sample
from gui import icons
from gui.panels import fields
from gui.panels.table import LEAST_HEIGHT, Index, TableRows, show_whole_rows


class ObjectRows(TableRows[Annotation]):
    """Proposals first, since they wait for an answer, then what a person drew or accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (self.tr("Object"), self.tr("Kind"), self.tr("State"))
        self._waiting = 0
        self._proposed = QFont(parent.font()) if parent is not None else QFont()
        self._proposed.setItalic(True)
        self._labels: dict[int, Label] = {}
        self.color_of: Callable[[str], tuple[int, int, int] | None] = lambda _: None

    def set_sample(self, sample: Sample | None, labels: Sequence[Label]) -> None:
        """Show this frame's objects."""
        proposals = sample.proposals if sample else ()
        self._waiting = len(proposals)
        self._labels = {label.id: label for label in labels}
        self.set_rows((*proposals, *(sample.annotations if sample else ())))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        annotation = self.rows[index.row()]
        label = self._labels.get(annotation.label_id)
        if role == Qt.ItemDataRole.DisplayRole:
            texts = (self._name(annotation, label), self._kind(annotation), self._state(index))
            return texts[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and label:
            color = self.color_of(annotation.id) or label.color
            return icons.swatch(color, is_hollow=index.row() < self._waiting)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            return icons.badge(self._origin(index))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("From {0}").format(annotation.origin)
        if role == Qt.ItemDataRole.FontRole and index.row() < self._waiting:
            return self._proposed
        return None

    def _name(self, annotation: Annotation, label: Label | None) -> str:
        return label.name if label else self.tr("ignored")

    def _kind(self, annotation: Annotation) -> str:
        if isinstance(annotation.region, Box):
            return self.tr("box")
        return self.tr("polygon") if isinstance(annotation.region, Polygon) else self.tr("mask")

    def _state(self, index: Index) -> str:
        annotation = self.rows[index.row()]
        score = f"{annotation.score:.2f}" if annotation.score is not None else ""
        origin = self._origin(index)
        if origin == "drawn":
            return self.tr("drawn")
        text = self.tr("proposed {0}") if origin == "proposed" else self.tr("accepted {0}")
        return text.format(score).strip()

    def _origin(self, index: Index) -> str:
        if index.row() < self._waiting:
            return "proposed"
        return "drawn" if self.rows[index.row()].origin == PERSON else "accepted"


class ObjectsPanel(QWidget):
    """The table of objects with what can be done to them."""

    selection_requested = Signal(tuple)
    accept_requested = Signal()
    reject_requested = Signal()
    accept_above_requested = Signal(float)
    reject_all_requested = Signal()
    relabel_requested = Signal()
    delete_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.model = ObjectRows(self)
        self._view = QTableView()
        self._view.setAccessibleName(self.tr("Objects of this frame"))
        self._view.setModel(self.model)
        show_whole_rows(self._view, height=26)
        self._view.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        self._view.setMinimumHeight(LEAST_HEIGHT)
        header = self._view.horizontalHeader()
        header.hide()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 64)
        header.resizeSection(2, 128)
        self._hint = fields.hint()
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._frame_id: FrameId | None = None
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(self._stack, 1)
        layout.addLayout(self._buttons())
        self._view.doubleClicked.connect(self.relabel_requested)
        self._view.selectionModel().selectionChanged.connect(self._on_selection)
        self.set_sample(None, ())

    def _buttons(self) -> QGridLayout:
        texts = {
            "accept": (self.tr("Accept"), self.accept_requested),
            "reject": (self.tr("Reject"), self.reject_requested),
            "relabel": (self.tr("Label…"), self.relabel_requested),
            "delete": (self.tr("Delete"), self.delete_requested),
            "all": (self.tr("Accept all from"), None),
            "none": (self.tr("Reject all"), self.reject_all_requested),
        }
        self._button = {key: QPushButton(text) for key, (text, _) in texts.items()}
        for key, (_, signal) in texts.items():
            self._button[key].setObjectName("small")
            # A click leaves the keys where they are: a button that goes grey would lose them.
            self._button[key].setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if signal is not None:
                self._button[key].clicked.connect(signal)
        self._button["all"].clicked.connect(self._on_accept_above)
        self._score = fields.decimal(0, 1, 0.5, step=0.05, digits=2)
        self._score.setAccessibleName(self.tr("Lowest score to accept"))
        grid = QGridLayout()
        grid.setSpacing(8)
        for column, key in enumerate(("accept", "reject", "relabel", "delete")):
            grid.addWidget(self._button[key], 0, column)
        grid.addWidget(self._button["all"], 1, 0, 1, 2)
        grid.addWidget(self._score, 1, 2)
        grid.addWidget(self._button["none"], 1, 3)
        return grid

    def set_sample(self, sample: Sample | None, labels: Sequence[Label]) -> None:
        """Show this frame's objects; None when no frame can be edited."""
        with QSignalBlocker(self._view.selectionModel()):
            self.model.set_sample(sample, labels)
        frame_id = sample.frame_id if sample is not None else None
        if frame_id != self._frame_id:
            self._frame_id = frame_id
            self._view.scrollToTop()
        if sample is None:
            self._hint.setText(self.tr("Open a picture, or freeze a video to edit its objects."))
        else:
            hint = self.tr("Nothing here yet. Draw with a tool, or run a model: menu Model.")
            if is_marked_empty(sample):
                hint = self.tr("Marked as empty: nothing is on this picture.")
            self._hint.setText(hint)
        self._stack.setCurrentWidget(self._view if self.model.rows else self._hint)
        has_proposals = bool(sample and sample.proposals)
        for key in ("accept", "reject", "all", "none"):
            self._button[key].setEnabled(has_proposals)
        for key in ("relabel", "delete"):
            self._button[key].setEnabled(bool(self.model.rows))

    @Slot()
    def show_colors(self) -> None:
        """The objects may be drawn in other colors now."""
        self._view.viewport().update()

    def set_selection(self, ids: tuple[str, ...]) -> None:
        """Mark these objects without asking for them."""
        selection, wanted = QItemSelection(), set(ids)
        for row, annotation in enumerate(self.model.rows):
            if annotation.id in wanted:
                selection.select(self.model.index(row, 0), self.model.index(row, 2))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        with QSignalBlocker(self._view.selectionModel()):
            self._view.selectionModel().select(selection, flags)
        self._view.viewport().update()
        if ids and not selection.isEmpty():
            where = selection.indexes()[0]
            self._view.doItemsLayout()  # A row added just now could not be scrolled to.
            self._view.scrollTo(where, QAbstractItemView.ScrollHint.EnsureVisible)

    @Slot()
    def _on_selection(self) -> None:
        rows = self._view.selectionModel().selectedRows()
        self.selection_requested.emit(tuple(self.model.rows[row.row()].id for row in rows))

    @Slot()
    def _on_accept_above(self) -> None:
        self.accept_above_requested.emit(self._score.value())
