"""A line of two points: clicked, dragged and given up."""

import numpy as np

from engine.annotations.edits import Edit
from engine.values import FrameId, Polyline, Sample
from gui.tools.registry import NOTHING
from gui.tools.scene import Point, PointerEvent, Scene
from gui.tools.two_points import TwoPointTool

SCENE = Scene((100, 100), Sample(FrameId("a"), (100, 100)))


def line_of(edit: Edit | None) -> list[list[float]]:
    assert edit is not None
    region = edit(SCENE.sample).annotations[0].region
    assert isinstance(region, Polyline)
    return np.round(region.points_xy, 3).tolist()


def click(tool: TwoPointTool, point: Point) -> Edit | None:
    edit = tool.press(PointerEvent(*point, tolerance=4), SCENE)
    return edit or tool.release(PointerEvent(*point, tolerance=4), SCENE)


def test_two_clicks_are_a_line() -> None:
    tool = TwoPointTool()
    assert click(tool, (10, 20)) is None
    tool.move(PointerEvent(40, 40), SCENE)
    assert tool.preview.path == ((10, 20), (40, 40))
    assert line_of(click(tool, (60, 70))) == [[10, 20], [60, 70]]
    assert tool.preview == NOTHING


def test_one_drag_is_a_line_and_straight() -> None:
    tool = TwoPointTool()
    assert tool.press(PointerEvent(10, 20, tolerance=4), SCENE) is None
    for x in (20, 30, 40):
        tool.move(PointerEvent(x, 90, is_pressed=True, tolerance=4), SCENE)
    edit = tool.release(PointerEvent(60, 70, tolerance=4), SCENE)
    assert line_of(edit) == [[10, 20], [60, 70]]


def test_a_second_click_on_the_first_point_waits_for_another() -> None:
    tool = TwoPointTool()
    click(tool, (10, 20))
    assert tool.double_click(PointerEvent(10, 20, tolerance=4), SCENE) is None
    assert line_of(click(tool, (60, 70))) == [[10, 20], [60, 70]]


def test_esc_gives_up() -> None:
    tool = TwoPointTool()
    click(tool, (10, 20))
    assert tool.wants("escape", SCENE)
    tool.key("escape", SCENE)
    assert tool.preview == NOTHING
    assert not tool.wants("escape", SCENE)
