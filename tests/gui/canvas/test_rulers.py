import pytest
from PySide6.QtCore import QPointF

from gui.canvas.rulers import APART, THICKNESS, step_for
from tests.gui.canvas.conftest import Desk


@pytest.mark.parametrize("scale", [1 / 256, 0.01, 0.3, 1.0, 1.28, 7.0, 64.0])
def test_numbers_stand_apart_and_are_round(scale: float) -> None:
    step = step_for(scale)
    assert step * scale >= APART * 0.999 or step == 1
    assert f"{step:.0f}"[0] in "125"
    assert step % 1 == 0
    assert step / 2.5 * scale <= APART or step == 1


def columns_with_ink(desk: Desk) -> list[int]:
    image = desk.canvas.grab().toImage()
    row = THICKNESS - 9
    ground = image.pixelColor(desk.canvas.width() - 1, row).lightness()
    return [
        x
        for x in range(THICKNESS, desk.canvas.width())
        if image.pixelColor(x, THICKNESS - 2).lightness() > ground + 60
    ]


def test_ticks_stand_where_the_pixels_are(desk: Desk) -> None:
    desk.canvas.aids.set_rulers(True)
    desk.canvas.zoom_to(2.0)
    ticks = columns_with_ink(desk)
    step = 50 / 5
    expected = {round(desk.at(n * step, 0).x()) for n in range(-50, 100)}
    assert ticks
    assert set(ticks) <= expected


def test_the_mouse_has_a_mark(desk: Desk) -> None:
    desk.canvas.aids.set_rulers(True)
    desk.canvas.aids.follow(QPointF(333, 222))
    color = desk.canvas.grab().toImage().pixelColor(333, 4)
    assert color.blue() > 200
    desk.canvas.aids.follow(None)
    assert desk.canvas.grab().toImage().pixelColor(333, 4) != color
