"""Objects from elsewhere: where they go, what is left out, and what they are from then on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.annotations import edits, pasting
from engine.values import PERSON, Annotation, Box, FrameId, Mask, Polygon, Polyline, Sample
from tests.make import make_sample

EMPTY = Sample(FrameId("other.png"), (48, 64))


def regions(placed):
    return [a.region for a in placed.annotations]


def test_on_another_picture_objects_are_where_they_were():
    found = pasting.beside(EMPTY, make_sample().annotations)
    assert regions(found) == [a.region for a in make_sample().annotations]
    assert not {a.id for a in found.annotations} & {"box", "mask"}


def test_the_very_same_object_is_moved_and_the_next_one_further():
    sample, box = make_sample(), make_sample().find("box")
    places = []
    for _ in range(3):
        placed = pasting.beside(sample, [box])
        places += regions(placed)
        sample = edits.add(sample, placed.annotations)
    assert places[0] == Box(14, 16, 30, 40)
    assert len(set(places)) == 3


def test_several_are_moved_together_though_only_one_is_there():
    box, other = Annotation(Box(4, 6, 20, 30), 1), Annotation(Box(10, 6, 20, 30), 1)
    sample = edits.add(EMPTY, box)
    moved = [Box(14, 16, 30, 40), Box(20, 16, 30, 40)]
    assert regions(pasting.beside(sample, [box, other])) == moved


def test_at_the_corner_it_moves_the_other_way():
    box = Annotation(Box(50, 40, 64, 48), 1)
    assert regions(pasting.beside(edits.add(EMPTY, box), [box])) == [Box(40, 30, 54, 38)]


def test_another_label_at_the_same_place_is_another_object():
    box = Annotation(Box(4, 6, 20, 30), 1)
    other = Annotation(Box(4, 6, 20, 30), 2)
    assert regions(pasting.beside(edits.add(EMPTY, box), [other])) == [other.region]


def test_what_lies_outside_is_cut_or_left_out_and_counted():
    outline = Polygon(np.array([[60, 40], [80, 40], [60, 60]], np.float32))
    far = Annotation(Mask(100, 100, np.ones((3, 3), bool)), 1)
    placed = pasting.beside(EMPTY, [Annotation(outline, 1), far, Annotation(Box(70, 1, 80, 9), 1)])
    assert placed.outside == 2
    assert placed.annotations[0].region.points_xy.max(axis=0).tolist() == [64, 48]


def test_who_pastes_a_proposal_has_drawn_it():
    proposal = Annotation(Box(1, 1, 9, 9), 1, "unet/x", 0.4, track=3, attributes=(("a", "b"),))
    (new,) = pasting.beside(EMPTY, [proposal]).annotations
    assert (new.origin, new.score, new.track, new.attributes) == (PERSON, None, 3, (("a", "b"),))


def test_a_track_is_not_there_twice():
    box = Annotation(Box(1, 1, 9, 9), 1, track=3)
    assert pasting.beside(edits.add(EMPTY, box), [box]).annotations[0].track is None


def test_of_the_previous_picture_only_what_is_not_there_comes():
    before = make_sample()
    here = edits.add(EMPTY, before.find("box"))
    placed = pasting.missing(here, before.annotations)
    assert regions(placed) == [before.find("mask").region]
    assert placed.there == 1
    assert not pasting.missing(edits.add(here, placed.annotations), before.annotations).annotations


@given(st.integers(0, 63), st.integers(0, 47), st.integers(1, 90), st.integers(1, 90))
def test_whatever_is_pasted_lies_in_the_frame(x, y, width, height):
    box = Annotation(Box(x, y, x + width, y + height), 1)
    sample = edits.add(EMPTY, pasting.beside(EMPTY, [box]).annotations)
    sample = edits.add(sample, pasting.beside(sample, [box]).annotations)
    for annotation in sample.annotations:
        x1, y1, x2, y2 = annotation.region.xyxy
        assert 0 <= x1 < x2 <= 64
        assert 0 <= y1 < y2 <= 48


def test_lines_and_points_are_pasted_beside_themselves_and_cut_at_the_frame():
    given = [
        Annotation(Polyline([[64, 48]]), 1),
        Annotation(Polyline([[60, 20], [90, 20]]), 1),
        Annotation(Polyline([[70, 20]]), 1),
    ]
    placed = pasting.beside(EMPTY, given)
    assert regions(placed) == [Polyline([[64, 48]]), Polyline([[60, 20], [64, 20]])]
    assert placed.outside == 1
    again = pasting.beside(edits.add(EMPTY, given[:1]), given[:1])
    assert regions(again) == [Polyline([[54, 38]])]


def grouped(x, group, id_):
    attributes = (("group", group),)
    return Annotation(
        Polygon([[x, 1], [x + 8, 1], [x, 9]]), 1, attributes=attributes, id=id_, origin="import"
    )


def test_a_copy_is_no_part_of_what_it_was_copied_from():
    sample = edits.add(EMPTY, [grouped(1, "1", "a"), grouped(20, "1", "b")])
    placed = pasting.beside(sample, sample.annotations)
    assert [a.attributes for a in placed.annotations] == [(("group", "2"),)] * 2
    elsewhere = pasting.beside(EMPTY, sample.annotations)
    assert [a.attributes for a in elsewhere.annotations] == [(("group", "1"),)] * 2


def test_a_part_that_is_missing_joins_the_part_that_is_there():
    before = [grouped(1, "1", "a"), grouped(20, "1", "b"), grouped(40, "2", "c")]
    sample = edits.add(EMPTY, [before[0], grouped(30, "2", "own")])
    placed = pasting.missing(sample, before)
    assert [a.attributes for a in placed.annotations] == [(("group", "1"),), (("group", "3"),)]
