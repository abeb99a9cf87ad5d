"""Weights against a list: every picture through the pipeline, then the scores and worst samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.boxes import iou as box_iou
from engine.datasets.truth import Truth, TruthList, open_list
from engine.evaluation.boundary import BoundaryCounter
from engine.evaluation.classification import ClassificationCounter
from engine.evaluation.detection import SUMMARY, Boxes, DetectionScores, score_boxes
from engine.evaluation.instances import Instances, score_instances
from engine.evaluation.semantic import SemanticCounter
from engine.jobs import CancelToken, Progress, no_progress
from engine.masks import box_of
from engine.pipeline.pipeline import Pipeline, Thresholds
from engine.plain_json import number
from engine.sources.picture import read_picture
from engine.values import IGNORE, FrameId, Label, Mask, Prediction
from models.task import Task

BATCH = 4
# Low, so that the whole precision-recall curve is seen; what is shown to people has its own.
MIN_SCORE = 0.005
SUPPRESSION_IOU = 0.5
SHOWN_SCORE = 0.25
MATCH_IOU = 0.5
NO_PIXELS = Mask(0, 0, np.zeros((1, 1), np.bool_))


@dataclass(frozen=True)
class Report:
    """`metrics` as `maskloop evaluate --json` prints them; `worst` samples, the worst first."""

    metrics: dict[str, Any]
    worst: tuple[dict[str, Any], ...]


def evaluate(
    pipeline: Pipeline,
    path: Path,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Report:
    """Score on every picture of a list, at the pictures' own size.

    The list's labels are met by name where names agree, else by id. DatasetError for wrong data.
    """
    card = pipeline.weights.card
    source = open_list(path, card.task, card.labels)
    # Semantic maps are scored as they are: no pixel is sent to the background.
    thresholds = Thresholds(
        conf=0.0 if card.task is Task.SEMANTIC else MIN_SCORE, iou=SUPPRESSION_IOU
    )
    pairs = _predicted(pipeline, source, thresholds, progress, cancel or CancelToken())
    names = [label.name for label in card.labels]
    if card.task is Task.SEMANTIC:
        return _semantic(pairs, names)
    if card.task is Task.CLASSIFICATION:
        return _classification(pairs, card.labels)
    if card.task is Task.INSTANCE:
        return _instances(pairs, names)
    return _detection(pairs, names)


def _predicted(
    pipeline: Pipeline,
    source: TruthList,
    thresholds: Thresholds,
    progress: Progress,
    cancel: CancelToken,
) -> Iterator[tuple[Path, Truth, Prediction]]:
    entries = source.entries
    for start in range(0, len(entries), BATCH):
        cancel.check()
        group = entries[start : start + BATCH]
        pictures = [read_picture(entry.image) for entry in group]
        raws = pipeline.infer_batch(pictures)
        for entry, pixels, raw in zip(group, pictures, raws, strict=True):
            truth = source.read(entry, pixels.shape[:2])
            prediction = pipeline.decode(raw, FrameId(str(entry.image)), thresholds)
            yield entry.image, truth, prediction
        progress(min(start + BATCH, len(entries)), len(entries), group[-1].image.name)


def _semantic(pairs: Iterator[tuple[Path, Truth, Prediction]], names: list[str]) -> Report:
    counter, boundary, worst = SemanticCounter(len(names)), BoundaryCounter(len(names)), []
    for path, truth, prediction in pairs:
        assert prediction.label_map is not None
        assert truth.ids is not None
        miou = counter.add(prediction.label_map.ids, truth.ids)
        boundary.add(prediction.label_map.ids, truth.ids)
        worst.append({"image": str(path), "miou": number(miou)})
    scores, borders = counter.scores(), boundary.scores()
    metrics = {
        "pixel_accuracy": number(scores.pixel_accuracy),
        "mean_accuracy": number(scores.mean_accuracy),
        "miou": number(scores.miou),
        "iou": {n: number(x) for n, x in zip(names, scores.iou, strict=True)},
        "mean_image_iou": {n: number(x) for n, x in zip(names, scores.mean_image_iou, strict=True)},
        "mean_boundary_iou": number(borders.mean),
        "boundary_iou": {n: number(x) for n, x in zip(names, borders.iou, strict=True)},
        "images": scores.images,
    }
    return Report(metrics, tuple(sorted(worst, key=lambda row: row["miou"] or 0.0)))


def _classification(
    pairs: Iterator[tuple[Path, Truth, Prediction]], labels: Sequence[Label]
) -> Report:
    names = [label.name for label in labels]
    indices = {label.id: index for index, label in enumerate(labels)}
    counter, worst = ClassificationCounter(len(labels)), []
    for path, truth, prediction in pairs:
        assert truth.label is not None
        scores = np.zeros(len(labels), np.float32)
        for label_id, score in prediction.ranking:
            scores[indices[label_id]] = score
        if counter.add(scores, truth.label):
            said, right = int(scores.argmax()), truth.label
            margin = float(scores[said] - scores[right])
            row = {"image": str(path), "label": names[right], "said": names[said]}
            worst.append({**row, "margin": number(margin)})
    found = counter.scores()
    metrics = {
        "top1": number(found.top1),
        "top5": number(found.top5),
        "per_label": {n: number(x) for n, x in zip(names, found.recall, strict=True)},
        "confusion": {
            n: dict(zip(names, row, strict=True))
            for n, row in zip(names, found.confusion, strict=True)
        },
        "images": found.images,
    }
    return Report(metrics, tuple(sorted(worst, key=lambda row: -(row["margin"] or 0.0))))


def _detection(pairs: Iterator[tuple[Path, Truth, Prediction]], names: list[str]) -> Report:
    predicted, truths, worst = [], [], []
    for path, truth, prediction in pairs:
        found = boxes_of(prediction)
        known = Boxes(truth.boxes, truth.indices)
        predicted.append(found)
        truths.append(known)
        missed, false_alarms = count_errors(found, known)
        worst.append({"image": str(path), "missed": missed, "false_alarms": false_alarms})
    scores = score_boxes(predicted, truths, len(names))
    return Report(_precisions(scores, names), _by_errors(worst))


def _instances(pairs: Iterator[tuple[Path, Truth, Prediction]], names: list[str]) -> Report:
    """Masks against masks; the boxes around them are scored beside."""
    boxes, masks, worst = [], [], []
    for path, truth, prediction in pairs:
        found, known = boxes_of(prediction), Boxes(truth.boxes, truth.indices)
        boxes.append((found, known))
        masks.append(_instances_of(truth, prediction, found))
        missed, false_alarms = count_errors(found, known)
        worst.append({"image": str(path), "missed": missed, "false_alarms": false_alarms})
    scores = score_instances([m for m, _ in masks], [m for _, m in masks], len(names))
    box_scores = score_boxes([b for b, _ in boxes], [b for _, b in boxes], len(names))
    box_metrics = {"box_ap": number(box_scores.ap), "box_ap50": number(box_scores.ap50)}
    return Report(_precisions(scores, names) | box_metrics, _by_errors(worst))


def _instances_of(
    truth: Truth, prediction: Prediction, found: Boxes
) -> tuple[Instances, Instances]:
    """The masks found and those that are there."""
    assert truth.masks is not None
    size_hw, regions = prediction.size_hw, [d.region for d in prediction.detections]
    # A Box stands for an object whose mask came out empty.
    seen = [region if isinstance(region, Mask) else NO_PIXELS for region in regions]
    return (
        Instances(size_hw, seen, found.indices, found.scores),
        Instances(size_hw, truth.masks, truth.indices),
    )


def _precisions(scores: DetectionScores, names: list[str]) -> dict[str, Any]:
    return {
        **{name: number(getattr(scores, name)) for name in SUMMARY},
        "per_label": {
            name: {"ap": number(ap), "ap50": number(ap50)}
            for name, (ap, ap50) in zip(names, scores.per_label, strict=True)
        },
        "images": scores.images,
    }


def _by_errors(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(sorted(rows, key=lambda row: -row["missed"] - row["false_alarms"]))


def boxes_of(prediction: Prediction) -> Boxes:
    """The boxes around a Prediction's objects, their label indices (label id - 1) and scores."""
    found = prediction.detections
    return Boxes(
        np.array([box_of(d.region).xyxy for d in found], np.float32).reshape(-1, 4),
        np.array([d.label_id - 1 for d in found], np.int64),
        np.array([d.score for d in found], np.float32),
    )


def count_errors(found: Boxes, known: Boxes) -> tuple[int, int]:
    """Objects missed and false alarms among what is shown to people (score >= 0.25, IoU >= 0.5)."""
    assert found.scores is not None
    shown = found.scores >= SHOWN_SCORE
    xyxy, indices = found.xyxy[shown], found.indices[shown]
    free = known.indices != IGNORE
    hits = 0
    for i in np.argsort(-found.scores[shown], kind="stable"):
        overlap = np.where(
            free & (known.indices == indices[i]), box_iou(xyxy[i : i + 1], known.xyxy)[0], 0
        )
        if overlap.size and overlap.max() >= MATCH_IOU:
            free[overlap.argmax()] = False
            hits += 1
    return int(free.sum()), int(shown.sum()) - hits
