from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.regions.masks import box_of
from engine.values import (
    PERSON,
    Annotation,
    Box,
    FrameId,
    Mask,
    Polygon,
    Polyline,
    Sample,
    SampleState,
)

SIZE = (60, 80)
BOX = Annotation(Box(10, 10, 20, 20), 1, id="box")
MASK = Annotation(Mask(30, 30, np.ones((4, 5), bool)), 2, id="mask")
POLYGON = Annotation(Polygon([[40, 10], [50, 10], [50, 20]]), 1, id="polygon")
WAITING = Annotation(Box(1, 1, 5, 5), 3, origin="yolo", score=0.8, id="waiting")
SAMPLE = Sample(FrameId("a.jpg"), SIZE, (BOX, MASK, POLYGON), (WAITING,), SampleState.PREDICTED)
few = settings(max_examples=50, deadline=None)


def ids(annotations):
    return [a.id for a in annotations]


def test_an_edit_is_a_text_and_a_function():
    edit = Edit("Delete", partial(edits.delete, ids={"box"}))
    assert ids(edit(SAMPLE).annotations) == ["mask", "polygon"]
    assert edit.text == "Delete"


@pytest.mark.parametrize(
    "change",
    [
        partial(edits.delete, ids={"none"}),
        partial(edits.move, ids={"none"}, dx=3, dy=3),
        partial(edits.move, ids={"box"}, dx=0, dy=0),
        partial(edits.set_region, annotation_id="box", region=BOX.region),
        partial(edits.set_regions, regions={"box": BOX.region, "none": BOX.region}),
        partial(edits.relabel, ids={"box"}, label_id=1),
        partial(edits.accept, ids={"none"}),
        partial(edits.reject, ids={"box"}),
        partial(edits.set_state, state=SampleState.PREDICTED),
        partial(edits.accept_all, min_score=0.9),
        partial(edits.erase, ids={"mask"}, mask=Mask(0, 0, [[True]])),
    ],
)
def test_an_edit_that_changes_nothing_gives_the_same_sample(change):
    assert change(SAMPLE) is SAMPLE


@few
@given(
    st.sets(st.sampled_from(["box", "mask", "polygon", "waiting"]), min_size=1),
    st.floats(-200, 200),
    st.floats(-200, 200),
)
def test_moving_keeps_everything_inside_the_frame_and_together(moved, dx, dy):
    after = edits.move(SAMPLE, moved, dx, dy)
    steps = set()
    for annotation_id in moved:
        before, now = SAMPLE.find(annotation_id), after.find(annotation_id)
        old, new = box_of(before.region), box_of(now.region)
        assert new.x1 >= 0
        assert new.y1 >= 0
        assert new.x2 <= 80 + 1e-4
        assert new.y2 <= 60 + 1e-4
        steps.add((round(new.x1 - old.x1, 3), round(new.y1 - old.y1, 3)))
    assert len(steps) == 1


def test_what_a_person_changes_becomes_theirs_and_is_corrected():
    for change in (
        partial(edits.move, ids={"waiting"}, dx=2, dy=2),
        partial(edits.relabel, ids={"waiting"}, label_id=7),
        partial(edits.set_region, annotation_id="waiting", region=Box(2, 2, 9, 9)),
    ):
        after = change(SAMPLE)
        assert after.proposals == ()
        assert (after.find("waiting").origin, after.find("waiting").score) == (PERSON, None)
        assert after.state is SampleState.CORRECTED


def test_accepting_keeps_origin_and_score():
    after = edits.accept_all(SAMPLE, 0.8)
    assert after.annotations[-1] == WAITING
    assert after.proposals == ()
    assert after.state is SampleState.CORRECTED


def test_rejecting_removes_proposals_only():
    after = edits.reject_all(SAMPLE)
    assert after.annotations == SAMPLE.annotations
    assert after.proposals == ()


def test_new_proposals_never_touch_annotations_nor_a_persons_state():
    new = Annotation(Box(0, 0, 9, 9), 1, origin="unet", score=0.3)
    after = edits.set_proposals(SAMPLE, [new])
    assert after.annotations == SAMPLE.annotations
    assert after.proposals == (new,)
    verified = edits.set_state(SAMPLE, SampleState.VERIFIED)
    assert edits.set_proposals(verified, []).state is SampleState.VERIFIED
    fresh = Sample(FrameId("b.jpg"))
    assert edits.set_proposals(fresh, [], (4, 4)).state is SampleState.PREDICTED
    assert edits.set_proposals(fresh, [], (4, 4)).size_hw == (4, 4)


