"""The groove of the timeline: a press anywhere goes there, and two marks bound what is played."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

MARK_WIDTH = 3


class Groove(QSlider):
    """A slider over the frames of a video."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._marks: tuple[int | None, int | None] = (None, None)

    def set_marks(self, first: int | None, last: int | None) -> None:
        """Draw these."""
        self._marks = first, last
        self.update()

    def x_of(self, index: int) -> int:
        """Where a frame is, in pixels."""
        start, length = self._track()
        return start + QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), index, length)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a button went down."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: the mouse moved."""
        if self.isSliderDown():
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a button went up."""
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: the wheel moves frame by frame."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.setValue(self.value() - (delta > 0) + (delta < 0))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the groove, the handle and the marks."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            for mark in self._marks:
                if mark is not None:
                    x = self.x_of(mark) - MARK_WIDTH // 2
                    painter.fillRect(QRect(x, 0, MARK_WIDTH, self.height()), self.palette().link())

    def index_at(self, x: int) -> int:
        """Which frame is there."""
        start, length = self._track()
        low, high = self.minimum(), self.maximum()
        return QStyle.sliderValueFromPosition(low, high, x - start, length)

    def _go(self, event: QMouseEvent) -> None:
        self.setValue(self.index_at(round(event.position().x())))

    def _track(self) -> tuple[int, int]:
        """From where to where the middle of the handle goes: start and length in pixels."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        parts, kind = QStyle.SubControl, QStyle.ComplexControl.CC_Slider
        groove = self.style().subControlRect(kind, option, parts.SC_SliderGroove, self)
        handle = self.style().subControlRect(kind, option, parts.SC_SliderHandle, self)
        return groove.x() + handle.width() // 2, max(1, groove.width() - handle.width())
