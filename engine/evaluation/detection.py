"""Average precision as COCO defines it, by faster-coco-eval."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster
from numpy.typing import NDArray

MAX_DETECTIONS = 100


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes (N, 4) xyxy of one picture, their label indices (N,), and scores (N,) if predicted."""

    xyxy: NDArray[np.float32]
    indices: NDArray[np.int64]
    scores: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class DetectionScores:
    """Shares in 0..1; NaN where no truth has the label. `per_label` holds (ap, ap50) each."""

    ap: float
    ap50: float
    ap75: float
    ar100: float
    per_label: tuple[tuple[float, float], ...]
    images: int


def score_boxes(
    predicted: Sequence[Boxes], truth: Sequence[Boxes], num_labels: int
) -> DetectionScores:
    """Average precision of predictions against the truth, picture by picture in the same order."""
    with contextlib.redirect_stdout(io.StringIO()):
        known = {
            "images": [{"id": i} for i in range(len(truth))],
            "categories": [{"id": k, "name": str(k)} for k in range(num_labels)],
        }
        truths, found = (coco_of(known, _rows(boxes)) for boxes in (truth, predicted))
        evaluation = COCOeval_faster(truths, found, "bbox")
        evaluation.params.maxDets = [1, 10, MAX_DETECTIONS]
        evaluation.evaluate()
        evaluation.accumulate()
    return replace(average_precisions(evaluation.eval), images=len(truth))


def average_precisions(accumulated: dict[str, Any]) -> DetectionScores:
    """The scores in what a COCO evaluation accumulated; all areas, most detections."""
    precision = accumulated["precision"][..., 0, -1]  # (iou, recall, label)
    recall = accumulated["recall"][..., 0, -1]  # (iou, label)
    return DetectionScores(
        ap=_mean(precision),
        ap50=_mean(precision[0]),
        ap75=_mean(precision[5]),
        ar100=_mean(recall),
        per_label=tuple(
            (_mean(precision[:, :, k]), _mean(precision[0, :, k]))
            for k in range(precision.shape[2])
        ),
        images=0,
    )


def coco_of(known: dict[str, Any], rows: list[dict[str, Any]]) -> COCO:
    """COCO's index over these annotations, of the pictures and labels in `known`."""
    result = COCO()
    result.dataset = {**known, "annotations": rows}
    result.createIndex()
    return result


def _rows(pictures: Sequence[Boxes]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for picture, boxes in enumerate(pictures):
        for i, (x1, y1, x2, y2) in enumerate(boxes.xyxy.astype(float).tolist()):
            row = {
                "id": len(rows) + 1,
                "image_id": picture,
                "category_id": int(boxes.indices[i]),
                "bbox": [x1, y1, x2 - x1, y2 - y1],
                "area": (x2 - x1) * (y2 - y1),
                "iscrowd": 0,
            }
            if boxes.scores is not None:
                row["score"] = float(boxes.scores[i])
            rows.append(row)
    return rows


def _mean(values: NDArray[np.float64]) -> float:
    """The mean of what COCO could compute (it marks the rest -1); NaN if nothing."""
    known = values[values > -1]
    return float(known.mean()) if len(known) else float("nan")