def test_drawn_regions_are_cut_to_the_frame():
    after = edits.add(SAMPLE, Annotation(Box(-9, 50, 30, 99), 1, id="new"))
    assert after.find("new").region == Box(0, 50, 30, 60)
    assert edits.add(SAMPLE, Annotation(Box(90, 0, 99, 9), 1)) is SAMPLE
    after = edits.set_region(SAMPLE, "mask", Mask(78, 58, np.ones((9, 9), bool)))
    assert after.find("mask").region == Mask(78, 58, np.ones((2, 2), bool))
    after = edits.set_region(SAMPLE, "polygon", Polygon([[70, 5], [99, 5], [99, 50]]))
    assert after.find("polygon").region.points_xy.max() == 80


def test_several_annotations_are_pasted_at_once():
    pasted = [Annotation(Box(0, 0, 4, 4), 1), Annotation(Box(1, 1, 4, 4), 1)]
    assert len(edits.add(SAMPLE, pasted).annotations) == 5


def test_a_region_of_none_deletes():
    assert ids(edits.set_region(SAMPLE, "mask", None).annotations) == ["box", "polygon"]


def test_painting_begins_a_mask_and_goes_on_with_it():
    new = Annotation(Box(0, 0, 1, 1), 2, id="new")
    once = edits.paint(SAMPLE, new, Mask(0, 0, np.ones((2, 2), bool)))
    twice = edits.paint(once, new, Mask(2, 0, np.ones((2, 2), bool)))
    assert twice.find("new").region == Mask(0, 0, np.ones((2, 4), bool))
    assert len(twice.annotations) == 4
    assert edits.paint(twice, new, Mask(2, 0, np.ones((2, 2), bool))) is twice


def test_painting_over_can_take_pixels_from_other_masks():
    stroke = Mask(30, 30, np.ones((4, 3), bool))
    new = Annotation(Box(0, 0, 1, 1), 1, id="new")
    kept = edits.paint(SAMPLE, new, stroke, "keep")
    assert kept.find("mask") == MASK
    replaced = edits.paint(SAMPLE, new, stroke, "replace")
    assert replaced.find("mask").region == Mask(33, 30, np.ones((4, 2), bool))
    assert replaced.find("box") == BOX
    everything = Mask(0, 0, np.ones(SIZE, bool))
    assert set(ids(edits.paint(SAMPLE, new, everything, "replace").annotations)) == {"box", "new"}


def test_erasing_turns_a_polygon_into_the_pixels_that_remain():
    after = edits.erase(SAMPLE, {"polygon"}, Mask(40, 10, np.ones((2, 10), bool)))
    assert isinstance(after.find("polygon").region, Mask)
    assert box_of(after.find("polygon").region).y1 == 12
    assert edits.erase(SAMPLE, {"mask"}, Mask(0, 0, np.ones(SIZE, bool))).find("mask") is None


def test_the_stack_can_be_changed():
    front = edits.to_front(SAMPLE, {"box"})
    assert front.find("box").z > max(front.find(i).z for i in ("mask", "polygon"))
    back = edits.to_back(front, {"box"})
    assert back.find("box").z < min(back.find(i).z for i in ("mask", "polygon"))


def test_the_size_is_set():
    assert edits.set_size(SAMPLE, (5, 5)).size_hw == (5, 5)


@given(st.dictionaries(st.sampled_from(["box", "mask", "waiting", "none"]), st.integers(-90, 90)))
def test_several_regions_at_once_are_one_after_another(places):
    regions = {name: Box(x, 5, x + 20, 9) for name, x in places.items()}
    expected = SAMPLE
    for name in ("box", "mask", "waiting"):
        if name in regions:
            expected = edits.set_region(expected, name, regions[name])
    assert edits.set_regions(SAMPLE, regions) == expected


LINE = Annotation(Polyline([[10, 10], [30, 12], [30, 30]]), 1, id="line")
POINT = Annotation(Polyline([[79, 59]]), 1, id="point")
DRAWN = Sample(FrameId("a.jpg"), SIZE, (BOX, LINE, POINT))


def test_a_point_goes_to_the_very_border_and_no_further():
    moved = edits.move(DRAWN, ["point"], 50, 50).find("point")
    assert moved.region == Polyline([[80, 60]])
    both = edits.move(DRAWN, ["line", "point"], 50, -100)
    assert both.find("line").region == Polyline([[11, 0], [31, 2], [31, 20]])


def test_a_line_is_cut_at_the_border_and_gone_beyond_it():
    cut = edits.set_region(DRAWN, "line", Polyline([[-10, 10], [30, 10]]))
    assert cut.find("line").region == Polyline([[0, 10], [30, 10]])
    assert edits.set_region(DRAWN, "line", Polyline([[-10, 10], [-30, 10]])).find("line") is None
    outside = Annotation(Polyline([[99, 99]]), 1)
    assert edits.add(DRAWN, outside) is DRAWN


def test_what_is_painted_over_a_line_leaves_it():
    stroke = Mask(5, 5, np.ones((40, 40), bool))
    painted = edits.paint(DRAWN, replace(MASK, id="new"), stroke, "replace")
    assert painted.find("line") == LINE
    assert edits.erase(DRAWN, {"line", "point"}, stroke) is DRAWN
