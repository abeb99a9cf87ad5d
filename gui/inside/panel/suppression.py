"""Suppression as a story: one candidate after the other is kept, or removed by a better one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSignalBlocker, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.inside.boxes import END
from gui.panels import fields

if TYPE_CHECKING:
    from engine.inside.suppression import Trace

STEP_MS = 450
KEPT = -1
"""As in `engine.inside.suppression`, which is not imported with the window."""


class SuppressionPage(QWidget):
    """A position among the candidates, the best first; past the last one is what stays."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._position = END
        self._names: Mapping[int, str] = {}
        self._lines = QStringListModel(self)
        self._clock = QTimer(self)
        self._clock.setInterval(STEP_MS)
        self._clock.timeout.connect(self._on_clock)
        self._make_fields()
        self._build()
        self.set_trace(None, {})

    def _make_fields(self) -> None:
        self._hint, self._what, self._summary = QLabel(), QLabel(), QLabel()
        self._hint.setObjectName("hint")
        self._summary.setObjectName("hint")
        for label in (self._hint, self._what, self._summary):
            label.setWordWrap(True)
        self._slider = fields.slider()
        self._slider.setAccessibleName(self.tr("Candidate"))
        self._play = QPushButton(self.tr("Play"))
        self._play.setCheckable(True)
        self._play.setToolTip(self.tr("Judge one candidate after the other"))
        self._first, self._back = QPushButton("«"), QPushButton("‹")
        self._on, self._last = QPushButton("›"), QPushButton("»")
        for button, text in (
            (self._first, self.tr("The best candidate")),
            (self._back, self.tr("The candidate before")),
            (self._on, self.tr("The next candidate")),
            (self._last, self.tr("What stays in the end")),
        ):
            button.setObjectName("small")
            button.setToolTip(text)
            button.setAccessibleName(text)
        self._list = QListView()
        self._list.setModel(self._lines)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setMinimumHeight(320)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("All candidates, the best first"))

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self._first, self._back, self._play, self._on, self._last):
            buttons.addWidget(button, int(button is self._play))
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(self._summary)
        body.addWidget(self._slider)
        body.addLayout(buttons)
        body.addWidget(self._what)
        body.addWidget(self._list, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._hint)
        layout.addWidget(self._body, 1)
        self._slider.valueChanged.connect(self.go)
        self._list.clicked.connect(self._on_line)
        self._play.toggled.connect(self._on_play)
        self._first.clicked.connect(self._on_first)
        self._last.clicked.connect(self._on_last)
        self._back.clicked.connect(self._on_back)
        self._on.clicked.connect(self._on_next)

    # Set from outside

    def set_hint(self, text: str) -> None:
        """Say why there is nothing to see, or nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_trace(self, trace: "Trace | None", names: Mapping[int, str]) -> None:
        """Tell this story with the labels' names; the position stays where it can."""
        self._body.setVisible(trace is not None)
        if trace is not self._trace:
            self._trace = trace
            self._names = names
            numbers = range(len(trace)) if trace is not None else ()
            self._lines.setStringList([self._line(n) for n in numbers])
            if self._position != END and self._position >= self._count:
                self._position = END
        self._show()

    @property
    def position(self) -> int:
        """The candidate that is judged, END for what stays."""
        return self._position

    def stop(self) -> None:
        """Stop playing."""
        self._play.setChecked(False)

    @Slot(int)
    def go(self, position: int) -> None:
        """Judge this candidate; past the last one is the end."""
        position = END if position >= self._count else max(position, 0)
        if position != self._position:
            self._position = position
            self._show()
            self.changed.emit()

    # Inside

    def _name(self, number: int) -> str:
        """Label and score of a candidate."""
        assert self._trace is not None
        label_id = int(self._trace.label_ids[number])
        return f"{self._names.get(label_id, f'#{label_id}')} {self._trace.scores[number]:.2f}"

    def _line(self, number: int) -> str:
        """What becomes of a candidate, in short."""
        assert self._trace is not None
        head, by = f"#{number + 1}  {self._name(number)}", int(self._trace.by[number])
        if by < 0:
            return f"{head}  {self.tr('kept') if by == KEPT else self.tr('left out')}"
        text = self.tr("removed by #{0}, {1:.2f}")
        return f"{head}  {text.format(by + 1, self._trace.overlaps[number])}"

    def _told(self, number: int) -> str:
        """What becomes of a candidate, in a sentence."""
        trace = self._trace
        assert trace is not None
        head, by = f"#{number + 1}  ", int(trace.by[number])
        if by >= 0:
            text = self.tr("removed: {0} overlaps #{1} ({2}) by {3:.2f} > {4:.2f}")
            parts = self._name(number), by + 1, self._name(by), trace.overlaps[number], trace.iou
            return head + text.format(*parts)
        if by == KEPT:
            return head + self.tr("kept: {0}").format(self._name(number))
        return head + self.tr("left out: {0}, as only the best are shown").format(
            self._name(number)
        )

    @property
    def _count(self) -> int:
        return len(self._trace) if self._trace is not None else 0

    @property
    def _place(self) -> int:
        """The position as a number: the end comes after the last candidate."""
        return self._count if self._position == END else self._position

    def _show(self) -> None:
        count, place = self._count, self._place
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, count)
            self._slider.setValue(place)
        for button in (self._first, self._back):
            button.setEnabled(place > 0)
        for button in (self._on, self._last):
            button.setEnabled(place < count)
        self._play.setEnabled(count > 0)
        kept = len(self._trace.kept) if self._trace is not None else 0
        iou = self._trace.iou if self._trace is not None else 0.0
        text = self.tr("{0:,} candidates above the confidence, {1:,} stay at an overlap of {2:.2f}")
        self._summary.setText(text.format(count, kept, iou))
        is_inside = place < count
        self._what.setText(self._told(place) if is_inside else self._end())
        if is_inside:
            self._list.setCurrentIndex(self._lines.index(place))
        else:
            self._list.clearSelection()

    def _end(self) -> str:
        if not self._count:
            return self.tr("Nothing scores enough. Lower the confidence in the Model panel.")
        return self.tr("The end: this is the answer.")

    @Slot(bool)
    def _on_play(self, is_playing: bool) -> None:
        self._play.setText(self.tr("Pause") if is_playing else self.tr("Play"))
        if not is_playing:
            self._clock.stop()
            return
        if self._position == END:
            self.go(0)
        self._clock.start()

    @Slot()
    def _on_clock(self) -> None:
        self.go(self._place + 1)
        if self._position == END:
            self.stop()

    @Slot(QModelIndex)
    def _on_line(self, index: QModelIndex) -> None:
        self.go(index.row())

    @Slot()
    def _on_first(self) -> None:
        self.go(0)

    @Slot()
    def _on_last(self) -> None:
        self.go(self._count)

    @Slot()
    def _on_back(self) -> None:
        self.go(self._place - 1)

    @Slot()
    def _on_next(self) -> None:
        self.go(self._place + 1)
