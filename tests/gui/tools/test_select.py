import numpy as np

from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Polyline, Sample
from gui.tools.cage import cage_of
from gui.tools.registry import NOTHING
from gui.tools.scene import Point, PointerEvent, Scene
from gui.tools.select import SelectTool

BIG = Annotation(Box(10, 10, 90, 90), 1, id="big")
SMALL = Annotation(Box(30, 30, 50, 50), 1, id="small")
TRIANGLE = Annotation(
    Polygon(np.array([[110, 10], [150, 10], [150, 60], [110, 60]], np.float32)), 2, id="polygon"
)
SAMPLE = Sample(FrameId("a"), (100, 200), (SMALL, BIG, TRIANGLE))
SCENE = Scene((100, 200), SAMPLE)


class Session:
    """A Tool together with a scene that follows its selection."""

    def __init__(self, *selection: str) -> None:
        self.tool = SelectTool()
        self.scene = SCENE.changed(selection=selection)

    def drag(self, *points: Point, **keys: bool) -> Edit | None:
        edit = self.tool.press(PointerEvent(*points[0], is_pressed=True, **keys), self.scene)
        self.follow()
        for point in points[1:]:
            self.tool.move(PointerEvent(*point, is_pressed=True, **keys), self.scene)
        edit = edit or self.tool.release(PointerEvent(*points[-1], **keys), self.scene)
        self.follow()
        return edit

    def follow(self) -> None:
        if self.tool.selection is not None:
            self.scene = self.scene.changed(selection=self.tool.selection)


def test_a_click_selects_the_small_one_inside_the_big_one() -> None:
    session = Session()
    assert session.drag((40, 40)) is None
    assert session.scene.selection == ("small",)


def test_clicks_in_one_place_go_through_all_that_lies_there() -> None:
    session = Session()
    seen = []
    for _ in range(3):
        session.drag((40, 40))
        seen.append(session.scene.selection)
    assert seen == [("small",), ("big",), ("small",)]


def test_a_click_on_nothing_deselects() -> None:
    session = Session("big")
    session.drag((190, 90))
    assert session.scene.selection == ()


def test_shift_and_ctrl_add_and_take_away() -> None:
    session = Session("small")
    session.drag((130, 40), ctrl=True)
    assert session.scene.selection == ("small", "polygon")
    session.drag((130, 40), shift=True, ctrl=True)
    assert session.scene.selection == ("small",)


def test_a_drag_moves_what_it_takes_hold_of() -> None:
    session = Session()
    edit = session.drag((35, 35), (40, 45), (45, 45))
    assert edit is not None
    assert edit(SAMPLE).find("small").region == Box(40, 40, 60, 60)  # type: ignore[union-attr]
    assert session.scene.selection == ("small",)


def test_a_drag_moves_the_whole_selection() -> None:
    session = Session("small", "polygon")
    edit = session.drag((40, 40), (45, 42))
    assert edit is not None
    after = edit(SAMPLE)
    assert after.find("big") == BIG
    assert after.find("small").region == Box(35, 32, 55, 52)  # type: ignore[union-attr]
    assert after.find("polygon").region.points_xy[0].tolist() == [115, 12]  # type: ignore[union-attr]


def test_a_selected_big_one_can_be_moved_by_its_inside() -> None:
    session = Session("big")
    edit = session.drag((40, 40), (45, 40))
    assert edit is not None
    assert edit(SAMPLE).find("small") == SMALL


def test_a_handle_resizes_and_shows_the_result_while_dragging() -> None:
    session = Session("small")
    session.tool.press(PointerEvent(50, 50, is_pressed=True), session.scene)
    session.tool.move(PointerEvent(70, 60, is_pressed=True), session.scene)
    assert session.tool.preview.regions == (Box(30, 30, 70, 60),)
    assert session.tool.preview.hidden_ids == {"small"}
    edit = session.tool.release(PointerEvent(70, 60), session.scene)
    assert edit is not None
    assert edit(SAMPLE).find("small").region == Box(30, 30, 70, 60)  # type: ignore[union-attr]


def test_a_handle_dragged_across_turns_the_box_over() -> None:
    edit = Session("small").drag((30, 40), (70, 40))
    assert edit is not None
    assert edit(SAMPLE).find("small").region == Box(50, 30, 70, 50)  # type: ignore[union-attr]


