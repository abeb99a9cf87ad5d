"""What a Format cannot hold is told from what is not there."""

from dataclasses import replace

import numpy as np
import pytest

from engine.formats.adapt import adapt, cannot_hold
from engine.formats.registry import BOXES, MASKS, OUTLINES, Carries
from engine.formats.report import Report
from engine.regions.masks import region_to_mask
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Polygon, Sample

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cell", (255, 0, 0)))
BOX = Annotation(Box(1, 1, 9, 9), 1)
TRIANGLE = Annotation(Polygon([[2, 2], [12, 2], [12, 8]]), 1)


def adapted(annotation, carries):
    report = Report()
    sample = Sample(FrameId("a.png"), (20, 40), (annotation,))
    return adapt(sample, carries, LABELS, report).annotations, report


@pytest.mark.parametrize(
    ("annotation", "carries", "why"),
    [
        (BOX, Carries(BOXES), ""),
        (BOX, Carries(MASKS, is_layered=False), "no outline"),
        (replace(BOX, label_id=IGNORE), Carries(BOXES), "ignored"),
        (replace(BOX, label_id=IGNORE), Carries(BOXES, ignored=True), ""),
        (replace(BOX, label_id=7), Carries(BOXES), "no label has the id 7"),
    ],
)
def test_what_has_no_place_is_said(annotation, carries, why):
    assert why in cannot_hold(annotation, carries, {0, 1})
    found, report = adapted(annotation, carries)
    assert bool(found) == (not why)
    assert [r.count for r in report.skipped] == [1] * (not found)


def test_what_is_cut_at_the_edge_is_said(tmp_path):
    found, report = adapted(replace(BOX, region=Box(30, 5, 50, 9)), Carries(BOXES, is_clipped=True))
    assert found[0].region == Box(30, 5, 40, 9)
    assert report.converted[0].why == "cut at the edge of the picture"
    _, report = adapted(replace(BOX, region=Box(50, 5, 60, 9)), Carries(BOXES, is_clipped=True))
    assert report.skipped[0].why == "it lies outside the picture"
    _, report = adapted(BOX, Carries(BOXES, is_clipped=True))
    assert report.kept == {"a.png": 1}


def test_background_is_an_area_but_no_object():
    hole = Annotation(Mask(3, 3, np.ones((2, 2), bool)), 0)
    assert adapted(hole, Carries(MASKS, is_layered=False))[0]
    found, report = adapted(hole, Carries(MASKS))
    assert not found
    assert "background" in report.skipped[0].why


def test_a_change_of_shape_is_said():
    found, report = adapted(TRIANGLE, Carries(BOXES))
    assert found[0].region == Box(2, 2, 12, 8)
    assert report.converted[0].what == "polygon"
    assert report.converted[0].why == "written as the box around it"


def test_only_attributes_of_the_names_that_a_format_has_are_kept():
    carries = Carries(
        BOXES, attributes=frozenset({"difficult"}), sample_attributes=frozenset({"gsd"})
    )
    pairs = (("difficult", "1"), ("pose", "left"))
    annotation = Annotation(Box(1, 2, 3, 4), 1, attributes=pairs)
    about = (("gsd", "0.5"), ("weather", "rain"))
    report = Report()
    sample = Sample(FrameId("a.png"), (9, 9), (annotation,), attributes=about)
    adapted = adapt(sample, carries, LABELS, report)
    assert adapted.annotations[0].attributes == (("difficult", "1"),)
    assert adapted.attributes == (("gsd", "0.5"),)
    assert [r.why for r in report.converted] == [
        "without its attributes",
        "without its attributes (weather)",
    ]


def cut(*regions, carries):
    """These in a picture of 8 x 6, and the report."""
    annotations = tuple(Annotation(region, 1) for region in regions)
    report = Report()
    sample = Sample(FrameId("a.png"), (6, 8), annotations)
    return [a.region for a in adapt(sample, carries, LABELS, report).annotations], report


def test_what_leaves_the_picture_is_cut_and_said():
    (box,), report = cut(Box(-2, 1, 3, 9), Box(8, 0, 9, 2), carries=Carries(BOXES, is_clipped=True))
    assert box == Box(0, 1, 3, 6)
    assert [r.why for r in report.converted] == ["cut at the edge of the picture"]
    assert [r.why for r in report.skipped] == ["it lies outside the picture"]


def test_a_cut_outline_covers_the_pixels_that_it_covered():
    u_shape = [[-4, 1], [4, 1], [4, 2], [-2, 2], [-2, 4], [9, 4], [9, 7], [-4, 7]]
    inner, across = Polygon([[1, 1], [3, 1], [3, 5]]), Polygon([[6, -3], [12, 3], [6, 9], [0, 3]])
    carries = Carries(OUTLINES, is_clipped=True)
    for region in (Polygon(u_shape), across):
        (found,), report = cut(region, carries=carries)
        assert found.points_xy.min() >= 0
        assert (found.points_xy <= (8, 6)).all()
        assert region_to_mask(found, (6, 8)) == region_to_mask(region, (6, 8))
        assert len(report.converted) == 1
    holes = [[[1, 1], [3, 1], [3, 3]], [[5, 2], [9, 2], [9, 5]], [[9, 1], [10, 1], [10, 2]]]
    holed = Polygon(
        [[0, 0], [12, 0], [12, 6], [0, 6]], tuple(np.array(h, np.float32) for h in holes)
    )
    (found,), _ = cut(holed, carries=carries)
    assert len(found.holes) == 2
    assert region_to_mask(found, (6, 8)) == region_to_mask(holed, (6, 8))
    found, report = cut(inner, carries=carries)
    assert found == [inner]
    assert not report.converted


def test_what_else_an_object_loses_is_said():
    annotation = replace(BOX, score=0.5, track=3, attributes=(("group", "4"), ("pose", "left")))
    (found,), report = adapted(annotation, Carries(BOXES))
    assert (found.score, found.track, found.attributes) == (None, None, ())
    assert report.converted[0].why == "without its score and track and attributes"
    full = Carries(BOXES, scores=True, tracks=True, attributes=True, groups=True)
    assert adapted(annotation, full)[0] == (annotation,)
