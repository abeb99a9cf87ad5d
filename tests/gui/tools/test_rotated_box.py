import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.formats import registry as formats
from engine.formats.adapt import adapt
from engine.formats.report import Report
from engine.values import FrameId, Label, Polygon, Sample
from gui.tools.registry import NOTHING
from gui.tools.rotated_box import RotatedBoxTool, corners_of
from gui.tools.scene import Point, PointerEvent, Scene

SAMPLE = Sample(FrameId("a.png"), (100, 200))
SCENE = Scene((100, 200), SAMPLE, label_id=2)


def drag(tool: RotatedBoxTool, *points: Point, **keys: bool) -> Edit | None:
    edit = tool.press(PointerEvent(*points[0], is_pressed=True, **keys), SCENE)
    for point in points:
        tool.move(PointerEvent(*point, is_pressed=True, **keys), SCENE)
    return edit or tool.release(PointerEvent(*points[-1], **keys), SCENE)


def drawn(edit: Edit | None) -> Polygon:
    assert edit is not None
    (annotation,) = edit(SAMPLE).annotations
    assert annotation.label_id == 2
    assert isinstance(annotation.region, Polygon)
    return annotation.region


def test_a_side_is_dragged_and_a_click_says_how_wide() -> None:
    tool = RotatedBoxTool()
    assert drag(tool, (20, 20), (50, 60)) is None
    assert "other side" in tool.message
    tool.move(PointerEvent(28, 76), SCENE)
    (shown,) = tool.preview.regions
    region = drawn(drag(tool, (28, 76)))
    assert region == shown
    assert region.points_xy[:2].tolist() == [[20, 20], [50, 60]]
    assert tool.preview == NOTHING


def test_a_side_can_be_two_clicks() -> None:
    tool = RotatedBoxTool()
    for point in ((20.0, 20.0), (50.0, 60.0)):
        assert drag(tool, point) is None
    assert len(drawn(drag(tool, (28, 76))).points_xy) == 4


def test_shift_keeps_the_side_in_steps() -> None:
    tool = RotatedBoxTool()
    drag(tool, (20, 20), (60, 23), shift=True)
    side = drawn(drag(tool, (30, 50))).points_xy[:2]
    assert side[0, 1] == side[1, 1]


def test_too_narrow_is_said_and_nothing_is_lost() -> None:
    tool = RotatedBoxTool()
    drag(tool, (20, 20), (60, 20))
    assert drag(tool, (40, 20.5)) is None
    tool.press(PointerEvent(40, 20.5), SCENE)
    assert "narrow" in tool.message
    assert drawn(drag(tool, (40, 40)))


def test_backspace_takes_the_side_back_and_escape_all() -> None:
    tool = RotatedBoxTool()
    drag(tool, (20, 20), (60, 20))
    assert tool.wants("backspace", SCENE)
    tool.key("backspace", SCENE)
    assert drag(tool, (90, 90)) is None
    assert drawn(drag(tool, (90, 30))).points_xy[1].tolist() == [90, 90]
    drag(tool, (20, 20), (60, 20))
    tool.key("escape", SCENE)
    assert not tool.wants("escape", SCENE)
    assert tool.preview == NOTHING


def test_it_is_a_rectangle_inside_the_picture_whatever_is_clicked() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        start, end = rng.uniform(0, (200, 100), (2, 2)).tolist()
        across = rng.uniform(-300, 400, 2).tolist()
        corners = corners_of(tuple(start), tuple(end), tuple(across), (100, 200))
        assert corners is not None
        a, b, c, d = corners.astype(np.float64)
        scale = np.linalg.norm(b - a) * np.linalg.norm(d - a)
        assert abs((b - a) @ (d - a)) <= 1e-3 * max(scale, 1)
        assert np.allclose(b - a, c - d, atol=1e-3)
        assert (corners >= -1e-3).all()
        assert (corners <= np.array([200, 100]) + 1e-3).all()


def test_no_width_and_no_side_give_nothing() -> None:
    assert corners_of((10, 10), (20, 10), (15, 10), (100, 200)) is None
    assert corners_of((10, 10), (10, 10), (15, 40), (100, 200)) is None
    assert corners_of((10, 0), (20, 0), (15, -40), (100, 200)) is None


@pytest.mark.parametrize("name", ["dota", "yolo_obb"])
def test_formats_of_rotated_boxes_take_it_as_it_is(name: str) -> None:
    tool = RotatedBoxTool()
    drag(tool, (20, 20), (50, 60))
    edit = drag(tool, (28, 76))
    assert edit is not None
    sample, report = edit(SAMPLE), Report()
    labels = (Label(2, "ship", (1, 2, 3)),)
    after = adapt(sample, formats.get(name).carries, labels, report)
    assert after.annotations[0].region == sample.annotations[0].region
