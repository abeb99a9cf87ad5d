import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.insight.uncertainty import (
    Found,
    disagreement,
    disagreement_of_objects,
    entropy,
    entropy_of_scores,
    least_sure_first,
    margin,
    margin_of_scores,
)

unit = st.floats(0, 1, width=32)
labels = st.integers(2, 6)


@st.composite
def shares(draw, count=None):
    """Shares of labels, of a picture or of its pixels."""
    number = draw(labels) if count is None else count
    shape = (number, *draw(st.sampled_from([(), (2, 3)])))
    raw = draw(arrays(np.float64, shape, elements=st.floats(0, 10))) + 1e-6
    return raw / raw.sum(0)


@st.composite
def found(draw):
    """Objects on a picture of 100 by 100."""
    number = draw(st.integers(0, 5))
    corners = draw(arrays(np.float64, (number, 2), elements=st.floats(0, 60)))
    sides = draw(arrays(np.float64, (number, 2), elements=st.floats(1, 40)))
    scores = draw(arrays(np.float64, (number,), elements=st.floats(0.1, 1)))
    ids = draw(arrays(np.int64, (number,), elements=st.integers(0, 1)))
    return Found(np.concatenate([corners, corners + sides], 1), scores, ids)


@given(shares())
def test_they_lie_between_0_and_1_whatever_the_order_of_labels(x):
    for measure in (entropy, margin):
        assert 0 <= measure(x) <= 1
        assert measure(x) == pytest.approx(measure(x[::-1]))
    assert disagreement(x, x) == 0
    assert disagreement(x, x[::-1]) == pytest.approx(disagreement(x[::-1], x))


@given(labels)
def test_one_label_alone_is_sure_and_all_alike_is_not(count):
    sure, alike = np.eye(count), np.full((count, 4), 1 / count)
    assert entropy(sure) == margin(sure) == 0
    assert entropy(alike) == pytest.approx(1)
    assert margin(alike) == pytest.approx(1)
    assert disagreement(sure, np.roll(sure, 1, axis=0)) == pytest.approx(1)


@given(shares(3), st.floats(0.1, 0.9))
def test_moving_towards_all_alike_is_less_sure(x, share):
    softer = (1 - share) * x + share / 3
    assert entropy(softer) >= entropy(x) - 1e-9
    assert margin(softer) >= margin(x) - 1e-9


@given(arrays(np.float64, st.integers(0, 6), elements=unit))
def test_scores_are_least_sure_at_one_half(scores):
    for measure in (entropy_of_scores, margin_of_scores):
        assert 0 <= measure(scores) <= 1
        assert measure(scores) == pytest.approx(measure(1 - scores), abs=1e-6)
        assert measure(np.array([0.5])) == pytest.approx(1)
        assert measure(np.array([0.6])) > measure(np.array([0.9]))
        assert measure(np.zeros(0)) == 0


@given(found(), found())
def test_objects_disagree_between_0_and_1_and_not_with_themselves(first, second):
    assert 0 <= disagreement_of_objects(first, second) <= 1
    alone = Found(first.boxes[:1], first.scores[:1], first.labels[:1])
    assert disagreement_of_objects(alone, alone) == pytest.approx(0)


@given(found())
def test_a_mirror_image_of_a_mirror_image_is_the_picture(objects):
    again = objects.mirrored(100).mirrored(100)
    np.testing.assert_allclose(again.boxes, objects.boxes, atol=1e-9)


def test_what_only_one_answer_holds_is_disagreement():
    box, one = np.array([[0.0, 0, 10, 10]]), np.array([1.0])
    here = Found(box, one, np.array([0]))
    nothing = Found(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))
    assert disagreement_of_objects(here, nothing) == 1
    assert disagreement_of_objects(nothing, nothing) == 0
    assert disagreement_of_objects(here, Found(box, one, np.array([1]))) == 1
    assert disagreement_of_objects(here, Found(np.add(box, (5, 0, 5, 0)), one, np.array([0]))) == 1
    assert disagreement_of_objects(here, Found(box, one / 2, np.array([0]))) == pytest.approx(1 / 3)


@given(st.lists(st.tuples(st.none() | unit, st.booleans()), max_size=12))
def test_the_least_sure_come_first_then_the_unjudged_then_the_labelled(rows):
    doubts, is_open = [row[0] for row in rows], [row[1] for row in rows]
    order = least_sure_first(doubts, is_open)
    assert sorted(order) == list(range(len(rows)))
    groups = [2 if not is_open[i] else 1 if doubts[i] is None else 0 for i in order]
    assert groups == sorted(groups)
    judged = [doubts[i] for i, group in zip(order, groups, strict=True) if group == 0]
    assert judged == sorted(judged, reverse=True)
    for group in (1, 2):
        kept = [i for i, each in zip(order, groups, strict=True) if each == group]
        assert kept == sorted(kept)
