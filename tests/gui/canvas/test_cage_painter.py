"""The cage around what is selected, drawn and dragged on a real canvas."""

import pytest
from PySide6.QtCore import Qt

from engine.values import Box, Mask, Polygon
from gui.canvas.cage_painter import area_of_cage
from gui.canvas.view import REACH
from gui.tools.cage import cage_of, turn_point


def cage(desk):
    reach = desk.canvas.reach(REACH)
    found = cage_of(desk.canvas.scene, reach)
    assert found is not None
    return found, turn_point(found, reach, (300, 400))


def test_the_handles_are_seen_with_the_select_tool_alone(desk):
    desk.canvas.set_selection(("mask",))
    around, stem = cage(desk)
    assert desk.color_at(around.x1, around.y1) == (255, 255, 255)
    assert desk.color_at(*stem) == (255, 255, 255)
    desk.canvas.set_tool("brush")
    assert desk.color_at(around.x1, around.y1) == (128, 128, 128)
    assert desk.color_at(*stem) == (128, 128, 128)


def test_a_proposal_alone_has_no_cage(desk):
    desk.canvas.set_selection(("waiting",))
    assert desk.color_at(*cage(desk)[1]) == (128, 128, 128)


def test_all_that_is_drawn_is_painted_again(desk):
    for selection in (("mask",), ("box",), ("mask", "polygon", "box")):
        desk.canvas.set_selection(selection)
        around, (x, y) = cage(desk)
        area = area_of_cage(desk.canvas.scene, desk.canvas.view, 1.0)
        for point in ((around.x1, around.y1), (around.x2, around.y2), (x, y)):
            left, top = desk.canvas.view.to_screen(*point)
            assert area.x + 3 < left < area.x + area.width - 3
            assert area.y + 3 < top < area.y + area.height - 3
    desk.canvas.set_selection(())
    assert area_of_cage(desk.canvas.scene, desk.canvas.view, 1.0) is None


def test_a_mask_is_scaled_by_the_mouse(desk):
    desk.canvas.set_selection(("mask",))
    around, _ = cage(desk)
    desk.drag((around.x2, around.y2), (around.x2 + 50, around.y2 + 40))
    region = desk.sample.find("mask").region
    assert isinstance(region, Mask)
    assert region.pixels.shape == pytest.approx((120, 150), abs=2)
    assert len(desk.edits) == 1


def test_a_box_is_turned_by_the_mouse(desk):
    desk.canvas.set_selection(("box",))
    _, stem = cage(desk)
    desk.drag(stem, (150, 180), keys=Qt.KeyboardModifier.NoModifier)
    region = desk.sample.find("box").region
    assert isinstance(region, Polygon)
    assert len(region.points_xy) == 4
    assert desk.canvas.scene.selection == ("box",)


def test_a_lasso_selects(desk):
    desk.drag((10, 160), (10, 295), (200, 295), (200, 160), keys=Qt.KeyboardModifier.AltModifier)
    assert desk.canvas.scene.selection == ("box",)
    assert desk.sample.find("box").region == Box(40, 180, 160, 280)
