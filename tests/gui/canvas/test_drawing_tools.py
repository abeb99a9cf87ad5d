"""Tools that take more than one gesture, with real mouse events."""

import pytest
from PySide6.QtCore import Qt

from engine.values import Polygon


def last(desk):
    return desk.sample.annotations[-1].region


def test_a_rotated_box_is_drawn_with_a_drag_and_a_click(desk):
    desk.canvas.set_tool("rotated_box")
    desk.drag((180, 150), (220, 190))
    assert not desk.edits
    desk.drag((180, 230))
    assert len(desk.edits) == 1
    assert isinstance(last(desk), Polygon)
    assert len(last(desk).points_xy) == 4
    assert desk.canvas.scene.selection == (desk.sample.annotations[-1].id,)


def test_a_part_of_an_outline_is_drawn_anew_with_alt(desk):
    desk.canvas.set_selection(("polygon",))
    desk.canvas.set_tool("polygon")
    desk.drag((260, 40), keys=Qt.KeyboardModifier.AltModifier)
    for point in ((280, 15), (320, 40)):
        desk.drag(point)
    assert len(desk.edits) == 1
    ring = desk.sample.find("polygon").region.points_xy
    assert len(ring) == 7
    assert ring[:, 1].min() == pytest.approx(15, abs=1)


def test_a_hole_is_made_and_seen_through(desk):
    desk.canvas.set_selection(("polygon",))
    desk.canvas.set_tool("hole")
    for point in ((260, 60), (320, 60), (320, 120), (260, 120)):
        desk.drag(point)
    desk.drag((260, 60))
    assert len(desk.sample.find("polygon").region.holes) == 1
    assert desk.canvas.scene.selection == ("polygon",)
    assert desk.color_at(290, 90) == (128, 128, 128)
    assert desk.color_at(250, 90) != (128, 128, 128)
    desk.canvas.set_tool("select")
    desk.drag((290, 90))
    assert desk.canvas.scene.selection == (), "a click in a hole is beside the object"
