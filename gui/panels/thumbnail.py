"""Paints the small picture of a frame, in the filmstrip and in the list of pictures."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.values import FrameId
from gui.controllers.thumbnails import ThumbnailsController
from gui.theme import ThemeColors

RADIUS = 4


def paint_thumbnail(
    painter: QPainter,
    colors: ThemeColors,
    thumbnails: ThumbnailsController,
    frame_id: FrameId,
    place: QRect,
    *,
    unreadable: str,
    is_chosen: bool,
) -> None:
    """Paint it into the middle of a place, or the text `unreadable`; nothing while it is on its
    way. The chosen one has an edge."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.field))
    painter.drawRoundedRect(place, RADIUS, RADIUS)
    image = thumbnails.get(frame_id)
    if image is not None:
        size = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(QPoint(0, 0), size.expandedTo(QSize(1, 1)))
        target.moveCenter(place.center())
        painter.drawImage(target, image)
    elif thumbnails.is_unreadable(frame_id):
        painter.setPen(QColor(colors.danger))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, unreadable)
    if is_chosen:
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, RADIUS, RADIUS)
