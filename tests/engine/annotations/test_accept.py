import numpy as np

from engine.annotations.accept import proposals_of, region_iou
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    Detection,
    FrameId,
    Label,
    LabelMap,
    Mask,
    Polygon,
    Polyline,
    Prediction,
    Sample,
)

FRAME = FrameId("a.jpg")
LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cell", (9, 9, 9)))


def detections(*scores):
    return tuple(Detection(Box(20 * i, 0, 20 * i + 10, 10), 1, s) for i, s in enumerate(scores))


def prediction(**fields):
    return Prediction(FRAME, (40, 60), LABELS, origin="yolo: cells", **fields)


def sample(*annotations):
    return Sample(FRAME, (40, 60), annotations)


def test_a_label_map_gives_one_mask_per_label_without_background():
    ids = np.zeros((40, 60), np.uint8)
    ids[:5, :6], ids[10:, 10:], ids[0, 59] = 1, 2, IGNORE
    found = proposals_of(prediction(label_map=LabelMap(ids)))
    assert [(a.label_id, a.origin, a.score) for a in found] == [
        (1, "yolo: cells", None),
        (2, "yolo: cells", None),
    ]
    assert found[0].region == Mask(0, 0, np.ones((5, 6), bool))


def test_without_a_background_label_0_is_proposed_too():
    ids = LabelMap(np.zeros((40, 60), np.uint8))
    labels = (Label(0, "Sky", (1, 2, 3)),)
    sky = Prediction(FRAME, (40, 60), labels, label_map=ids)
    assert [a.label_id for a in proposals_of(sky)] == [0]


def test_what_is_drawn_already_is_not_proposed():
    drawn = Annotation(Box(1, 0, 11, 10), 1)
    found = proposals_of(prediction(detections=detections(0.9, 0.8)), sample(drawn))
    assert [a.region for a in found] == [Box(20, 0, 30, 10)]
    other = Annotation(Box(1, 0, 11, 10), 2)
    assert len(proposals_of(prediction(detections=detections(0.9)), sample(other))) == 1


def test_two_drawn_parts_cover_one_area_of_a_label_map():
    ids = np.zeros((40, 60), np.uint8)
    ids[0:10, 0:10] = ids[20:30, 0:10] = 1
    parts = [Annotation(Mask(0, y, np.ones((10, 10), bool)), 1) for y in (0, 20)]
    assert proposals_of(prediction(label_map=LabelMap(ids)), sample(*parts)) == ()
    (left,) = proposals_of(prediction(label_map=LabelMap(ids)), sample(parts[0]))
    assert left.region == parts[1].region


def test_a_part_that_was_forgotten_is_proposed_although_most_of_its_label_is_drawn():
    ids = np.zeros((40, 60), np.uint8)
    ids[0:20, 0:20] = ids[30:34, 50:54] = 1
    drawn = Annotation(Mask(0, 0, np.ones((20, 20), bool)), 1)
    (left,) = proposals_of(prediction(label_map=LabelMap(ids)), sample(drawn))
    assert left.region == Mask(50, 30, np.ones((4, 4), bool))
    partly = Annotation(Mask(50, 30, np.ones((4, 2), bool)), 1)
    (left,) = proposals_of(prediction(label_map=LabelMap(ids)), sample(drawn, partly))
    assert left.region == Mask(50, 30, np.ones((4, 4), bool))


def test_scores_and_labels_are_chosen():
    found = prediction(detections=detections(0.9, 0.2))
    assert [a.score for a in proposals_of(found, min_score=0.5)] == [0.9]
    assert proposals_of(found, label_ids={2}) == ()


def test_overlap_of_any_two_regions():
    square = Polygon([[0, 0], [10, 0], [10, 10], [0, 10]])
    assert region_iou(square, Box(0, 0, 10, 10), (40, 60)) == 1
    assert region_iou(square, Mask(0, 0, np.ones((10, 5), bool)), (40, 60)) == 0.5
    assert region_iou(square, Mask(30, 30, np.ones((2, 2), bool)), (40, 60)) == 0


def test_a_line_hides_no_proposal_and_is_only_like_itself():
    line = Annotation(Polyline([[0, 0], [10, 10]]), 1)
    assert len(proposals_of(prediction(detections=detections(0.9)), sample(line))) == 1
    ids = np.ones((40, 60), np.uint8)
    assert len(proposals_of(prediction(label_map=LabelMap(ids)), sample(line))) == 1
    assert region_iou(line.region, Polyline([[0, 0], [10, 10]]), (40, 60)) == 1
    assert region_iou(line.region, Polyline([[0, 0], [10, 11]]), (40, 60)) == 0
    assert region_iou(line.region, Box(0, 0, 10, 10), (40, 60)) == 0
