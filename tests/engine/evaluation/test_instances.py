import numpy as np
import pytest

from engine.evaluation.boundary import band, band_width
from engine.evaluation.instances import (
    PictureMasks,
    boundary_overlaps,
    mask_overlaps,
    score_instances,
)
from engine.regions.run_lengths import rle_encode
from engine.values import Mask

SIZE = (100, 100)


def square(left, top, side=40):
    return Mask(left, top, np.ones((side, side), bool))


def objects(*masks, scores=None):
    indices = np.zeros(len(masks), np.int64)
    return PictureMasks(
        SIZE, masks, indices, None if scores is None else np.array(scores, np.float32)
    )


def test_crops_and_run_lengths_are_the_same():
    crops = objects(square(10, 10), square(50, 40))
    texts = objects(*(rle_encode(mask, SIZE) for mask in crops.masks))
    np.testing.assert_array_equal(mask_overlaps(crops, texts), np.diag([1.0, 1.0]))


def test_a_perfect_mask_scores_one_and_its_border_too():
    found, truth = objects(square(20, 20), scores=[0.9]), objects(square(20, 20))
    for kind in ("segm", "boundary"):
        scores = score_instances([found], [truth], 1, kind=kind)
        assert scores.ap == pytest.approx(1)


def test_a_moved_border_costs_more_than_the_mask_does():
    found, truth = objects(square(22, 20), scores=[0.9]), objects(square(20, 20))
    masks = score_instances([found], [truth], 1)
    borders = score_instances([found], [truth], 1, kind="boundary")
    assert borders.ap < masks.ap


def test_the_border_is_the_band_that_label_maps_are_scored_by():
    """Away from the picture's edge, where the two definitions agree."""
    found, truth = objects(square(23, 20)), objects(square(20, 20))
    drawn = np.zeros((2, *SIZE), bool)
    drawn[0, 20:60, 23:63] = drawn[1, 20:60, 20:60] = True
    one, other = (band(mask, band_width(SIZE)) for mask in drawn)
    expected = (one & other).sum() / (one | other).sum()
    assert boundary_overlaps(found, truth)[0, 0] == pytest.approx(expected)


def test_no_objects_have_no_overlaps():
    assert mask_overlaps(objects(), objects(square(0, 0))).shape == (0, 1)


def test_labels_must_be_as_many_as_masks():
    with pytest.raises(ValueError, match="2 masks"):
        PictureMasks(SIZE, [square(0, 0), square(5, 5)], np.zeros(1, np.int64))
