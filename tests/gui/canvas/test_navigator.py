import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.painting.tone import Tone
from tests.gui.canvas.conftest import Desk


def test_it_is_there_while_something_is_out_of_sight(desk: Desk) -> None:
    navigator = desk.canvas.aids.navigator
    assert not navigator.isVisible()
    desk.canvas.zoom_to(6.0)
    assert navigator.isVisible()
    assert desk.canvas.rect().contains(navigator.geometry())
    desk.canvas.resize(500, 400)
    assert desk.canvas.rect().contains(navigator.geometry())
    desk.canvas.fit()
    assert not navigator.isVisible()
    navigator.set_on(False)
    desk.canvas.zoom_to(6.0)
    assert not navigator.isVisible()


def test_a_drag_in_it_moves_the_view_and_draws_nothing(desk: Desk) -> None:
    canvas, navigator = desk.canvas, desk.canvas.aids.navigator
    canvas.set_tool("box")
    canvas.zoom_to(6.0)
    start = QPoint(navigator.width() // 4, navigator.height() // 4)
    end = QPoint(navigator.width() * 3 // 4, navigator.height() // 2)
    QTest.mousePress(navigator, Qt.MouseButton.LeftButton, pos=start)
    middle = canvas.rect().center().toPointF()
    assert canvas.to_frame(middle) == pytest.approx((100, 75), abs=3)
    QTest.mouseMove(navigator, end)
    QTest.mouseRelease(navigator, Qt.MouseButton.LeftButton, pos=end)
    assert canvas.to_frame(middle) == pytest.approx((300, 150), abs=3)
    assert not desk.edits


def test_it_shows_the_frame_in_its_tone_and_the_next_frame(desk: Desk) -> None:
    canvas, navigator = desk.canvas, desk.canvas.aids.navigator
    canvas.zoom_to(6.0)
    canvas.centre_on(400, 300)

    def shade() -> int:
        return navigator.grab().toImage().pixelColor(5, 5).lightness()

    first = shade()
    canvas.aids.set_tone(Tone(brightness=50), "brighter")
    assert shade() > first
    canvas.aids.set_tone(Tone(), "")
    canvas.set_frame(np.full((300, 400, 3), 20, np.uint8))
    assert shade() < first
