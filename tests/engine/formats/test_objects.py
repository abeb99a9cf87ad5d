from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formats.adapt import adapt
from engine.formats.objects import (
    GROUP,
    group_of,
    objects_of,
    one_outline,
    with_own_groups,
    without_group,
)
from engine.formats.registry import BOXES, MASKS, OUTLINES, Carries
from engine.formats.report import Report
from engine.regions.masks import join, mask_to_polygons, region_to_mask
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Sample

RING = Polygon([[0, 0], [4, 0], [4, 3]])
MASK = Mask(0, 0, np.ones((2, 2), bool))


def annotation(region, label_id, group, z):
    attributes = ((GROUP, group),) if group else ()
    return Annotation(region, label_id, z=z, attributes=attributes, id=str(z))


def test_parts_are_of_one_kind_label_and_group():
    found = objects_of(
        [
            annotation(RING, 1, "a", 5),
            annotation(RING, 1, "a", 0),
            annotation(RING, 2, "a", 1),
            annotation(MASK, 1, "a", 2),
            annotation(RING, 1, "", 3),
            annotation(Box(0, 0, 1, 1), 1, "a", 4),
            annotation(Box(0, 0, 1, 1), 1, "a", 6),
        ]
    )
    assert [[a.z for a in parts] for parts in found] == [[0, 5], [1], [2], [3], [4], [6]]


SIZE_HW = (20, 30)
LEFT, RIGHT = Polygon([[1, 2], [8, 2], [8, 9], [4, 5]]), Polygon([[12, 4], [20, 4], [15, 15]])
OVER = Polygon([[6, 3], [14, 3], [14, 8]])


def written(*regions, carries):
    """These parts of one object, adapted; and the report."""
    annotations = tuple(annotation(r, 1, "a", z) for z, r in enumerate(regions))
    report = Report()
    sample = Sample(FrameId("a.png"), SIZE_HW, annotations)
    found = adapt(sample, carries, (Label(1, "cat", (9, 9, 9)),), report)
    return found.annotations, report


def pixels(*regions):
    union = None
    for region in regions:
        union = join(union, region_to_mask(region, SIZE_HW))
    return union


@pytest.mark.parametrize("carries", [Carries(OUTLINES), Carries(OUTLINES, holes=False)])
@pytest.mark.parametrize("parts", [(LEFT, RIGHT), (RIGHT, LEFT, OVER), (pixels(LEFT, RIGHT),)])
def test_an_object_stays_one_where_there_are_no_groups(carries, parts):
    (found,), report = written(*parts, carries=carries)
    assert pixels(found.region) == pixels(*parts)
    assert [r.count for r in report.converted] == [1]


def test_holes_are_kept_where_a_format_has_none():
    hole = np.array([[3, 3], [6, 3], [6, 5], [4, 5]], np.float32)
    holed = Polygon(LEFT.points_xy, (hole,))
    for parts in ((holed,), (holed, RIGHT)):
        (found,), report = written(*parts, carries=Carries(OUTLINES, holes=False))
        assert not found.region.holes
        assert pixels(found.region) == pixels(*parts)
        assert "joined by lines" in report.converted[0].why


def test_boxes_are_drawn_around_all_parts():
    (found,), report = written(LEFT, RIGHT, carries=Carries(BOXES))
    assert found.region == Box(1, 2, 20, 15)
    assert found.attributes == ()
    assert [r.why for r in report.converted] == ["written as the box around it"]
    (found,), _ = written(LEFT, RIGHT, carries=Carries(OUTLINES, ring_points=4))
    assert len(found.region.points_xy) == 4
    inside = pixels(found.region)
    assert join(inside, pixels(LEFT, RIGHT)) == inside


def test_masks_of_all_parts_are_one_mask():
    (found,), _ = written(LEFT, RIGHT, carries=Carries(MASKS))
    assert found.region == pixels(LEFT, RIGHT)


def test_parts_stay_where_there_are_groups_or_they_melt_anyway():
    together, apart = Carries(OUTLINES, groups=True), Carries(MASKS, is_layered=False)
    for carries, counted in ((together, 1), (apart, 2)):
        found, report = written(LEFT, RIGHT, carries=carries)
        assert len(found) == 2
        assert sum(r.count for r in report.converted) + report.kept.total() == counted


def test_a_part_that_is_left_out_is_said():
    far = Polygon([[50, 2], [60, 2], [60, 9]])
    found, report = written(LEFT, far, carries=Carries(OUTLINES, groups=True, is_clipped=True))
    assert len(found) == 1
    assert [r.why for r in report.converted] == ["without a part: it lies outside the picture"]


@given(st.integers(0, 2**16))
def test_one_outline_covers_the_pixels_of_all(seed):
    random = np.random.default_rng(seed)
    mask = Mask(2, 3, random.random((12, 20)) > 0.6)
    parts = mask_to_polygons(mask)
    assert pixels(one_outline(parts)) == pixels(mask)


def test_what_is_added_is_no_part_of_another_object():
    there = [annotation(RING, 1, "1", 0), annotation(RING, 1, "a", 1)]
    new = [annotation(RING, 1, group, 2) for group in ("1", "1", "3", "", "a")]
    assert [group_of(a) for a in with_own_groups(new, there)] == ["2", "2", "3", None, "4"]
    assert with_own_groups(new, ()) == tuple(new)


def test_a_part_can_become_an_object_by_itself():
    part = replace(annotation(RING, 1, "1", 0), attributes=((GROUP, "1"), ("sex", "f")))
    assert without_group(part).attributes == (("sex", "f"),)
    alone = annotation(RING, 1, "", 0)
    assert without_group(alone) is alone
