"""Corners on what is near them: those of others, edges, and the picture's border."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Annotation, Box, FrameId, Mask, Polygon, Polyline, Sample
from gui.tools.polygon import PolygonTool
from gui.tools.scene import PointerEvent, Scene
from gui.tools.select import SelectTool
from gui.tools.snapping import border_between, snapped

TRIANGLE = Polygon(np.array([[20, 20], [60.25, 20], [20, 60]], np.float32))
SAMPLE = Sample(
    FrameId("a"),
    (100, 120),
    (
        Annotation(TRIANGLE, 1, id="triangle"),
        Annotation(Box(70, 70, 90, 90), 1, id="box"),
        Annotation(Mask(100, 10, np.ones((10, 10), np.bool_)), 1, id="mask"),
    ),
)
SCENE = Scene((100, 120), SAMPLE)


def test_a_corner_wins_over_an_edge_and_is_met_exactly():
    assert snapped((58, 21), 4, SCENE) == (60.25, 20)
    assert snapped((40, 21), 4, SCENE) == (40, 20)
    assert snapped((88, 91), 4, SCENE) == (90, 90)


def test_the_border_counts_and_what_is_far_does_not():
    assert snapped((2, 50), 4, SCENE) == (0, 50)
    assert snapped((118, 98), 4, SCENE) == (120, 100)
    assert snapped((45, 80), 4, SCENE) == (45, 80)


def test_itself_hidden_ones_and_masks_do_not_count():
    assert snapped((58, 21), 4, SCENE, "triangle") == (58, 21)
    assert snapped((58, 21), 4, SCENE.changed(hidden_ids=frozenset({"triangle"}))) == (58, 21)
    assert snapped((105, 11), 3, SCENE) == (105, 11)


@given(st.floats(0, 120), st.floats(0, 100), st.floats(0.5, 30))
def test_it_stays_in_reach_and_in_the_picture(x, y, reach):
    found = snapped((x, y), reach, SCENE)
    assert math.dist(found, (x, y)) <= reach + 1e-6
    assert 0 <= found[0] <= 120
    assert 0 <= found[1] <= 100


def test_a_polygon_drawn_with_ctrl_shares_its_neighbours_corners():
    tool = PolygonTool()
    for x, y in ((58, 21), (61, 61), (21, 59)):
        tool.press(PointerEvent(x, y, is_pressed=True, ctrl=True), SCENE)
        tool.release(PointerEvent(x, y, ctrl=True), SCENE)
    edit = tool.key("enter", SCENE)
    points = edit(SAMPLE).annotations[-1].region.points_xy.tolist()
    assert points == [[60.25, 20], [61, 61], [20, 60]]


def test_a_corner_dragged_with_ctrl_snaps_but_not_to_itself():
    tool, scene = SelectTool(), SCENE.changed(selection=("triangle",))
    tool.press(PointerEvent(60, 20, is_pressed=True), scene)
    tool.move(PointerEvent(69, 71, is_pressed=True, ctrl=True), scene)
    edit = tool.release(PointerEvent(69, 71, ctrl=True), scene)
    assert [70, 70] in edit(SAMPLE).find("triangle").region.points_xy.tolist()


def test_the_way_between_two_points_of_the_border_of_the_picture_is_the_shorter_one() -> None:
    scene = Scene((100, 120), Sample(FrameId("a"), (100, 120)))
    assert border_between((30, 0), (0, 40), scene) == [(0, 0)]
    assert border_between((30, 0), (90, 0), scene) == []
    assert border_between((30, 0), (60, 50), scene) == []


def test_a_neighbour_is_followed_along_its_shorter_side_there_and_back() -> None:
    scene = Scene((100, 120), SAMPLE)
    there = border_between((30, 20), (20, 30), scene)
    assert there == [(20, 20)]
    assert border_between((20, 30), (30, 20), scene) == there[::-1]


def test_the_points_and_edges_of_a_line_count():
    line = Annotation(Polyline([[30, 80], [60, 80], [60, 95]]), 1, id="line")
    scene = SCENE.changed(sample=Sample(FrameId("a"), (100, 120), (line,)))
    assert snapped((58, 81), 4, scene) == (60, 80)
    assert snapped((45, 82), 4, scene) == (45, 80)
    assert snapped((45, 88), 4, scene) == (45, 88), "no edge leads back"
    assert border_between((40, 80), (60, 90), scene) == [(60, 80)]
