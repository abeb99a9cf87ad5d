import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.detection import PictureBoxes
from engine.evaluation.mistakes import MistakeKind, judge
from engine.evaluation.object_report import confusion_of, histogram_of
from engine.evaluation.scene import scene_of_boxes
from engine.values import IGNORE

NAMES = ["cat", "dog", "cow"]
CAT, DOG = (0, 0, 10, 10, 0, 1), (20, 0, 30, 10, 1, 1)


def boxes(*rows, crowd=None):
    table = np.array(rows, np.float32).reshape(-1, 6)
    flags = None if crowd is None else np.array(crowd, bool)
    return PictureBoxes(table[:, :4], table[:, 4].astype(np.int64), table[:, 5], flags)


def scene(found, known):
    return scene_of_boxes("a.png", found, known)


def kinds(found, known):
    return [mistake.kind for mistake in judge(scene(found, known)).mistakes]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((0, 0, 10, 9, 0, 0.9), []),
        ((0, 0, 10, 9, 1, 0.9), [MistakeKind.WRONG_LABEL]),
        ((0, 0, 10, 4, 0, 0.9), [MistakeKind.POOR_BOX]),
        ((0, 0, 10, 0.5, 0, 0.9), [MistakeKind.MISSED, MistakeKind.FALSE_ALARM]),
        ((50, 0, 60, 10, 0, 0.9), [MistakeKind.MISSED, MistakeKind.FALSE_ALARM]),
        # A poor box of another label explains nothing.
        ((0, 0, 10, 4, 1, 0.9), [MistakeKind.MISSED, MistakeKind.FALSE_ALARM]),
        ((0, 0, 10, 10, 0, 0.1), [MistakeKind.MISSED]),
    ],
)
def test_one_box_and_one_cat(row, expected):
    assert kinds(boxes(row), boxes(CAT)) == expected


def test_the_second_on_one_object_is_a_duplicate():
    found = boxes((0, 0, 10, 9, 0, 0.9), (0, 0, 10, 10, 0, 0.8), (0, 0, 10, 8, 1, 0.7))
    assert kinds(found, boxes(CAT)) == [MistakeKind.DUPLICATE, MistakeKind.DUPLICATE]


def test_the_right_one_has_the_object_though_a_wrong_one_is_surer():
    found = boxes((0, 0, 10, 10, 1, 0.9), (0, 0, 10, 8, 0, 0.3))
    judged = judge(scene(found, boxes(CAT)))
    assert judged.hits == {1: 0}
    assert [m.kind for m in judged.mistakes] == [MistakeKind.DUPLICATE]


def test_what_lies_in_a_crowd_is_no_mistake():
    crowd = boxes((0, 0, 50, 50, 0, 1), crowd=[True])
    everything = boxes((0, 0, 50, 50, IGNORE, 1))
    inside = boxes((5, 5, 10, 10, 0, 0.9), (20, 20, 30, 30, 1, 0.9))
    assert kinds(inside, crowd) == [MistakeKind.FALSE_ALARM]
    assert kinds(inside, everything) == []


def test_a_row_says_it_in_words():
    found = boxes((0, 0, 10, 9, 1, 0.9))
    (mistake,) = judge(scene(found, boxes(CAT))).mistakes
    row = mistake.row(NAMES)
    assert row["kind"] == "wrong_label"
    assert (row["label"], row["said"]) == ("cat", "dog")
    assert row["iou"] == pytest.approx(0.9)
    assert row["box"] == [0, 0, 10, 9]
    assert row["truth"] == [0, 0, 10, 10]


def test_the_worst_comes_first():
    found = boxes((50, 0, 60, 10, 0, 0.4), (70, 0, 80, 10, 1, 0.8), (0, 0, 10, 10, 0, 0.2))
    mistakes = judge(scene(found, boxes(CAT, DOG))).mistakes
    # The dog nobody suspects; the cat, which was suspected a little, beside a sure false alarm.
    assert [(m.kind, m.severity) for m in mistakes] == [
        (MistakeKind.MISSED, 1.0),
        (MistakeKind.FALSE_ALARM, pytest.approx(0.8)),
        (MistakeKind.MISSED, pytest.approx(0.8)),
        (MistakeKind.FALSE_ALARM, pytest.approx(0.4)),
    ]


coordinate = st.integers(0, 40)
row = st.builds(
    lambda x, y, w, h, k, s: (x, y, x + w, y + h, k, s),
    coordinate,
    coordinate,
    st.integers(3, 25),
    st.integers(3, 25),
    st.integers(0, 2),
    st.sampled_from([0.1, 0.3, 0.5, 0.9]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(row, max_size=8), st.lists(row, max_size=8))
def test_every_object_is_counted_once(found, known):
    one = scene(boxes(*found), boxes(*known))
    judged = judge(one)
    shown = sum(x[5] >= 0.25 for x in found)
    assert len(judged.hits) + judged.missed == len(known)
    assert len(judged.hits) + judged.false_alarms == shown
    counts = np.array(confusion_of([one], [judged], NAMES).counts)
    assert counts[:3].sum() == len(known)
    assert counts[:, :3].sum() == shown
    assert counts.diagonal()[:3].sum() == len(judged.hits)
    histogram = histogram_of([one])
    assert sum(histogram.right) + sum(histogram.wrong) == len(found)


def test_nothing_wrong_leaves_a_diagonal():
    one = scene(boxes(CAT, DOG), boxes(CAT, DOG))
    confusion = confusion_of([one], [judge(one)], NAMES)
    assert confusion.rows == (*NAMES, "false alarm")
    assert confusion.columns == (*NAMES, "missed")
    assert np.array(confusion.counts).tolist() == np.diag([1, 1, 0, 0]).tolist()
