import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Sample
from gui.tools.cage import MARGIN, STEM, cage_of, turn_point
from gui.tools.scene import Point, PointerEvent, Scene
from gui.tools.select import SelectTool

REACH = 4.0
BOX = Annotation(Box(40, 40, 80, 60), 1, id="box")
MASK = Annotation(Mask(100, 40, np.ones((20, 40), np.bool_)), 1, id="mask")
SAMPLE = Sample(FrameId("a"), (200, 300), (BOX, MASK))


class Session:
    """A Tool that drags over some selected annotations."""

    def __init__(self, *selection: str) -> None:
        self.tool = SelectTool()
        self.scene = Scene((200, 300), SAMPLE, selection=selection)

    def drag(self, start: Point, end: Point, **keys: bool) -> Sample:
        edit: Edit | None = self.tool.press(PointerEvent(*start, is_pressed=True), self.scene)
        self.tool.move(PointerEvent(*end, is_pressed=True, **keys), self.scene)
        self.shown = self.tool.preview
        self.said = self.tool.message
        edit = self.tool.release(PointerEvent(*end, **keys), self.scene)
        assert edit is not None
        return edit(SAMPLE)

    def handle(self, name: str) -> Point:
        cage = cage_of(self.scene, REACH)
        assert cage is not None
        x = cage.x2 if "e" in name else cage.x1 if "w" in name else (cage.x1 + cage.x2) / 2
        y = cage.y2 if "s" in name else cage.y1 if "n" in name else (cage.y1 + cage.y2) / 2
        return x, y

    def turner(self) -> Point:
        cage = cage_of(self.scene, REACH)
        assert cage is not None
        return turn_point(cage, REACH, self.scene.size_hw)


def region(sample: Sample, name: str):
    found = sample.find(name)
    assert found is not None
    return found.region


def test_a_handle_scales_a_mask_and_shows_it_before() -> None:
    session = Session("mask")
    x, y = session.handle("se")
    after = session.drag((x, y), (x + 40, y + 20))
    assert region(after, "mask") == Mask(100, 40, np.ones((40, 80), np.bool_))
    assert session.shown.regions == (region(after, "mask"),)
    assert session.shown.hidden_ids == {"mask"}


def test_several_scale_together_and_a_box_stays_one() -> None:
    session = Session("box", "mask")
    x, y = session.handle("w")
    after = session.drag((x, y), (x - 20, y + 99))
    assert region(after, "box").xyxy == pytest.approx((20, 40, 68, 60))
    assert region(after, "mask") == Mask(92, 40, np.ones((20, 48), np.bool_))


def test_shift_keeps_proportions_also_of_a_box_alone() -> None:
    for name in ("box", "mask"):
        session = Session(name)
        x, y = session.handle("se")
        after = session.drag((x, y), (x + 40, y + 1), shift=True)
        x1, y1, x2, y2 = Scene((200, 300), Sample(FrameId("a"), (), (after.find(name),))).bounds[0]
        assert (x2 - x1, y2 - y1) == (80, 40)


def test_nothing_turns_over_or_leaves_the_picture() -> None:
    session = Session("mask", "box")
    x, y = session.handle("se")
    small = session.drag((x, y), (-500, -500))
    assert small.find("box") is not None
    assert small.find("mask") is not None
    large = session.drag((x, y), (9999, 9999), shift=True)
    bounds = Scene((200, 300), large).bounds
    assert (bounds >= 0).all()
    assert (bounds <= (300, 200, 300, 200)).all()


def test_the_stem_turns_a_box_into_a_polygon_and_says_so() -> None:
    session = Session("box")
    after = session.drag(session.turner(), (75, 65), shift=True)
    found = region(after, "box")
    assert isinstance(found, Polygon)
    assert len(found.points_xy) == 4
    assert session.said == "135°"
    assert "polygon of four corners" in session.tool.message
    assert session.shown.regions == (found,)


def test_a_right_angle_leaves_a_box_a_box() -> None:
    session = Session("box")
    found = region(session.drag(session.turner(), (99, 51), shift=True), "box")
    assert isinstance(found, Box)
    assert found.xyxy == pytest.approx((50, 30, 70, 70))
    assert session.tool.message == ""


def test_a_click_on_a_handle_changes_nothing() -> None:
    session = Session("mask")
    for point in (session.turner(), session.handle("se")):
        session.tool.press(PointerEvent(*point, is_pressed=True), session.scene)
        assert session.tool.release(PointerEvent(*point), session.scene) is None


def test_very_many_are_shown_as_their_cage() -> None:
    many = tuple(Annotation(Box(5 * n, 50, 5 * n + 3, 60), 1, id=str(n)) for n in range(1, 50))
    session = Session(*(a.id for a in many))
    session.scene = session.scene.changed(sample=Sample(FrameId("a"), (200, 300), many))
    x, y = session.handle("s")
    session.tool.press(PointerEvent(x, y, is_pressed=True), session.scene)
    session.tool.move(PointerEvent(x, y + 30, is_pressed=True), session.scene)
    assert session.tool.preview.regions == (Box(5, 50, 248, 90),)
    edit = session.tool.release(PointerEvent(x, y + 30), session.scene)
    assert edit is not None
    assert edit(session.scene.sample).find("7").region == Box(35, 50, 38, 90)  # type: ignore[union-attr]


def test_a_large_mask_is_shown_by_its_outlines() -> None:
    large = Annotation(Mask(10, 10, np.ones((600, 700), np.bool_)), 1, id="large")
    sample = Sample(FrameId("a"), (900, 900), (large,))
    session = Session("large")
    session.scene = Scene((900, 900), sample, selection=("large",))
    x, y = session.handle("e")
    session.tool.press(PointerEvent(x, y, is_pressed=True), session.scene)
    session.tool.move(PointerEvent(x + 70, y, is_pressed=True), session.scene)
    (shown,) = session.tool.preview.regions
    assert isinstance(shown, Polygon)
    assert shown.points_xy.max(axis=0).tolist() == pytest.approx([780, 610])


def test_the_handle_that_turns_is_where_it_can_be_seen() -> None:
    size = (100, 100)
    assert turn_point(Box(40, 40, 60, 60), REACH, size)[1] == 40 - STEM * REACH
    assert turn_point(Box(40, 2, 60, 60), REACH, size)[1] == 60 + STEM * REACH
    assert turn_point(Box(40, 2, 60, 99), REACH, size)[1] == 2 + STEM * REACH


def test_a_cage_leaves_corners_free_and_a_box_is_its_own() -> None:
    assert cage_of(Session("box").scene, REACH) == Box(40, 40, 80, 60)
    margin = MARGIN * REACH
    assert cage_of(Session("mask").scene, REACH) == Box(
        100 - margin, 40 - margin, 140 + margin, 60 + margin
    )
    assert cage_of(Session().scene, REACH) is None
