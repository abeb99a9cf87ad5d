"""Values are valid from birth, cannot be changed, and are compared by content."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from engine.values import (
    Annotation,
    Box,
    Frame,
    FrameId,
    Label,
    LabelMap,
    Mask,
    Polygon,
    Polyline,
    Sample,
    word_for,
)
from tests.make import make_frame, make_pixels, make_sample

TRIANGLE = np.array([[0, 0], [4, 0], [0, 4]], np.float32)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Label(255, "ignore", (0, 0, 0)),
        lambda: Label(-1, "cat", (0, 0, 0)),
        lambda: Label(1, "  ", (0, 0, 0)),
        lambda: Label(1, "cat", (0, 0, 256)),
        lambda: Box(4, 0, 4, 2),
        lambda: Box(0, 5, 3, 2),
        lambda: Polygon(TRIANGLE[:2]),
        lambda: Polygon(TRIANGLE * np.nan),
        lambda: Polygon(TRIANGLE, (TRIANGLE[:2],)),
        lambda: Mask(0, 0, np.zeros((0, 3), bool)),
        lambda: LabelMap(np.zeros((2, 2, 3), np.uint8)),
        lambda: Frame(FrameId("a"), np.zeros((4, 4), np.uint8)),
        lambda: Annotation(Box(0, 0, 1, 1), 256),
        lambda: Annotation(Box(0, 0, 1, 1), 1, score=1.5),
    ],
)
def test_what_makes_no_sense_cannot_be_made(make):
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_arrays_are_copied_and_read_only():
    pixels = make_pixels()
    frame = Frame(FrameId("a"), pixels)
    pixels[:] = 0
    assert frame.pixels.any()
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 1


def test_an_array_that_is_ours_already_is_not_copied_again():
    frame = make_frame()
    assert Frame(frame.id, frame.pixels).pixels is frame.pixels


def test_values_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Box(0, 0, 1, 1).x1 = 5


@pytest.mark.parametrize(
    "make",
    [
        make_frame,
        lambda: Polygon(TRIANGLE, (TRIANGLE / 2,)),
        lambda: Mask(1, 2, np.eye(3, dtype=bool)),
        lambda: LabelMap(np.eye(3)),
        make_sample,
    ],
)
def test_equal_content_is_equal_and_hashes_alike(make):
    assert make() == make()
    assert hash(make()) == hash(make())


def test_other_content_is_not_equal():
    assert Polygon(TRIANGLE) != Polygon(TRIANGLE, (TRIANGLE / 2,))
    assert Polygon(TRIANGLE) != Polygon(TRIANGLE + 1)
    assert Mask(0, 0, np.eye(3, dtype=bool)) != Mask(0, 1, np.eye(3, dtype=bool))
    assert make_frame() != make_frame(path="other.png")


def test_a_sample_finds_annotations_and_proposals_by_id():
    proposal = Annotation(Box(0, 0, 1, 1), 1, origin="unet32/x", score=0.5, id="waiting")
    sample = Sample(FrameId("a"), annotations=make_sample().annotations, proposals=(proposal,))
    assert sample.find("waiting") is proposal
    assert sample.find("box") is sample.annotations[0]
    assert sample.find("gone") is None


def test_annotations_get_ids_of_their_own():
    first, second = (Annotation(Box(0, 0, 1, 1), 1) for _ in range(2))
    assert first.id != second.id


def test_a_line_has_points_and_is_compared_by_them():
    line = Polyline([[1, 2], [3, 4]])
    assert line == Polyline(np.array([[1, 2], [3, 4]], np.float64))
    assert hash(line) == hash(Polyline([[1, 2], [3, 4]]))
    assert line != Polyline([[1, 2], [3, 5]])
    assert line != Polyline([[1, 2]])
    assert not line.points_xy.flags.writeable
    assert [word_for(r) for r in (line, Polyline([[1, 2]]), Box(0, 0, 1, 1))] == [
        "line",
        "point",
        "box",
    ]


@pytest.mark.parametrize("points", [[], [1, 2], [[1, 2, 3]], [[1, float("nan")]]])
def test_what_is_no_line_is_refused(points):
    with pytest.raises(ValueError, match="A line"):
        Polyline(points)


@pytest.mark.parametrize("place", [(0, 0), (640, 3), (1499, 999), None])
def test_a_large_mask_is_equal_to_one_with_the_very_same_pixels(place):
    pixels = np.zeros((1500, 1000), bool)
    mask = Mask(0, 0, pixels)
    if place is not None:
        pixels[place] = True
    assert (Mask(0, 0, pixels) == mask) is (place is None)
    assert Mask(0, 0, pixels[:-1]) != mask
