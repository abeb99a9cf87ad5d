"""A Canvas on the offscreen platform, with a grey frame and labels of clear colors."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Sample
from gui import tools
from gui.canvas.canvas import Canvas

tools.load_all()

LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "red", (255, 0, 0)),
    Label(2, "green", (0, 255, 0)),
    Label(3, "blue", (0, 0, 255)),
)
TRIANGLE = np.array([[240, 40], [340, 40], [340, 140], [240, 140]], np.float32)
SAMPLE = Sample(
    FrameId("a.png"),
    (300, 400),
    annotations=(
        Annotation(Mask(40, 40, np.ones((80, 100), np.bool_)), 1, id="mask"),
        Annotation(Polygon(TRIANGLE), 2, id="polygon"),
        Annotation(Box(40, 180, 160, 280), 3, id="box"),
    ),
    proposals=(Annotation(Box(240, 180, 360, 280), 1, score=0.9, origin="m", id="waiting"),),
)


class Desk:
    """A Canvas whose Edits are applied, as the window does it."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.sample = SAMPLE
        self.edits: list[Edit] = []
        canvas.edit_made.connect(self.apply)

    def apply(self, edit: Edit) -> None:
        self.edits.append(edit)
        self.sample = edit(self.sample)
        self.show()

    def show(self) -> None:
        self.canvas.set_sample(self.sample, LABELS, None, self.canvas.scene.selection)

    def at(self, x: float, y: float) -> QPointF:
        """Where a frame point is in the widget."""
        return QPointF(*self.canvas.view.to_screen(x, y)) / self.canvas.devicePixelRatioF()

    def color_at(self, x: float, y: float) -> tuple[int, int, int]:
        """What the person sees at a frame point."""
        image = self.canvas.grab().toImage()
        position = self.at(x, y) * self.canvas.devicePixelRatioF()
        color = QColor(image.pixel(int(position.x()), int(position.y())))
        return color.red(), color.green(), color.blue()

    def drag(
        self,
        *points: tuple[float, float],
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        """Real mouse events through these frame points."""
        places = [self.at(*point).toPoint() for point in points]
        QTest.mousePress(self.canvas, button, keys, places[0])
        for place in places:
            QTest.mouseMove(self.canvas, place)
        QTest.mouseRelease(self.canvas, button, keys, places[-1])


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    canvas.set_frame(np.full((300, 400, 3), 128, np.uint8))
    result = Desk(canvas)
    result.show()
    canvas.set_tool("select")
    canvas.set_label(2)
    return result
