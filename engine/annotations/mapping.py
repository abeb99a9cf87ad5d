"""A model's labels -> the project's: same name, same label, whatever their ids.

Background is background under any of its names; where our labels name id 0 otherwise, it is 255.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.labels import background_of, is_background, lowest_free, name_of, same_labels
from engine.values import IGNORE, Annotation, Label, LabelMap, Prediction


def to_labels(
    prediction: Prediction, labels: Sequence[Label]
) -> tuple[Prediction, tuple[Label, ...]]:
    """The prediction in terms of `labels`, and `labels` with those it uses that were missing.

    What a classifier only ranks is named in the prediction, as far as there are ids, but adds no
    label. ProjectError where what was found finds none.
    """
    known = same_labels(prediction.labels, labels)
    result, new_ids = list(labels), _background_id(prediction.labels, labels)
    used = _used(prediction)
    for label in prediction.labels:
        if label.id in new_ids:
            continue
        found = known.get(label.id)
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
    names, theirs = list(result), {label.id: label for label in prediction.labels}
    for label_id, _ in prediction.ranking:  # The best first: the last may find no room.
        if label_id not in new_ids and len({label.id for label in names} - {0}) < IGNORE - 1:
            names.append(replace(theirs[label_id], id=_free_id(label_id, names)))
            new_ids[label_id] = names[-1].id
    ranking = tuple((new_ids[i], score) for i, score in prediction.ranking if i in new_ids)
    mapped = replace(
        prediction,
        detections=detections,
        label_map=label_map,
        labels=tuple(names),
        ranking=ranking,
    )
    return mapped, tuple(result)


def merge(
    labels: Sequence[Label], others: Sequence[Label], wanted: Sequence[Label] | None = None
) -> tuple[Label, ...]:
    """`labels`, and those of `others` that they lack, with ids that are free.

    Of the others only the `wanted` come, if that is given.
    """
    result, known = list(labels), same_labels(others, labels)
    names = {name_of(label) for label in labels}
    for label in others if wanted is None else wanted:
        has_place = not is_background(label) or background_of(result) is not None
        if label.id not in known and name_of(label) not in names and has_place:
            result.append(replace(label, id=_free_id(label.id, result)))
            names.add(name_of(label))
    return tuple(result)


def relabelled(
    annotations: Sequence[Annotation], theirs: Sequence[Label], ours: Sequence[Label]
) -> tuple[tuple[Annotation, ...], tuple[Label, ...]]:
    """Annotations in `theirs` in terms of `ours`, by name, and `ours` with those they lack."""
    used = {annotation.label_id for annotation in annotations}
    wanted = {label.id: label for label in theirs if label.id in used}
    merged = merge(ours, theirs, tuple(wanted.values()))
    found = same_labels(theirs, merged)
    # Missing is only a background for which there is no place.
    table = {i: found[i].id if i in found else IGNORE for i in wanted}
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
    return wanted if wanted not in taken else lowest_free(taken)
