"""Where a video is: play, step, seek, speed, loop, marks; for a camera pause, freeze, record."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels.fields import ChoiceField
from gui.panels.frame_rows import FrameRows
from gui.panels.groove import Groove
from gui.panels.record_kinds import RecordKinds

LEAST_WIDTH = 128
MOST_FRAMES = 99_999_999
"""More than a camera gives while it is open."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
NARROWEST = 256
WIDE = 600
"""Narrower than this, only the buttons stay that everybody needs."""


class Timeline(QWidget):
    """A groove over the frames of a video, and the buttons to play it."""

    play_requested = Signal()
    step_requested = Signal(int)
    freeze_requested = Signal()
    record_requested = Signal()
    leave_requested = Signal()
    index_requested = Signal(int)
    speed_requested = Signal(float)
    loop_requested = Signal(bool)
    marks_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._count, self._fps = 0, 0.0
        self._marks: tuple[int | None, int | None] = (None, None)
        self._slider = Groove()
        self._slider.setAccessibleName(self.tr("Position in the video"))
        self.rows = FrameRows(self._slider)
        self._position = QLabel("0 / 0")
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(self._make_place())
        left = (self._back, self._play, self._on, self._speed, self._loop, self._first, self._last)
        buttons = _row((*left, self._freeze, self._record, self.kinds, self._leave))
        buttons.insertStretch(len(left))
        layout.addLayout(buttons)
        # Of its own, or the buttons would keep the middle of the window from becoming narrow.
        self.setMinimumWidth(NARROWEST)
        self._slider.valueChanged.connect(self._on_value)

    def _make_place(self) -> QHBoxLayout:
        """The groove with the rows below it, and what it says."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._slider)
        column.addWidget(self.rows)
        self._slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return _row((place, self._position), stretched=place)

    def _make_buttons(self) -> None:
        self._play = QPushButton(self.tr("Play"))
        self._play.setMinimumWidth(80)
        self._freeze = QPushButton(self.tr("Freeze"))
        self._record = QPushButton(self.tr("Record"))
        self._record.setCheckable(True)
        self.kinds = RecordKinds()
        self._keys, self._place = ("", ""), ""
        self._leave = QPushButton(self.tr("Close"))
        self._back = _small("−1", self.tr("One frame back  (Left)"))
        self._on = _small("+1", self.tr("One frame on  (Right)"))
        self._loop = _small(self.tr("Loop"), self.tr("Begin anew at the end"), is_checkable=True)
        self._first = _small(
            self.tr("In"), self.tr("Play from this frame on; again: from the start"),
            is_checkable=True,
        )  # fmt: skip
        self._last = _small(
            self.tr("Out"), self.tr("Play up to this frame; again: to the end"), is_checkable=True
        )
        self._speed = ChoiceField()
        self._speed.setMinimumContentsLength(5)
        self._speed.setToolTip(self.tr("Speed"))
        self._speed.setAccessibleName(self.tr("Speed"))
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        self._play.clicked.connect(self.play_requested)
        self._freeze.clicked.connect(self.freeze_requested)
        self._record.clicked.connect(self.record_requested)
        self._leave.clicked.connect(self.leave_requested)
        self._back.clicked.connect(self._on_back)
        self._on.clicked.connect(self._on_on)
        self._loop.clicked.connect(self.loop_requested)
        self._first.clicked.connect(self._on_first)
        self._last.clicked.connect(self._on_last)
        self._speed.activated.connect(self._on_speed)

    def set_source(self, count: int | None, fps: float | None) -> None:
        """A video of so many frames, or a camera (None); it plays as it is."""
        self._count, self._fps = count or 0, fps or 0.0
        is_video = count is not None
        self._slider.setVisible(is_video)
        self.rows.setVisible(is_video)
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(0, self._count - 1))
        self._slider.blockSignals(False)
        self._fit_position()
        self._leave.setToolTip(
            self.tr("Close the video") if is_video else self.tr("Close what is live")
        )
        self._speed.setCurrentIndex(SPEEDS.index(1.0))
        self._loop.setChecked(False)
        self._set_marks(None, None)
        self._show_buttons()
        self.set_index(0)

    def _fit_position(self) -> None:
        """Room for the longest text: a label that may grow has the window laid out each frame."""
        longest = self._text_of(self._count - 1 if self._count else MOST_FRAMES)
        self._position.ensurePolished()
        self._position.setText("".join("8" if sign.isdigit() else sign for sign in longest))
        hint = self._position.sizeHint()
        self._position.setFixedSize(max(hint.width(), LEAST_WIDTH), hint.height())
        is_timed = self._count and self._fps
        self._position.setToolTip(clock((self._count - 1) / self._fps) if is_timed else "")

    def set_index(self, index: int) -> None:
        """Show a position without asking for it."""
        self._slider.blockSignals(True)
        self._slider.setValue(index)
        self._slider.blockSignals(False)
        self._position.setText(self._text_of(index))

    def set_picture(self, name: str) -> None:
        """Show which picture of a watched folder it is."""
        metrics, room = self._position.fontMetrics(), self._position.width()
        self._position.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room))
        self._position.setToolTip(name)

    def _text_of(self, index: int) -> str:
        if not self._count:
            return self.tr("Frame {0}").format(index)
        text = f"{index} / {self._count - 1}"
        return f"{text}   {clock(index / self._fps)}" if self._fps else text

    def set_playing(self, is_playing: bool) -> None:
        """Name the button after what it does now."""
        self._play.setText(self.tr("Pause") if is_playing else self.tr("Play"))

    def set_recording(self, is_recording: bool, place: str) -> None:
        """Whether it is being recorded, and where recordings go."""
        self._record.setChecked(is_recording)
        self._record.setText(self.tr("Stop") if is_recording else self.tr("Record"))
        self._place = place
        self.kinds.setEnabled(not is_recording)
        self._show_tips()

    def set_keys(self, freeze: str, record: str) -> None:
        """The keys that do what two of the buttons do, for their tips."""
        self._keys = freeze, record
        self._show_tips()

    def _show_tips(self) -> None:
        freeze, record = (f"  ({key})" if key else "" for key in self._keys)
        self._freeze.setToolTip(self.tr("Keep this frame to correct it") + freeze)
        is_on = self._record.isChecked()
        tip = self.tr("Stop recording") if is_on else self.tr("Record")
        self._record.setToolTip(f"{tip}{record}\n{self._place}".strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the window became wider or narrower."""
        super().resizeEvent(event)
        self._show_buttons()

    def _show_buttons(self) -> None:
        """What a camera has no use for, and what there is no room for, goes."""
        is_roomy = bool(self._count) and self.width() >= WIDE
        for widget in (self._back, self._on, self._speed, self._loop, self._first, self._last):
            widget.setVisible(is_roomy)

    def _set_marks(self, first: int | None, last: int | None) -> None:
        self._marks = first, last
        self._first.setChecked(first is not None)
        self._last.setChecked(last is not None)
        self._slider.set_marks(first, last)

    def _ask_marks(self, first: int | None, last: int | None) -> None:
        self._set_marks(first, last)
        self.marks_requested.emit(first, last)

    @Slot(int)
    def _on_value(self, index: int) -> None:
        self.index_requested.emit(index)

    @Slot()
    def _on_back(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_on(self) -> None:
        self.step_requested.emit(1)

    @Slot(int)
    def _on_speed(self, row: int) -> None:
        self.speed_requested.emit(SPEEDS[row])

    @Slot(bool)
    def _on_first(self, is_set: bool) -> None:
        """A mark behind the other one takes its place: the other one goes."""
        first, last = self._slider.value() if is_set else None, self._marks[1]
        is_right = first is None or last is None or first <= last
        self._ask_marks(first, last if is_right else None)

    @Slot(bool)
    def _on_last(self, is_set: bool) -> None:
        first, last = self._marks[0], self._slider.value() if is_set else None
        is_right = first is None or last is None or first <= last
        self._ask_marks(first if is_right else None, last)


def _small(text: str, tip: str, *, is_checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(is_checkable)
    return button


def _row(widgets: tuple[QWidget, ...], stretched: QWidget | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        # A click leaves the keys to the canvas.
        if isinstance(widget, QAbstractButton | ChoiceField):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(widget, 1 if widget is stretched else 0)
    return row


def clock(seconds: float) -> str:
    """Minutes, seconds and tenths: 1:02.5."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
