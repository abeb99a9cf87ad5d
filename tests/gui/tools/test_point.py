"""One click, one point."""

import numpy as np

from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId, Polyline, Sample
from gui.tools.point import PointTool
from gui.tools.registry import NOTHING
from gui.tools.scene import Point, PointerEvent, Scene

SCENE = Scene((100, 100), Sample(FrameId("a"), (100, 100), (Annotation(Box(40, 40, 60, 60), 1),)))


def put(tool: PointTool, *points: Point, **keys: bool) -> Edit | None:
    edit = tool.press(PointerEvent(*points[0], **keys), SCENE)
    for point in points:
        tool.move(PointerEvent(*point, is_pressed=True, **keys), SCENE)
    return edit or tool.release(PointerEvent(*points[-1], **keys), SCENE)


def drawn(edit: Edit | None) -> list[list[float]]:
    assert edit is not None
    region = edit(SCENE.sample).annotations[-1].region
    assert isinstance(region, Polyline)
    return np.round(region.points_xy, 3).tolist()


def test_a_click_puts_one_and_selects_it() -> None:
    tool = PointTool()
    edit = put(tool, (10.5, 20))
    assert drawn(edit) == [[10.5, 20]]
    assert edit is not None
    assert tool.selection == (edit(SCENE.sample).annotations[-1].id,)
    assert tool.preview == NOTHING


def test_it_goes_where_the_button_is_let_go_inside_the_picture() -> None:
    assert drawn(put(PointTool(), (10, 20), (15, 25))) == [[15, 25]]
    assert drawn(put(PointTool(), (10, 20), (150, -25))) == [[100, 0]]


def test_ctrl_snaps_to_a_corner() -> None:
    assert drawn(put(PointTool(), (61, 62), ctrl=True)) == [[60, 60]]


def test_two_clicks_are_two_points() -> None:
    tool = PointTool()
    assert put(tool, (10, 20)) is not None
    tool.double_click(PointerEvent(10, 20, is_pressed=True), SCENE)
    assert tool.release(PointerEvent(10, 20), SCENE) is not None
