"""Our scores are those of the authors' own pycocotools, on made cases of every awkward kind."""

import contextlib
import io
import math

import numpy as np
import pytest
from pycocotools import mask as reference_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from engine.evaluation.detection import SUMMARY, DetectionScores, PictureBoxes, score_boxes
from engine.evaluation.instances import PictureMasks, score_instances
from engine.values import IGNORE, Mask

SIDE = 160
CASES = {
    "plain": {},
    "one label": {"labels": 1},
    "many labels": {"labels": 60, "truth": 30},
    "crowds": {"crowd": 0.4},
    "ignored regions": {"ignored": 0.3},
    "ties in score": {"digits": 1},
    "every score the same": {"digits": 0},
    "empty pictures": {"pictures": 12, "truth": 2, "found": 2},
    "nothing found": {"found": 0},
    "nothing to find": {"truth": 0},
    "nothing at all": {"truth": 0, "found": 0},
    "more than a hundred": {"labels": 1, "found": 300, "pictures": 2},
    "only crowds": {"crowd": 1.0},
}


def made(seed, *, pictures=5, labels=4, truth=12, found=25, crowd=0.0, ignored=0.0, digits=4):
    """Boxes of some pictures: the found ones are true ones moved a little, and others."""
    rng = np.random.default_rng(seed)
    predicted, known = [], []
    for _ in range(pictures):
        count = int(rng.integers(0, truth + 1))
        boxes = random_boxes(rng, count)
        indices = rng.integers(0, labels, count)
        is_crowd = rng.random(count) < crowd
        indices[rng.random(count) < ignored] = IGNORE
        known.append(PictureBoxes(boxes, indices, crowd=is_crowd))
        many = int(rng.integers(found // 2, found + 1))
        guesses, said = random_boxes(rng, many), rng.integers(0, labels, many)
        for i in range(min(many, 2 * count)):
            j = int(rng.integers(count))
            moved = np.clip(boxes[j] + rng.normal(0, 3, 4).round(), 0, SIDE)
            if (moved[2:] - moved[:2] >= 2).all():
                guesses[i], said[i] = moved, min(indices[j], labels - 1)
        scores = rng.random(many).round(digits).astype(np.float32)
        predicted.append(PictureBoxes(guesses, said, scores))
    return predicted, known, labels


def random_boxes(rng, count):
    """Whole pixels, so that boxes and their masks cover the same."""
    sides = np.round(2 + (SIDE - 4) * rng.random((count, 2)) ** 2)
    corners = np.floor(rng.random((count, 2)) * (SIDE - sides))
    return np.hstack([corners, corners + sides]).astype(np.float32)


def reference(predicted, known, labels, kind, rows_of):
    with contextlib.redirect_stdout(io.StringIO()):
        sides = []
        for side in (known, predicted):
            coco = COCO()
            rows = [row for i, one in enumerate(side) for row in rows_of(one, i, labels)]
            coco.dataset = {
                "images": [{"id": i, "height": SIDE, "width": SIDE} for i in range(len(known))],
                "categories": [{"id": k, "name": str(k)} for k in range(labels)],
                "annotations": [{**row, "id": i} for i, row in enumerate(rows, 1)],
            }
            coco.createIndex()
            sides.append(coco)
        evaluation = COCOeval(*sides, kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def box_rows(boxes, picture, labels):
    for i, (x1, y1, x2, y2) in enumerate(boxes.xyxy.astype(float).tolist()):
        is_ignored = boxes.indices[i] == IGNORE
        row = {
            "image_id": picture,
            "bbox": [x1, y1, x2 - x1, y2 - y1],
            "area": (x2 - x1) * (y2 - y1),
            "iscrowd": int(is_ignored or (boxes.crowd is not None and boxes.crowd[i])),
        }
        if boxes.scores is not None:
            row["score"] = float(boxes.scores[i])
        for k in range(labels) if is_ignored else [int(boxes.indices[i])]:
            yield {**row, "category_id": k}


def mask_rows(boxes, picture, labels):
    for row, mask in zip(box_rows(boxes, picture, labels), repeated(boxes, labels), strict=True):
        pixels = np.zeros((SIDE, SIDE), np.uint8)
        pixels[mask.top :, mask.left :][: mask.pixels.shape[0], : mask.pixels.shape[1]] = (
            mask.pixels
        )
        lengths = reference_mask.encode(np.asfortranarray(pixels))
        yield {**row, "segmentation": lengths, "area": float(reference_mask.area(lengths))}


def repeated(boxes, labels):
    for mask, index in zip(masks_of(boxes), boxes.indices, strict=True):
        yield from [mask] * (labels if index == IGNORE else 1)


def masks_of(boxes):
    """A lens in each box, or all of a box too small for one."""
    for x1, y1, x2, y2 in boxes.xyxy.astype(int).tolist():
        rows, columns = np.mgrid[y1:y2, x1:x2]
        across = (columns + 0.5 - (x1 + x2) / 2) / (x2 - x1)
        down = (rows + 0.5 - (y1 + y2) / 2) / (y2 - y1)
        pixels = across**2 + down**2 <= 0.25
        yield Mask(x1, y1, pixels if pixels.any() else np.ones_like(pixels))


def instances_of(boxes):
    return PictureMasks(
        (SIDE, SIDE), list(masks_of(boxes)), boxes.indices, boxes.scores, boxes.crowd
    )


def assert_same(ours: DetectionScores, theirs: COCOeval) -> None:
    for name, expected in zip(SUMMARY, theirs.stats, strict=True):
        value = getattr(ours, name)
        if expected == -1:
            assert math.isnan(value), name
        else:
            assert value == pytest.approx(expected, abs=1e-6), name
    for k, (ap, ap50) in enumerate(ours.per_label):
        precision = theirs.eval["precision"][:, :, k, 0, -1]
        if (precision == -1).all():
            assert math.isnan(ap)
            assert math.isnan(ap50)
            continue
        assert ap == pytest.approx(precision.mean(), abs=1e-6)
        assert ap50 == pytest.approx(precision[0].mean(), abs=1e-6)
        np.testing.assert_allclose(ours.curves[k].at_50, precision[0], atol=1e-6)
        np.testing.assert_allclose(ours.curves[k].at_75, precision[5], atol=1e-6)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_boxes(name, seed):
    predicted, known, labels = made(seed, **CASES[name])
    theirs = reference(predicted, known, labels, "bbox", box_rows)
    assert_same(score_boxes(predicted, known, labels), theirs)


@pytest.mark.parametrize("name", CASES)
def test_masks(name):
    predicted, known, labels = made(7, **CASES[name])
    theirs = reference(predicted, known, labels, "segm", mask_rows)
    ours = score_instances(
        [instances_of(x) for x in predicted], [instances_of(x) for x in known], labels
    )
    assert_same(ours, theirs)


def test_the_cases_are_neither_all_right_nor_all_wrong():
    scores = score_boxes(*made(0))
    assert 0.05 < scores.ap < 0.95
    assert not math.isnan(scores.ap_small + scores.ap_medium + scores.ap_large)
    assert scores.ar1 < scores.ar10