def points_after(edit: Edit | None) -> list[list[float]]:
    assert edit is not None
    region = edit(SAMPLE).find("polygon").region  # type: ignore[union-attr]
    assert isinstance(region, Polygon)
    return region.points_xy.tolist()


def test_a_corner_can_be_dragged() -> None:
    points = points_after(Session("polygon").drag((150, 60), (170, 80)))
    assert points[2] == [170, 80]
    assert len(points) == 4


def test_a_click_on_an_edge_adds_a_corner_there() -> None:
    points = points_after(Session("polygon").drag((130, 11)))
    assert len(points) == 5
    assert points[1] == [130, 11]


def test_an_edge_can_be_pulled_out() -> None:
    points = points_after(Session("polygon").drag((130, 10), (130, 5), (130, 2)))
    assert points[1] == [130, 2]


def test_shift_click_deletes_a_corner_but_never_the_third_last() -> None:
    assert len(points_after(Session("polygon").drag((150, 60), shift=True))) == 3
    few = Polygon(np.array([[110, 10], [150, 10], [150, 60]], np.float32))
    session = Session("polygon")
    session.scene = session.scene.changed(
        sample=Sample(FrameId("a"), (100, 200), (Annotation(few, 2, id="polygon"),))
    )
    session.tool.press(PointerEvent(150, 60, is_pressed=True, shift=True), session.scene)
    assert "three" in session.tool.message


def test_a_band_selects_what_lies_in_it() -> None:
    session = Session()
    session.drag((105, 5), (120, 30), (160, 70))
    assert session.scene.selection == ("polygon",)
    session.drag((1, 1), (50, 50), (160, 95), shift=True)
    assert set(session.scene.selection) == {"small", "big", "polygon"}


def test_with_alt_a_line_drawn_around_things_selects_them() -> None:
    session = Session()
    around = ((2, 2), (5, 60), (60, 62), (98, 2), (4, 4))
    session.drag(*around, alt=True)
    assert session.scene.selection == ("small",), "the big one is not all in it"
    session.drag((15, 15), (15, 85), (20, 85), (20, 15), alt=True)
    assert session.scene.selection == (), "a line that begins on the big one moves nothing"
    session.drag((25, 25), (25, 55), (55, 55), (55, 25), alt=True)
    session.drag((105, 5), (105, 65), (155, 65), (155, 5), alt=True, shift=True)
    assert session.scene.selection == ("small", "polygon")


def test_the_lasso_is_shown_closed_while_it_is_drawn() -> None:
    session = Session()
    session.tool.press(PointerEvent(5, 5, is_pressed=True, alt=True), session.scene)
    for point in ((9, 60), (60, 60)):
        session.tool.move(PointerEvent(*point, is_pressed=True, alt=True), session.scene)
    assert session.tool.preview.line == ((5, 5), (9, 60), (60, 60), (5, 5))


def test_a_click_with_alt_says_what_to_do_and_keeps_the_selection() -> None:
    session = Session("small")
    session.drag((190, 90), alt=True)
    assert session.scene.selection == ("small",)
    assert "around" in session.tool.message


def test_with_alt_from_the_selected_outline_a_part_of_it_is_redrawn() -> None:
    line = ((109, 20), (100, 20), (100, 50), (109, 50))
    edit = Session("polygon").drag(*line, alt=True)
    assert edit is not None
    region = edit(SAMPLE).find("polygon").region  # type: ignore[union-attr]
    assert isinstance(region, Polygon)
    assert sorted(region.points_xy[:, 0].tolist()) == [
        100,
        100,
        109,
        109,
        110,
        110,
        110,
        110,
        150,
        150,
    ]
    session = Session()
    assert session.drag(*line, alt=True) is None
    assert session.tool.preview == NOTHING


def test_of_a_proposal_a_part_is_redrawn_in_one_step_and_it_is_taken_so() -> None:
    mask = Mask(40, 40, np.ones((20, 30), np.bool_))
    sample = Sample(FrameId("a"), (100, 200), (), proposals=(Annotation(mask, 1, id="guess"),))
    session = Session("guess")
    session.scene = SCENE.changed(sample=sample, selection=("guess",))
    assert session.tool.cursor(PointerEvent(40, 50, alt=True), session.scene) == "cross"
    for far in (PointerEvent(5, 50, alt=True), PointerEvent(50, 5, alt=True)):
        assert session.tool.cursor(far, session.scene) == "arrow"
    edit = session.drag((45, 41), (45, 30), (60, 30), (60, 41), alt=True)
    assert edit is not None
    after = edit(sample)
    assert not after.proposals
    (taken,) = after.annotations
    assert isinstance(taken.region, Mask)
    assert taken.region.pixels.sum() == 600 + 150


