"""The cage around what is selected, as it is drawn: a dashed line and the handles on it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.values import Box
from gui.canvas.view import REACH, Area, View
from gui.tools.cage import cage_of, turn_point
from gui.tools.hits import handle_points
from gui.tools.scene import Scene

HANDLE = 7.0
LINE, SEAM = QColor(255, 255, 255, 200), QColor(0, 0, 0, 200)


def area_of_cage(scene: Scene, view: View, density: float) -> Area | None:
    """The screen pixels that it touches; None where nothing is selected."""
    reach = REACH * density / view.scale
    cage = cage_of(scene, reach)
    if cage is None:
        return None
    _, y = turn_point(cage, reach, scene.size_hw)
    left, top = view.to_screen(cage.x1, min(cage.y1, y))
    right, bottom = view.to_screen(cage.x2, max(cage.y2, y))
    gap = round(HANDLE * density) + 2
    width, height = int(right - left) + 2 * gap, int(bottom - top) + 2 * gap
    return Area(int(left) - gap, int(top) - gap, width, height)


def paint_cage(painter: QPainter, scene: Scene, view: View, density: float) -> None:
    """Draw it in screen pixels; a Box alone has its own sides and handles."""
    reach = REACH * density / view.scale
    cage = cage_of(scene, reach)
    if cage is None:
        return
    is_own = cage is scene.selected_bounds
    x, y = turn_point(cage, reach, scene.size_hw)
    at, size = QPointF(*view.to_screen(x, y)), HANDLE * density
    side = cage.y1 if y <= cage.y1 or y < cage.y2 else cage.y2
    stem = (at, QPointF(*view.to_screen(x, side)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, style in ((SEAM, Qt.PenStyle.SolidLine), (LINE, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, density, style))
        painter.drawLine(*stem)
        if not is_own:
            painter.drawRect(_rect(cage, view))
    painter.setPen(QPen(SEAM, density))
    painter.setBrush(QColor(Qt.GlobalColor.white))
    for corner in () if is_own else handle_points(cage):
        place = QPointF(*view.to_screen(*corner))
        painter.drawRect(QRectF(place.x() - size / 2, place.y() - size / 2, size, size))
    painter.drawEllipse(at, size * 0.7, size * 0.7)


def _rect(cage: Box, view: View) -> QRectF:
    start, end = view.to_screen(cage.x1, cage.y1), view.to_screen(cage.x2, cage.y2)
    return QRectF(QPointF(*start), QPointF(*end))
