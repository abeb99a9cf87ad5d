"""Edits of shapes on a Sample: which annotation gets what, and what stays as it is."""

import numpy as np
import pytest

from engine.annotations import shaping
from engine.regions.masks import region_to_mask
from engine.values import PERSON, Annotation, Box, FrameId, Mask, Polygon, Polyline, Sample

SQUARE = Polygon(np.array([[5, 5], [15, 5], [15, 15], [5, 15]], np.float32))
HOLED = Polygon(SQUARE.points_xy, (np.array([[8, 8], [12, 8], [12, 12], [8, 12]], np.float32),))
TWO = np.zeros((20, 6), np.bool_)
TWO[:4], TWO[10:12] = True, True
SAMPLE = Sample(
    FrameId("a"),
    (40, 50),
    annotations=(
        Annotation(Mask(10, 10, np.ones((10, 10), np.bool_)), 1, id="mask"),
        Annotation(SQUARE, 2, id="square", z=3),
        Annotation(HOLED, 2, id="holed"),
        Annotation(Mask(30, 5, TWO), 1, id="two"),
        Annotation(Box(2, 30, 20, 38), 1, id="box"),
    ),
    proposals=(Annotation(Mask(35, 30, np.ones((5, 5), np.bool_)), 1, "m", 0.5, id="waiting"),),
)
IDS = tuple(a.id for a in (*SAMPLE.annotations, *SAMPLE.proposals))
EVERY = (
    shaping.fill_holes,
    shaping.keep_largest,
    shaping.smooth,
    shaping.simplify,
    shaping.to_masks,
    shaping.to_polygons,
    shaping.split_parts,
    shaping.unite,
    shaping.subtract,
    shaping.intersect,
)


def area(sample, annotation_id):
    return region_to_mask(sample.find(annotation_id).region, sample.size_hw).pixels.sum()


@pytest.mark.parametrize("edit", EVERY)
def test_without_a_selection_or_with_unknown_ids_nothing_changes(edit):
    assert edit(SAMPLE, ()) is SAMPLE
    assert edit(SAMPLE, ("nobody", "none")) is SAMPLE


def test_united_they_are_the_first_one():
    after = shaping.unite(SAMPLE, ("square", "mask", "waiting"))
    square = after.find("square")
    assert (square.label_id, square.z) == (2, 3)
    assert after.find("mask") is None
    assert not after.proposals
    assert area(after, "square") == 100 + 100 - 25 + 25
    assert isinstance(square.region, Mask)  # Of two parts.


def test_a_polygon_stays_one_where_it_can():
    after = shaping.unite(SAMPLE, ("square", "mask"))
    assert isinstance(after.find("square").region, Polygon)
    assert area(after, "square") == 175


def test_subtracting_keeps_the_others():
    after = shaping.subtract(SAMPLE, ("mask", "square"))
    assert after.find("square") == SAMPLE.find("square")
    assert area(after, "mask") == 75
    assert shaping.subtract(SAMPLE, ("mask", "box")) is SAMPLE
    assert shaping.subtract(SAMPLE, ("holed", "square")) is SAMPLE  # Nothing would be left.


def test_intersected_they_are_what_they_share():
    after = shaping.intersect(SAMPLE, ("mask", "square"))
    assert after.find("mask").region == Mask(10, 10, np.ones((5, 5), np.bool_))
    assert after.find("square") is None
    assert shaping.intersect(SAMPLE, ("mask", "two")) is SAMPLE


def test_parts_become_annotations_of_the_same_label():
    after = shaping.split_parts(SAMPLE, ("two", "mask"))
    assert len(after.annotations) == len(SAMPLE.annotations) + 1
    assert area(after, "two") == 24
    new = after.annotations[-1]
    assert new.label_id == 1
    assert area(after, new.id) == 12
    assert after.find("mask") == SAMPLE.find("mask")


def test_holes_go_and_the_largest_part_stays():
    after = shaping.fill_holes(SAMPLE, ("holed",))
    assert after.find("holed").region == SQUARE
    assert area(shaping.keep_largest(SAMPLE, ("two",)), "two") == 24
    assert shaping.keep_largest(SAMPLE, ("mask", "box")) is SAMPLE


def test_growing_and_shrinking():
    assert area(shaping.grow(SAMPLE, ("mask",), 1), "mask") == 140
    assert area(shaping.grow(SAMPLE, ("mask",), -1), "mask") == 64
    assert shaping.grow(SAMPLE, ("box",), 1).find("box").region == Box(1, 29, 21, 39)


@pytest.mark.parametrize("annotation_id", ["square", "holed", "mask", "two", "box"])
def test_there_and_back_it_has_the_same_pixels(annotation_id):
    there = shaping.to_masks(SAMPLE, (annotation_id,))
    back = shaping.to_polygons(there, (annotation_id,))
    before = region_to_mask(SAMPLE.find(annotation_id).region, SAMPLE.size_hw)
    assert region_to_mask(there.find(annotation_id).region, SAMPLE.size_hw) == before
    assert region_to_mask(back.find(annotation_id).region, SAMPLE.size_hw) == before
    assert isinstance(back.find(annotation_id).region, Mask) == (annotation_id == "two")


def test_a_proposal_that_is_shaped_is_the_persons():
    after = shaping.grow(SAMPLE, ("waiting",), 1)
    assert not after.proposals
    assert (after.find("waiting").origin, after.find("waiting").score) == (PERSON, None)


@pytest.mark.parametrize("edit", EVERY)
def test_lines_and_points_stay_as_they_are(edit):
    lines = (
        Annotation(Polyline([[1, 1], [30, 30], [40, 5]]), 1, id="line"),
        Annotation(Polyline([[12, 12]]), 1, id="point"),
    )
    alone = Sample(FrameId("a"), (40, 50), lines)
    assert edit(alone, ("line", "point")) is alone
    mixed = Sample(FrameId("a"), (40, 50), (*lines, *SAMPLE.annotations))
    after = edit(mixed, ("line", "mask", "square", "point"))
    assert [after.find(each.id) for each in lines] == [*lines]
    expected = edit(SAMPLE, ("mask", "square"))
    assert after.find("mask").region == expected.find("mask").region


def test_a_line_does_not_grow():
    line = Annotation(Polyline([[1, 1], [30, 30]]), 1, id="line")
    sample = Sample(FrameId("a"), (40, 50), (line,))
    assert shaping.grow(sample, ("line",), 3) is sample
    assert shaping.make_hole(sample, "line", SQUARE) is sample


def test_what_is_split_off_is_an_object_by_itself():
    attributes = (("group", "1"), ("sex", "f"))
    two = Annotation(Mask(30, 5, TWO), 1, track=7, attributes=attributes, id="two")
    after = shaping.split_parts(Sample(FrameId("a"), (40, 50), (two,)), ["two"])
    found = [(a.track, a.attributes) for a in after.annotations]
    assert found == [(7, attributes), (None, (("sex", "f"),))]
