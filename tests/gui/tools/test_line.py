"""Open lines: clicked, dragged, ended and given up."""

import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.values import FrameId, Polyline, Sample
from gui.tools.line import LineTool
from gui.tools.registry import NOTHING
from gui.tools.scene import Point, PointerEvent, Scene

SCENE = Scene((100, 100), Sample(FrameId("a"), (100, 100)))
CORNERS = [(10.0, 10.0), (60.0, 10.0), (60.0, 60.0)]


def click(tool: LineTool, point: Point, **keys: bool) -> Edit | None:
    edit = tool.press(PointerEvent(*point, **keys), SCENE)
    tool.move(PointerEvent(*point, is_pressed=True, **keys), SCENE)
    return edit or tool.release(PointerEvent(*point, **keys), SCENE)


def begun(*points: Point) -> LineTool:
    tool = LineTool()
    for point in points:
        assert click(tool, point) is None
    return tool


def line_of(edit: Edit | None) -> list[list[float]]:
    assert edit is not None
    region = edit(SCENE.sample).annotations[0].region
    assert isinstance(region, Polyline)
    return np.round(region.points_xy, 3).tolist()


def test_enter_ends_it_open_and_selects_it() -> None:
    tool = begun(*CORNERS)
    edit = tool.key("enter", SCENE)
    assert line_of(edit) == [list(c) for c in CORNERS]
    assert edit is not None
    assert tool.selection == (edit(SCENE.sample).annotations[0].id,)
    assert tool.preview == NOTHING
    assert not tool.wants("enter", SCENE)


def test_a_double_click_ends_it_at_its_first_click() -> None:
    tool = begun(*CORNERS)
    assert line_of(tool.double_click(PointerEvent(60, 60), SCENE)) == [list(c) for c in CORNERS]


def test_a_click_on_its_start_goes_on() -> None:
    tool = begun(*CORNERS, CORNERS[0])
    assert line_of(tool.key("enter", SCENE)) == [list(c) for c in (*CORNERS, CORNERS[0])]


def test_backspace_takes_a_point_back() -> None:
    tool = begun(*CORNERS)
    tool.key("backspace", SCENE)
    assert line_of(tool.key("enter", SCENE)) == [list(c) for c in CORNERS[:2]]


def test_one_point_is_no_line() -> None:
    tool = begun(CORNERS[0])
    assert tool.key("enter", SCENE) is None
    assert "two points" in tool.message
    assert click(tool, CORNERS[1]) is None
    assert line_of(tool.key("enter", SCENE)) == [list(c) for c in CORNERS[:2]]


@pytest.mark.parametrize("bend", [0, 20])
def test_a_drag_is_the_whole_line(bend: float) -> None:
    tool = LineTool()
    tool.press(PointerEvent(10, 10, is_pressed=True), SCENE)
    for x in range(12, 80, 2):
        tool.move(PointerEvent(x, 10 + bend * np.sin(x / 15), is_pressed=True), SCENE)
    points = line_of(tool.release(PointerEvent(80, 10), SCENE))
    assert points[0] == [10, 10]
    assert points[-1][0] >= 76
    assert (len(points) == 2) == (bend == 0)


def test_shift_keeps_to_45_degrees_and_alt_means_nothing() -> None:
    tool = begun((10, 10))
    assert click(tool, (50, 12), shift=True) is None
    assert click(tool, (50, 60), alt=True) is None
    first, second, third = line_of(tool.key("enter", SCENE))
    assert (first, third) == ([10, 10], [50, 60])
    assert second == pytest.approx([10 + np.hypot(40, 2), 10], abs=1e-3)
