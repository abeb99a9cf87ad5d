import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.layers.anchors import kmeans_anchors, size_iou

sizes = hnp.arrays(
    np.float32, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(1, 500, width=32)
)


@settings(max_examples=30, deadline=None)
@given(sizes)
def test_anchors_lie_within_what_was_seen(boxes):
    anchors = kmeans_anchors(boxes, 6, np.random.default_rng(0))
    assert anchors.shape == (6, 2)
    assert (anchors >= 0.49 * boxes.min(axis=0)).all()
    assert (anchors <= 1.51 * boxes.max(axis=0)).all()


@settings(max_examples=30, deadline=None)
@given(sizes)
def test_a_size_overlaps_itself_fully(boxes):
    iou = size_iou(boxes.astype(np.float64), boxes.astype(np.float64))
    np.testing.assert_allclose(iou.diagonal(), 1)
    np.testing.assert_allclose(iou, iou.T)
