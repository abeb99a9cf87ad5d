"""The Objects dock: the annotations and waiting proposals of this frame."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.annotations.emptiness import is_marked_empty
from engine.labels import is_background
from engine.values import FrameId, Label, Sample
from gui.panels import fields
from gui.panels.attributes import AttributesForm
from gui.panels.object_rows import LABEL, SIZE, ObjectRows
from gui.panels.objects_view import ObjectsView


class ObjectsPanel(QWidget):
    """The table of objects with what can be done to them."""

    selection_requested = Signal(tuple)
    accept_requested = Signal()
    reject_requested = Signal()
    accept_above_requested = Signal(float)
    reject_all_requested = Signal()
    relabel_requested = Signal()
    named = Signal(tuple, str)
    delete_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.model = ObjectRows(self)
        self._view = ObjectsView(self.model)
        self._view.setAccessibleName(self.tr("Objects of this frame"))
        # What the table tells of a row is the panel's; whoever listens need not know the table.
        self.hovered, self.columns_requested = self._view.hovered, self._view.columns_requested
        self.shown_requested = self._view.shown_requested
        self.locked_requested = self._view.locked_requested
        self.set_marks, self.set_columns = self._view.set_marks, self._view.set_columns
        self.set_hovered = self.model.set_hovered
        self._selection: tuple[str, ...] = ()
        self.attributes = AttributesForm()
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
        layout.addWidget(self.attributes)
        layout.addLayout(self._buttons())
        self._view.selectionModel().selectionChanged.connect(self._on_selection)
        self.model.modelReset.connect(self._on_reset)
        # Later, as the rows come anew with that: the field is still being closed now.
        queued = Qt.ConnectionType.QueuedConnection
        self.model.rename_requested.connect(self._on_renamed, queued)
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
        self._view.set_labels([label for label in labels if not is_background(label)])
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
        """Mark these objects without asking for them; others than before are scrolled to."""
        is_new, self._selection = ids != self._selection, ids
        found = (self.model.row_of(i) for i in ids)
        rows = sorted(row for row in found if row is not None)
        selection = QItemSelection()
        for first, last in _runs(rows):
            selection.select(self.model.index(first, 0), self.model.index(last, SIZE))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        with QSignalBlocker(self._view.selectionModel()):
            self._view.selectionModel().select(selection, flags)
        self._view.viewport().update()
        if rows and is_new:
            self._view.doItemsLayout()  # A row added just now could not be scrolled to.
            where = self.model.index(rows[0], LABEL)
            self._view.scrollTo(where, QAbstractItemView.ScrollHint.EnsureVisible)

    @Slot()
    def _on_reset(self) -> None:
        """Rows came, or were ordered: what was selected is so."""
        self.set_selection(self._selection)

    @Slot()
    def _on_selection(self) -> None:
        self._selection = self._view.selected_ids()
        self.selection_requested.emit(self._selection)

    @Slot(str, str)
    def _on_renamed(self, annotation_id: str, name: str) -> None:
        """A label was typed for one object; where it is selected, all that are get it."""
        ids = self._selection if annotation_id in self._selection else (annotation_id,)
        self.named.emit(ids, name)

    @Slot()
    def _on_accept_above(self) -> None:
        self.accept_above_requested.emit(self._score.value())


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of rows that follow one another: one range selects them all."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield rows[start], rows[place - 1]
            start = place
