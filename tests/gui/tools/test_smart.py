"""Smart click: what is asked with each gesture, and when its answer becomes an object."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotations.edits import Edit
from engine.click.question import Click, Question
from engine.values import Annotation, Box, FrameId, Mask, Sample
from gui.tools.registry import NOTHING
from gui.tools.scene import PointerEvent, Scene
from gui.tools.smart import SmartTool

BLANK = Sample(FrameId("a"), (40, 60))
SCENE = Scene((40, 60), BLANK, label_id=2)
FOUND = Mask(10, 10, np.ones((10, 20), np.bool_))
OTHER = Mask(12, 12, np.ones((3, 3), np.bool_))
at = partial(PointerEvent, tolerance=3.0)


def click(tool: SmartTool, x: float, y: float, *, alt: bool = False, scene: Scene = SCENE) -> None:
    tool.press(at(x, y, is_pressed=True, alt=alt), scene)
    assert tool.release(at(x, y, alt=alt), scene) is None


def drag(tool: SmartTool, x1: float, y1: float, x2: float, y2: float) -> None:
    tool.press(at(x1, y1, is_pressed=True), SCENE)
    tool.move(at(x2, y2, is_pressed=True), SCENE)
    assert tool.release(at(x2, y2), SCENE) is None


@pytest.fixture
def tool() -> SmartTool:
    return SmartTool()


def test_a_click_asks_and_the_answer_is_only_shown(tool):
    click(tool, 15, 12)
    assert tool.question == Question((Click(15, 12),))
    assert tool.answer(tool.question, FOUND, SCENE) is None
    assert tool.preview.regions == (FOUND,)
    assert tool.preview.clicks == (Click(15, 12),)


def test_enter_makes_an_object_of_the_answer_and_asks_no_more(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, FOUND, SCENE)
    edit = tool.key("enter", SCENE)
    assert isinstance(edit, Edit)
    drawn = edit(BLANK).annotations[0]
    assert (drawn.region, drawn.label_id) == (FOUND, 2)
    assert tool.selection == (drawn.id,)
    assert tool.question.is_empty
    assert tool.preview == NOTHING


def test_accepted_before_the_answer_is_there_it_becomes_an_object_when_it_comes(tool):
    click(tool, 15, 12)
    assert tool.key("enter", SCENE) is None
    assert "as soon as" in tool.message
    edit = tool.answer(tool.question, FOUND, SCENE)
    assert edit is not None
    assert edit(BLANK).annotations[0].region == FOUND


def test_a_further_click_takes_an_early_enter_back(tool):
    click(tool, 15, 12)
    tool.key("enter", SCENE)
    click(tool, 25, 12)
    assert tool.answer(tool.question, FOUND, SCENE) is None


def test_alt_says_what_does_not_belong_to_it(tool):
    click(tool, 15, 12)
    click(tool, 40, 30, alt=True)
    assert tool.question == Question((Click(15, 12), Click(40, 30, False)))


def test_what_does_not_belong_to_nothing_is_no_question(tool):
    click(tool, 40, 30, alt=True)
    assert tool.question.is_empty
    assert tool.message == "First click the object itself."


def test_a_drag_asks_with_a_box_and_clicks_correct_it(tool):
    drag(tool, 30, 25, 5, 8)
    click(tool, 40, 30, alt=True)
    assert tool.question == Question((Click(40, 30, False),), Box(5, 8, 30, 25))
    assert tool.preview.band == Box(5, 8, 30, 25)


def test_a_box_ends_at_the_border_of_the_picture(tool):
    drag(tool, 30, 25, 500, 500)
    assert tool.question.box == Box(30, 25, 60, 40)


def test_backspace_takes_back_step_by_step_and_the_last_one_drops_all(tool):
    click(tool, 15, 12)
    click(tool, 20, 12)
    tool.answer(tool.question, FOUND, SCENE)
    tool.key("backspace", SCENE)
    assert tool.question == Question((Click(15, 12),))
    tool.key("backspace", SCENE)
    assert tool.question.is_empty
    assert tool.preview == NOTHING
    assert not tool.wants("backspace", SCENE)


def test_escape_drops_it(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, FOUND, SCENE)
    assert tool.wants("escape", SCENE)
    tool.key("escape", SCENE)
    assert tool.question.is_empty
    assert tool.preview == NOTHING
    assert tool.key("enter", SCENE) is None


def test_an_answer_to_an_older_question_is_not_shown(tool):
    click(tool, 15, 12)
    old = tool.question
    click(tool, 20, 12)
    tool.answer(old, OTHER, SCENE)
    assert tool.preview.regions == ()
    assert tool.key("enter", SCENE) is None  # The newest outline is not there yet.


def test_the_last_outline_stays_until_the_next_is_there(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, FOUND, SCENE)
    click(tool, 20, 12)
    assert tool.preview.regions == (FOUND,)


def test_where_nothing_is_found_it_says_so_and_enter_adds_nothing(tool):
    click(tool, 15, 12)
    tool.key("enter", SCENE)
    assert tool.answer(tool.question, None, SCENE) is None
    assert "Nothing was found" in tool.message
    assert tool.key("enter", SCENE) is None
    assert "no outline" in tool.message


def test_outside_the_picture_there_is_nothing_to_click_on(tool):
    click(tool, -5, 12)
    assert tool.question.is_empty
    assert tool.message == "Click on the picture."


def test_others_keep_their_pixels_where_the_person_says_so(tool):
    scene = SCENE.changed(
        sample=Sample(FrameId("a"), (40, 60), (Annotation(OTHER, 1, id="old"),)), keeps_others=True
    )
    click(tool, 25, 15, scene=scene)
    tool.answer(tool.question, FOUND, scene)
    edit = tool.key("enter", scene)
    assert edit is not None
    old, new = edit(scene.sample).annotations
    assert old.region == OTHER
    assert isinstance(new.region, Mask)
    assert new.region.pixels.sum() == FOUND.pixels.sum() - 9


def test_the_right_button_belongs_to_it_once_something_was_asked(tool):
    assert not tool.wants("right_button", SCENE)
    click(tool, 15, 12)
    assert tool.wants("right_button", SCENE)


def redraw(tool: SmartTool, *line: tuple[float, float], scene: Scene = SCENE) -> Edit | None:
    tool.press(at(*line[0], is_pressed=True, alt=True), scene)
    for point in line[1:]:
        tool.move(at(*point, is_pressed=True, alt=True), scene)
    return tool.release(at(*line[-1], alt=True), scene)


OVER = (12.0, 9.0), (12.0, 4.0), (26.0, 4.0), (26.0, 9.0)
"""A line over the upper edge of FOUND."""
ROWS, COLUMNS = np.mgrid[4:20, 10:30]
GROWN = Mask(10, 4, (ROWS >= 10) | ((COLUMNS >= 12) & (COLUMNS < 26)))


def test_a_drag_that_is_not_it_redraws_a_part_and_enter_takes_it_so(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, FOUND, SCENE)
    assert redraw(tool, *OVER) is None
    assert tool.preview.regions == (GROWN,)
    assert tool.question == Question((Click(15, 12),)), "nothing new is asked"
    edit = tool.key("enter", SCENE)
    assert edit is not None
    assert [a.region for a in edit(BLANK).annotations] == [GROWN]


def test_what_was_redrawn_stays_with_the_next_answer_and_is_taken_back_alone(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, OTHER, SCENE)
    redraw(tool, *OVER)
    click(tool, 20, 12)
    tool.answer(tool.question, FOUND, SCENE)
    assert tool.preview.regions == (GROWN,)
    tool.key("backspace", SCENE)
    tool.answer(tool.question, FOUND, SCENE)
    assert tool.preview.regions == (GROWN,)
    tool.key("backspace", SCENE)
    assert tool.preview.regions == (FOUND,)
    assert not tool.question.is_empty


def test_a_line_is_shown_while_it_is_drawn_and_needs_an_outline(tool):
    click(tool, 15, 12)
    redraw(tool, *OVER)
    assert "no outline yet" in tool.message
    tool.answer(tool.question, FOUND, SCENE)
    tool.press(at(12, 9, is_pressed=True, alt=True), SCENE)
    tool.move(at(12, 4, is_pressed=True, alt=True), SCENE)
    assert tool.preview.line == ((12, 9), (12, 4))
    assert tool.preview.regions == (FOUND,)


def test_redrawn_after_an_early_enter_it_is_not_accepted(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, FOUND, SCENE)
    click(tool, 20, 12)
    tool.key("enter", SCENE)
    redraw(tool, *OVER)
    assert tool.answer(tool.question, FOUND, SCENE) is None


def test_where_nothing_is_asked_it_redraws_what_is_selected(tool):
    sample = Sample(FrameId("a"), (40, 60), (Annotation(FOUND, 1, id="old"),))
    edit = redraw(tool, *OVER, scene=SCENE.changed(sample=sample, selection=("old",)))
    assert edit is not None
    assert [(a.id, a.region) for a in edit(sample).annotations] == [("old", GROWN)]


def test_with_shift_the_next_object_begins_and_the_last_is_accepted(tool):
    click(tool, 15, 12)
    tool.answer(tool.question, FOUND, SCENE)
    tool.press(at(40, 30, is_pressed=True, shift=True), SCENE)
    edit = tool.release(at(40, 30, shift=True), SCENE)
    assert edit is not None
    (added,) = edit(BLANK).annotations
    assert added.region == FOUND
    assert tool.selection == (added.id,)
    assert tool.question == Question((Click(40, 30),))
    assert tool.preview.regions == ()


def test_with_shift_nothing_is_lost_of_what_has_no_outline_yet(tool):
    click(tool, 15, 12)
    tool.press(at(40, 30, is_pressed=True, shift=True), SCENE)
    assert tool.release(at(40, 30, shift=True), SCENE) is None
    assert tool.question == Question((Click(15, 12),))
    assert "not there yet" in tool.message


def test_with_shift_the_first_click_is_one_like_any_other(tool):
    tool.press(at(15, 12, is_pressed=True, shift=True), SCENE)
    assert tool.release(at(15, 12, shift=True), SCENE) is None
    assert tool.question == Question((Click(15, 12),))


POINT = st.tuples(st.floats(-20, 80), st.floats(-20, 60))
GESTURE = st.one_of(
    st.tuples(st.just("click"), POINT, POINT, st.booleans()),
    st.tuples(st.sampled_from(["enter", "backspace", "escape", "answer", "nothing"])),
)


@given(st.lists(GESTURE, max_size=12))
def test_whatever_is_done_only_an_accepted_outline_is_added(gestures):
    tool, accepted = SmartTool(), 0
    for gesture in gestures:
        edit, shown = None, tool.preview.regions
        if gesture[0] == "click":
            _, (x1, y1), (x2, y2), alt = gesture
            tool.press(at(x1, y1, is_pressed=True, alt=alt), SCENE)
            tool.move(at(x2, y2, is_pressed=True, alt=alt), SCENE)
            edit = tool.release(at(x2, y2, alt=alt), SCENE)
        elif gesture[0] in ("answer", "nothing"):
            mask = FOUND if gesture[0] == "answer" else None
            edit = tool.answer(tool.question, mask, SCENE)
        else:
            accepted += gesture[0] == "enter"
            edit = tool.key(gesture[0], SCENE)
        if edit is not None:
            assert accepted
            (added,) = edit(BLANK).annotations
            assert isinstance(added.region, Mask)
            assert gesture[0] != "enter" or shown == (added.region,)
            assert tool.question.is_empty
            accepted = 0
        for asked in tool.question.clicks:
            assert 0 <= asked.x < 60
            assert 0 <= asked.y < 40
