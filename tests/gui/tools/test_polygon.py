import math
from dataclasses import replace

import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.values import Annotation, FrameId, Mask, Polygon, Sample
from gui.tools.hits import ring_area
from gui.tools.polygon import PolygonTool
from gui.tools.registry import NOTHING
from gui.tools.scene import Point, PointerEvent, Scene
from gui.tools.scissors import ScissorsTool

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


@pytest.mark.parametrize(("y", "keys"), [(70, {"shift": True}), (93, {"ctrl": True})])
def test_a_shaky_click_away_from_its_corner_draws_nothing_by_hand(y, keys) -> None:
    tool = begun((10, 90))
    at = PointerEvent(70, y, tolerance=8, **keys)  # The corner is put straight, or on the border.
    tool.press(at, SCENE)
    for dx, dy in ((1, 0), (2, -2), (-1, 1)):
        tool.move(replace(at, x=70 + dx, y=y + dy, is_pressed=True), SCENE)
    assert tool.release(at, SCENE) is None
    assert click(tool, (50, 20)) is None
    assert len(outline_of(tool.key("enter", SCENE))) == 3


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


SQUARE = np.array([[20, 20], [60, 20], [60, 60], [20, 60]], np.float32)
CHOSEN = SCENE.changed(
    sample=Sample(FrameId("a"), (100, 100), (Annotation(Polygon(SQUARE), 3, id="square"),)),
    selection=("square",),
)


def clicked(tool: PolygonTool, point: Point, **keys: bool) -> Edit | None:
    edit = tool.press(PointerEvent(*point, is_pressed=True, **keys), CHOSEN)
    edit = edit or tool.release(PointerEvent(*point, **keys), CHOSEN)
    tool.move(PointerEvent(*point, **keys), CHOSEN)
    return edit


def square_after(edit: Edit | None) -> list[list[float]]:
    assert edit is not None
    (annotation,) = edit(CHOSEN.sample).annotations
    assert (annotation.id, annotation.label_id) == ("square", 3)
    assert isinstance(annotation.region, Polygon)
    return annotation.region.points_xy.tolist()


@pytest.mark.parametrize("kind", [PolygonTool, ScissorsTool])
def test_with_alt_a_part_of_the_selected_outline_is_drawn_anew(kind: type[PolygonTool]) -> None:
    tool = kind()
    assert clicked(tool, (30, 21), alt=True) is None
    assert "ends" in tool.message or tool.wants("escape", CHOSEN)
    assert clicked(tool, (40, 10)) is None
    points = square_after(clicked(tool, (50, 19)))
    assert points[:3] == [[30, 20], [40, 10], [50, 20]]
    assert len(points) == 7
    assert not tool.wants("escape", CHOSEN)


def test_a_part_can_be_drawn_by_hand_and_over_a_corner() -> None:
    tool = PolygonTool()
    way = [(50.0, 20.0), (55.0, 30.0), (52.0, 40.0), (60.0, 50.0)]
    tool.press(PointerEvent(*way[0], is_pressed=True, alt=True), CHOSEN)
    for point in way:
        tool.move(PointerEvent(*point, is_pressed=True), CHOSEN)
    points = square_after(tool.release(PointerEvent(*way[-1]), CHOSEN))
    assert [60, 20] not in points
    assert [20, 60] in points
    assert ring_area(np.array(points, np.float32)) < 1600


def test_a_part_of_a_mask_is_drawn_anew_too() -> None:
    mask = Annotation(Mask(20, 20, np.ones((40, 40), np.bool_)), 3, id="mask")
    scene = CHOSEN.changed(sample=Sample(FrameId("a"), (100, 100), (mask,)), selection=("mask",))
    tool = PolygonTool()
    tool.press(PointerEvent(30, 21, is_pressed=True, alt=True), scene)
    for point in ((30, 12), (50, 12)):
        tool.press(PointerEvent(*point, is_pressed=True), scene)
    edit = tool.press(PointerEvent(50, 19, is_pressed=True), scene)
    assert edit is not None
    (made,) = edit(scene.sample).annotations
    assert isinstance(made.region, Mask)
    assert made.region.pixels.sum() == 1600 + 20 * 8


def test_without_alt_a_new_polygon_begins_on_the_border_of_the_selected() -> None:
    tool = PolygonTool()
    for point in ((30.0, 20.0), (40.0, 5.0), (50.0, 20.0)):
        assert clicked(tool, point) is None
    edit = tool.key("enter", CHOSEN)
    assert edit is not None
    assert len(edit(CHOSEN.sample).annotations) == 2


def test_a_part_that_cannot_be_says_why_and_can_be_taken_back() -> None:
    tool = PolygonTool()
    tool.press(PointerEvent(80, 80, alt=True), CHOSEN)
    assert "Select an object" in tool.message
    clicked(tool, (30, 20), alt=True)
    assert tool.key("enter", CHOSEN) is None
    assert "ends" in tool.message
    tool.key("backspace", CHOSEN)
    assert not tool.wants("escape", CHOSEN)
    assert clicked(tool, (30, 20)) is None
    assert len(tool.preview.path) >= 1
    tool.key("escape", CHOSEN)
    assert tool.preview == NOTHING


def test_between_two_corners_on_a_neighbour_its_border_is_followed() -> None:
    tool = PolygonTool()
    clicked(tool, (40, 21), ctrl=True)
    clicked(tool, (61, 40), ctrl=True)
    assert tool.preview.path[:3] == ((40, 20), (60, 20), (60, 40))
    tool.key("backspace", CHOSEN)
    assert tool.preview.path == ((40, 20),)
    clicked(tool, (61, 40), ctrl=True)
    clicked(tool, (90, 10))
    edit = tool.key("enter", CHOSEN)
    assert edit is not None
    drawn = edit(CHOSEN.sample).annotations[-1].region
    assert isinstance(drawn, Polygon)
    assert drawn.points_xy.tolist() == [[40, 20], [60, 20], [60, 40], [90, 10]]


def test_without_ctrl_no_border_is_followed() -> None:
    tool = PolygonTool()
    clicked(tool, (40, 20))
    clicked(tool, (60, 40))
    assert tool.preview.path[:2] == ((40, 20), (60, 40))
