import math

import numpy as np

from engine.annotations.edits import Edit
from engine.values import FrameId, Polygon, Sample
from gui.tools.polygon import PolygonTool
from gui.tools.scene import Point, PointerEvent, Scene

SCENE = Scene((100, 100), Sample(FrameId("a"), (100, 100)))
CORNERS = [(10.0, 10.0), (60.0, 10.0), (60.0, 60.0)]


def click(tool: PolygonTool, point: Point, **keys: bool) -> Edit | None:
    edit = tool.press(PointerEvent(*point, **keys), SCENE)
    tool.move(PointerEvent(*point, is_pressed=True, **keys), SCENE)
    return edit or tool.release(PointerEvent(*point, **keys), SCENE)


def begun(*points: Point) -> PolygonTool:
    tool = PolygonTool()
    for point in points:
        assert click(tool, point) is None
    return tool


def outline_of(edit: Edit | None) -> list[list[float]]:
    assert edit is not None
    region = edit(SCENE.sample).annotations[0].region
    assert isinstance(region, Polygon)
    return region.points_xy.tolist()


def test_enter_closes() -> None:
    tool = begun(*CORNERS)
    assert outline_of(tool.key("enter", SCENE)) == [list(c) for c in CORNERS]
    assert not tool.wants("enter", SCENE)


def test_a_click_on_the_first_corner_closes() -> None:
    tool = begun(*CORNERS)
    assert tool.cursor(PointerEvent(12, 11), SCENE) == "point"
    assert len(outline_of(click(tool, (12, 11)))) == 3


def test_a_double_click_closes_without_a_double_corner() -> None:
    tool = begun(*CORNERS)
    edit = tool.double_click(PointerEvent(60, 60), SCENE)
    assert len(outline_of(edit)) == 3
    assert tool.release(PointerEvent(60, 60), SCENE) is None


def test_backspace_takes_the_last_corner_back() -> None:
    tool = begun(*CORNERS, (20, 80))
    tool.key("backspace", SCENE)
    assert outline_of(tool.key("enter", SCENE)) == [list(c) for c in CORNERS]


def test_two_corners_are_no_polygon_and_stay() -> None:
    tool = begun(*CORNERS[:2])
    assert tool.key("enter", SCENE) is None
    assert "three" in tool.message
    assert tool.preview.path[:2] == tuple(CORNERS[:2])
    assert tool.wants("backspace", SCENE)


def test_corners_in_a_line_are_no_polygon() -> None:
    tool = begun((10, 10), (30, 10), (50, 10))
    assert tool.key("enter", SCENE) is None
    assert tool.message


def test_corners_outside_are_moved_to_the_border() -> None:
    tool = begun((-20, 10), (60, 10), (60, 300))
    assert outline_of(tool.key("enter", SCENE)) == [[0, 10], [60, 10], [60, 100]]


def test_shift_keeps_edges_in_steps_of_45_degrees() -> None:
    tool = begun((10, 10))
    click(tool, (50, 14), shift=True)
    x, y = tool.preview.path[1]
    assert y == 10
    assert x > 49


def test_dragging_around_draws_freehand() -> None:
    tool = PolygonTool()
    around = [(50 + 30 * math.cos(a), 50 + 30 * math.sin(a)) for a in np.linspace(0, 6, 60)]
    tool.press(PointerEvent(*around[0], is_pressed=True), SCENE)
    for point in around:
        tool.move(PointerEvent(*point, is_pressed=True), SCENE)
    edit = tool.release(PointerEvent(*around[-1]), SCENE)
    assert 8 < len(outline_of(edit)) < 60
    assert tool.selection is not None


def test_the_first_corner_attracts_the_open_edge() -> None:
    tool = begun(*CORNERS)
    tool.move(PointerEvent(11, 12), SCENE)
    assert tool.preview.path[-1] == (10, 10)


def test_backspace_while_dragging_takes_corners_back_from_before_the_drag():
    tool, scene = PolygonTool(), Scene((100, 100))
    for x, y in ((10, 10), (50, 10), (50, 50), (40, 60)):
        tool.press(PointerEvent(x, y, is_pressed=True), scene)
        if (x, y) != (40, 60):
            tool.release(PointerEvent(x, y), scene)
    tool.move(PointerEvent(30, 60, is_pressed=True), scene)
    for _ in range(4):
        tool.key("backspace", scene)
    tool.move(PointerEvent(20, 60, is_pressed=True), scene)
    assert tool.release(PointerEvent(20, 60), scene) is None
