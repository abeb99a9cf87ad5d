"""Asks for a part of the screen: a picture of each screen, over which a rectangle is dragged."""

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QWidget

LEAST_SIDE = 8
HIDE_MS = 350
"""So long a window system may take to show what lay behind our window."""
SHADE, EDGE, PAPER = QColor(0, 0, 0, 110), QColor(255, 255, 255), QColor(20, 20, 20, 230)


class ScreenPicture(QWidget):
    """One screen as it was, dimmed where nothing is chosen."""

    chosen = Signal(tuple)
    given_up = Signal()

    def __init__(self, screen: QScreen, picture: QPixmap) -> None:
        top = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, top)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(self.tr("Capture a part of the screen"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setGeometry(screen.geometry())
        self._screen, self._picture = screen, picture
        self._start: QPoint | None = None
        self._rect = QRect()
        self.hint = self.tr(
            "Drag over what is to be captured.  Enter: all of this screen.  Esc: nothing."
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the picture, its shade, what is chosen and what to do."""
        with QPainter(self) as painter:
            painter.drawPixmap(self.rect(), self._picture)
            painter.fillRect(self.rect(), SHADE)
            if self._rect.isValid():
                scale = self._picture.width() / max(1, self.width())
                rect = QRectF(self._rect)
                lit = QRectF(rect.topLeft() * scale, rect.size() * scale)
                painter.drawPixmap(rect, self._picture, lit)
                painter.setPen(QPen(EDGE, 1))
                painter.drawRect(self._rect.adjusted(-1, -1, 0, 0))
            self._draw_hint(painter)

    def _draw_hint(self, painter: QPainter) -> None:
        text = self.hint
        if self._rect.isValid():
            _, _, width, height = self._pixels(self._rect)
            text = f"{width} × {height}"
        metrics = painter.fontMetrics()
        box = metrics.boundingRect(text).adjusted(-12, -8, 12, 8)
        box.moveCenter(QPoint(self.width() // 2, 48))
        painter.fillRect(box, PAPER)
        painter.setPen(EDGE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: the first corner; another button gives up."""
        if event.button() is not Qt.MouseButton.LeftButton:
            self.given_up.emit()
            return
        self._start = event.position().toPoint()
        self._rect = QRect()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: the other corner, not for good."""
        if self._start is not None:
            self._rect = self._between(event.position().toPoint())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: the other corner; a click alone chooses nothing."""
        if self._start is None:
            return
        rect, self._start = self._between(event.position().toPoint()), None
        if min(rect.width(), rect.height()) >= LEAST_SIDE:
            self.chosen.emit(self._pixels(rect))
            return
        self._rect = QRect()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc gives up, Enter takes all of it."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._pixels(self.rect()))

    def _between(self, end: QPoint) -> QRect:
        start = self._start or end
        left, right = sorted((start.x(), end.x()))
        top, bottom = sorted((start.y(), end.y()))
        return QRect(left, top, right - left, bottom - top).intersected(self.rect())

    def _pixels(self, rect: QRect) -> tuple[int, int, int, int]:
        """In pixels of all screens: Qt scales what is on a screen, but not where the screen is."""
        ratio, origin = self._screen.devicePixelRatio(), self._screen.geometry().topLeft()
        left, top = round(rect.left() * ratio), round(rect.top() * ratio)
        size = round(rect.width() * ratio), round(rect.height() * ratio)
        return origin.x() + left, origin.y() + top, *size


class ScreenPart(QObject):
    """Puts our window away, asks on every screen at once, and brings the window back.

    `chosen` tells x, y, width and height in pixels.
    """

    chosen = Signal(tuple)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.pictures: tuple[ScreenPicture, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HIDE_MS)
        self._timer.timeout.connect(self._show)

    @property
    def is_asking(self) -> bool:
        """Whether the question is on the screen, or about to be."""
        return self._timer.isActive() or bool(self.pictures)

    def ask(self) -> None:
        """Ask; nothing happens while it is asked already."""
        if not self.is_asking:
            self._window.hide()
            self._timer.start()

    @Slot()
    def _show(self) -> None:
        self.pictures = tuple(
            ScreenPicture(screen, screen.grabWindow(0)) for screen in QGuiApplication.screens()
        )
        for picture in self.pictures:
            picture.chosen.connect(self._on_chosen)
            picture.given_up.connect(self._end)
            picture.show()
            picture.raise_()
        self.pictures[0].activateWindow()
        self.pictures[0].setFocus()

    @Slot(tuple)
    def _on_chosen(self, part: tuple[int, int, int, int]) -> None:
        self._end()
        self.chosen.emit(part)

    @Slot()
    def _end(self) -> None:
        pictures, self.pictures = self.pictures, ()
        self._window.show()
        for picture in pictures:
            picture.hide()
            picture.deleteLater()
