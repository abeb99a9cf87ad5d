"""Regions over one another as maps, whole and a strip at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions import map_strips
from engine.regions.map_strips import label_map_of, strips_of
from engine.regions.masks import masks_of
from engine.values import IGNORE, Annotation, Box, LabelMap, Mask, Polygon, Polyline

few = settings(max_examples=40, deadline=None)


@few
@given(arrays(np.uint8, (6, 7), elements=st.sampled_from([0, 1, 2, IGNORE])))
def test_a_label_map_comes_back_from_its_masks(ids):
    annotations = [Annotation(mask, i) for i, mask in masks_of(LabelMap(ids)).items()]
    assert label_map_of(annotations, (6, 7)) == LabelMap(ids)


def test_higher_z_covers_lower():
    low, high = Annotation(Box(0, 0, 3, 1), 1), Annotation(Box(1, 0, 2, 1), 2, z=1)
    assert label_map_of([high, low], (1, 4)).ids.tolist() == [[1, 2, 1, 0]]
    assert label_map_of([high], (1, 3), background=IGNORE).ids.tolist() == [[255, 2, 255]]


@pytest.mark.parametrize("pixels", [1, 60, 200])
def test_strips_are_the_rows_of_the_whole(monkeypatch, pixels):
    stack = [
        (Polygon([[-3, -2], [25, 4], [12, 33]], ([[8, 6], [14, 8], [11, 16]],)), 7),
        (Mask(-2, 9, np.eye(12, dtype=bool)), 300),
        (Mask(15, 25, np.ones((9, 9), bool)), 2),
        (Box(2.4, 3.6, 9.5, 12.5), 5),
        (Polyline([[0, 0], [19, 29]]), 9),
        (Mask(40, 40, [[True]]), 8),
    ]
    (whole,) = strips_of(stack, (30, 20), 1)
    assert (whole.dtype, sorted(np.unique(whole))) == (np.uint16, [1, 2, 5, 7, 300])
    monkeypatch.setattr(map_strips, "PIXELS", pixels)
    strips = list(strips_of(stack, (30, 20), 1))
    assert len(strips) == -(-30 // max(pixels // 20, 1))
    assert np.array_equal(np.concatenate(strips), whole)
