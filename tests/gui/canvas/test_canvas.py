from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.values import Annotation, Box, Detection, FrameId, LabelMap, Mask, Prediction, Sample
from gui.canvas.canvas import Canvas
from tests.gui.canvas.conftest import LABELS, SAMPLE, Desk

GREY = (128, 128, 128)


def is_reddish(color: tuple[int, int, int]) -> bool:
    return color[0] > color[1] + 40 and color[0] > color[2] + 40


def test_an_empty_canvas_invites(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.set_tool("box")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton)
    image = canvas.grab().toImage()
    seen = {image.pixel(x, y) for x in range(0, 400, 2) for y in range(140, 160)}
    assert len(seen) > 2  # there is writing in the middle


def test_masks_and_polygons_tint_and_boxes_frame(desk: Desk) -> None:
    assert is_reddish(desk.color_at(90, 80))
    red, green, blue = desk.color_at(290, 90)
    assert green > red + 40
    assert green > blue + 40
    assert desk.color_at(100, 230) == GREY
    assert desk.color_at(200, 150) == GREY
    box_edge = [desk.color_at(40 + d / 4, 230) for d in range(-4, 5)]
    assert (0, 0, 255) in box_edge


def colors_along(desk: Desk, x: float, y: float) -> set[tuple[int, int, int]]:
    return {desk.color_at(x + step, y) for step in np.arange(0, 5, 0.5)}


def test_what_is_only_proposed_is_hatched(desk: Desk) -> None:
    inside = ((90, 80), (290, 90))
    assert [len(colors_along(desk, *place)) for place in inside] == [1, 1]
    desk.sample = replace(SAMPLE, annotations=(), proposals=SAMPLE.annotations)
    desk.show()
    for seen in (colors_along(desk, *place) for place in inside):
        assert GREY in seen
        assert len(seen) == 2


def test_opacity_and_visibility(desk: Desk) -> None:
    desk.canvas.set_opacity(0.0)
    assert desk.color_at(90, 80) == GREY
    desk.canvas.set_opacity(1.0)
    assert desk.color_at(90, 80) == (255, 0, 0)
    desk.canvas.set_sample(SAMPLE, LABELS, {2, 3})
    assert desk.color_at(90, 80) == GREY
    desk.canvas.set_sample(SAMPLE, LABELS, None, (), {"mask"})
    assert desk.color_at(90, 80) == GREY


def test_a_label_that_changes_its_color_is_drawn_in_it(desk: Desk) -> None:
    other = (LABELS[0], LABELS[1].__class__(1, "red", (0, 0, 255)), *LABELS[2:])
    desk.color_at(90, 80)
    desk.canvas.set_sample(SAMPLE, other)
    red, _, blue = desk.color_at(90, 80)
    assert blue > red


def test_holding_tab_shows_the_bare_frame(desk: Desk) -> None:
    QTest.keyPress(desk.canvas, Qt.Key.Key_Tab)
    assert desk.color_at(90, 80) == GREY
    QTest.keyRelease(desk.canvas, Qt.Key.Key_Tab)
    assert is_reddish(desk.color_at(90, 80))


def test_the_wheel_zooms_at_the_mouse(desk: Desk, qtbot: QtBot) -> None:
    before = desk.at(100, 80)
    with qtbot.waitSignal(desk.canvas.zoom_changed):
        desk.canvas.zoom_at(2.0, before)
    assert (desk.at(100, 80) - before).manhattanLength() < 0.01
    assert is_reddish(desk.color_at(100, 80))


def test_fit_and_hundred_percent(desk: Desk) -> None:
    desk.canvas.zoom_to(1.0)
    assert desk.canvas.zoom == 1.0
    assert is_reddish(desk.color_at(100, 80))
    desk.canvas.fit()
    assert desk.canvas.zoom == pytest.approx((600 - 16) / 300)
    desk.canvas.resize(400, 300)
    assert desk.canvas.zoom == pytest.approx((300 - 16) / 300)


def test_the_frame_cannot_be_lost(desk: Desk) -> None:
    desk.canvas.pan(QPointF(10_000, -10_000))
    x, y = desk.canvas.view.to_screen(0, 300)
    assert x < 800
    assert y > 0


