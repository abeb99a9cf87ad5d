import numpy as np

from engine.annotations.transforming import transform
from engine.regions.transforms import scaling, turning
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Sample

MASK = Annotation(Mask(10, 10, np.ones((10, 20), np.bool_)), 1, id="mask")
BOX = Annotation(Box(40, 10, 60, 20), 1, id="box")
WAITING = Annotation(Box(40, 40, 60, 50), 2, origin="model", score=0.5, id="waiting")
SAMPLE = Sample(FrameId("a"), (60, 80), (MASK, BOX), (WAITING,))


def test_only_those_named_change_and_a_proposal_becomes_an_annotation() -> None:
    after = transform(SAMPLE, ("box", "waiting"), scaling(Box(40, 10, 60, 50), Box(40, 10, 50, 30)))
    assert after.find("mask") == MASK
    assert after.find("box").region == Box(40, 10, 50, 15)  # type: ignore[union-attr]
    assert not after.proposals
    assert after.find("waiting").origin == "person"  # type: ignore[union-attr]


def test_what_would_vanish_stays() -> None:
    thin = np.zeros((1, 9), np.bool_)
    thin[0, 1] = True
    kept = Annotation(Mask(0, 0, thin | True), 1, id="kept")
    sample = Sample(FrameId("a"), (60, 80), (kept,))
    affine = scaling(Box(0, 0, 80, 60), Box(0.6, 0.6, 0.7, 0.7))
    assert transform(sample, ("kept",), affine).find("kept") is not None


def test_a_turn_at_the_border_keeps_the_shape() -> None:
    beside = Annotation(Box(0, 0, 30, 10), 1, id="a")
    sample = Sample(FrameId("a"), (60, 80), (beside,))
    region = transform(sample, ("a",), turning((15, 5), 45)).annotations[0].region
    assert isinstance(region, Polygon)
    sides = np.linalg.norm(region.points_xy - np.roll(region.points_xy, 1, axis=0), axis=1)
    assert np.allclose(sorted(sides), [10, 10, 30, 30], atol=1e-3)


def test_what_has_no_room_is_cut_at_the_border() -> None:
    wide = Annotation(Box(0, 25, 80, 35), 1, id="a")
    sample = Sample(FrameId("a"), (60, 80), (wide,))
    region = transform(sample, ("a",), turning((40, 30), 90)).annotations[0].region
    assert isinstance(region, Box)
    assert np.allclose(region.xyxy, (35, 0, 45, 60))


def test_nothing_named_changes_nothing() -> None:
    assert transform(SAMPLE, (), turning((0, 0), 90)) is SAMPLE
