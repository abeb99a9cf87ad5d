import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.pipeline.tidy import check_only, tidied
from engine.thresholds import Thresholds
from engine.values import IGNORE, Box, Detection, FrameId, Label, LabelMap, Mask, Prediction

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cat", (1, 1, 1)), Label(2, "dog", (2, 2, 2)))


def of_map(ids: np.ndarray, labels: tuple[Label, ...] = LABELS) -> Prediction:
    return Prediction(FrameId("a"), ids.shape, labels, label_map=LabelMap(ids))


def tidy_map(ids: np.ndarray, labels: tuple[Label, ...] = LABELS, **wanted: object) -> np.ndarray:
    prediction = tidied(of_map(ids, labels), Thresholds(**wanted))
    assert prediction.label_map is not None
    return prediction.label_map.ids


def ring() -> np.ndarray:
    ids = np.zeros((40, 40), np.uint8)
    ids[5:30, 5:30] = 1
    ids[10:20, 10:20] = 0
    return ids


def test_wanting_nothing_gives_the_very_same() -> None:
    prediction = of_map(ring())
    assert tidied(prediction, Thresholds(conf=0.7)) is prediction


def test_a_hole_is_filled_and_a_bay_is_not() -> None:
    ids = ring()
    ids[25:30, 12:15] = 0
    filled = tidy_map(ids, fills_holes=True)
    assert (filled[10:20, 10:20] == 1).all()
    assert (filled[25:30, 12:15] == 0).all()


def test_what_two_labels_enclose_is_no_hole() -> None:
    ids = ring()
    ids[5:30, 5:10] = 2
    assert np.array_equal(tidy_map(ids, fills_holes=True), ids)


def test_a_hole_at_the_border_of_the_picture_stays() -> None:
    ids = np.ones((20, 20), np.uint8)
    ids[0:4, 8:12] = 0
    assert np.array_equal(tidy_map(ids, fills_holes=True), ids)


def test_small_areas_become_what_is_around_them() -> None:
    ids = ring()
    ids[35:37, 35:37] = 1
    ids[7:9, 7:9] = 2
    tidy = tidy_map(ids, least_area=5)
    assert (tidy[35:37, 35:37] == 0).all()
    assert (tidy[7:9, 7:9] == 1).all()
    assert np.array_equal(tidy[10:20, 10:20], ids[10:20, 10:20]), "background has no least area"


def test_a_picture_of_one_small_label_stays() -> None:
    ids = np.ones((3, 3), np.uint8)
    assert np.array_equal(tidy_map(ids, least_area=100), ids)


def test_labels_not_asked_for_are_background_or_unknown() -> None:
    ids = ring()
    ids[0, :] = 2
    assert set(np.unique(tidy_map(ids, only=("cat",)))) == {0, 1}
    named = (Label(0, "sky", (0, 0, 0)), *LABELS[1:])
    assert set(np.unique(tidy_map(ids, named, only=("cat",)))) == {1, IGNORE}


def test_detections_are_left_out_by_label_and_area() -> None:
    mask = Mask(0, 0, np.pad(np.ones((8, 8), bool), 1))
    holed = np.ones((9, 9), bool)
    holed[3:6, 3:6] = False
    found = (
        Detection(Box(0, 0, 10, 10), 1, 0.9),
        Detection(Box(0, 0, 5, 5), 1, 0.8),
        Detection(mask, 2, 0.7),
        Detection(Mask(20, 20, holed), 2, 0.6),
    )
    prediction = Prediction(FrameId("a"), (50, 50), LABELS[1:], found)

    def kept(**wanted: object) -> tuple[Detection, ...]:
        return tidied(prediction, Thresholds(**wanted)).detections

    assert kept(only=("dog",)) == found[2:]
    assert kept(only=()) == ()
    assert kept(least_area=64) == (found[0], found[2], found[3])
    assert kept(least_area=73) == (found[0],)
    assert kept(least_area=81, fills_holes=True)[1].region == Mask(20, 20, np.ones((9, 9), bool))


def test_an_unknown_label_is_said() -> None:
    check_only(("cat", "dog"), LABELS)
    with pytest.raises(ConfigError, match="do not know cow"):
        check_only(("cat", "cow"), LABELS)


@given(st.integers(0, 2**32 - 1), st.integers(0, 60), st.booleans())
def test_tidying_twice_is_tidying_once_and_invents_nothing(
    seed: int, least: int, fills: bool
) -> None:
    ids = np.random.default_rng(seed).integers(0, 3, (6, 7)).astype(np.uint8)
    ids = np.kron(ids, np.ones((3, 3), np.uint8))
    once = tidy_map(ids, least_area=least, fills_holes=fills)
    assert set(np.unique(once)) <= set(np.unique(ids))
    if not least:
        assert np.array_equal(tidy_map(once, fills_holes=fills), once)
