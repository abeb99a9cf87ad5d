from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.values import Box, FrameId, Mask, Polygon
from gui.tools.box import BoxTool
from gui.tools.scene import PointerEvent, Scene
from tests.gui.canvas.conftest import Desk


def wheel(desk: Desk, at: QPointF, steps: int, keys: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    desk.canvas.wheelEvent(event)


def test_a_box_is_drawn_with_the_mouse_and_selected(desk: Desk, qtbot: QtBot) -> None:
    desk.canvas.set_tool("box")
    with qtbot.waitSignals([desk.canvas.edit_made, desk.canvas.selection_changed]):
        desk.drag((170, 20), (200, 40), (230, 60))
    drawn = desk.sample.annotations[-1]
    assert isinstance(drawn.region, Box)
    assert np.allclose(drawn.region.xyxy, (170, 20, 230, 60), atol=0.5)
    assert drawn.label_id == 2
    assert desk.canvas.scene.selection == (drawn.id,)


def test_a_polygon_is_clicked_and_closed_with_enter(desk: Desk) -> None:
    desk.canvas.set_tool("polygon")
    for point in ((170, 150), (230, 150), (230, 200), (200, 220)):
        desk.drag(point)
    QTest.keyClick(desk.canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(desk.canvas, Qt.Key.Key_Return)
    region = desk.sample.annotations[-1].region
    assert isinstance(region, Polygon)
    assert len(region.points_xy) == 3


def test_a_polygon_is_closed_by_a_double_click(desk: Desk) -> None:
    desk.canvas.set_tool("polygon")
    for point in ((170, 150), (230, 150)):
        desk.drag(point)
    place = desk.at(230, 200).toPoint()
    QTest.mouseClick(desk.canvas, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(desk.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert len(desk.edits) == 1


def test_a_brush_stroke_is_seen_while_it_is_painted_and_after(desk: Desk) -> None:
    canvas = desk.canvas
    canvas.set_tool("brush")
    canvas.set_brush(6.0)
    places = [desk.at(x, 160).toPoint() for x in (180, 200, 220)]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places:
        QTest.mouseMove(canvas, place)
    red, green, _ = desk.color_at(200, 160)
    assert green > red + 40
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    red, green, _ = desk.color_at(200, 160)
    assert green > red + 40
    region = desk.sample.annotations[-1].region
    assert isinstance(region, Mask)
    assert region.pixels.shape == (12, 52)


def test_a_stroke_given_up_leaves_no_trace(desk: Desk) -> None:
    canvas = desk.canvas
    canvas.set_tool("brush")
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=desk.at(200, 160).toPoint())
    QTest.mouseMove(canvas, desk.at(205, 160).toPoint())
    assert desk.color_at(200, 160) != (128, 128, 128)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=desk.at(205, 160).toPoint())
    QTest.mouseMove(canvas, desk.at(380, 290).toPoint())
    assert desk.color_at(200, 160) == (128, 128, 128)
    assert not desk.edits


def test_erasing_shows_the_frame_again(desk: Desk) -> None:
    desk.canvas.set_tool("eraser")
    desk.drag((80, 80), (100, 80))
    assert desk.color_at(90, 80) == (128, 128, 128)
    assert len(desk.edits) == 1


@pytest.mark.parametrize("is_selected", [False, True])
def test_what_is_erased_from_a_polygon_is_seen_at_once(desk: Desk, is_selected: bool) -> None:
    canvas = desk.canvas
    canvas.set_selection(("polygon",) if is_selected else ())
    canvas.set_tool("eraser")
    canvas.set_brush(8.0)
    tinted = desk.color_at(300, 120)
    places = [desk.at(x, 80).toPoint() for x in (260, 280, 300)]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places:
        QTest.mouseMove(canvas, place)
    assert desk.color_at(270, 80) == (128, 128, 128)
    assert desk.color_at(300, 120) == tinted
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    QTest.mouseMove(canvas, desk.at(380, 290).toPoint())
    assert desk.color_at(270, 80) == tinted
    desk.drag((260, 80), (280, 80), (300, 80))
    assert desk.color_at(270, 80) == (128, 128, 128)
    assert isinstance(desk.sample.find("polygon").region, Mask)  # type: ignore[union-attr]


def test_a_click_selects_and_a_drag_moves(desk: Desk) -> None:
    desk.drag((90, 80))
    assert desk.canvas.scene.selection == ("mask",)
    desk.drag((90, 80), (100, 90), (110, 100))
    region = desk.sample.find("mask").region  # type: ignore[union-attr]
    assert isinstance(region, Mask)
    assert (region.left, region.top) == (60, 60)


def test_a_handle_can_be_dragged(desk: Desk) -> None:
    desk.drag((100, 230))
    assert desk.canvas.scene.selection == ("box",)
    desk.drag((160, 280), (180, 290))
    region = desk.sample.find("box").region  # type: ignore[union-attr]
    assert np.allclose(region.xyxy, (40, 180, 180, 290), atol=0.5)  # type: ignore[union-attr]


def test_middle_and_space_drag_pan_in_the_middle_of_a_polygon(desk: Desk) -> None:
    canvas = desk.canvas
    canvas.set_tool("polygon")
    desk.drag((170, 150))
    before = canvas.view
    desk.drag((100, 100), (120, 130), button=Qt.MouseButton.MiddleButton)
    assert canvas.view != before
    assert canvas.view.scale == before.scale
    before = canvas.view
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    desk.drag((100, 100), (120, 130))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.view != before
    assert not desk.edits
    assert canvas.hand.wants("backspace")  # the polygon is still being drawn


def test_space_alone_is_reported_and_after_a_pan_it_is_not(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.canvas.space_tapped):
        QTest.keyClick(desk.canvas, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(desk.canvas.space_tapped):
        QTest.keyPress(desk.canvas, Qt.Key.Key_Space)
        desk.drag((100, 100), (120, 130))
        QTest.keyRelease(desk.canvas, Qt.Key.Key_Space)


def test_space_of_a_shortcut_is_no_tap(desk: Desk, qtbot: QtBot) -> None:
    """The window takes the press of Ctrl+Space; only its release arrives here."""
    with qtbot.assertNotEmitted(desk.canvas.space_tapped):
        QTest.keyRelease(desk.canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        QTest.keyRelease(desk.canvas, Qt.Key.Key_Space)
        QTest.keyClick(desk.canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)


def test_shift_wheel_and_brackets_change_the_brush(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.canvas.brush_changed):
        QTest.keyClick(desk.canvas, Qt.Key.Key_BracketRight)
    grown = desk.canvas.scene.radius
    assert grown > 12
    zoom = desk.canvas.zoom
    wheel(desk, desk.at(100, 100), -1, Qt.KeyboardModifier.ShiftModifier)
    assert desk.canvas.scene.radius < grown
    assert desk.canvas.zoom == zoom
    wheel(desk, desk.at(100, 100), 1, Qt.KeyboardModifier.NoModifier)
    assert desk.canvas.zoom > zoom


def test_the_cursor_is_reported_in_frame_pixels(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.canvas.cursor_moved) as moved:
        QTest.mouseMove(desk.canvas, desk.at(100, 50).toPoint())
    assert np.allclose(moved.args, (100, 50), atol=0.6)


def test_arrows_move_the_selection(desk: Desk) -> None:
    desk.drag((100, 230))
    QTest.keyClick(desk.canvas, Qt.Key.Key_Right)
    QTest.keyClick(desk.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    region = desk.sample.find("box").region  # type: ignore[union-attr]
    assert region == Box(41, 170, 161, 270)


def test_a_double_click_asks_for_another_label(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.canvas.relabel_requested) as asked:
        QTest.mouseDClick(desk.canvas, Qt.MouseButton.LeftButton, pos=desk.at(290, 90).toPoint())
    assert asked.args == ["polygon"]


def test_the_right_button_selects_and_asks_for_a_menu(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.canvas.context_requested):
        desk.drag((290, 90), button=Qt.MouseButton.RightButton)
    assert desk.canvas.scene.selection == ("polygon",)


def test_what_is_under_the_mouse_lights_up(desk: Desk) -> None:
    before = desk.canvas.grab().toImage()
    QTest.mouseMove(desk.canvas, desk.at(290, 90).toPoint())
    assert desk.canvas.grab().toImage() != before
    QTest.mouseMove(desk.canvas, desk.at(200, 150).toPoint())
    assert desk.canvas.grab().toImage() == before


def test_another_label_lets_the_brush_begin_a_new_mask(desk: Desk) -> None:
    desk.canvas.set_tool("brush")
    desk.drag((180, 160), (220, 160))
    desk.drag((180, 165), (220, 165))
    assert len(desk.sample.annotations) == 4
    desk.canvas.set_label(3)
    desk.drag((180, 200), (220, 200))
    assert [a.label_id for a in desk.sample.annotations[3:]] == [2, 3]


def test_a_too_small_box_gives_a_message_and_no_edit(desk: Desk, qtbot: QtBot) -> None:
    desk.canvas.set_tool("box")
    with qtbot.waitSignal(desk.canvas.message):
        desk.drag((180, 160))
    assert not desk.edits


def test_changing_the_tool_gives_up_what_was_begun(desk: Desk) -> None:
    desk.canvas.set_tool("polygon")
    desk.drag((170, 150))
    desk.canvas.set_tool("select")
    assert desk.canvas.tool_name == "select"
    assert not desk.canvas.hand.wants("enter")


def test_an_error_in_a_tool_is_reported_and_not_fatal(desk: Desk) -> None:
    class BrokenTool(BoxTool):
        def press(self, event: PointerEvent, scene: Scene) -> None:
            raise RuntimeError("broken")

    desk.canvas.hand._tool = BrokenTool()
    with pytest.raises(RuntimeError, match="broken"):
        QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, pos=desk.at(200, 160).toPoint())
    assert desk.color_at(200, 150) == (128, 128, 128)


def test_another_frame_gives_up_what_was_begun(desk: Desk) -> None:
    desk.canvas.set_tool("polygon")
    desk.drag((170, 150))
    desk.canvas.set_frame(np.full((300, 400, 3), 128, np.uint8))
    desk.show()
    assert desk.canvas.hand.wants("enter")  # the same frame, now in full
    desk.sample = replace(desk.sample, frame_id=FrameId("b.png"))
    desk.show()
    assert not desk.canvas.hand.wants("enter")


def test_changing_the_tool_keeps_the_selection(desk: Desk) -> None:
    desk.drag((90, 80))
    for name in ("brush", "fill", "select"):
        desk.canvas.set_tool(name)
        assert desk.canvas.scene.selection == ("mask",)


def test_changing_the_tool_in_a_stroke_takes_the_paint_away(desk: Desk) -> None:
    desk.canvas.set_tool("brush")
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, pos=desk.at(200, 160).toPoint())
    QTest.mouseMove(desk.canvas, desk.at(205, 160).toPoint())
    desk.canvas.set_tool("box")
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, pos=desk.at(205, 160).toPoint())
    assert desk.color_at(200, 160) == (128, 128, 128)
    assert not desk.edits
