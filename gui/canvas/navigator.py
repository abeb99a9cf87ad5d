"""A map in the corner of the canvas: the whole frame, and which part of it is in sight."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.canvas.layered_view import LayeredView

LONGEST = 160
MARGIN = 8
SHADE, SEAM = QColor(0, 0, 0, 120), QColor(0, 0, 0, 200)


class Navigator(QWidget):
    """There while a part of the frame is out of sight; a drag in it moves the view."""

    def __init__(self, view: LayeredView) -> None:
        super().__init__(view)
        self.setAccessibleName(self.tr("Map of the picture"))
        self.setToolTip(self.tr("Drag to move the view"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._view = view
        self._is_on = True
        self._image: QImage | None = None
        self.hide()
        view.installEventFilter(self)
        view.view_changed.connect(self.follow)

    def set_on(self, is_on: bool) -> None:
        """Whether it may show at all."""
        self._is_on = is_on
        self.follow()

    def forget(self) -> None:
        """Another frame came, or it is shown in another tone."""
        self._image = None
        self.follow()

    @Slot()
    def follow(self) -> None:
        """The view has changed."""
        size_hw = self._view.frame_hw
        is_shown = self._is_on and size_hw is not None and not self._sees_all()
        if is_shown and size_hw is not None:
            share = LONGEST / max(size_hw)
            size = QSize(max(round(size_hw[1] * share), 8), max(round(size_hw[0] * share), 8))
            self.resize(size)
            self.move(
                self._view.width() - size.width() - MARGIN,
                self._view.height() - size.height() - MARGIN,
            )
            self.update()
        self.setVisible(is_shown)

    def _part(self) -> QRectF:
        """What is in sight, as shares of the frame's width and height."""
        height, width = self._view.frame_hw or (1, 1)
        x1, y1 = self._view.to_frame(QPointF(0, 0))
        x2, y2 = self._view.to_frame(QPointF(self._view.width(), self._view.height()))
        return QRectF(x1 / width, y1 / height, (x2 - x1) / width, (y2 - y1) / height)

    def _sees_all(self) -> bool:
        return self._part().contains(QRectF(0, 0, 1, 1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self.follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, darker where it is out of sight."""
        if self._image is None:
            self._image = self._view.thumbnail(self.size() * self.devicePixelRatioF())
        with QPainter(self) as painter:
            whole = QRectF(self.rect())
            painter.drawImage(whole, self._image)
            part, width, height = self._part(), whole.width(), whole.height()
            seen = QRectF(
                part.x() * width, part.y() * height, part.width() * width, part.height() * height
            ).intersected(whole)
            painter.setClipRegion(self.rect())
            for shaded in (
                QRectF(0, 0, width, seen.top()),
                QRectF(0, seen.bottom(), width, height - seen.bottom()),
                QRectF(0, seen.top(), seen.left(), seen.height()),
                QRectF(seen.right(), seen.top(), width - seen.right(), seen.height()),
            ):
                painter.fillRect(shaded, SHADE)
            for color, pen_width in ((SEAM, 3.0), (QColor(Qt.GlobalColor.white), 1.0)):
                painter.setPen(QPen(color, pen_width))
                painter.drawRect(seen.adjusted(1, 1, -1, -1))
            painter.setPen(QPen(SEAM, 1))
            painter.drawRect(whole.adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing of it is the canvas's."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A press like any other."""
        self.mousePressEvent(event)

    def _look(self, at: QPointF) -> None:
        height, width = self._view.frame_hw or (1, 1)
        self._view.centre_on(at.x() / self.width() * width, at.y() / self.height() * height)
