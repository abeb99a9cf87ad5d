"""The report on found objects, boxes or masks: scores, curves, confusion and every mistake."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from engine.evaluation.detection import SUMMARY, DetectionScores
from engine.evaluation.mistakes import Judgement, MistakeKind
from engine.evaluation.report import (
    BINS,
    FALSE_ALARM,
    LEAST_SCORE,
    MISSED,
    Confusion,
    Histogram,
    Report,
    numbers,
)
from engine.evaluation.scene import MATCH_IOU, ComparedObjects, in_crowd, own_hits
from engine.evaluation.voc import voc_scores
from engine.plain_json import number
from engine.values import Label


def object_report(
    scenes: Sequence[ComparedObjects],
    judged: Sequence[Judgement],
    scores: DetectionScores,
    labels: Sequence[Label],
) -> Report:
    """Everything there is to say of these pictures; label indices are places in `labels`."""
    names = [label.name for label in labels]
    mistakes = sorted((m for one in judged for m in one.mistakes), key=lambda m: -m.severity)
    worst = [
        {"image": scene.image, "missed": one.missed, "false_alarms": one.false_alarms}
        for scene, one in zip(scenes, judged, strict=True)
    ]
    return Report(
        metrics=_metrics(scenes, scores, names),
        worst=tuple(sorted(worst, key=lambda row: -row["missed"] - row["false_alarms"])),
        labels=tuple(labels),
        errors=tuple(mistake.row(names) for mistake in mistakes),
        confusion=confusion_of(scenes, judged, names),
        curves={
            name: {"50": numbers(curve.at_50), "75": numbers(curve.at_75)}
            for name, curve in zip(names, scores.curves, strict=True)
        },
        histogram=histogram_of(scenes),
    )


def _metrics(
    scenes: Sequence[ComparedObjects], scores: DetectionScores, names: Sequence[str]
) -> dict[str, Any]:
    voc = voc_scores(scenes, len(names))
    rows = zip(names, scores.per_label, voc.eleven, voc.area, strict=True)
    return {
        **{name: number(getattr(scores, name)) for name in SUMMARY},
        "ap_voc11": number(voc.mean_eleven),
        "ap_voc": number(voc.mean_area),
        "per_label": {
            name: {
                "ap": number(ap),
                "ap50": number(ap50),
                "ap_voc11": number(eleven),
                "ap_voc": number(area),
            }
            for name, (ap, ap50), eleven, area in rows
        },
        "images": scores.images,
    }


def confusion_of(
    scenes: Sequence[ComparedObjects], judged: Iterable[Judgement], names: Sequence[str]
) -> Confusion:
    """Every true object in its label's row: found rightly, as another, or missed.

    The last row counts what was found where nothing (else) is. Among what people are shown, at IoU
    0.5, so that a poor box is both missed and a false alarm.
    """
    k = len(names)
    counts = np.zeros((k + 1, k + 1), np.int64)
    for scene, one in zip(scenes, judged, strict=True):
        for place in one.hits.values():
            label = scene.known.indices[place]
            counts[label, label] += 1
        for mistake in one.mistakes:
            if mistake.kind is MistakeKind.WRONG_LABEL:
                counts[mistake.label, mistake.said] += 1
                continue
            if mistake.kind in (MistakeKind.MISSED, MistakeKind.POOR_BOX):
                counts[mistake.label, k] += 1
            if mistake.said is not None:
                counts[k, mistake.said] += 1
    rows = tuple(tuple(row) for row in counts.tolist())
    return Confusion((*names, FALSE_ALARM), (*names, MISSED), rows, "objects")


def histogram_of(scenes: Iterable[ComparedObjects]) -> Histogram:
    """Right at IoU 0.5 or not, by score; what lies in a crowd is neither."""
    right, wrong = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
    for scene in scenes:
        met = np.zeros(len(scene.scores), bool)
        met[list(own_hits(scene, MATCH_IOU, LEAST_SCORE))] = True
        bins = np.clip((scene.scores * BINS).astype(int), 0, BINS - 1)
        seen = np.flatnonzero(scene.scores >= LEAST_SCORE)
        amiss = [i for i in seen if not met[i] and not in_crowd(scene, int(i))]
        right += np.bincount(bins[seen[met[seen]]], minlength=BINS)
        wrong += np.bincount(bins[amiss], minlength=BINS)
    return Histogram(tuple(right.tolist()), tuple(wrong.tolist()))
