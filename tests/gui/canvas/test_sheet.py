"""A drawing of a look inside is painted where it belongs, and takes the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter

from engine.inside.drawing import Cells, Drawing
from gui.canvas.frame_layer import Buffers
from gui.canvas.sheet import Sheet
from gui.canvas.view import View

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)
SIZE = 60, 40
VIEW = View(2.0, 4.0, 0.0)
pytestmark = pytest.mark.usefixtures("qapp")


def drawing(**fields):
    boxes = np.array([[2, 2, 18, 12], [4, 4, 8, 8]], np.float32)
    widths = np.ones(2, np.uint8)
    return Drawing(boxes, np.array([RED, BLUE], np.uint8), widths, ("large", "small"), **fields)


def painted(sheet, view=VIEW):
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    sheet.draw(painter, view, SIZE, 1.0)
    painter.end()
    return image


def color(image, x, y):
    return image.pixelColor(x, y).getRgb()[:3]


def test_boxes_lie_where_the_view_says_the_last_on_top():
    image = painted(Sheet(drawing(), Buffers()))
    assert color(image, 8, 10) == (255, 0, 0)
    assert color(image, 12, 8) == (0, 0, 255)
    assert color(image, 30, 14) == (0, 0, 0)


def test_a_box_as_wide_as_asked_is_not_wider():
    sheet = Sheet(drawing(), Buffers())
    sheet.drawing.widths[:] = 2
    image = painted(sheet)
    assert [color(image, x, 16) for x in range(6, 10)] == [
        (0, 0, 0),
        (255, 0, 0),
        (255, 0, 0),
        (0, 0, 0),
    ]


def test_cells_are_coloured_and_the_marked_one_has_an_edge():
    edges = np.array([0, 10, 20], np.float32)
    colors = np.zeros((2, 2, 4), np.uint8)
    colors[0, 1] = 0, 255, 0, 255
    cells = Cells(edges, edges, colors, (0, 0, 10, 10))
    image = painted(Sheet(Drawing(cells=cells), Buffers()), View(1.0, 0.0, 0.0))
    assert color(image, 15, 5) == (0, 255, 0)
    assert color(image, 5, 15) == (0, 0, 0)
    assert color(image, 0, 5) == (255, 255, 255)


@pytest.mark.parametrize("scale", [0.001, 50.0])
def test_far_away_boxes_do_no_harm(scale):
    far = np.array([[-1e6, -1e6, 1e6, 1e6]], np.float32)
    each = Drawing(far, np.array([RED], np.uint8), np.ones(1, np.uint8), ("",), ((0, "x"),))
    painted(Sheet(each, Buffers()), View(scale, 0.0, 0.0))


def test_the_canvas_passes_the_mouse_on_and_lights_up_what_is_under_it(qtbot, desk):
    canvas = desk.canvas
    canvas.inside.set_drawing(drawing())
    assert not canvas.is_editable
    clicked = []
    canvas.inside.clicked.connect(lambda x, y: clicked.append((round(x), round(y))))
    x, y = canvas.view.to_screen(6, 6)
    qtbot.mouseMove(canvas, QPoint(round(x), round(y)))
    assert canvas._painter.sheet.hovered == 1
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert clicked == [(6, 6)]
    canvas.inside.clear()
    assert canvas.is_editable
