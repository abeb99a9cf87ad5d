from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collect.sight import difference, sight_of
from engine.values import Box, Detection, FrameId, Label, LabelMap, Prediction

DOG, CAT = Label(1, "dog", (1, 2, 3)), Label(2, "cat", (4, 5, 6))
LABELS = (Label(0, "background", (0, 0, 0)), DOG, CAT)
PLAIN = Prediction(FrameId("a"), (40, 60), LABELS)


def detected(*found: Detection) -> Prediction:
    return replace(PLAIN, detections=found)


def mapped(ids: np.ndarray, labels: tuple[Label, ...] = LABELS) -> Prediction:
    return replace(PLAIN, label_map=LabelMap(ids), labels=labels)


def test_objects_have_scores_areas_have_none() -> None:
    assert sight_of(None, None, 1.0).objects == ()
    sight = sight_of(detected(Detection(Box(0, 0, 9, 9), 1, 0.4)), None, 2.0)
    assert (sight.at, sight.objects, sight.difference) == (2.0, (("dog", 0.4),), None)
    ids = np.zeros((40, 60), np.uint8)
    ids[:10] = 2
    assert sight_of(mapped(ids), None, 0.0).objects == (("cat", None),)
    ranked = replace(PLAIN, ranking=((2, 0.6), (1, 0.4)))
    assert sight_of(ranked, None, 0.0).objects == (("cat", 0.6),)


def test_objects_that_only_one_sees_differ() -> None:
    here, there = Detection(Box(0, 0, 20, 20), 1, 0.9), Detection(Box(30, 0, 50, 20), 1, 0.8)
    assert difference(detected(here), detected(here)) == 0
    assert difference(detected(here, there), detected(here)) == pytest.approx(1 / 3)
    assert difference(detected(here), detected(replace(here, label_id=2))) == 1
    assert difference(detected(), detected()) == 0


def test_maps_are_compared_by_the_names_of_labels() -> None:
    ids = np.zeros((40, 60), np.uint8)
    ids[:20] = 1
    other = np.where(ids == 1, 2, 0).astype(np.uint8)
    swapped = (LABELS[0], replace(DOG, id=2), replace(CAT, id=1))
    assert difference(mapped(ids), mapped(other, swapped)) == 0
    assert difference(mapped(ids), mapped(other)) == pytest.approx(0.5)


def test_what_cannot_be_compared_is_none() -> None:
    assert difference(mapped(np.zeros((40, 60), np.uint8)), detected()) is None
    assert difference(replace(PLAIN, ranking=((1, 1.0),)), detected()) is None


boxes = st.tuples(st.integers(0, 30), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))
found = st.lists(
    st.builds(
        lambda box, label, score: Detection(
            Box(box[0], box[1], box[0] + box[2], box[1] + box[3]), label, score
        ),
        boxes, st.sampled_from((1, 2)), st.floats(0, 1),
    ),
    max_size=5,
)  # fmt: skip


@given(found, found)
def test_difference_is_a_share_and_the_same_both_ways(
    a: list[Detection], b: list[Detection]
) -> None:
    one, other = detected(*a), detected(*b)
    share = difference(one, other)
    assert share is not None
    assert 0 <= share <= 1
    assert share == difference(other, one)
    assert difference(one, one) == 0
