"""Samples cut and scaled: every pixel and corner where it must be, by hand and at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export.options import ExportOptions, Tiles
from engine.export.pieces import cut, pieces, scaled_size, starts
from engine.formats.adapt import GROUP
from engine.formats.report import Report
from engine.regions.masks import box_of, region_to_mask
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Sample

few = settings(max_examples=40, deadline=None)


def made(region, size_hw, **options):
    report = Report()
    sample = Sample(FrameId("a.png"), size_hw, (Annotation(region, 1),))
    return list(pieces(sample, ExportOptions("txt", **options), report, "a.png")), report


def test_the_size_is_whole_pixels_and_never_grows():
    assert scaled_size((30, 40), 0) == (30, 40)
    assert scaled_size((30, 40), 100) == (30, 40)
    assert scaled_size((301, 400), 200) == (150, 200)
    assert scaled_size((1, 4000), 16) == (1, 16)


@few
@given(st.integers(1, 200), st.integers(16, 64), st.integers(0, 15))
def test_tiles_cover_the_picture_and_end_with_it(length, size, overlap):
    found = starts(length, size, overlap)
    covered = {x for start in found for x in range(start, min(start + size, length))}
    assert covered == set(range(length))
    assert found[-1] + size == max(length, size)
    assert found == sorted(set(found))


def test_geometry_is_scaled_by_each_axis_own_factor():
    (piece,), _ = made(Box(10, 7, 20, 14), (301, 400), longest_side=200)
    assert piece.sample.size_hw == (150, 200)
    (box,) = piece.sample.annotations
    assert box.region.xyxy == pytest.approx((5, 7 * 150 / 301, 10, 14 * 150 / 301))
    hole = np.array([[4, 4], [8, 4], [8, 8]], np.float32)
    (piece,), _ = made(Polygon([[0, 0], [20, 0], [20, 20]], (hole,)), (40, 40), longest_side=20)
    (polygon,) = piece.sample.annotations
    assert polygon.region == Polygon([[0, 0], [10, 0], [10, 10]], (hole / 2,))


def test_a_smaller_mask_is_what_lies_under_its_pixels_centres():
    pixels = np.zeros((2, 4), bool)
    pixels[1, 1] = pixels[1, 3] = True
    # In 4 -> 2 the centre of pixel 0 lies on the edge between old 0 and 1, which belongs to 1.
    (piece,), _ = made(Mask(0, 0, pixels), (16, 32), longest_side=16)
    (mask,) = piece.sample.annotations
    assert mask.region == Mask(0, 0, np.ones((1, 2), bool))
    (piece,), report = made(Mask(0, 0, np.ones((1, 1), bool)), (16, 32), longest_side=16)
    assert piece.sample.annotations == ()
    assert report.skipped[0].why == "it is less than a pixel at the smaller size"


@pytest.mark.parametrize("shape", [(1, 8), (8, 1)])
def test_a_thin_mask_that_lies_between_the_centres_is_gone(shape):
    (piece,), report = made(Mask(0, 0, np.ones(shape, bool)), (32, 32), longest_side=16)
    assert piece.sample.annotations == ()
    assert len(report.skipped) == 1


@pytest.mark.parametrize(
    "region",
    [
        Box(18, 21, 26, 30),
        Polygon([[18, 21], [26, 21], [26, 30], [18, 30]]),
        Mask(18, 21, np.ones((9, 8), bool)),
    ],
)
def test_a_region_moves_with_its_tile(region):
    *_, last = made(region, (32, 32), tiles=Tiles(16))[0]
    (annotation,) = last.sample.annotations
    assert box_of(annotation.region) == Box(2, 5, 10, 14)


@few
@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 30), st.integers(1, 30))
def test_the_tiles_of_a_mask_are_the_mask_again(left, top, width, height):
    mask = Mask(left, top, np.ones((height, width), bool))
    before = region_to_mask(mask, (40, 40))
    found, _ = made(mask, (40, 40), tiles=Tiles(16))
    after = np.zeros((40, 40), bool)
    for piece in found:
        x, y = piece.rect[:2]
        for annotation in piece.sample.annotations:
            part = annotation.region
            h, w = part.pixels.shape
            after[y + part.top : y + part.top + h, x + part.left : x + part.left + w] |= part.pixels
    full = np.zeros((40, 40), bool)
    h, w = before.pixels.shape
    full[before.top : before.top + h, before.left : before.left + w] = before.pixels
    assert (after == full).all()


@few
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=7, unique=True)
)
def test_an_outline_cut_in_two_covers_the_same_pixels(points):
    # No corner or edge goes through the centre of a pixel.
    polygon = Polygon(np.array(points, np.float32) * 0.937 + 0.1131)
    whole = region_to_mask(polygon, (40, 40))
    area = 0 if whole is None else int(whole.pixels.sum())
    parts = [*cut(polygon, (0, 0, 20, 40)), *cut(polygon, (20, 0, 40, 40))]
    masks = [region_to_mask(part, (40, 40)) for part in parts]
    assert sum(int(m.pixels.sum()) for m in masks if m is not None) == area


def test_an_outline_that_falls_apart_stays_one_object_and_its_hole_open():
    hole = np.array([[3, 3], [5, 3], [5, 5]], np.float32)
    u = Polygon([[2, 2], [6, 2], [6, 20], [12, 20], [12, 2], [14, 2], [14, 24], [2, 24]], (hole,))
    (above, below), report = made(u, (32, 16), tiles=Tiles(16))
    left, right = sorted(above.sample.annotations, key=lambda a: a.region.points_xy.min())
    assert len(left.region.holes) == 1
    assert right.region.points_xy.min(axis=0).tolist() == [12, 2]
    assert dict(left.attributes)[GROUP] == dict(right.attributes)[GROUP]
    (one,) = below.sample.annotations
    assert GROUP not in dict(one.attributes)
    assert one.region.points_xy.max(axis=0).tolist() == [14, 8]
    assert [r.why for r in report.converted] == ["cut at the edge of a tile"] * 2


def test_next_to_nothing_is_nothing():
    tile = (16, 0, 32, 32)
    assert cut(Box(0, 0, 16.005, 10), tile) == []
    assert cut(Box(20, 31.995, 30, 40), tile) == []
    assert cut(Box(0, 0, 17, 10), tile) == [Box(16, 0, 17, 10)]
    # One arm ends in the tile, another only lies along its edge, which is a line.
    arms = Polygon([[8, 2], [20, 2], [20, 6], [12, 6], [12, 20], [16, 20], [16, 26], [8, 26]])
    (part,) = cut(arms, tile)
    assert part.points_xy.min(axis=0).tolist() == [16, 2]


def test_the_picture_is_cut_as_its_labels_are():
    picture = np.arange(40 * 60 * 3, dtype=np.uint8).reshape(40, 60, 3)
    found, _ = made(Box(1, 1, 9, 9), (40, 60), tiles=Tiles(32, 8))
    assert [piece.name for piece in found] == [
        "_x0_y0",
        "_x24_y0",
        "_x28_y0",
        "_x0_y8",
        "_x24_y8",
        "_x28_y8",
    ]
    for piece in found:
        left, top, right, bottom = piece.rect
        assert (piece.pixels(picture) == picture[top:bottom, left:right]).all()
    (small,), _ = made(Box(1, 1, 9, 9), (40, 60), longest_side=30)
    assert small.pixels(picture).shape == (20, 30, 3)
    even = np.zeros((40, 60, 3), np.uint8)
    even[:, 30:] = 200
    assert (small.pixels(even)[:, 15:] == 200).all(), "made smaller, not cut"
