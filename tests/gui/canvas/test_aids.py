from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.canvas.conftest import SAMPLE, Desk

GREY = (128, 128, 128)


def is_dim(color: tuple[int, int, int]) -> bool:
    return max(color) < 70


def test_all_but_the_selected_is_dimmed_and_follows_the_selection(desk: Desk) -> None:
    desk.canvas.aids.set_dims_others(True)
    assert desk.color_at(200, 150) == GREY
    desk.canvas.set_selection(("box",))
    assert desk.color_at(100, 230) == GREY
    assert is_dim(desk.color_at(200, 150))
    assert is_dim(desk.color_at(90, 80))
    desk.canvas.set_selection(("mask", "box"))
    assert max(desk.color_at(90, 80)) > 100
    assert desk.color_at(100, 230) == GREY
    desk.canvas.set_selection(())
    assert desk.color_at(200, 150) == GREY


def test_a_box_stays_bright_while_it_is_dragged(desk: Desk) -> None:
    desk.canvas.aids.set_dims_others(True)
    desk.canvas.set_selection(("box",))
    start, end = desk.at(100, 230).toPoint(), desk.at(200, 230).toPoint()
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, pos=start)
    for place in (start + QPoint(9, 0), end):
        QTest.mouseMove(desk.canvas, place)
    assert desk.color_at(190, 230) == GREY
    assert is_dim(desk.color_at(60, 230))
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, pos=end)


def test_what_a_brush_adds_is_bright_at_once(desk: Desk) -> None:
    desk.canvas.aids.set_dims_others(True)
    desk.canvas.set_selection(("mask",))
    desk.canvas.set_tool("brush")
    desk.canvas.set_label(1)
    desk.canvas.set_selection(("mask",))
    desk.canvas.set_brush(10)
    start, end = desk.at(120, 100).toPoint(), desk.at(190, 100).toPoint()
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(desk.canvas, end)
    assert max(desk.color_at(180, 100)) > 150
    assert is_dim(desk.color_at(180, 150))
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, pos=end)


def test_outlines_only_leave_the_inside_bare_and_the_slider_where_it_was(desk: Desk) -> None:
    before = desk.color_at(90, 80), desk.color_at(290, 90)
    desk.canvas.set_outlines_only(True)
    assert desk.color_at(90, 80) == desk.color_at(290, 90) == GREY
    edge = [desk.color_at(40 + d / 4, 80) for d in range(-4, 5)]
    assert (255, 0, 0) in edge
    desk.canvas.set_opacity(0.45)
    assert desk.color_at(90, 80) == GREY
    desk.canvas.set_outlines_only(False)
    assert (desk.color_at(90, 80), desk.color_at(290, 90)) == before


def test_proposals_stay_dashed_as_outlines(desk: Desk) -> None:
    desk.sample = replace(SAMPLE, annotations=(), proposals=SAMPLE.annotations)
    desk.show()
    desk.canvas.set_outlines_only(True)
    for x, y in ((40, 80), (240, 90), (40, 230)):
        seen = [
            {desk.color_at(x + side, y + step) for step in np.arange(0, 20, 0.5)}
            for side in np.arange(-1, 1.5, 0.5)
        ]
        assert any(len(colors) > 1 for colors in seen), "a line without gaps"


def test_the_crosshair_goes_with_the_mouse_and_leaves_with_it(desk: Desk) -> None:
    desk.canvas.aids.crosshair.set_on(True)
    QTest.mouseMove(desk.canvas, desk.at(200, 20).toPoint())
    QTest.mouseMove(desk.canvas, desk.at(200, 160).toPoint())
    assert desk.color_at(200, 290) != GREY
    assert desk.color_at(390, 160) != GREY
    assert desk.color_at(390, 20) == GREY
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert desk.color_at(200, 290) == GREY


def test_steps_zoom_at_the_middle(desk: Desk) -> None:
    middle = desk.canvas.rect().center().toPointF()
    before = desk.canvas.to_frame(middle)
    desk.canvas.zoom_step(1)
    assert np.allclose(desk.canvas.to_frame(middle), before, atol=0.5)
    zoom = desk.canvas.zoom
    desk.canvas.zoom_step(-1)
    assert desk.canvas.zoom < zoom
