"""Figures that were counted by hand."""

import numpy as np
import pytest

from engine.annotations.emptiness import mark_empty
from engine.insight import measures
from engine.insight.tables import area_of, read_tables
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    FrameId,
    Label,
    Mask,
    Polygon,
    Polyline,
    Sample,
    SampleState,
)

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cat", (9, 0, 0)), Label(2, "dog", (0, 9, 0)))
SQUARE = Polygon([[10, 10], [30, 10], [30, 30], [10, 30]], ([[15, 15], [20, 15], [20, 20]],))


@pytest.fixture
def tables():
    samples = [
        Sample(
            FrameId("a"),
            (100, 100),
            (Annotation(Box(0, 0, 50, 50), 1), Annotation(SQUARE, 2)),
            (Annotation(Box(0, 0, 5, 5), 1, score=0.5),),
            SampleState.CORRECTED,
        ),
        Sample(
            FrameId("b"),
            (50, 200),
            (Annotation(Mask(0, 0, np.eye(10, dtype=bool)), 1), Annotation(SQUARE, IGNORE)),
            state=SampleState.VERIFIED,
        ),
        mark_empty(Sample(FrameId("c"), (10, 10), state=SampleState.VERIFIED)),
        Sample(FrameId("d")),
    ]
    return read_tables(samples, LABELS)


def rows(one):
    return [r.tolist() for r in one.rows]


def test_areas_leave_out_holes():
    assert area_of(SQUARE) == 400 - 12.5
    assert area_of(Box(1, 2, 3, 6)) == 8
    assert area_of(Mask(5, 5, np.eye(3, dtype=bool))) == 3


def test_objects_by_label_and_state(tables):
    bars = measures.by_label(tables)
    assert bars.names == ("cat", "dog", "ignored")
    assert bars.parts == ("new", "predicted", "labelled", "corrected", "verified", "skipped")
    assert bars.counts.tolist() == [[0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0]]
    assert rows(bars) == [[0, 1], [0], [1]]


def test_parts_of_one_object_count_once():
    together = (("group", "7"),)
    parts = [Annotation(Box(x, 0, x + 5, 5), 1, attributes=together) for x in (0, 10)]
    alone = Annotation(Box(20, 0, 25, 5), 1)
    tables = read_tables([Sample(FrameId("a"), (50, 50), (*parts, alone))], LABELS)
    assert measures.by_label(tables).counts.sum() == 2
    assert measures.objects_per_picture(tables).names[-1] == "2"
    assert measures.box_shapes(tables).x.tolist() == [5, 5, 5]


def test_pictures_by_state(tables):
    bars = measures.by_state(tables)
    assert dict(zip(bars.names, bars.counts.tolist(), strict=True)) == {
        "new": 1,
        "predicted": 0,
        "labelled": 0,
        "corrected": 1,
        "verified": 2,
        "skipped": 0,
        "empty": 1,
    }
    assert rows(bars)[-1] == [2]


def test_objects_per_picture_are_whole_numbers(tables):
    bars = measures.objects_per_picture(tables)
    assert bars.names == ("0", "1", "2")
    assert bars.counts.tolist() == [2, 0, 2]
    assert rows(bars) == [[2, 3], [], [0, 1]]


def test_sizes_are_shares_of_the_picture(tables):
    bars = measures.box_sizes(tables)
    # The box is half as wide and high as its picture: its side is 50 % of the picture's.
    (bin_of_half,) = [n for n, r in enumerate(rows(bars)) if n == int(50 / (100 / measures.BINS))]
    assert 0 in rows(bars)[bin_of_half]
    assert bars.counts.sum() == 4
    assert measures.mask_areas(tables).counts.sum() == 3


def test_positions_are_middles_from_the_top_left(tables):
    grid = measures.positions(tables, side=4)
    assert grid.counts.sum() == 4
    assert grid.counts[1, 1] == 1  # (25, 25) of 100 x 100
    assert grid.counts[0, 0] == 2  # (20, 20) of 100 x 100; (5, 5) of 200 wide and 50 high
    assert grid.rows[0].tolist() == [0, 1]


def test_labels_that_meet(tables):
    grid = measures.together(tables)
    assert grid.names == ("cat", "dog")
    assert grid.counts.tolist() == [[2, 1], [1, 1]]
    assert [r.tolist() for r in grid.rows] == [[0, 1], [0], [0], [0]]


def test_points_name_their_pictures(tables):
    sizes = measures.picture_sizes(tables)
    assert (sizes.x.tolist(), sizes.y.tolist()) == ([100, 200, 10], [100, 50, 10])
    assert sizes.rows.tolist() == [0, 1, 2]
    assert measures.box_shapes(tables).rows.tolist() == [0, 0, 1, 1]


def test_a_dataset_of_nothing_has_empty_figures():
    tables = read_tables([], LABELS)
    for measure in (
        measures.by_label,
        measures.by_state,
        measures.objects_per_picture,
        measures.box_sizes,
        measures.mask_areas,
        measures.positions,
        measures.together,
    ):
        assert measure(tables).counts.sum() == 0
    assert len(measures.picture_sizes(tables).x) == 0


def test_lines_are_counted_but_have_no_size():
    drawn = (Annotation(Polyline([[1, 1], [5, 9]]), 1), Annotation(Polyline([[1, 1]]), 1))
    tables = read_tables([Sample(FrameId("a"), (100, 100), drawn)], LABELS)
    assert measures.by_label(tables).counts.sum() == 2
    assert measures.box_sizes(tables).counts.sum() == 0
    assert measures.mask_areas(tables).counts.sum() == 0
    assert len(measures.box_shapes(tables).x) == 0
    assert area_of(drawn[0].region) == 0
