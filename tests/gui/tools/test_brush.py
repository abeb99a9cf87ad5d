import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId, Mask, Sample
from gui.tools.brush import BrushTool, EraserTool
from gui.tools.scene import Point, PointerEvent, Scene

LEFT = Annotation(Mask(0, 0, np.ones((50, 50), np.bool_)), 1, id="left")
RIGHT = Annotation(Mask(50, 0, np.ones((50, 50), np.bool_)), 2, id="right")
SAMPLE = Sample(FrameId("a"), (100, 100), (LEFT, RIGHT))
SCENE = Scene((100, 100), SAMPLE, label_id=4, radius=5)


def stroke(
    tool: BrushTool | EraserTool, scene: Scene, *points: Point, ctrl: bool = False
) -> Edit | None:
    tool.press(PointerEvent(*points[0], is_pressed=True, ctrl=ctrl), scene)
    for point in points:
        tool.move(PointerEvent(*point, is_pressed=True, ctrl=ctrl), scene)
    return tool.release(PointerEvent(*points[-1], ctrl=ctrl), scene)


def pixels_of(sample: Sample, annotation_id: str) -> np.ndarray:
    result = np.zeros((100, 100), np.bool_)
    annotation = sample.find(annotation_id)
    if annotation is not None:
        mask = annotation.region
        assert isinstance(mask, Mask)
        height, width = mask.pixels.shape
        result[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return result


def test_a_stroke_makes_a_new_mask_of_the_current_label_and_selects_it() -> None:
    tool = BrushTool()
    edit = stroke(tool, SCENE, (20, 80), (60, 80))
    assert edit is not None
    new = edit(SAMPLE).annotations[-1]
    assert new.label_id == 4
    assert tool.selection == (new.id,)
    pixels = pixels_of(edit(SAMPLE), new.id)
    assert pixels[80, 20:60].all()
    assert not pixels[60].any()


def test_a_stroke_goes_into_the_selected_mask() -> None:
    edit = stroke(BrushTool(), SCENE.changed(selection=("left",)), (25, 48), (25, 60))
    assert edit is not None
    assert len(edit(SAMPLE).annotations) == 2
    assert pixels_of(edit(SAMPLE), "left")[60, 25]


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), min_size=1, max_size=5))
def test_a_stroke_takes_pixels_from_others_and_no_pixel_has_two_owners(points: list[Point]) -> None:
    scene = SCENE.changed(selection=("left",))
    edit = stroke(BrushTool(), scene, *points)
    assert edit is not None
    after = edit(SAMPLE)
    assert not (pixels_of(after, "left") & pixels_of(after, "right")).any()


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), min_size=1, max_size=5))
def test_keep_others_leaves_every_other_mask_as_it_is(points: list[Point]) -> None:
    scene = SCENE.changed(selection=("left",), keeps_others=True)
    edit = stroke(BrushTool(), scene, *points)
    assert edit is not None
    after = edit(SAMPLE)
    assert after.find("right") == RIGHT
    assert not (pixels_of(after, "left") & pixels_of(after, "right")).any()


INSIDE = SCENE.changed(selection=("left",), paints_inside=True)


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), min_size=1, max_size=5))
def test_inside_the_selected_a_new_mask_begins_and_all_others_stay(points: list[Point]) -> None:
    edit = stroke(BrushTool(), INSIDE, *points)
    for annotation in edit(SAMPLE).annotations[2:] if edit else ():
        assert annotation.label_id == 4
        pixels = pixels_of(Sample(FrameId("a"), (100, 100), (annotation,)), annotation.id)
        assert pixels.any()
        assert not (pixels & ~pixels_of(SAMPLE, "left")).any()
        assert edit is not None
        assert edit(SAMPLE).annotations[:2] == (LEFT, RIGHT)


def test_the_next_stroke_inside_goes_on_until_something_else_is_selected() -> None:
    tool, scene = BrushTool(), INSIDE
    for point, selection in (((25, 25), None), ((40, 25), None), ((75, 25), ("right",))):
        if selection is not None:
            scene = scene.changed(selection=selection)
        edit = stroke(tool, scene, point)
        assert edit is not None
        sample = edit(scene.sample)
        scene = scene.changed(sample=sample, selection=(sample.annotations[-1].id,))
    first, second = (pixels_of(scene.sample, a.id) for a in scene.sample.annotations[2:])
    assert first[25, 25]
    assert first[25, 40]
    assert second[25, 75]
    assert not second[:, :50].any()


def test_another_label_begins_another_object_inside_the_same_one() -> None:
    tool = BrushTool()
    edit = stroke(tool, INSIDE, (10, 10))
    assert edit is not None
    sample = edit(SAMPLE)
    made = sample.annotations[-1].id
    edit = stroke(tool, INSIDE.changed(sample=sample, selection=(made,), label_id=3), (48, 30))
    assert edit is not None
    new = edit(sample).annotations[-1]
    assert (new.label_id, new.id != made) == (3, True)
    assert not pixels_of(edit(sample), new.id)[:, 50:].any()


def test_beside_it_and_with_nothing_selected_it_says_why_nothing_is_painted() -> None:
    tool = BrushTool()
    assert stroke(tool, INSIDE, (80, 80)) is None
    assert "beside" in tool.message
    tool.press(PointerEvent(25, 25, is_pressed=True), INSIDE.changed(selection=()))
    assert "Select" in tool.message


