"""What the Look inside panel paints itself: the scale of colours, the grid of channels."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolTip, QWidget


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """A QImage of its own of (h, w, 3) uint8 RGB pixels."""
    height, width = pixels.shape[:2]
    data = np.ascontiguousarray(pixels)
    return QImage(data.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()


@cache
def _scale() -> QImage:
    from engine.inside.pictures import heat

    return image_of(heat(np.linspace(0, 1, 256, dtype=np.float32)[None]))


class _Strip(QWidget):
    """The colours from the lowest value to the highest."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint the strip."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), _scale())


class ColorScale(QWidget):
    """Which values the colours of a heat map stand for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for label in (self._low, self._high):
            label.setObjectName("hint")
        row.addWidget(self._low)
        row.addWidget(_Strip(), 1)
        row.addWidget(self._high)
        self.setToolTip(self.tr("The values that the darkest and the brightest color stand for"))

    def set_range(self, low: float, high: float) -> None:
        """The values at both ends."""
        self._low.setText(f"{low:.3g}")
        self._high.setText(f"{high:.3g}")


class ChannelGrid(QWidget):
    """Small pictures of channels side by side; a click chooses one."""

    channel_chosen = Signal(int)

    def __init__(self, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._image = QImage()
        self._channels: tuple[int, ...] = ()
        self._chosen = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Channels, one small picture each"))
        self._tips = _Tips(self)
        self.installEventFilter(self._tips)

    def set_grid(
        self, pixels: NDArray[np.uint8] | None, channels: Sequence[int], chosen: int
    ) -> None:
        """Show this picture of these channels, row by row, and mark the chosen one."""
        self._image = QImage() if pixels is None else image_of(pixels)
        self._channels, self._chosen = tuple(channels), chosen
        self.setFixedHeight(self._height())
        self.update()

    def channel_at(self, position: QPointF) -> int | None:
        """The channel under this position."""
        if self._image.isNull():
            return None
        tile = self._tile()
        column, row = int(position.x() // tile.width()), int(position.y() // tile.height())
        number = row * self._columns + column
        is_inside = 0 <= column < self._columns and 0 <= number < len(self._channels)
        return self._channels[number] if is_inside else None

    def _tile(self) -> QRectF:
        """The first tile as it is on the screen."""
        rows = -(-len(self._channels) // self._columns)
        width = self.width() / self._columns
        scale = self.width() / max(self._image.width(), 1)
        return QRectF(0, 0, width, max(self._image.height() * scale / max(rows, 1), 1))

    def _height(self) -> int:
        """As high as the picture at this width."""
        if self._image.isNull():
            return 0
        return round(self._image.height() * self.width() / self._image.width())

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the height follows from the width."""
        self.setFixedHeight(self._height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint the tiles and a frame around the chosen one."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRect(0, 0, self.width(), self._height()), self._image)
            if self._chosen in self._channels:
                row, column = divmod(self._channels.index(self._chosen), self._columns)
                tile = self._tile()
                tile.translate(column * tile.width(), row * tile.height())
                painter.setPen(QPen(QColor("#4da3ff"), 2))
                painter.drawRect(tile.adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click chooses."""
        channel = self.channel_at(event.position())
        if channel is not None:
            self.channel_chosen.emit(channel)


class _Tips(QObject):
    """Says which channel is under the mouse."""

    def __init__(self, grid: ChannelGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: look at the asking for a tip only."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            channel = self._grid.channel_at(QPointF(event.pos()))
            text = "" if channel is None else self._grid.tr("Channel {0}").format(channel)
            QToolTip.showText(event.globalPos(), text, self._grid)
            return True
        return False
