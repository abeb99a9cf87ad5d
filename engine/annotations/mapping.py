"""A model's labels -> the project's: same name, same label, whatever their ids."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.values import IGNORE, Annotation, Label, LabelMap, Prediction


def to_labels(
    prediction: Prediction, labels: Sequence[Label]
) -> tuple[Prediction, tuple[Label, ...]]:
    """The prediction in terms of `labels`, and `labels` with those it uses that were missing.

    What a classifier only ranks is named in the prediction, but adds no label.
    """
    known = {label.name.casefold(): label for label in labels}
    result, new_ids = list(labels), {}
    used = _used(prediction)
    for label in prediction.labels:
        found = known.get(label.name.casefold())
        if found is None and label.id in used:
            found = replace(label, id=_free_id(label.id, result))
            result.append(found)
        if found is not None:
            new_ids[label.id] = found.id
    detections = tuple(
        replace(d, label_id=new_ids.get(d.label_id, d.label_id)) for d in prediction.detections
    )
    label_map = prediction.label_map
    if label_map is not None:
        table = np.arange(256, dtype=np.uint8)
        for old, new in new_ids.items():
            table[old] = new
        label_map = LabelMap(table[label_map.ids])
    names = list(result)
    for label in prediction.labels if prediction.ranking else ():
        if label.id not in new_ids:
            names.append(replace(label, id=_free_id(label.id, names)))
            new_ids[label.id] = names[-1].id
    ranking = tuple((new_ids[label_id], score) for label_id, score in prediction.ranking)
    mapped = replace(
        prediction,
        detections=detections,
        label_map=label_map,
        labels=tuple(names),
        ranking=ranking,
    )
    return mapped, tuple(result)


def merge(labels: Sequence[Label], others: Sequence[Label]) -> tuple[Label, ...]:
    """`labels`, and those of `others` whose names are new, with ids that are free."""
    result = list(labels)
    names = {label.name.casefold() for label in labels}
    for label in others:
        if label.name.casefold() not in names:
            result.append(replace(label, id=_free_id(label.id, result)))
            names.add(label.name.casefold())
    return tuple(result)


def relabelled(
    annotations: Sequence[Annotation], theirs: Sequence[Label], ours: Sequence[Label]
) -> tuple[tuple[Annotation, ...], tuple[Label, ...]]:
    """Annotations in `theirs` in terms of `ours`, by name, and `ours` with those they lack."""
    used = {annotation.label_id for annotation in annotations}
    wanted = {label.id: label for label in theirs if label.id in used}
    merged = merge(ours, tuple(wanted.values()))
    ids = {label.name.casefold(): label.id for label in merged}
    table = {label_id: ids[label.name.casefold()] for label_id, label in wanted.items()}
    return (
        tuple(replace(a, label_id=table.get(a.label_id, a.label_id)) for a in annotations),
        merged,
    )


def _used(prediction: Prediction) -> set[int]:
    used = {detection.label_id for detection in prediction.detections}
    if prediction.label_map is not None:
        counts = np.bincount(prediction.label_map.ids.ravel(), minlength=256)
        used |= set(np.flatnonzero(counts).tolist()) - {IGNORE}
    return used


def _free_id(wanted: int, labels: Sequence[Label]) -> int:
    taken = {label.id for label in labels}
    return wanted if wanted not in taken else next(i for i in range(1, IGNORE) if i not in taken)
