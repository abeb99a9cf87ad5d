"""Where a video is: play, pause, seek, frame number; for a camera only pause and freeze."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

LEAST_WIDTH = 128
MOST_FRAMES = 99_999_999
"""More than a camera gives while it is open."""


class Timeline(QWidget):
    """A slider over the frames of a video, with play and pause."""

    play_requested = Signal()
    freeze_requested = Signal()
    leave_requested = Signal()
    index_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._count, self._fps = 0, 0.0
        self._play = QPushButton(self.tr("Play"))
        self._play.setMinimumWidth(80)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Position in the video"))
        self._position = QLabel("0 / 0")
        self._freeze = QPushButton(self.tr("Freeze"))
        self._leave = QPushButton(self.tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        for widget in (self._play, self._slider, self._position, self._freeze, self._leave):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(widget, 1 if widget is self._slider else 0)
        self._play.clicked.connect(self.play_requested)
        self._freeze.clicked.connect(self.freeze_requested)
        self._leave.clicked.connect(self.leave_requested)
        self._slider.valueChanged.connect(self._on_value)

    def set_source(self, count: int | None, fps: float | None) -> None:
        """A video of so many frames, or a camera (None)."""
        self._count, self._fps = count or 0, fps or 0.0
        self._slider.setVisible(count is not None)
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(0, self._count - 1))
        self._slider.blockSignals(False)
        self._fit_position()
        is_video = count is not None
        self._freeze.setToolTip(self.tr("Keep this frame to correct it  (Shift+Space)"))
        self._leave.setToolTip(
            self.tr("Close the video") if is_video else self.tr("Close the camera")
        )
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
        """Show the position without asking for it."""
        self._slider.blockSignals(True)
        self._slider.setValue(index)
        self._slider.blockSignals(False)
        self._position.setText(self._text_of(index))

    def _text_of(self, index: int) -> str:
        if not self._count:
            return self.tr("Frame {0}").format(index)
        text = f"{index} / {self._count - 1}"
        return f"{text}   {clock(index / self._fps)}" if self._fps else text

    def set_playing(self, is_playing: bool) -> None:
        """Name the button after what it does now."""
        self._play.setText(self.tr("Pause") if is_playing else self.tr("Play"))

    @Slot(int)
    def _on_value(self, index: int) -> None:
        self.index_requested.emit(index)


def clock(seconds: float) -> str:
    """Minutes, seconds and tenths: 1:02.5."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
