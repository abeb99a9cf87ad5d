"""The frame around what is selected, as it is drawn: a dashed line and the handles on it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.values import Box
from gui.canvas.view import REACH, Area, View
from gui.tools.frame import frame_of, turn_point
from gui.tools.hits import handle_points
from gui.tools.scene import Scene

HANDLE = 7.0
LINE, SEAM = QColor(255, 255, 255, 200), QColor(0, 0, 0, 200)


def area_of_frame(scene: Scene, view: View, density: float) -> Area | None:
    """The screen pixels that it touches; None where nothing is selected."""
    reach = REACH * density / view.scale
    frame = frame_of(scene, reach)
    if frame is None:
        return None
    _, y = turn_point(frame, reach, scene.size_hw)
    left, top = view.to_screen(frame.x1, min(frame.y1, y))
    right, bottom = view.to_screen(frame.x2, max(frame.y2, y))
    gap = round(HANDLE * density) + 2
    width, height = int(right - left) + 2 * gap, int(bottom - top) + 2 * gap
    return Area(int(left) - gap, int(top) - gap, width, height)


def paint_frame(painter: QPainter, scene: Scene, view: View, density: float) -> None:
    """Draw it in screen pixels; a Box alone has its own sides and handles."""
    reach = REACH * density / view.scale
    frame = frame_of(scene, reach)
    if frame is None:
        return
    is_own = frame is scene.selected_bounds
    x, y = turn_point(frame, reach, scene.size_hw)
    at, size = QPointF(*view.to_screen(x, y)), HANDLE * density
    side = frame.y1 if y <= frame.y1 or y < frame.y2 else frame.y2
    stem = (at, QPointF(*view.to_screen(x, side)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, style in ((SEAM, Qt.PenStyle.SolidLine), (LINE, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, density, style))
        painter.drawLine(*stem)
        if not is_own:
            painter.drawRect(_rect(frame, view))
    painter.setPen(QPen(SEAM, density))
    painter.setBrush(QColor(Qt.GlobalColor.white))
    for corner in () if is_own else handle_points(frame):
        place = QPointF(*view.to_screen(*corner))
        painter.drawRect(QRectF(place.x() - size / 2, place.y() - size / 2, size, size))
    painter.drawEllipse(at, size * 0.7, size * 0.7)


def _rect(frame: Box, view: View) -> QRectF:
    start, end = view.to_screen(frame.x1, frame.y1), view.to_screen(frame.x2, frame.y2)
    return QRectF(QPointF(*start), QPointF(*end))
