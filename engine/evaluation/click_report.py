"""The report on a network that is asked by clicks: how many it takes, and what stays wrong."""

from pathlib import Path
from typing import Any

from engine.click.asking import Asker
from engine.evaluation.clicks import AskedOutliner, ClickScores, score_clicks
from engine.evaluation.report import Report
from engine.jobs import CancelToken, Progress, no_progress
from engine.plain_json import number

POOR_IOU = 0.5
"""An object whose outline agrees less after `JUDGED_AFTER` clicks is one of the errors."""
JUDGED_AFTER = 3


def click_report(
    asker: Asker,
    path: Path,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Report:
    """Ask for every object of a list. DatasetError for wrong data."""
    scores = score_clicks(AskedOutliner(asker), path, progress=progress, cancel=cancel)
    errors = _errors(scores, asker.weights.card.labels[0].name)
    metrics = {name: number(value) for name, value in scores.metrics().items()}
    counts = {"objects": len(scores.after), "images": scores.images}
    return Report(
        metrics={**metrics, **counts},
        worst=_worst(scores),
        labels=tuple(asker.weights.card.labels),
        errors=tuple(sorted(errors, key=lambda row: -row["severity"])),
    )


def _judged(scores: ClickScores) -> list[float]:
    """The IoU of each object after `JUDGED_AFTER` clicks, or after the last."""
    return [row[min(JUDGED_AFTER, len(row)) - 1] if row else 1.0 for row in scores.after]


def _worst(scores: ClickScores) -> tuple[dict[str, Any], ...]:
    """The pictures by the mean IoU of their objects, the worst first."""
    found: dict[str, list[float]] = {}
    for (image, _), iou in zip(scores.where, _judged(scores), strict=True):
        found.setdefault(str(image), []).append(iou)
    key = f"iou_{JUDGED_AFTER}"
    rows = [{"image": image, key: number(sum(x) / len(x))} for image, x in found.items()]
    return tuple(sorted(rows, key=lambda row: row[key]))


def _errors(scores: ClickScores, label: str) -> list[dict[str, Any]]:
    """The objects that are hardly met."""
    return [
        {
            "image": str(image),
            "kind": "poor_area",
            "label": label,
            "said": label,
            "score": None,
            "iou": number(iou),
            "box": list(box.xyxy),
            "truth": None,
            "severity": number(1 - iou),
        }
        for (image, box), iou in zip(scores.where, _judged(scores), strict=True)
        if iou < POOR_IOU
    ]