def test_high_zoom_shows_square_pixels(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    checks = (np.indices((40, 40)).sum(0) % 2 * 255).astype(np.uint8)
    canvas.set_frame(np.repeat(checks[..., None], 3, axis=2))
    canvas.zoom_to(5.0)
    image = canvas.grab().toImage()
    seen = {image.pixel(x, y) & 0xFF for x in range(120, 180) for y in range(120, 180)}
    assert seen == {0, 255}


def test_a_small_preview_of_a_large_frame_keeps_its_coordinates(desk: Desk) -> None:
    desk.canvas.set_frame(np.full((75, 100, 3), 60, np.uint8), (300, 400))
    desk.show()
    assert desk.color_at(395, 295) == (60, 60, 60)
    assert is_reddish(desk.color_at(90, 80))
    desk.canvas.set_frame(np.full((300, 400, 3), 70, np.uint8))
    assert desk.color_at(395, 295) == (70, 70, 70)


def test_the_next_frame_never_wears_the_regions_of_the_last(desk: Desk) -> None:
    desk.canvas.set_frame(np.full((300, 400, 3), 128, np.uint8))
    assert desk.color_at(90, 80) == GREY
    desk.canvas.set_frame(np.full((50, 60, 3), 90, np.uint8))
    assert desk.color_at(30, 20) == (90, 90, 90)
    desk.canvas.set_frame(None)
    desk.canvas.grab()


def prediction(left: int, color_label: int = 1) -> Prediction:
    found = (
        Detection(Mask(left, 50, np.ones((60, 60), np.bool_)), color_label, 0.8),
        Detection(Box(left, 50, left + 60, 110), color_label, 0.8, track=4),
    )
    return Prediction(FrameId("live"), (300, 400), LABELS, found)


def test_a_live_frame_and_its_masks_come_together(desk: Desk) -> None:
    canvas = desk.canvas
    for left in (100, 200, 300):
        canvas.set_live(np.full((300, 400, 3), left // 4, np.uint8), prediction(left))
        grey = left // 4
        assert is_reddish(desk.color_at(left + 30, 80))
        assert desk.color_at(20, 20) == (grey, grey, grey)
        assert desk.color_at(left - 20, 80) == (grey, grey, grey)
    assert not canvas.is_editable


def test_a_live_label_map_is_tinted_but_its_background_is_not(desk: Desk) -> None:
    ids = np.zeros((300, 400), np.uint8)
    ids[100:200, 100:200] = 1
    found = Prediction(FrameId("live"), (300, 400), LABELS, (), LabelMap(ids))
    desk.canvas.set_live(np.full((300, 400, 3), 128, np.uint8), found)
    assert is_reddish(desk.color_at(150, 150))
    assert desk.color_at(50, 50) == GREY
    desk.canvas.set_live(np.full((300, 400, 3), 128, np.uint8), None)
    assert desk.color_at(150, 150) == GREY


def test_drawing_on_a_live_frame_asks_to_freeze_it(desk: Desk, qtbot: QtBot) -> None:
    desk.canvas.set_live(np.full((300, 400, 3), 128, np.uint8), prediction(100))
    desk.canvas.set_tool("box")
    with qtbot.waitSignal(desk.canvas.message) as said:
        desk.drag((10, 10), (50, 50))
    assert "Freeze" in said.args[0]
    assert not desk.edits


def test_two_predictions_share_the_frame_at_a_line_that_can_be_dragged(desk: Desk) -> None:
    desk.canvas.show_compare(prediction(100, 3))
    assert is_reddish(desk.color_at(60, 80))  # the sample, left of the line
    assert desk.color_at(290, 110) == GREY  # its polygon, right of it, is gone
    assert desk.color_at(130, 105) != (0, 0, 255)
    middle = desk.canvas.width() / 2
    y = desk.canvas.height() / 2
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(middle), int(y)))
    QTest.mouseMove(desk.canvas, QPoint(40, int(y)))
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, int(y)))
    _, _, blue = desk.color_at(130, 80)
    assert blue > 150
    desk.canvas.show_compare(None)
    assert is_reddish(desk.color_at(60, 80))


def test_two_predictions_are_compared_without_the_sample(desk: Desk) -> None:
    desk.canvas.show_compare(prediction(300, 3), prediction(100, 2))
    assert desk.color_at(60, 60) == GREY  # the mask of the sample
    red, green, _ = desk.color_at(130, 80)
    assert green > red + 40
    _, green, blue = desk.color_at(330, 80)
    assert blue > green + 40
    desk.canvas.set_tool("box")
    desk.drag((20, 150), (40, 170))
    assert not desk.edits


def test_two_predictions_lie_over_one_another_on_the_whole_frame(desk: Desk) -> None:
    desk.canvas.set_over(True)
    desk.canvas.show_compare(prediction(300, 3), prediction(100, 2))
    _, green, blue = desk.color_at(330, 80)
    assert blue > green + 40
    red, green, _ = desk.color_at(130, 80)
    assert green > red + 40
    desk.canvas.set_over(False)
    assert desk.canvas.is_comparing


def test_hundreds_of_selected_regions_are_drawn_together(desk: Desk) -> None:
    boxes = tuple(
        Annotation(Box(x, y, x + 8, y + 8), 1, id=f"{x} {y}")
        for x in range(200, 380, 12)
        for y in range(20, 140, 12)
    )
    mask = Annotation(Mask(20, 20, np.ones((30, 30), np.bool_)), 1, id="mask")
    desk.sample = replace(SAMPLE, annotations=(*boxes, mask), proposals=())
    desk.show()
    desk.canvas.set_selection([a.id for a in desk.sample.annotations])
    for x in (20, 200):
        around = [desk.color_at(x + d / 4, 24) for d in range(-3, 4)]
        assert (255, 255, 255) in around
    desk.canvas.set_selection(())
    assert (255, 255, 255) not in [desk.color_at(200 + d / 4, 24) for d in range(-3, 4)]


def test_a_sample_without_a_frame_is_drawn_when_the_frame_comes(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.set_sample(Sample(FrameId("a")), LABELS)
    canvas.set_selection(("nothing",))
    canvas.fit()
    canvas.peek(True)
    canvas.grab()
