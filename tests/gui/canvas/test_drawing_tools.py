"""Tools that take more than one gesture, with real mouse events."""

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
