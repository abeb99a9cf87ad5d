"""The report on labels of whole pictures."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from engine.datasets.truth import Truth
from engine.evaluation.classification import ClassificationCounter
from engine.evaluation.report import Confusion, Example, Gallery, Report
from engine.plain_json import number
from engine.values import FrameId, Label, Prediction


def label_report(
    pairs: Iterable[tuple[Path, Truth, Prediction]], labels: Sequence[Label]
) -> Report:
    """Score the labels of all pictures; label indices are places in `labels`."""
    names = [label.name for label in labels]
    indices = {label.id: index for index, label in enumerate(labels)}
    counter, gallery, worst, errors = ClassificationCounter(len(labels)), Gallery(), [], []
    for path, truth, prediction in pairs:
        assert truth.label is not None
        scores = np.zeros(len(labels), np.float32)
        for label_id, score in prediction.ranking:
            scores[indices[label_id]] = score
        if not counter.add(scores, truth.label):
            continue
        said, right = int(scores.argmax()), truth.label
        margin = float(scores[said] - scores[right])
        row = {"image": str(path), "label": names[right], "said": names[said]}
        worst.append({**row, "margin": number(margin)})
        errors.append(
            {
                **row,
                "kind": "wrong_label",
                "score": number(float(scores[said])),
                "iou": None,
                "box": None,
                "truth": None,
                "severity": number(margin),
            }
        )
        known = Prediction(
            FrameId(str(path)),
            prediction.size_hw,
            tuple(labels),
            ranking=((labels[right].id, 1.0),),
        )
        text = f"{names[right]}, called {names[said]}"
        gallery.add(margin, Example(str(path), known, prediction, text))
    return Report(
        metrics=_metrics(counter, names),
        worst=tuple(sorted(worst, key=lambda row: -(row["margin"] or 0.0))),
        labels=tuple(labels),
        errors=tuple(sorted(errors, key=lambda row: -(row["severity"] or 0.0))),
        confusion=Confusion(tuple(names), tuple(names), counter.scores().confusion, "pictures"),
        examples=gallery.examples,
    )


def _metrics(counter: ClassificationCounter, names: Sequence[str]) -> dict[str, object]:
    found = counter.scores()
    return {
        "top1": number(found.top1),
        "top5": number(found.top5),
        "per_label": {n: number(x) for n, x in zip(names, found.recall, strict=True)},
        "confusion": {
            n: dict(zip(names, row, strict=True))
            for n, row in zip(names, found.confusion, strict=True)
        },
        "images": found.images,
    }
