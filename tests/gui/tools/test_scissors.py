"""Scissors: a polygon along the edges, closed and taken back as any polygon."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.regions.crops import mask_iou
from engine.regions.edge_lines import EdgeLines
from engine.regions.grab_cut import disc
from engine.regions.masks import polygon_to_mask
from engine.values import FrameId, Mask, Sample
from gui.tools.registry import NOTHING
from gui.tools.scene import PointerEvent, Scene
from gui.tools.scissors import ScissorsTool

SIZE = (200, 300)
DISC = disc(SIZE, (150.0, 100.0), 60.0)
PIXELS = np.where(DISC[..., None], 220, 30).repeat(3, 2).astype(np.uint8)
BLANK = Sample(FrameId("a"), SIZE)
SCENE = Scene(SIZE, BLANK, label_id=2, pixels=PIXELS)
ON_EDGE = ((90.5, 100.5), (150.5, 40.5), (210.5, 100.5), (150.5, 160.5))


def following(tool, scene=SCENE):
    """The scene with the lines from where the tool's line begins."""
    start = tool.edge_start
    return scene if start is None else scene.changed(edge_lines=EdgeLines(PIXELS, start))


def click(tool, *point, scene=None, **keys):
    scene = following(tool) if scene is None else scene
    edit = tool.press(PointerEvent(*point, is_pressed=True, **keys), scene)
    return edit or tool.release(PointerEvent(*point, **keys), scene)


def test_four_clicks_around_a_disc_and_one_on_the_first_outline_it():
    tool = ScissorsTool()
    for point in ON_EDGE:
        assert click(tool, *point) is None
    assert len(tool.preview.dots) >= 4
    edit = click(tool, *ON_EDGE[0])
    drawn = edit(BLANK).annotations[0]
    assert drawn.label_id == 2
    assert tool.selection == (drawn.id,)
    assert mask_iou(polygon_to_mask(drawn.region, SIZE), Mask(0, 0, DISC)) > 0.95
    assert tool.preview == NOTHING
    assert tool.edge_start is None


def test_enter_and_a_double_click_close_it_too():
    for ends in ("enter", "double"):
        tool = ScissorsTool()
        for point in ON_EDGE:
            click(tool, *point)
        scene = following(tool)
        edit = (
            tool.key("enter", scene)
            if ends == "enter"
            else tool.double_click(PointerEvent(*ON_EDGE[-1]), scene)
        )
        region = edit(BLANK).annotations[0].region
        assert mask_iou(polygon_to_mask(region, SIZE), Mask(0, 0, DISC)) > 0.95


def test_before_the_lines_are_there_and_with_shift_the_line_is_straight():
    tool = ScissorsTool()
    click(tool, *ON_EDGE[0])
    tool.move(PointerEvent(*ON_EDGE[1]), SCENE)
    assert len(tool.preview.line) == 2
    tool.move(PointerEvent(*ON_EDGE[1]), following(tool))
    assert len(tool.preview.line) > 4
    tool.move(PointerEvent(*ON_EDGE[1], shift=True), following(tool))
    assert len(tool.preview.line) == 2


def test_backspace_takes_one_click_back_with_its_line():
    tool = ScissorsTool()
    click(tool, *ON_EDGE[0])
    click(tool, *ON_EDGE[1])
    before, start = tool.preview, tool.edge_start
    click(tool, *ON_EDGE[2])
    tool.key("backspace", SCENE)
    assert (tool.preview, tool.edge_start) == (before, start)
    for _ in range(2):
        tool.key("backspace", SCENE)
    assert tool.preview == NOTHING
    assert not tool.wants("backspace", SCENE)


def test_lines_from_elsewhere_are_not_followed():
    tool = ScissorsTool()
    click(tool, *ON_EDGE[0])
    stale = following(tool)
    click(tool, *ON_EDGE[1], scene=stale)
    before = tool.preview.line
    tool.move(PointerEvent(*ON_EDGE[2]), stale)
    assert tool.preview.line[:-1] == before


def test_a_click_beside_the_edge_is_on_it():
    tool = ScissorsTool()
    click(tool, 88.0, 100.5)
    x, y = tool.preview.line[0]
    assert abs(np.hypot(x - 150, y - 100) - 60) < 1.5


points = st.lists(st.tuples(st.floats(-30, 330), st.floats(-30, 230)), min_size=1, max_size=5)


@settings(max_examples=15, deadline=None)
@given(points, st.booleans())
def test_any_clicks_give_a_polygon_in_the_picture_or_nothing(points, shift):
    tool, edit = ScissorsTool(), None
    for point in points:
        edit = edit or click(tool, *point, shift=shift)
    edit = edit or tool.key("enter", following(tool))
    after = BLANK if edit is None else edit(BLANK)
    for annotation in after.annotations:
        corners = annotation.region.points_xy
        assert (corners >= 0).all()
        assert (corners <= (300, 200)).all()
