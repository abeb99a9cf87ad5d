"""The report on label maps: IoU of every label and its border, and the pictures to look at."""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.truth import Truth
from engine.evaluation.boundary import BoundaryCounter
from engine.evaluation.report import Confusion, Example, Gallery, Report
from engine.evaluation.semantic import SemanticCounter
from engine.labels import is_background
from engine.plain_json import number
from engine.values import IGNORE, FrameId, Label, LabelMap, Prediction

POOR_IOU = 0.5
"""A label that agrees less in a picture is one of its errors."""


def map_report(pairs: Iterable[tuple[Path, Truth, Prediction]], labels: Sequence[Label]) -> Report:
    """Score the label maps of all pictures; label indices are places in `labels`."""
    names = [label.name for label in labels]
    counter, boundary = SemanticCounter(len(names)), BoundaryCounter(len(names))
    gallery, worst, errors = Gallery(), [], []
    for path, truth, prediction in pairs:
        assert prediction.label_map is not None
        assert truth.ids is not None
        ids = prediction.label_map.ids
        miou = counter.add(ids, truth.ids)
        boundary.add(ids, truth.ids)
        if math.isnan(miou):  # all of it is to be ignored
            continue
        worst.append({"image": str(path), "miou": number(miou)})
        errors += list(_errors(str(path), truth.ids, ids, labels))
        gallery.add(1 - miou, _example(path, truth.ids, prediction, miou))
    ranked = sorted(errors, key=lambda row: -row["severity"])
    return Report(
        metrics=_metrics(counter, boundary, names),
        worst=tuple(sorted(worst, key=lambda row: row["miou"])),
        labels=tuple(labels),
        errors=tuple(ranked),
        confusion=_confusion(counter, names),
        examples=gallery.examples,
    )


def _metrics(
    counter: SemanticCounter, boundary: BoundaryCounter, names: Sequence[str]
) -> dict[str, Any]:
    scores, borders = counter.scores(), boundary.scores()
    return {
        "pixel_accuracy": number(scores.pixel_accuracy),
        "mean_accuracy": number(scores.mean_accuracy),
        "miou": number(scores.miou),
        "iou": {n: number(x) for n, x in zip(names, scores.iou, strict=True)},
        "mean_image_iou": {n: number(x) for n, x in zip(names, scores.mean_image_iou, strict=True)},
        "mean_boundary_iou": number(borders.mean),
        "boundary_iou": {n: number(x) for n, x in zip(names, borders.iou, strict=True)},
        "images": scores.images,
    }


def _confusion(counter: SemanticCounter, names: Sequence[str]) -> Confusion:
    rows = tuple(tuple(row) for row in counter.confusion.tolist())
    return Confusion(tuple(names), tuple(names), rows, "pixels")


def _errors(
    image: str, truth: NDArray[np.uint8], ids: NDArray[np.uint8], labels: Sequence[Label]
) -> Iterator[dict[str, Any]]:
    """The labels that hardly agree in a picture, with the box around what is wrong."""
    valid = truth != IGNORE
    for index, label in enumerate(labels):
        if is_background(label):
            continue
        there, said = truth == index, (ids == index) & valid
        wrong, either = there ^ said, int(np.count_nonzero(there | said))
        iou = int(np.count_nonzero(there & said)) / max(either, 1)
        if not either or iou >= POOR_IOU:
            continue
        kind = "false_alarm" if not there.any() else "missed" if not said.any() else "poor_area"
        yield {
            "image": image,
            "kind": kind,
            "label": label.name if there.any() else None,
            "said": label.name if said.any() else None,
            "score": None,
            "iou": number(iou),
            "box": _box_around(wrong),
            "truth": None,
            # A large area matters more than a few pixels.
            "severity": number(int(np.count_nonzero(wrong)) / max(int(np.count_nonzero(valid)), 1)),
        }


def _box_around(pixels: NDArray[np.bool_]) -> list[float]:
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return [float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)]


def _example(path: Path, truth: NDArray[np.uint8], prediction: Prediction, miou: float) -> Example:
    known = Prediction(
        FrameId(str(path)), prediction.size_hw, prediction.labels, label_map=LabelMap(truth)
    )
    return Example(str(path), known, prediction, f"mean IoU {miou:.2f}")
