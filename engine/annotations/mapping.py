"""A model's labels -> the project's: same name, same label, whatever their ids.

Background is background under any of its names; where our labels name id 0 otherwise, it is 255.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.labels import background_of, is_background, matching_name
from engine.values import IGNORE, Annotation, Label, LabelMap, Prediction


def to_labels(
    prediction: Prediction, labels: Sequence[Label]
) -> tuple[Prediction, tuple[Label, ...]]:
    """The prediction in terms of `labels`, and `labels` with those it uses that were missing.

    What a classifier only ranks is named in the prediction, but adds no label.
    """
    known = {matching_name(label): label.id for label in labels}
    result, new_ids = list(labels), _background_id(prediction.labels, labels)
    used = _used(prediction)
    for label in prediction.labels:
        if label.id in new_ids:
            continue
        found = known.get(matching_name(label))
        if found is None and label.id in used:
            found = _free_id(label.id, result)
            result.append(replace(label, id=found))
        if found is not None:
            new_ids[label.id] = found
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
    names = {matching_name(label) for label in labels}
    for label in others:
        has_place = not is_background(label) or background_of(result) is not None
        if matching_name(label) not in names and has_place:
            result.append(replace(label, id=_free_id(label.id, result)))
            names.add(matching_name(label))
    return tuple(result)


def relabelled(
    annotations: Sequence[Annotation], theirs: Sequence[Label], ours: Sequence[Label]
) -> tuple[tuple[Annotation, ...], tuple[Label, ...]]:
    """Annotations in `theirs` in terms of `ours`, by name, and `ours` with those they lack."""
    used = {annotation.label_id for annotation in annotations}
    wanted = {label.id: label for label in theirs if label.id in used}
    merged = merge(ours, tuple(wanted.values()))
    ids = {matching_name(label): label.id for label in merged}
    # Missing is only a background for which there is no place.
    table = {i: ids.get(matching_name(label), IGNORE) for i, label in wanted.items()}
    return (
        tuple(replace(a, label_id=table.get(a.label_id, a.label_id)) for a in annotations),
        merged,
    )


def _background_id(theirs: Sequence[Label], ours: Sequence[Label]) -> dict[int, int]:
    """What a background they name becomes where `ours` names id 0 otherwise: to be ignored."""
    has_place = background_of(ours) is not None
    return {} if has_place else {x.id: IGNORE for x in theirs if is_background(x)}


def _used(prediction: Prediction) -> set[int]:
    used = {detection.label_id for detection in prediction.detections}
    if prediction.label_map is not None:
        counts = np.bincount(prediction.label_map.ids.ravel(), minlength=256)
        used |= set(np.flatnonzero(counts).tolist()) - {IGNORE}
    return used


def _free_id(wanted: int, labels: Sequence[Label]) -> int:
    taken = {label.id for label in labels}
    return wanted if wanted not in taken else next(i for i in range(1, IGNORE) if i not in taken)
