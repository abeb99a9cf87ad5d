"""The Pictures panel: a list of all pictures, filters, and a way to a picture by its number."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.values import FrameId, Label
from gui.controllers.thumbnails import ThumbnailsController
from gui.files.cells import HEIGHT, FileCells
from gui.files.rows import FileRows
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint
from gui.theme import ThemeColors

WISH = "files"
ANY = ""
NARROW = 88
SETTLE_MS = 60
"""After scrolling, thumbnails are asked for."""


class FilesPanel(QWidget):
    """A click shows a picture; what the filters say goes into the question above the filmstrip."""

    index_requested = Signal(int)
    filter_requested = Signal(str)
    search_requested = Signal()
    review_requested = Signal()

    def __init__(self, thumbnails: ThumbnailsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._thumbnails = thumbnails
        self.rows, self.cells = FileRows(self), FileCells(thumbnails)
        self.view = QListView()
        self.view.setAccessibleName(self.tr("Pictures"))
        self.view.setModel(self.rows)
        self.view.setItemDelegate(self.cells)
        EmptyHint(
            self.view, self.tr("No pictures: drop a folder on the window, or ask for others.")
        )
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.verticalScrollBar().setSingleStep(HEIGHT)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self.state, self.label = fields.ChoiceField(), fields.ChoiceField()
        self.number = fields.number(1, 1, 1)
        self.count, self.search = QLabel(), QPushButton(self.tr("Find…"))
        self.review = QPushButton(self.tr("Review"))
        self._build()
        self.view.clicked.connect(self._on_clicked)
        self.view.activated.connect(self._on_clicked)
        self.view.verticalScrollBar().valueChanged.connect(self._settled.start)
        self._settled.timeout.connect(self.want_visible)
        self.state.activated.connect(self._on_filter)
        self.label.activated.connect(self._on_filter)
        self.number.editingFinished.connect(self._on_number)
        self.search.clicked.connect(self.search_requested)
        self.review.clicked.connect(self.review_requested)
        thumbnails.arrived.connect(self.repaint_rows)

    def _build(self) -> None:
        self.state.setAccessibleName(self.tr("Only pictures in this state"))
        self.label.setAccessibleName(self.tr("Only pictures with this label"))
        self.number.setAccessibleName(self.tr("Go to picture number"))
        self.search.setToolTip(self.tr("Find pictures by name, count, score and more"))
        tip = self.tr(
            "Go to the least sure proposal; U accepts all of a picture and goes on, M rejects them"
        )
        self.review.setToolTip(tip)
        self.count.setObjectName("hint")
        filters, going = QHBoxLayout(), QHBoxLayout()
        for row in (filters, going):
            row.setSpacing(8)
        for field in (self.state, self.label):  # The panel is narrow, and names may be long.
            field.setMinimumWidth(NARROW)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        filters.addWidget(self.state, 1)
        filters.addWidget(self.label, 1)
        filters.addWidget(self.search)
        going.addWidget(QLabel(self.tr("Go to")))
        going.addWidget(self.number)
        going.addWidget(self.count)
        going.addStretch(1)
        going.addWidget(self.review)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(filters)
        layout.addLayout(going)
        layout.addWidget(self.view, 1)

    # What is shown

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self.cells.colors = colors
        self.repaint_rows()

    def set_states(self, states: Sequence[tuple[str, str]]) -> None:
        """The states that can be asked for, with their texts."""
        self.state.addItem(self.tr("Any state"), ANY)
        for key, text in states:
            self.state.addItem(text, key)

    def set_labels(self, labels: Sequence[Label]) -> None:
        """The labels that can be asked for."""
        chosen = self.label.key if self.label.count() else ANY
        self.cells.set_labels(labels)
        with QSignalBlocker(self.label):
            self.label.clear()
            self.label.addItem(self.tr("Any label"), ANY)
            for label in labels:
                self.label.addItem(label.name, label.name)
            self.label.setCurrentIndex(max(0, self.label.findData(chosen)))
        self.repaint_rows()

    def set_ids(self, ids: Sequence[FrameId], total: str) -> None:
        """Show these pictures."""
        self.rows.set_ids(ids)
        with QSignalBlocker(self.number):
            self.number.setRange(min(1, len(ids)), max(1, len(ids)))
        self.count.setText(total)
        self._settled.start()

    def set_current(self, index: int) -> None:
        """Mark the picture shown, and have it in sight."""
        row = self.rows.index(index) if index >= 0 else QModelIndex()
        self.view.setCurrentIndex(row)
        if index >= 0:
            self.view.scrollTo(row)
            if not self.number.hasFocus():
                with QSignalBlocker(self.number):
                    self.number.setValue(index + 1)
        self._settled.start()

    def set_question(self, text: str) -> None:
        """What is asked above the filmstrip; the filters show no other question."""
        if text != self.question:
            for field in (self.state, self.label):
                with QSignalBlocker(field):
                    field.setCurrentIndex(0)

    @property
    def question(self) -> str:
        """What the filters ask."""
        parts = []
        if self.state.key != ANY:
            parts.append(f"state:{self.state.key}")
        if self.label.key != ANY:
            name = self.label.key.replace('"', "")
            parts.append(f'label:"{name}"' if " " in name else f"label:{name}")
        return " ".join(parts)

    def ask_number(self) -> None:
        """Let the person type a number."""
        self.number.setFocus()
        self.number.selectAll()

    @Slot()
    def repaint_rows(self) -> None:
        """Something of what is in sight is another now."""
        self.view.viewport().update()

    @Slot()
    def want_visible(self) -> None:
        """Fetch the thumbnails of the rows in sight; none while the panel is not."""
        rows = range(0)
        if self.isVisible():
            first = self.view.verticalScrollBar().value() // HEIGHT
            last = first + self.view.viewport().height() // HEIGHT + 2
            rows = range(first, min(last, self.rows.rowCount()))
        self._thumbnails.want([self.rows.frame_id(row) for row in rows], WISH)
        self.repaint_rows()

    # What the person does

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.index_requested.emit(index.row())

    @Slot()
    def _on_filter(self) -> None:
        self.filter_requested.emit(self.question)

    @Slot()
    def _on_number(self) -> None:
        if self.rows.rowCount() and self.number.value() - 1 != self.view.currentIndex().row():
            self.index_requested.emit(self.number.value() - 1)

    # Qt's events

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: its rows are in sight now."""
        super().showEvent(event)
        self._settled.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: nobody sees them any more."""
        super().hideEvent(event)
        self._settled.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: others are in sight."""
        super().resizeEvent(event)
        self._settled.start()