def test_a_click_with_alt_on_the_outline_says_what_to_do() -> None:
    session = Session("polygon")
    assert session.drag((110, 30), alt=True) is None
    assert "along the outline" in session.tool.message


def test_arrows_move_by_one_and_with_shift_by_ten() -> None:
    session = Session("small")
    assert session.tool.wants("left", session.scene)
    assert not session.tool.wants("left", SCENE)
    for key, expected in (("left", Box(29, 30, 49, 50)), ("shift+down", Box(30, 40, 50, 60))):
        edit = session.tool.key(key, session.scene)
        assert edit is not None
        assert edit(SAMPLE).find("small").region == expected  # type: ignore[union-attr]


def test_the_cursor_tells_what_a_press_would_do() -> None:
    scene = Session("small").scene
    tool = SelectTool()
    assert tool.cursor(PointerEvent(50, 50), scene) == "se"
    assert tool.cursor(PointerEvent(40, 40), scene) == "move"
    assert tool.cursor(PointerEvent(190, 90), scene) == "arrow"


def test_a_corner_says_what_can_be_done_with_it_once() -> None:
    session = Session("polygon")
    said = []
    for x in (109.0, 111.0, 60.0, 110.0):
        session.tool.move(PointerEvent(x, 10), session.scene)
        said.append(session.tool.message)
    hint = "Drag to move this corner; Shift+click deletes it."
    assert said == [hint, "", "", hint]


def test_an_edge_says_that_it_takes_a_corner() -> None:
    session = Session("polygon")
    session.tool.move(PointerEvent(130, 10), session.scene)
    assert session.tool.message == "Drag to add a corner here."


def test_a_deleted_corner_is_said() -> None:
    session = Session("polygon")
    session.tool.press(PointerEvent(110, 10, is_pressed=True, shift=True), session.scene)
    session.tool.release(PointerEvent(110, 10, shift=True), session.scene)
    assert session.tool.message == "Corner deleted. Ctrl+Z brings it back."


def with_lines(*selection: str) -> Session:
    session = Session()
    lines = (
        Annotation(Polyline([[110, 70], [150, 70], [150, 90]]), 1, id="line"),
        Annotation(Polyline([[180, 50]]), 1, id="point"),
    )
    sample = Sample(FrameId("a"), (100, 200), (*SAMPLE.annotations, *lines))
    session.scene = Scene((100, 200), sample, selection=selection)
    return session


def line_after(edit: Edit | None, session: Session, name: str) -> list[list[float]]:
    assert edit is not None
    found = edit(session.scene.sample).find(name)
    assert found is not None
    assert isinstance(found.region, Polyline)
    return found.region.points_xy.tolist()


def test_a_point_is_selected_and_moved_as_a_whole() -> None:
    session = with_lines()
    assert session.drag((181, 51)) is None
    assert session.scene.selection == ("point",)
    edit = session.drag((181, 51), (171, 41))
    assert line_after(edit, session, "point") == [[170, 40]]


def test_the_points_of_a_selected_line_are_moved_added_and_deleted() -> None:
    session = with_lines("line")
    moved = session.drag((150, 90), (160, 95))
    assert line_after(moved, session, "line") == [[110, 70], [150, 70], [160, 95]]
    more = session.drag((130, 70), (130, 60))
    assert line_after(more, session, "line") == [[110, 70], [130, 60], [150, 70], [150, 90]]
    fewer = session.drag((150, 70), shift=True)
    assert line_after(fewer, session, "line") == [[110, 70], [150, 90]]


def test_a_line_of_two_points_keeps_both() -> None:
    session = with_lines("line")
    short = Annotation(Polyline([[110, 70], [150, 70]]), 1, id="line")
    session.scene = session.scene.changed(sample=Sample(FrameId("a"), (100, 200), (short,)))
    assert session.drag((150, 70), shift=True) is None
    assert session.tool.message == "A line needs two points."


def test_a_point_alone_has_no_cage_and_a_line_has() -> None:
    assert cage_of(with_lines("point").scene, 4) is None
    assert cage_of(with_lines("line").scene, 4) is not None
    both = with_lines("line", "point")
    edit = both.drag((190, 100), (195, 100))
    assert edit is None or edit.text == "Scale"
