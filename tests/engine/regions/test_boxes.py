import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.regions import boxes

corner = st.floats(-50, 150, width=32)
box = st.tuples(corner, corner, st.floats(0.125, 60, width=32), st.floats(0.125, 60, width=32)).map(
    lambda v: (v[0], v[1], v[0] + v[2], v[1] + v[3])
)
few = settings(max_examples=40, deadline=None)


@few
@given(st.lists(box, max_size=4), st.lists(box, max_size=4))
def test_overlap_is_symmetric_and_a_fraction(a, b):
    overlap = boxes.iou(a, b)
    assert overlap.shape == (len(a), len(b))
    assert np.array_equal(overlap, boxes.iou(b, a).T)
    assert ((overlap >= 0) & (overlap <= 1)).all()


@few
@given(box)
def test_a_box_overlaps_itself_fully(a):
    assert boxes.iou([a], [a])[0, 0] > 0.999


@few
@given(st.lists(box, max_size=4))
def test_clipping_twice_is_clipping_once(a):
    once = boxes.clip(a, (80, 100))
    assert np.array_equal(once, boxes.clip(once, (80, 100)))
    assert (once >= 0).all()


@few
@given(st.lists(box, max_size=4))
def test_other_layouts_come_back(a):
    a = boxes.as_boxes(a)
    assert np.allclose(boxes.cxcywh_to_xyxy(boxes.xyxy_to_cxcywh(a)), a, atol=1e-3)


def test_boxes_without_area_overlap_nothing():
    assert boxes.iou([(3, 3, 3, 9)], [(0, 0, 9, 9), (3, 3, 3, 9)]).tolist() == [[0, 0]]