def test_inside_and_sparing_others_leaves_what_lies_inside_already() -> None:
    inner = Annotation(Mask(0, 0, np.ones((50, 20), np.bool_)), 2, id="inner")
    sample = Sample(FrameId("a"), (100, 100), (LEFT, inner))
    scene = INSIDE.changed(sample=sample, keeps_others=True)
    edit = stroke(BrushTool(), scene, (5, 25), (45, 25))
    assert edit is not None
    pixels = pixels_of(edit(sample), edit(sample).annotations[-1].id)
    assert pixels[25, 20:49].all()
    assert not pixels[:, :20].any()


def test_a_square_brush_paints_and_erases_squares() -> None:
    scene = SCENE.changed(is_square=True)
    edit = stroke(BrushTool(), scene, (70, 70))
    assert edit is not None
    assert edit(SAMPLE).annotations[-1].region == Mask(65, 65, np.ones((10, 10), np.bool_))
    tool = EraserTool()
    edit = stroke(tool, scene, (25, 25))
    assert edit is not None
    assert (~pixels_of(edit(SAMPLE), "left")[20:30, 20:30]).all()
    assert pixels_of(edit(SAMPLE), "left")[:50, :50].sum() == 2400
    tool.move(PointerEvent(10, 10), scene)
    assert tool.preview.is_square


def test_ctrl_erases_with_the_brush() -> None:
    scene = SCENE.changed(selection=("left",))
    edit = stroke(BrushTool(), scene, (25, 25), ctrl=True)
    assert edit is not None
    after = edit(SAMPLE)
    assert not pixels_of(after, "left")[25, 25]
    assert after.find("right") == RIGHT


def test_the_eraser_takes_from_the_mask_under_it() -> None:
    edit = stroke(EraserTool(), SCENE, (75, 25), (45, 25))
    assert edit is not None
    after = edit(SAMPLE)
    assert not pixels_of(after, "right")[25, 60]
    assert after.find("left") == LEFT


def test_erasing_everything_deletes_the_mask() -> None:
    edit = stroke(EraserTool(), SCENE.changed(radius=90.0, selection=("left",)), (25, 25))
    assert edit is not None
    assert edit(SAMPLE).find("left") is None


def test_erasing_nothing_says_so() -> None:
    tool = EraserTool()
    assert stroke(tool, SCENE, (50, 90)) is None
    tool.press(PointerEvent(50, 90), SCENE)
    assert tool.message


def test_a_selected_box_is_no_target() -> None:
    box = Annotation(Box(0, 60, 40, 90), 1, id="box")
    sample = Sample(FrameId("a"), (100, 100), (box,))
    edit = stroke(BrushTool(), Scene((100, 100), sample, selection=("box",)), (20, 70))
    assert edit is not None
    assert edit(sample).find("box") == box
    assert len(edit(sample).annotations) == 2


def test_a_stroke_outside_the_picture_makes_nothing() -> None:
    tool = BrushTool()
    assert stroke(tool, SCENE, (500, 500)) is None
    assert tool.message


def test_the_brush_shows_its_size_before_it_paints() -> None:
    tool = BrushTool()
    tool.move(PointerEvent(30, 40), SCENE)
    assert tool.preview.disc == (30, 40, 5)
    assert tool.preview.stroke is None


def test_a_plain_stroke_takes_the_pixels_under_it_from_others() -> None:
    edit = stroke(BrushTool(), SCENE.changed(selection=("left",)), (60, 25))
    assert edit is not None
    after = edit(SAMPLE)
    assert pixels_of(after, "left")[25, 60]
    assert not pixels_of(after, "right")[25, 60]


def test_a_stroke_that_spares_all_that_it_meets_changes_nothing() -> None:
    far = Annotation(Mask(0, 90, np.ones((5, 5), np.bool_)), 2, id="far")
    sample = Sample(FrameId("a"), (100, 100), (RIGHT, far))
    scene = Scene((100, 100), sample, label_id=4, radius=5, keeps_others=True)
    edit = stroke(BrushTool(), scene, (75, 25))
    assert edit is not None
    assert edit(sample) == sample


def test_a_stroke_that_spares_others_goes_on_within_its_own_mask_and_through_boxes() -> None:
    box = Annotation(Box(0, 50, 100, 100), 1, id="box")
    sample = Sample(FrameId("a"), (100, 100), (LEFT, box))
    scene = Scene((100, 100), sample, selection=("left",), radius=5, keeps_others=True)
    edit = stroke(BrushTool(), scene, (25, 45), (25, 70))
    assert edit is not None
    pixels = pixels_of(edit(sample), "left")
    assert pixels[:50, :50].all()
    assert pixels[50:71, 25].all()


def test_esc_is_wanted_while_there_is_a_stroke_or_a_selection() -> None:
    tool = BrushTool()
    assert not tool.wants("escape", SCENE)
    assert tool.wants("escape", SCENE.changed(selection=("left",)))
    assert not tool.wants("delete", SCENE.changed(selection=("left",)))
    tool.press(PointerEvent(25, 25, is_pressed=True), SCENE)
    assert tool.wants("escape", SCENE)
    assert not tool.wants("delete", SCENE)
