import numpy as np
import pytest

from engine.checks.traits import layout_of, layout_of_map, traits_of
from engine.values import Annotation, Box, Mask, Polygon

RING = np.array([(10, 5), (30, 5), (30, 15), (10, 15)], np.float32)


@pytest.mark.parametrize(
    "region", [Box(10, 5, 30, 15), Polygon(RING), Mask(10, 5, np.ones((10, 20), bool))]
)
def test_every_kind_of_region_is_drawn_where_it_is(region):
    layout = layout_of([Annotation(region, 3)], (20, 40))
    rows, columns = np.nonzero(layout.areas)
    assert layout.areas.max() == 3
    assert abs(rows.min() - 5) <= 1
    assert abs(rows.max() - 14) <= 1
    assert abs(columns.min() - 10) <= 1
    assert abs(columns.max() - 29) <= 1
    assert layout.outline.any()


def test_small_objects_are_drawn_over_large_ones():
    large, small = Annotation(Box(0, 0, 40, 20), 1), Annotation(Box(10, 5, 20, 10), 2)
    for order in ([large, small], [small, large]):
        assert layout_of(order, (20, 40)).areas[7, 15] == 2


def test_objects_over_the_edge_and_huge_pictures_are_drawn_small():
    layout = layout_of([Annotation(Box(-50, 10, 50_000, 9_000), 1)], (10_000, 40_000))
    assert max(layout.areas.shape) <= 512


def test_the_outline_of_a_map_lies_on_both_sides():
    outline = layout_of_map(np.array([[0, 0, 1, 1]], np.uint8)).outline
    assert outline.tolist() == [[0, 1, 1, 0]]


def test_a_blank_picture_tells_nothing():
    blank, ids = np.full((30, 30, 3), 9, np.uint8), np.eye(30, dtype=np.uint8)
    assert not traits_of(blank, layout_of_map(ids)).is_telling
    busy = np.random.default_rng(0).integers(0, 255, (30, 30, 3), np.uint8)
    assert traits_of(busy, layout_of_map(ids)).is_telling
    assert not traits_of(busy, layout_of_map(ids * 0)).is_telling
