"""Average precision and recall as COCO defines them, by faster-coco-eval."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster
from numpy.typing import NDArray

from engine.values import IGNORE

MAX_DETECTIONS = (1, 10, 100)
IOU_50, IOU_75 = 0, 5
"""Places of these thresholds among COCO's ten, 0.50 to 0.95."""

MatchBy = Literal["bbox", "segm", "boundary"]
"""What overlaps: boxes, masks, or masks and the bands along their borders."""


@dataclass(frozen=True, eq=False)
class PictureBoxes:
    """Boxes (N, 4) xyxy of one picture, their label indices (N,), and scores (N,) if predicted.

    In a truth, `crowd` (N,) marks boxes around many objects, which nobody has to find one by one;
    index 255 is such a crowd of every label. What is found in a crowd is no false alarm.
    """

    xyxy: NDArray[np.float32]
    indices: NDArray[np.int64]
    scores: NDArray[np.float32] | None = None
    crowd: NDArray[np.bool_] | None = None

    @property
    def ignored(self) -> NDArray[np.bool_]:
        """Which are crowds (N,): marked so, or of index 255."""
        marked = np.zeros(len(self.indices), bool) if self.crowd is None else self.crowd
        return marked | (self.indices == IGNORE)


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision of one label at recalls 0, 0.01 .. 1, (101,) each; NaN without a truth.

    Interpolated as COCO does: the best precision at this recall or a higher one.
    """

    at_50: NDArray[np.float64]
    at_75: NDArray[np.float64]


@dataclass(frozen=True)
class DetectionScores:
    """Shares in 0..1; NaN where no truth has the label or size. `per_label` is (ap, ap50) each.

    Small objects have less than 32 x 32 pixels, large ones more than 96 x 96. `ar1`, `ar10` and
    `ar100` are the mean recall with as many detections a picture and label.
    """

    ap: float
    ap50: float
    ap75: float
    ap_small: float
    ap_medium: float
    ap_large: float
    ar1: float
    ar10: float
    ar100: float
    ar_small: float
    ar_medium: float
    ar_large: float
    per_label: tuple[tuple[float, float], ...]
    curves: tuple[Curve, ...] = ()
    images: int = 0


SUMMARY = (
    "ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large",
    "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large",
)  # fmt: skip
"""The numbers of a DetectionScores that sum up all labels, in COCO's order."""


def score_boxes(
    predicted: Sequence[PictureBoxes], truth: Sequence[PictureBoxes], num_labels: int
) -> DetectionScores:
    """Average precision of predictions against the truth, picture by picture in the same order."""
    known = {
        "images": [{"id": i} for i in range(len(truth))],
        "categories": categories(num_labels),
    }
    truths, found = (
        [row for i, boxes in enumerate(side) for row in _rows(boxes, i, num_labels)]
        for side in (truth, predicted)
    )
    return score_rows(known, truths, found, kind="bbox")


def categories(num_labels: int) -> list[dict[str, Any]]:
    """COCO's rows for label indices."""
    return [{"id": k, "name": str(k)} for k in range(num_labels)]


def score_rows(
    known: dict[str, Any],
    truth: list[dict[str, Any]],
    found: list[dict[str, Any]],
    *,
    kind: MatchBy,
) -> DetectionScores:
    """Scores of COCO's rows of annotations, of the pictures and labels in `known`.

    Every row has id, image_id, category_id, area, iscrowd, and bbox or segmentation; the found ones
    a score too.
    """
    return score_coco(_coco_of(known, truth), _coco_of(known, found), kind=kind)


def score_coco(truth: COCO, found: COCO | None, *, kind: MatchBy) -> DetectionScores:
    """Scores of COCO's own indices; None where nothing was found."""
    with contextlib.redirect_stdout(io.StringIO()):
        found = _coco_of(truth.dataset, []) if found is None else found
        evaluation = COCOeval_faster(truth, found, kind)
        evaluation.params.maxDets = list(MAX_DETECTIONS)
        evaluation.evaluate()
        evaluation.accumulate()
    scores = _scores_of(evaluation.eval)
    return replace(scores, images=len(truth.imgs))


def _scores_of(accumulated: dict[str, Any]) -> DetectionScores:
    precision = accumulated["precision"]  # (iou, recall, label, size, detections)
    recall = accumulated["recall"]  # (iou, label, size, detections)
    every = precision[..., 0, -1]
    labels = range(every.shape[2])
    return DetectionScores(
        ap=_mean(every),
        ap50=_mean(every[IOU_50]),
        ap75=_mean(every[IOU_75]),
        ap_small=_mean(precision[..., 1, -1]),
        ap_medium=_mean(precision[..., 2, -1]),
        ap_large=_mean(precision[..., 3, -1]),
        ar1=_mean(recall[..., 0, 0]),
        ar10=_mean(recall[..., 0, 1]),
        ar100=_mean(recall[..., 0, 2]),
        ar_small=_mean(recall[..., 1, -1]),
        ar_medium=_mean(recall[..., 2, -1]),
        ar_large=_mean(recall[..., 3, -1]),
        per_label=tuple((_mean(every[:, :, k]), _mean(every[IOU_50, :, k])) for k in labels),
        curves=tuple(
            Curve(_known(every[IOU_50, :, k]), _known(every[IOU_75, :, k])) for k in labels
        ),
    )


def _coco_of(known: dict[str, Any], rows: list[dict[str, Any]]) -> COCO:
    """COCO's index over these annotations, of the pictures and labels in `known`."""
    result = COCO()
    result.dataset = {**known, "annotations": [{**row, "id": i} for i, row in enumerate(rows, 1)]}
    with contextlib.redirect_stdout(io.StringIO()):
        result.createIndex()
    return result


def _rows(boxes: PictureBoxes, picture: int, num_labels: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    ignored = boxes.ignored
    for i, (x1, y1, x2, y2) in enumerate(boxes.xyxy.astype(float).tolist()):
        row = {
            "image_id": picture,
            "bbox": [x1, y1, x2 - x1, y2 - y1],
            "area": (x2 - x1) * (y2 - y1),
            "iscrowd": int(ignored[i]),
        }
        if boxes.scores is not None:
            row["score"] = float(boxes.scores[i])
        rows += [{**row, "category_id": k} for k in labels_of(int(boxes.indices[i]), num_labels)]
    return rows


def labels_of(index: int, num_labels: int) -> Sequence[int]:
    """The label indices an index counts for: itself, or every one for 255."""
    return range(num_labels) if index == IGNORE else (index,)


def _mean(values: NDArray[np.float64]) -> float:
    """The mean of what COCO could compute (it marks the rest -1); NaN if nothing."""
    known = values[values > -1]
    return float(known.mean()) if len(known) else float("nan")


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values > -1, values, np.nan)
