"""Every known kind of head is told from what it gives, and its objects come back."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WeightsError
from engine.foreign.guess import guess
from engine.foreign.guess_shapes import has_keypoints
from engine.foreign.head import Feed, Head, from_options, to_options
from engine.foreign.layout_names import LAYOUTS
from engine.foreign.layouts import decode
from engine.foreign.network import joined
from engine.foreign.seen import Outputs, Seen
from models.contract import ClassificationOutput, SemanticOutput
from tests.make_heads import MADE, SIZE

PLACES = [(24, 24), (88, 24), (24, 88), (88, 88), (136, 56)]
"""Middles of objects that are far from each other."""


@st.composite
def scenes(draw):
    """A few objects apart from each other, and how many labels there are."""
    labels = draw(st.integers(1, 12))
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True))
    objects = []
    for x, y in places:
        width, height = draw(st.integers(16, 40)), draw(st.integers(16, 40))
        left, top = x - width / 2, y - height / 2
        objects.append(((left, top, left + width, top + height), draw(st.integers(0, labels - 1))))
    return objects, labels, draw(st.integers(0, 1 << 30))


@pytest.mark.parametrize("name", MADE)
@given(scene=scenes())
@settings(max_examples=8, deadline=None)
def test_objects_come_back_from_every_layout(name, scene):
    objects, labels, seed = scene
    seen = MADE[name](objects, labels, np.random.default_rng(seed))
    # A list names its labels' numbers as far as it met them.
    known = 0 if LAYOUTS[name.split()[0]].is_counted else labels
    best = guess(seen, SIZE, known)[0]
    assert best.head.layout == name.split()[0], best
    if not known:
        assert best.head.num_labels == labels, best
    found, wanted = _found(seen, best.head), _wanted(objects)
    assert np.shape(found) == np.shape(wanted)
    assert np.abs(np.subtract(found, wanted)).max() < 0.5


def _wanted(objects):
    return sorted((label, *box) for box, label in objects)


def _found(seen, head):
    raw = [torch.from_numpy(each.array) for each in seen]
    (output,) = decode(joined([raw], head), head, SIZE)
    sure = output.scores > 0.5
    rows = zip(output.labels[sure].tolist(), output.boxes[sure].tolist(), strict=True)
    return sorted((label, *box) for label, box in rows)


def test_names_settle_whether_there_is_a_confidence():
    table = np.random.default_rng(0).uniform(0, 0.02, (1, 420, 9)).astype(np.float32)
    table[..., :4] += 40
    assert guess([Seen("output", table)], SIZE, 4)[0].head.layout == "yolo_v5"
    rows = guess([Seen("output", table)], SIZE, 5)[0].head
    assert (rows.layout, rows.is_turned, rows.num_labels) == ("yolo_v8", False, 5)


def test_prototypes_of_masks_are_no_labels_of_pixels():
    table = np.full((1, 4 + 3 + 32, 420), 0.01, np.float32)
    table[:, :4] = 50
    seen = [Seen("output0", table), Seen("output1", np.zeros((1, 32, 32, 40)))]
    best, *others = guess(seen, SIZE)
    assert (best.head.layout, best.head.num_labels, best.head.parts) == ("yolo_v8_seg", 3, (0, 1))
    assert "shares of masks" in best.why
    assert [each.head.layout for each in others] == ["yolo_v5_seg"]


def test_an_angle_is_told_by_its_numbers_by_the_names_or_by_the_exporter():
    table = np.random.default_rng(0).uniform(0, 0.02, (1, 4 + 3 + 1, 420)).astype(np.float32)
    table[:, :4] = 50
    turned = table.copy()
    turned[:, -1, ::2] = -0.5
    wanted = ("yolo_v8_obb", 3)
    for seen, known, purpose in ((turned, 0, ""), (table, 3, ""), (table, 0, "obb")):
        head = guess([Seen("output0", seen)], SIZE, known, purpose)[0].head
        assert (head.layout, head.num_labels) == wanted
    for known in (0, 4):
        head = guess([Seen("output0", table)], SIZE, known)[0].head
        assert (head.layout, head.num_labels) == ("yolo_v8", 4)


@pytest.mark.parametrize("labels", [1, 2])
def test_points_of_poses_are_told_from_labels(labels):
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 100, (420, 17, 3))
    points[..., 2] = rng.uniform(0, 1, (420, 17))
    box = rng.uniform(20, 60, (420, 4))
    table = np.concatenate([box, rng.uniform(0, 1, (420, labels)), points.reshape(420, 51)], axis=1)
    for array in (table, table.T):
        assert has_keypoints(Outputs([Seen("output0", array[None])], SIZE))
    for make in MADE.values():
        assert not has_keypoints(Outputs(make([], 52, rng), SIZE))
    no_one = [Seen("output0", np.zeros((1, 300, 57), np.float32))]
    assert not has_keypoints(Outputs(no_one, SIZE))
    assert has_keypoints(Outputs(no_one, SIZE, purpose="pose"))


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("is_done", [False, True])
def test_semantic_scores(is_turned, is_done):
    scores = np.random.default_rng(0).normal(0, 1, (1, 5, 32, 40)).astype(np.float32)
    wanted = scores[0].argmax(axis=0)
    if is_done:
        scores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    given = scores.transpose(0, 2, 3, 1) if is_turned else scores
    seen = [Seen("out", np.ascontiguousarray(given))]
    best = guess(seen, SIZE)[0]
    assert (best.head.layout, best.head.num_labels) == ("semantic", 5)
    assert (best.head.is_turned, best.head.scores) == (is_turned, "as_is" if is_done else "softmax")
    (output,) = decode([torch.from_numpy(seen[0].array)], best.head, (32, 40))
    assert isinstance(output, SemanticOutput)
    assert (output.logits.argmax(0).numpy() == wanted).all()


def test_saliency_at_a_quarter_of_the_input():
    chances = np.zeros((1, 1, 32, 40), np.float32)
    chances[..., 8:16, 10:20] = 0.97
    best = guess([Seen("d0", chances), Seen("d1", chances)], SIZE)[0]
    assert (best.head.layout, best.head.num_labels) == ("saliency", 2)
    (output,) = decode([torch.from_numpy(chances)], best.head, SIZE)
    ids = output.logits.argmax(0)
    assert ids.shape == SIZE
    assert ids[36:60, 44:76].all()
    assert not ids[:28].any()


def test_a_map_of_label_numbers():
    ids = np.zeros((1, 32, 40), np.int64)
    ids[0, 4:8] = 3
    best = guess([Seen("ids", ids)], SIZE)[0]
    assert (best.head.layout, best.head.num_labels) == ("label_map", 4)
    (output,) = decode([torch.from_numpy(ids)], best.head, (32, 40))
    assert (output.logits.argmax(0).numpy() == ids[0]).all()


@pytest.mark.parametrize("is_done", [False, True])
def test_classification(is_done):
    scores = np.array([[1.0, 3.0, -2.0, 0.5]], np.float32)
    if is_done:
        scores = np.exp(scores) / np.exp(scores).sum()
    best = guess([Seen("logits", scores)], SIZE)[0]
    assert (best.head.layout, best.head.num_labels) == ("classification", 4)
    (output,) = decode([torch.from_numpy(scores)], best.head, SIZE)
    assert isinstance(output, ClassificationOutput)
    chances = output.logits.softmax(0)
    assert chances.argmax() == 1
    assert chances[1] == pytest.approx(0.817, abs=0.001)


def test_tensorflows_lists_begin_with_rows():
    boxes = np.array([[[0.25, 0.5, 0.75, 1.0]]], np.float32)
    seen = [
        Seen("detection_boxes:0", boxes),
        Seen("detection_classes:0", np.array([[3.0]], np.float32)),
        Seen("detection_scores:0", np.array([[0.8]], np.float32)),
        Seen("num_detections:0", np.array([1.0], np.float32)),
    ]
    best = guess(seen, SIZE)[0]
    assert (best.head.layout, best.head.corners) == ("lists", "yxyx")
    raw = [torch.from_numpy(each.array) for each in seen]
    (output,) = decode(joined([raw], best.head), best.head, SIZE)
    assert output.boxes.tolist() == [[80, 32, 160, 96]]
    assert output.labels.tolist() == [2]


def test_lists_of_more_labels_than_there_are_ids_are_not_taken_in_part():
    boxes, scores = np.array([[[0.2, 0.5, 0.7, 1]]], np.float32), np.array([[0.8]], np.float32)
    taken = [Seen("boxes", boxes), Seen("labels", np.array([[254]])), Seen("scores", scores)]
    assert guess(taken, SIZE)[0].head.num_labels == 254
    taken[1] = Seen("labels", np.array([[300]]))
    assert not [each for each in guess(taken, SIZE) if each.head.layout == "lists"]


def test_nothing_is_guessed_of_what_is_unknown():
    assert guess([Seen("embedding", np.zeros((1, 2048, 3, 3), np.float32))], SIZE) == ()
    assert guess([Seen("number", np.zeros((), np.float32))], SIZE) == ()


@given(st.lists(st.lists(st.integers(0, 40), max_size=5), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_outputs_of_any_shape_are_guessed_or_not_but_never_crash(shapes):
    rng = np.random.default_rng(0)
    seen = [Seen(f"o{i}", rng.normal(0, 3, shape)) for i, shape in enumerate(shapes)]
    for each in guess(seen, SIZE):
        assert each.head.layout in LAYOUTS
        assert 0 <= each.confidence <= 1


def test_outputs_that_do_not_fit_are_told():
    with pytest.raises(WeightsError, match="YOLO v10"):
        decode([torch.zeros(1, 3)], Head("yolo_v10", 3), SIZE)


def test_a_head_survives_its_card():
    head = Head("yolox", 80, (2,), scores="sigmoid", strides=(8, 16, 32), is_turned=True)
    feed = Feed(is_bgr=True, kind="uint8")
    assert from_options(to_options(head, feed)) == (head, feed)
    with pytest.raises(ValueError, match="units"):
        Head("ssd", 3, units="miles")
    with pytest.raises(ValueError, match="254"):
        Head("ssd", 300)
