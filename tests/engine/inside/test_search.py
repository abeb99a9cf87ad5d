"""The regions of a grouping become pictures and boxes, level by level."""

import numpy as np
import pytest

from engine.inside.search import SearchedFrame, draw_boxes, draw_regions
from engine.region_proposals.propose import hierarchy


@pytest.fixture(scope="module")
def pixels():
    """Four quarters of one colour each."""
    picture = np.zeros((60, 80, 3), np.uint8)
    picture[:30, :40] = 250, 10, 10
    picture[:30, 40:] = 10, 250, 10
    picture[30:, :40] = 10, 10, 250
    picture[30:, 40:] = 240, 240, 10
    return picture


@pytest.fixture(scope="module")
def searched(pixels):
    return SearchedFrame.of(pixels, hierarchy(pixels))


def test_at_first_each_region_has_its_own_colour(searched, pixels):
    drawn = draw_regions(searched, searched.most, "mean")
    assert drawn.shape == (60, 80, 4)
    for y, x in ((10, 10), (10, 60), (50, 10), (50, 60)):
        assert np.abs(drawn[y, x, :3].astype(int) - pixels[y, x]).max() < 30


def test_in_the_end_all_is_one_without_a_border(searched, pixels):
    drawn = draw_regions(searched, 1, "mean")
    assert len(np.unique(drawn.reshape(-1, 4), axis=0)) == 1
    assert np.abs(drawn[0, 0, :3] - pixels.reshape(-1, 3).mean(axis=0)).max() < 2
    assert draw_boxes(searched, 1).boxes.tolist() == [[0, 0, 80, 60]]


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_as_many_boxes_as_regions_are_left_the_largest_at_the_bottom(searched, regions):
    boxes = draw_boxes(searched, regions).boxes
    assert len(boxes) == regions == len(np.unique(searched.ids_with(regions)))
    assert (np.diff((boxes[:, 2:] - boxes[:, :2]).prod(axis=1)) <= 0).all()


def test_without_a_fill_only_borders_cover_the_frame(searched):
    drawn = draw_regions(searched, searched.most, "none")
    assert 0 < (drawn[..., 3] > 0).mean() < 0.3
    assert not drawn[drawn[..., 3] == 0].any()


def test_more_regions_than_there_are_show_the_first_ones(searched):
    assert len(draw_boxes(searched, 10_000).boxes) == searched.most
    assert len(draw_boxes(searched, 10_000, most=2).boxes) == 2


def test_pictures_of_large_frames_are_small():
    pixels = np.zeros((1500, 3000, 3), np.uint8)
    pixels[:, 1500:] = 200
    searched = SearchedFrame.of(pixels, hierarchy(pixels))
    assert draw_regions(searched, 2, "distinct").shape == (512, 1024, 4)
    np.testing.assert_allclose(draw_boxes(searched, 1).boxes, [[0, 0, 3000, 1500]], atol=0.01)
